"""What the pages below show of activities."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from appui.evidence.models import Source
from appui.kernel.access import Reader
from appui.kernel.panels import RenderedPanel
from appui.needs.models import Need
from appui.portfolio import listings, queries
from appui.portfolio.models import Activity, Participation
from appui.registry.models import Location, Organisation
from appui.ui.listing import Column
from appui.ui.table import Table

MOST_SHOWN = 25


def activities_for_need(need: Need, reader: Reader) -> RenderedPanel | None:
    """The activities that answer a need."""
    return _activities(queries.activities(reader).filter(needs=need), _("Projects for this need"))


def activities_at(location: Location, reader: Reader) -> RenderedPanel | None:
    """The activities that take place there."""
    rows = queries.activities(reader).filter(places__location=location)
    return _activities(rows, _("Projects here"))


def activities_citing(source: Source, reader: Reader) -> RenderedPanel | None:
    """The activities that cite a source, themselves or in a budget line."""
    rows = queries.activities(reader)
    citing = rows.filter(source=source) | rows.filter(budget_lines__source=source)
    return _activities(citing.distinct(), _("Projects that cite it"))


def roles_of(organisation: Organisation, reader: Reader) -> RenderedPanel | None:
    """The activities an organisation takes part in, with its role in each."""
    rows = (
        Participation.objects.filter(
            organisation=organisation, activity__in=Activity.objects.visible_to(reader)
        )
        .select_related("activity", "role")
        .order_by("-activity__updated_at", "role__code")
    )
    return _panel(list(rows), listings.ROLES_OF, _("Projects it takes part in"))


def _activities(rows: Any, title: str) -> RenderedPanel | None:
    found = list(rows)
    rates = queries.rates_for(found[:MOST_SHOWN])
    columns = [
        listings.TITLE,
        listings.ENDS,
        listings.STATUS,
        listings.budget_column(rates),
    ]
    return _panel(found, columns, title)


def _panel(rows: Sequence[Any], columns: Sequence[Column], title: str) -> RenderedPanel | None:
    if not rows:
        return None
    return RenderedPanel(
        slug="projects",
        title=title,
        template="portfolio/_projects_panel.html",
        context={
            "table": Table(columns, rows[:MOST_SHOWN]),
            "left_out": max(0, len(rows) - MOST_SHOWN),
        },
        count=len(rows),
    )
