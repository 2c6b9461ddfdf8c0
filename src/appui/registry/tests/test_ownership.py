"""Who sees what belongs to an organisation, and who may write it."""

import pytest
from django.urls import reverse
from tests.factories import (
    error_text,
    key,
    make_organisation,
    make_person,
    make_reader,
    make_user,
    make_user_with_role,
)

from appui.kernel.access import ANONYMOUS, SYSTEM, Role
from appui.kernel.errors import Refused
from appui.registry import actions, rules
from appui.registry.models import Person
from appui.registry.queries import reader_of, shown

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return make_organisation("Owner")


@pytest.fixture
def partner():
    return make_organisation("Partner")


@pytest.mark.parametrize(
    ("visibility", "seen_by"),
    [
        ("private", {"member", "system"}),
        ("partners", {"member", "partner", "system"}),
        ("public", {"member", "partner", "outsider", "stranger", "anonymous", "system"}),
    ],
)
def test_a_record_is_seen_by_its_owner_its_partners_or_everyone(
    owner, partner, visibility, seen_by
):
    contact = make_person(owner, visibility=visibility)
    contact.shared_with.add(partner)
    readers = {
        "member": make_reader(Role.READER, owner),
        "partner": make_reader(Role.READER, partner),
        "outsider": make_reader(Role.ADMINISTRATOR, make_organisation("Elsewhere")),
        "stranger": reader_of(make_user()),
        "anonymous": ANONYMOUS,
        "system": SYSTEM,
    }

    found = {name for name, reader in readers.items() if Person.objects.visible_to(reader)}

    assert found == seen_by
    assert {name for name, reader in readers.items() if shown(contact, reader)} == seen_by


def test_a_record_shared_with_two_of_ones_organisations_is_seen_once(owner, partner):
    contact = make_person(owner, visibility="partners")
    other = make_organisation("Other")
    contact.shared_with.set([partner, other])
    user = make_user_with_role(Role.READER, partner)
    user.memberships.create(organisation=other, role=Role.READER)

    assert list(Person.objects.visible_to(reader_of(user))) == [contact]


@pytest.mark.parametrize(
    ("role", "writes"), [(Role.READER, False), (Role.EDITOR, True), (Role.ADMINISTRATOR, True)]
)
def test_an_editor_writes_what_a_reader_only_reads(owner, role, writes):
    contact = make_person(owner)
    reader = make_reader(role, owner)

    assert bool(rules.may_edit(contact, reader)) is writes
    assert (contact in Person.objects.writable_by(reader)) is writes


def test_what_is_public_is_still_written_by_its_owner_only(owner, partner):
    contact = make_person(owner, visibility="public")
    outsider = make_reader(Role.ADMINISTRATOR, partner)

    with pytest.raises(Refused):
        actions.change_person(contact, by=outsider, name="Mine now")
    with pytest.raises(Refused):
        actions.remove_person(contact, by=outsider)
    assert list(Person.objects.writable_by(outsider)) == []


def test_a_record_cannot_be_given_to_an_organisation_one_does_not_write_for(owner, partner):
    contact = make_person(owner)

    with pytest.raises(Refused):
        actions.change_person(contact, by=make_reader(Role.EDITOR, owner), owner=partner)


def test_a_form_offers_only_organisations_one_writes_for(client, owner, partner):
    client.force_login(make_user_with_role(Role.EDITOR, owner))
    url = reverse("registry:person_add")

    form = client.get(url).context["form"]
    answer = client.post(
        url,
        {
            "idempotency_key": key(),
            "name": "Ana",
            "owner": partner.pk,
            "visibility": "private",
        },
    )

    assert list(form.fields["owner"].queryset) == [owner]
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["owner"]
    assert Person.objects.count() == 0


def test_another_organisations_private_contact_is_not_at_its_address(client, owner, partner):
    contact = make_person(owner)
    client.force_login(make_user_with_role(Role.ADMINISTRATOR, partner))

    for name in ("person", "person_edit", "person_remove"):
        assert client.get(reverse(f"registry:{name}", args=[contact.pk])).status_code == 404


def test_a_stale_form_is_a_conflict_and_keeps_what_was_typed(client, owner):
    contact = make_person(owner)
    client.force_login(make_user_with_role(Role.EDITOR, owner))
    actions.change_person(contact, by=SYSTEM, job_title="Director")
    url = reverse("registry:person_edit", args=[contact.pk])

    answer = client.post(
        url,
        {
            "idempotency_key": key(),
            "version": 1,
            "name": "Typed name",
            "owner": owner.pk,
            "visibility": "private",
        },
    )

    assert answer.status_code == 409
    assert "Typed name" in answer.content.decode()
    assert "changed by someone else" in error_text(answer)
    assert Person.objects.get().name == "Ana Keo"


def test_a_partner_reads_the_record_and_not_its_history(client, owner, partner):
    contact = make_person(owner, visibility="partners", note="now")
    contact.shared_with.add(partner)
    actions.change_person(contact, by=SYSTEM, job_title="Formerly secret")
    actions.change_person(contact, by=SYSTEM, job_title="Director")
    seen = {}
    for name, organisation in (("member", owner), ("partner", partner)):
        client.force_login(make_user_with_role(Role.READER, organisation))
        answer = client.get(contact.get_absolute_url())
        page = answer.content.decode()
        seen[name] = (answer.status_code, "Director" in page, "Formerly secret" in page)

    assert seen == {"member": (200, True, True), "partner": (200, True, False)}


def test_a_key_no_database_can_hold_is_a_wrong_choice(client, owner):
    client.force_login(make_user_with_role(Role.EDITOR, owner))
    sent = {"name": "Ana", "owner": owner.pk, "visibility": "partners", "shared_with": "9" * 30}

    answer = client.post(reverse("registry:person_add"), sent | {"idempotency_key": key()})

    assert (answer.status_code, Person.objects.count()) == (422, 0)
