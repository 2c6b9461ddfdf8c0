"""What the pages of a project write, written over the API: the same rules, the same trail."""

from decimal import Decimal

import pytest
from tests.factories import (
    code,
    make_activity,
    make_donor,
    make_need,
    make_organisation,
    make_source,
    make_user_with_role,
    place,
)
from tests.world import budget_line

from appui.kernel import audit
from appui.kernel.access import SYSTEM, Role
from appui.portfolio import actions
from appui.portfolio.models import BudgetLine, Participation

pytestmark = pytest.mark.django_db


@pytest.fixture
def activity(owner):
    return make_activity(owner)


@pytest.fixture
def part(activity):
    return Participation.objects.create(
        activity=activity, organisation=make_donor(), role=code("OrganisationRole", "1")
    )


@pytest.fixture
def scores():
    for significance in "012":
        code("PolicySignificance", significance)
    return [code("PolicyMarker", marker) for marker in ("1", "11")]


@pytest.fixture
def call(client, owner):
    """A call as an editor; ``role`` signs in somebody else."""
    users = {}

    def call(method, url, body=None, role=Role.EDITOR, **headers):
        user = users.setdefault(role, None) or make_user_with_role(role, owner)
        users[role] = user
        client.force_login(user)
        sent = {"content_type": "application/json", "headers": headers}
        return getattr(client, method)(url, body, **sent)

    return call


def verb_of(activity):
    return audit.history(activity).first().verb


def test_an_activity_is_changed_in_all_that_its_form_asks(call, activity, owner):
    code("ActivityScope", "4")
    code("AidType", "C01")
    need, source = make_need(owner), make_source(owner)
    body = {
        "version": activity.version,
        "iati_identifier": "KH-1",
        "scope": "4",
        "aid_type": "C01",
        "currency": "EUR",
        "need_ids": [need.pk],
        "source_id": source.pk,
        "visibility": "public",
        "planned_end": "2027-01-31",
    }

    changed = call("patch", f"/api/activities/{activity.pk}", body)

    assert changed.status_code == 200
    told = changed.json()
    assert {name: told[name] for name in body if name != "version"} == {
        name: value for name, value in body.items() if name != "version"
    }
    cleared = call("patch", f"/api/activities/{activity.pk}", {"scope": None, "planned_end": None})
    assert (cleared.json()["scope"], cleared.json()["planned_end"]) == (None, None)
    assert cleared.json()["aid_type"] == "C01"
    assert verb_of(activity) == "changed"


def test_what_the_caller_may_not_see_is_not_told(client, activity, owner, scores):
    source, need = make_source(owner), make_need(owner)
    activity.needs.add(need)
    activity.source, activity.visibility = source, "public"
    activity.save()
    marked = {"1": actions.Marked(2, "Women decide", source)}
    actions.set_markers(activity, marked, by=SYSTEM)
    told = []
    for organisation in (owner, make_organisation("Elsewhere")):
        client.force_login(make_user_with_role(Role.READER, organisation))
        shown = client.get(f"/api/activities/{activity.pk}").json()
        (marker,) = shown["classifications"]
        told.append((shown["need_ids"], shown["source_id"], marker["source_id"]))

    assert told == [([need.pk], source.pk, source.pk), ([], None, None)]


def test_an_organisation_takes_part_changes_its_role_and_leaves(call, activity):
    code("OrganisationRole", "1")
    code("OrganisationRole", "4")
    body = {"organisation_id": make_donor().pk, "role": "1", "version": activity.version}
    url = f"/api/activities/{activity.pk}/participations"

    made = [call("post", url, body, **{"Idempotency-Key": "p"}) for _time in range(2)]

    assert [answer.status_code for answer in made] == [201, 201]
    (row,) = call("get", url).json()["items"]
    assert (row["role"], verb_of(activity)) == ("1", "participation added")
    change = {"role": "4", "note": "From May", "version": row["version"]}
    changed = call("patch", f"/api/participations/{row['id']}", change).json()
    assert (changed["role"], changed["note"]) == ("4", "From May")
    assert verb_of(activity) == "participation changed"
    assert call("delete", f"/api/participations/{row['id']}").status_code == 204
    assert (Participation.objects.count(), verb_of(activity)) == (0, "participation removed")


def test_places_are_put_all_at_once(call, activity):
    place("KH")
    place("ML")
    url = f"/api/activities/{activity.pk}/places"

    put = call("put", url, {"shares": {"KH": "60", "ML": "40"}, "version": activity.version})

    assert put.status_code == 200
    assert [(row["place"], row["percentage"]) for row in put.json()["places"]] == [
        ("KH", "60.000"),
        ("ML", "40.000"),
    ]
    assert verb_of(activity) == "places set"
    refused = call("put", url, {"shares": {"KH": "60", "ML": "30"}})
    assert (refused.status_code, refused.json()["message"]) == (
        422,
        "“Places”: the shares make 90 %, they must make 100 %.",
    )
    assert call("put", url, {"shares": {}}).json()["places"] == []


def test_codes_of_one_list_are_put_all_at_once_with_their_reasons(call, activity, scores):
    code("Sector", "15250")
    code("Sector", "15190")
    url = f"/api/activities/{activity.pk}/shares"
    body = {"shares": {"15250": "75", "15190": "25"}, "reasons": {"15250": "Mines"}}

    put = call("put", f"{url}/Sector", body)

    assert [(row["code"], row["reason"]) for row in put.json()["classifications"]] == [
        ("15190", ""),
        ("15250", "Mines"),
    ]
    assert verb_of(activity) == "codes set"
    assert call("put", f"{url}/PolicyMarker", {"shares": {"1": None}}).status_code == 422
    assert call("put", f"{url}/Unheard", {"shares": {"1": None}}).status_code == 422


def test_markers_are_put_all_at_once_with_why_and_what_shows_it(call, activity, owner, scores):
    source = make_source(owner)
    url = f"/api/activities/{activity.pk}/markers"
    marker = {"significance": 2, "reason": "Women decide", "source_id": source.pk}

    put = call("put", url, {"markers": {"1": marker}})

    (row,) = put.json()["classifications"]
    assert (row["code"], row["significance"], row["source_id"]) == ("1", 2, source.pk)
    assert verb_of(activity) == "codes set"
    blank = call("put", url, {"markers": {"1": marker | {"reason": " "}}})
    assert list(blank.json()["fields"]) == ["reason_1"]
    assert call("put", url, {"markers": {"1": marker | {"significance": 4}}}).status_code == 422


def test_a_budget_line_is_revised_where_the_body_says_so(call, activity):
    code("BudgetType", "2")
    line = budget_line(activity, "10")
    body = {"amount": "12.50", "version": line.version}
    url = f"/api/budget-lines/{line.pk}/revisions"

    made = call("post", url, body)

    assert made.status_code == 201
    told = made.json()
    assert (told["amount"], told["budget_type"], told["replaces_id"]) == ("12.50", "2", line.pk)
    assert (told["period_start"], told["currency"]) == ("2026-01-01", "USD")
    assert verb_of(activity) == "budget line revised"
    again = call("post", url, {"amount": "13"})
    assert (again.status_code, BudgetLine.objects.count()) == (403, 2)


def test_a_line_does_not_name_a_source_that_is_hidden_from_the_caller(client, activity, owner):
    activity.visibility = "public"
    activity.save()
    line = budget_line(activity)
    line.source = make_source(owner)
    line.save()
    told = []
    for organisation in (owner, make_organisation("Elsewhere")):
        client.force_login(make_user_with_role(Role.READER, organisation))
        (row,) = client.get(f"/api/activities/{activity.pk}/budget-lines").json()["items"]
        told.append(row["source_id"])

    assert told == [line.source_id, None]


def test_identifiers_are_listed_and_taken_away(call, activity):
    actions.add_identifier(activity, by=SYSTEM, scheme="crs", code="77")

    (row,) = call("get", f"/api/activities/{activity.pk}/identifiers").json()["items"]

    assert (row["scheme"], row["code"]) == ("crs", "77")
    assert call("delete", f"/api/activity-identifiers/{row['id']}").status_code == 204
    assert verb_of(activity) == "other identifier removed"


def test_the_map_is_the_one_of_the_page(call, activity):
    url = f"/api/activities/{activity.pk}/map"
    assert call("get", url).status_code == 404
    activity.places.create(location=place("KH"))

    drawn = call("get", url)

    assert drawn["Content-Type"] == "image/svg+xml"
    assert drawn.content == call("get", f"/projects/{activity.pk}/map.svg").content


def test_the_money_by_marker_is_that_of_the_page(call, client, owner, activity, scores):
    """100 of 400 dollars have gender equality as principal objective; 300 were not screened."""
    budget_line(activity, "100")
    other = make_activity(owner)
    budget_line(other, "300")
    actions.set_markers(activity, {"1": actions.Marked(2, "Women decide")}, by=SYSTEM)

    told = call("get", "/api/marker-totals?goal=25").json()

    assert (told["amount"], told["counted"]) == ("400.00", 2)
    rows = [
        (row["significance"], Decimal(row["amount"]), row["activities"]) for row in told["rows"]
    ]
    assert rows == [(2, Decimal(100), 1), (None, Decimal(300), 1)]
    assert told["principal"] == [{"marker": "1", "share": "0.25", "reached": True}]
    below = call("get", f"/api/marker-totals?goal=26&owner_id={owner.pk}").json()
    assert below["principal"][0]["reached"] is False
    url = "/api/marker-totals/activities?marker=1"
    behind = [call("get", url + more).json() for more in ("&significance=2", "")]
    assert [[row["id"] for row in found] for found in behind] == [[activity.pk], [other.pk]]
    assert "25" in client.get("/projects/markers/?goal=25").content.decode()
    client.force_login(make_user_with_role(Role.READER, make_organisation("Elsewhere")))
    assert client.get("/api/marker-totals").json()["rows"] == []


def writes(activity, part, line):
    """Every call of this file that changes something, with a body that would be taken."""
    at = f"/api/activities/{activity.pk}"
    marker = {"significance": 1, "reason": "So"}
    budget = {"period_start": "2027-01-01", "period_end": "2027-12-31", "amount": "5"}
    return [
        ("patch", at, {"title": {"en": "Mine"}}),
        ("post", f"{at}/participations", {"organisation_id": part.organisation_id, "role": "4"}),
        ("post", f"{at}/identifiers", {"scheme": "crs", "code": "1"}),
        ("post", f"{at}/budget-lines", budget | {"currency": "USD", "value_date": "2027-01-01"}),
        ("patch", f"/api/participations/{part.pk}", {"note": "Mine"}),
        ("put", f"{at}/places", {"shares": {"KH": None}}),
        ("put", f"{at}/shares/Sector", {"shares": {"15250": None}}),
        ("put", f"{at}/markers", {"markers": {"1": marker}}),
        ("post", f"/api/budget-lines/{line.pk}/revisions", {"amount": "1"}),
    ]


@pytest.fixture
def standing(activity, part, scores):
    code("OrganisationRole", "4")
    code("BudgetType", "2")
    code()
    place("KH")
    return writes(activity, part, budget_line(activity))


def trail():
    return audit.AuditEntry.objects.filter(model__startswith="portfolio.").count()


def test_one_who_only_reads_writes_nothing(call, standing, part):
    before = trail()
    sent = [*standing, ("delete", f"/api/participations/{part.pk}", None)]

    answers = [call(*item, role=Role.READER).status_code for item in sent]

    assert answers == [403] * len(sent)
    assert trail() == before


def test_a_stale_version_writes_nothing(call, standing):
    before = trail()

    answers = [
        call(method, url, body | {"version": 0}).status_code for method, url, body in standing
    ]

    assert answers == [409] * len(standing)
    assert trail() == before


def test_a_present_version_is_taken(call, standing):
    answers = [call(*item).status_code for item in standing]

    assert answers == [200, 201, 201, 201, 200, 200, 200, 200, 201]
