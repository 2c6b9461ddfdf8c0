"""Sources and figures."""

from datetime import date
from typing import Any, NoReturn

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from appui.kernel.errors import Invalid
from appui.kernel.multilingual import MultilingualField, localise
from appui.registry.models import Code, Location, Owned, OwnedQuerySet

MAY_BE_NEGATIVE = frozenset({"USD", "EUR", "USD_per_year", "percent", "ratio", "score"})
MOST_DIGITS = 15  # what every database here keeps of a decimal without rounding it
NEVER_REMOVED = _("A recorded figure is never deleted: revise it, or make it private.")


class Source(Owned):
    """A publication that figures are taken from."""

    publisher = models.CharField(_("Publisher"), max_length=200)
    title = models.CharField(_("Title"), max_length=300)
    published_on = models.DateField(_("Published on"), null=True, blank=True)
    page = models.CharField(_("Page or section"), max_length=60, blank=True)
    url = models.URLField(_("Address"), max_length=500, blank=True)
    language = models.CharField(_("Language"), max_length=10, blank=True)
    note = models.TextField(_("Note"), blank=True)

    objects = OwnedQuerySet["Source"].as_manager()

    class Meta:
        ordering = ["publisher", "-published_on", "pk"]
        verbose_name = _("source")

    def __str__(self) -> str:
        year = f", {self.published_on:%Y}" if self.published_on else ""
        return f"{self.publisher}, {self.title}{year}"

    def get_absolute_url(self) -> str:
        return reverse("evidence:source", args=[self.pk])

    @property
    def label(self) -> str:
        """The short mark shown beside a figure."""
        return f"S{self.pk}"


class Confidence(models.TextChoices):
    """How the value came to be known."""

    STATED = "stated", _("Stated by the source")
    COMPUTED = "computed", _("Computed from stated figures")
    ESTIMATED = "estimated", _("Estimated")
    DISPUTED = "disputed", _("To be checked")


class FigureQuerySet(OwnedQuerySet["Figure"]):
    """Sets of figures."""

    def current(self) -> "FigureQuerySet":
        """Without those that a later vintage supersedes."""
        return self.filter(superseded_by=None)

    def dated(self) -> "FigureQuerySet":
        """Each with ``fact_date``: its date, or the end of its period."""
        return self.annotate(fact_date=Coalesce("as_of", "period_end"))

    def delete(self) -> NoReturn:
        raise Invalid(str(NEVER_REMOVED))


class Figure(Owned):
    """One value of one measure; what it says never changes: a revision is a new figure."""

    FIXED = (
        "measure_id",
        "detail",
        "location_id",
        "unit_id",
        "value",
        "as_of",
        "period_start",
        "period_end",
        "source_id",
        "supersedes_id",
    )

    measure = models.ForeignKey(
        Code,
        verbose_name=_("What it measures"),
        on_delete=models.PROTECT,
        related_name="+",
        limit_choices_to={"codelist__slug": "Measure"},
    )
    detail = MultilingualField(verbose_name=_("Detail"), blank=True)
    location = models.ForeignKey(
        Location,
        verbose_name=_("Place"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    unit = models.ForeignKey(
        Code,
        verbose_name=_("Unit"),
        on_delete=models.PROTECT,
        related_name="+",
        limit_choices_to={"codelist__slug": "Unit"},
    )
    value = models.DecimalField(_("Value"), max_digits=24, decimal_places=6)
    as_of = models.DateField(_("On the date of"), null=True, blank=True)
    period_start = models.DateField(_("From"), null=True, blank=True)
    period_end = models.DateField(_("To"), null=True, blank=True)
    source = models.ForeignKey(
        Source, verbose_name=_("Source"), on_delete=models.PROTECT, related_name="figures"
    )
    confidence = models.CharField(
        _("How it is known"), max_length=12, choices=Confidence.choices, default=Confidence.STATED
    )
    note = models.TextField(_("Note"), blank=True)
    supersedes = models.OneToOneField(
        "self",
        verbose_name=_("Replaces"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="superseded_by",
    )

    objects = FigureQuerySet.as_manager()

    class Meta:
        ordering = ["measure", "location", "-as_of", "-period_end", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(as_of__isnull=False, period_start=None, period_end=None)
                | Q(as_of=None, period_start__isnull=False, period_end__isnull=False),
                name="figure_has_a_date_or_a_period",
                violation_error_message=_("Give either a date or both ends of a period."),
            ),
            models.CheckConstraint(
                condition=Q(period_start=None) | Q(period_end__gte=models.F("period_start")),
                name="figure_period_in_order",
                violation_error_message=_("The period ends before it begins."),
            ),
        ]
        verbose_name = _("figure")

    def __str__(self) -> str:
        return f"{self.name}: {self.value.normalize():f} {self.unit}"

    def get_absolute_url(self) -> str:
        return reverse("evidence:figure", args=[self.pk])

    def clean(self) -> None:
        """A count is not negative, a value has at most 15 digits, a stored figure stays as it is.

        Raises ``ValidationError``.
        """
        if self.value is not None and self.unit_id is not None:
            self._check_value()
        if self.pk is not None:
            stored = type(self).objects.filter(pk=self.pk).values(*self.FIXED).first()
            if stored and any(getattr(self, name) != kept for name, kept in stored.items()):
                raise ValidationError(
                    _("What a figure says never changes: record a revision of it instead.")
                )

    def _check_value(self) -> None:
        if self.value < 0 and self.unit.code not in MAY_BE_NEGATIVE:
            raise ValidationError(
                {"value": _("A value in “%(unit)s” cannot be below zero.") % {"unit": self.unit}}
            )
        if len(self.value.normalize().as_tuple().digits) > MOST_DIGITS:
            raise ValidationError(
                {"value": _("A value has at most %(count)d digits.") % {"count": MOST_DIGITS}}
            )

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refused: raises ``Invalid``."""
        raise Invalid(str(NEVER_REMOVED))

    @property
    def name(self) -> str:
        """The measure, with its detail when there is one."""
        detail = localise(self.detail).text
        return f"{self.measure} ({detail})" if detail else str(self.measure)

    @property
    def is_superseded(self) -> bool:
        """Whether a later vintage replaces it; no query when ``superseded_by`` was joined."""
        return hasattr(self, "superseded_by")

    @property
    def days(self) -> tuple[date, date]:
        """First and last day of what it speaks of; the same day for a state on a date."""
        if self.as_of is not None:
            return self.as_of, self.as_of
        if self.period_start is None or self.period_end is None:
            raise ValueError("A figure has a date or both ends of a period.")
        return self.period_start, self.period_end
