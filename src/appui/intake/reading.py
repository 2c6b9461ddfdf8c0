"""Rows of an Excel, CSV or IATI file as cells, one after the other, with what Excel knows of each.

Excel is read as a stream. What a stream does not tell (merged areas, formulas that were never
reckoned) is found by one pass over the XML of the sheet beforehand. No database here.
"""

import io
import math
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from django.utils.translation import gettext as _
from lxml import etree
from openpyxl import load_workbook
from openpyxl.utils.cell import coordinate_to_tuple, range_boundaries
from openpyxl.utils.exceptions import InvalidFileException

from appui.evidence.sheets import LARGEST_UNPACKED, sheet_rows
from appui.intake import columns, iati
from appui.intake.cells import ERROR_VALUES, Cell, is_blank, text_of
from appui.kernel.audit import UNSTORABLE
from appui.kernel.errors import Invalid

MOST_ROWS = 100_000
MOST_COLUMNS = 120
MOST_SPREAD = 200_000  # cells that merged areas may fill
LONGEST_CELL = 32_767
LOST = "\N{REPLACEMENT CHARACTER}"
EMPTY_IN_A_ROW = 5_000  # a sheet that goes on empty for longer has ended
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
UNREADABLE = (
    InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, TypeError, SyntaxError,
    AttributeError, IndexError, OSError, EOFError,
)  # fmt: skip
Line = tuple[int, list[Cell]]


@dataclass(slots=True)
class Hidden:
    """What a stream of an Excel sheet does not tell, by row: columns, and where areas come from."""

    unreckoned: dict[int, list[int]] = field(default_factory=dict)
    spread: dict[int, list[tuple[int, tuple[int, int]]]] = field(default_factory=dict)
    corners: dict[int, list[int]] = field(default_factory=dict)
    filled: int = 0


def is_excel(name: str) -> bool:
    """Whether the file says it is a workbook."""
    return name.lower().endswith((".xlsx", ".xlsm"))


def sheet_names(name: str, content: bytes) -> list[str]:
    """The sheets that hold cells; none for CSV. Raises ``Invalid``."""
    if iati.is_iati(name):
        return iati.sheets()
    if not is_excel(name):
        return []
    with _opened(content) as book:
        names = [sheet.title for sheet in book.worksheets]
    if not names:
        raise Invalid(_("This workbook has no sheet."))
    return names


def lines_of(name: str, content: bytes, sheet: str = "") -> Iterator[Line]:
    """The rows that are not blank, each with its number as the program shows it, from 1.

    Raises ``Invalid`` for a file that cannot be read, or with more rows than are taken.
    """
    found = 0
    for number, cells in _numbered(name, content, sheet):
        while cells and is_blank(cells[-1]):
            cells.pop()
        if not any(not is_blank(cell) for cell in cells):
            continue
        found += 1
        if found > MOST_ROWS:
            raise Invalid(_("The file has more than %(count)d rows.") % {"count": MOST_ROWS})
        yield number, cells[:MOST_COLUMNS]


def first_lines(name: str, content: bytes, sheet: str = "") -> list[tuple[int, list[str]]]:
    """Enough rows, as text, to find the headings."""
    found: list[tuple[int, list[str]]] = []
    for number, cells in lines_of(name, content, sheet):
        found.append((number, header_texts(cells)))
        if len(found) == columns.HEADER_WITHIN:
            break
    return found


def _numbered(name: str, content: bytes, sheet: str) -> Iterator[Line]:
    if is_excel(name):
        yield from _excel_lines(content, sheet)
        return
    if iati.is_iati(name):
        yield from iati.lines_of(content, sheet)
        return
    if not name.lower().endswith(".csv"):
        text = _("“%(name)s” is neither an .xlsx, a .csv nor an IATI .xml file.")
        raise Invalid(text % {"name": name})
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):  # “Unicode text” of Excel
        content = content.decode("utf-16", errors="replace").encode()
    for number, row in enumerate(sheet_rows(name, content), 1):
        yield number, [_plain(cell) for cell in row]


def _plain(cell: object) -> Cell:
    return _text(str(cell))


def _text(text: str) -> Cell:
    """What no database holds becomes the sign for a lost character, which the check refuses."""
    return {"x": text} if text in ERROR_VALUES else UNSTORABLE.sub(LOST, text[:LONGEST_CELL])


@contextmanager
def _opened(content: bytes) -> Iterator[Any]:
    """The workbook as a stream; raises ``Invalid`` for what is none, or too large unpacked."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        raise Invalid(_("This file is not an Excel workbook; save it as .xlsx."))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(item.file_size for item in packed.infolist()) > LARGEST_UNPACKED:
                raise Invalid(_("This workbook is too large once unpacked: split it."))
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        try:
            yield book
        finally:
            book.close()
    except (*UNREADABLE, etree.XMLSyntaxError) as error:
        raise Invalid(_("This file is not an Excel workbook that can be read.")) from error


def _excel_lines(content: bytes, sheet: str) -> Iterator[Line]:
    with _opened(content) as book:
        if sheet and sheet not in book.sheetnames:
            raise Invalid(_("This workbook has no sheet “%(name)s”.") % {"name": sheet})
        page = book[sheet] if sheet else book.worksheets[0]
        hidden = _hidden(book, page)
        page.reset_dimensions()
        yield from _stream(page, hidden)


def _stream(page: Any, hidden: Hidden) -> Iterator[Line]:
    formats: dict[Any, bool] = {}
    corners: dict[tuple[int, int], Cell] = {}
    empty = 0
    for number, row in enumerate(page.iter_rows(max_col=MOST_COLUMNS), 1):
        cells = [_cell(item, formats) for item in row]
        empty = 0 if cells and any(cell is not None for cell in cells) else empty + 1
        if empty > EMPTY_IN_A_ROW:
            return
        _add_hidden(number, cells, hidden, corners)
        yield number, cells


def _add_hidden(
    number: int, cells: list[Cell], hidden: Hidden, corners: dict[tuple[int, int], Cell]
) -> None:
    """Mark formulas without a value, and fill merged areas with what stands in their corner."""
    for column in hidden.unreckoned.pop(number, ()):
        _put(cells, column, {"f": 1})
    for column in hidden.corners.pop(number, ()):
        corners[number, column] = cells[column - 1] if column <= len(cells) else None
    for column, corner in hidden.spread.pop(number, ()):
        if corners.get(corner) is not None:
            _put(cells, column, {"m": corners[corner]})


def _put(cells: list[Cell], column: int, value: Cell) -> None:
    cells.extend([None] * (column - len(cells)))
    if cells[column - 1] is None:
        cells[column - 1] = value


def _cell(item: Any, formats: dict[Any, bool]) -> Cell:
    value = item.value
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, datetime):
        return {"d": value.date().isoformat()}
    if isinstance(value, date):
        return {"d": value.isoformat()}
    if isinstance(value, time):
        return value.isoformat()
    if not isinstance(value, int | float):
        return str(value)
    if not _is_finite(value):
        return {"x": "#NUM!"}
    style = item._style_id
    if style not in formats:
        formats[style] = "%" in item.number_format
    return {"p": value} if formats[style] else value


def _is_finite(value: float) -> bool:
    """Whether a number is one that a database holds; Excel itself writes no larger one."""
    try:
        return math.isfinite(float(value))
    except OverflowError:
        return False


def _hidden(book: Any, page: Any) -> Hidden:
    """Merged areas and formulas without a value, from the XML of the sheet."""
    found = Hidden()
    with book._archive.open(page._worksheet_path) as source:
        tags = (f"{MAIN}c", f"{MAIN}mergeCell", f"{MAIN}row")
        events = etree.iterparse(
            source, tag=tags, resolve_entities=False, load_dtd=False, no_network=True,
            huge_tree=False,
        )  # fmt: skip
        for _event, element in events:
            if element.tag == tags[0]:
                _note_formula(element, found)
                continue
            if element.tag == tags[1]:
                _note_area(element.get("ref", ""), found)
            element.clear()
            while element.getprevious() is not None and element.getparent() is not None:
                del element.getparent()[0]
    return found


def _note_formula(element: Any, found: Hidden) -> None:
    if element.find(f"{MAIN}f") is None:
        return
    value = element.find(f"{MAIN}v")
    if value is None or value.text is None:
        row, column = coordinate_to_tuple(element.get("r"))
        found.unreckoned.setdefault(row, []).append(column)


def _note_area(area: str, found: Hidden) -> None:
    left, top, right, bottom = (side or 0 for side in range_boundaries(area))
    size = (right - left + 1) * (bottom - top + 1)
    if 0 in (left, top) or size + found.filled > MOST_SPREAD or right > MOST_COLUMNS:
        return
    found.filled += size
    found.corners.setdefault(top, []).append(left)
    for row in range(top, bottom + 1):
        for column in range(left, right + 1):
            if (row, column) != (top, left):
                found.spread.setdefault(row, []).append((column, (top, left)))


def header_texts(cells: Sequence[Cell]) -> list[str]:
    """Headings as text; one spread over several columns names only the first."""
    return ["" if isinstance(cell, dict) and "m" in cell else text_of(cell) for cell in cells]
