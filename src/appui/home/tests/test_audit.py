"""The audit page, by role, and the trail over the API."""

import pytest

from appui.home import trail
from appui.home.tests.records import make_donor, make_member, make_need, make_workspace
from appui.kernel import audit
from appui.kernel.models import AuditEntry
from appui.needs import actions as need_actions
from appui.registry import actions
from appui.registry.models import Person
from appui.registry.queries import reader_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return make_workspace("Authority")


def sign_in(client, owner, role, **fields):
    user = make_member(owner, role, **fields)
    client.force_login(user)
    return user


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("reader", 403),
        ("editor", 403),
        ("finance", 403),
        ("manager", 200),
        ("administrator", 200),
    ],
)
def test_managers_read_the_whole_trail_and_others_do_not(client, owner, role, status):
    sign_in(client, owner, role)
    assert client.get("/history/").status_code == status
    assert client.get("/api/history").status_code == status


def test_the_entry_of_the_rail_is_for_managers(client, owner):
    sign_in(client, owner, "editor")
    assert 'href="/history/"' not in client.get("/due/").content.decode()
    sign_in(client, owner, "manager")
    assert 'href="/history/"' in client.get("/due/").content.decode()


def test_the_trail_is_that_of_ones_own_organisation(client, owner):
    user = sign_in(client, owner, "manager")
    make_need(owner, title="Clear the land")
    make_need(make_workspace("Theirs"), title="Open plan", visibility="public")
    by = reader_of(user)
    donor = actions.add_organisation(by=by, name={"en": "Ireland"})
    outsider = reader_of(make_member(make_workspace("Elsewhere")))
    actions.change_organisation(donor, by=outsider, acronym="IE")

    labels = [entry.label for entry in trail.whole_trail(owner, by)]

    assert labels == ["Ireland", "Clear the land"]


def test_filters_narrow_the_trail_and_nonsense_is_said(client, owner):
    user = sign_in(client, owner, "manager", display_name="Ana")
    need = make_need(owner, title="Clear the land")
    need_actions.change_need(need, by=reader_of(user), beneficiaries=7)

    def shown(query):
        return client.get(f"/history/?format=csv&{query}").content.decode("utf-8-sig")

    assert shown("who=Ana").count("Clear the land") == 1
    assert "People who benefit: – → 7" in shown("verb=changed&kind=needs.need&since=1")
    assert shown("q=nothing").count("\n") == 1
    page = client.get("/history/?who=Nobody&since=soon").content.decode()
    assert page.count("listing-note") == 2


@pytest.mark.slow
@pytest.mark.parametrize("count", [3, 300])
def test_the_page_asks_as_often_however_long_the_trail(
    client, owner, count, django_assert_num_queries
):
    sign_in(client, owner, "manager")
    by = reader_of(make_member(owner))
    need = make_need(owner)
    for _number in range(count):
        audit.record(by, "changed", need)
    with django_assert_num_queries(13):
        assert client.get("/history/").status_code == 200


def test_an_erased_contact_leaves_a_dash(client, owner):
    user = sign_in(client, owner, "manager")
    by = reader_of(user)
    person = actions.add_person(by=by, owner=owner, name="Jane Roe", email="jane@example.org")
    actions.remove_person(Person.objects.get(pk=person.pk), by=by)

    page = client.get("/history/").content.decode()
    front = client.get("/").content.decode()

    assert [entry.label for entry in AuditEntry.objects.filter(model="registry.person")] == [
        "—"
    ] * 2
    assert "Jane" not in page + front
    assert "jane@" not in page + front
    assert f'href="/contacts/{person.pk}/"' not in front


def test_a_deleted_record_is_told_without_a_link(owner):
    by = reader_of(make_member(owner))
    need = make_need(owner, title="Gone")
    pk = need.pk
    audit.delete(need, by=by)

    told = trail.changes(trail.seen_by(by, owner))

    assert [(change.verb, change.url) for change in told if change.entry.object_id == pk] == [
        ("deleted", "")
    ]


def test_the_position_and_the_search_answer_programs(client, owner):
    user = sign_in(client, owner, "reader")
    make_need(owner, title="Déminage", cost=1000)
    make_donor("Ireland")

    position = client.get("/api/position").json()
    groups = client.get("/api/search?q=DEMINAGE").json()

    assert (position["need"], position["missing"]) == ("1000.00", "1000.00")
    assert [need["reference"] for need in position["needs"]] != []
    assert [(group["key"], group["total"]) for group in groups] == [("needs", 1)]
    assert client.get("/api/search").status_code == 422
    user.memberships.all().delete()
    assert client.get("/api/position").status_code == 404
