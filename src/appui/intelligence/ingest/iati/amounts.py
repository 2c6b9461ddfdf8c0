"""The value element: amount, currency, value date, and dollars at that month's rate."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from appui.intelligence.ingest.iati.draft import Draft
from appui.intelligence.ingest.iati.elements import Element
from appui.intelligence.ingest.money import read_amount, to_usd_cents
from appui.intelligence.ingest.rates import AppliedRate


class Money(NamedTuple):
    """An amount as kept: whole units, and whole dollar cents when it could be converted."""

    units: int
    currency: str | None
    currency_basis: str
    value_date: date | None
    cents: int | None
    applied: AppliedRate
    rate_date_basis: str


def read_money(
    draft: Draft, row: Element, element: Element | None, day: date | None, day_basis: str
) -> Money | None:
    """What ``element``, the row's value, says; None (and a critical issue) when it is unusable.

    The rate is that of the month of the value date, else of ``day``.
    """
    if element is None:
        draft.problem("value-missing", row, f"{row.tag}/value", None)
        return None
    units, problem = read_amount(element.text)
    if problem:
        draft.problem(problem, element, f"{row.tag}/value", element.text)
    if units is None:
        return None
    value_date = draft.day(element, "value/@value-date", element.get("value-date"))
    currency, basis = _currency(draft, element)
    rate_day, rate_basis = (value_date, "value-date") if value_date else (day, day_basis)
    applied = draft.reading.rates.on(currency, rate_day)
    if applied.how in ("unknown-currency", "no-rate", "no-currency"):
        draft.problem(applied.how, element, "value/@currency", currency)
    cents = to_usd_cents(units, applied.usd_per_unit)
    return Money(units, currency, basis, value_date, cents, applied, rate_basis)


def _currency(draft: Draft, element: Element) -> tuple[str | None, str]:
    written = (element.get("currency") or "").strip().upper()
    if written:
        return written, "value"
    return draft.currency, "activity-default" if draft.currency else "none"
