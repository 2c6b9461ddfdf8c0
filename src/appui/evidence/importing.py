"""Figures from a table, Excel or CSV: good rows kept, each bad row named, twice is once."""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from appui.evidence import actions
from appui.evidence.models import Figure, Source
from appui.kernel.access import Reader
from appui.kernel.errors import AppuiError, Invalid
from appui.registry.models import Code, Location, Organisation
from appui.ui import formats
from appui.ui.facts import Fact
from appui.ui.forms import parse_amount
from appui.ui.listing import Column
from appui.ui.table import Table

NEEDED = ("measure", "unit", "value", "publisher", "title")
TIMES = ("as_of", "period_start", "period_end")
OPTIONAL = ("place", *TIMES, "published_on", "page", "url", "note")
MOST_ROWS = 20_000
LARGEST_UNPACKED = 100 * 1024 * 1024
SIX_PLACES = Decimal("0.000001")
Level = Literal["error", "warning"]
Row = Mapping[str, object]
LEVEL_LABELS = {"error": gettext_lazy("Error"), "warning": gettext_lazy("Warning")}


@dataclass(frozen=True, slots=True)
class Message:
    """What is to be said of one row; an ``error`` row is left out, a ``warning`` row is kept."""

    row: int
    level: Level
    text: str


MESSAGE_COLUMNS = (
    Column("text", gettext_lazy("What"), lambda item: item.text),
    Column("row", gettext_lazy("Row"), lambda item: item.row, "number"),
    Column(
        "level",
        gettext_lazy("Level"),
        lambda item: LEVEL_LABELS[item.level],
        "tag",
        tone=lambda item: "late" if item.level == "error" else "wait",
    ),
)


@dataclass(slots=True)
class ImportReport:
    """Every row read is recorded, already known, or refused; the three sum to ``read``."""

    read: int = 0
    recorded: int = 0
    known: int = 0
    messages: list[Message] = field(default_factory=list)

    @property
    def refused(self) -> int:
        """Rows left out."""
        return len({item.row for item in self.messages if item.level == "error"})

    @property
    def facts(self) -> list[Fact]:
        """The sums as shown."""
        return [
            Fact(_("Recorded"), self.recorded, "number"),
            Fact(_("Already known, unchanged"), self.known, "number"),
            Fact(_("Left out"), self.refused, "number"),
        ]

    @property
    def table(self) -> Table:
        """The messages as shown."""
        return Table(MESSAGE_COLUMNS, self.messages)


def read_table(name: str, content: bytes) -> list[Row]:
    """Rows of an Excel or CSV file by column; raises ``Invalid`` when nothing can be read."""
    return _by_column(sheet_rows(name, content))


def sheet_rows(name: str, content: bytes) -> Iterator[Sequence[object]]:
    """Rows of the first sheet, the one of the headings included; raises ``Invalid``."""
    if name.lower().endswith(".csv"):
        return _csv_rows(content)
    if name.lower().endswith(".xlsx"):
        return _excel_rows(content)
    raise Invalid(_("“%(name)s” is neither an .xlsx nor a .csv file.") % {"name": name})


def _csv_rows(content: bytes) -> Iterator[Sequence[object]]:
    if b"\0" in content:
        raise Invalid(_("This file is not text, so it is not CSV."))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    try:
        yield from csv.reader(io.StringIO(text), delimiter=delimiter)
    except csv.Error as error:
        raise Invalid(_("This CSV file is broken: %(why)s.") % {"why": error}) from error


def _excel_rows(content: bytes) -> Iterator[Sequence[object]]:
    if not zipfile.is_zipfile(io.BytesIO(content)):
        raise Invalid(_("This file is not an Excel workbook; save it as .xlsx."))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(item.file_size for item in packed.infolist()) > LARGEST_UNPACKED:
                raise Invalid(_("This workbook is too large once unpacked: split it."))
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        if not book.worksheets:
            raise Invalid(_("This workbook has no sheet."))
        yield from book.worksheets[0].iter_rows(values_only=True)
    except (
        InvalidFileException,
        zipfile.BadZipFile,
        KeyError,
        ValueError,
        TypeError,
        SyntaxError,
    ) as error:
        raise Invalid(_("This file is not an Excel workbook that can be read.")) from error


def _by_column(rows: Iterator[Sequence[object]]) -> list[Row]:
    header = [_text(cell).lower() for cell in next(rows, [])]
    missing = [name for name in NEEDED if name not in header]
    if missing:
        raise Invalid(
            _("The first row lacks these columns: %(columns)s.") % {"columns": ", ".join(missing)}
        )
    if not set(TIMES) & set(header):
        raise Invalid(_("The first row has neither a column as_of nor period_start."))
    found: list[Row] = []
    for row in rows:
        if len(found) == MOST_ROWS:
            raise Invalid(_("The file has more than %(count)d rows.") % {"count": MOST_ROWS})
        found.append(dict(zip(header, row, strict=False)))
    while found and not any(_text(cell) for cell in found[-1].values()):
        found.pop()
    return found


def import_figures(
    rows: Iterable[Row], *, by: Reader, owner: Organisation, visibility: str
) -> ImportReport:
    """Record each good row; rows are numbered from 2, as a sheet with a header shows them."""
    report = ImportReport()
    lists = _Lists()
    for number, row in enumerate(rows, 2):
        if not any(_text(cell) for cell in row.values()):
            continue
        report.read += 1
        try:
            with transaction.atomic():
                _take_in(row, number, report, lists, by=by, owner=owner, visibility=visibility)
        except AppuiError as error:
            report.messages.append(Message(number, "error", str(error)))
    return report


class _Lists:
    """Codes and places by their code and by each of their labels, read once."""

    def __init__(self) -> None:
        self.measures = _by_any_name(Code.objects.of("Measure"))
        self.units = _by_any_name(Code.objects.of("Unit"))
        self.places = _by_any_name(Location.objects.order_by("-kind", "code"))


def _by_any_name(items: Iterable[Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for item in items:
        labels = item.label if isinstance(item, Code) else item.name
        for name in (*labels.values(), item.code):
            found.setdefault(name.casefold(), item)
    return found


def _take_in(
    row: Row,
    number: int,
    report: ImportReport,
    lists: _Lists,
    *,
    by: Reader,
    owner: Organisation,
    visibility: str,
) -> None:
    fields: dict[str, Any] = {
        "measure": _named(row, "measure", lists.measures, "Measure"),
        "unit": _named(row, "unit", lists.units, "Unit"),
        "location": _place(row, lists),
        "value": _value(row.get("value")),
        **{name: _day(row.get(name), name) for name in TIMES},
    }
    source = _source(row, by=by, owner=owner, visibility=visibility)
    about = {name: item for name, item in fields.items() if name != "value"}
    stated = Figure.objects.writable_by(by).filter(owner=owner, detail={}, **about)
    mine = stated.filter(source=source).order_by("-pk").first()
    if mine is not None:
        _compare(mine, fields["value"])
        report.known += 1
        return
    text = _text(row.get("note"))
    actions.record_figure(
        by=by, owner=owner, visibility=visibility, source=source, note=text, **fields
    )
    report.recorded += 1
    same = stated.filter(source__publisher__iexact=source.publisher).exclude(source=source)
    if (other := same.exclude(value=fields["value"]).first()) is not None:
        report.messages.append(Message(number, "warning", _beside(other)))


def _compare(known: Figure, value: Decimal) -> None:
    """Raise ``Invalid`` when the source is already recorded as saying something else."""
    earlier = known
    while earlier.value != value:
        if earlier.supersedes is None:
            raise Invalid(
                _(
                    "This source is already recorded as saying %(known)s, not %(value)s: "
                    "revise that figure on its page."
                )
                % {"known": formats.number(known.value), "value": formats.number(value)}
            )
        earlier = earlier.supersedes


def _beside(other: Figure) -> str:
    return _(
        "The same publisher says %(value)s elsewhere (%(source)s). Both are recorded: "
        "if this one replaces it, revise it on its page instead."
    ) % {"value": formats.number(other.value), "source": other.source.label}


def _source(row: Row, *, by: Reader, owner: Organisation, visibility: str) -> Source:
    """The source of that publisher, title, day and page; recorded when it is new."""
    wanted: dict[str, Any] = {
        "publisher": _text(row.get("publisher")),
        "title": _text(row.get("title")),
        "published_on": _day(row.get("published_on"), "published_on"),
        "page": _text(row.get("page")),
    }
    for name in ("publisher", "title"):
        if not wanted[name]:
            raise Invalid(_("The column %(column)s is empty.") % {"column": name})
    found = Source.objects.writable_by(by).filter(owner=owner, **wanted).order_by("pk").first()
    if found is not None:
        return found
    url = _text(row.get("url"))
    return actions.cite(by=by, owner=owner, visibility=visibility, url=url, **wanted)


def _named(row: Row, column: str, known: Mapping[str, Any], codelist: str) -> Any:
    text = _text(row.get(column))
    if not text:
        raise Invalid(_("The column %(column)s is empty.") % {"column": column})
    if text.casefold() not in known:
        raise Invalid(
            _("“%(value)s” is not in the code list %(codelist)s.")
            % {"value": text[:60], "codelist": codelist}
        )
    return known[text.casefold()]


def _place(row: Row, lists: _Lists) -> Location | None:
    text = _text(row.get("place"))
    if not text:
        return None
    if text.casefold() not in lists.places:
        raise Invalid(_("“%(value)s” is not a place known here.") % {"value": text[:60]})
    found: Location = lists.places[text.casefold()]
    return found


def _value(cell: object) -> Decimal:
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return Decimal(f"{cell:.15g}").quantize(SIX_PLACES)
    text = _text(cell)
    if not text:
        raise Invalid(_("The column %(column)s is empty.") % {"column": "value"})
    found = parse_amount(text, formats.language())
    if found is None:
        raise Invalid(_("“%(value)s” is not a number.") % {"value": text[:60]})
    return found


def _day(cell: object, column: str) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = _text(cell)
    if not text:
        return None
    try:
        return date.fromisoformat(text[:10] if text[10:] in ("", " 00:00:00") else "")
    except ValueError as error:
        raise Invalid(
            _("“%(value)s” in the column %(column)s is not a day; write it as 2026-02-28.")
            % {"value": text[:30], "column": column}
        ) from error


def _text(cell: object) -> str:
    """The cell as one line of plain text."""
    if cell is None:
        return ""
    return " ".join("".join(c if c.isprintable() else " " for c in str(cell)).split())
