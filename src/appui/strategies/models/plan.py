"""Annual work plans and their items; which project serves which item of a strategy."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from appui.kernel.models import Record
from appui.kernel.multilingual import localise
from appui.portfolio.models import Activity
from appui.registry.models import Owned, OwnedQuerySet
from appui.strategies.models.decided import Decided
from appui.strategies.models.strategy import (
    YEAR,
    Progress,
    ProgressState,
    Standing,
    Strategy,
    StrategyItem,
)
from appui.strategies.models.work import PLAN_FROZEN, Work


class Plan(Decided, Owned):
    """What an organisation does in one year to carry out a strategy."""

    strategy = models.ForeignKey(
        Strategy, verbose_name=_("Strategy"), on_delete=models.PROTECT, related_name="plans"
    )
    year = models.PositiveSmallIntegerField(_("Year"), validators=YEAR)
    state = models.CharField(
        _("State"),
        max_length=10,
        choices=[pair for pair in Standing.choices if pair[0] != Standing.SUPERSEDED],
        default=Standing.DRAFT,
        editable=False,
    )
    approved_on = models.DateField(_("Approved on"), null=True, blank=True, editable=False)
    approved_by = models.CharField(_("Approved by"), max_length=200, blank=True, editable=False)

    objects = OwnedQuerySet["Plan"].as_manager()

    class Meta:
        ordering = ["-year", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["strategy", "year"],
                name="plan_once_a_year",
                violation_error_message=_("There is a plan of this strategy for that year."),
            )
        ]
        verbose_name = _("work plan")

    def __str__(self) -> str:
        name = self.named_after
        return str(_("Work plan %(year)s · %(strategy)s") % {"year": self.year, "strategy": name})

    @property
    def named_after(self) -> str:
        """The title of the strategy; its owner's name where the reader may not see the strategy,
        as ``queries.plans`` fetches it."""
        strategy: Strategy | None = getattr(self, "strategy", None)
        return str(self.owner) if strategy is None else localise(strategy.title).text

    def get_absolute_url(self) -> str:
        return reverse("strategies:plan", args=[self.pk])

    @property
    def is_draft(self) -> bool:
        """Whether it can still change."""
        return self.state == Standing.DRAFT


class PlanItemQuerySet(models.QuerySet["PlanItem"]):
    """Sets of items of plans."""

    def with_progress(self) -> PlanItemQuerySet:
        """Each with ``progress``: the state last recorded for it or for its action."""
        notes = Progress.objects.filter(
            Q(plan_item=OuterRef("pk")) | Q(item__lineage=OuterRef("item__lineage"))
        )
        last = Subquery(notes.order_by("-on", "-pk").values("state")[:1])
        return self.annotate(progress=Coalesce(last, Value(ProgressState.PLANNED.value)))


class PlanItem(Work):
    """Something to do in the year: from an action of the strategy, or added by hand."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="items")
    item = models.ForeignKey(
        StrategyItem,
        verbose_name=_("Action of the strategy"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="plan_items",
    )
    activity = models.ForeignKey(
        Activity,
        verbose_name=_("Programme or project"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="plan_items",
    )
    origin = models.CharField(_("Comes from"), max_length=300, blank=True)
    origin_url = models.CharField(_("Address of where it comes from"), max_length=500, blank=True)

    objects = PlanItemQuerySet.as_manager()

    class Meta(Work.Meta):
        ordering = [models.F("due_on").asc(nulls_last=True), "pk"]
        constraints = [
            *Work.Meta.constraints,
            models.UniqueConstraint(fields=["plan", "item"], name="plan_item_once"),
        ]
        verbose_name = _("item of a work plan")

    def get_absolute_url(self) -> str:
        return reverse("strategies:plan_item", args=[self.pk])

    def clean(self) -> None:
        """It is due within the year of a plan that is still a draft; its origin is a safe address.

        Raises ``ValidationError``.
        """
        super().clean()
        if not self.plan.is_draft:
            raise ValidationError(PLAN_FROZEN)
        if self.due_on is not None and self.due_on.year != self.plan.year:
            raise ValidationError(
                {"due_on": _("This plan is of the year %(year)s.") % {"year": self.plan.year}}
            )
        if self.origin_url and not self.origin_url.startswith(("/", "https://", "http://")):
            raise ValidationError(
                {"origin_url": _("Write an address that begins with https:// or with /.")}
            )

    @property
    def owner_id(self) -> int:
        """The organisation in whose trail changes of the item stand."""
        return self.plan.owner_id


class Trace(Record):
    """A project serves an item of a strategy."""

    activity = models.ForeignKey(
        Activity, verbose_name=_("Project"), on_delete=models.CASCADE, related_name="traces"
    )
    item = models.ForeignKey(
        StrategyItem,
        verbose_name=_("Item of the strategy"),
        on_delete=models.PROTECT,
        related_name="traces",
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "item"],
                name="trace_once",
                violation_error_message=_("This project is traced to that item already."),
            )
        ]
        verbose_name = _("trace to a strategy")

    def __str__(self) -> str:
        return f"{self.activity} → {self.item}"

    def get_absolute_url(self) -> str:
        return self.activity.get_absolute_url()

    @property
    def owner_id(self) -> int:
        """The organisation in whose trail it stands."""
        return int(self.activity.owner_id)
