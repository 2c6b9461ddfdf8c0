"""The matrix: any two of donor, country, sector and year as rows and columns."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from appui.intelligence import asked as addresses
from appui.intelligence.asked import Asked
from appui.intelligence.corpus import Corpus, FlowSum, sum_flows
from appui.intelligence.figures.concentration import Concentration
from appui.intelligence.figures.pivot import Matrix, Side, matrix_of
from appui.intelligence.files import LABELS, file_response
from appui.intelligence.published import published
from appui.intelligence.views import shown
from appui.intelligence.views.shown import Kind
from appui.intelligence.words import DIMENSIONS, Words, words
from appui.registry.pages import PageRequest
from appui.ui.listing import Column

MOST_ROWS = 40
MOST_COLUMNS = 16
GIVER = "donor"
NAMED = ("donor", "reporter", "channel")


@dataclass(frozen=True, slots=True)
class Amount:
    """One shown sum with the address of its rows; None where nothing is published."""

    usd: Decimal | None
    url: str


@dataclass(frozen=True, slots=True)
class Line:
    """One row as shown; ``givers`` is None where the row is a giver."""

    label: str
    url: str
    amounts: list[Amount]
    total: Amount
    givers: Concentration[str] | None


@dataclass(frozen=True, slots=True)
class Grid:
    """The matrix as shown, cut to what a page holds; the hidden counts are in the downloads."""

    heads: list[tuple[str, str]]
    lines: list[Line]
    footer: list[Amount]
    total: Amount
    column_givers: list[Concentration[str] | None]
    hidden_rows: int
    hidden_columns: int


def matrix(request: PageRequest) -> HttpResponse:
    """Sums of one kind of flow by two groupings, with who they hang on."""
    corpus = published()
    asked = addresses.read(request.GET)
    if asked.rows == asked.columns:
        asked.columns = "donor" if asked.rows == "year" else "year"
        asked.notes.append(_("Rows and columns were the same; the columns were changed."))
    sums = sum_flows(corpus, asked.wanted)
    kind = shown.shown_kind(asked.kind, sums)
    found = _matrix(corpus, asked, kind)
    names = _names(asked, found)
    wanted = request.GET.get("format", "")
    if wanted in LABELS:
        return file_response("matrix", wanted, _columns(asked, found, names), found.rows)
    context = shown.question(corpus, asked, "matrix") | {
        "kinds": shown.kind_tabs(asked, sums, kind),
        "kind": shown.kind_words(kind) if kind else "",
        "grid": _grid(asked, found, names),
        "givers": found.givers,
        "rows_name": DIMENSIONS[asked.rows],
        "columns_name": DIMENSIONS[asked.columns],
        "row_options": shown.group_options(asked.rows, DIMENSIONS),
        "column_options": shown.group_options(asked.columns, DIMENSIONS),
        "names": names,
        "files": [(label, asked.url(format=form)) for form, label in LABELS.items()],
    }
    return render(request, "intelligence/matrix.html", context)


def _matrix(corpus: Corpus, asked: Asked, kind: Kind | None) -> Matrix:
    if kind is None:
        return matrix_of(())
    wanted = shown.of_kind(asked.wanted, kind)
    return matrix_of(
        sum_flows(corpus, wanted, (asked.rows, asked.columns)),
        givers_of_rows=_givers(corpus, wanted, asked.rows),
        givers_of_columns=_givers(corpus, wanted, asked.columns),
        givers=sum_flows(corpus, wanted, (GIVER,)),
    )


def _givers(corpus: Corpus, wanted: Any, group: str) -> list[FlowSum]:
    return [] if group == GIVER else sum_flows(corpus, wanted, (group, GIVER))


def _names(asked: Asked, found: Matrix) -> Words:
    sides = [(asked.rows, found.rows), (asked.columns, found.columns)]
    keys = {group: [side.key for side in of_side] for group, of_side in sides}
    labels = {side.label for group, of_side in sides if group in NAMED for side in of_side}
    tops = [side.givers.top for _group, of_side in sides for side in of_side if side.givers]
    return words(
        keys.get("recipient", ()),
        [*keys.get("sector", ()), *keys.get("sector-group", ())],
        labels | set(tops) | ({found.givers.top} if found.givers else set()),
    )


def _grid(asked: Asked, found: Matrix, names: Words) -> Grid:
    rows, columns = _cut(found.rows, MOST_ROWS), _cut(found.columns, MOST_COLUMNS)
    links = _Links(asked, found)
    return Grid(
        heads=[
            (names.of(asked.columns, side.key, side.label), links.column(side)) for side in columns
        ],
        lines=[_line(asked, found, names, links, row, columns) for row in rows],
        footer=[Amount(side.total, links.column(side)) for side in columns],
        total=Amount(found.total, links.whole()),
        column_givers=[side.givers for side in columns] if asked.columns != GIVER else [],
        hidden_rows=len(found.rows) - len(rows),
        hidden_columns=len(found.columns) - len(columns),
    )


def _cut(sides: Sequence[Side], most: int) -> Sequence[Side]:
    """The first ``most``, of years the latest."""
    if sides and isinstance(sides[0].key, int):
        return sides[-most:]
    return sides[:most]


class _Links:
    """Addresses of the rows behind the cells and sides of one matrix."""

    def __init__(self, asked: Asked, found: Matrix) -> None:
        self._asked = asked
        one = next(iter(found.cells.values()), None)
        self._cells = asked.behind((one.flow_type, one.source)) if one else None
        self._page = reverse("intelligence:flow_rows")

    def whole(self) -> str:
        return self._url()

    def row(self, side: Side) -> str:
        return self._url((self._asked.rows, side.key))

    def column(self, side: Side) -> str:
        return self._url((self._asked.columns, side.key))

    def cell(self, row: Side, column: Side) -> str:
        return self._url((self._asked.rows, row.key), (self._asked.columns, column.key))

    def _url(self, *cells: tuple[str, object]) -> str:
        return self._page + self._cells.url(*cells) if self._cells else ""


def _line(
    asked: Asked,
    found: Matrix,
    names: Words,
    links: _Links,
    row: Side,
    columns: Sequence[Side],
) -> Line:
    cells = [found.cells.get((row.key, column.key)) for column in columns]
    is_giver = asked.rows == GIVER and row.key is not None
    return Line(
        label=names.of(asked.rows, row.key, row.label),
        url=shown.profile_url(str(row.key)) if is_giver else links.row(row),
        amounts=[
            Amount(cell.usd, links.cell(row, column)) if cell else Amount(None, "")
            for cell, column in zip(cells, columns, strict=True)
        ],
        total=Amount(row.total, links.row(row)),
        givers=row.givers,
    )


def _columns(asked: Asked, found: Matrix, names: Words) -> list[Column]:
    """Columns of the downloads: every column of the matrix, then what hangs on whom."""
    columns = [
        Column(
            "group",
            DIMENSIONS[asked.rows],
            lambda row: names.of(asked.rows, row.key, row.label),
        ),
        Column("key", _("Code"), lambda row: None if row.key is None else str(row.key)),
    ]
    columns += [_cell_column(asked, found, names, side) for side in found.columns]
    columns.append(
        Column("total", _("Total"), lambda row: row.total, "money", currency=lambda _row: "USD")
    )
    return columns if asked.rows == GIVER else columns + giver_columns()


def _cell_column(asked: Asked, found: Matrix, names: Words, side: Side) -> Column:
    def value(row: Side) -> Decimal | None:
        cell = found.cells.get((row.key, side.key))
        return cell.usd if cell else None

    return Column(
        f"usd_{'not_stated' if side.key is None else side.key}",
        names.of(asked.columns, side.key, side.label),
        value,
        "money",
        currency=lambda _row: "USD",
    )


def giver_columns() -> list[Column]:
    """What the givers of a row say of its dependency."""
    return [
        Column("donors", _("Donors"), lambda row: row.givers and row.givers.count, "number"),
        Column("hhi", _("HHI"), lambda row: row.givers and row.givers.hhi, "number"),
        Column(
            "effective",
            _("Effective number of donors"),
            lambda row: row.givers and row.givers.effective,
            "number",
        ),
        Column("largest", _("Largest donor"), lambda row: row.givers and row.givers.top),
        Column(
            "lost",
            _("Lost if the largest leaves"),
            lambda row: row.givers and row.givers.top_share,
            "percent",
        ),
    ]
