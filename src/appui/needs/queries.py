"""Answers about needs."""

from collections.abc import Iterable
from decimal import Decimal

from django.db.models import Prefetch, QuerySet

from appui.kernel.access import Reader
from appui.needs.models import Need, NeedLine


def needs_with_lines(reader: Reader) -> QuerySet[Need]:
    """Needs the reader may see with what their lists and sums want: four queries in all."""
    rows: QuerySet[Need] = Need.objects.visible_to(reader)
    return rows.select_related("sector", "owner", "source").prefetch_related(
        "locations", Prefetch("lines", queryset=lines())
    )


def lines() -> QuerySet[NeedLine]:
    """Lines with their codes, place and source; one query."""
    return NeedLine.objects.select_related("pillar", "unit", "location", "source")


def cost_of(items: Iterable[NeedLine]) -> Decimal:
    """The sum of the lines' costs, in the currency of their need."""
    return sum((line.cost for line in items), Decimal(0))
