import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from appui.accounts import actions, queries
from appui.accounts.models import ApiToken, User
from appui.kernel import audit
from appui.kernel.access import SYSTEM
from appui.kernel.errors import Invalid

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def token_of(user, **options):
    options = {"name": "Export", "scope": "read", "days": 30, "now": NOW} | options
    return actions.create_token(user, by=actions.actor(user), **options)


def verbs(obj):
    return [entry.verb for entry in audit.history(obj)]


def test_an_address_is_one_person_whatever_its_capitals(user):
    with transaction.atomic(), pytest.raises(IntegrityError):
        User.objects.bulk_create([User(email="ANA@example.org")])
    with pytest.raises(Invalid) as refused:
        actions.create_account(email=" Ana@Example.org ", by=SYSTEM, password="quiet-harbour-43")
    assert list(refused.value.fields) == ["email"]
    assert User.objects.count() == 1


def test_an_account_is_created_with_a_trace_and_a_usable_password(db):
    made = actions.create_account(email="Li@Example.org", by=SYSTEM, password="quiet-harbour-42")
    assert (made.email, made.check_password("quiet-harbour-42")) == ("li@example.org", True)
    assert (made.is_superuser, verbs(made)) == (False, ["account created"])
    assert "quiet-harbour-42" not in str(list(audit.history(made).values("changes")))


@pytest.mark.parametrize("password", ["short-1", "password123", "li@example.org"])
def test_a_weak_password_is_refused(db, password):
    with pytest.raises(Invalid) as refused:
        actions.create_account(email="li@example.org", by=SYSTEM, password=password)
    assert list(refused.value.fields) == ["password"]
    assert User.objects.count() == 0


def test_an_account_without_password_cannot_sign_in_by_password(db):
    made = actions.create_account(email="li@example.org", by=SYSTEM)
    assert made.has_usable_password() is False


def test_only_a_digest_of_the_token_is_stored(user):
    made = token_of(user)
    stored = ApiToken.objects.get()
    assert stored.digest == hashlib.sha256(made.secret.encode()).hexdigest()
    assert (stored.prefix, len(made.secret)) == (made.secret[:12], 49)
    assert made.secret not in str(ApiToken.objects.values())
    assert verbs(stored) == ["token created"]


def test_a_token_works_until_the_moment_it_expires(user):
    secret = token_of(user, days=30).secret
    last = NOW + timedelta(days=30)
    assert queries.token_for(secret, now=last - timedelta(seconds=1)).user == user
    assert queries.token_for(secret, now=last) is None


def test_a_token_without_term_works_until_revoked(user):
    made = token_of(user, days=None)
    assert queries.token_for(made.secret, now=NOW + timedelta(days=4000)) == made.token
    actions.revoke_token(made.token, by=actions.actor(user), now=NOW)
    actions.revoke_token(made.token, by=actions.actor(user), now=NOW + timedelta(days=1))
    assert queries.token_for(made.secret, now=NOW) is None
    assert ApiToken.objects.get().revoked_at == NOW
    assert verbs(made.token) == ["token revoked", "token created"]


def test_a_token_of_a_closed_account_is_useless(user):
    secret = token_of(user).secret
    user.is_active = False
    user.save()
    assert queries.token_for(secret, now=NOW) is None


def test_a_token_with_an_unknown_scope_is_refused(user):
    with pytest.raises(Invalid) as refused:
        token_of(user, scope="everything")
    assert list(refused.value.fields) == ["scope"]


def test_the_last_use_is_noted_to_the_minute(user):
    token = token_of(user).token
    actions.note_use(token, now=NOW)
    actions.note_use(token, now=NOW + timedelta(seconds=59))
    token.refresh_from_db()
    assert token.last_used_at == NOW
    actions.note_use(token, now=NOW + timedelta(seconds=61))
    token.refresh_from_db()
    assert token.last_used_at == NOW + timedelta(seconds=61)


def test_a_profile_change_is_traced_and_an_unchanged_one_is_not(user):
    by = actions.actor(user)
    actions.change_profile(user, by=by, display_name=" Ana Lima ", language="es")
    actions.change_profile(user, by=by, display_name="Ana Lima", language="es")
    entry = audit.history(user).get()
    assert entry.verb == "profile changed"
    assert entry.changes == {"display_name": ["Ana", "Ana Lima"], "language": ["en", "es"]}


def test_an_empty_address_is_refused(db):
    with pytest.raises(ValueError, match=r"^A user needs an e-mail address\.$"):
        User.objects.create_user("  ", "quiet-harbour-42")


def test_a_superuser_runs_the_installation(db):
    boss = User.objects.create_superuser("boss@example.org", "quiet-harbour-42")
    assert (boss.is_staff, boss.is_superuser, str(boss)) == (True, True, "boss@example.org")
