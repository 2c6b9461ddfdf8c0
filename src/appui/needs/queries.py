"""Answers about needs."""

from collections.abc import Iterable
from decimal import Decimal

from django.db.models import Prefetch, Q, QuerySet

from appui.evidence.models import Source
from appui.kernel.access import Reader
from appui.needs.models import Need, NeedLine
from appui.registry.models import Location


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


def visible_lines(reader: Reader) -> QuerySet[NeedLine]:
    """Lines of the needs the reader may see, with their need."""
    return lines(reader).select_related("need").filter(need__in=Need.objects.visible_to(reader))


def places_within(need: Need) -> QuerySet[Location]:
    """Where a line of the need may be: its countries and what lies in them."""
    countries = [place.country_code for place in need.locations.all()]
    return Location.objects.filter(Q(code__in=countries) | Q(parent__code__in=countries))


def cost_of(items: Iterable[NeedLine]) -> Decimal:
    """The sum of the lines' costs, in the currency of their need."""
    return sum((line.cost for line in items), Decimal(0))
