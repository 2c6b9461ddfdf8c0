"""Changes of needs and of their lines over the API: the same rules as the pages."""

from datetime import date
from decimal import Decimal

import pytest
from tests.factories import (
    code,
    make_line,
    make_need,
    make_organisation,
    make_source,
    make_user_with_role,
    place,
)

from appui.kernel import audit
from appui.kernel.access import Role
from appui.needs.models import Need, NeedLine

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return make_organisation()


@pytest.fixture
def need(owner):
    return make_need(owner, status="draft")


@pytest.fixture
def line(need):
    return make_line(need, "1000")


@pytest.fixture
def call(client, owner):
    """A call as an editor; ``role`` signs in somebody else."""

    def call(method, url, body=None, role=Role.EDITOR, **headers):
        client.force_login(make_user_with_role(role, owner))
        sent = {"content_type": "application/json", "headers": headers}
        return getattr(client, method)(url, body, **sent)

    return call


def test_a_need_is_stated_with_all_that_its_form_asks(call, owner):
    code()
    code("UNSDG-Goals", "16")
    place("KH")
    source, other = make_source(owner), make_organisation("Elsewhere")
    body = {
        "reference": "KHM-API",
        "title": {"en": "Clear"},
        "sector": "15250",
        "places": ["KH"],
        "goals": ["16"],
        "beneficiaries": 1200,
        "source_id": source.pk,
        "owner_id": owner.pk,
        "visibility": "partners",
        "shared_with_ids": [other.pk],
    }

    made = call("post", "/api/needs", body)

    assert made.status_code == 201
    need = Need.objects.get()
    assert (need.beneficiaries, need.source, list(need.shared_with.all())) == (
        1200,
        source,
        [other],
    )
    assert (made.json()["goals"], made.json()["source_id"]) == (["16"], source.pk)


def test_a_need_is_changed_where_the_body_says_so(call, need, owner):
    code("Sector", "15190")
    place("ML")
    need.starts_on, need.beneficiaries = date(2026, 1, 1), 5
    need.save()
    source = make_source(owner)
    body = {
        "version": need.version,
        "title": {"en": "Clear it all"},
        "sector": "15190",
        "places": ["ML"],
        "starts_on": None,
        "source_id": source.pk,
    }

    changed = call("patch", f"/api/needs/{need.pk}", body)

    assert changed.status_code == 200
    assert (changed.json()["title"], changed.json()["places"]) == ({"en": "Clear it all"}, ["ML"])
    need.refresh_from_db()
    assert (need.sector.code, need.starts_on, need.beneficiaries) == ("15190", None, 5)
    assert need.source == source
    told = audit.history(need).first()
    assert told.verb == "changed"
    assert set(told.changes) == {"title", "sector", "locations", "starts_on", "source"}


def test_a_stale_version_changes_neither_a_need_nor_its_state_nor_a_line(call, need, line):
    stale = {"version": 0}

    answers = [
        call("patch", f"/api/needs/{need.pk}", stale | {"title": {"en": "Late"}}),
        call("post", f"/api/needs/{need.pk}/move", stale | {"status": "open"}),
        call("patch", f"/api/need-lines/{line.pk}", stale | {"stated_cost": "1"}),
    ]

    assert [answer.status_code for answer in answers] == [409] * 3
    need.refresh_from_db()
    line.refresh_from_db()
    assert (str(need), need.status, line.cost) == ("Clear the land", "draft", Decimal(1000))


def test_one_who_only_reads_changes_nothing(call, need, line):
    answers = [
        call("patch", f"/api/needs/{need.pk}", {"title": {"en": "Mine"}}, Role.READER),
        call("post", f"/api/needs/{need.pk}/move", {"status": "open"}, Role.READER),
        call("patch", f"/api/need-lines/{line.pk}", {"stated_cost": "1"}, Role.READER),
        call("delete", f"/api/need-lines/{line.pk}", None, Role.READER),
    ]

    assert [answer.status_code for answer in answers] == [403] * 4
    assert NeedLine.objects.get().cost == Decimal(1000)


def test_a_need_is_opened_by_an_editor_and_closed_by_a_manager(call, need):
    url = f"/api/needs/{need.pk}/move"

    assert call("post", url, {"status": "open"}).json()["status"] == "open"
    assert audit.history(need).first().verb == "moved to open"
    assert call("post", url, {"status": "closed"}).status_code == 403
    assert call("post", url, {"status": "closed"}, Role.MANAGER).json()["status"] == "closed"
    assert call("patch", f"/api/needs/{need.pk}", {"title": {"en": "Late"}}).status_code == 403
    assert call("post", url, {"status": "sold"}).status_code == 422


def test_a_line_is_changed_and_the_history_of_its_need_says_so(call, need, line, owner):
    code("Unit", "m2")
    place("KH-2")
    source = make_source(owner)
    body = {
        "version": line.version,
        "detail": {"en": "By hand"},
        "place": "kh-2",
        "quantity": "200",
        "unit": "m2",
        "unit_cost": "0.25",
        "fixed_cost": "10",
        "stated_cost": None,
        "source_id": source.pk,
    }

    changed = call("patch", f"/api/need-lines/{line.pk}", body)

    assert changed.status_code == 200
    assert (changed.json()["cost"], changed.json()["place"]) == ("60.00", "KH-2")
    line.refresh_from_db()
    assert (line.stated_cost, line.source, line.pillar.code) == (None, source, "clearance")
    assert audit.history(need).first().verb == "line changed"


def test_a_line_is_in_a_country_of_its_need(call, need, line):
    place("ML")
    refused = call("patch", f"/api/need-lines/{line.pk}", {"place": "ML"})

    assert (refused.status_code, list(refused.json()["fields"])) == (422, ["place"])


def test_a_line_is_removed_and_the_history_of_its_need_keeps_it(call, need, line):
    assert call("delete", f"/api/need-lines/{line.pk}").status_code == 204
    assert NeedLine.objects.count() == 0
    assert audit.history(need).first().verb == "line removed"
    assert call("delete", f"/api/need-lines/{line.pk}").status_code == 404


def test_a_change_with_a_repeated_key_is_done_once(client, need):
    client.force_login(make_user_with_role(Role.EDITOR, need.owner))
    url, headers = f"/api/needs/{need.pk}/move", {"Idempotency-Key": "k"}
    sent = {"content_type": "application/json", "headers": headers}

    answers = [client.post(url, {"status": "open"}, **sent).json()["status"] for _time in range(2)]

    assert answers == ["open", "open"]
    assert audit.history(need).filter(verb="moved to open").count() == 1


def test_a_private_source_of_a_shared_need_is_not_told(client, owner):
    need = make_need(owner, visibility="public", source=make_source(owner))
    url, told = f"/api/needs/{need.pk}", []
    for organisation in (owner, make_organisation("Elsewhere")):
        client.force_login(make_user_with_role(Role.READER, organisation))
        told.append(client.get(url).json()["source_id"])

    assert told == [need.source_id, None]
