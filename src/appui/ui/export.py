"""Tables as files to save: typed cells, and no cell that a spreadsheet would run as a formula."""

import csv
import io
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Context, Decimal
from typing import TYPE_CHECKING, Any

import xlsxwriter
from django.http import HttpResponse
from django.utils.timezone import is_aware, localtime
from django.utils.translation import gettext as _

from appui.kernel.money import Money
from appui.kernel.multilingual import RIGHT_TO_LEFT, localise
from appui.ui import formats

if TYPE_CHECKING:
    from appui.ui.listing import Column

KINDS = ("csv", "xlsx")
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DIGITS_OF_A_CELL = 15
WIDE = Context(prec=60)
FORMULA_STARTS = ("=", "+", "-", "@")
INVISIBLE = ("Cc", "Cf")  # byte order marks, marks of direction, zero-width joiners
FORBIDDEN_IN_SHEET_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
TABLE = {ord(character): None for character in map(chr, range(32)) if character not in "\t\n\r"}
Typed = str | int | Decimal | date | None


def headers(columns: Sequence["Column"]) -> list[str]:
    """One heading a column; an amount is followed by a column for its currency."""
    found: list[str] = []
    for column in columns:
        found.append(str(column.label))
        if column.kind == "money":
            found.append(_("%(column)s, currency") % {"column": column.label})
    return found


def typed_row(columns: Sequence["Column"], row: Any) -> list[Typed]:
    """The values of one row as text, number or day, in the order of ``headers``."""
    found: list[Typed] = []
    for column in columns:
        value = column.value(row)
        if column.kind == "money":
            found.extend(_money(column, row, value))
        else:
            found.append(_typed(value))
    return found


def file_response(
    name: str, kind: str, columns: Sequence["Column"], rows: Iterable[Any]
) -> HttpResponse:
    """The table as a file to save, ``kind`` being one of ``KINDS``."""
    if kind == "csv":
        content: str | bytes = to_csv(columns, rows)
        content_type = "text/csv; charset=utf-8"
    else:
        content, content_type = to_xlsx(name, columns, rows, formats.language()), XLSX_TYPE
    return HttpResponse(
        content,
        content_type=content_type,
        headers={"Content-Disposition": f'attachment; filename="{name}.{kind}"'},
    )


def to_csv(columns: Sequence["Column"], rows: Iterable[Any]) -> str:
    """Comma-separated text that opens with a byte order mark, as spreadsheets need for accents.

    Numbers have a point and no grouping, days are ISO 8601; text that looks like a formula
    gets an apostrophe in front.
    """
    out = io.StringIO()
    out.write("\N{ZERO WIDTH NO-BREAK SPACE}")
    writer = csv.writer(out)
    writer.writerow([_harmless(title) for title in headers(columns)])
    for row in rows:
        writer.writerow([_csv_cell(value) for value in typed_row(columns, row)])
    return out.getvalue()


def to_xlsx(title: str, columns: Sequence["Column"], rows: Iterable[Any], language: str) -> bytes:
    """A workbook of one sheet, right to left in Arabic; every text is written as text."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet(_sheet_name(title))
    if language in RIGHT_TO_LEFT:
        sheet.right_to_left()
    widths = _fill(book, sheet, headers(columns), (typed_row(columns, row) for row in rows))
    for index, width in enumerate(widths):
        sheet.set_column(index, index, width)
    book.close()
    return out.getvalue()


@dataclass(frozen=True, slots=True)
class Tab:
    """One sheet of a workbook."""

    title: str
    columns: Sequence["Column"]
    rows: Sequence[Any]


def to_book(tabs: Iterable[Tab], language: str) -> bytes:
    """A workbook of several sheets, written as ``to_xlsx`` writes one; titles differ."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    for tab in tabs:
        sheet = book.add_worksheet(_sheet_name(tab.title))
        if language in RIGHT_TO_LEFT:
            sheet.right_to_left()
        typed = (typed_row(tab.columns, row) for row in tab.rows)
        for index, width in enumerate(_fill(book, sheet, headers(tab.columns), typed)):
            sheet.set_column(index, index, width)
    book.close()
    return out.getvalue()


def _fill(book: Any, sheet: Any, titles: list[str], rows: Iterator[list[Typed]]) -> list[int]:
    """Write everything; returns a width for each column."""
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    number = book.add_format({"num_format": "#,##0.##########"})
    amount = book.add_format({"num_format": "#,##0.00"})
    whole = book.add_format({"num_format": "0"})
    styles = {"day": day, "number": number, "amount": amount, "whole": whole}
    widths = [min(40, max(10, len(title))) for title in titles]
    for index, title in enumerate(titles):
        sheet.write_string(0, index, title, bold)
    last = 0
    for last, values in enumerate(rows, start=1):
        for index, value in enumerate(values):
            _write(sheet, last, index, value, styles)
            widths[index] = min(60, max(widths[index], len(str(value or "")) + 2))
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, last, max(0, len(titles) - 1))
    return widths


def _write(sheet: Any, row: int, column: int, value: Typed, styles: dict[str, Any]) -> None:
    if value is None:
        return
    if isinstance(value, str):
        sheet.write_string(row, column, value[:32_767])
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, styles["day"])
    elif len(Decimal(value).normalize(WIDE).as_tuple().digits) > DIGITS_OF_A_CELL:
        sheet.write_string(row, column, str(value))
    elif isinstance(value, int):
        sheet.write_number(row, column, value, styles["whole"])
    else:
        places = value.as_tuple().exponent
        form = "amount" if isinstance(places, int) and places >= -2 else "number"
        sheet.write_number(row, column, float(value), styles[form])


def _money(column: "Column", row: Any, value: object) -> tuple[Typed, Typed]:
    if isinstance(value, Money):
        return value.amount, value.currency
    if value is None:
        return None, None
    return _typed(value), column.currency(row) if column.currency else None


def _typed(value: object) -> Typed:
    if isinstance(value, datetime):
        return (localtime(value) if is_aware(value) else value).date()
    if value is None or (isinstance(value, int | Decimal | date) and not isinstance(value, bool)):
        return value
    if isinstance(value, dict):
        value = localise(value).text
    return str(value).translate(TABLE)


def _csv_cell(value: Typed) -> str:
    if isinstance(value, str):
        return _harmless(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    return "" if value is None else str(value)


def _harmless(text: str) -> str:
    """``text`` with an apostrophe where a spreadsheet could take it for a formula.

    It may pass over blanks and invisible marks before the sign, and take a full-width sign.
    """
    seen = (c for c in text if not c.isspace() and unicodedata.category(c) not in INVISIBLE)
    sign = unicodedata.normalize("NFKC", next(seen, ""))
    formula = sign in FORMULA_STARTS or text.startswith(("\t", "\r", "\n"))
    return f"'{text}" if formula else text


def _sheet_name(title: str) -> str:
    return title.translate(FORBIDDEN_IN_SHEET_NAMES).strip()[:31] or "Appui"
