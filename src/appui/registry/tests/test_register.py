"""The register of organisations: names, identifiers, merge and its undoing."""

import pytest
from django.urls import reverse
from tests.factories import (
    key,
    make_donor,
    make_organisation,
    make_person,
    make_reader,
    make_user_with_role,
    place,
)

from appui.kernel import audit
from appui.kernel.access import SYSTEM, Role
from appui.kernel.errors import Invalid, Refused
from appui.registry import actions
from appui.registry.models import Organisation
from appui.registry.queries import find_organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return make_organisation("Authority")


@pytest.fixture
def manager(owner):
    return make_reader(Role.MANAGER, owner)


@pytest.fixture
def japan():
    return make_donor({"en": "Japan", "fr": "Japon"}, acronym="JPN")


@pytest.fixture
def misspelt():
    return make_donor("Jpan")


def test_a_merge_moves_no_row_and_the_undoing_none_either(owner, manager, japan, misspelt):
    contact = make_person(owner, organisation=misspelt)

    actions.merge_organisations(misspelt, into=japan, by=manager)

    contact.refresh_from_db()
    assert contact.organisation == misspelt
    assert contact.organisation.standing_id == japan.pk
    assert list(Organisation.objects.donors()) == [japan]

    actions.undo_merge(misspelt, by=manager)

    assert misspelt.standing_id == misspelt.pk
    assert list(Organisation.objects.donors()) == [japan, misspelt]
    assert [entry.verb for entry in audit.history(misspelt)] == ["merge undone", "merged"]
    assert [entry.verb for entry in audit.history(japan)] == ["merge undone", "absorbed"]


def test_the_names_of_a_merged_organisation_lead_to_the_one_that_stands(manager, japan, misspelt):
    actions.add_alias(misspelt, by=manager, name=" Nippon ")
    actions.add_identifier(misspelt, by=manager, scheme="crs-donor", code="701")
    actions.merge_organisations(misspelt, into=japan, by=manager)

    for text in ("Jpan", "nippon", "701", "JPN", "japon", " Japan "):
        assert find_organisation(text) == japan, text
    for text in ("", "Nobody", "nul\x00"):
        assert find_organisation(text) is None, text


def test_a_standing_organisation_is_found_before_a_merged_one_of_the_same_name(manager, japan):
    old, standing, elsewhere = make_donor("Twin"), make_donor("Twin"), make_donor("Elsewhere")
    actions.merge_organisations(old, into=elsewhere, by=manager)

    assert find_organisation("twin") == standing


def test_merges_that_make_no_sense_are_refused(owner, manager, japan, misspelt):
    third = make_donor("Third")
    with pytest.raises(Refused, match="into itself"):
        actions.merge_organisations(japan, into=japan, by=manager)
    with pytest.raises(Refused, match="works in Appui"):
        actions.merge_organisations(owner, into=japan, by=manager)
    with pytest.raises(Invalid, match="not merged"):
        actions.undo_merge(japan, by=manager)

    actions.merge_organisations(misspelt, into=japan, by=manager)
    with pytest.raises(Refused, match="already merged"):
        actions.merge_organisations(misspelt, into=third, by=manager)
    with pytest.raises(Refused, match="already merged"):
        actions.merge_organisations(third, into=misspelt, by=manager)
    with pytest.raises(Invalid, match="undo those merges first"):
        actions.merge_organisations(japan, into=third, by=manager)


def test_merging_takes_a_manager(owner, japan, misspelt):
    with pytest.raises(Refused):
        actions.merge_organisations(misspelt, into=japan, by=make_reader(Role.FINANCE, owner))


def test_lists_and_choices_show_the_standing_organisation(client, owner, japan, misspelt):
    client.force_login(make_user_with_role(Role.MANAGER, owner))
    merge = reverse("registry:organisation_merge", args=[misspelt.pk])
    client.post(merge, {"idempotency_key": key(), "into": japan.pk})

    def listed(query=""):
        answer = client.get(reverse("registry:organisation_list") + query)
        return [row.name["en"] for row in answer.context["listing"].page.object_list]

    assert sorted(listed()) == ["Authority", "Japan"]
    assert listed("?merged=yes") == ["Jpan"]
    form = client.get(reverse("registry:person_add")).context["form"]
    assert misspelt not in form.fields["organisation"].queryset


def test_an_identifier_names_one_organisation_but_a_channel_many(manager, japan, misspelt):
    actions.add_identifier(japan, by=manager, scheme="iati", code="JP-1")
    with pytest.raises(Invalid, match="already has this identifier"):
        actions.add_identifier(misspelt, by=manager, scheme="iati", code="JP-1")

    for organisation in (japan, misspelt):
        actions.add_identifier(organisation, by=manager, scheme="crs-channel", code="11000")
    with pytest.raises(Invalid):
        actions.add_identifier(japan, by=manager, scheme="crs-channel", code="11000")


def test_a_name_removed_stays_in_the_trail(manager, japan):
    alias = actions.add_alias(japan, by=manager, name="Nippon")
    with pytest.raises(Invalid):
        actions.add_alias(japan, by=manager, name="Nippon")

    actions.remove_name(alias, by=manager)

    assert not japan.aliases.exists()


def test_a_workspace_is_changed_by_its_administrator_only(client, owner):
    url = reverse("registry:organisation_edit", args=[owner.pk])
    sent = {"idempotency_key": key(), "version": 1, "name_en": "New name", "currency": "EUR"}

    client.force_login(make_user_with_role(Role.MANAGER, owner))
    assert client.get(url).status_code == 403
    with pytest.raises(Refused):
        actions.change_organisation(owner, by=make_reader(Role.MANAGER, owner), currency="EUR")

    client.force_login(make_user_with_role(Role.ADMINISTRATOR, owner))
    answer = client.post(url, sent)
    assert answer.status_code == 303
    owner.refresh_from_db()
    assert (str(owner), owner.currency) == ("New name", "EUR")


def test_a_visitor_without_a_role_adds_nothing_to_the_register():
    with pytest.raises(Refused):
        actions.add_organisation(by=make_reader(Role.READER, make_organisation()), name={"en": "X"})
    assert actions.add_organisation(by=SYSTEM, name={"en": "X"}).pk


def test_lists_and_choices_go_from_a_to_z_in_the_language_shown(client, owner):
    for english, french in (
        ("Germany", "Allemagne"),
        ("United States", "États-Unis"),
        ("Finland", "Finlande"),
    ):
        make_donor({"en": english, "fr": french})
    place("KH-2", "Battambang")
    user = make_user_with_role(Role.EDITOR, owner, language="fr")
    client.force_login(user)
    rows = client.get(reverse("registry:organisation_list"), {"sort": "name"}).content.decode()
    form = client.get(reverse("needs:need_add")).content.decode()
    asked = client.get(reverse("funding:proposal_add")).content.decode()
    for page in (rows, asked):
        assert page.index("Allemagne") < page.index("États-Unis") < page.index("Finlande")
    assert "<bdi>KH › Battambang</bdi>" in form


def test_only_its_administrators_name_an_organisation_that_works_in_appui(owner):
    workspace = make_organisation("Elsewhere")
    administrator = make_reader(Role.ADMINISTRATOR, workspace)
    stranger = make_reader(Role.MANAGER, owner)
    identifier = actions.add_identifier(workspace, by=administrator, scheme="iati", code="KH-1")

    for act in (
        lambda: actions.add_alias(workspace, by=stranger, name="Authority"),
        lambda: actions.add_identifier(workspace, by=stranger, scheme="fts", code="1"),
        lambda: actions.remove_name(identifier, by=stranger),
    ):
        with pytest.raises(Refused):
            act()

    assert [item.code for item in workspace.identifiers.all()] == ["KH-1"]
    assert list(workspace.aliases.all()) == []


def test_a_merge_is_judged_by_what_is_stored_and_makes_no_chain(manager, japan, misspelt):
    third = make_donor("Nippon")
    read_before = Organisation.objects.get(pk=japan.pk)
    actions.merge_organisations(japan, into=third, by=manager)

    with pytest.raises(Refused):
        actions.merge_organisations(misspelt, into=read_before, by=manager)

    assert Organisation.objects.get(pk=misspelt.pk).merged_into is None
