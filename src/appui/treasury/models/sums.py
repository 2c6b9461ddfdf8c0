"""Sums by kind of movement, as an earmark, a project and a closed period keep them."""

from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from appui.kernel.fields import MoneyField
from appui.treasury.balances import Balances, Kind


class MovementKind(models.TextChoices):
    """``balances.Kind`` with its names."""

    RECEIVED = Kind.RECEIVED.value, _("Receipt")
    INTEREST = Kind.INTEREST.value, _("Interest")
    FEES = Kind.FEES.value, _("Fee")
    RETURNED = Kind.RETURNED.value, _("Refund to the donor")
    MOVED_IN = Kind.MOVED_IN.value, _("Moved in from another earmark")
    MOVED_OUT = Kind.MOVED_OUT.value, _("Moved out to another earmark")
    ALLOCATED = Kind.ALLOCATED.value, _("Allocation")
    RELEASED = Kind.RELEASED.value, _("Release of an allocation")
    DISBURSED = Kind.DISBURSED.value, _("Disbursement")
    SPENT = Kind.SPENT.value, _("Expenditure")
    RECOVERED = Kind.RECOVERED.value, _("Refund from a project")


def _sum() -> MoneyField:
    return MoneyField(default=Decimal(0), editable=False, minimum=None)


class Sums(models.Model):
    """One sum a kind, kept beside the movements so that no page adds them up."""

    received = _sum()
    interest = _sum()
    fees = _sum()
    returned = _sum()
    moved_in = _sum()
    moved_out = _sum()
    allocated = _sum()
    released = _sum()
    disbursed = _sum()
    spent = _sum()
    recovered = _sum()

    class Meta:
        abstract = True

    @property
    def balances(self) -> Balances:
        """The sums with what follows from them."""
        return Balances(**{kind.value: getattr(self, kind.value) for kind in Kind})


KEPT_SUMS = frozenset(kind.value for kind in Kind)
