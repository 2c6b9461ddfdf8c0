"""Statements of the bank, their lines, and which movements each line is."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from appui.funding.models import Fund
from appui.kernel.fields import CurrencyField, MoneyField
from appui.kernel.models import Record
from appui.treasury.models.movement import Movement


class BankStatement(Record):
    """A file of the bank: an account over some days; opening + lines = closing, always."""

    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="bank_statements")
    file_name = models.CharField(_("File"), max_length=200)
    sha256 = models.CharField(max_length=64, editable=False)
    layout = models.CharField(_("Format"), max_length=40)
    account = models.CharField(_("Bank account"), max_length=80, blank=True)
    currency = CurrencyField(_("Currency"))
    starts_on = models.DateField(_("From"))
    ends_on = models.DateField(_("To"))
    opening = MoneyField(_("Opening balance"), minimum=None)
    closing = MoneyField(_("Closing balance"), minimum=None)

    class Meta:
        ordering = ["-ends_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["fund", "sha256"], name="bank_statement_once"),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="bank_statement_in_order"
            ),
        ]
        verbose_name = _("bank statement")

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return reverse("treasury:bank_statement", args=[self.pk])

    @property
    def owner_id(self) -> int:
        """The organisation in whose trail the statement stands."""
        return self.fund.owner_id


class StoredStatement(models.Model):
    """The file as it came, apart so that no list reads it."""

    statement = models.OneToOneField(BankStatement, on_delete=models.CASCADE, related_name="stored")
    content = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.statement_id}"


class BankLine(models.Model):
    """One entry at the bank; ``amount`` is negative for money that left the account."""

    statement = models.ForeignKey(BankStatement, on_delete=models.CASCADE, related_name="lines")
    number = models.PositiveIntegerField(_("Line"))
    booked_on = models.DateField(_("Booked on"))
    value_on = models.DateField(_("Value date"), null=True)
    amount = MoneyField(_("Amount"), minimum=None)
    text = models.CharField(_("Text of the bank"), max_length=1000, blank=True)
    reference = models.CharField(_("Reference"), max_length=80, blank=True)
    counterparty = models.CharField(_("From or to whom"), max_length=200, blank=True)
    is_reversal = models.BooleanField(default=False)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["statement", "number"], name="bank_line_once")
        ]
        verbose_name = _("line of a bank statement")

    def __str__(self) -> str:
        return f"{self.booked_on} {self.amount}"

    def get_absolute_url(self) -> str:
        return f"{self.statement.get_absolute_url()}#line-{self.number}"


class Match(models.Model):
    """A movement found at the bank; a line may be several movements, a movement is one line."""

    line = models.ForeignKey(BankLine, on_delete=models.CASCADE, related_name="matches")
    movement = models.OneToOneField(Movement, on_delete=models.PROTECT, related_name="match")
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("match")

    def __str__(self) -> str:
        return f"{self.line} · {self.movement}"
