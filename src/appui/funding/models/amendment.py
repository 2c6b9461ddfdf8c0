"""Amendments: what a signed agreement says otherwise, from which day; written once."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from appui.evidence.models import Source
from appui.funding.models.agreement import Agreement
from appui.kernel.fields import MoneyField
from appui.kernel.models import AppendOnlyRow


class AmendmentKind(models.TextChoices):
    """What an amendment is about first; it may change more than that."""

    EXTENSION = "extension", _("Extension")
    AMOUNT = "amount", _("Amount")
    BUDGET = "budget", _("Budget change")
    OTHER = "other", _("Other")


class Amendment(AppendOnlyRow):
    """A change of a signed agreement, with what was agreed before and after.

    The rate to US dollars is that of the money it adds, fixed on its own day of signature.
    ``taken`` says from which earlier parts a reduction takes: part number (0 is the original) to
    amount. ``tranches_before`` and ``tranches_after`` keep the plan of payments.
    """

    REFUSAL = "An amendment is signed: record another one."
    QUIET_FIELDS = ("taken", "tranches_before", "tranches_after")

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="amendments")
    number = models.PositiveSmallIntegerField(pgettext_lazy("place in a row", "Number"))
    kind = models.CharField(_("Kind"), max_length=10, choices=AmendmentKind.choices)
    signed_on = models.DateField(_("Signed on"))
    reason = models.TextField(_("What changes, and why"))
    amount_before = MoneyField(_("Amount before"), minimum="0.01")
    amount_after = MoneyField(_("Amount after"), minimum="0.01")
    ends_on_before = models.DateField(_("End before"), null=True, blank=True)
    ends_on_after = models.DateField(_("End after"), null=True, blank=True)
    usd_rate = models.DecimalField(
        max_digits=24, decimal_places=12, null=True, blank=True, editable=False
    )
    usd_rate_date = models.DateField(null=True, blank=True, editable=False)
    usd_rate_source = models.CharField(max_length=200, blank=True, editable=False)
    taken = models.JSONField(default=dict, blank=True, editable=False)
    tranches_before = models.JSONField(default=list, blank=True, editable=False)
    tranches_after = models.JSONField(default=list, blank=True, editable=False)
    source = models.ForeignKey(
        Source,
        verbose_name=_("Source"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "number"], name="amendment_number_once"),
            models.CheckConstraint(
                condition=Q(amount_before__gt=0, amount_after__gt=0),
                name="amendment_amounts_positive",
            ),
        ]
        verbose_name = _("amendment")

    def __str__(self) -> str:
        return str(_("Amendment %(number)d") % {"number": self.number})

    @property
    def owner_id(self) -> int:
        """The organisation in whose trail the amendment stands."""
        return self.agreement.owner_id

    def get_absolute_url(self) -> str:
        return f"{self.agreement.get_absolute_url()}#amendments"
