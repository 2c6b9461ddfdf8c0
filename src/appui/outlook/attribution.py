"""Whose money made which part of a result: shares of the cost, then of the result. Pure.

An activity cost C and donors paid A₁ … Aₙ of it. The share of donor i is Aᵢ ÷ C; what nobody
else paid is the activity's own share. When the donors paid more than the cost, the shares are of
what they paid together and nothing is the activity's own. A result R is split by these shares,
so that the parts make R exactly: each unit of a result is counted for one payer only.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from appui.outlook.shares import split

ZERO, ONE = Decimal(0), Decimal(1)
SHARE_UNIT = Decimal("0.000001")
OWN = ""


@dataclass(frozen=True, slots=True)
class Share:
    """What one payer paid and its part of the cost, 0 to 1 with six decimals; ``donor`` is empty
    for the activity's own money."""

    donor: str
    paid: Decimal
    share: Decimal


def shares(cost: Decimal, paid: Mapping[str, Decimal]) -> list[Share]:
    """One share a donor that paid something, then the activity's own; they make 1 exactly.

    Raises ``ValueError`` when a donor paid below zero, or when there is neither cost nor payment.
    """
    if any(amount < 0 for amount in paid.values()) or cost < 0:
        raise ValueError("Neither the cost nor what a donor paid is below zero.")
    given = {donor: amount for donor, amount in paid.items() if amount > 0}
    own = max(cost - sum(given.values(), ZERO), ZERO)
    amounts = [*given.items(), *([(OWN, own)] if own > 0 else [])]
    if not amounts:
        raise ValueError("Nothing was paid and nothing was spent.")
    parts = split(ONE, [amount for _donor, amount in amounts], SHARE_UNIT)
    return [
        Share(donor, amount, part) for (donor, amount), part in zip(amounts, parts, strict=True)
    ]


def results(of: list[Share], result: Decimal, places: int = 0) -> list[Decimal]:
    """The part of ``result`` of each share, to ``places`` decimals; the parts make it exactly.

    Raises ``ValueError`` for a result with more decimals than that.
    """
    return split(result, [item.paid for item in of], ONE.scaleb(-places))
