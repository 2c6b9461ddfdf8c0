"""The value element: amount, currency, value date, and dollars at that month's rate."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from appui.intelligence.ingest.iati.record import Element, Record, keep_rest
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


_VALUE = frozenset(("currency", "value-date"))
_USUAL = (["currency", "value-date"], ["value-date"], ["value-date", "currency"], ["currency"])


def read_money(
    record: Record,
    row: Element,
    element: Element | None,
    day: date | None,
    day_basis: str,
    number: int,
    path: str = "",
) -> Money | None:
    """What ``element``, the row's value, says; None (and a critical issue) when it is unusable.

    The rate is that of the month of the value date, else of ``day``. ``path`` is that of the
    row, when its name alone does not tell.
    """
    if element is None:
        record.problem("value-missing", row, f"{row.tag}/value", None)
        return None
    written = element.text
    units, problem = read_amount(written)
    if problem:
        record.problem(problem, element, f"{row.tag}/value", written)
    if units is None:
        return None
    dated = element.get("value-date")
    value_date = record.day(element, "value/@value-date", dated) if dated is not None else None
    if element.keys() not in _USUAL or len(element) or (value_date is None and dated):
        left = _VALUE if value_date else _VALUE - {"value-date"}
        keep_rest(record, element, f"{path or row.tag}/value", number, left, text=True)
    currency, basis = _currency(record, element)
    rate_day, rate_basis = (value_date, "value-date") if value_date else (day, day_basis)
    applied = record.reading.rates.on(currency, rate_day)
    if applied.how in _UNCONVERTED:
        record.problem(applied.how, element, "value/@currency", currency)
    cents = to_usd_cents(units, applied.usd_per_unit)
    return Money(units, currency, basis, value_date, cents, applied, rate_basis)


_UNCONVERTED = frozenset(("unknown-currency", "no-rate", "no-currency"))


def _currency(record: Record, element: Element) -> tuple[str | None, str]:
    written = (element.get("currency") or "").strip().upper()
    if written:
        return written, "value"
    return record.currency, "activity-default" if record.currency else "none"
