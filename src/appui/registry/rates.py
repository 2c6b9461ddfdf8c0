"""Conversion at the rate of the month of the value date, with the rate, its date and its source."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_EVEN, Context, Decimal

from appui.kernel.money import CENT, Converted, Money
from appui.registry.models import ExchangeRate

OLDEST_MONTHS = 12
RATE_PLACES = Decimal("0.000000000001")
Crossed = tuple[Decimal, date, str]
_EXACT = Context(prec=60, rounding=ROUND_HALF_EVEN)  # the largest amount at the largest rate fits


@dataclass(frozen=True, slots=True)
class DatedRate:
    """US dollars for one unit in the month that starts on ``month``."""

    month: date
    usd_per_unit: Decimal
    source: str


@dataclass(frozen=True, slots=True)
class RateTable:
    """Rates by currency, each list in the order of months; ``crossed`` are those asked before."""

    rates: Mapping[str, Sequence[DatedRate]]
    crossed: dict[tuple[str, str, date], Crossed | None] = field(
        default_factory=dict, compare=False
    )

    def rate_of(self, currency: str, on: date) -> DatedRate | None:
        """The rate of the month of ``on``, else of the latest of the twelve months before it."""
        if currency == "USD":
            return DatedRate(on.replace(day=1), Decimal(1), "")
        known = self.rates.get(currency, ())
        month = on.replace(day=1)
        place = bisect_right(known, month, key=lambda rate: rate.month)
        if not place:
            return None
        found = known[place - 1]
        age = (month.year - found.month.year) * 12 + month.month - found.month.month
        return found if age <= OLDEST_MONTHS else None

    def convert(self, money: Money, to: str, on: date) -> Converted | None:
        """``money`` in ``to`` at the rates of the month of ``on``, to the cent; None without one.

        Between two other currencies the rate goes over the US dollar.
        """
        if money.currency == to:
            return Converted(money, money, Decimal(1), on, "")
        key = (money.currency, to, on)
        if key not in self.crossed:
            self.crossed[key] = self._cross(*key)
        found = self.crossed[key]
        if found is None:
            return None
        rate, month, source = found
        amount = _EXACT.multiply(money.amount, rate).quantize(CENT, context=_EXACT)
        return Converted(money, Money(amount, to), rate, month, source)

    def _cross(self, currency: str, to: str, on: date) -> Crossed | None:
        """The rate from one currency to another, its month and its source."""
        theirs, ours = self.rate_of(currency, on), self.rate_of(to, on)
        if theirs is None or ours is None:
            return None
        rate = _EXACT.divide(theirs.usd_per_unit, ours.usd_per_unit)
        sources = [source for source in (theirs.source, ours.source) if source]
        return (
            rate.quantize(RATE_PLACES, context=_EXACT),
            min(theirs.month, ours.month),
            "; ".join(dict.fromkeys(sources)),
        )


def rate_table(currencies: Iterable[str]) -> RateTable:
    """The rates of those currencies; one query, none for US dollars alone.

    Where two sources publish a month, the one recorded last is used.
    """
    wanted = sorted(set(currencies) - {"USD"})
    if not wanted:
        return RateTable({})
    found: dict[str, dict[date, DatedRate]] = {}
    rows = ExchangeRate.objects.filter(currency__in=wanted).order_by("month", "pk")
    for currency, month, rate, source in rows.values_list(
        "currency", "month", "usd_per_unit", "source"
    ):
        found.setdefault(currency, {})[month] = DatedRate(month, rate, source)
    return RateTable({currency: list(months.values()) for currency, months in found.items()})
