"""Tranches of an agreement and the conditions it sets."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from appui.evidence.models import Source
from appui.funding.models.agreement import Agreement
from appui.kernel.fields import MoneyField
from appui.kernel.models import Record
from appui.registry.models import Code


class Conditional(Record):
    """What tranches and conditions share: the agreement, and how a condition was met."""

    met_on = models.DateField(_("Condition met on"), null=True, blank=True)
    evidence = models.ForeignKey(
        Source,
        verbose_name=_("Evidence"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        abstract = True


class Tranche(Conditional):
    """A part of an agreement that is paid at once, in the agreement's currency.

    What was received of it is told by the lines of the ledger that name it.
    """

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="tranches")
    number = models.PositiveSmallIntegerField(pgettext_lazy("place in a row", "Number"))
    amount = MoneyField(_("Amount"), minimum="0.01")
    due_on = models.DateField(_("Due on"), null=True, blank=True)
    condition = models.TextField(_("Condition"), blank=True)

    class Meta:
        ordering = ["number", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "number"],
                name="tranche_number_once",
                violation_error_message=_("This agreement already has a tranche of that number."),
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="tranche_amount_positive"),
        ]
        verbose_name = _("tranche")

    def __str__(self) -> str:
        return f"{self.number} · {self.amount} {self.agreement.currency}"

    @property
    def owner_id(self) -> int:
        """The organisation in whose trail changes of the tranche stand."""
        return self.agreement.owner_id

    def get_absolute_url(self) -> str:
        return f"{self.agreement.get_absolute_url()}#tranches"

    def others(self) -> "models.QuerySet[Tranche]":
        """The other tranches of the agreement."""
        return Tranche.objects.filter(agreement=self.agreement_id).exclude(pk=self.pk)


class Condition(Conditional):
    """A condition that the donor sets on the whole agreement (IATI 2.03, conditions/condition)."""

    agreement = models.ForeignKey(
        Agreement, on_delete=models.CASCADE, related_name="condition_rows"
    )
    text = models.TextField(_("Condition"))
    condition_type = models.ForeignKey(
        Code,
        verbose_name=_("Type"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        limit_choices_to={"codelist__slug": "ConditionType"},
    )

    class Meta:
        ordering = ["pk"]
        verbose_name = _("condition")

    def __str__(self) -> str:
        return self.text[:120]

    @property
    def owner_id(self) -> int:
        """The organisation in whose trail changes of the condition stand."""
        return self.agreement.owner_id

    def get_absolute_url(self) -> str:
        return f"{self.agreement.get_absolute_url()}#conditions"
