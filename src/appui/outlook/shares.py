"""Splitting an amount so that the parts make it to the last unit. Pure.

Largest remainder (Hamilton): each part is rounded down, then the units left go to the largest
remainders; of equal ones, to the first.
"""

from collections.abc import Sequence
from decimal import ROUND_FLOOR, Context, Decimal

EXACT = Context(prec=60)
ZERO = Decimal(0)


def split(total: Decimal, weights: Sequence[Decimal], unit: Decimal) -> list[Decimal]:
    """``total``, a multiple of ``unit``, in the proportion of ``weights``; the parts make it.

    Raises ``ValueError`` for a weight below zero, weights that are all zero, or a total between
    two units.
    """
    whole = sum(weights, ZERO)
    if any(weight < 0 for weight in weights) or whole <= 0:
        raise ValueError("Weights are not below zero, and one of them is above.")
    size = abs(total)
    if size != EXACT.multiply(EXACT.divide(size, unit).to_integral_value(), unit):
        raise ValueError(f"{total} is not a multiple of {unit}.")
    due = [EXACT.divide(EXACT.multiply(size, weight), whole) for weight in weights]
    parts = [_down(value, unit) for value in due]
    left = int(EXACT.divide(size - sum(parts, ZERO), unit))
    order = sorted(range(len(due)), key=lambda place: (parts[place] - due[place], place))
    for place in order[:left]:
        parts[place] += unit
    return parts if total >= 0 else [-part for part in parts]


def _down(value: Decimal, unit: Decimal) -> Decimal:
    steps = EXACT.divide(value, unit).to_integral_value(rounding=ROUND_FLOOR)
    return EXACT.multiply(steps, unit)
