"""Every write goes through audit: validated, versioned, and with a line in the trail."""

from datetime import date
from decimal import Decimal

import pytest
from django.apps import apps
from tests.factories import code, make_donor, make_line, make_need, make_organisation, place

from appui.kernel import audit
from appui.kernel.access import SYSTEM, Reader
from appui.kernel.errors import Conflict, Invalid
from appui.kernel.models import AuditEntry

pytestmark = pytest.mark.django_db
Need = apps.get_model("needs.Need")
NeedLine = apps.get_model("needs.NeedLine")
Organisation = apps.get_model("registry.Organisation")
ANA = Reader(user_id=7, name="Ana")


@pytest.fixture
def donor():
    return audit.create(Organisation(name={"en": "Ireland"}), by=ANA)


def changes_of(obj):
    return [(entry.verb, entry.changes) for entry in audit.history(obj)]


def test_creating_writes_who_what_and_every_filled_field(donor):
    (entry,) = audit.history(donor)

    assert (entry.user_id, entry.user_name, entry.verb) == (7, "Ana", "created")
    assert (entry.model, entry.object_id, entry.label) == (
        "registry.organisation",
        donor.pk,
        "Ireland",
    )
    assert entry.changes == {
        "name": [None, {"en": "Ireland"}],
        "is_donor": [None, "False"],
        "is_workspace": [None, "False"],
        "currency": [None, "USD"],
    }


def test_creating_tells_the_many_it_is_joined_to():
    owner = make_organisation()
    need = make_need(owner, places=("KH", "LA"))

    (entry,) = audit.history(need)
    assert entry.changes["locations"] == [None, "KH; LA"]
    assert entry.organisation_id == owner.pk


def test_changing_writes_only_what_differs_and_raises_the_version(donor):
    audit.update(donor, by=ANA, version=1, acronym="IRL", currency="USD")

    assert changes_of(donor)[0] == ("changed", {"acronym": [None, "IRL"]})
    assert Organisation.objects.get(pk=donor.pk).version == 2


def test_changing_nothing_writes_nothing(donor):
    audit.update(donor, by=ANA, version=1, currency="USD")

    assert [verb for verb, _changes in changes_of(donor)] == ["created"]
    assert Organisation.objects.get(pk=donor.pk).version == 1


def test_a_version_that_is_no_longer_stored_is_a_conflict_and_writes_nothing(donor):
    audit.update(Organisation.objects.get(pk=donor.pk), by=ANA, version=1, acronym="IE")

    with pytest.raises(Conflict):
        audit.update(donor, by=ANA, version=1, acronym="IRL")

    assert Organisation.objects.get(pk=donor.pk).acronym == "IE"
    assert len(audit.history(donor)) == 2


def test_a_record_read_long_ago_does_not_undo_what_others_changed_meanwhile(donor):
    audit.update(Organisation.objects.get(pk=donor.pk), by=ANA, acronym="IE")

    audit.update(donor, by=ANA, website="https://example.org/")

    stored = Organisation.objects.get(pk=donor.pk)
    assert (stored.acronym, stored.website, stored.version) == ("IE", "https://example.org/", 3)
    assert changes_of(donor)[0] == ("changed", {"website": [None, "https://example.org/"]})


def test_a_change_of_many_is_told_by_label_even_when_nothing_else_differs():
    need = make_need(make_organisation(), places=("KH",))

    audit.update(need, by=ANA, locations=[place("KH"), place("LA")])

    assert changes_of(need)[0] == ("changed", {"locations": ["KH", "KH; LA"]})
    assert [item.code for item in need.locations.all()] == ["KH", "LA"]


def test_one_of_many_is_exchanged_for_its_namesake():
    need = make_need(make_organisation())
    first, second = make_donor("Same name"), make_donor("Same name")
    audit.update(need, by=ANA, shared_with=[first])

    audit.update(need, by=ANA, shared_with=(item for item in [second]))

    assert list(need.shared_with.all()) == [second]


def test_what_a_rule_of_the_model_refuses_is_invalid_at_its_field(donor):
    with pytest.raises(Invalid) as refused:
        audit.update(donor, by=ANA, website="not an address")

    assert list(refused.value.fields) == ["website"]
    assert Organisation.objects.get(pk=donor.pk).website == ""


def test_what_a_rule_of_the_table_refuses_is_invalid_with_its_own_sentence():
    need = make_need(make_organisation())
    line = NeedLine(
        need=need, pillar=code("Pillar", "x"), year_from=2026, year_to=2025, stated_cost=1
    )

    with pytest.raises(Invalid, match="The last year is before the first"):
        audit.create(line, by=ANA)

    assert AuditEntry.objects.filter(model="needs.needline").count() == 0


@pytest.mark.parametrize("text", ["nul \x00", "half \ud800"])
@pytest.mark.parametrize("field", ["acronym", "name"])
def test_a_character_no_database_can_hold_is_refused(text, field):
    value = {"en": text} if field == "name" else text
    fields = {"name": {"en": "Ireland"}} | {field: value}

    with pytest.raises(Invalid) as refused:
        audit.create(Organisation(**fields), by=ANA)

    assert list(refused.value.fields) == [field]


@pytest.mark.parametrize("year", [1, 1850, 9999])
def test_a_year_that_no_record_can_have_is_refused_at_its_field(year):
    need = make_need(make_organisation())

    with pytest.raises(Invalid, match="Check the year") as refused:
        audit.update(need, by=ANA, starts_on=date(year, 1, 1))
    assert list(refused.value.fields) == ["starts_on"]


def test_deleting_keeps_the_last_state_in_the_trail():
    need = make_need(make_organisation())
    line = make_line(need, "12.50")
    key = line.pk

    audit.delete(line, by=ANA)

    entry = AuditEntry.objects.get(model="needs.needline", object_id=key)
    assert (entry.verb, entry.changes["stated_cost"]) == ("deleted", ["12.50", None])
    assert not NeedLine.objects.exists()


def test_what_is_in_use_is_not_deleted_and_leaves_no_line():
    owner = make_organisation()
    make_need(owner)

    with pytest.raises(Invalid, match="used by 1 other record"):
        audit.delete(owner, by=ANA)

    assert not AuditEntry.objects.filter(verb="deleted").exists()
    assert Organisation.objects.filter(pk=owner.pk).exists()


def test_the_trail_is_only_added_to(donor):
    entry = audit.history(donor).get()
    with pytest.raises(TypeError):
        AuditEntry.objects.update(verb="x")
    with pytest.raises(TypeError):
        AuditEntry.objects.all().delete()
    with pytest.raises(TypeError):
        entry.save()
    with pytest.raises(TypeError):
        entry.delete()

    assert audit.history(donor).get().verb == "created"


def test_history_is_newest_first_and_of_one_record(donor):
    other = make_need(make_organisation())
    audit.update(donor, by=SYSTEM, acronym="IE")

    assert [entry.verb for entry in audit.history(donor)] == ["changed", "created"]
    assert [entry.verb for entry in audit.history(other)] == ["created"]


def test_touching_raises_the_version_without_a_line():
    need = make_need(make_organisation())

    audit.touch(need)

    assert Need.objects.get(pk=need.pk).version == 2
    assert len(audit.history(need)) == 1


def test_amounts_in_the_trail_keep_their_decimals():
    line = make_line(make_need(make_organisation()), "100.10")

    audit.update(line, by=ANA, stated_cost=Decimal("100.20"))

    assert changes_of(line)[0][1] == {"stated_cost": ["100.10", "100.20"]}
