"""Exchange rates by month, each with who published it."""

from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from appui.kernel.fields import CurrencyField
from appui.kernel.models import Record


class ExchangeRate(Record):
    """US dollars for one unit of ``currency``, valid for the month that starts on ``month``."""

    currency = CurrencyField(_("Currency"))
    month = models.DateField(_("Month"))
    usd_per_unit = models.DecimalField(
        _("US dollars for one unit"),
        max_digits=24,
        decimal_places=12,
        validators=[MinValueValidator(Decimal("0.000000000001"))],
    )
    source = models.CharField(_("Source"), max_length=200)

    class Meta:
        ordering = ["-month", "currency"]
        constraints = [
            models.UniqueConstraint(
                fields=["currency", "month", "source"], name="rate_once_a_source"
            ),
            models.CheckConstraint(condition=models.Q(month__day=1), name="rate_month_first_day"),
            models.CheckConstraint(condition=models.Q(usd_per_unit__gt=0), name="rate_positive"),
        ]
        verbose_name = _("exchange rate")

    def __str__(self) -> str:
        return f"{self.currency} {self.month:%Y-%m}"
