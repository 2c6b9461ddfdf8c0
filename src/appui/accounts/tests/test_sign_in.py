import logging
import time

import pytest
from django.conf import settings
from django.contrib.auth.hashers import get_hasher, make_password
from django.core import mail
from django.core.cache import caches
from django.core.cache.backends.db import DatabaseCache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from appui.accounts import actions
from appui.accounts.models import User
from appui.accounts.tests.conftest import PASSWORD
from appui.kernel.models import AuditEntry

LOGIN = "/accounts/login/?next=/account/"
MISTAKE = "The e-mail address or the password is not right."
LOCKED = "Too many failed attempts. Wait five minutes, then try again."


def sign_in(client, email="ana@example.org", password=PASSWORD, url=LOGIN):
    return client.post(
        url, {"login": email, "password": password}, headers={"Accept-Language": "en"}
    )


def errors(page):
    return page.context["form"].non_field_errors()


def is_signed_in(client):
    return client.get("/account/").status_code == 200


def verbs():
    return list(AuditEntry.objects.order_by("pk").values_list("verb", flat=True))


def test_the_right_password_opens_the_page_that_was_asked_for(client, user):
    answer = sign_in(client, "ANA@Example.ORG")
    assert (answer.status_code, answer["Location"]) == (302, "/account/")
    assert is_signed_in(client)
    assert verbs() == ["signed in"]


@pytest.mark.parametrize("next_url", ["https://evil.example/", "//evil.example/", "javascript:1"])
def test_sign_in_never_leads_to_another_site(client, user, next_url):
    answer = sign_in(client, url=f"/accounts/login/?next={next_url}")
    assert answer.status_code == 302
    assert "evil" not in answer["Location"]
    assert answer["Location"].startswith("/")


def test_the_session_key_changes_at_sign_in(client, user):
    client.get(LOGIN)
    session = client.session
    session["seen"] = "before"
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    sign_in(client)
    assert client.session.session_key != session.session_key
    assert not client.session.exists(session.session_key)


def test_after_five_failures_the_right_password_is_refused_too(client, user):
    for _attempt in range(5):
        assert errors(sign_in(client, password="wrong")) == [MISTAKE]
    assert errors(sign_in(client)) == [LOCKED]
    assert not is_signed_in(client)
    assert verbs() == ["sign-in failed"] * 5 + ["sign-in locked"]


def test_the_lock_of_one_person_does_not_touch_a_colleague(client, user):
    User.objects.create_user("li@example.org", PASSWORD)
    for _attempt in range(6):
        sign_in(client, password="wrong")
    assert sign_in(client, "li@example.org").status_code == 302


def test_the_lock_opens_after_five_minutes(client, user, monkeypatch):
    now = time.time()
    for _attempt in range(5):
        sign_in(client, password="wrong")
    monkeypatch.setattr("allauth.core.internal.ratelimit.time.time", lambda: now + 290)
    assert errors(sign_in(client)) == [LOCKED]
    monkeypatch.setattr("allauth.core.internal.ratelimit.time.time", lambda: now + 310)
    assert sign_in(client).status_code == 302


def test_a_network_is_locked_after_thirty_failures_whatever_the_address(client, user):
    for number in range(30):
        sign_in(client, f"someone{number}@example.org", "wrong")
    assert errors(sign_in(client)) == [LOCKED]


def test_a_forged_forwarding_header_does_not_escape_the_lock(client, user):
    for number in range(30):
        client.post(
            LOGIN,
            {"login": f"someone{number}@example.org", "password": "wrong"},
            headers={"X-Forwarded-For": f"10.0.0.{number}"},
        )
    assert errors(sign_in(client)) == [LOCKED]


def test_every_worker_counts_the_same_failures():
    assert isinstance(caches["default"], DatabaseCache)


def test_known_and_unknown_addresses_get_the_same_answers(client, user):
    def seen(email):
        pages = [sign_in(client, email, "wrong") for _attempt in range(6)]
        return [(page.status_code, list(errors(page)), page.headers.keys()) for page in pages]

    assert seen("ana@example.org") == seen("nobody@example.org")


def test_known_and_unknown_addresses_cost_the_same_number_of_queries(client, user):
    def queries(email):
        with CaptureQueriesContext(connection) as asked:
            sign_in(client, email, "wrong")
        return len(asked)

    queries("first@example.org")
    assert queries("ana@example.org") == queries("nobody@example.org")


def test_the_trail_of_a_failure_never_holds_an_unknown_address(client, user):
    sign_in(client, "nobody@example.org", "wrong")
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.object_id, entry.label) == ("sign-in failed", 0, "unknown address")
    assert "nobody" not in str(AuditEntry.objects.values())


def test_a_closed_account_is_refused_at_once_even_in_an_open_session(client, user):
    sign_in(client)
    user.is_active = False
    user.save()
    assert not is_signed_in(client)
    assert sign_in(client)["Location"] == "/accounts/inactive/"
    assert not is_signed_in(client)


@pytest.mark.parametrize("email", ["", "not an address", "a\x00@example.org", "é" * 5000])
def test_a_bad_address_is_a_mistake_in_the_form(client, db, email):
    page = sign_in(client, email, "x")
    assert page.status_code == 200
    assert list(page.context["form"].errors) == ["login"]


def test_nobody_signs_up(client, db):
    page = client.get("/accounts/signup/", headers={"Accept-Language": "en"})
    assert b"Accounts are given by invitation" in page.content
    client.post("/accounts/signup/", {"email": "new@example.org", "password1": PASSWORD})
    assert User.objects.count() == 0


def test_sign_out_needs_a_post(client, user):
    sign_in(client)
    client.get("/accounts/logout/")
    assert is_signed_in(client)
    client.post("/accounts/logout/")
    assert not is_signed_in(client)


def test_sign_in_needs_the_form_token(user):
    client = Client(enforce_csrf_checks=True)
    assert sign_in(client).status_code == 403


def test_reset_answers_the_same_for_known_and_unknown_addresses(client, user):
    def ask(email):
        answer = client.post("/accounts/password/reset/", {"email": email})
        page = client.get(answer["Location"])
        return answer.status_code, answer["Location"], page.status_code

    assert ask("ana@example.org") == ask("nobody@example.org")
    assert [message.to for message in mail.outbox] == [["ana@example.org"], ["nobody@example.org"]]
    assert "/password/reset/key/" in mail.outbox[0].body
    assert "/password/reset/key/" not in mail.outbox[1].body


def test_a_reset_link_works_once_and_ends_every_session(client, user):
    sign_in(client)
    client.post("/accounts/password/reset/", {"email": "ana@example.org"})
    link = next(word for word in mail.outbox[0].body.split() if "/password/reset/key/" in word)
    visitor = type(client)()
    page = visitor.get(link)
    sent = visitor.post(
        page["Location"], {"password1": "calm-lantern-77", "password2": "calm-lantern-77"}
    )
    assert sent["Location"] == "/accounts/password/reset/finished/"
    assert not is_signed_in(client)
    assert type(client)().get(link).context["token_fail"] is True
    assert sign_in(client, password=PASSWORD).status_code == 200
    assert sign_in(client, password="calm-lantern-77").status_code == 302
    assert verbs().count("password changed") == 1


def test_a_reset_password_is_held_to_the_rules(client, user):
    client.post("/accounts/password/reset/", {"email": "ana@example.org"})
    link = next(word for word in mail.outbox[0].body.split() if "/password/reset/key/" in word)
    url = client.get(link)["Location"]
    page = client.post(url, {"password1": "password12", "password2": "password12"})
    assert list(page.context["form"].errors) == ["password1"]
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_mail_is_in_the_language_of_the_person_written_to(client, user):
    User.objects.filter(pk=user.pk).update(language="fr")
    client.post(
        "/accounts/password/reset/", {"email": "ana@example.org"}, headers={"Accept-Language": "es"}
    )
    assert mail.outbox[0].subject.startswith("Appui: ")
    assert "mot de passe" in mail.outbox[0].subject


def test_changing_the_password_keeps_this_session_and_ends_the_others(client, user):
    other = type(client)()
    sign_in(client)
    sign_in(other)
    sent = {
        "oldpassword": PASSWORD,
        "password1": "calm-lantern-77",
        "password2": "calm-lantern-77",
    }
    assert client.post("/accounts/password/change/", sent).status_code == 302
    assert (is_signed_in(client), is_signed_in(other)) == (True, False)
    assert verbs() == ["signed in", "signed in", "password changed"]


def test_signing_out_everywhere_keeps_only_this_browser(client, user):
    other = type(client)()
    sign_in(client)
    sign_in(other)
    assert client.get("/account/sign-out-everywhere/").status_code == 405
    client.post("/account/sign-out-everywhere/")
    assert (is_signed_in(client), is_signed_in(other)) == (True, False)
    assert verbs()[-1] == "signed out everywhere"


def test_a_session_is_idle_for_twelve_hours_at_most(client, user):
    sign_in(client)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    assert (cookie["max-age"], cookie["httponly"], cookie["samesite"]) == (43_200, True, "Lax")


def test_reading_pages_renews_the_session_at_most_every_ten_minutes(client, user):
    sign_in(client)
    client.get("/account/")
    assert settings.SESSION_COOKIE_NAME not in client.get("/account/").cookies
    session = client.session
    session["seen_at"] -= 601
    session.save()
    assert client.get("/account/").cookies[settings.SESSION_COOKIE_NAME]["max-age"] == 43_200


def test_passwords_are_kept_with_argon2_outside_tests():
    assert settings.PASSWORD_HASHERS[1] == "appui.accounts.hashers.Argon2"
    stored = make_password("x", hasher="argon2")
    assert stored.startswith("argon2$argon2id$v=19$m=47104,t=1,p=1$")
    assert get_hasher("argon2").verify("x", stored)


def test_an_unusual_password_is_neither_trimmed_nor_logged(client, caplog, db):
    User.objects.create_user("li@example.org", "  pass words  ")
    with caplog.at_level(logging.DEBUG):
        assert sign_in(client, "li@example.org", "pass words").status_code == 200
        assert sign_in(client, "li@example.org", "  pass words  ").status_code == 302
    assert "pass words" not in caplog.text


def test_actor_names_the_person_without_roles(user):
    reader = actions.actor(user)
    assert (reader.user_id, reader.name, dict(reader.roles)) == (user.pk, "Ana", {})
