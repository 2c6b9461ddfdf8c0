import base64
import hmac
import json
import re
import struct
import time

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail

from appui.accounts.tests.conftest import PASSWORD
from appui.kernel.models import AuditEntry

FACTOR = "/accounts/second-factor/"


def totp(secret, at):
    """RFC 6238 with SHA-1, 30 seconds, 6 digits, written out here as the oracle."""
    digest = hmac.digest(base64.b32decode(secret), struct.pack(">Q", int(at) // 30), "sha1")
    start = digest[-1] & 15
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


def test_the_oracle_agrees_with_the_vector_of_rfc_6238():
    secret = base64.b32encode(b"12345678901234567890").decode()
    assert totp(secret, 1_111_111_109) == "081804"


@pytest.fixture
def clock(monkeypatch):
    """The authenticator's clock, in a list so that a test can move it."""
    now = [time.time()]
    monkeypatch.setattr("allauth.mfa.totp.internal.auth.time.time", lambda: now[0])
    return now


def first_step(client):
    return client.post(
        "/accounts/login/?next=/account/", {"login": "ana@example.org", "password": PASSWORD}
    )


def second_step(client, code):
    return client.post(FACTOR + "authenticate/", {"code": code})


def is_signed_in(client):
    return client.get("/account/").status_code == 200


def verbs():
    return list(AuditEntry.objects.order_by("pk").values_list("verb", flat=True))


@pytest.fixture
def commit_at_once(monkeypatch):
    """What waits for the commit runs at once, as it does outside a test's transaction."""
    monkeypatch.setattr("django.db.transaction.on_commit", lambda act, **_options: act())


@pytest.fixture
def app(client, user, clock, commit_at_once):
    """Ana with an authenticator app; returns its secret and her ten recovery codes."""
    first_step(client)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = client.get(FACTOR + "totp/activate/")
    secret = page.context["form"].secret
    done = client.post(FACTOR + "totp/activate/", {"code": totp(secret, clock[0])})
    codes = client.get(done["Location"]).context["unused_codes"]
    client.post("/accounts/logout/")
    clock[0] += 60
    return secret, codes


def test_setting_up_an_app_asks_for_the_password_again(client, user):
    first_step(client)
    client.get("/account/")
    session = client.session
    for method in session["account_authentication_methods"]:
        method["at"] -= 3600
    session.save()
    answer = client.get(FACTOR + "totp/activate/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/reauthenticate/?next=")


def test_the_password_alone_no_longer_opens_the_account(client, app, clock):
    assert first_step(client)["Location"].startswith(FACTOR + "authenticate/")
    assert not is_signed_in(client)
    assert second_step(client, totp(app[0], clock[0])).status_code == 302
    assert is_signed_in(client)


def test_a_second_sign_in_while_signed_in_does_not_skip_the_second_step(client, app):
    first_step(client)
    first_step(client)
    assert not is_signed_in(client)


def test_a_code_works_once(client, app, clock):
    code = totp(app[0], clock[0])
    first_step(client)
    second_step(client, code)
    other = type(client)()
    first_step(other)
    page = second_step(other, code)
    assert page.context["form"].errors["code"] == [
        "This code is not right, or it was already used."
    ]
    assert not is_signed_in(other)


def test_an_old_code_is_refused(client, app, clock):
    first_step(client)
    assert second_step(client, totp(app[0], clock[0] - 60)).status_code == 200
    assert not is_signed_in(client)


def test_guessing_codes_locks_the_second_step(client, app, clock):
    first_step(client)
    for _attempt in range(5):
        second_step(client, "000000")
    page = second_step(client, totp(app[0], clock[0]))
    assert page.context["form"].errors["code"] == [
        "Too many failed attempts. Wait five minutes, then try again."
    ]
    assert verbs().count("second factor failed") == 5


def test_ten_recovery_codes_are_shown_once_and_each_works_once(client, app):
    codes = app[1]
    assert [bool(re.fullmatch(r"\d{8}", code)) for code in codes] == [True] * 10
    first_step(client)
    assert second_step(client, codes[0]).status_code == 302
    assert is_signed_in(client)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    again = client.get(FACTOR + "recovery-codes/")
    assert again.context["unused_codes"] == ["****"] * 9
    assert all(code not in again.content.decode() for code in codes)
    client.post("/accounts/logout/")
    first_step(client)
    assert second_step(client, codes[0]).status_code == 200
    assert not is_signed_in(client)


def test_new_codes_replace_the_old_ones(client, app):
    first_step(client)
    second_step(client, app[1][0])
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    done = client.post(FACTOR + "recovery-codes/generate/")
    new = client.get(done["Location"]).context["unused_codes"]
    assert len(new) == 10
    assert not set(new) & set(app[1])


def test_secrets_of_the_second_factor_are_not_stored_in_the_clear(app):
    stored = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert app[0] not in stored
    assert all(code not in stored for code in app[1])


def test_setting_up_and_removing_are_traced_and_mailed(client, app, clock):
    first_step(client)
    second_step(client, totp(app[0], clock[0]))
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    client.post(FACTOR + "totp/deactivate/")
    assert Authenticator.objects.count() == 0
    kept = [verb for verb in verbs() if verb.startswith("second")]
    assert kept == ["second factor added"] * 2 + ["second factor removed"] * 2
    assert [message.to for message in mail.outbox] == [["ana@example.org"]] * 2


def test_resetting_the_password_does_not_skip_the_second_step(client, app):
    client.post("/accounts/password/reset/", {"email": "ana@example.org"})
    link = next(word for word in mail.outbox[-1].body.split() if "/password/reset/key/" in word)
    url = client.get(link)["Location"]
    client.post(url, {"password1": "calm-lantern-77", "password2": "calm-lantern-77"})
    assert not is_signed_in(client)
    answer = client.post(
        "/accounts/login/", {"login": "ana@example.org", "password": "calm-lantern-77"}
    )
    assert answer["Location"].startswith(FACTOR + "authenticate/")
    assert not is_signed_in(client)


def test_recovery_codes_need_a_factor_first(client, user):
    first_step(client)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = client.post(FACTOR + "recovery-codes/generate/")
    assert page.status_code == 200
    assert Authenticator.objects.count() == 0


HANDLE = {"rawId": "eA", "id": "eA", "type": "public-key", "response": {"userHandle": "MQ"}}
FALSE_PASSKEYS = ["", "x", "[]", "1", "null", '{"id": "x"}', '{"response": 3}', json.dumps(HANDLE)]


@pytest.mark.parametrize("credential", FALSE_PASSKEYS)
def test_a_false_passkey_is_refused_at_the_door(client, user, credential):
    asked = client.get(FACTOR + "webauthn/login/", headers={"Accept": "application/json"})
    assert asked.json()["request_options"]["publicKey"]["rpId"] == "testserver"
    answer = client.post(FACTOR + "webauthn/login/", {"credential": credential})
    assert answer["Location"] == "/accounts/login/"
    assert not is_signed_in(client)


@pytest.mark.parametrize("credential", FALSE_PASSKEYS)
def test_a_false_passkey_is_refused_as_second_step(client, app, credential):
    first_step(client)
    client.get(FACTOR + "authenticate/")
    answer = client.post(FACTOR + "authenticate/", {"credential": credential})
    assert answer.status_code == 200
    assert not is_signed_in(client)


@pytest.mark.parametrize("credential", FALSE_PASSKEYS)
def test_a_false_passkey_is_not_registered(client, user, credential):
    first_step(client)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    client.get(FACTOR + "webauthn/add/")
    page = client.post(FACTOR + "webauthn/add/", {"name": "Key", "credential": credential})
    assert page.status_code == 200
    assert Authenticator.objects.count() == 0
