import re
import uuid

import pytest
from django.conf import settings

from appui.accounts.models import User
from appui.accounts.tests.conftest import PASSWORD

ENTRANCE = [
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/inactive/",
    "/accounts/password/reset/",
    "/accounts/password/reset/sent/",
    "/accounts/password/reset/key/1-abc/",
    "/accounts/password/reset/finished/",
]
OWN = [
    "/account/",
    "/account/tokens/",
    "/account/tokens/new/",
    "/accounts/logout/",
    "/accounts/reauthenticate/",
    "/accounts/password/change/",
    "/accounts/second-factor/",
    "/accounts/second-factor/totp/activate/",
    "/accounts/second-factor/webauthn/",
    "/accounts/second-factor/webauthn/add/",
    "/accounts/second-factor/recovery-codes/generate/",
]
SCRIPT = re.compile(r"<script(?![^>]*(src=|type=\"application/json\"))")
INLINE = re.compile(r"\son\w+=|\sstyle=|<style")


@pytest.fixture
def ana(client, user):
    client.post("/accounts/login/", {"login": "ana@example.org", "password": PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


def language_of(page):
    return re.search(r'<html lang="(\w+)" dir="(\w+)"', page.content.decode()).groups()


def profile(**fields):
    return {"display_name": "Ana", "language": "en", "idempotency_key": str(uuid.uuid4())} | fields


@pytest.mark.parametrize("url", ENTRANCE)
def test_a_visitor_sees_the_page_in_arabic_from_right_to_left(client, db, url):
    page = client.get(url, headers={"Accept-Language": "ar"})
    assert (page.status_code, language_of(page)) == (200, ("ar", "rtl"))


@pytest.mark.parametrize("url", OWN)
def test_a_person_sees_the_page_in_arabic_from_right_to_left(ana, url):
    User.objects.update(language="ar")
    page = ana.get(url)
    assert (page.status_code, language_of(page)) == (200, ("ar", "rtl"))


@pytest.mark.parametrize("url", OWN)
def test_a_visitor_is_led_to_the_sign_in_page(client, db, url):
    answer = client.get(url)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("url", ENTRANCE + OWN)
def test_no_page_holds_a_script_or_style_of_its_own(ana, url):
    html = ana.get(url, follow=True).content.decode()
    assert not SCRIPT.search(html)
    assert not INLINE.search(html)


def test_the_account_page_asks_a_fixed_number_of_queries(ana, django_assert_num_queries):
    ana.get("/account/")
    counts = []
    for _round in range(2):
        with django_assert_num_queries(20, exact=False) as asked:
            ana.get("/account/")
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_a_person_changes_name_and_language(ana, user):
    answer = ana.post("/account/", profile(display_name="Ana Lima", language="es"))
    assert (answer.status_code, answer["Location"]) == (303, "/account/")
    user.refresh_from_db()
    assert (user.display_name, user.language) == ("Ana Lima", "es")
    assert language_of(ana.get("/account/")) == ("es", "ltr")


def test_a_person_cannot_raise_their_own_rights_through_the_form(ana, user):
    ana.post("/account/", profile(is_staff="1", is_superuser="1", email="boss@example.org"))
    user.refresh_from_db()
    assert (user.is_staff, user.is_superuser, user.email) == (False, False, "ana@example.org")


@pytest.mark.parametrize(
    ("field", "value"), [("display_name", ""), ("display_name", "x" * 121), ("language", "de")]
)
def test_a_bad_profile_comes_back_with_its_error(ana, user, field, value):
    page = ana.post("/account/", profile(**{field: value}))
    assert page.status_code == 422
    assert list(page.context["form"].errors) == [field]
    user.refresh_from_db()
    assert (user.display_name, user.language) == ("Ana", "en")


def test_a_name_with_markup_is_shown_as_text(ana):
    ana.post("/account/", profile(display_name="<script>x</script>"))
    assert b"<script>x" not in ana.get("/account/").content


def test_the_language_of_the_account_wins_over_the_browser(ana):
    page = ana.get("/account/", headers={"Accept-Language": "fr"})
    assert language_of(page) == ("en", "ltr")


def test_the_switch_wins_and_is_kept_in_the_account(ana, user):
    answer = ana.post("/language/", {"language": "ar", "next": "/account/tokens/"})
    assert (answer.status_code, answer["Location"]) == (302, "/account/tokens/")
    assert language_of(ana.get("/account/tokens/")) == ("ar", "rtl")
    user.refresh_from_db()
    assert user.language == "ar"


def test_a_switch_made_before_signing_in_stays(client, user):
    client.post("/language/", {"language": "es", "next": "/accounts/login/"})
    assert language_of(client.get("/accounts/login/")) == ("es", "ltr")
    client.post("/accounts/login/", {"login": "ana@example.org", "password": PASSWORD})
    assert language_of(client.get("/account/")) == ("es", "ltr")


def test_a_forged_language_cookie_falls_back_to_the_account(ana):
    ana.cookies[settings.LANGUAGE_COOKIE_NAME] = "../../etc"
    assert language_of(ana.get("/account/")) == ("en", "ltr")


@pytest.mark.parametrize(
    "next_url",
    ["https://evil.example/", "//evil.example", "javascript:alert(1)", "\\\\evil.example", ""],
)
def test_the_switch_never_leads_to_another_site(client, db, next_url):
    answer = client.post("/language/", {"language": "fr", "next": next_url})
    assert answer["Location"] == "/"


def test_an_unknown_language_changes_nothing(ana, user):
    answer = ana.post("/language/", {"language": "de", "next": "/account/"})
    assert answer["Location"] == "/account/"
    assert settings.LANGUAGE_COOKIE_NAME not in answer.cookies
    user.refresh_from_db()
    assert user.language == "en"


def test_the_switch_needs_a_post(client, db):
    assert client.get("/language/").status_code == 405
