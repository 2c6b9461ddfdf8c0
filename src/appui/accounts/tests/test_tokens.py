import re
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from appui.accounts import actions
from appui.accounts.api_auth import TokenAuth
from appui.accounts.models import ApiToken, User
from appui.accounts.tests.conftest import PASSWORD
from appui.kernel.errors import Refused


def make_token(user, **options):
    options = {"name": "Export", "scope": "read", "days": 30, "now": timezone.now()} | options
    return actions.create_token(user, by=actions.actor(user), **options)


def me(client, secret):
    return client.get("/api/me", headers={"Authorization": f"Bearer {secret}"})


def test_a_token_says_whose_it_is(client, user):
    made = make_token(user)
    answer = me(client, made.secret)
    assert answer.status_code == 200
    assert answer.json() == {
        "id": user.pk,
        "email": "ana@example.org",
        "display_name": "Ana",
        "language": "en",
    }
    made.token.refresh_from_db()
    assert made.token.last_used_at is not None
    assert "sessionid" not in answer.cookies


@pytest.mark.parametrize("secret", ["", "appui_wrong", "x" * 5000, "é", "\t"])
def test_a_wrong_token_is_refused(client, user, secret):
    make_token(user)
    assert me(client, secret).status_code == 401


def test_an_expired_or_revoked_token_is_refused(client, user):
    old = make_token(user, now=datetime(2020, 1, 1, tzinfo=UTC))
    gone = make_token(user)
    actions.revoke_token(gone.token, by=actions.actor(user), now=timezone.now())
    assert [me(client, made.secret).status_code for made in (old, gone)] == [401, 401]


def test_a_token_that_may_only_read_cannot_write(rf, user):
    read, write = make_token(user), make_token(user, scope="write")
    with pytest.raises(Refused, match=r"^This token may only read\."):
        TokenAuth().authenticate(rf.post("/api/needs"), read.secret)
    assert TokenAuth().authenticate(rf.post("/api/needs"), write.secret) == user
    assert TokenAuth().authenticate(rf.get("/api/needs"), read.secret) == user


def test_a_browser_session_reads_and_needs_the_form_token_to_write(user):
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    assert client.get("/api/me").json()["email"] == "ana@example.org"
    assert Client().get("/api/me").status_code == 401


def test_reading_with_a_token_asks_a_fixed_number_of_queries(
    client, user, django_assert_max_num_queries
):
    secret = make_token(user).secret
    me(client, secret)
    with django_assert_max_num_queries(4):
        me(client, secret)


def signed_in(client):
    client.post("/accounts/login/", {"login": "ana@example.org", "password": PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


def sent(**fields):
    return {
        "name": "Export",
        "scope": "write",
        "days": "30",
        "idempotency_key": str(uuid.uuid4()),
    } | fields


def test_the_secret_is_shown_once_and_works(client, user):
    page = signed_in(client).post("/account/tokens/new/", sent())
    assert page.status_code == 201
    assert "no-store" in page["Cache-Control"]
    secret = re.search(r"appui_[\w-]{43}", page.content.decode())[0]
    assert me(Client(), secret).status_code == 200
    assert secret not in client.get("/account/tokens/").content.decode()


def test_a_form_sent_twice_makes_one_token(client, user):
    signed_in(client)
    form = sent()
    client.post("/account/tokens/new/", form)
    again = client.post("/account/tokens/new/", form)
    assert again["Location"] == "/account/tokens/"
    assert ApiToken.objects.count() == 1


def test_the_term_is_counted_from_now(client, user):
    signed_in(client).post("/account/tokens/new/", sent(days="365"))
    signed_in(client).post("/account/tokens/new/", sent(days=""))
    forever, year = ApiToken.objects.all()
    assert year.expires_at - year.created_at == timedelta(days=365)
    assert forever.expires_at is None


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", ""), ("name", "x" * 81), ("scope", "admin"), ("days", "-1"), ("days", "abc")],
)
def test_a_bad_token_form_comes_back_with_its_error(client, user, field, value):
    page = signed_in(client).post("/account/tokens/new/", sent(**{field: value}))
    assert page.status_code == 422
    assert list(page.context["form"].errors) == [field]
    assert ApiToken.objects.count() == 0


def test_creating_a_token_asks_for_the_password_again(client, user):
    client.force_login(user)
    answer = client.post("/account/tokens/new/", sent())
    assert answer["Location"].startswith("/accounts/reauthenticate/")
    assert ApiToken.objects.count() == 0


def test_nobody_revokes_the_token_of_someone_else(client, user):
    other = User.objects.create_user("li@example.org", PASSWORD)
    token = make_token(other).token
    client.force_login(user)
    assert client.post(f"/account/tokens/{token.pk}/revoke/").status_code == 404
    assert client.post("/account/tokens/999999/revoke/").status_code == 404
    assert client.post(f"/account/tokens/{10**30}/revoke/").status_code == 404
    token.refresh_from_db()
    assert token.revoked_at is None


def test_a_revoked_token_leaves_the_list(client, user):
    token = make_token(user).token
    client.force_login(user)
    assert client.get(f"/account/tokens/{token.pk}/revoke/").status_code == 405
    assert client.post(f"/account/tokens/{token.pk}/revoke/").status_code == 302
    assert client.get("/account/tokens/").context["rows"] == []


def test_the_list_asks_as_many_queries_for_three_tokens_as_for_one(
    client, user, django_assert_num_queries
):
    client.force_login(user)
    make_token(user)
    client.get("/account/tokens/")
    counts = []
    for _round in range(2):
        with django_assert_num_queries(20, exact=False) as asked:
            client.get("/account/tokens/")
        counts.append(len(asked))
        make_token(user)
        make_token(user)
    assert counts[0] == counts[1]
