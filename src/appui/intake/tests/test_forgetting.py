"""What intake forgets, what it does not trip over, and what it does not do twice or unseen."""

import io
import zipfile

import pytest
from click.testing import CliRunner
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook
from tests.factories import (
    make_activity,
    make_organisation,
    make_reader,
    make_user_with_role,
)

from appui.intake import report
from appui.intake.cli import intake
from appui.intake.kinds.activities import standing
from appui.intake.kinds.register import People
from appui.intake.models import Batch, Made, RememberedColumns, StoredFile
from appui.intake.reading import lines_of
from appui.intake.tests.helpers import brought, checked, csv_file, excel_file, states, undone
from appui.kernel.access import Role
from appui.kernel.errors import Invalid, Refused
from appui.registry.actions import remove_person
from appui.registry.models import Person

pytestmark = pytest.mark.django_db
PEOPLE = [["Name", "Email"], ["Aïcha Keo", "aicha@keo.example"], ["Bo Ly", "bo@ly.example"]]


@pytest.fixture
def owner():
    return make_organisation("Fonds", acronym="FCP")


@pytest.fixture
def manager(owner):
    return make_reader(Role.MANAGER, owner)


def kept_texts(batch):
    """All that is stored of a file, as one text."""
    cells = [str(row) for row in batch.rows.values_list("cells", "key")]
    issues = [str(item) for item in batch.issues.values_list("value", "about")]
    labels = list(Made.objects.filter(batch=batch).values_list("label", flat=True))
    return " ".join([*cells, *issues, *labels])


def test_contacts_that_are_undone_leave_nothing_of_themselves(owner, manager):
    batch = brought(checked(PEOPLE, by=manager, owner=owner, kind="people"), by=manager)
    assert "aicha" in kept_texts(batch)

    undone(batch, by=manager)

    assert not Person.objects.exists()
    assert states(batch) == {"undone": 2}
    assert "aicha" not in kept_texts(batch)
    assert "Bo" not in kept_texts(batch)
    assert not StoredFile.objects.filter(batch=batch).exists()
    with pytest.raises(Refused, match="forgotten"):
        report.workbook(batch)


def test_an_erased_contact_goes_from_every_settled_file(owner, manager):
    first = brought(checked(PEOPLE, by=manager, owner=owner, kind="people"), by=manager)
    again = brought(checked(PEOPLE, by=manager, owner=owner, kind="people"), by=manager)

    remove_person(Person.objects.get(name="Aïcha Keo"), by=manager)

    for batch in (first, again):
        assert "Keo" not in kept_texts(batch)
        assert "Bo Ly" in kept_texts(batch)
        assert not StoredFile.objects.filter(batch=batch).exists()


def test_a_file_says_by_its_page_that_it_is_forgotten(owner, manager, client):
    batch = brought(checked(PEOPLE, by=manager, owner=owner, kind="people"), by=manager)
    undone(batch, by=manager)
    client.force_login(make_user_with_role(Role.MANAGER, owner))

    assert client.get(batch.get_absolute_url()).status_code == 200
    assert client.get(f"/api/intake/{batch.pk}/report").status_code == 403


def test_a_row_that_nobody_thought_of_is_left_out_and_the_others_come_in(
    owner, manager, monkeypatch
):
    make = People.make

    def trip(self, values, scene):
        if values["name"].startswith("Bo"):
            raise ZeroDivisionError
        return make(self, values, scene)

    monkeypatch.setattr(People, "make", trip)
    batch = brought(checked(PEOPLE, by=manager, owner=owner, kind="people"), by=manager)

    assert batch.stage == "done"
    assert states(batch) == {"made": 1, "left-out": 1}


def test_numbers_that_are_none_are_an_error_of_the_cell():
    plain = excel_file([["Amount"], [12345]])
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(plain)) as old, zipfile.ZipFile(out, "w") as new:
        for item in old.infolist():
            content = old.read(item)
            if item.filename.endswith("sheet1.xml"):
                content = content.replace(b"12345", b"1e999")
            new.writestr(item, content)

    rows = list(lines_of("crafted.xlsx", out.getvalue()))

    assert rows[1] == (2, [{"x": "#NUM!"}])


def test_a_dry_run_of_the_command_line_remembers_no_columns(owner, tmp_path):
    file = tmp_path / "people.csv"
    file.write_bytes(csv_file(PEOPLE))
    told = [str(file), "--kind", "people", "--organisation", "FCP"]

    answer = CliRunner().invoke(intake, [*told, "--dry-run"])
    assert (answer.exit_code, RememberedColumns.objects.count()) == (0, 0), answer.output
    assert not Batch.objects.exists()
    CliRunner().invoke(intake, told)
    assert RememberedColumns.objects.count() == 1


def test_the_same_key_with_another_file_is_refused(owner, client):
    client.force_login(make_user_with_role(Role.EDITOR, owner))

    def upload(rows):
        file = SimpleUploadedFile("people.csv", csv_file(rows))
        sent = {"owner_id": owner.pk, "file": file}
        return client.post("/api/intake", sent, headers={"Idempotency-Key": "one"})

    first, again, other = upload(PEOPLE), upload(PEOPLE), upload(PEOPLE[:2])

    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 422)
    assert first.json()["id"] == again.json()["id"]


def test_a_report_with_very_many_issues_is_written_row_by_row(owner, manager, monkeypatch):
    rows = [["Name", "Email"], *([f"P{number}", "at home"] for number in range(5)), ["Q", ""]]
    batch = checked(rows, by=manager, owner=owner, kind="people", name="p.xlsx")
    with_looks = load_workbook(io.BytesIO(report.workbook(batch)))
    monkeypatch.setattr(report, "MOST_NOTES_WITH_LOOKS", 3)
    streamed = load_workbook(io.BytesIO(report.workbook(batch)))

    for book in (with_looks, streamed):
        page = book.worksheets[0]
        noted = [cell.coordinate for row in page for cell in row if cell.comment]
        assert noted == [f"B{number}" for number in range(2, 7)]
    assert report._may_keep_looks(batch) is False


def test_a_workbook_whose_other_sheets_are_huge_is_written_row_by_row(owner, manager, monkeypatch):
    def edit(book, _sheet):
        book.create_sheet("Other").append(["x" * 100] * 50)

    content = excel_file(PEOPLE, edit=edit)
    batch = checked(PEOPLE, by=manager, owner=owner, kind="people", name="p.xlsx", content=content)
    monkeypatch.setattr(report, "LARGEST_WITH_LOOKS", 5_000)

    assert report._may_keep_looks(batch) is False
    assert "Other" not in load_workbook(io.BytesIO(report.workbook(batch))).sheetnames


def test_a_row_that_names_two_projects_is_no_comparison(owner):
    make_activity(owner, reference="A-1", iati_identifier="XM-DAC-1-A")
    other = make_activity(owner, reference="B-2", iati_identifier="XM-DAC-1-B")

    assert standing({"reference": "A-1", "iati_identifier": "XM-DAC-1-C"}, owner.pk) is not None
    assert standing({"reference": "x", "iati_identifier": "XM-DAC-1-B"}, owner.pk) == other
    with pytest.raises(Invalid, match="The identifier is that of"):
        standing({"reference": "A-1", "iati_identifier": "XM-DAC-1-B"}, owner.pk)
