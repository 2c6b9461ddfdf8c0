"""A table of figures: good rows kept, bad rows named, the second run changes nothing."""

import io
import zipfile
from datetime import date
from decimal import Decimal

import pytest
from click.testing import CliRunner
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook

from appui.evidence.cli import figures as figures_command
from appui.evidence.importing import import_figures, read_table
from appui.evidence.models import Figure, Source
from appui.kernel.errors import Invalid
from appui.kernel.models import AuditEntry

HEADER = (
    "measure,place,unit,value,as_of,period_start,period_end,publisher,title,published_on,page,note"
)
GOOD = "mined_area_ap,KH,km2,681.28,2022-12-31,,,Monitor,Report,2023-11-01,p. 3,"


@pytest.fixture
def take_in(lists, cambodia, authority, editor):
    def take_in(*rows, name="figures.csv"):
        table = read_table(name, "\n".join([HEADER, *rows]).encode())
        return import_figures(table, by=editor, owner=authority, visibility="private")

    return take_in


def test_a_good_row_becomes_a_figure_with_its_source(take_in):
    report = take_in(GOOD)

    figure = Figure.objects.get()
    assert (report.read, report.recorded, report.known, report.messages) == (1, 1, 0, [])
    assert (figure.value, figure.as_of, figure.location.code) == (
        Decimal("681.28"),
        date(2022, 12, 31),
        "KH",
    )
    assert (figure.source.publisher, figure.source.page) == ("Monitor", "p. 3")


def test_a_second_run_changes_nothing(take_in):
    take_in(GOOD)
    trail = AuditEntry.objects.count()
    report = take_in(GOOD)

    assert (report.read, report.recorded, report.known) == (1, 0, 1)
    assert (Figure.objects.count(), Source.objects.count()) == (1, 1)
    assert AuditEntry.objects.count() == trail


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("wet_area,KH,km2,1,2022-12-31,,,M,T,,,", "“wet_area” is not in the code list Measure."),
        ("mined_area_ap,KH,acre,1,2022-12-31,,,M,T,,,", "“acre” is not in the code list Unit."),
        ("mined_area_ap,XX,km2,1,2022-12-31,,,M,T,,,", "“XX” is not a place known here."),
        (
            "mined_area_ap,KH,km2,1,2023-02-31,,,M,T,,,",
            "“2023-02-31” in the column as_of is not a day; write it as 2026-02-28.",
        ),
        (
            "mined_area_ap,KH,person,-4,2022-12-31,,,M,T,,,",
            "A value in “person” cannot be below zero.",
        ),
        ("mined_area_ap,KH,km2,many,2022-12-31,,,M,T,,,", "“many” is not a number."),
        ("mined_area_ap,KH,km2,NaN,2022-12-31,,,M,T,,,", "“NaN” is not a number."),
        ("mined_area_ap,KH,km2,,2022-12-31,,,M,T,,,", "The column value is empty."),
        ("mined_area_ap,KH,km2,1,2022-12-31,,,,T,,,", "The column publisher is empty."),
        ("mined_area_ap,KH,km2,1,,,,M,T,,,", "Give either a date or both ends of a period."),
        (
            "mined_area_ap,KH,km2,1,,2022-12-31,2022-01-01,M,T,,,",
            "The period ends before it begins.",
        ),
    ],
)
def test_a_bad_row_is_named_and_the_good_one_kept(take_in, row, sentence):
    report = take_in(row, GOOD)

    assert [(item.row, item.level, item.text) for item in report.messages] == [
        (2, "error", sentence)
    ]
    assert (report.read, report.recorded, report.refused) == (2, 1, 1)
    assert Source.objects.count() == 1  # the refused row leaves no source behind


def test_another_value_from_the_same_source_is_refused(take_in):
    take_in(GOOD)
    report = take_in(GOOD.replace("681.28", "690"))

    assert [item.text for item in report.messages] == [
        "This source is already recorded as saying 681.28, not 690: revise that figure on its page."
    ]
    assert Figure.objects.get().value == Decimal("681.28")


def test_another_value_from_another_publication_is_kept_with_a_warning(take_in):
    take_in(GOOD)
    report = take_in(GOOD.replace("681.28", "690").replace("Report", "Report 2024"))

    assert [(item.level, report.recorded) for item in report.messages] == [("warning", 1)]
    assert Figure.objects.count() == 2


def test_semicolons_names_and_old_encodings_of_a_spreadsheet_are_read(
    lists, cambodia, authority, editor
):
    header = HEADER.replace(",", ";")
    row = "Mined area;Cambodia;square kilometre;681,28;2022-12-31;;;Libération;Été;;;"
    table = read_table("FIGURES.CSV", f"{header}\r\n{row}\r\n\r\n".encode("cp1252"))
    report = import_figures(table, by=editor, owner=authority, visibility="private")

    assert (report.read, report.recorded) == (1, 1)
    assert Figure.objects.get().source.title == "Été"


def workbook(*rows):
    book, content = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(content)
    return content.getvalue()


def test_an_excel_file_with_typed_cells_is_read(lists, cambodia, authority, editor):
    row = ["mined_area_ap", "KH", "km2", 681.28, date(2022, 12, 31), None, None, "M", "T"]
    content = workbook(HEADER.split(","), row, [], ["mined_area_ap", "KH", "km2", True])
    report = import_figures(
        read_table("figures.xlsx", content), by=editor, owner=authority, visibility="private"
    )

    assert [(item.row, item.text) for item in report.messages] == [(4, "“True” is not a number.")]
    assert Figure.objects.get().value == Decimal("681.28")


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.pdf", b"%PDF", "“a.pdf” is neither an .xlsx nor a .csv file."),
        ("a.xlsx", b"a,b", "This file is not an Excel workbook; save it as .xlsx."),
        ("a.csv", b"PK\x03\x04\x00", "This file is not text, so it is not CSV."),
        ("a.csv", b"", "The first row lacks these columns: "),
        ("a.csv", b"measure,unit,value", "The first row lacks these columns: publisher, title."),
        (
            "a.csv",
            b"measure,unit,value,publisher,title",
            "The first row has neither a column as_of nor period_start.",
        ),
    ],
)
def test_a_wrong_file_is_refused_whole(name, content, sentence):
    with pytest.raises(Invalid) as refusal:
        read_table(name, content)

    assert str(refusal.value).startswith(sentence)


def test_a_zip_that_is_no_workbook_is_refused():
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as packed:
        packed.writestr("a.txt", "hello")

    with pytest.raises(Invalid) as refusal:
        read_table("a.xlsx", content.getvalue())
    assert str(refusal.value) == "This file is not an Excel workbook that can be read."


def test_the_page_takes_a_file_and_reports(page, lists, cambodia, authority):
    bad = "mined_area_ap,KH,km2,many,2022-12-31,,,M,T,,,"
    answers = []
    for _time in range(2):
        file = SimpleUploadedFile("f.csv", "\n".join([HEADER, GOOD, bad]).encode())
        sent = {"file": file, "owner": authority.pk, "visibility": "private"}
        form = page.get(reverse("evidence:figure_import")).context["form"]
        sent["idempotency_key"] = str(
            form.initial.get("idempotency_key") or form["idempotency_key"].value()
        )
        answers.append(page.post(reverse("evidence:figure_import"), sent))

    assert [answer.status_code for answer in answers] == [200, 200]
    assert [answer.context["report"].recorded for answer in answers] == [1, 0]
    assert "“many” is not a number." in answers[0].content.decode()
    assert Figure.objects.count() == 1


def test_the_page_refuses_a_wrong_file_at_its_field(page, authority):
    form = page.get(reverse("evidence:figure_import")).context["form"]
    sent = {
        "file": SimpleUploadedFile("f.pdf", b"%PDF"),
        "owner": authority.pk,
        "visibility": "private",
        "idempotency_key": str(form["idempotency_key"].value()),
    }
    answer = page.post(reverse("evidence:figure_import"), sent)

    assert answer.status_code == 422
    assert answer.context["form"].errors["file"] == ["“f.pdf” is neither an .xlsx nor a .csv file."]


def test_the_command_prints_the_report_and_fails_on_a_bad_row(lists, cambodia, authority, tmp_path):
    file = tmp_path / "f.csv"
    file.write_text("\n".join([HEADER, GOOD, "x"]))

    result = CliRunner().invoke(figures_command, ["import", str(file), "--owner", "MAA"])

    assert result.exit_code == 1
    assert result.output.splitlines() == [
        "f.csv:3: Error: “x” is not in the code list Measure.",
        "2 read, 1 recorded, 0 already known, 1 left out.",
    ]
