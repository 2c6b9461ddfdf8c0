"""Present value and internal rate of return, on Decimals.

PV(r) = Σ Fₜ / (1 + r)^(t − t₀). Source: R. Brealey, S. Myers and F. Allen, "Principles of
Corporate Finance", chapters 2 (present value) and 5 (internal rate of return); the same rule is in
HM Treasury, "The Green Book", annex on discounting.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from itertools import pairwise

ZERO, ONE = Decimal(0), Decimal(1)
TOLERANCE = Decimal("1E-12")
HALVINGS = 200
# Where the internal rate is looked for: between each two neighbours.
GRID = (
    *(Decimal(hundredths) / 100 for hundredths in (-99, -90, -75, -50, -30, -20, -10, -5, -2, 0)),
    *(Decimal(hundredths) / 100 for hundredths in (2, 5, 10, 20, 35, 50, 100, 200, 500, 1000)),
)
Years = Mapping[int, Decimal]


def present_value(flows: Years, rate: Decimal, base: int) -> Decimal:
    """What ``flows`` are worth in the year ``base``; those before it grow. Unrounded.

    ``rate`` is above −1.
    """
    return sum((flow / (ONE + rate) ** (year - base) for year, flow in flows.items()), ZERO)


def internal_rate(flows: Years) -> Decimal | None:
    """The rate at which ``flows`` are worth nothing, to 1E-12, looked for from −99 % to 1,000 %.

    None when they never change sign or no such rate exists. Flows that change sign more than once
    may have several: the one nearest to zero is given.
    """
    moving = {year: flow for year, flow in flows.items() if flow}
    if not moving or min(moving.values()) >= 0 or max(moving.values()) <= 0:
        return None
    base = min(moving)
    found = roots(lambda rate: present_value(moving, rate, base))
    return min(found, key=abs, default=None)


def roots(worth: Callable[[Decimal], Decimal]) -> list[Decimal]:
    """One zero of ``worth`` between each two neighbours of the grid where its sign changes."""
    found = []
    for low, high in pairwise(GRID):
        zero = zero_between(worth, low, high)
        if zero is not None:
            found.append(zero)
    return found


def zero_between(
    worth: Callable[[Decimal], Decimal], low: Decimal, high: Decimal
) -> Decimal | None:
    """Where ``worth`` is zero between ``low`` and ``high``, to 1E-12, by halving; None when it has
    the same sign at both ends."""
    at_low, at_high = worth(low), worth(high)
    if not at_low:
        return low
    if not at_high:
        return high
    if (at_low > 0) == (at_high > 0):
        return None
    for _step in range(HALVINGS):
        middle = (low + high) / 2
        here = worth(middle)
        if not here or high - low < TOLERANCE:
            return middle
        if (here > 0) == (at_low > 0):
            low = middle
        else:
            high = middle
    return (low + high) / 2
