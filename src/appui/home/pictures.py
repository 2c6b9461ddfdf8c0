"""The chart of the dashboard; drawn once for the same figures."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache

from appui.funding.queries import NeedGap
from appui.kernel.money import Money
from appui.registry.rates import rate_table
from appui.ui import charts

MOST_BARS = 8
LONGEST_NAME = 42


def missing_by_need(
    gaps: Sequence[NeedGap], *, currency: str, today: date
) -> list[tuple[str, Decimal]]:
    """What each need is missing, in ``currency``, the largest first; at most eight needs.

    One query for rates, none when all is in US dollars.
    """
    rates = rate_table({gap.currency for gap in gaps} | {currency})
    bars = []
    for gap in gaps:
        counted = rates.convert(Money(gap.total.missing, gap.currency), currency, today)
        if counted is not None and counted.money.amount > 0:
            bars.append((_short(str(gap.need)), counted.money.amount))
    return sorted(bars, key=lambda bar: -bar[1])[:MOST_BARS]


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1].rstrip()}…"


@lru_cache(maxsize=64)
def bar_chart(bars: tuple[tuple[str, Decimal], ...], currency: str, language: str) -> str:
    """The bars as SVG; the same bars are not drawn twice by one process."""
    return charts.bars(bars, unit=currency, language=language, width=340)
