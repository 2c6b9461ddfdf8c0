"""On which days something is due, from a rule and the dates of what it binds. Pure.

Months are those of the calendar: a month after 31 January is the last day of February, and each
occurrence is reckoned from the anchor itself, so that a short month does not shorten the next.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

MOST: Final = 400  # occurrences of one rule: a monthly one over 33 years


class Anchor(StrEnum):
    """The day from which a rule counts."""

    SIGNATURE = "signature"
    START = "start"
    HALFWAY = "halfway"
    END = "end"
    DAY_OF_YEAR = "day-of-year"
    TRANCHE = "tranche"


@dataclass(frozen=True, slots=True)
class Rule:
    """``months``, then ``days`` after the anchor; below zero, before it.

    ``every_months`` repeats it until the end; ``minimum_months`` is the duration from which it
    holds; ``month`` and ``day`` are read for a fixed day of the year only. What is due outside
    ``valid_from`` and ``valid_to`` is left out.
    """

    anchor: Anchor
    months: int = 0
    days: int = 0
    every_months: int | None = None
    minimum_months: int | None = None
    month: int | None = None
    day: int | None = None
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """The dates of what a rule binds; None is not stated. ``tranches`` are (number, due day)."""

    signed_on: date | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    tranches: Sequence[tuple[int, date]] = ()


@dataclass(frozen=True, slots=True)
class DueDay:
    """One occurrence: ``key`` stays the same when the day moves. A tranche's is its number, that
    of a fixed day its year, that of a repeated rule its rank from 1."""

    key: int
    on: date
    anchor_on: date


def add_months(day: date, months: int) -> date:
    """``day`` so many calendar months later, on the last day of a month that is too short.

    Raises ``ValueError`` outside the years 1 to 9999.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def lasts(starts_on: date | None, ends_on: date | None, months: int) -> bool:
    """Whether a period, both days included, is at least ``months`` months long.

    1 January to 31 December lasts twelve. An open end is not known to last, nor an open start.
    """
    if starts_on is None or ends_on is None:
        return False
    return add_months(starts_on, months) <= ends_on + timedelta(days=1)


def halfway(starts_on: date | None, ends_on: date | None) -> date | None:
    """The day in the middle, the earlier one of two; None when a side is not stated."""
    if starts_on is None or ends_on is None:
        return None
    return starts_on + (ends_on - starts_on) // 2


def due_days(rule: Rule, span: Span, *, until: date) -> list[DueDay]:
    """The days by their key, in order; what repeats without an end stops at ``until``.

    Empty when the day to count from is not stated, when the period is shorter than the rule asks,
    or when the calendar ends before.
    """
    try:
        return _due_days(rule, span, until)
    except (ValueError, OverflowError):  # a day outside the years 1 to 9999
        return []


def _due_days(rule: Rule, span: Span, until: date) -> list[DueDay]:
    if rule.minimum_months and not lasts(span.starts_on, span.ends_on, rule.minimum_months):
        return []
    if rule.anchor == Anchor.DAY_OF_YEAR:
        found = list(_days_of_years(rule, span, until))
    elif rule.anchor == Anchor.TRANCHE:
        found = [DueDay(key, _moved(rule, day), day) for key, day in span.tranches]
    else:
        found = list(_from_anchor(rule, span, until))
    return [item for item in found if _is_valid(rule, item.on)]


def _is_valid(rule: Rule, day: date) -> bool:
    after = rule.valid_from is None or rule.valid_from <= day
    return after and (rule.valid_to is None or day <= rule.valid_to)


def _moved(rule: Rule, anchor: date, months: int = 0) -> date:
    return add_months(anchor, rule.months + months) + timedelta(days=rule.days)


def _anchor_day(rule: Rule, span: Span) -> date | None:
    days = {
        Anchor.SIGNATURE: span.signed_on,
        Anchor.START: span.starts_on or span.signed_on,
        Anchor.HALFWAY: halfway(span.starts_on or span.signed_on, span.ends_on),
        Anchor.END: span.ends_on,
    }
    return days[rule.anchor]


def _from_anchor(rule: Rule, span: Span, until: date) -> Iterator[DueDay]:
    anchor = _anchor_day(rule, span)
    if anchor is None:
        return
    if not rule.every_months:
        yield DueDay(1, _moved(rule, anchor), anchor)
        return
    last = span.ends_on or until
    for rank in range(MOST):
        day = _moved(rule, anchor, rank * rule.every_months)
        if day > last:
            return
        yield DueDay(rank + 1, day, anchor)


def _days_of_years(rule: Rule, span: Span, until: date) -> Iterator[DueDay]:
    """The fixed day of each year from the start to the end, or to ``until``; 29 February is the
    28th in a common year."""
    if span.starts_on is None or rule.month is None or rule.day is None:
        return
    last = min(span.ends_on, until) if span.ends_on else until
    for year in range(span.starts_on.year, last.year + 1):
        fixed = date(year, rule.month, min(rule.day, monthrange(year, rule.month)[1]))
        day = _moved(rule, fixed)
        if span.starts_on <= day <= last:
            yield DueDay(year, day, fixed)
