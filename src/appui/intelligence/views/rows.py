"""The rows behind a figure."""

from collections.abc import Sequence

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from appui.intelligence import asked as addresses
from appui.intelligence.corpus import Choices, FlowRow, count_rows, flow_rows, sum_flows
from appui.intelligence.files import LABELS, file_response
from appui.intelligence.published import published
from appui.intelligence.views import shown
from appui.intelligence.words import CONVERSIONS, FLOW_TYPES, LINK_REASONS, SOURCES, Words, words
from appui.registry.pages import PageRequest
from appui.ui.listing import Column
from appui.ui.table import Table

PAGE_ROWS = 100
EXPORT_ROWS = 200_000
CONSTANT = frozenset(
    {"country", "sector", "type", "rate", "through", "activity", "said_by", "linked", "note"}
)
ISOLATE, END = "\u2068", "\u2069"  # an identifier in a text of either direction
NO_CHOICES = Choices((), (), (), (), (), ())


def flow_rows_page(request: PageRequest) -> HttpResponse:
    """Exactly the published rows that make a figure, largest first."""
    corpus = published()
    asked = addresses.read(request.GET)
    wanted = request.GET.get("format", "")
    total = count_rows(corpus, asked.wanted)
    if wanted in LABELS:
        rows = flow_rows(corpus, asked.wanted, limit=EXPORT_ROWS)
        return file_response("flows", wanted, row_columns(_row_names(rows)), rows)
    number = _page_number(request, total)
    rows = flow_rows(corpus, asked.wanted, limit=PAGE_ROWS, offset=(number - 1) * PAGE_ROWS)
    columns = _readable(row_columns(_row_names(rows)), rows)
    same = _same_in_all(columns, rows)
    context = {
        "asked": asked,
        "chips": shown.chips(asked, shown.filter_names(NO_CHOICES, asked)),
        "totals": shown.totals(asked, sum_flows(corpus, asked.wanted)),
        "table": Table([column for column in columns if column.key not in same], rows),
        "same": list(same.values()),
        "count": total,
        "number": number,
        "pages": max((total + PAGE_ROWS - 1) // PAGE_ROWS, 1),
        "previous_url": asked.url(page=number - 1) if number > 1 else "",
        "next_url": asked.url(page=number + 1) if number * PAGE_ROWS < total else "",
        "basis": shown.basis(corpus, asked.wanted),
        "map_url": reverse("intelligence:donor_map") + asked.url(),
        "files": [(label, asked.url(format=kind)) for kind, label in LABELS.items()],
    }
    return render(request, "intelligence/flow_rows.html", context)


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
        Column("said_by", _("Said by"), lambda row: row.reporter),
        Column(
            "file",
            _("File and line"),
            lambda row: f"{row.file.rsplit('/', 1)[-1]}:{row.line}",
            phone=False,
        ),
        Column("linked", _("Also told by"), linked_words),
        Column("link", _("Why the same"), link_words, phone=False),
        Column(
            "constant",
            _("Constant US dollars"),
            lambda row: row.constant_usd,
            "money",
            phone=False,
            currency=lambda _row: "USD",
        ),
        Column("note", _("Note"), lambda row: row.note, phone=False),
    ]


def rate_words(row: FlowRow) -> str:
    """How the row was converted, in words."""
    if row.rate is not None and row.rate_month is not None:
        return f"{row.rate.normalize():f} · {row.rate_month:%Y-%m}"
    return str(CONVERSIONS.get(row.conversion, ""))


def linked_words(row: FlowRow) -> str:
    """The flow of another source that tells of the same money, and which of the two counts."""
    if row.linked_to is None:
        return ""
    source, _space, identifier = row.linked_to.partition(" ")
    named = f"{ISOLATE}{SOURCES.get(source, source)} {identifier}{END}"
    return f"{named} · {_('this row counts') if row.counts else _('that one counts')}"


def link_words(row: FlowRow) -> str:
    """How surely two sources tell of the same money, and why."""
    if row.link_reasons is None:
        return ""
    reasons = [str(LINK_REASONS.get(name, name)) for name in row.link_reasons.split("; ")]
    return f"{row.link_score} · {' · '.join(reasons)}"


def _readable(columns: Sequence[Column], rows: Sequence[FlowRow]) -> list[Column]:
    """Without what only the downloads need: notes, constant prices, titles of typed tables."""
    left_out = {"note", "constant", "link"} | (
        {"activity"} if all(row.source == "appui" for row in rows) else set()
    )
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
