"""The calls of obligations that the list, the calendar, a rule and a treaty are made of."""

from datetime import date

import pytest
from django.test import Client
from tests.factories import make_agreement, make_donor, make_organisation, make_user_with_role
from tests.funds import make_duty_rule, make_obligation

from appui.kernel import audit
from appui.kernel.access import SYSTEM, Role
from appui.obligations.models import StoredDocument, TreatyDuty

pytestmark = pytest.mark.django_db


@pytest.fixture
def call(owner):
    """A call of the API as somebody with a role in the organisation."""

    def made(role, method, path, body=None, organisation=None):
        client = Client()
        client.force_login(make_user_with_role(role, organisation or owner))
        return getattr(client, method)(f"/api/{path}", body, content_type="application/json")

    return made


@pytest.fixture
def rule(owner):
    return make_duty_rule(owner)


@pytest.fixture
def row(owner, rule):
    return make_obligation(rule, make_agreement(owner, make_donor()))


def test_what_is_due_is_asked_for_by_rule_and_by_days(row, rule, owner, call):
    other = make_obligation(make_duty_rule(owner, "other"), row.agreement)
    day = row.due_on.isoformat()

    def keys(query):
        return {
            item["id"] for item in call(Role.READER, "get", f"obligations?{query}").json()["items"]
        }

    assert keys(f"rule_id={rule.pk}") == {row.pk}
    assert row.pk in keys(f"due_from={day}&due_until={day}")
    assert keys("due_until=1999-12-31") == set()
    assert keys("duty_id=999") == set()
    assert {row.pk, other.pk} <= keys("")


def test_the_calendar_file_holds_what_is_open(row, call):
    answer = call(Role.READER, "get", "obligations/calendar")

    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/calendar")
    assert f"obligation-{row.pk}@appui" in answer.content.decode()
    stranger = call(Role.ADMINISTRATOR, "get", "obligations/calendar", None, make_organisation())
    assert "BEGIN:VEVENT" not in stranger.content.decode()


def test_the_file_that_fulfils_an_obligation_is_fetched(owner, rule, row, call):
    done = {"done_on": date(2026, 10, 1), "document_url": "https://example.org/a.pdf"}
    filed = make_obligation(rule, make_agreement(owner, make_donor()), **done, file_name="a.pdf")
    StoredDocument.objects.create(obligation=filed, content=b"%PDF")
    path = f"obligations/{filed.pk}/document"

    assert call(Role.READER, "get", path).content == b"%PDF"
    assert call(Role.READER, "get", f"obligations/{row.pk}/document").status_code == 404
    assert call(Role.ADMINISTRATOR, "get", path, None, make_organisation()).status_code == 404


def test_a_rule_and_a_treaty_are_read_and_a_treaty_is_shared(owner, rule, call):
    duty = audit.create(
        TreatyDuty(owner=owner, treaty="apmbc", starts_on=date(2026, 1, 1)), by=SYSTEM
    )
    partner, path = make_donor(), f"treaty-duties/{duty.pk}"

    assert call(Role.READER, "get", f"obligation-rules/{rule.pk}").json()["code"] == rule.code
    told = call(Role.READER, "get", path).json()
    assert (told["treaty"], told["visibility"]) == ("apmbc", "private")
    sent = {"version": told["version"], "starts_on": "2026-01-01", "treaty": "ccm"}
    sent |= {"visibility": "partners", "shared_with_ids": [partner.pk]}
    assert call(Role.READER, "post", path, sent).status_code == 403
    assert call(Role.MANAGER, "post", path, sent).json()["visibility"] == "partners"

    duty.refresh_from_db()
    assert (duty.treaty, list(duty.shared_with.all())) == ("ccm", [partner])
    assert next(entry.verb for entry in audit.history(duty)) == "changed"
    assert call(Role.MANAGER, "post", path, sent).status_code == 409
    assert call(Role.ADMINISTRATOR, "get", path, None, make_organisation()).status_code == 404
