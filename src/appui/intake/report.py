"""The file as it came, its faults coloured and explained, with a sheet that lists them all."""

import io
import zipfile
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import PurePath
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill

from appui.intake import listings, queries, rules
from appui.intake.cells import text_of
from appui.intake.issues import TEXTS, text_of_issue
from appui.intake.models import Batch, Issue, Level
from appui.intake.reading import is_excel, lines_of
from appui.kernel.multilingual import RIGHT_TO_LEFT
from appui.kernel.verdict import require
from appui.ui import formats
from appui.ui.export import headers

# Above this many rows a workbook is written anew from its values, row by row, since openpyxl holds
# a whole workbook with its looks in memory; the looks of the original are then lost.
MOST_ROWS_WITH_LOOKS = 10_000
MOST_NOTES_WITH_LOOKS = 20_000
LARGEST_WITH_LOOKS = 30_000_000  # bytes of XML, all sheets together
FILLS = {
    Level.CRITICAL: PatternFill("solid", fgColor="F4A6A0"),
    Level.ERROR: PatternFill("solid", fgColor="FBD5D0"),
    Level.WARNING: PatternFill("solid", fgColor="FCEBC0"),
}
AUTHOR = "Appui"
At = tuple[int, int]


def file_name(batch: Batch) -> str:
    """What the report is called: after the file, in plain letters."""
    stem = PurePath(batch.file_name).stem.encode("ascii", "ignore").decode()
    safe = "".join(c if c.isalnum() or c in "-_" else "-" for c in stem).strip("-")
    return f"{safe or 'file'}-report.xlsx"


def workbook(batch: Batch) -> bytes:
    """The report as an Excel file, whatever the file was; raises ``Refused`` once it is
    forgotten.

    Memory is bounded: a large workbook, or one with very many issues, is written row by row.
    """
    require(rules.may_report(batch))
    looks = _may_keep_looks(batch)
    book = _with_looks(batch) if looks else _anew(batch)
    _list_issues(book, batch, streamed=not looks)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _may_keep_looks(batch: Batch) -> bool:
    """Whether the whole workbook, with all its other sheets and a note an issue, fits in memory."""
    if not is_excel(batch.file_name) or batch.row_count > MOST_ROWS_WITH_LOOKS:
        return False
    with zipfile.ZipFile(io.BytesIO(bytes(batch.stored.content))) as packed:
        unpacked = sum(item.file_size for item in packed.infolist())
    return unpacked <= LARGEST_WITH_LOOKS and batch.issues.count() <= MOST_NOTES_WITH_LOOKS


def _by_cell(issues: Iterable[Issue]) -> dict[At, list[Issue]]:
    """Issues by row and column from 1; those of a whole row at its first cell."""
    found: dict[At, list[Issue]] = {}
    for issue in issues:
        at = (issue.row.number, 1 + (issue.column or 0))
        found.setdefault(at, []).append(issue)
    return found


def _with_looks(batch: Batch) -> Any:
    found = _by_cell(queries.issues_of(batch))
    book = load_workbook(io.BytesIO(bytes(batch.stored.content)))
    sheet = book[batch.sheet] if batch.sheet else book.worksheets[0]
    spread = dict(_merged_cells(sheet))
    for at, issues in found.items():
        cell = sheet.cell(*spread.get(at, at))
        cell.fill = _fill(issues)
        before = cell.comment.text + "\n" if cell.comment else ""
        cell.comment = Comment(before + _note(issues), AUTHOR)
    return book


def _merged_cells(sheet: Any) -> Iterator[tuple[At, At]]:
    """Each cell of a merged area with its corner, the only one that can hold anything."""
    for area in sheet.merged_cells.ranges:
        for row in range(area.min_row, area.max_row + 1):
            for column in range(area.min_col, area.max_col + 1):
                yield (row, column), (area.min_row, area.min_col)


def _anew(batch: Batch) -> Any:
    """The values of the file in a new workbook, written row by row, the issues read beside."""
    issues = queries.issues_of(batch).iterator(chunk_size=1000)
    by_row = groupby(issues, key=lambda issue: issue.row.number)
    waiting = next(by_row, None)
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_sheet_name(batch.sheet))
    at = 0
    content = bytes(batch.stored.content)
    for number, cells in lines_of(batch.file_name, content, batch.sheet):
        for _blank in range(at + 1, number):
            sheet.append([])
        at = number
        found: dict[At, list[Issue]] = {}
        while waiting is not None and waiting[0] <= number:
            found = _by_cell(waiting[1])
            waiting = next(by_row, None)
        sheet.append(
            [
                _streamed(sheet, value, found.get((number, place), []))
                for place, value in enumerate(cells, 1)
            ]
        )
    return book


def _sheet_name(name: str) -> str:
    return name or _("File")


def _streamed(sheet: Any, value: Any, issues: list[Issue]) -> Any:
    shown = value if isinstance(value, int | float) else text_of(value)
    if not issues and isinstance(shown, int | float):
        return shown
    cell = _text_cell(sheet, shown)
    if issues:
        cell.fill = _fill(issues)
        cell.comment = Comment(_note(issues), AUTHOR)
    return cell


def _text_cell(sheet: Any, value: Any) -> Any:
    """A cell that is never taken for a formula, nor refused for a character."""
    text = ILLEGAL_CHARACTERS_RE.sub("", value) if isinstance(value, str) else value
    cell = WriteOnlyCell(sheet, text)
    if isinstance(text, str) and text:
        cell.data_type = "s"
    return cell


def _fill(issues: list[Issue]) -> PatternFill:
    levels = [item.level for item in issues]
    return FILLS[next(level for level in Level if level in levels)]


def _note(issues: list[Issue]) -> str:
    """What is wrong, why, and what to do, for each issue of the cell."""
    lines = []
    for item in issues:
        why, remedy = text_of_issue(item.code, item.about)
        lines.append(f"{item.get_level_display()} · {TEXTS[item.code].name}: {why} {remedy}")
    return "\n".join(lines)


def _list_issues(book: Any, batch: Batch, *, streamed: bool) -> None:
    sheet = book.create_sheet(_free_name(book, _("Issues")))
    if formats.language() in RIGHT_TO_LEFT:
        sheet.sheet_view.rightToLeft = True
    sheet.append(_heading_cells(sheet, [*headers(listings.ISSUE_COLUMNS), _("What became of it")]))
    for issue in queries.issues_of(batch).iterator(chunk_size=1000):
        values = [column.value(issue) for column in listings.ISSUE_COLUMNS]
        values.append(issue.row.get_state_display())
        sheet.append([_listed(sheet, value) for value in values])
    if not streamed:
        sheet.freeze_panes = "A2"
        for letter, width in zip("ABCDEFGH", (28, 8, 24, 28, 12, 60, 60, 20), strict=True):
            sheet.column_dimensions[letter].width = width


def _listed(sheet: Any, value: object) -> Any:
    return value if isinstance(value, int) else _text_cell(sheet, str(value or ""))


def _heading_cells(sheet: Any, titles: list[str]) -> list[Any]:
    found = []
    for title in titles:
        cell = _text_cell(sheet, title)
        cell.font = Font(bold=True)
        found.append(cell)
    return found


def _free_name(book: Any, wanted: str) -> str:
    """A name of a sheet that the workbook does not have yet."""
    taken = set(book.sheetnames)
    names = [wanted, *(f"{wanted} {number}" for number in range(2, 100))]
    return next(name for name in names if name not in taken)
