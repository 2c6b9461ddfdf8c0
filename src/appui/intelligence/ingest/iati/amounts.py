"""The value element: amount, currency, value date, and dollars at that month's rate."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import NamedTuple

from appui.intelligence.ingest.iati.record import Attributes, Element, Record, keep_rest
from appui.intelligence.ingest.money import cents_at, read_amount
from appui.intelligence.ingest.reading import day_of
from appui.intelligence.ingest.rows import Pricing


class Money(NamedTuple):
    """An amount as kept: whole units, and whole dollar cents when it could be converted."""

    units: int
    value_date: date | None
    cents: int | None
    pricing: Pricing


_VALUE = frozenset(("currency", "value-date"))
_UNCONVERTED = frozenset(("unknown-currency", "no-rate", "no-currency"))


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
    own_currency, value_date, known = _attributes(tuple(element.items()))
    if not known or len(element):
        dated = element.get("value-date")
        if dated is not None:
            record.day(element, "value/@value-date", dated)
        left = _VALUE if value_date else _VALUE - {"value-date"}
        keep_rest(record, element, f"{path or row.tag}/value", number, left, text=True)
    currency, basis = own_currency or record.currency, "value"
    if not own_currency:
        basis = "activity-default" if currency else "none"
    if value_date:
        day, day_basis = value_date, "value-date"
    pricing, ratio = record.reading.rates.priced(currency, basis, day, day_basis)
    if pricing.conversion in _UNCONVERTED:
        record.problem(pricing.conversion, element, "value/@currency", currency)
    return Money(units, value_date, cents_at(units, ratio) if ratio else None, pricing)


@lru_cache(maxsize=50_000)
def _attributes(given: Attributes) -> tuple[str, date | None, bool]:
    """Currency, value date, and whether they are all that is written and understood."""
    written = dict(given)
    day = day_of(written.get("value-date"))
    known = _VALUE.issuperset(written) and (day is not None or not written.get("value-date"))
    return written.get("currency", "").strip().upper(), day, known
