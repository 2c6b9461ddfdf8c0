"""What asks may bring, by quarter: weighted, and three scenarios from the whole distribution.

Each open ask brings its amount with its chance and nothing otherwise, whatever the others do
(independent Bernoulli variables). The sum of a quarter then has a known distribution, found by
convolution: ask after ask, the chance of each sum is ``(1 - p) * chance(s) + p * chance(s - a)``.
Low, middle and high are its 10th, 50th and 90th percentiles, the smallest sum that is reached or
stayed under with at least that chance. Percentiles of quarters do not add up: a total has its own.

While at most ``EXACT_SUMS`` different sums arise the result is exact. Beyond, sums lie on a grid of
``GRID`` steps from nothing to everything; an amount between two steps goes to both in proportion,
which keeps the mean exact and adds at most ``step / 2 * sqrt(n)`` to the standard deviation.
Amounts are in one currency; no Django here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Context, Decimal, localcontext
from enum import Enum

import numpy as np

Quarter = tuple[int, int]
EXACT_SUMS = 2048
GRID = 20_000
SCENARIOS = (Decimal("0.1"), Decimal("0.5"), Decimal("0.9"))
CENT = Decimal("0.01")
# Chances in whole percents stay exact over eighteen asks; beyond, the error is below 1e-30.
_MASS = Context(prec=36, rounding=ROUND_HALF_EVEN)


class Outside(Enum):
    """Why an ask is in none of the quarters."""

    OVERDUE = "overdue"  # the day its answer was expected has gone by
    UNDATED = "undated"
    LATER = "later"


Where = Quarter | Outside


@dataclass(frozen=True, slots=True)
class Ask:
    """``amount`` in the currency of the forecast, ``probability`` 0 to 1; ``on`` is the day a
    decision is expected or, for what is committed, the day it was signed."""

    key: int
    amount: Decimal
    probability: Decimal
    on: date | None
    is_committed: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """What the asks of one quarter may bring; each scenario counts what is committed in full.

    ``is_exact`` says whether low, middle and high are exact or on the grid.
    """

    keys: tuple[int, ...]
    committed: Decimal
    weighted: Decimal
    low: Decimal
    middle: Decimal
    high: Decimal
    everything: Decimal
    is_exact: bool


@dataclass(frozen=True, slots=True)
class Forecast:
    """A line a quarter, in order, asked or not; then what is in none; ``period`` is over the
    quarters, ``whole`` over all."""

    quarters: Mapping[Quarter, Line]
    outside: Mapping[Outside, Line]
    period: Line
    whole: Line


def quarter_of(day: date) -> Quarter:
    """The calendar quarter of a day."""
    return day.year, (day.month + 2) // 3


def quarters_from(start: Quarter, count: int) -> list[Quarter]:
    """``count`` quarters from ``start`` on."""
    first = start[0] * 4 + start[1] - 1
    return [(number // 4, number % 4 + 1) for number in range(first, first + count)]


def where(ask: Ask, period: Sequence[Quarter], today: date) -> Where | None:
    """The quarter of an ask or why it has none; None for what was signed before the period."""
    if ask.on is None:
        return Outside.UNDATED
    if not ask.is_committed and ask.on < today:
        return Outside.OVERDUE
    found = quarter_of(ask.on)
    if found < period[0]:
        return None
    return found if found <= period[-1] else Outside.LATER


def forecast(asks: Iterable[Ask], *, start: Quarter, count: int, today: date) -> Forecast:
    """What the asks may bring in ``count`` quarters from ``start`` on, at least one."""
    period = quarters_from(start, count)
    placed: dict[Where, list[Ask]] = {}
    for ask in asks:
        found = where(ask, period, today)
        if found is not None:
            placed.setdefault(found, []).append(ask)
    inside = [ask for quarter in period for ask in placed.get(quarter, ())]
    rest = [ask for why in Outside for ask in placed.get(why, ())]
    return Forecast(
        quarters={quarter: line_of(placed.get(quarter, ())) for quarter in period},
        outside={why: line_of(placed.get(why, ())) for why in Outside},
        period=line_of(inside),
        whole=line_of([*inside, *rest]),
    )


def line_of(asks: Sequence[Ask]) -> Line:
    """What those asks may bring together."""
    committed = sum((ask.amount for ask in asks if ask.is_committed), Decimal(0))
    still = [ask for ask in asks if not ask.is_committed]
    found, is_exact = percentiles([(ask.amount, ask.probability) for ask in still])
    low, middle, high = (committed + amount for amount in found)
    return Line(
        keys=tuple(ask.key for ask in asks),
        committed=committed,
        weighted=committed + _cents(sum((a.amount * a.probability for a in still), Decimal(0))),
        low=low,
        middle=middle,
        high=high,
        everything=committed + sum((ask.amount for ask in still), Decimal(0)),
        is_exact=is_exact,
    )


def percentiles(asks: Sequence[tuple[Decimal, Decimal]]) -> tuple[list[Decimal], bool]:
    """Low, middle and high of the sum of independent ``(amount, chance)``, and whether exact."""
    exact = distribution(asks)
    if exact is None:
        return _on_grid(asks), False
    return [_percentile(exact, at) for at in SCENARIOS], True


def _percentile(chances: Mapping[Decimal, Decimal], at: Decimal) -> Decimal:
    """The smallest sum whose chance of being reached or stayed under is at least ``at``."""
    under, last = Decimal(0), Decimal(0)
    for amount in sorted(chances):
        under, last = _MASS.add(under, chances[amount]), amount
        if under >= at:
            break
    return last


def distribution(asks: Sequence[tuple[Decimal, Decimal]]) -> dict[Decimal, Decimal] | None:
    """The chance of each sum of independent ``(amount, chance)``; None once more than
    ``EXACT_SUMS`` sums arise."""
    chances = {Decimal(0): Decimal(1)}
    with localcontext(_MASS):
        for amount, chance in asks:
            added: dict[Decimal, Decimal] = {}
            for found, mass in chances.items():
                added[found] = added.get(found, Decimal(0)) + mass * (1 - chance)
                added[found + amount] = added.get(found + amount, Decimal(0)) + mass * chance
            chances = {found: mass for found, mass in added.items() if mass}
            if len(chances) > EXACT_SUMS:
                return None
    return chances


def _on_grid(asks: Sequence[tuple[Decimal, Decimal]]) -> list[Decimal]:
    """Low, middle and high to the cent; chances as binary fractions, good to some twelve digits."""
    step = sum((amount for amount, _chance in asks), Decimal(0)) / GRID
    chances = np.zeros(GRID + len(asks) + 2)  # each ask may be put one step too high
    chances[0] = 1.0
    for amount, chance in asks:
        steps = int(amount / step)
        upper = float(chance * (amount / step - steps))
        added = chances * (1.0 - float(chance))
        added[steps:] += chances[: len(chances) - steps] * (float(chance) - upper)
        added[steps + 1 :] += chances[: len(chances) - steps - 1] * upper
        chances = added
    under = np.cumsum(chances)
    places = (int(np.searchsorted(under, float(at) - 1e-12)) for at in SCENARIOS)
    return [_cents(step * min(place, GRID)) for place in places]


def _cents(value: Decimal) -> Decimal:
    return value.quantize(CENT, rounding=ROUND_HALF_EVEN)
