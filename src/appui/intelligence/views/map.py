"""The donor map: totals, a table by one grouping, a chart and a map of the world."""

from collections.abc import Sequence
from decimal import Decimal

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from appui.intelligence import asked as addresses
from appui.intelligence.asked import Asked
from appui.intelligence.corpus import Corpus, FlowSum, sum_flows
from appui.intelligence.files import LABELS, file_response
from appui.intelligence.published import published
from appui.intelligence.views import drawings, shown
from appui.intelligence.views.shown import Drawing, Kind
from appui.intelligence.words import FLOW_TYPES, GROUPS, SOURCES, Words, words
from appui.kernel.errors import Missing
from appui.registry.pages import PageRequest
from appui.ui import formats
from appui.ui.listing import Column
from appui.ui.table import Table

TABLE_ROWS = 60
CHART_BARS = 12
ALPHA_2 = 2


def donor_map(request: PageRequest) -> HttpResponse:
    """Who funds what, where, how much: totals, a table, a chart, a map, with the same filters."""
    corpus = published()
    asked = addresses.read(request.GET)
    sums = sum_flows(corpus, asked.wanted, (asked.by,))
    if asked.by == "year":
        sums.sort(key=lambda item: str(item.keys[0]), reverse=True)
    names = _names(asked, sums)
    columns = _sum_columns(asked, names)
    wanted = request.GET.get("format", "")
    if wanted in LABELS:
        return file_response("donor-map", wanted, columns, sums)
    context = shown.question(corpus, asked, "donor_map") | {
        "table": Table(_shown_columns(columns, sums), sums[:TABLE_ROWS]),
        "hidden": max(len(sums) - TABLE_ROWS, 0),
        "chart": _chart(asked, sums),
        "chart_url": reverse("intelligence:chart") + asked.url(),
        "map": _map(corpus, asked),
        "map_url": reverse("intelligence:world_map") + asked.url(),
        "groups": shown.group_options(asked.by),
        "files": [(label, asked.url(format=kind)) for kind, label in LABELS.items()],
        "rows_url": reverse("intelligence:flow_rows") + asked.url(),
    }
    return render(request, "intelligence/donor_map.html", context)


def _names(asked: Asked, sums: Sequence[FlowSum]) -> Words:
    keys = [item.keys[0] for item in sums]
    labels = [item.labels[0] for item in sums]
    return words(
        keys if asked.by == "recipient" else (),
        keys if asked.by == "sector" else (),
        labels if asked.by in ("donor", "reporter", "channel") else (),
    )


def _sum_columns(asked: Asked, names: Words) -> list[Column]:
    return [
        Column(
            "group",
            GROUPS[asked.by],
            lambda row: names.of(asked.by, row.keys[0], row.labels[0]),
            href=lambda row: _named_url(asked, row),
        ),
        Column("type", _("Kind of flow"), lambda row: FLOW_TYPES.get(row.flow_type, row.flow_type)),
        Column("source", _("Source"), lambda row: SOURCES.get(row.source, row.source)),
        Column(
            "usd",
            _("US dollars"),
            lambda row: row.usd,
            "money",
            currency=lambda _row: "USD",
            href=lambda row: shown.rows_url(asked, row, (asked.by,)),
        ),
        Column("lines", _("Rows"), lambda row: row.parts, "number", phone=False),
        Column(
            "unconverted",
            _("Not converted"),
            lambda row: row.unconverted or None,
            "number",
            phone=False,
        ),
    ]


def _named_url(asked: Asked, row: FlowSum) -> str:
    """A donor leads to its profile, anything else to the rows behind its figure."""
    if asked.by == "donor" and row.keys[0] is not None:
        return shown.profile_url(str(row.keys[0]))
    return shown.rows_url(asked, row, (asked.by,))


def _shown_columns(columns: Sequence[Column], sums: Sequence[FlowSum]) -> list[Column]:
    """Without the columns that would say the same in every row; the totals already say it."""
    same = {"type"} if len({item.flow_type for item in sums}) == 1 else set()
    same |= {"source"} if len({item.source for item in sums}) == 1 else set()
    same |= set() if any(item.unconverted for item in sums) else {"unconverted"}
    return [column for column in columns if column.key not in same]


def _chart(asked: Asked, sums: Sequence[FlowSum]) -> Drawing | None:
    kind = shown.shown_kind(asked.kind, sums)
    if kind is None or not any(item.usd > 0 for item in _of_kind(sums, kind)):
        return None
    caption = shown.kind_words(kind)
    alt = _("Bars: %(what)s by %(group)s.") % {"what": caption, "group": GROUPS[asked.by]}
    return Drawing(alt, caption)


def _of_kind(sums: Sequence[FlowSum], kind: Kind) -> list[FlowSum]:
    return [item for item in sums if (item.flow_type, item.source) == kind]


def chart(request: PageRequest) -> HttpResponse:
    """The bars of the same question, as an image: the largest, or all years in order."""
    asked = addresses.read(request.GET)
    sums = sum_flows(published(), asked.wanted, (asked.by,))
    kind = shown.shown_kind(asked.kind, sums)
    found = [item for item in _of_kind(sums, kind) if item.usd > 0] if kind else []
    if not found:
        raise Missing(_("No published flow matches these filters."))
    if asked.by == "year":
        years = sorted((int(item.keys[0]), item.usd) for item in found if item.keys[0])
        return _image(drawings.years(tuple(years), formats.language()))
    names = _names(asked, found[:CHART_BARS])
    bars = [
        (names.of(asked.by, item.keys[0], item.labels[0]), item.usd) for item in found[:CHART_BARS]
    ]
    return _image(drawings.bars(tuple(bars), formats.language()))


def _image(svg: str) -> HttpResponse:
    return HttpResponse(svg, content_type="image/svg+xml")


def _received(corpus: Corpus, asked: Asked) -> tuple[Kind, dict[str, Decimal]] | None:
    """What each country receives, of the kind with the most money; None without any."""
    sums = sum_flows(corpus, asked.wanted, ("recipient",))
    kind = shown.main_kind(sums)
    places = {
        str(item.keys[0]): item.usd
        for item in sums
        if (item.flow_type, item.source) == kind and item.usd > 0 and _is_country(item.keys[0])
    }
    return (kind, places) if kind and places else None


def _is_country(key: object) -> bool:
    return isinstance(key, str) and len(key) == ALPHA_2


def _map(corpus: Corpus, asked: Asked) -> Drawing | None:
    found = _received(corpus, asked)
    if found is None:
        return None
    caption = shown.kind_words(found[0])
    return Drawing(
        _("Map of the world: %(what)s by country that receives.") % {"what": caption}, caption
    )


def world_map(request: PageRequest) -> HttpResponse:
    """The map of the same question, as an image."""
    found = _received(published(), addresses.read(request.GET))
    if found is None:
        raise Missing(_("No published flow matches these filters."))
    kind, places = found
    svg = drawings.world(
        tuple(sorted(places.items())),
        formats.language(),
        shown.kind_words(kind),
        (_("US dollars"), _("nothing published")),
    )
    return _image(svg)
