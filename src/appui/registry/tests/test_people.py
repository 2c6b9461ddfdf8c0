"""Contacts are personal data: erased, they leave no trace of who they were."""

import json

import pytest
from django.core import serializers
from django.urls import reverse
from tests.factories import (
    key,
    make_donor,
    make_interaction,
    make_need,
    make_organisation,
    make_proposal,
    make_reader,
    make_user_with_role,
)

from appui.kernel.access import SYSTEM, Role
from appui.kernel.errors import Refused
from appui.kernel.models import AuditEntry
from appui.registry import actions
from appui.registry.models import Person

pytestmark = pytest.mark.django_db
WORDS = ("Sokha", "sokha@example.org", "+855", "counsellor")


@pytest.fixture
def owner():
    return make_organisation()


@pytest.fixture
def contact(owner):
    editor = make_reader(Role.EDITOR, owner)
    person = actions.add_person(
        by=editor, owner=owner, name="Sokha Chan", email="sokha@example.org", phone="+855 12"
    )
    return actions.change_person(person, by=editor, note="The counsellor met in Geneva")


def test_erasing_leaves_that_it_happened_and_nothing_personal(owner, contact):
    number = contact.pk
    actions.remove_person(contact, by=make_reader(Role.MANAGER, owner))

    trail = AuditEntry.objects.filter(model="registry.person", object_id=number)
    assert [(entry.verb, entry.changes, entry.label) for entry in trail] == [
        ("erased", {}, "—"),
        ("changed", {}, "—"),
        ("created", {}, "—"),
    ]
    everything = serializers.serialize("json", AuditEntry.objects.all())
    assert [word for word in WORDS if word in json.dumps(json.loads(everything))] == []


def test_erasing_frees_the_asks_and_exchanges_that_name_the_person(owner, contact):
    donor = make_donor()
    ask = make_proposal(owner, donor, make_need(owner), contact=contact)
    exchange = make_interaction(owner, donor, person=contact)

    actions.remove_person(contact, by=make_reader(Role.MANAGER, owner))

    ask.refresh_from_db()
    exchange.refresh_from_db()
    assert (ask.contact, exchange.person) == (None, None)
    everything = serializers.serialize("json", AuditEntry.objects.all())
    assert [word for word in WORDS if word in everything] == []


def test_the_erased_are_not_found_any_more(client, owner, contact):
    client.force_login(make_user_with_role(Role.MANAGER, owner))
    search = reverse("home:search") + "?q=Sokha"
    assert "Sokha Chan" in client.get(search).content.decode()

    page = reverse("registry:person_remove", args=[contact.pk])
    assert client.post(page, {"idempotency_key": key()}).status_code == 303

    assert "Sokha Chan" not in client.get(search).content.decode()
    assert client.get(reverse("registry:person", args=[contact.pk])).status_code == 404
    assert Person.objects.count() == 0


def test_erasing_takes_a_manager(owner, contact):
    with pytest.raises(Refused):
        actions.remove_person(contact, by=make_reader(Role.FINANCE, owner))


def test_a_private_contact_of_a_public_ask_is_not_named_to_outsiders(client, owner, contact):
    ask = make_proposal(
        owner, make_donor(), make_need(owner, "Secret need"), contact=contact, visibility="public"
    )
    client.force_login(make_user_with_role(Role.READER, make_organisation("Elsewhere")))

    page = client.get(ask.get_absolute_url())

    assert page.status_code == 200
    assert [word for word in (*WORDS, "Secret need") if word in page.content.decode()] == []


def test_a_contact_is_private_unless_it_says_otherwise(owner):
    assert actions.add_person(by=SYSTEM, owner=owner, name="Ben").visibility == "private"
