"""The journey over pages, the API and the command line; who may, and fixed numbers of queries."""

import io
import json

import pytest
from click.testing import CliRunner
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook
from tests.factories import (
    code,
    error_text,
    key,
    make_batch,
    make_donor,
    make_fund,
    make_organisation,
    make_reader,
    make_user_with_role,
)

from appui.funding.models import Transaction
from appui.intake import actions, report
from appui.intake.cli import intake
from appui.intake.models import Batch, RememberedColumns
from appui.intake.tests.helpers import TODAY, brought, checked, csv_file, said, states
from appui.kernel.access import Role
from appui.kernel.errors import AppuiError, Invalid, Refused
from appui.kernel.models import AuditEntry
from appui.registry.models import Person

pytestmark = pytest.mark.django_db
PEOPLE = [["Name", "Email"], ["Ana Keo", "ana@keo.example"], ["Bo", "at home"]]


@pytest.fixture
def owner():
    return make_organisation("Fund", acronym="FCP")


@pytest.fixture
def page(client, owner):
    client.force_login(make_user_with_role(Role.MANAGER, owner))
    return client


def upload(page, owner, content=None, name="people.csv"):
    file = SimpleUploadedFile(name, content if content is not None else csv_file(PEOPLE))
    sent = {"idempotency_key": key(), "owner": owner.pk, "record_visibility": "private"}
    return page.post(reverse("intake:batch_add"), sent | {"file": file})


def address(name, batch):
    return reverse(f"intake:batch_{name}", args=[batch.pk])


def go_on(page, batch):
    return page.post(reverse("intake:batch_go", args=[batch.pk]))


def test_the_whole_journey_over_pages_without_javascript(page, owner):
    answer = upload(page, owner)
    batch = Batch.objects.get()
    assert (answer.status_code, answer.url) == (
        303,
        reverse("intake:batch_choose", args=[batch.pk]),
    )
    sent = {"idempotency_key": key(), "kind": "people", "text_language": "en", "header_row": ""}

    answer = page.post(answer.url, sent)

    assert (answer.status_code, answer.url) == (
        303,
        reverse("intake:batch_columns", args=[batch.pk]),
    )
    shown = page.get(answer.url).content.decode()
    assert "Same heading" in shown
    answer = page.post(
        answer.url, {"idempotency_key": key(), "column_name": "0", "column_email": "1"}
    )
    assert (answer.status_code, answer.url) == (303, batch.get_absolute_url())

    answers = [go_on(page, batch).status_code for _slice in range(2)]

    batch.refresh_from_db()
    assert (answers, batch.stage, states(batch)) == (
        [303, 303],
        "checked",
        {"ready": 1, "left-out": 1},
    )
    assert "Not an address" in page.get(batch.get_absolute_url()).content.decode()
    page.post(reverse("intake:batch_bring", args=[batch.pk]), {"idempotency_key": key()})
    assert "Continue" in page.get(batch.get_absolute_url()).content.decode()
    for _slice in range(2):
        go_on(page, batch)
    assert [person.name for person in Person.objects.all()] == ["Ana Keo"]
    page.post(reverse("intake:batch_undo", args=[batch.pk]), {"idempotency_key": key()})
    for _slice in range(2):
        go_on(page, batch)
    assert (Batch.objects.get().stage, Person.objects.count()) == ("undone", 0)


def test_htmx_gets_the_next_part_and_then_the_page(page, owner):
    batch = make_batch(owner, stage="checking")
    url = reverse("intake:batch_go", args=[batch.pk])

    parts = [page.post(url, headers={"HX-Request": "true"}) for _slice in range(2)]

    assert 'hx-trigger="load' in parts[0].content.decode()
    assert parts[1].headers["HX-Redirect"] == batch.get_absolute_url()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("notes.txt", b"hello"),
        ("broken.xlsx", b"not a zip"),
        ("broken.xlsx", b"PK\x03\x04 and nothing"),
        ("nothing.csv", b" "),
        ("binary.csv", b"a\0b"),
    ],
)
def test_a_file_that_cannot_be_read_comes_back_with_why(page, owner, name, content):
    answer = upload(page, owner, content, name)

    assert (answer.status_code, bool(error_text(answer))) == (422, True)
    assert Batch.objects.count() == 0


def test_columns_are_refused_at_their_field(page, owner):
    batch = make_batch(owner, headers=["Name", "Mail"], stage="mapping")
    url = reverse("intake:batch_columns", args=[batch.pk])
    sent = {"idempotency_key": key(), "column_name": "", "column_email": "1", "column_note": "1"}

    answer = page.post(url, sent | {"same_email": "x@y.example"})

    assert answer.status_code == 422
    assert sorted(answer.context["form"].errors) == ["column_name", "same_email"]


def test_confirmed_columns_are_proposed_the_next_time_for_that_organisation(owner):
    by = make_reader(Role.EDITOR, owner)
    rows = [["Qui", "Name"], ["Ana", "n.a."]]
    batch = actions.upload(
        by=by, owner=owner, name="a.csv", content=csv_file(rows), record_visibility="private"
    )
    actions.choose(batch, by=by, kind="people")
    assert batch.columns["name"]["column"] == 1
    actions.confirm_columns(batch, by=by, columns_by_field={"name": {"column": 0}})

    shouted = [["QUI", "NAME"]]
    columns = actions.proposed_columns(owner.pk, "people", shouted[0])
    others = actions.proposed_columns(make_organisation("Other").pk, "people", shouted[0])

    assert columns == {"name": {"column": 0}}
    assert others["name"]["column"] == 1
    assert RememberedColumns.objects.count() == 1


def test_contributions_take_a_finance_officer_and_contacts_are_erased_by_a_manager(owner):
    editor = make_reader(Role.EDITOR, owner)
    batch = make_batch(owner, stage="choosing")
    with pytest.raises(Refused):
        actions.choose(batch, by=editor, kind="contributions")
    done = make_batch(owner, stage="done")
    with pytest.raises(Refused):
        actions.undo(done, by=editor)
    assert (batch.stage, done.stage) == ("choosing", "done")


def test_a_reader_watches_and_does_not_work(client, owner):
    client.force_login(make_user_with_role(Role.READER, owner))
    batch = make_batch(owner, stage="checking")

    assert client.get(batch.get_absolute_url()).status_code == 200
    assert go_on(client, batch).status_code == 403


def test_a_batch_changed_by_a_colleague_is_a_conflict(owner):
    by = make_reader(Role.EDITOR, owner)
    batch = make_batch(owner, stage="checked")
    with pytest.raises(AppuiError):
        actions.bring_in(batch, by=by, version=batch.version + 1)


def test_forgetting_a_file_removes_its_rows_and_leaves_what_it_made(owner):
    by = make_reader(Role.MANAGER, owner)
    batch = brought(checked(PEOPLE, by=by, owner=owner, kind="people"), by=by)

    actions.remove(batch, by=by)

    assert (Batch.objects.count(), Person.objects.count()) == (0, 1)
    assert AuditEntry.objects.filter(model="intake.batch", verb="deleted").count() == 1


def test_every_stage_stands_in_the_trail(owner):
    by = make_reader(Role.MANAGER, owner)
    brought(checked(PEOPLE, by=by, owner=owner, kind="people"), by=by)

    verbs = AuditEntry.objects.filter(model="intake.batch").order_by("pk")

    assert list(verbs.values_list("verb", flat=True)) == [
        "uploaded", "read", "columns confirmed", "checking begun", "checked",
        "bringing in begun", "brought in",
    ]  # fmt: skip


def test_the_report_of_a_csv_file_is_a_workbook_without_formulas(owner):
    by = make_reader(Role.EDITOR, owner)
    rows = [*PEOPLE, ["=1+1", "ana at home"]]
    batch = checked(rows, by=by, owner=owner, kind="people")

    book = load_workbook(io.BytesIO(report.workbook(batch)))

    sheet, issues = book.worksheets
    assert sheet["A4"].data_type == "s"
    assert "Not an address" in sheet["B4"].comment.text
    assert [cell.value for cell in issues[2]][:4] == ["Not an address", 3, "B · Email", "at home"]


@pytest.mark.parametrize("count", [30, 90])
def test_a_slice_of_the_check_takes_the_same_queries_however_many_rows_came_before(owner, count):
    by = make_reader(Role.EDITOR, owner)
    rows = [["Name", "Email"], *([f"P {n}", f"p{n}@x.example"] for n in range(count))]
    batch = checked(rows, by=by, owner=owner, kind="people")
    actions.check(batch, by=by)
    Batch.objects.filter(pk=batch.pk).update(position=count - 10)
    batch.refresh_from_db()

    with CaptureQueriesContext(connection) as queries:
        actions.go_on(batch, by=by, today=TODAY)

    assert len(queries) == 9


def test_the_api_does_the_whole_journey(page, owner):
    file = SimpleUploadedFile("people.csv", csv_file(PEOPLE))
    answer = page.post("/api/intake", {"file": file, "owner_id": owner.pk})
    assert answer.status_code == 201, answer.json()
    url = f"/api/intake/{answer.json()['id']}"

    chosen = send(page, f"{url}/choose", {"kind": "people"})
    send(page, f"{url}/columns", {"columns": {"name": {"column": 0}, "email": {"column": 1}}})
    first, second = (send(page, f"{url}/go-on", {}) for _slice in range(2))

    assert chosen["columns"]["email"] == {"column": 1, "sureness": 100}
    assert (first["more"], second["more"], second["stage"]) == (True, False, "checked")
    assert second["states"] == {"ready": 1, "left-out": 1}
    issue = page.get(f"{url}/issues").json()["items"][0]
    assert (issue["row"], issue["code"], issue["value"]) == (3, "not_an_address", "at home")
    send(page, f"{url}/bring-in", {})
    for _slice in range(2):
        send(page, f"{url}/go-on", {})
    row = page.get(f"{url}/rows?state=made").json()["items"][0]
    assert (row["cells"][0], row["made"][0]["label"]) == ("Ana Keo", "Ana Keo")
    assert page.get(f"{url}/report").content[:2] == b"PK"
    send(page, f"{url}/undo", {})
    send(page, f"{url}/go-on", {})
    assert Person.objects.count() == 0


def send(page, url, body):
    answer = page.post(url, body, content_type="application/json")
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_the_command_line_brings_in_and_undoes(owner, tmp_path):
    make_donor("Irlande")
    code("TransactionType", "1")
    make_fund(owner, owner, title="Peace")
    path = tmp_path / "old.csv"
    path.write_bytes(csv_file([["De", "Le", "Combien"], ["irlande", "31/12/2024", "1 200 €"]]))
    mapping = tmp_path / "map.json"
    mapping.write_text(
        json.dumps({"provider": "De", "date": "le", "value": "COMBIEN", "fund": {"value": "Peace"}})
    )
    arguments = [str(path), "--kind", "contributions", "--organisation", "FCP",
                 "--mapping", str(mapping), "--format", "json"]  # fmt: skip

    tried = CliRunner().invoke(intake, [*arguments, "--dry-run"])
    assert (tried.exit_code, json.loads(tried.output)["states"]) == (0, {"ready": 1})
    assert (Transaction.objects.count(), Batch.objects.count()) == (0, 0)

    done = CliRunner().invoke(intake, arguments)
    line = Transaction.objects.get()
    assert (line.value, line.currency, line.fund.title) == (1200, "EUR", {"en": "Peace"})

    undo = CliRunner().invoke(intake, ["undo", str(json.loads(done.output)["batch"])])
    assert undo.exit_code == 0, undo.output
    assert Transaction.objects.filter(reverses=line).count() == 1


def test_a_mapping_comes_before_the_columns_proposed(owner, tmp_path):
    path = tmp_path / "people.csv"
    path.write_bytes(csv_file([["Nom", "Prénom", "Fonction"], ["Keo", "Ana", "Cheffe"]]))
    mapping = tmp_path / "map.json"
    mapping.write_text(json.dumps({"name": "prénom", "job_title": None}))

    result = CliRunner().invoke(
        intake, [str(path), "--kind", "people", "--organisation", "FCP", "--mapping", str(mapping)]
    )

    assert result.exit_code == 0, result.output
    assert Batch.objects.get().columns["name"] == {"column": 1}
    assert "job_title" not in Batch.objects.get().columns


def test_the_command_line_says_what_is_wrong(owner, tmp_path):
    path = tmp_path / "people.csv"
    path.write_bytes(csv_file(PEOPLE))

    result = CliRunner().invoke(intake, [str(path), "--kind", "people", "--organisation", "FCP"])

    assert result.exit_code == 1
    assert "people.csv:3: error: Not an address “at home”" in result.output
    assert "2 rows: 1 left-out, 1 made." in result.output
    wrong = CliRunner().invoke(intake, [str(path), "--kind", "people", "--organisation", "X"])
    assert isinstance(wrong.exception, Invalid)


def test_a_duplicate_names_its_elder(owner):
    by = make_reader(Role.EDITOR, owner)
    batch = checked([*PEOPLE[:2], PEOPLE[1]], by=by, owner=owner, kind="people")

    assert said(batch) == [(3, "", "twice")]
    assert batch.issues.get().about == {"first": "2"}
