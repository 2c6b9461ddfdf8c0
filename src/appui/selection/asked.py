"""How much money a project asks for in each year: pure arithmetic on whole units."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal

Years = dict[int, int]


def spread(amount: Decimal, start: date, end: date) -> Years:
    """``amount`` in whole units over the calendar years of a period, in proportion to its days.

    The parts make the rounded whole: what rounding leaves goes to the largest remainders, the
    earlier year first.
    """
    whole = int(amount.quantize(Decimal(1), rounding=ROUND_HALF_EVEN))
    days = {year: _days(year, start, end) for year in range(start.year, end.year + 1)}
    total = sum(days.values())
    found = {year: whole * count // total for year, count in days.items()}
    rest = whole - sum(found.values())
    order = sorted(days, key=lambda year: (-(whole * days[year] % total), year))
    for year in order[:rest]:
        found[year] += 1
    return {year: part for year, part in found.items() if part}


def _days(year: int, start: date, end: date) -> int:
    first, last = max(start, date(year, 1, 1)), min(end, date(year, 12, 31))
    return (last - first + timedelta(days=1)).days


def added(parts: Iterable[Mapping[int, int]]) -> Years:
    """The sum by year, in the order of years."""
    found: Years = {}
    for part in parts:
        for year, amount in part.items():
            found[year] = found.get(year, 0) + amount
    return dict(sorted(found.items()))


def less(wanted: Mapping[int, int], secured: Iterable[tuple[int | None, int]]) -> Years:
    """What is left to find when ``secured`` (year or None, amount) is taken off.

    Money of a year goes to that year first; what it does not need, and money of no stated year,
    goes to the earliest years that still want some.
    """
    left, spare = dict(wanted), 0
    for year, amount in secured:
        used = min(amount, left.get(year, 0)) if year is not None else 0
        if year is not None and used:
            left[year] -= used
        spare += amount - used
    for year in sorted(left):
        used = min(spare, left[year])
        left[year] -= used
        spare -= used
    return {year: amount for year, amount in left.items() if amount}
