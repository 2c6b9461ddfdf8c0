"""Periods of a fund: once closed, nothing is dated within."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from appui.funding.models import Fund
from appui.kernel.models import Record
from appui.treasury.models.earmark import Earmark
from appui.treasury.models.sums import Sums
from appui.ui import formats


class PeriodState(models.TextChoices):
    """Reopened, a period is closed again by another row: what was closed stays readable."""

    CLOSED = "closed", _("Closed")
    REOPENED = "reopened", _("Reopened")


class Period(Record):
    """One closing of the accounts of a fund, from a day to a day."""

    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="periods")
    starts_on = models.DateField(_("From"))
    ends_on = models.DateField(_("To"))
    state = models.CharField(
        _("State"), max_length=8, choices=PeriodState.choices, default=PeriodState.CLOSED
    )
    closed_by = models.CharField(_("Closed by"), max_length=200, editable=False)
    reopened_by = models.CharField(_("Reopened by"), max_length=200, blank=True, editable=False)
    reopened_at = models.DateTimeField(_("Reopened on"), null=True, editable=False)
    reason = models.CharField(_("Why it was reopened"), max_length=300, blank=True)

    class Meta:
        ordering = ["-ends_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="fund_period_in_order",
                violation_error_message=_("The period ends before it begins."),
            ),
            models.UniqueConstraint(
                fields=["fund", "ends_on"],
                condition=Q(state="closed"),
                name="fund_period_closed_once",
            ),
        ]
        verbose_name = _("period")

    def __str__(self) -> str:
        return formats.period(self.starts_on, self.ends_on)

    def get_absolute_url(self) -> str:
        return reverse("treasury:period", args=[self.pk])

    @property
    def owner_id(self) -> int:
        """The organisation in whose trail the closing stands."""
        return self.fund.owner_id

    def holds(self, day: date) -> bool:
        """Whether ``day`` is within; both ends count."""
        return self.starts_on <= day <= self.ends_on


class PeriodBalance(Sums, models.Model):
    """The sums of an earmark since its beginning, as they stood at the end of a period."""

    period = models.ForeignKey(Period, on_delete=models.CASCADE, related_name="lines")
    earmark = models.ForeignKey(Earmark, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["earmark"]
        constraints = [
            models.UniqueConstraint(fields=["period", "earmark"], name="fund_period_line_once")
        ]

    def __str__(self) -> str:
        return f"{self.period} · {self.earmark}"
