"""Signals from what was and what is: giving by year, calls by their dates. Pure.

The rule for a year Y, on the sums above zero of one giver in one scope. Nothing ever before Y:
*new*. At least two empty years before Y: *returned*. Otherwise Y is compared with the last year in
which it gave (one empty year is a pause): above by more than a tenth, *up*; below by more than a
quarter, *fell*; below by more than a tenth, *down*; else it is steady, which is no signal. Nothing
in Y after giving the year before: *exit*. An exit is told once, in its first year.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final, Generic, Literal, TypeVar

K = TypeVar("K", bound=Hashable)
Change = Literal["up", "down", "fell", "new", "exit", "returned"]
Event = Literal["call-opened", "deadline"]
Confidence = Literal["strong", "fair", "weak"]
STEADY: Final = Decimal("0.10")
QUARTER: Final = Decimal("0.25")
EMPTY_YEARS: Final = 2
LATELY: Final = timedelta(days=30)
AHEAD: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Giving(Generic[K]):
    """The sums of one giver by year, in one currency.

    ``covered`` are the years of which the sources say anything of this giver and of this scope:
    nothing in a covered year is a zero, nothing in another one may be silence.
    """

    who: K
    years: Mapping[int, Decimal]
    covered: frozenset[int]


@dataclass(frozen=True, slots=True)
class Moved(Generic[K]):
    """One signal; ``before`` is the sum of ``since``, the last year of giving (None when new)."""

    who: K
    kind: Change
    year: int
    before: Decimal
    after: Decimal
    since: int | None
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class Call(Generic[K]):
    """A call for proposals with the days it opens and closes, either unknown."""

    who: K
    opens_on: date | None
    deadline: date | None


@dataclass(frozen=True, slots=True)
class Dated(Generic[K]):
    """One signal about a call, and the day it speaks of."""

    who: K
    kind: Event
    on: date


def moved(
    givings: Iterable[Giving[K]], *, year: int, complete: bool, minimum: Decimal = Decimal(0)
) -> list[Moved[K]]:
    """The signals of ``year``, the largest difference first, then in the order given.

    ``complete`` says that the year is fully published. Differences below ``minimum`` are none.
    """
    found = (_moved(giving, year, complete) for giving in givings)
    kept = [one for one in found if one is not None and abs(one.after - one.before) >= minimum]
    return sorted(kept, key=lambda one: -abs(one.after - one.before))


def _moved(giving: Giving[K], year: int, complete: bool) -> Moved[K] | None:
    after = max(giving.years.get(year, Decimal(0)), Decimal(0))
    gave = [known for known, amount in giving.years.items() if known < year and amount > 0]
    since = max(gave, default=None)
    before = giving.years[since] if since is not None else Decimal(0)
    kind = _kind(after, before, None if since is None else year - since - 1)
    if kind is None:
        return None
    confidence = _confidence(kind, giving.covered, year, complete)
    return Moved(giving.who, kind, year, before, after, since, confidence)


def _kind(after: Decimal, before: Decimal, empty: int | None) -> Change | None:
    """``empty`` is the number of years without giving before this one; None when there are none."""
    if after <= 0:
        return "exit" if empty == 0 else None
    if empty is None:
        return "new"
    if empty >= EMPTY_YEARS:
        return "returned"
    if after > before * (1 + STEADY):
        return "up"
    if after < before * (1 - QUARTER):
        return "fell"
    return "down" if after < before * (1 - STEADY) else None


def _confidence(kind: Change, covered: frozenset[int], year: int, complete: bool) -> Confidence:
    """Weak when it may be silence; fair while the year, or what was before it, is not all known."""
    if year not in covered:
        return "weak"
    if not complete:
        return "fair"
    unknown_past = kind == "new" and not any(known < year for known in covered)
    empty = range(year - EMPTY_YEARS, year) if kind == "returned" else ()
    return "fair" if unknown_past or any(gap not in covered for gap in empty) else "strong"


def dated(calls: Iterable[Call[K]], *, today: date) -> list[Dated[K]]:
    """Calls that opened within the last 30 days, and deadlines within the next 30; in that order.

    A call whose deadline has passed did not open; the day itself counts on both sides.
    """
    given = list(calls)
    opened = [
        Dated(call.who, "call-opened", call.opens_on)
        for call in given
        if call.opens_on is not None
        and today - LATELY <= call.opens_on <= today
        and (call.deadline is None or call.deadline >= today)
    ]
    near = [
        Dated(call.who, "deadline", call.deadline)
        for call in given
        if call.deadline is not None and today <= call.deadline <= today + AHEAD
    ]
    return [*opened, *near]
