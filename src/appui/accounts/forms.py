from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.utils.translation import gettext_lazy as _

from appui.accounts.models import Language, Scope
from appui.ui.forms import PageForm, Section

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

PASSWORD_AGAIN = _("New password, once more")


class Worded(forms.BaseForm):
    """Our labels and help beside the field; no placeholder, which vanishes when one types."""

    labels: Mapping[str, StrOrPromise] = {}
    helps: Mapping[str, StrOrPromise] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = self.labels.get(name, field.label)
            field.help_text = self.helps.get(name, "")

    def shown_sections(self) -> list[Section]:
        """What the form tag of ``ui`` asks for: one section with every visible field."""
        return [Section("", "", self.visible_fields())]


class SignInForm(Worded, account.LoginForm):  # type: ignore[misc]  # allauth has no types
    labels = {"login": _("E-mail address"), "password": _("Password")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs |= {"autocomplete": "username", "autofocus": True}


class ResetPasswordForm(Worded, account.ResetPasswordForm):  # type: ignore[misc]
    labels = {"email": _("E-mail address")}


class NewPasswordForm(Worded, account.ResetPasswordKeyForm):  # type: ignore[misc]
    labels = {"password1": _("New password"), "password2": PASSWORD_AGAIN}
    helps = {"password1": _("At least ten characters; a few unrelated words are easy to keep.")}


class SetPasswordForm(Worded, account.SetPasswordForm):  # type: ignore[misc]
    labels = NewPasswordForm.labels
    helps = NewPasswordForm.helps


class ChangePasswordForm(Worded, account.ChangePasswordForm):  # type: ignore[misc]
    labels = {"oldpassword": _("Current password"), **NewPasswordForm.labels}
    helps = NewPasswordForm.helps


class ReauthenticateForm(Worded, account.ReauthenticateForm):  # type: ignore[misc]
    labels = {"password": _("Password")}


class SecondFactorForm(Worded, mfa.AuthenticateForm):  # type: ignore[misc]
    labels = {"code": _("Code")}
    helps = {"code": _("Six digits from your authenticator app, or one of your recovery codes.")}


class SecondFactorAgainForm(Worded, mfa.ReauthenticateForm):  # type: ignore[misc]
    labels = SecondFactorForm.labels
    helps = SecondFactorForm.helps


class ActivateAppForm(Worded, ActivateTOTPForm):  # type: ignore[misc]
    labels = {"code": _("Code shown by the app")}
    helps = {"code": _("Six digits, to prove that the app and this account agree.")}


class Proof(forms.BaseForm):
    """What a browser sends for a passkey is the caller's to forge: any shape may come."""

    def full_clean(self) -> None:
        """Answer a malformed proof with a sentence; the library lets some through as errors."""
        try:
            super().full_clean()
        except (AttributeError, KeyError, TypeError, ValueError):
            self.cleaned_data: dict[str, Any] = {}
            self.add_error("credential", _("This passkey could not be read. Try again."))


class AddPasskeyForm(Worded, Proof, AddWebAuthnForm):  # type: ignore[misc]
    labels = {"name": _("Name"), "passwordless": _("Sign in with this passkey alone")}
    helps = {
        "name": _("A name you will recognise, for example “Office laptop”."),
        "passwordless": _("Your device will ask for its PIN, fingerprint or face each time."),
    }


class PasskeySignInForm(Proof, LoginWebAuthnForm):  # type: ignore[misc]
    pass


class PasskeySecondForm(Proof, AuthenticateWebAuthnForm):  # type: ignore[misc]
    pass


class PasskeyAgainForm(Proof, ReauthenticateWebAuthnForm):  # type: ignore[misc]
    pass


class RenamePasskeyForm(Worded, EditWebAuthnForm):  # type: ignore[misc]
    labels = {"name": _("Name")}


class ProfileForm(PageForm):
    sections = ((_("Name and language"), "", ("display_name", "language")),)

    display_name = forms.CharField(
        label=_("Name"), max_length=120, help_text=_("As colleagues see it in histories.")
    )
    language = forms.ChoiceField(label=_("Language"), choices=Language.choices)


class LanguageForm(forms.Form):
    """The language switch of every page."""

    language = forms.ChoiceField(choices=Language.choices)


class TokenForm(PageForm):
    name = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("The program that will use this token.")
    )
    scope = forms.ChoiceField(label=_("This token may"), choices=Scope.choices)
    days = forms.TypedChoiceField(
        label=_("Valid for"),
        choices=[
            ("30", _("30 days")),
            ("90", _("90 days")),
            ("365", _("One year")),
            ("", _("Until it is revoked")),
        ],
        coerce=int,
        empty_value=None,
        required=False,
        initial="90",
    )
