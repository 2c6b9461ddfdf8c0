"""The arithmetic of a fund: how each kind of movement changes an earmark and a project.

Pure: kinds and decimal amounts in, sums and refusals out. For one earmark at any time

    held      = received + interest + recovered + moved_in
                - fees - returned - moved_out - disbursed - spent      (money at the bank)
    to_pay    = allocated - released - disbursed - spent               (promised, not yet paid)
    available = held - to_pay                                          (may still be allocated)

A refund from a project gives up that part of the allocation: it becomes available again and is
not owed to the project a second time.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

ZERO = Decimal(0)


class Kind(StrEnum):
    """What happened to the money; each is also the name of its sum."""

    RECEIVED = "received"
    INTEREST = "interest"
    FEES = "fees"
    RETURNED = "returned"
    MOVED_IN = "moved_in"
    MOVED_OUT = "moved_out"
    ALLOCATED = "allocated"
    RELEASED = "released"
    DISBURSED = "disbursed"
    SPENT = "spent"
    RECOVERED = "recovered"


INTO = frozenset({Kind.RECEIVED, Kind.INTEREST, Kind.RECOVERED, Kind.MOVED_IN})
OUT_OF = frozenset({Kind.FEES, Kind.RETURNED, Kind.MOVED_OUT, Kind.DISBURSED, Kind.SPENT})
OF_PROJECTS = (Kind.ALLOCATED, Kind.RELEASED, Kind.DISBURSED, Kind.SPENT, Kind.RECOVERED)
AT_BANK = tuple(kind for kind in Kind if kind in INTO | OUT_OF and not kind.startswith("moved"))


def cash(kind: str, amount: Decimal) -> Decimal:
    """What a movement adds to the money at the bank; negative when it takes away."""
    return amount if kind in INTO else -amount if kind in OUT_OF else ZERO


def promise(kind: str, amount: Decimal) -> Decimal:
    """What a movement adds to what is promised and not yet paid."""
    if kind == Kind.ALLOCATED:
        return amount
    return -amount if kind in (Kind.RELEASED, Kind.DISBURSED, Kind.SPENT) else ZERO


def payment(kind: str, amount: Decimal) -> Decimal:
    """What a movement adds to what a project was paid and has not given back."""
    if kind in (Kind.DISBURSED, Kind.SPENT):
        return amount
    return -amount if kind == Kind.RECOVERED else ZERO


def freedom(kind: str, amount: Decimal) -> Decimal:
    """What a movement adds to what may still be allocated."""
    return cash(kind, amount) - promise(kind, amount)


@dataclass(frozen=True, slots=True)
class Balances:
    """The sums of an earmark, a project or a whole fund, by kind, in one currency."""

    received: Decimal = ZERO
    interest: Decimal = ZERO
    fees: Decimal = ZERO
    returned: Decimal = ZERO
    moved_in: Decimal = ZERO
    moved_out: Decimal = ZERO
    allocated: Decimal = ZERO
    released: Decimal = ZERO
    disbursed: Decimal = ZERO
    spent: Decimal = ZERO
    recovered: Decimal = ZERO

    @classmethod
    def of(cls, sums: Mapping[str, Decimal]) -> "Balances":
        """From sums by kind; what is not named is zero."""
        return cls(**{kind.value: sums.get(kind.value, ZERO) for kind in Kind})

    def sums(self) -> dict[str, Decimal]:
        """The sums by kind."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def after(self, kind: str, amount: Decimal) -> "Balances":
        """The balances once ``amount`` of ``kind`` moved; a reversal has a negative amount."""
        return replace(self, **{kind: getattr(self, kind) + amount})

    def __add__(self, other: "Balances") -> "Balances":
        theirs = other.sums()
        return Balances(**{name: mine + theirs[name] for name, mine in self.sums().items()})

    @property
    def held(self) -> Decimal:
        """The money at the bank."""
        return sum((cash(kind, amount) for kind, amount in self.sums().items()), ZERO)

    @property
    def to_pay(self) -> Decimal:
        """What is promised to projects and not yet paid."""
        return sum((promise(kind, amount) for kind, amount in self.sums().items()), ZERO)

    @property
    def paid(self) -> Decimal:
        """What projects were paid and have not given back."""
        return sum((payment(kind, amount) for kind, amount in self.sums().items()), ZERO)

    @property
    def available(self) -> Decimal:
        """What may still be allocated, returned or moved."""
        return self.held - self.to_pay


Entry = tuple[date, str, Decimal]  # day, kind, amount


def lowest(now: Decimal, measure: object, later: Iterable[Entry]) -> Decimal:
    """The lowest that a balance stands at the end of a day and of every day after it.

    ``now`` is the balance after everything, ``later`` are the movements after that day, and
    ``measure`` is ``freedom``, ``promise`` or ``payment``.
    """
    by_day: dict[date, Decimal] = {}
    for day, kind, amount in later:
        by_day[day] = by_day.get(day, ZERO) + measure(kind, amount)  # type: ignore[operator]
    found = at = now
    for day in sorted(by_day, reverse=True):
        at -= by_day[day]
        found = min(found, at)
    return found
