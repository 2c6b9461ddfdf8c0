"""What stands around every page: where it is, what was just done, what went wrong."""

import pytest
from django.test import Client, override_settings
from tests.factories import make_need, make_organisation, make_person, make_user_with_role

from appui.kernel.access import Role

pytestmark = pytest.mark.django_db
KEY = "8b0a1c52-6f0e-4c4e-9a3a-0d8e9c8c1c11"


@pytest.fixture
def owner():
    return make_organisation("Authority", acronym="CMAA")


@pytest.fixture
def page(client, owner):
    client.force_login(make_user_with_role(Role.ADMINISTRATOR, owner))
    return client


def test_a_lost_member_keeps_the_menu_and_a_lost_stranger_is_told_to_sign_in(page):
    lost = page.get("/nowhere/")
    stranger = Client().get("/nowhere/")

    assert (lost.status_code, stranger.status_code) == (404, 404)
    assert b"Main menu" in lost.content
    assert b"sign in if" not in lost.content
    assert b"Main menu" not in stranger.content
    assert b"sign in if the page belongs" in stranger.content


def test_a_form_of_an_earlier_session_is_refused_in_our_own_words(owner):
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user_with_role(Role.ADMINISTRATOR, owner))

    answer = client.post("/contacts/add/", {"name": "Ana"})

    assert answer.status_code == 403
    assert b"This form is out of date" in answer.content


def test_a_form_says_where_it_stands_and_that_it_saved(page, owner):
    person = make_person(owner, "Ana Keo")
    address = f"/contacts/{person.pk}/edit/"

    shown = page.get(address).content.decode()
    sent = {"name": "Ana K.", "owner": owner.pk, "visibility": "private", "idempotency_key": KEY}
    saved = page.post(address, sent, follow=True).content.decode()

    assert '<li><a href="/contacts/">Contacts</a></li>' in shown
    assert f'<li><a href="/contacts/{person.pk}/">Ana Keo</a></li>' in shown
    assert "Saved." in saved


def test_a_confirmation_names_the_record_it_is_about(page, owner):
    need = make_need(owner, "Clear the land")

    asked = page.get(f"/needs/{need.pk}/move/closed/").content.decode()

    assert f'<li><a href="{need.get_absolute_url()}">Clear the land</a></li>' in asked


@pytest.mark.parametrize("address", ["/contacts/", "/accounts/login/"])
def test_the_foot_of_every_page_leads_to_the_source_code(page, address):
    page = page if address == "/contacts/" else Client()
    with override_settings(SOURCE_URL="https://code.example.org/appui"):
        assert '<a href="https://code.example.org/appui">' in page.get(address).content.decode()
    with override_settings(SOURCE_URL=""):
        assert "gives you its source code" in page.get(address).content.decode()


def test_a_contact_shows_its_language_by_name_and_erasing_it_looks_dangerous(page, owner):
    person = make_person(owner, "Ana Keo", language="fr", phone="+855 12 345 678")

    shown = page.get(person.get_absolute_url()).content.decode()
    asked = page.get(f"/contacts/{person.pk}/remove/").content.decode()

    assert "<dd>French</dd>" in shown
    assert '<bdi dir="ltr">+855 12 345 678</bdi>' in shown
    assert '<button class="button danger">' in asked


def test_the_trail_names_fields_as_forms_do(page, owner):
    person = make_person(owner, "Ana Keo")
    sent = {"name": "Ana", "job_title": "Adviser", "owner": owner.pk, "visibility": "private"}
    page.post(f"/contacts/{person.pk}/edit/", sent | {"idempotency_key": KEY})

    assert "Job title: – → Adviser" in page.get("/history/").content.decode()
