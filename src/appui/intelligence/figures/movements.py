"""Who entered, left, returned or stayed, by two windows of years.

The rule, for a last year Y and a window of w years: the *last* window is Y-w+1 to Y, the one
*before* it Y-2w+1 to Y-w; *earlier* is everything known before both. A giver is present in a
window when its rows there sum to more than nothing. In the last window only: *entered*. In the
last and earlier, not before: *returned*. In the one before and not in the last: *left*. In both:
*stayed*. Whoever was there only earlier left long ago and is not listed.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Generic, Literal, TypeVar, get_args

K = TypeVar("K", bound=Hashable)
Movement = Literal["entered", "returned", "left", "stayed"]
MOVEMENTS: Final[tuple[Movement, ...]] = get_args(Movement)


@dataclass(frozen=True, slots=True)
class Windows:
    """Years of the two windows, both ends in."""

    until: int
    length: int

    @property
    def last(self) -> tuple[int, int]:
        return self.until - self.length + 1, self.until

    @property
    def before(self) -> tuple[int, int]:
        return self.until - 2 * self.length + 1, self.until - self.length


@dataclass(frozen=True, slots=True)
class Mover(Generic[K]):
    """One giver with its sums; ``seen_before`` is its last year with money before the windows."""

    who: K
    movement: Movement
    last: Decimal
    before: Decimal
    seen_before: int | None


def movements(given: Iterable[tuple[K, int, Decimal]], windows: Windows) -> list[Mover[K]]:
    """Movers from ``(giver, year, amount)``: by movement in the order of ``MOVEMENTS``, then the
    largest of both windows first, then as first given. Years after the windows do not count.
    """
    years: dict[K, dict[int, Decimal]] = {}
    for who, year, amount in given:
        of_one = years.setdefault(who, {})
        of_one[year] = of_one.get(year, Decimal(0)) + amount
    found = (_mover(who, of_one, windows) for who, of_one in years.items())
    movers = [mover for mover in found if mover is not None]
    return sorted(movers, key=lambda m: (MOVEMENTS.index(m.movement), -(m.last + m.before)))


def _mover(who: K, years: dict[int, Decimal], windows: Windows) -> Mover[K] | None:
    last, before = _sum(years, windows.last), _sum(years, windows.before)
    earlier = [year for year, amount in years.items() if year < windows.before[0] and amount > 0]
    seen = max(earlier, default=None)
    movement = _movement(last=last > 0, before=before > 0, earlier=seen is not None)
    return Mover(who, movement, last, before, seen) if movement else None


def _movement(*, last: bool, before: bool, earlier: bool) -> Movement | None:
    if last and before:
        return "stayed"
    if last:
        return "returned" if earlier else "entered"
    return "left" if before else None


def _sum(years: dict[int, Decimal], window: tuple[int, int]) -> Decimal:
    first, last = window
    amounts = (amount for year, amount in years.items() if first <= year <= last)
    return sum(amounts, Decimal(0))
