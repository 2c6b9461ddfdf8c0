"""The ledger: transactions are added, never changed; a mistake is reversed by another line."""

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from appui.evidence.models import Source
from appui.funding.models.agreement import Agreement
from appui.funding.models.fund import Fund
from appui.funding.models.tranche import Tranche
from appui.kernel.fields import CurrencyField, MoneyField
from appui.kernel.models import AppendOnlyRow
from appui.portfolio.models import Activity
from appui.registry.models import Code, Organisation, Owned, OwnedQuerySet
from appui.ui import formats


class LedgerQuerySet(OwnedQuerySet["Transaction"]):
    """Lines of the ledger; the database itself refuses changes too (see the migration)."""

    def with_state(self) -> "LedgerQuerySet":
        """Each line with ``is_reversed``, and the one it reverses."""
        undone = Transaction.objects.filter(reverses=models.OuterRef("pk"))
        return self.select_related("reverses").annotate(is_reversed=models.Exists(undone))

    def update(self, **kwargs: object) -> int:
        raise TypeError("The ledger is append-only: reverse the line instead.")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise TypeError("The ledger is append-only: reverse the line instead.")


class Transaction(AppendOnlyRow, Owned):
    """An IATI transaction (types 1–13). ``usd_value`` is fixed when the line is written.

    ``activity`` is the one whose accounts the line stands in; ``provider_activity`` and
    ``receiver_activity`` are where the money came from and went to, as in IATI.
    A negative value corrects earlier lines of the same kind, as IATI allows.
    """

    REFUSAL = "The ledger is append-only: reverse the line instead."

    transaction_type = models.ForeignKey(
        Code,
        verbose_name=_("Type"),
        on_delete=models.PROTECT,
        related_name="+",
        limit_choices_to={"codelist__slug": "TransactionType"},
    )
    date = models.DateField(_("Date"))
    value_date = models.DateField(_("Value date"))
    value = MoneyField(_("Value"), minimum=None)
    currency = CurrencyField(_("Currency"))
    usd_value = MoneyField(null=True, editable=False, minimum=None)
    usd_rate = models.DecimalField(max_digits=24, decimal_places=12, null=True, editable=False)
    usd_rate_date = models.DateField(null=True, editable=False)
    usd_rate_source = models.CharField(max_length=200, blank=True, editable=False)
    provider = models.ForeignKey(
        Organisation,
        verbose_name=pgettext_lazy("from whom or what", "From"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="provided",
    )
    receiver = models.ForeignKey(
        Organisation,
        verbose_name=pgettext_lazy("to whom or what", "To"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="received",
    )
    provider_activity = models.ForeignKey(
        Activity,
        verbose_name=_("From their project"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    receiver_activity = models.ForeignKey(
        Activity,
        verbose_name=_("To their project"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    activity = models.ForeignKey(
        Activity,
        verbose_name=_("Project"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="transactions",
    )
    agreement = models.ForeignKey(
        Agreement,
        verbose_name=_("Agreement"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="transactions",
    )
    tranche = models.ForeignKey(
        Tranche,
        verbose_name=_("Tranche"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="transactions",
    )
    fund = models.ForeignKey(
        Fund,
        verbose_name=_("Fund"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="transactions",
    )
    description = models.CharField(_("Description"), max_length=300, blank=True)
    reverses = models.OneToOneField(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="reversed_by",
        editable=False,
    )
    source = models.ForeignKey(
        Source,
        verbose_name=_("Source"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="transactions",
    )

    objects = LedgerQuerySet.as_manager()

    class Meta:
        ordering = ["-date", "-pk"]
        indexes = [
            models.Index(fields=["-date", "id"], name="transaction_by_day"),
            models.Index(fields=["owner", "-date", "id"], name="transaction_of_owner_by_day"),
            # All that the sums of lines read, so that they never open the rows themselves.
            models.Index(
                fields=[
                    "owner",
                    "transaction_type",
                    "currency",
                    "date",
                    "value",
                    "usd_value",
                    "provider",
                    "receiver",
                    "provider_activity",
                    "receiver_activity",
                    "agreement",
                    "activity",
                    "reverses",
                    "visibility",
                ],
                name="transaction_sums",
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(value=Decimal(0)), name="transaction_not_zero"),
            models.CheckConstraint(
                condition=Q(activity__isnull=False)
                | Q(agreement__isnull=False)
                | Q(fund__isnull=False),
                name="transaction_of_something",
                violation_error_message=_("Say to which project, agreement or fund it belongs."),
            ),
        ]
        verbose_name = _("transaction")

    def __str__(self) -> str:
        return f"{formats.day(self.date)} · {formats.money(self.value, self.currency)}"

    def get_absolute_url(self) -> str:
        return reverse("funding:transaction", args=[self.pk])
