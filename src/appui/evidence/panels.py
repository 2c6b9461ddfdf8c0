"""What other pages show of figures and of sources that disagree."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from appui.evidence import listings, queries
from appui.evidence.models import Figure
from appui.kernel.access import Reader
from appui.kernel.panels import RenderedPanel
from appui.registry.models import Location
from appui.ui import formats
from appui.ui.table import Table
from appui.ui.templatetags.ui import Claim

MOST_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A conflict as the page shows it."""

    subject: str
    claims: Sequence[Claim]
    note: str


def shown(conflict: queries.Conflict) -> Disagreement:
    """A conflict with each value as a link to its figure."""
    note = _("They lie %(share)s apart. All are kept: say which one you use, and why.") % {
        "share": formats.percent(conflict.spread, 1)
    }
    return Disagreement(conflict.subject, [_claim(row) for row in conflict.claims], note)


def _claim(figure: Figure) -> Claim:
    source = figure.source
    said_by = source.publisher
    if figure.as_of is None:
        said_by = f"{said_by} ({listings.when(figure)})"
    return Claim(said_by, _value(figure), figure.days[1], source)


def _value(figure: Figure) -> SafeString:
    return format_html(
        '<a href="{}">{} {}</a>',
        figure.get_absolute_url(),
        formats.number(figure.value),
        figure.unit.symbol,
    )


def conflict_panel_for(
    locations: Iterable[Location], reader: Reader, *, most: int = 2
) -> RenderedPanel | None:
    """Where sources disagree about these places, the widest ``most``; None when they do not.

    One query.
    """
    found = queries.conflicts(reader, locations=locations)
    if not found:
        return None
    return RenderedPanel(
        slug="conflicts",
        title=_("Sources that disagree"),
        template="evidence/_conflicts_panel.html",
        context={
            "disagreements": [shown(item) for item in found[:most]],
            "left_out": max(len(found) - most, 0),
        },
        count=len(found),
    )


def figures_of_place(location: Location, reader: Reader) -> RenderedPanel | None:
    """Current figures of a place, with where their sources disagree; two queries."""
    rows = list(
        queries.figures(reader)
        .filter(location=location, superseded_by=None)
        .order_by(*queries.BY_MEASURE)
    )
    if not rows:
        return None
    found = queries.conflicts(reader, locations=[location])
    return RenderedPanel(
        slug="figures",
        title=_("Figures"),
        template="evidence/_figures_panel.html",
        context={
            "table": Table(listings.OF_PLACE, rows[:MOST_SHOWN]),
            "left_out": max(0, len(rows) - MOST_SHOWN),
            "place": location.code,
            "disagreements": [shown(item) for item in found],
        },
        count=len(rows),
    )
