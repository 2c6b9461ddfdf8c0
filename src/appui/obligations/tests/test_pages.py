"""Pages, calendar file, API and command of obligations."""

import json
from datetime import date, timedelta

import pytest
from click.testing import CliRunner
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from tests.factories import (
    TODAY,
    error_text,
    key,
    make_agreement,
    make_donor,
    make_organisation,
    make_user_with_role,
)
from tests.funds import make_duty_rule, make_obligation

from appui.kernel.access import Role
from appui.obligations.cli import obligations
from appui.obligations.models import Obligation, ObligationRule, TreatyDuty

pytestmark = pytest.mark.django_db


@pytest.fixture
def row(owner):
    """A report due today of an agreement with Ireland."""
    rule = make_duty_rule(owner, title={"en": "Report", "fr": "Rapport"}, months=1)
    return make_obligation(rule, make_agreement(owner, make_donor()), timezone.localdate())


def text(answer):
    return answer.content.decode()


def test_the_list_says_what_is_due_of_what_and_its_state(page, row, owner):
    late = make_obligation(row.rule, row.agreement, timezone.localdate() - timedelta(days=1))

    body = text(page("obligation_list"))

    assert body.index(late.get_absolute_url()) < body.index(row.get_absolute_url())
    assert "Late" in body
    assert row.agreement.reference in body
    csv = text(page("obligation_list", format="csv", state="late"))
    assert csv.count("Report") == 1


def test_the_list_narrows_to_a_person_and_an_agreement(page, row, owner):
    other = make_agreement(owner, make_donor("Norway"))
    make_obligation(row.rule, other, responsible=make_user_with_role(Role.EDITOR, owner))

    assert "1 row" in text(page("obligation_list", agreement=other.pk))
    assert "1 row" in text(page("obligation_list", person="nobody"))
    assert row.get_absolute_url() not in text(page("obligation_list", person="me"))


def test_the_month_shows_what_is_due_on_its_day(page, row):
    body = text(page("calendar", month=f"{row.due_on:%Y-%m}"))

    assert row.get_absolute_url() in body
    assert "1 obligation" in body


@pytest.mark.parametrize("asked", ["2026-13", "soon", "9999-99", "0001-01"])
def test_a_month_that_is_none_gets_its_sentence(page, asked):
    assert "is not a month; this one is shown" in text(page("calendar", month=asked))


def test_the_month_begins_on_the_weekday_of_the_reader(page, row):
    page("calendar")
    assert text(page("calendar", month="2027-02")).count("<tr>") == 5  # Sunday first, in English


def test_the_calendar_file_holds_what_is_open(page, row):
    make_obligation(row.rule, row.agreement, waived_on=TODAY, waived_reason="Agreed")

    answer = page("calendar_file")

    assert answer["Content-Type"].startswith("text/calendar")
    body = text(answer)
    assert body.count("BEGIN:VEVENT") == 1
    assert f"UID:obligation-{row.pk}@appui" in body
    assert f"DTSTART;VALUE=DATE:{row.due_on:%Y%m%d}" in body


def test_a_page_fulfils_with_an_address_and_refuses_without(page, row):
    wrong = page("fulfil", row.pk, send={"done_on": row.due_on.isoformat()})
    assert wrong.status_code == 422
    assert error_text(wrong) == "Name the document that fulfils it, or its address."

    done = {"done_on": row.due_on.isoformat(), "document_url": "https://example.org/r.pdf"}
    assert page("fulfil", row.pk, send=done, role=Role.EDITOR).status_code == 303

    row.refresh_from_db()
    assert (row.done_on, row.settled_by) == (row.due_on, "Ana")
    assert "https://example.org/r.pdf" in text(page("obligation", row.pk))


def test_a_file_is_kept_and_given_back_as_it_came(page, row):
    file = SimpleUploadedFile("rapport final.pdf", b"%PDF-1.7")
    sent = {"done_on": row.due_on.isoformat(), "file": file}

    assert page("fulfil", row.pk, send=sent).status_code == 303

    answer = page("document", row.pk)
    assert answer.content == b"%PDF-1.7"
    assert answer["Content-Disposition"] == "attachment; filename*=UTF-8''rapport%20final.pdf"
    assert answer["Content-Type"] == "application/octet-stream"


def test_an_editor_cannot_waive_and_another_organisation_sees_nothing(page, row, client):
    assert page("waive", row.pk, role=Role.EDITOR).status_code == 403
    assert page("waive", row.pk, send={"reason": "Agreed by letter"}).status_code == 303
    outsider = make_user_with_role(Role.ADMINISTRATOR, make_organisation("Elsewhere"))
    client.force_login(outsider)

    assert client.get(row.get_absolute_url()).status_code == 404
    assert client.get(row.rule.get_absolute_url()).status_code == 404


def test_a_form_sent_twice_settles_once(page, row, client):
    sent = {"idempotency_key": key(), "reason": "Agreed"}

    assert [page("waive", row.pk, send=sent).status_code for _ in range(2)] == [303, 403]
    assert Obligation.objects.get(pk=row.pk).version == 2


def test_the_agreement_the_donor_and_the_workspace_show_what_is_due(page, row, client, owner):
    page("obligation_list")
    for record in (row.agreement, row.agreement.donor, owner):
        assert row.get_absolute_url() in text(client.get(record.get_absolute_url()))


def test_a_rule_and_a_treaty_are_written_on_pages(page, owner):
    rule = {
        "owner": owner.pk,
        "code": "own",
        "title_fr": "Rapport annuel",
        "subject": "treaty",
        "treaty": "ccm",
        "anchor": "day-of-year",
        "months": "0",
        "days": "0",
        "remind_days": "30",
    }
    wrong = page("rule_add", send=rule)
    assert "Say which day of the year." in error_text(wrong)
    fixed = {"fixed_month": "2", "fixed_day": "29"}
    assert page("rule_add", send=rule | fixed).status_code == 303
    duty = {"treaty": "ccm", "starts_on": "2027-01-01", "owner": owner.pk, "visibility": "private"}
    assert page("duty_add", send=duty).status_code == 303

    due = TreatyDuty.objects.get().obligations.earliest("due_on")
    assert due.due_on == date(2027, 2, 28)
    assert page("compute", send={}).status_code == 303


# API and command


def call(client, path, body, status):
    answer = client.post(f"/api/{path}", body, content_type="application/json")
    assert answer.status_code == status, answer.content
    return answer.json()


def test_the_api_does_what_the_pages_do(row, owner):
    client = Client()
    client.force_login(make_user_with_role(Role.MANAGER, owner))
    root = f"obligations/{row.pk}"

    assert client.get("/api/obligations?state=due").json()["count"] == 1
    wrong = call(client, f"{root}/fulfil", {"done_on": "2026-01-01"}, 422)
    assert wrong["fields"] == {"document": "Name the document that fulfils it, or its address."}
    done = {"done_on": "2026-01-01", "document_url": "https://example.org/r.pdf"}
    assert call(client, f"{root}/fulfil", done, 200)["state"] == "done"
    assert call(client, f"{root}/take-back", {}, 200)["document_url"] == ""
    assert call(client, f"{root}/waive", {"reason": "Letter"}, 200)["state"] == "waived"
    call(client, f"{root}/assign", {"responsible_id": 999}, 422)
    duty = {"treaty": "apmbc", "starts_on": "2025-01-01", "owner_id": owner.pk}
    call(client, "treaty-duties", duty, 201)
    found = call(client, "obligations/compute", {"owner_id": owner.pk}, 200)
    # the rule counts from the start: the agreement's own occurrence is added
    assert found == {"added": 1, "moved": 0, "lapsed": 0}


def run(*arguments):
    return CliRunner().invoke(obligations, arguments)


def test_the_command_lists_and_computes_as_json(row, owner):
    done = json.loads(run("compute", "--organisation", "MIN", "--format", "json").output)
    assert [item["rule"] for item in done["added"]] == ["report"]
    assert [item["id"] for item in done["lapsed"]] == [row.pk]  # no rule asks for it
    again = json.loads(run("compute", "--organisation", "MIN", "--format", "json").output)
    assert again["added"] == again["moved"] == again["lapsed"] == []

    listed = json.loads(run("list", "--organisation", "MIN", "--format", "json").output)

    assert [(item["due_on"], item["state"]) for item in listed["obligations"]] == [
        ("2026-04-10", "late")  # the agreement was signed on 10 March 2026: a month later
    ]
    assert "No organisation is called “X”." in run("list", "--organisation", "X").output
    assert run("list", "--organisation", "X").exit_code == 1
    assert "Report" in run("list", "--organisation", "MIN").output


def test_rules_of_appui_are_shown_to_everyone(page, fund):
    body = text(page("rule_list", role=Role.READER))

    assert body.count("comes with Appui") == ObligationRule.objects.count()
