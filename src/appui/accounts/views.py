from typing import Any

from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_not_required, login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import activate, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from appui.accounts import actions, queries
from appui.accounts.forms import LanguageForm, ProfileForm, TokenForm
from appui.accounts.models import User
from appui.kernel.idempotency import fingerprint_of, once
from appui.ui.forms import form_page


class UserRequest(HttpRequest):
    """A request behind ``login_required``."""

    user: User


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: UserRequest) -> HttpResponse:
    """The person's own name and language, and the way to everything that protects the account."""
    user = request.user

    def act(sent: dict[str, Any]) -> str:
        actions.change_profile(user, by=actions.actor(user), **sent)
        activate(user.language)
        return reverse("accounts:settings")

    answer = form_page(
        request,
        ProfileForm,
        act=act,
        title=_("Your account"),
        submit=_("Save"),
        cancel="",
        initial={"display_name": user.display_name, "language": user.language},
        template="accounts/account.html",
        success=gettext_lazy("Your account is saved."),
    )
    return _remember_language(answer, user.language) if answer.status_code == 303 else answer


@login_not_required
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Change the language of this browser and, when signed in, of the account; then go back."""
    form = LanguageForm(request.POST)
    answer = HttpResponseRedirect(_safe_next(request))
    if not form.is_valid():
        return answer
    language = form.cleaned_data["language"]
    if isinstance(user := request.user, User):
        actions.change_profile(
            user, by=actions.actor(user), display_name=user.display_name, language=language
        )
    return _remember_language(answer, language)


@never_cache
@login_required
@require_safe
def tokens(request: UserRequest) -> HttpResponse:
    """The person's API tokens, expired ones included; no secret is ever shown here."""
    now = timezone.now()
    rows = [(token, token.is_usable(now)) for token in queries.tokens_of(request.user)]
    return render(request, "accounts/tokens.html", {"rows": rows})


@never_cache
@reauthentication_required(app="allauth.mfa")  # type: ignore[untyped-decorator]
@require_http_methods(["GET", "HEAD", "POST"])
def create_token(request: UserRequest) -> HttpResponse:
    """Ask for the password again, then create a token and show its secret this once."""
    form = TokenForm(request.POST or None)
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "accounts/token_form.html", {"form": form}, status=status)
    made = _create_once(request.user, form)
    if made is None:
        return redirect("accounts:tokens")
    return render(request, "accounts/token_created.html", {"made": made}, status=201)


@login_required
@require_POST
def revoke_token(request: UserRequest, pk: int) -> HttpResponse:
    token = get_object_or_404(queries.tokens_of(request.user), pk=pk)
    actions.revoke_token(token, by=actions.actor(request.user), now=timezone.now())
    messages.success(request, _("The token “%(name)s” no longer works.") % {"name": token.name})
    return redirect("accounts:tokens")


@login_required
@require_POST
def sign_out_everywhere(request: UserRequest) -> HttpResponse:
    """End every other session; this browser stays signed in, under a new session key."""
    actions.sign_out_everywhere(request.user, by=actions.actor(request.user))
    update_session_auth_hash(request, request.user)
    messages.success(request, _("Every other browser is signed out."))
    return redirect("accounts:settings")


def _create_once(user: User, form: TokenForm) -> actions.NewToken | None:
    """The new token, or None when this very form was sent before."""
    made: list[actions.NewToken] = []
    sent = form.act_data()
    key = str(form.cleaned_data["idempotency_key"])
    by = actions.actor(user)

    def act() -> str:
        made.append(actions.create_token(user, by=by, now=timezone.now(), **sent))
        return reverse("accounts:tokens")

    once(key, by=by, fingerprint=fingerprint_of(sent), act=act)
    return made[0] if made else None


def _safe_next(request: HttpRequest) -> str:
    """The page to go back to: ``next``, else where the person came from, on this site only."""
    for url in (request.POST.get("next", ""), request.headers.get("Referer", "")):
        if url_has_allowed_host_and_scheme(
            url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
        ):
            return url
    return "/"


def _remember_language(answer: HttpResponse, language: str) -> HttpResponse:
    answer.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return answer
