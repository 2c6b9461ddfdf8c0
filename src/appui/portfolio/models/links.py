"""What an activity is connected with: other activities, documents; and the states it passed."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from appui.evidence.models import Source
from appui.kernel.models import AppendOnlyRow, Record
from appui.portfolio.models.activity import Activity
from appui.registry.models import Code

PARENT, CHILD, SIBLING, CO_FUNDED, THIRD_PARTY = "12345"  # IATI 2.03, RelatedActivityType


class RelatedActivity(Record):
    """How an activity stands to another one (``related-activity``).

    A whole and its parts are told by ``Activity.parent``; here, only where the other one is not in
    Appui and is known by its ``reference`` alone. The other relations hold both ways.
    """

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="related")
    relation = models.ForeignKey(
        Code,
        verbose_name=_("Relation"),
        on_delete=models.PROTECT,
        related_name="+",
        limit_choices_to={"codelist__slug": "RelatedActivityType"},
    )
    other = models.ForeignKey(
        Activity,
        verbose_name=_("Related project"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="related_from",
    )
    reference = models.CharField(
        _("Its IATI identifier"),
        max_length=120,
        blank=True,
        help_text=_("Of a project that is not recorded here."),
    )

    class Meta:
        ordering = ["relation__code", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(other=None) | ~Q(other=F("activity")),
                name="related_activity_is_another",
                violation_error_message=_("A project is not related to itself."),
            ),
            models.CheckConstraint(
                condition=(Q(other=None) & ~Q(reference=""))
                | (Q(other__isnull=False) & Q(reference="")),
                name="related_activity_named_once",
                violation_error_message=_("Choose the project, or give its identifier, not both."),
            ),
            models.UniqueConstraint(
                fields=["activity", "other", "relation"],
                condition=Q(other__isnull=False),
                name="related_activity_once",
                violation_error_message=_("This relation is recorded already."),
            ),
            models.UniqueConstraint(
                fields=["activity", "reference", "relation"],
                condition=~Q(reference=""),
                name="related_reference_once",
                violation_error_message=_("This relation is recorded already."),
            ),
        ]
        verbose_name = _("related project")

    def __str__(self) -> str:
        return f"{self.relation}: {self.other or self.reference}"


class ActivityDocument(Record):
    """A document about an activity (``document-link``): a source, what it is, its language."""

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="documents")
    source = models.ForeignKey(
        Source,
        verbose_name=_("Document"),
        on_delete=models.PROTECT,
        related_name="documented_activities",
    )
    category = models.ForeignKey(
        Code,
        verbose_name=_("Category of document"),
        on_delete=models.PROTECT,
        related_name="+",
        limit_choices_to={"codelist__slug": "DocumentCategory"},
    )
    language = models.ForeignKey(
        Code,
        verbose_name=_("Language"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        limit_choices_to={"codelist__slug": "Language"},
    )

    class Meta:
        ordering = ["category__code", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "source", "category"],
                name="activity_document_once",
                violation_error_message=_("This document stands here already."),
            )
        ]
        verbose_name = _("document of the project")

    def __str__(self) -> str:
        return str(self.source)


class StatusChange(AppendOnlyRow):
    """One state an activity passed to; the first is that in which it was recorded."""

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="status_changes")
    status = models.ForeignKey(
        Code, verbose_name=_("Status"), on_delete=models.PROTECT, related_name="+"
    )
    reason = models.TextField(_("Reason"), blank=True, max_length=2000)
    at = models.DateTimeField(default=timezone.now)
    user_name = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("change of status")

    def __str__(self) -> str:
        return str(self.status)
