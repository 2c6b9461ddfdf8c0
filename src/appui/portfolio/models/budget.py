"""What an activity is planned to cost, by period and category."""

from datetime import date, timedelta

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from appui.evidence.models import Source
from appui.kernel.fields import CurrencyField, MoneyField
from appui.kernel.models import Record
from appui.portfolio.models.activity import Activity
from appui.registry.models import Code
from appui.ui import formats


class BudgetLine(Record):
    """Money planned for one period (``budget``); a line that is replaced no longer counts."""

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="budget_lines")
    budget_type = models.ForeignKey(
        Code,
        verbose_name=_("Type"),
        on_delete=models.PROTECT,
        related_name="+",
        limit_choices_to={"codelist__slug": "BudgetType"},
    )
    budget_status = models.ForeignKey(
        Code,
        verbose_name=_("Status"),
        on_delete=models.PROTECT,
        related_name="+",
        limit_choices_to={"codelist__slug": "BudgetStatus"},
    )
    category = models.ForeignKey(
        Code,
        verbose_name=_("Category"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        limit_choices_to={"codelist__slug": "BudgetCategory"},
        help_text=_("What the money is spent on: staff, travel, equipment."),
    )
    period_start = models.DateField(_("From"))
    period_end = models.DateField(_("To"))
    amount = MoneyField(
        _("Amount"),
    )
    currency = CurrencyField(_("Currency"))
    value_date = models.DateField(_("Value date"))
    replaces = models.OneToOneField(
        "self",
        verbose_name=_("Replaces"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="replaced_by",
    )
    source = models.ForeignKey(
        Source,
        verbose_name=_("Source"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="budget_lines",
    )

    class Meta:
        ordering = ["period_start", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(period_end__gte=F("period_start")),
                name="budget_period_in_order",
                violation_error_message=_("The period ends before it begins."),
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=0),
                name="budget_not_negative",
                violation_error_message=_("A budget cannot be negative."),
            ),
        ]
        verbose_name = _("budget line")

    def __str__(self) -> str:
        what = f" · {self.category}" if self.category else ""
        period = formats.period(self.period_start, self.period_end)
        return f"{formats.money(self.amount, self.currency)} · {period}{what}"

    @property
    def is_replaced(self) -> bool:
        """Whether a later line counts instead; no query when ``replaced_by`` was joined."""
        return hasattr(self, "replaced_by")

    @property
    def exceeds_a_year(self) -> bool:
        """Whether the period is longer than 12 months, which IATI 2.03 advises against."""
        next_year = self.period_start.year + 1
        try:
            limit = self.period_start.replace(year=next_year)
        except ValueError:  # 29 February
            limit = date(next_year, 3, 1)
        return self.period_end > limit - timedelta(days=1)
