"""Where django-allauth asks this house: no open sign-up, our words, our audit trail."""

from base64 import urlsafe_b64encode
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from appui.accounts import receivers
from appui.accounts.models import User


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Sign-in by invitation only; the same sentence whether an address is known or not."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("This account is closed. Ask your administrator to open it again."),
        "email_password_mismatch": _("The e-mail address or the password is not right."),
        "incorrect_code": _("This code is not right, or it was already used."),
        "incorrect_password": _("The password is not right."),
        "enter_current_password": _("Your current password is not right."),
        "too_many_login_attempts": _(
            "Too many failed attempts. Wait five minutes, then try again."
        ),
        "rate_limited": _("Too many attempts. Wait a few minutes, then try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuse while the address or the network is locked, the right password included."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            receivers.record_lockout(str(credentials.get("email", "")))
            raise

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        """Store a password that was changed, set for the first time, or reset by e-mail."""
        super().set_password(user, password)
        receivers.record_password(user)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """In the language of the person written to, when known."""
        user = context.get("user") or User.objects.filter(email=email.lower()).first()
        language = user.language if isinstance(user, User) else translation.get_language()
        with translation.override(language):
            super().send_mail(template_prefix, email, context)


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    """Second factor: our words."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("This code is not right, or it was already used."),
    }

    def encrypt(self, text: str) -> str:
        """The keys of authenticator apps and recovery codes are never stored in the clear."""
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _box().decrypt(encrypted_text.encode()).decode()


def _box() -> MultiFernet:
    """Keys made from the secret in use, and from earlier ones for what they locked."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = [salted_hmac("appui.accounts.factors", "key", s, algorithm="sha256") for s in secrets]
    return MultiFernet([Fernet(urlsafe_b64encode(digest.digest())) for digest in digests])
