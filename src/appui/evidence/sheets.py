"""Rows of an Excel or CSV file, whatever they are about."""

import csv
import io
import zipfile
from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from appui.kernel.errors import Invalid

LARGEST_UNPACKED = 100 * 1024 * 1024


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
