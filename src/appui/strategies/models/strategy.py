"""Strategies with their versions, their items, and the progress that is recorded beside them."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from appui.evidence.models import Source
from appui.funding.models import Target
from appui.kernel.fields import CurrencyField
from appui.kernel.models import AppendOnlyRow
from appui.kernel.multilingual import MultilingualField, localise
from appui.registry.models import Owned, OwnedQuerySet
from appui.strategies.models.decided import Decided
from appui.strategies.models.work import FROZEN, Work

YEAR = [MinValueValidator(1990), MaxValueValidator(2100)]


class Standing(models.TextChoices):
    """Where a version of a strategy, or a plan, stands."""

    DRAFT = "draft", _("Draft")
    APPROVED = "approved", _("Approved")
    SUPERSEDED = "superseded", _("Replaced")


class Strategy(Decided, Owned):
    """One version of what an organisation means to raise and do; those of one reference follow
    each other, at most one is a draft and one is approved."""

    FIXED = ("reference", "edition", "title", "summary", "year_from", "year_to", "currency")

    reference = models.SlugField(_("Reference"), max_length=40)
    edition = models.PositiveSmallIntegerField(_("Version"), default=1, editable=False)
    title = MultilingualField(verbose_name=_("Title"))
    summary = MultilingualField(verbose_name=_("Summary"), blank=True)
    year_from = models.PositiveSmallIntegerField(_("First year"), validators=YEAR)
    year_to = models.PositiveSmallIntegerField(_("Last year"), validators=YEAR)
    currency = CurrencyField(_("Currency"), default="USD")
    state = models.CharField(
        _("State"),
        max_length=10,
        choices=Standing.choices,
        default=Standing.DRAFT,
        editable=False,
    )
    approved_on = models.DateField(_("Approved on"), null=True, blank=True, editable=False)
    approved_by = models.CharField(_("Approved by"), max_length=200, blank=True, editable=False)
    source = models.ForeignKey(
        Source,
        verbose_name=_("Source"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="strategies",
    )

    objects = OwnedQuerySet["Strategy"].as_manager()

    class Meta:
        ordering = ["reference", "-edition", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "reference", "edition"],
                name="strategy_version_once",
                violation_error_message=_("There is a strategy with this reference already."),
            ),
            models.UniqueConstraint(
                fields=["owner", "reference"],
                condition=Q(state="draft"),
                name="strategy_one_draft",
                violation_error_message=_("There is a draft of this strategy already."),
            ),
            models.UniqueConstraint(
                fields=["owner", "reference"],
                condition=Q(state="approved"),
                name="strategy_one_approved",
            ),
            models.CheckConstraint(
                condition=Q(year_to__gte=F("year_from")),
                name="strategy_years_in_order",
                violation_error_message=_("The last year is before the first."),
            ),
        ]
        verbose_name = _("strategy")
        verbose_name_plural = _("strategies")

    def __str__(self) -> str:
        return localise(self.title).text

    def get_absolute_url(self) -> str:
        return reverse("strategies:strategy", args=[self.pk])

    @property
    def is_draft(self) -> bool:
        """Whether it can still change."""
        return self.state == Standing.DRAFT

    @property
    def years(self) -> str:
        """“2026” or “2026–2030”."""
        same = self.year_from == self.year_to
        return str(self.year_from) if same else f"{self.year_from}–{self.year_to}"

    def clean(self) -> None:
        """What is approved stays as it is. Raises ``ValidationError``."""
        stored = type(self).objects.filter(pk=self.pk or 0).first()
        if stored is not None and not stored.is_draft:
            same = all(getattr(stored, name) == getattr(self, name) for name in self.FIXED)
            if not same or stored.source_id != self.source_id:
                raise ValidationError(FROZEN)


class ItemKind(models.TextChoices):
    """The three floors of a strategy."""

    OBJECTIVE = "objective", _("Objective")
    AXIS = "axis", _("Axis")
    ACTION = "action", _("Action")


ABOVE: dict[str, str | None] = {
    ItemKind.OBJECTIVE: None,
    ItemKind.AXIS: ItemKind.OBJECTIVE,
    ItemKind.ACTION: ItemKind.AXIS,
}


class ProgressState(models.TextChoices):
    """How far the work is."""

    PLANNED = "planned", _("Planned")
    UNDER_WAY = "under_way", _("Under way")
    DONE = "done", _("Done")
    DROPPED = "dropped", _("Dropped")


OPEN_WORK = (ProgressState.PLANNED, ProgressState.UNDER_WAY)


class ItemQuerySet(models.QuerySet["StrategyItem"]):
    """Sets of items."""

    def with_progress(self) -> ItemQuerySet:
        """Each with ``progress``: the state last recorded for it, in whatever version."""
        notes = Progress.objects.filter(item__lineage=OuterRef("lineage"))
        last = Subquery(notes.order_by("-on", "-pk").values("state")[:1])
        return self.annotate(progress=Coalesce(last, Value(ProgressState.PLANNED.value)))


class StrategyItem(Work):
    """An objective, an axis under it, or an action under that.

    ``lineage`` is the same for the item and its copies in other versions of the strategy.
    """

    strategy = models.ForeignKey(Strategy, on_delete=models.CASCADE, related_name="items")
    lineage = models.UUIDField(default=uuid.uuid4, editable=False, db_index=True)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="children"
    )
    kind = models.CharField(_("Kind"), max_length=10, choices=ItemKind.choices)
    position = models.PositiveSmallIntegerField(
        _("Place in the order"), default=0, help_text=_("Lower numbers come first.")
    )
    targets = models.ManyToManyField(
        Target, verbose_name=_("Targets"), blank=True, related_name="objectives"
    )

    objects = ItemQuerySet.as_manager()

    class Meta(Work.Meta):
        ordering = ["position", "pk"]
        constraints = [
            *Work.Meta.constraints,
            models.UniqueConstraint(fields=["strategy", "lineage"], name="strategy_item_once"),
            models.CheckConstraint(
                condition=Q(kind="objective", parent=None)
                | (Q(kind__in=["axis", "action"], parent__isnull=False)),
                name="strategy_item_in_the_tree",
            ),
            models.CheckConstraint(
                condition=Q(kind="action") | Q(cost=None, due_on=None),
                name="strategy_item_cost_on_actions",
                violation_error_message=_("Only an action has a cost and a day."),
            ),
        ]
        verbose_name = _("item of a strategy")

    def get_absolute_url(self) -> str:
        return reverse("strategies:item", args=[self.pk])

    def clean(self) -> None:
        """It hangs on the floor above, in a version that is still a draft.

        Raises ``ValidationError``.
        """
        super().clean()
        if not self.strategy.is_draft:
            raise ValidationError(FROZEN)
        above = self.parent.kind if self.parent else None
        strange = self.parent is not None and self.parent.strategy_id != self.strategy_id
        if strange or above != ABOVE.get(self.kind, ""):
            raise ValidationError(_("An axis stands under an objective, an action under an axis."))

    @property
    def owner_id(self) -> int:
        """The organisation in whose trail changes of the item stand."""
        return self.strategy.owner_id


class Progress(AppendOnlyRow):
    """What was reported of an action or of an item of a plan on one day; never changed."""

    REFUSAL = "Progress is append-only: report again instead."

    item = models.ForeignKey(
        StrategyItem, null=True, blank=True, on_delete=models.PROTECT, related_name="reports"
    )
    plan_item = models.ForeignKey(
        "strategies.PlanItem", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(_("State"), max_length=10, choices=ProgressState.choices)
    note = models.TextField(_("Note"), blank=True)
    on = models.DateField(_("On the date of"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    said_by = models.CharField(_("Said by"), max_length=200, blank=True)

    class Meta:
        ordering = ["-on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(item=None, plan_item__isnull=False)
                | Q(item__isnull=False, plan_item=None),
                name="progress_of_one_thing",
            ),
            models.CheckConstraint(
                condition=~Q(state="dropped") | ~Q(note=""),
                name="progress_dropped_says_why",
                violation_error_message=_("Say why it is dropped."),
            ),
        ]
        verbose_name = _("progress")

    def __str__(self) -> str:
        return f"{self.subject}: {self.get_state_display()}"

    @property
    def subject(self) -> Any:
        """What it speaks of."""
        return self.item or self.plan_item

    @property
    def owner_id(self) -> int:
        """The organisation in whose trail it stands."""
        return int(self.subject.owner_id)
