"""Writes of the registry."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from appui.accounts.actions import create_account
from appui.accounts.models import User
from appui.kernel import audit
from appui.kernel.access import SYSTEM, Reader, Role
from appui.kernel.errors import Invalid, Missing
from appui.kernel.verdict import require
from appui.registry import rules
from appui.registry.erasure import forget_everywhere
from appui.registry.models import (
    ExchangeRate,
    Invitation,
    Membership,
    Organisation,
    OrganisationAlias,
    OrganisationIdentifier,
    Person,
)

INVITATION_LIFE = timedelta(days=14)


def add_organisation(*, by: Reader, **fields: Any) -> Organisation:
    """Put an organisation in the register; raises ``Invalid`` or ``Refused``."""
    require(rules.may_keep_register(by))
    return audit.create(Organisation(**fields), by=by)


def change_organisation(
    organisation: Organisation, *, by: Reader, version: int | None = None, **fields: Any
) -> Organisation:
    """Change the facts of an organisation; raises ``Conflict`` when another change came first."""
    require(rules.may_change_organisation(organisation, by))
    return audit.update(organisation, by=by, version=version, **fields)


def add_alias(organisation: Organisation, *, by: Reader, name: str) -> OrganisationAlias:
    """Record another name of the organisation."""
    require(rules.may_change_organisation(organisation, by))
    return audit.create(OrganisationAlias(organisation=organisation, name=name.strip()), by=by)


def add_identifier(
    organisation: Organisation, *, by: Reader, scheme: str, code: str
) -> OrganisationIdentifier:
    """Record a reference of the organisation in one scheme."""
    require(rules.may_change_organisation(organisation, by))
    identifier = OrganisationIdentifier(organisation=organisation, scheme=scheme, code=code.strip())
    return audit.create(identifier, by=by)


def remove_name(item: OrganisationAlias | OrganisationIdentifier, *, by: Reader) -> None:
    """Remove an alias or an identifier; the trail keeps it."""
    require(rules.may_change_organisation(item.organisation, by))
    audit.delete(item, by=by)


@transaction.atomic
def merge_organisations(away: Organisation, *, into: Organisation, by: Reader) -> Organisation:
    """Let ``into`` stand for ``away``. No row that points at ``away`` is rewritten.

    Both rows are locked, so that two merges at once never make a chain.
    """
    for item in sorted((away, into), key=lambda item: item.pk):
        item.refresh_from_db(from_queryset=Organisation.objects.select_for_update())
    require(rules.may_merge(away, into, by))
    if Organisation.objects.filter(merged_into=away).exists():
        raise Invalid(
            _("Other organisations are merged into “%(name)s”: undo those merges first.")
            % {"name": away}
        )
    audit.update(away, by=by, verb="merged", merged_into=into)
    audit.record(by, "absorbed", into, {"merged": [None, str(away)]})
    return into


@transaction.atomic
def undo_merge(away: Organisation, *, by: Reader) -> Organisation:
    """Let ``away`` stand for itself again."""
    require(rules.may_keep_register(by, Role.MANAGER))
    into = away.merged_into
    if into is None:
        raise Invalid(_("“%(name)s” is not merged into another organisation.") % {"name": away})
    audit.update(away, by=by, verb="merge undone", merged_into=None)
    audit.record(by, "merge undone", into, {"merged": [str(away), None]})
    return away


def add_person(*, by: Reader, shared_with: Iterable[Organisation] = (), **fields: Any) -> Person:
    """Record a contact of an organisation."""
    person = Person(**fields)
    require(rules.may_edit(person, by))
    return audit.create(person, by=by, shared_with=list(shared_with))


def change_person(
    person: Person, *, by: Reader, version: int | None = None, **fields: Any
) -> Person:
    """Change a contact."""
    require(rules.may_edit(person, by))
    if "owner" in fields:
        require(rules.may_write_for(fields["owner"].pk, by))
    return audit.update(person, by=by, version=version, **fields)


def remove_person(person: Person, *, by: Reader) -> None:
    """Erase a contact: the trail keeps that it happened, not the personal data."""
    require(rules.may_edit(person, by, Role.MANAGER))
    with transaction.atomic():
        audit.record(by, "erased", Person(pk=person.pk, owner_id=person.owner_id, name="—"))
        audit.forget_changes(person)
        forget_everywhere(person)
        person.delete()


def set_rate(
    *, by: Reader, currency: str, month: date, usd_per_unit: Decimal, source: str
) -> ExchangeRate:
    """Record a published rate. A rate that exists is never overwritten: cite another source."""
    require(rules.may_keep_register(by, Role.FINANCE))
    rate = ExchangeRate(
        currency=currency, month=month.replace(day=1), usd_per_unit=usd_per_unit, source=source
    )
    return audit.create(rate, by=by)


@transaction.atomic
def invite(
    organisation: Organisation, *, by: Reader, email: str, role: str, now: datetime
) -> tuple[Invitation, str]:
    """Write an invitation; returns it with its secret, which is not stored."""
    require(rules.may_administer(organisation.pk, by))
    address = email.strip().lower()
    if Membership.objects.filter(user__email__iexact=address, organisation=organisation).exists():
        raise Invalid(_("“%(email)s” is already a member.") % {"email": address})
    lapsed: QuerySet[Invitation] = organisation.invitations.filter(
        email=address, accepted_at=None, expires_at__lte=now
    )
    for invitation in lapsed:
        audit.delete(invitation, by=by, verb="lapsed")
    secret = secrets.token_urlsafe(32)
    invitation = Invitation(
        organisation=organisation,
        email=address,
        role=role,
        secret_digest=digest_of(secret),
        invited_by=by.name,
        expires_at=now + INVITATION_LIFE,
    )
    return audit.create(invitation, by=by, verb="invited"), secret


def withdraw_invitation(invitation: Invitation, *, by: Reader) -> None:
    """Make an open invitation useless."""
    require(rules.may_administer(invitation.organisation_id, by))
    audit.delete(invitation, by=by, verb="withdrawn")


@transaction.atomic
def accept_invitation(
    secret: str, *, now: datetime, display_name: str = "", password: str = "", user: User | None
) -> Membership:
    """Join with the secret of an invitation: as ``user``, or as a new user with a password.

    A known address must be signed in: an invitation never changes somebody's password.
    """
    invitation = open_invitation(secret, now=now)
    known = User.objects.filter(email__iexact=invitation.email).first()
    if known is None and user is not None:
        raise Invalid(
            _("This invitation is for “%(email)s”: sign out first, then open it again.")
            % {"email": invitation.email}
        )
    if known is not None and (user is None or user.pk != known.pk):
        raise Invalid(
            _("“%(email)s” already has an account: sign in first, then open the invitation again.")
            % {"email": invitation.email}
        )
    person = known or create_account(
        email=invitation.email, by=SYSTEM, password=password, display_name=display_name
    )
    actor = Reader(user_id=person.pk, name=person.display_name or person.email)
    membership = audit.create(
        Membership(user=person, organisation=invitation.organisation, role=invitation.role),
        by=actor,
        verb="joined",
    )
    audit.update(invitation, by=actor, verb="accepted", accepted_at=now)
    return membership


def open_invitation(secret: str, *, now: datetime) -> Invitation:
    """The invitation with that secret; raises ``Missing`` when unknown, used or too old."""
    invitation = Invitation.objects.filter(secret_digest=digest_of(secret)).first()
    if invitation is None or not invitation.is_open(now):
        raise Missing(
            _(
                "This invitation is unknown, used or too old. "
                "Ask the person who sent it for another."
            )
        )
    return invitation


def add_member(organisation: Organisation, *, by: Reader, user: User, role: str) -> Membership:
    """Give a user a role in an organisation without an invitation."""
    require(rules.may_administer(organisation.pk, by))
    membership = Membership(user=user, organisation=organisation, role=role)
    return audit.create(membership, by=by, verb="joined")


@transaction.atomic
def change_role(
    membership: Membership, *, by: Reader, role: str, version: int | None = None
) -> Membership:
    """Give a member another role; the last administrator stays one."""
    require(rules.may_administer(membership.organisation_id, by))
    if role != Role.ADMINISTRATOR:
        _keep_an_administrator(membership)
    return audit.update(membership, by=by, version=version, role=role)


@transaction.atomic
def remove_member(membership: Membership, *, by: Reader) -> None:
    """Take somebody out of the organisation; the person's account remains."""
    require(rules.may_administer(membership.organisation_id, by))
    _keep_an_administrator(membership)
    audit.delete(membership, by=by, verb="removed")


def digest_of(secret: str) -> str:
    """What is stored of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _keep_an_administrator(membership: Membership) -> None:
    """Locks the organisation, so that two administrators cannot step down at once."""
    organisation = Organisation.objects.select_for_update().get(pk=membership.organisation_id)
    others = Membership.objects.filter(organisation=organisation, role=Role.ADMINISTRATOR).exclude(
        pk=membership.pk
    )
    if membership.role == Role.ADMINISTRATOR and not others.exists():
        raise Invalid(_("The organisation needs at least one administrator."))
