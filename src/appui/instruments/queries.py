"""Reads of comparisons, and what a programme's cash need can start from."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, cast

from django.db.models import Count, Prefetch, QuerySet

from appui.evidence.models import Source
from appui.instruments.models import Comparison, Option, PlannedOutcome
from appui.kernel.access import Reader
from appui.kernel.money import CENT, cents
from appui.needs.models import Need, NeedLine, WhoPays
from appui.portfolio.models import Activity
from appui.portfolio.queries import budget_lines, in_currency, rates_for


def comparisons(reader: Reader) -> QuerySet[Comparison]:
    """Comparisons the reader may see, with ``count`` of options; need, project and source are None
    where the reader may not see them. Four queries."""
    rows: QuerySet[Comparison] = Comparison.objects.visible_to(reader)
    shown = rows.select_related("owner")
    for name, seen in (
        ("need", Need.objects.visible_to(reader)),
        ("activity", Activity.objects.visible_to(reader)),
        ("source", Source.objects.visible_to(reader)),
    ):
        shown = shown.prefetch_related(Prefetch(name, cast("QuerySet[Any]", seen)))
    return shown.annotate(count=Count("options", distinct=True))


def outcomes(reader: Reader) -> QuerySet[PlannedOutcome]:
    """Planned outcomes of the comparisons the reader may see; one query."""
    seen = Comparison.objects.visible_to(reader)
    return PlannedOutcome.objects.filter(comparison__in=seen).select_related("comparison__owner")


def options(reader: Reader) -> QuerySet[Option]:
    """Options of the comparisons the reader may see, with their source where it may be seen; two
    queries."""
    seen = Comparison.objects.visible_to(reader)
    rows = Option.objects.filter(comparison__in=seen).select_related("comparison__owner")
    return rows.prefetch_related(Prefetch("source", Source.objects.visible_to(reader)))


def split_evenly(amount: Decimal, years: Iterable[int]) -> dict[int, Decimal]:
    """``amount`` over ``years`` to the cent; the last year takes what is left over."""
    spans = list(years)
    each = cents(amount / len(spans))
    while each * (len(spans) - 1) > amount:
        each -= CENT
    found = dict.fromkeys(spans, each)
    found[spans[-1]] = amount - each * (len(spans) - 1)
    return found


def need_by_year(need: Need) -> dict[int, Decimal]:
    """What a need's lines ask to mobilise, each spread evenly over its years; one query."""
    rows = NeedLine.objects.filter(need=need, who_pays=WhoPays.OPEN)
    parts = [split_evenly(line.cost, range(line.year_from, line.year_to + 1)) for line in rows]
    return _sum(parts)


def budget_by_year(activity: Activity, reader: Reader) -> dict[int, Decimal]:
    """A project's budget in its currency, each line that counts spread evenly over its years; lines
    without a rate are left out. At most four queries."""
    rows = [line for line in budget_lines(reader).filter(activity=activity) if not line.is_replaced]
    rates = rates_for([], activity.currency, *(line.currency for line in rows))
    parts = []
    for line in rows:
        found = in_currency(line, activity.currency, rates)
        if found is not None:
            years = range(line.period_start.year, line.period_end.year + 1)
            parts.append(split_evenly(cents(found.money.amount), years))
    return _sum(parts)


def _sum(parts: Iterable[dict[int, Decimal]]) -> dict[int, Decimal]:
    total: dict[int, Decimal] = {}
    for part in parts:
        for year, amount in part.items():
            total[year] = total.get(year, Decimal(0)) + amount
    return dict(sorted(total.items()))
