"""Pages of published flows: the donor map and the rows behind its figures."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from appui.intelligence import asked as addresses
from appui.intelligence.asked import Asked
from appui.intelligence.corpus import (
    Choice,
    Choices,
    Corpus,
    FlowRow,
    FlowSum,
    boundary,
    choices,
    count_rows,
    files_held,
    flow_rows,
    sum_flows,
)
from appui.intelligence.corpus.filters import DEFAULT_TYPES, UNSTATED
from appui.intelligence.published import published
from appui.intelligence.words import (
    BOUNDARIES,
    CONVERSIONS,
    FLOW_TYPES,
    GROUPS,
    RATE_RULE,
    SOURCES,
    VIEWS,
    Words,
    words,
)
from appui.kernel.errors import Missing
from appui.registry.pages import PageRequest
from appui.registry.shapes import world_outlines
from appui.ui import charts, formats, maps
from appui.ui.export import KINDS, file_response
from appui.ui.listing import Column
from appui.ui.table import Table

TABLE_ROWS = 200
CHART_BARS = 12
PAGE_ROWS = 100
EXPORT_ROWS = 200_000
DONORS_OFFERED = 200
ALPHA_2 = 2


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a filter as shown."""

    value: str
    label: str
    selected: bool


@dataclass(frozen=True, slots=True)
class Total:
    """One total, never added to another: of one flow type, from one source."""

    label: str
    source: str
    usd: Decimal
    lines: int
    unconverted: int
    url: str


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
    if wanted in KINDS:
        return file_response("donor-map", wanted, columns, sums)
    said = boundary(corpus, asked.wanted)
    found = choices(corpus, asked.wanted)
    context = {
        "asked": asked,
        "totals": _totals(asked, sum_flows(corpus, asked.wanted)),
        "table": Table(_shown_columns(columns, sums), sums[:TABLE_ROWS]),
        "hidden": max(len(sums) - TABLE_ROWS, 0),
        "chart": _chart(asked, sums, names),
        "map": _map(corpus, asked),
        "map_url": reverse("intelligence:world_map") + asked.url(),
        "basis": [BOUNDARIES[said.view], RATE_RULE, _left_out(said)],
        "is_empty": corpus.is_empty,
        "files": len(files_held(corpus)),
        "filters": _filters(found, asked),
        "donors": _donors_offered(found),
        "groups": [Option(key, str(label), key == asked.by) for key, label in GROUPS.items()],
        "views": [
            Option(key, str(label), key == asked.wanted.view) for key, label in VIEWS.items()
        ],
        "csv_url": asked.url(format="csv"),
        "xlsx_url": asked.url(format="xlsx"),
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


PARAMETERS = {
    "donor": "donor",
    "reporter": "reporter",
    "channel": "channel",
    "recipient": "country",
    "sector": "sector",
}


def _narrowed(asked: Asked, item: FlowSum) -> str:
    """The address of the rows behind one line of the table."""
    changes: dict[str, Any] = {"type": [item.flow_type], "source": [item.source]}
    key = item.keys[0] if item.keys else None
    if asked.by == "year":
        year = addresses.UNSTATED_YEAR if key is None else key
        changes |= {"from": year, "to": year}
    else:
        changes[PARAMETERS[asked.by]] = [UNSTATED if key is None else key]
    return reverse("intelligence:flow_rows") + asked.url(**changes)


def _sum_columns(asked: Asked, names: Words) -> list[Column]:
    return [
        Column(
            "group",
            GROUPS[asked.by],
            lambda row: names.of(asked.by, row.keys[0], row.labels[0]),
            href=lambda row: _narrowed(asked, row),
        ),
        Column("type", _("Kind of flow"), lambda row: FLOW_TYPES.get(row.flow_type, row.flow_type)),
        Column("source", _("Source"), lambda row: SOURCES.get(row.source, row.source)),
        Column("usd", _("US dollars"), lambda row: row.usd, "money", currency=lambda _row: "USD"),
        Column("lines", _("Rows"), lambda row: row.parts, "number", phone=False),
        Column(
            "unconverted",
            _("Not converted"),
            lambda row: row.unconverted or None,
            "number",
            phone=False,
        ),
    ]


def _shown_columns(columns: Sequence[Column], sums: Sequence[FlowSum]) -> list[Column]:
    """Without the columns that would say the same in every row; the totals already say it."""
    same = {"type"} if len({item.flow_type for item in sums}) == 1 else set()
    same |= {"source"} if len({item.source for item in sums}) == 1 else set()
    same |= set() if any(item.unconverted for item in sums) else {"unconverted"}
    return [column for column in columns if column.key not in same]


def _totals(asked: Asked, sums: Sequence[FlowSum]) -> list[Total]:
    return [
        Total(
            label=str(FLOW_TYPES.get(item.flow_type, item.flow_type)),
            source=str(SOURCES.get(item.source, item.source)),
            usd=item.usd,
            lines=item.parts,
            unconverted=item.unconverted,
            url=reverse("intelligence:flow_rows")
            + asked.url(type=[item.flow_type], source=[item.source]),
        )
        for item in sums
    ]


def _left_out(said: Any) -> str:
    return _(
        "Left out: %(lines)s rows that wait for a person to look (%(usd)s), %(unconverted)s "
        "without a known rate."
    ) % {
        "lines": formats.number(said.quarantined_lines),
        "usd": formats.money(said.quarantined_usd, "USD", short=True),
        "unconverted": formats.number(said.unconverted_lines),
    }


def _main_kind(sums: Sequence[FlowSum]) -> tuple[str, str] | None:
    """The flow type and source with the most money: what chart and map show."""
    sizes: dict[tuple[str, str], Decimal] = {}
    for item in sums:
        kind = (item.flow_type, item.source)
        sizes[kind] = sizes.get(kind, Decimal(0)) + abs(item.usd)
    return max(sizes, key=lambda kind: (sizes[kind], kind)) if sizes else None


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart or map with what it shows in words; a map is fetched from its own address."""

    alt: str
    caption: str
    svg: str = ""


def _caption(kind: tuple[str, str]) -> str:
    flow_type, source = kind
    return f"{FLOW_TYPES.get(flow_type, flow_type)} · {SOURCES.get(source, source)}"


def _chart(asked: Asked, sums: Sequence[FlowSum], names: Words) -> Drawing | None:
    kind = _main_kind(sums)
    if kind is None:
        return None
    shown = [item for item in sums if (item.flow_type, item.source) == kind and item.usd > 0]
    if asked.by == "year":
        shown.sort(key=lambda item: str(item.keys[0]))
    else:
        shown = shown[:CHART_BARS]
    bars = [(names.of(asked.by, item.keys[0], item.labels[0]), item.usd) for item in shown]
    if not bars:
        return None
    caption = _caption(kind)
    return Drawing(
        _("Bars: %(what)s by %(group)s.") % {"what": caption, "group": GROUPS[asked.by]},
        caption,
        charts.bars(bars, unit="USD", language=formats.language()),
    )


def _received(corpus: Corpus, asked: Asked) -> tuple[tuple[str, str], dict[str, Decimal]] | None:
    """What each country receives, of the kind with the most money; None without any."""
    sums = sum_flows(corpus, asked.wanted, ("recipient",))
    kind = _main_kind(sums)
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
    caption = _caption(found[0])
    return Drawing(
        _("Map of the world: %(what)s by country that receives.") % {"what": caption}, caption
    )


def world_map(request: PageRequest) -> HttpResponse:
    """The map of the same question, as an image."""
    found = _received(published(), addresses.read(request.GET))
    if found is None:
        raise Missing(_("No published flow matches these filters."))
    kind, places = found
    svg = maps.choropleth(
        world_outlines(),
        places,
        language=formats.language(),
        title=_caption(kind),
        legend=maps.Legend(_("US dollars"), _("nothing published")),
    )
    return HttpResponse(svg, content_type="image/svg+xml")


@dataclass(frozen=True, slots=True)
class FilterShown:
    """One filter of the page."""

    name: str
    label: str
    options: list[Option]


def _donors_offered(found: Choices) -> list[str]:
    """Names proposed while one types; those with the most rows."""
    most = sorted(found.donors, key=lambda item: -item.parts)[:DONORS_OFFERED]
    return sorted({item.label for item in most if item.label})


def _filters(found: Choices, asked: Asked) -> list[FilterShown]:
    names = words([item.key for item in found.recipients], [item.key for item in found.sectors])
    wanted = asked.wanted
    types = () if wanted.flow_types == DEFAULT_TYPES else wanted.flow_types
    return [
        _filter(
            "country",
            _("Country"),
            found.recipients,
            wanted.recipients,
            lambda item: names.recipient(str(item.key)),
        ),
        _filter(
            "sector",
            _("Sector"),
            found.sectors,
            wanted.sectors,
            lambda item: names.sector(str(item.key)),
        ),
        _filter(
            "type",
            _("Kind of flow"),
            found.flow_types,
            types,
            lambda item: str(FLOW_TYPES.get(str(item.key), item.key)),
        ),
        _filter(
            "source",
            _("Source"),
            found.sources,
            wanted.sources,
            lambda item: str(SOURCES.get(str(item.key), item.key)),
        ),
    ]


def _filter(
    name: str,
    label: str,
    found: Iterable[Choice],
    chosen: Sequence[str],
    text: Callable[[Choice], str],
) -> FilterShown:
    options = [
        Option(str(item.key), text(item), str(item.key) in chosen)
        for item in found
        if item.key is not None
    ]
    known = {option.value for option in options}
    options += [Option(value, value, True) for value in chosen if value not in known]
    return FilterShown(name, label, sorted(options, key=lambda option: option.label.casefold()))


def row_columns(names: Words) -> list[Column]:
    """Columns of the rows behind a figure."""
    return [
        Column("donor", _("Donor"), lambda row: names.of("donor", row.donor, row.donor)),
        Column("year", _("Year"), lambda row: row.year, "year"),
        Column("country", _("Country"), lambda row: names.recipient(row.recipient)),
        Column("sector", _("Sector"), lambda row: names.sector(row.sector)),
        Column(
            "type",
            _("Kind of flow"),
            lambda row: FLOW_TYPES.get(row.flow_type, row.flow_type),
            phone=False,
        ),
        Column(
            "amount",
            _("As published"),
            lambda row: row.amount,
            "money",
            currency=lambda row: row.currency or "",
        ),
        Column("usd", _("US dollars"), lambda row: row.usd, "money", currency=lambda _row: "USD"),
        Column("rate", _("Rate"), rate_words, phone=False),
        Column("through", _("Through"), lambda row: row.receiver, phone=False),
        Column(
            "activity",
            _("Activity"),
            lambda row: row.title or row.identifier,
            phone=False,
            href=lambda row: row.url or "",
        ),
        Column("said_by", _("Said by"), lambda row: row.reporter, phone=False),
        Column(
            "file",
            _("File and line"),
            lambda row: f"{row.file.rsplit('/', 1)[-1]}:{row.line}",
            phone=False,
        ),
        Column("note", _("Note"), lambda row: row.note, phone=False),
    ]


def rate_words(row: FlowRow) -> str:
    """How the row was converted, in words."""
    if row.rate is not None and row.rate_month is not None:
        return f"{row.rate.normalize():f} · {row.rate_month:%Y-%m}"
    return str(CONVERSIONS.get(row.conversion, ""))


def flow_rows_page(request: PageRequest) -> HttpResponse:
    """Exactly the published rows that make a figure, largest first."""
    corpus = published()
    asked = addresses.read(request.GET)
    wanted = request.GET.get("format", "")
    total = count_rows(corpus, asked.wanted)
    if wanted in KINDS:
        rows = flow_rows(corpus, asked.wanted, limit=EXPORT_ROWS)
        return file_response("flows", wanted, row_columns(_row_names(rows)), rows)
    number = _page_number(request, total)
    rows = flow_rows(corpus, asked.wanted, limit=PAGE_ROWS, offset=(number - 1) * PAGE_ROWS)
    columns = _readable(row_columns(_row_names(rows)), rows)
    same = _same_in_all(columns, rows)
    said = boundary(corpus, asked.wanted)
    sums = sum_flows(corpus, asked.wanted)
    context = {
        "asked": asked,
        "totals": _totals(asked, sums),
        "table": Table([column for column in columns if column.key not in same], rows),
        "same": list(same.values()),
        "count": total,
        "number": number,
        "pages": max((total + PAGE_ROWS - 1) // PAGE_ROWS, 1),
        "previous_url": asked.url(page=number - 1) if number > 1 else "",
        "next_url": asked.url(page=number + 1) if number * PAGE_ROWS < total else "",
        "basis": [BOUNDARIES[said.view], RATE_RULE, _left_out(said)],
        "map_url": reverse("intelligence:donor_map") + asked.url(),
        "csv_url": asked.url(format="csv"),
        "xlsx_url": asked.url(format="xlsx"),
    }
    return render(request, "intelligence/flow_rows.html", context)


CONSTANT = frozenset(
    {"country", "sector", "type", "rate", "through", "activity", "said_by", "note"}
)


def _readable(columns: Sequence[Column], rows: Sequence[FlowRow]) -> list[Column]:
    """Without the columns that only the downloads need: notes, and the titles of typed tables."""
    left_out = {"note"} | ({"activity"} if all(row.source == "appui" for row in rows) else set())
    return [column for column in columns if column.key not in left_out]


def _same_in_all(columns: Sequence[Column], rows: Sequence[FlowRow]) -> dict[str, str]:
    """What every row says alike, by column: said once above the table, left out when empty."""
    found: dict[str, str] = {}
    for column in columns if len(rows) > 1 else ():
        values = {str(column.value(row) or "") for row in rows}
        if column.key in CONSTANT and len(values) == 1:
            value = values.pop()
            found[column.key] = f"{column.label} · {value}" if value else ""
    return found


def _row_names(rows: Sequence[FlowRow]) -> Words:
    return words(
        [row.recipient for row in rows],
        [row.sector for row in rows],
        {row.donor for row in rows},
    )


def _page_number(request: PageRequest, total: int) -> int:
    text = request.GET.get("page", "1")
    asked = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 1
    return min(max(asked, 1), max((total + PAGE_ROWS - 1) // PAGE_ROWS, 1))
