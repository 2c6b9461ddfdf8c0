"""Invitations, roles, and the organisation one works in."""

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from tests.factories import (
    administrator_of,
    key,
    make_organisation,
    make_reader,
    make_user,
    make_user_with_role,
)

from appui.accounts.models import User
from appui.kernel.access import ANONYMOUS, Role
from appui.kernel.errors import Invalid, Missing, Refused
from appui.registry import actions
from appui.registry.models import Invitation, Membership
from appui.registry.queries import reader_of

pytestmark = pytest.mark.django_db
NOW = timezone.now()
PASSWORD = "quiet-harbour-42"


@pytest.fixture
def organisation():
    return make_organisation()


@pytest.fixture
def administrator(organisation):
    return administrator_of(organisation)


@pytest.fixture
def invite(organisation, administrator):
    def invite(email="ana@example.org", role=Role.EDITOR, now=NOW):
        return actions.invite(organisation, by=administrator, email=email, role=role, now=now)

    return invite


def test_a_new_person_joins_with_a_name_and_a_password(invite, organisation):
    _invitation, secret = invite(" Ana@Example.org ")

    membership = actions.accept_invitation(
        secret, now=NOW, display_name="Ana", password=PASSWORD, user=None
    )

    assert (membership.user.email, membership.role) == ("ana@example.org", Role.EDITOR)
    assert membership.user.check_password(PASSWORD)
    assert reader_of(membership.user).roles == {organisation.pk: Role.EDITOR}


def test_the_secret_is_not_stored(invite):
    invitation, secret = invite()

    assert secret not in str(vars(Invitation.objects.get()))
    assert invitation.secret_digest == actions.digest_of(secret)


def test_an_invitation_serves_once(invite):
    _invitation, secret = invite()
    actions.accept_invitation(secret, now=NOW, display_name="A", password=PASSWORD, user=None)

    with pytest.raises(Missing):
        actions.accept_invitation(secret, now=NOW, display_name="B", password=PASSWORD, user=None)
    assert User.objects.filter(email="ana@example.org").count() == 1


def test_an_invitation_is_good_until_its_last_moment(invite):
    _invitation, secret = invite()

    assert actions.open_invitation(secret, now=NOW + timedelta(days=14, seconds=-1))
    with pytest.raises(Missing):
        actions.open_invitation(secret, now=NOW + timedelta(days=14))
    with pytest.raises(Missing):
        actions.open_invitation("guess", now=NOW)


def test_an_open_invitation_is_not_doubled_but_a_lapsed_one_is_replaced(invite, organisation):
    invite()
    with pytest.raises(Invalid, match="already has an open invitation"):
        invite()

    _invitation, secret = invite(now=NOW + timedelta(days=15))
    assert organisation.invitations.get().secret_digest == actions.digest_of(secret)


def test_a_known_address_must_be_signed_in_and_keeps_its_password(invite):
    known = make_user(email="ana@example.org", password=PASSWORD)
    _invitation, secret = invite()

    with pytest.raises(Invalid, match="already has an account"):
        actions.accept_invitation(secret, now=NOW, password="stolen-password-1", user=None)
    with pytest.raises(Invalid, match="already has an account"):
        actions.accept_invitation(secret, now=NOW, user=make_user())

    actions.accept_invitation(secret, now=NOW, user=known)
    known.refresh_from_db()
    assert known.check_password(PASSWORD)


def test_somebody_elses_invitation_does_not_serve_a_signed_in_person(invite):
    _invitation, secret = invite()

    with pytest.raises(Invalid, match="sign out first"):
        actions.accept_invitation(secret, now=NOW, user=make_user())
    assert not User.objects.filter(email="ana@example.org").exists()


@pytest.mark.parametrize("password", ["", "short", "password123"])
def test_a_weak_password_joins_nobody(invite, password):
    _invitation, secret = invite()

    with pytest.raises(Invalid):
        actions.accept_invitation(secret, now=NOW, password=password, user=None)
    assert Membership.objects.count() == 1


def test_members_are_not_invited_and_managers_invite_nobody(invite, organisation):
    make_user_with_role(Role.READER, organisation, email="ana@example.org")
    with pytest.raises(Invalid, match="already a member"):
        invite("ANA@example.org")
    with pytest.raises(Refused):
        actions.invite(
            organisation,
            by=make_reader(Role.MANAGER, organisation),
            email="b@example.org",
            role=Role.READER,
            now=NOW,
        )


def test_a_withdrawn_invitation_is_useless(invite, administrator):
    invitation, secret = invite()

    actions.withdraw_invitation(invitation, by=administrator)

    with pytest.raises(Missing):
        actions.open_invitation(secret, now=NOW)


def test_the_last_administrator_stays_one(organisation, administrator):
    last = Membership.objects.get(user_id=administrator.user_id)

    with pytest.raises(Invalid, match="at least one administrator"):
        actions.change_role(last, by=administrator, role=Role.READER)
    with pytest.raises(Invalid, match="at least one administrator"):
        actions.remove_member(last, by=administrator)

    second = make_user_with_role(Role.ADMINISTRATOR, organisation).memberships.get()
    actions.change_role(last, by=administrator, role=Role.READER)
    with pytest.raises(Invalid, match="at least one administrator"):
        actions.remove_member(second, by=reader_of(second.user))


def test_a_role_is_changed_by_an_administrator_of_that_organisation(organisation, administrator):
    member = make_user_with_role(Role.READER, organisation).memberships.get()

    with pytest.raises(Refused):
        actions.change_role(member, by=administrator_of(make_organisation()), role=Role.EDITOR)
    with pytest.raises(Refused):
        actions.change_role(member, by=reader_of(member.user), role=Role.ADMINISTRATOR)
    with pytest.raises(Invalid):
        actions.change_role(member, by=administrator, role="emperor")

    actions.change_role(member, by=administrator, role=Role.FINANCE)
    assert reader_of(member.user).has(Role.FINANCE, organisation.pk)


def test_a_visitor_reads_as_nobody_and_a_member_begins_in_the_first_organisation(organisation):
    user = make_user_with_role(Role.READER, organisation)
    second = make_organisation("Second")
    user.memberships.create(organisation=second, role=Role.EDITOR)

    assert reader_of(user).workspace_id == organisation.pk
    assert reader_of(user, second.pk).workspace_id == second.pk
    assert reader_of(user, 999_999).workspace_id == organisation.pk
    assert ANONYMOUS.workspace_id is None


def test_an_invitation_is_mailed_after_it_is_stored(
    client, organisation, administrator, django_capture_on_commit_callbacks
):
    organisation.name = {"en": "Two\nlines"}
    organisation.save()
    client.force_login(User.objects.get(pk=administrator.user_id))
    sent = {"idempotency_key": key(), "email": "ana@example.org", "role": "editor"}

    with django_capture_on_commit_callbacks(execute=True):
        answers = [client.post(reverse("registry:invite"), sent) for _time in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    (letter,) = mail.outbox
    assert letter.to == ["ana@example.org"]
    assert "Two lines" in letter.subject


def test_a_visitor_joins_through_the_page_and_is_signed_in(client, invite):
    _invitation, secret = invite()
    url = reverse("registry:invitation_accept", args=[secret])

    weak = client.post(url, {"idempotency_key": key(), "display_name": "A", "password": "short"})
    answer = client.post(url, {"idempotency_key": key(), "display_name": "A", "password": PASSWORD})

    assert (weak.status_code, answer.status_code) == (422, 303)
    assert client.get(reverse("registry:organisation_list")).status_code == 200
    assert client.get(url).status_code == 404


@pytest.mark.parametrize("value", ["", "x", "²", "9" * 5000, "-1", "\x00"])
def test_work_in_an_organisation_that_is_not_ones_own_is_refused(client, organisation, value):
    client.force_login(make_user_with_role(Role.READER, organisation))

    assert client.post(reverse("registry:workspace"), {"workspace": value}).status_code == 403


def test_the_workspace_is_switched_among_ones_own(client, organisation):
    user = make_user_with_role(Role.READER, organisation)
    second, foreign = make_organisation("Second"), make_organisation("Foreign")
    user.memberships.create(organisation=second, role=Role.EDITOR)
    client.force_login(user)
    url = reverse("registry:workspace")

    assert client.post(url, {"workspace": foreign.pk}).status_code == 403
    answer = client.post(url, {"workspace": second.pk, "next": "/organisations/"})

    assert (answer.status_code, answer.url) == (302, "/organisations/")
    assert client.session["workspace"] == second.pk


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example"]
)
def test_the_switch_leads_nowhere_outside(client, organisation, target):
    client.force_login(make_user_with_role(Role.READER, organisation))

    answer = client.post(
        reverse("registry:workspace"), {"workspace": organisation.pk, "next": target}
    )

    assert answer.url == reverse("home:dashboard")
