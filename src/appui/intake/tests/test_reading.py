"""Excel files with merged cells, formulas, percentages, several sheets; CSV of every make."""

from datetime import date

import pytest
from openpyxl.utils.exceptions import InvalidFileException

from appui.intake import reading
from appui.intake.tests.helpers import csv_file, excel_file
from appui.kernel.errors import Invalid


def lines(name, content, sheet=""):
    return list(reading.lines_of(name, content, sheet))


def test_rows_keep_their_numbers_and_blank_ones_are_left_aside():
    content = excel_file([["Title"], [], ["A", "B"], [None, None], [1, "x"]])

    assert [number for number, _cells in lines("a.xlsx", content)] == [1, 3, 5]


def test_what_excel_knows_of_a_cell_is_kept():
    def edit(_book, sheet):
        sheet["A1"] = date(2024, 12, 31)
        sheet["B1"] = 0.45
        sheet["B1"].number_format = "0%"
        sheet["C1"] = "=1+1"
        sheet["D1"] = "#REF!"
        sheet["E1"] = True

    content = excel_file([["", "", "", "", ""]], edit=edit)

    assert lines("a.xlsx", content) == [
        (1, [{"d": "2024-12-31"}, {"p": 0.45}, {"f": 1}, {"x": "#REF!"}, True])
    ]


def test_a_merged_area_fills_its_cells_with_its_corner():
    def edit(_book, sheet):
        sheet.merge_cells("A1:A3")
        sheet.merge_cells("B2:C2")

    content = excel_file([["Irlande", 1, 2], ["", 3, ""], ["", 5, 6]], edit=edit)

    spread = {"m": "Irlande"}
    assert lines("a.xlsx", content) == [
        (1, ["Irlande", 1, 2]),
        (2, [spread, 3, {"m": 3}]),
        (3, [spread, 5, 6]),
    ]


def test_sheets_are_named_and_read_apart():
    def edit(book, _sheet):
        book.create_sheet("Deux").append(["B"])

    content = excel_file([["A"]], edit=edit, title="Un")

    assert reading.sheet_names("a.xlsx", content) == ["Un", "Deux"]
    assert lines("a.xlsx", content, "Deux") == [(1, ["B"])]
    with pytest.raises(Invalid):
        lines("a.xlsx", content, "Trois")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_csv_is_read_whatever_its_separator_and_encoding(delimiter, encoding):
    text = csv_file([["Reçu le", "Montant"], ["31/12/2024", "5"]], delimiter).decode()

    found = lines("a.csv", text.encode(encoding))

    assert found == [(1, ["Reçu le", "Montant"]), (2, ["31/12/2024", "5"])]


def test_a_file_of_another_kind_is_refused_in_a_sentence():
    assert InvalidFileException in reading.UNREADABLE
    for name, content in [("a.pdf", b"%PDF"), ("a.xlsx", b"PK\x03\x04"), ("a.xlsx", b"")]:
        with pytest.raises(Invalid):
            lines(name, content)
