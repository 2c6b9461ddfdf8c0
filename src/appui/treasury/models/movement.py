"""Movements of a fund: added, never changed; a mistake is reversed by another one."""

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from appui.funding.models import Agreement, Fund, Transaction
from appui.kernel.fields import CurrencyField, MoneyField
from appui.kernel.models import AppendOnly, AppendOnlyRow
from appui.portfolio.models import Activity
from appui.registry.models import Organisation
from appui.treasury import balances
from appui.treasury.models.earmark import Earmark
from appui.treasury.models.sums import MovementKind
from appui.ui import formats


class Movement(AppendOnlyRow):
    """One event of a fund's money, in the currency of its earmark; negative when it reverses.

    ``original`` in ``original_currency`` is what came in where that was another currency, with
    the rate of the month of the value date. ``transaction`` is its line in the ledger; moving money
    between two earmarks is no transaction of IATI and has none.
    """

    REFUSAL = "Movements of a fund are append-only: reverse the movement instead."

    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="+", editable=False)
    earmark = models.ForeignKey(
        Earmark, verbose_name=_("Earmark"), on_delete=models.PROTECT, related_name="movements"
    )
    kind = models.CharField(_("Kind"), max_length=10, choices=MovementKind.choices)
    date = models.DateField(_("Date"))
    value_date = models.DateField(_("Value date"))
    amount = MoneyField(_("Amount"), minimum=None)
    original = MoneyField(_("Amount in the currency paid"), minimum=None)
    original_currency = CurrencyField(_("Currency paid"))
    rate = models.DecimalField(max_digits=24, decimal_places=12, null=True, editable=False)
    rate_date = models.DateField(null=True, editable=False)
    rate_source = models.CharField(max_length=200, blank=True, editable=False)
    activity = models.ForeignKey(
        Activity,
        verbose_name=_("Project"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("From or to whom"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    agreement = models.ForeignKey(
        Agreement,
        verbose_name=_("Agreement"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    reference = models.CharField(_("Reference at the bank"), max_length=80, blank=True)
    description = models.CharField(_("Description"), max_length=300, blank=True)
    transaction = models.OneToOneField(
        Transaction,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="movement",
        editable=False,
    )
    reverses = models.OneToOneField(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="reversed_by",
        editable=False,
    )
    moved_from = models.OneToOneField(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="moved_to",
        editable=False,
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = AppendOnly.as_manager()

    class Meta:
        ordering = ["-date", "-pk"]
        indexes = [
            models.Index(fields=["fund", "-date", "id"], name="movement_of_fund_by_day"),
            models.Index(fields=["fund", "kind", "organisation"], name="movement_by_giver"),
            models.Index(fields=["fund", "activity", "date"], name="movement_of_project"),
            models.Index(fields=["earmark", "-date", "id"], name="movement_by_day"),
            models.Index(fields=["earmark", "kind", "-date"], name="movement_by_kind"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(amount=Decimal(0)), name="movement_not_zero"),
            models.CheckConstraint(
                condition=Q(reverses=None, amount__gt=0) | Q(reverses__isnull=False, amount__lt=0),
                name="movement_negative_when_it_reverses",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=[kind.value for kind in balances.OF_PROJECTS])
                | Q(activity__isnull=False),
                name="movement_of_a_project",
                violation_error_message=_("Say which project."),
            ),
        ]
        verbose_name = _("movement")

    def __str__(self) -> str:
        return f"{formats.day(self.date)} · {formats.money(self.amount, self.earmark.currency)}"

    def get_absolute_url(self) -> str:
        return reverse("treasury:movement", args=[self.pk])

    @property
    def owner_id(self) -> int:
        """The organisation in whose trail the movement stands."""
        return self.fund.owner_id

    @property
    def cash(self) -> Decimal:
        """What it adds to the money at the bank, in the earmark's currency."""
        return balances.cash(self.kind, self.amount)
