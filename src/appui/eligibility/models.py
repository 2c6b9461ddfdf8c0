"""Rules of windows, written as data, and what people say of a project where no table holds it."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from appui.eligibility.expression import read
from appui.eligibility.vocabulary import stated_facts
from appui.evidence.models import Source
from appui.funding.models import Fund
from appui.kernel.models import Record
from appui.kernel.multilingual import MultilingualField, localise
from appui.portfolio.models import Activity


class Severity(models.TextChoices):
    """What follows when the rule does not hold."""

    MUST = "must", _("Excludes the project")
    SHOULD = "should", _("Weakens the application")


class EligibilityRule(Record):
    """One rule of a window from one day on; a later ``edition`` of the same ``code`` stands in its
    place from its own first day. ``expression`` is text as ``expression.read`` takes it."""

    fund = models.ForeignKey(
        Fund,
        verbose_name=_("Window or call"),
        on_delete=models.CASCADE,
        related_name="eligibility_rules",
    )
    code = models.SlugField(_("Short name"), max_length=40)
    edition = models.PositiveSmallIntegerField(_("Edition"), default=1, editable=False)
    position = models.PositiveSmallIntegerField(
        _("Place in the order"), default=0, help_text=_("Lower numbers come first.")
    )
    severity = models.CharField(
        _("When it does not hold"),
        max_length=6,
        choices=Severity.choices,
        default=Severity.MUST,
    )
    expression = models.TextField(_("Expression"), max_length=8000)
    message = MultilingualField(verbose_name=_("The rule in one sentence"))
    fix = MultilingualField(verbose_name=_("What to do when it does not hold"), blank=True)
    citation = models.TextField(_("Sentence of the source"), max_length=2000)
    citation_url = models.URLField(_("Address of the source"), max_length=500, blank=True)
    valid_from = models.DateField(_("Applies from"))
    valid_until = models.DateField(_("Applies until"), null=True, blank=True)

    class Meta:
        ordering = ["position", "code", "edition"]
        constraints = [
            models.UniqueConstraint(
                fields=["fund", "code", "edition"],
                name="eligibility_rule_edition_once",
                violation_error_message=_("The window has a rule of that short name already."),
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
                name="eligibility_rule_days_in_order",
                violation_error_message=_("The rule ends before it begins."),
            ),
        ]
        verbose_name = _("rule of a window")

    def __str__(self) -> str:
        return localise(self.message).text

    def get_absolute_url(self) -> str:
        return reverse("eligibility:rule", args=[self.pk])

    @property
    def tree(self) -> Any:
        """The expression as ``expression.evaluate`` takes it."""
        return read(self.expression)

    @property
    def owner_id(self) -> int:
        """The organisation in whose trail changes of the rule stand."""
        return self.fund.owner_id


class Statement(Record):
    """What somebody said of a project, where no table holds it; the latest of one fact counts.

    ``value`` is “yes” or “no”, a number, a word, or codes of countries with spaces between them.
    """

    activity = models.ForeignKey(
        Activity,
        verbose_name=_("Project"),
        on_delete=models.CASCADE,
        related_name="eligibility_statements",
    )
    fact = models.SlugField(_("What"), max_length=40)
    value = models.CharField(_("Answer"), max_length=300)
    said_by = models.CharField(_("Who says so"), max_length=200)
    said_on = models.DateField(_("On"))
    source = models.ForeignKey(
        Source,
        verbose_name=_("Source"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="eligibility_statements",
    )
    note = models.TextField(_("Note"), max_length=2000, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    class Meta:
        ordering = ["fact", "-said_on", "-pk"]
        verbose_name = _("answer about a project")

    def __str__(self) -> str:
        return f"{self.fact}: {self.value}"

    def get_absolute_url(self) -> str:
        return f"{reverse('eligibility:project', args=[self.activity_id])}#answers"

    def clean(self) -> None:
        """Only facts that people may answer. Raises ``ValidationError``."""
        if self.fact not in stated_facts():
            raise ValidationError({"fact": _("This is no fact that is answered here.")})

    @property
    def owner_id(self) -> int:
        """The organisation in whose trail the answer stands."""
        return self.activity.owner_id
