"""What the pages of a fund show and change, the calls of the API do too."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from tests.factories import TODAY, make_activity, make_donor, make_organisation, make_user_with_role
from tests.funds import make_movement, make_receipt

from appui.kernel import audit
from appui.kernel.access import SYSTEM, Role
from appui.treasury import actions

pytestmark = pytest.mark.django_db


@pytest.fixture
def call(owner):
    """A call of the API as somebody with a role in the organisation: its status and its answer."""

    def made(role, method, path, body=None, organisation=None):
        client = Client()
        client.force_login(make_user_with_role(role, organisation or owner))
        answer = getattr(client, method)(f"/api/{path}", body, content_type="application/json")
        return answer.status_code, answer.json()

    return made


def test_a_period_is_told_with_its_balances_and_what_differs_since(fund, earmark, owner, call):
    make_receipt(earmark, "100", date=date(2026, 3, 2))
    days = {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 3, 31)}
    period = actions.close_period(fund, by=SYSTEM, today=TODAY, **days)
    path = f"fund-periods/{period.pk}"

    status, told = call(Role.FINANCE, "get", path)

    assert (status, told["differences"]) == (200, [])
    held = {row["earmark_id"]: row["balances"]["held"] for row in told["balances"]}
    assert Decimal(held[earmark.pk]) == 100
    assert call(Role.ADMINISTRATOR, "get", path, organisation=make_organisation())[0] == 404


def test_an_earmark_changes_as_on_its_page(earmark, call):
    project, other = make_activity(earmark.fund.owner), make_donor("Norway")
    path = f"earmarks/{earmark.pk}"
    sent = {"version": earmark.version, "donor_id": other.pk, "activity_id": project.pk}
    sent |= {"opened_on": "2026-01-01", "title": None, "restriction": "Only the beach"}

    status, told = call(Role.FINANCE, "patch", path, sent)

    assert (status, told["donor_id"], told["title"]) == (200, other.pk, {"en": "Sargassum"})
    earmark.refresh_from_db()
    assert (earmark.activity, earmark.restriction) == (project, "Only the beach")
    assert next(entry.verb for entry in audit.history(earmark)) == "changed"
    assert call(Role.FINANCE, "patch", path, sent)[0] == 409
    assert call(Role.READER, "patch", path, {"restriction": ""})[0] == 403
    emptied = call(Role.FINANCE, "patch", path, {"donor_id": None, "activity_id": None})[1]
    assert (emptied["donor_id"], emptied["activity_id"]) == (None, None)


def test_what_an_earmark_gave_to_projects_is_listed(earmark, call):
    project = make_activity(earmark.fund.owner)
    make_receipt(earmark, "100")
    make_movement(earmark, "allocated", "60", activity=project)
    make_movement(earmark, "disbursed", "20", activity=project)

    told = call(Role.READER, "get", f"earmarks/{earmark.pk}/grants")[1]["items"]

    assert [(row["activity_id"], row["to_pay"], row["paid"]) for row in told] == [
        (project.pk, "40.00", "20.00")
    ]
    stranger = make_organisation("Elsewhere")
    path = f"earmarks/{earmark.pk}/grants"
    assert call(Role.ADMINISTRATOR, "get", path, organisation=stranger)[0] == 404
