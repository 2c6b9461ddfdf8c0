"""The way of an ask: an organisation's own stages, the moves between them, its documents."""

from typing import Any, Generic, Self, TypeVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from appui.funding.models.proposal import LossReason, Proposal, Stage
from appui.kernel.access import Reader
from appui.kernel.models import AppendOnly, AppendOnlyRow, Record
from appui.kernel.multilingual import MultilingualField, localise
from appui.registry.models import Organisation

M = TypeVar("M", bound=models.Model)


class InsideQuerySet(models.QuerySet[M], Generic[M]):
    """Rows that only those who work in an organisation see, shared asks or not."""

    OWNER = "owner"

    def visible_to(self, reader: Reader) -> Self:
        """Rows of the organisations where the reader holds a role."""
        if reader.is_superuser:
            return self
        return self.filter(**{f"{self.OWNER}__in": list(reader.organisation_ids())})


class InsideAskQuerySet(InsideQuerySet[M]):
    """The same for what hangs on an ask."""

    OWNER = "proposal__owner"


class PipelineStage(Record):
    """One stage of an organisation's asks.

    ``category`` is what totals and other rooms rely on; the name, the order, the usual chance (in
    percent) and ``stale_after`` (days without news) are the organisation's. ``code`` never changes:
    moves remember it.
    """

    owner = models.ForeignKey(
        Organisation,
        verbose_name=_("Belongs to"),
        on_delete=models.PROTECT,
        related_name="+",
        limit_choices_to={"is_workspace": True},
    )
    code = models.SlugField(_("Code"), max_length=40)
    name = MultilingualField(verbose_name=_("Name"))
    category = models.CharField(_("What it counts as"), max_length=10, choices=Stage.choices)
    position = models.PositiveSmallIntegerField(_("Position"), default=0)
    probability = models.PositiveSmallIntegerField(
        _("Usual chance, %"), validators=[MaxValueValidator(100)]
    )
    stale_after = models.PositiveSmallIntegerField(
        _("Stale after, days"), null=True, blank=True, validators=[MaxValueValidator(3650)]
    )
    is_retired = models.BooleanField(_("Retired"), default=False)

    objects = InsideQuerySet["PipelineStage"].as_manager()

    class Meta:
        ordering = ["owner", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "code"],
                name="stage_code_once",
                violation_error_message=_("Another stage of the organisation has this code."),
            )
        ]
        verbose_name = _("stage of asks")

    def __str__(self) -> str:
        return localise(self.name).text

    def get_absolute_url(self) -> str:
        """Where the stages of an organisation are."""
        return reverse("funding:stage_list")

    def clean(self) -> None:
        """A signed ask is certain, a lost one is not to be hoped for."""
        fixed = {Stage.SIGNED: 100, Stage.REFUSED: 0, Stage.WITHDRAWN: 0}.get(
            Stage(self.category) if self.category in Stage.values else Stage.LEAD
        )
        if fixed is not None and self.probability != fixed:
            raise ValidationError(
                {
                    "probability": _(
                        "The chance of a stage that counts as “%(category)s” is %(n)s %%."
                    )
                    % {"category": self.get_category_display(), "n": fixed}
                }
            )


class MoveRows(AppendOnly, InsideAskQuerySet[Any]):  # type: ignore[override]
    """Moves of asks; they are added to, never changed."""


class StageMove(AppendOnlyRow):
    """One move of an ask, with the codes and names its stages had then.

    The first move, when it was recorded, comes from no stage. ``moved_on`` is the day it happened,
    ``at`` the moment somebody wrote it down.
    """

    REFUSAL = "A move of an ask stays as it was written: move the ask again."

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="moves")
    from_code = models.CharField(max_length=40, blank=True)
    from_category = models.CharField(max_length=10, choices=Stage.choices, blank=True)
    from_name = models.JSONField(default=dict, blank=True)
    to_code = models.CharField(_("Stage"), max_length=40)
    to_category = models.CharField(max_length=10, choices=Stage.choices)
    to_name = models.JSONField(default=dict)
    moved_on = models.DateField(_("On"))
    loss_reason = models.CharField(max_length=12, choices=LossReason.choices, blank=True)
    reason = models.TextField(_("Reason"), blank=True)
    at = models.DateTimeField(default=timezone.now)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    user_name = models.CharField(_("By whom"), max_length=200, blank=True)

    objects = MoveRows.as_manager()

    class Meta:
        ordering = ["proposal", "moved_on", "pk"]
        verbose_name = _("move of an ask")

    def __str__(self) -> str:
        return f"{localise(self.from_name)} → {localise(self.to_name)}"


class DocumentKind(models.TextChoices):
    """What a document of an ask is."""

    CONCEPT = "concept", _("Concept note")
    PROPOSAL = "proposal", _("Proposal")
    BUDGET = "budget", _("Budget")
    LETTER = "letter", _("Letter")
    DECISION = "decision", _("The donor's decision")
    OTHER = "other", _("Another document")


class AskDocument(Record):
    """A document of an ask: a file kept here, or the address of one kept elsewhere."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="documents")
    kind = models.CharField(_("Kind"), max_length=10, choices=DocumentKind.choices)
    title = models.CharField(_("Title"), max_length=200)
    language = models.CharField(
        _("Language"),
        max_length=2,
        blank=True,
        choices=[
            ("fr", _("French")),
            ("en", _("English")),
            ("es", _("Spanish")),
            ("ar", _("Arabic")),
        ],
    )
    dated = models.DateField(_("Dated"), null=True, blank=True)
    url = models.URLField(_("Address"), max_length=500, blank=True)
    file_name = models.CharField(max_length=200, blank=True, editable=False)
    size = models.PositiveIntegerField(null=True, editable=False)
    digest = models.CharField(max_length=64, blank=True, editable=False)

    objects = InsideAskQuerySet["AskDocument"].as_manager()

    class Meta:
        ordering = ["proposal", "kind", "-dated", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(url="", file_name=""),
                name="document_file_or_address",
                violation_error_message=_("Give a file or an address."),
            )
        ]
        verbose_name = _("document of an ask")

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Where the document opens."""
        return self.url or reverse("funding:document", args=[self.pk])


class DocumentFile(models.Model):
    """The bytes of a document, apart so that no list reads them."""

    document = models.OneToOneField(AskDocument, on_delete=models.CASCADE, related_name="stored")
    content = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.document_id}"
