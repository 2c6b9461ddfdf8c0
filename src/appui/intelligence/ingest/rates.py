"""Dated exchange rates: US dollars per unit of a currency in the month of the value date."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple, Protocol

import pyarrow as pa
import pyarrow.parquet as pq
from babel.core import get_global

from appui.intelligence.ingest.codes import rows_of
from appui.intelligence.ingest.money import ratio
from appui.intelligence.ingest.rows import Pricing
from appui.kernel.ecb import MonthlyMeans, MonthlyRate

EXACT: Final = Context(prec=60)
PLACES: Final = Decimal("1e-12")
MONTH_COLUMNS: Final = ("month", "ym")
LARGEST_RATE: Final = Decimal(10**11)  # what the rate column holds
CURRENCY_COLUMNS: Final = ("currency", "cur")


class RatesUnreadableError(ValueError):
    """A rates file without the columns or values it needs; the message says which."""


@dataclass(frozen=True, slots=True)
class AppliedRate:
    """The rate to use for one amount; ``how`` is the value of the ``conversion`` column."""

    how: str
    usd_per_unit: Decimal | None = None
    month: date | None = None
    source: str | None = None


SAME: Final = AppliedRate("same-currency", Decimal(1))
NO_CURRENCY: Final = AppliedRate("no-currency")
NO_DATE: Final = AppliedRate("no-date")
NO_RATE: Final = AppliedRate("no-rate")
UNKNOWN: Final = AppliedRate("unknown-currency")


class Priced(NamedTuple):
    """``ratio`` is cents for one ten-thousandth of the currency; None when there is no rate."""

    pricing: Pricing
    ratio: tuple[int, int] | None


class RateTable(Protocol):
    """Rates of some currencies, by month."""

    def rate(self, currency: str, month: date) -> MonthlyRate | None: ...

    def last_month(self, currency: str) -> date | None:
        """The last month that has a rate of the currency; None when no month has."""


class Rates:
    """Looks rates up by currency and month; the first table that has the month wins."""

    def __init__(self, tables: Sequence[RateTable], *, newest: date, name: str) -> None:
        self.name = name  # recorded with each file, so that a change of rates is noticed
        self._tables = tables
        self._newest = newest
        self._last: dict[str, date | None] = {}
        self._priced: dict[tuple[str | None, str, int, str], Priced] = {}

    def on(self, currency: str | None, day: date | None) -> AppliedRate:
        """The rate of the month of ``day``.

        For a month after the last one published (budgets ahead) the last is used and said
        so; an unknown currency, a missing date or rate leaves the amount unconverted.
        """
        if currency == "USD":
            return SAME
        return self._look_up(currency, day.replace(day=1) if day else None)

    def priced(
        self, currency: str | None, currency_basis: str, day: date | None, day_basis: str
    ) -> Priced:
        """The rate as ``on`` gives it, in the columns of a row."""
        month = day.year * 12 + day.month if day else 0
        key = (currency, currency_basis, month, day_basis)
        found = self._priced.get(key)
        if found is None:
            rate = self.on(currency, day)
            columns = (rate.how, rate.usd_per_unit, rate.month, day_basis, rate.source)
            at = ratio(rate.usd_per_unit) if rate.usd_per_unit is not None else None
            found = self._priced[key] = Priced(Pricing(currency, currency_basis, *columns), at)
        return found

    def _look_up(self, currency: str | None, month: date | None) -> AppliedRate:
        if currency is None:
            return NO_CURRENCY
        last = self._last_month(currency)
        if last is None:
            return NO_RATE if is_currency(currency) else UNKNOWN
        if month is None:
            return NO_DATE
        how = "month-of-value-date"
        if month > last == self._newest:
            how, month = "latest-month", last
        for table in self._tables:
            if rate := table.rate(currency, month):
                return AppliedRate(how, rate.usd_per_unit, rate.month, rate.source)
        return NO_RATE

    def _last_month(self, currency: str) -> date | None:
        if currency not in self._last:
            found = [month for t in self._tables if (month := t.last_month(currency))]
            self._last[currency] = max(found, default=None)
        return self._last[currency]


class _Parities:
    """Currencies whose price in euros is fixed."""

    def __init__(self, means: MonthlyMeans) -> None:
        self._means = means
        self._rows = {row["currency"]: row for row in rows_of("euro_parities.csv")}

    def rate(self, currency: str, month: date) -> MonthlyRate | None:
        row, euro = self._rows.get(currency), self._means.rate("EUR", month)
        if row is None or euro is None:
            return None
        usd = EXACT.divide(euro.usd_per_unit, Decimal(row["units_per_euro"]))
        source = f"{row['source']}; {euro.source} for the dollar"
        return MonthlyRate(currency, month, usd.quantize(PLACES, context=EXACT), source)

    def last_month(self, currency: str) -> date | None:
        return self._means.last_month("EUR") if currency in self._rows else None


class _Given:
    """The rates of a file; the first of a currency and month stands."""

    def __init__(self, rates: Iterable[MonthlyRate]) -> None:
        self._rates: dict[tuple[str, date], MonthlyRate] = {}
        self._last: dict[str, date] = {}
        for rate in rates:
            self._rates.setdefault((rate.currency, rate.month), rate)
            self._last[rate.currency] = max(rate.month, self._last.get(rate.currency, rate.month))

    @property
    def newest(self) -> date | None:
        return max(self._last.values(), default=None)

    def rate(self, currency: str, month: date) -> MonthlyRate | None:
        return self._rates.get((currency, month))

    def last_month(self, currency: str) -> date | None:
        return self._last.get(currency)


def default_rates() -> Rates:
    """European Central Bank months since 1999, and currencies with a fixed euro parity."""
    means = MonthlyMeans()
    return Rates([means, _Parities(means)], newest=means.months()[-1], name="ecb")


def rates_with_file(path: Path) -> Rates:
    """The default rates, completed by the file's currencies and months (units per dollar).

    Raises RatesUnreadableError when the file lacks a column or holds no usable rate.
    """
    means, given = MonthlyMeans(), _Given(_rates_in(path))
    newest = max(means.months()[-1], given.newest or date.min)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    name = f"ecb+{digest[:16]}"
    return Rates([means, _Parities(means), given], newest=newest, name=name)


@cache
def is_currency(code: str) -> bool:
    """Whether the code is or was one of ISO 4217."""
    return code in get_global("all_currencies")


def _rates_in(path: Path) -> Iterator[MonthlyRate]:
    rows, columns = _rows(path)
    month, currency = _column(MONTH_COLUMNS, columns), _column(CURRENCY_COLUMNS, columns)
    if month is None or currency is None or "rate" not in columns:
        raise RatesUnreadableError(
            f"The rates file {path} needs the columns month (or ym), currency (or cur) and rate "
            f"(units of the currency for one US dollar); it has: {', '.join(columns)}."
        )
    for row in rows:
        units = _positive(row["rate"])
        day = _first_of_month(row[month])
        if units is not None and day is not None:
            usd = EXACT.divide(Decimal(1), units).quantize(PLACES, context=EXACT)
            if 0 < usd < LARGEST_RATE:
                code = row[currency].strip().upper()
                yield MonthlyRate(code, day, usd, f"Rates file {path.name}")


def _rows(path: Path) -> tuple[Iterable[dict[str, str]], list[str]]:
    try:
        if path.suffix.lower() == ".parquet":
            table = pq.read_table(path)
            return (_as_text(row) for row in table.to_pylist()), table.column_names
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream)
            return list(reader), list(reader.fieldnames or ())
    except (OSError, UnicodeDecodeError, pa.ArrowInvalid) as error:
        raise RatesUnreadableError(f"The rates file {path} cannot be read: {error}.") from error


def _as_text(row: dict[str, object]) -> dict[str, str]:
    return {name: "" if value is None else str(value) for name, value in row.items()}


def _column(names: tuple[str, ...], columns: list[str]) -> str | None:
    return next((name for name in names if name in columns), None)


def _positive(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() and number > 0 else None


def _first_of_month(text: str) -> date | None:
    try:
        return date(int(text[:4]), int(text[5:7]), 1)
    except ValueError:
        return None
