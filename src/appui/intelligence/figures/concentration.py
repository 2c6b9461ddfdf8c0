"""How concentrated a sum is: the index of Herfindahl and Hirschman, and what hangs on the first.

Shares are of what is above zero: a giver whose rows cancel out, or that took money back on
balance, has no share.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Final, Generic, TypeVar

K = TypeVar("K", bound=Hashable)
EXACT: Final = Context(prec=40, rounding=ROUND_HALF_EVEN)
FOUR_PLACES: Final = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Concentration(Generic[K]):
    """``hhi`` from 1/``count`` (all give alike) to 1 (one gives all), four decimals.

    ``effective`` is its inverse: as many givers of equal size would be as concentrated.
    ``top_share`` is what is lost when ``top``, the largest, leaves.
    """

    count: int
    total: Decimal
    hhi: Decimal
    effective: Decimal
    top: K
    top_amount: Decimal
    top_share: Decimal


def concentration(amounts: Iterable[tuple[K, Decimal]]) -> Concentration[K] | None:
    """The concentration of amounts by giver, each giver once; None when nothing is above zero.

    Of several largest the first given is the top.
    """
    given = [(who, amount) for who, amount in amounts if amount > 0]
    if not given:
        return None
    total = sum((amount for _who, amount in given), Decimal(0))
    squares = sum((amount * amount for _who, amount in given), Decimal(0))
    top, top_amount = max(given, key=lambda pair: pair[1])
    return Concentration(
        count=len(given),
        total=total,
        hhi=_ratio(squares, total * total),
        effective=EXACT.divide(total * total, squares).quantize(Decimal("0.01"), context=EXACT),
        top=top,
        top_amount=top_amount,
        top_share=_ratio(top_amount, total),
    )


def _ratio(part: Decimal, whole: Decimal) -> Decimal:
    return EXACT.divide(part, whole).quantize(FOUR_PLACES, context=EXACT)
