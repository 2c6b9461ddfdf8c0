"""Lines of the audit trail for what django-allauth does by itself. Its signals are the only way
to hear of them; nothing else in Appui is done by signal."""

from typing import Any

from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator
from django.contrib.auth import signals as auth
from django.contrib.auth.base_user import AbstractBaseUser
from django.dispatch import receiver

from appui.accounts.actions import actor
from appui.accounts.models import User
from appui.kernel import audit
from appui.kernel.access import ANONYMOUS

FACTORS = {
    Authenticator.Type.TOTP: "authenticator app",
    Authenticator.Type.WEBAUTHN: "passkey",
    Authenticator.Type.RECOVERY_CODES: "recovery codes",
}


@receiver(auth.user_logged_in)
def record_sign_in(user: User, **_: Any) -> None:
    audit.record(actor(user), "signed in", user)


@receiver(auth.user_login_failed)
def record_failure(credentials: dict[str, Any], **_: Any) -> None:
    _record_attempt("sign-in failed", str(credentials.get("email", "")))


def record_lockout(email: str) -> None:
    """One line for each attempt that was refused unseen because too many had failed."""
    _record_attempt("sign-in locked", email)


def record_password(user: AbstractBaseUser) -> None:
    """The trail says that the password changed, never anything of it."""
    if isinstance(user, User):
        audit.record(actor(user), "password changed", user)


@receiver(mfa.authentication_failed)
def record_second_factor_failure(user: User, **_: Any) -> None:
    audit.record(actor(user), "second factor failed", user)


@receiver(mfa.authenticator_added)
@receiver(mfa.authenticator_reset)
def record_factor_added(user: User, authenticator: Authenticator, **_: Any) -> None:
    factor = FACTORS[authenticator.type]
    audit.record(actor(user), "second factor added", user, {"factor": [None, factor]})


@receiver(mfa.authenticator_removed)
def record_factor_removed(user: User, authenticator: Authenticator, **_: Any) -> None:
    factor = FACTORS[authenticator.type]
    audit.record(actor(user), "second factor removed", user, {"factor": [factor, None]})


def _record_attempt(verb: str, email: str) -> None:
    """Costs the same for a known and an unknown address, and never stores an unknown one."""
    known = User.objects.filter(email=email.strip().lower()).first()
    user = known or User(pk=0, display_name="unknown address")
    audit.record(ANONYMOUS, verb, user)
