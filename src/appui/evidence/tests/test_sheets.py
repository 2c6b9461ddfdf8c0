"""Rows of a file: Excel with typed cells, CSV of any habit; what is no table is refused."""

import io
import zipfile
from datetime import datetime

import pytest
from openpyxl import Workbook

from appui.evidence.sheets import sheet_rows
from appui.kernel.errors import Invalid


def test_semicolons_and_old_encodings_of_a_spreadsheet_are_read():
    content = "titre;valeur\r\nÉté;681,28\r\n".encode("cp1252")

    assert list(sheet_rows("FIGURES.CSV", content)) == [["titre", "valeur"], ["Été", "681,28"]]


def test_an_excel_file_keeps_its_typed_cells():
    book, content = Workbook(), io.BytesIO()
    book.active.append(["KH", 681.28, datetime(2022, 12, 31), None, True])
    book.save(content)

    assert list(sheet_rows("a.xlsx", content.getvalue())) == [
        ("KH", 681.28, datetime(2022, 12, 31), None, True)
    ]


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.pdf", b"%PDF", "“a.pdf” is neither an .xlsx nor a .csv file."),
        ("a.xlsx", b"a,b", "This file is not an Excel workbook; save it as .xlsx."),
        ("a.csv", b"PK\x03\x04\x00", "This file is not text, so it is not CSV."),
    ],
)
def test_a_wrong_file_is_refused_whole(name, content, sentence):
    with pytest.raises(Invalid) as refusal:
        list(sheet_rows(name, content))

    assert str(refusal.value) == sentence


def test_a_zip_that_is_no_workbook_is_refused():
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as packed:
        packed.writestr("a.txt", "hello")

    with pytest.raises(Invalid) as refusal:
        list(sheet_rows("a.xlsx", content.getvalue()))
    assert str(refusal.value) == "This file is not an Excel workbook that can be read."
