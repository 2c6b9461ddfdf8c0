"""Money that passes through several hands, counted once at each boundary. Pure.

A boundary is a set of organisations. What comes into it is the sum of the transfers from somebody
outside to somebody inside; transfers between two members are inside and are not counted. So

    in(A ∪ B) = in(A) + in(B) − transfers between A and B

A transfer may be told twice, by who gave and by who received: it is counted once, as the receiver
tells it where it does, else as the giver.
"""

from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

ZERO = Decimal(0)
Who = Hashable


class Teller(StrEnum):
    """Which side tells of a transfer."""

    GIVER = "giver"
    TAKER = "taker"


@dataclass(frozen=True, slots=True)
class Transfer:
    """An amount from one organisation to another; ``flow`` tells apart what must not be matched,
    as a project."""

    giver: Who
    taker: Who
    amount: Decimal
    told_by: Teller
    flow: Hashable = None


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One flow of which giver and receiver tell different sums."""

    giver: Who
    taker: Who
    flow: Hashable
    told_by_giver: Decimal
    told_by_taker: Decimal


def told_once(transfers: Iterable[Transfer]) -> tuple[list[Transfer], list[Disagreement]]:
    """The transfers with each flow told by one side only, and where the two sides differ."""
    found = list(transfers)
    sums: dict[tuple[Who, Who, Hashable], dict[Teller, Decimal]] = {}
    for item in found:
        told = sums.setdefault((item.giver, item.taker, item.flow), {})
        told[item.told_by] = told.get(item.told_by, ZERO) + item.amount
    kept = [
        item
        for item in found
        if item.told_by == Teller.TAKER
        or Teller.TAKER not in sums[item.giver, item.taker, item.flow]
    ]
    apart = [
        Disagreement(*key, told[Teller.GIVER], told[Teller.TAKER])
        for key, told in sums.items()
        if len(told) == 2 and told[Teller.GIVER] != told[Teller.TAKER]
    ]
    return kept, apart


def came_in(transfers: Iterable[Transfer], boundary: Collection[Who]) -> Decimal:
    """What came into the boundary from outside it."""
    return sum(
        (
            item.amount
            for item in transfers
            if item.taker in boundary and item.giver not in boundary
        ),
        ZERO,
    )


def went_out(transfers: Iterable[Transfer], boundary: Collection[Who]) -> Decimal:
    """What the boundary passed on to somebody outside it."""
    return sum(
        (
            item.amount
            for item in transfers
            if item.giver in boundary and item.taker not in boundary
        ),
        ZERO,
    )


def stages(transfers: Iterable[Transfer]) -> list[list[Who]]:
    """Who stands how far from the first giver: those that only give, then those they pay, …

    An organisation stands after all that pay it. Those in a circle stand together at the end.
    """
    paid_by: dict[Who, set[Who]] = {}
    for item in transfers:
        if item.giver != item.taker:
            paid_by.setdefault(item.taker, set()).add(item.giver)
            paid_by.setdefault(item.giver, set())
    found: list[list[Who]] = []
    placed: set[Who] = set()
    while len(placed) < len(paid_by):
        ready = [who for who, givers in paid_by.items() if who not in placed and givers <= placed]
        if not ready:
            ready = [who for who in paid_by if who not in placed]
        found.append(ready)
        placed.update(ready)
    return found


def boundary_sums(
    transfers: Iterable[Transfer], boundaries: Mapping[str, Collection[Who]]
) -> dict[str, Decimal]:
    """What came into each named boundary."""
    found = list(transfers)
    return {name: came_in(found, members) for name, members in boundaries.items()}
