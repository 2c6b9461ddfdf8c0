"""The chart of the dashboard; drawn once for the same figures."""

from collections import Counter
from decimal import Decimal
from functools import lru_cache

from appui.home.standing import Standing
from appui.ui import charts

Bars = tuple[tuple[str, Decimal], ...]
MOST_BARS = 8
LONGEST_NAME = 30  # what fits beside the axis


def missing_by_need(standing: Standing) -> Bars:
    """What each need is missing, the largest first; at most eight needs.

    Two needs of the same name are told apart by their references: bars of one name would be joined.
    """
    needs = [gap.need for gap in standing.costed if standing.missing.get(gap.need.pk)][:MOST_BARS]
    names = {need.pk: _short(str(need)) for need in needs}
    met = Counter(names.values())
    return tuple(
        (
            names[need.pk] if met[names[need.pk]] == 1 else need.reference,
            standing.missing[need.pk],
        )
        for need in needs
    )


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1].rstrip()}…"


@lru_cache(maxsize=64)
def bar_chart(bars: Bars, currency: str, language: str) -> str:
    """The bars as SVG; the same bars are not drawn twice by one process."""
    return charts.bars(bars, unit=currency, language=language, width=340)
