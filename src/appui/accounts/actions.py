import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from appui.accounts.models import ApiToken, Language, Scope, User
from appui.kernel import audit
from appui.kernel.access import Reader
from appui.kernel.errors import Invalid

TOKEN_MARK = "appui_"  # noqa: S105 - the mark that secret scanners look for
USE_IS_NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token with its secret, which exists nowhere else and cannot be shown again."""

    token: ApiToken
    secret: str


def actor(user: User) -> Reader:
    """The user as the audit trail names them, without roles: those belong to the registry."""
    return Reader(user_id=user.pk, name=user.get_full_name())


@transaction.atomic
def create_account(
    *,
    email: str,
    by: Reader,
    password: str | None = None,
    display_name: str = "",
    language: str = Language.FRENCH,
    is_superuser: bool = False,
) -> User:
    """An account for a person who was invited or whom an administrator adds.

    Without ``password`` the person sets one through “Forgot your password?”. Raises ``Invalid``.
    """
    user = User(
        email=email.strip().lower(),
        display_name=display_name.strip(),
        language=language,
        is_staff=is_superuser,
        is_superuser=is_superuser,
    )
    user.set_password(password)
    if password is not None:
        _check_password(user, password)
    return audit.create(user, by=by, verb="account created")


@transaction.atomic
def change_profile(user: User, *, by: Reader, display_name: str, language: str) -> User:
    """Set the person's own name and language; nothing else of the account can be changed here."""
    stored = User.objects.select_for_update().get(pk=user.pk)
    wanted = {"display_name": display_name.strip(), "language": language}
    changes = {
        name: [getattr(stored, name), value]
        for name, value in wanted.items()
        if getattr(stored, name) != value
    }
    for name, value in wanted.items():
        setattr(user, name, value)
    if changes:
        user.save(update_fields=list(wanted))
        audit.record(by, "profile changed", user, changes)
    return user


def sign_out_everywhere(user: User, *, by: Reader) -> None:
    """End every session of the user, whichever browser holds it; API tokens are not touched."""
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(session_generation=F("session_generation") + 1)
        user.refresh_from_db(fields=["session_generation"])
        audit.record(by, "signed out everywhere", user)


def create_token(
    user: User, *, by: Reader, name: str, scope: str, now: datetime, days: int | None
) -> NewToken:
    """A new key for programs, valid ``days`` from ``now`` or, with None, until it is revoked."""
    if scope not in Scope.values:
        raise Invalid(_("A token may read, or read and write."), {"scope": _("Choose one.")})
    secret = TOKEN_MARK + secrets.token_urlsafe(32)
    token = ApiToken(
        user=user,
        name=name.strip(),
        prefix=secret[:12],
        digest=digest_of(secret),
        scope=scope,
        created_at=now,
        expires_at=None if days is None else now + timedelta(days=days),
    )
    with transaction.atomic():
        token.save()
        audit.record(
            by, "token created", token, {"scope": [None, scope], "expires_at": _change(token)}
        )
    return NewToken(token, secret)


@transaction.atomic
def revoke_token(token: ApiToken, *, by: Reader, now: datetime) -> None:
    """Make the token useless from now on; revoking twice changes nothing."""
    if ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now):
        audit.record(by, "token revoked", token)


def note_use(token: ApiToken, *, now: datetime) -> None:
    """Remember when a program last came, to the minute, so that reading does not always write."""
    ApiToken.objects.filter(
        Q(last_used_at=None) | Q(last_used_at__lt=now - USE_IS_NOTED_EVERY), pk=token.pk
    ).update(last_used_at=now)


def digest_of(secret: str) -> str:
    """SHA-256; enough without salt or stretching because the secret is 256 random bits."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _check_password(user: User, password: str) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        text = " ".join(error.messages)
        raise Invalid(text, {"password": text}) from error


def _change(token: ApiToken) -> list[str | None]:
    return [None, None if token.expires_at is None else token.expires_at.isoformat()]
