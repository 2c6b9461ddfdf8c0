"""Answers about needs."""

from collections.abc import Iterable
from decimal import Decimal

from django.db.models import Prefetch, QuerySet

from appui.evidence.models import Source
from appui.kernel.access import Reader
from appui.needs.models import Need, NeedLine


def needs_with_lines(reader: Reader) -> QuerySet[Need]:
    """Needs the reader may see with what their lists and sums want: five queries in all."""
    rows: QuerySet[Need] = Need.objects.visible_to(reader)
    return rows.select_related("sector", "owner", "source").prefetch_related(
        "locations", Prefetch("lines", queryset=lines(reader))
    )


def lines(reader: Reader) -> QuerySet[NeedLine]:
    """Lines with their codes, place and source, which is None where the reader may not see it;
    two queries."""
    sources = Prefetch("source", queryset=Source.objects.visible_to(reader))
    return NeedLine.objects.select_related("pillar", "unit", "location").prefetch_related(sources)


def cost_of(items: Iterable[NeedLine]) -> Decimal:
    """The sum of the lines' costs, in the currency of their need."""
    return sum((line.cost for line in items), Decimal(0))
