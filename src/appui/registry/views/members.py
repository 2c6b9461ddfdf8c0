"""Pages of members and invitations, and the choice of workspace."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.core.mail import send_mail
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from appui.kernel.access import Role
from appui.kernel.errors import Refused
from appui.kernel.verdict import require
from appui.registry import actions, forms, listings, rules
from appui.registry.models import Invitation, Membership, Organisation
from appui.registry.pages import PageRequest, adding, fetch
from appui.ui.forms import confirm_page, form_page, without_version
from appui.ui.listing import Column, list_page
from appui.ui.table import Table


@require_POST
def choose_workspace(request: PageRequest) -> HttpResponse:
    """Work in another of one's organisations from now on."""
    chosen = {str(item.pk): item.pk for item in request.workspaces}.get(
        request.POST.get("workspace", "")
    )
    if chosen is None:
        raise Refused(_("You do not work in this organisation."))
    request.session["workspace"] = chosen
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure())
    return redirect(target if safe else reverse("home:dashboard"))


def member_list(request: PageRequest) -> HttpResponse:
    """Members of the organisations that the reader administers, and open invitations."""
    require(rules.may_keep_register(request.reader, Role.ADMINISTRATOR))
    rows = _administered(request, Membership.objects.select_related("user", "organisation"))
    letters = _administered(request, Invitation.objects.select_related("organisation"))
    return list_page(
        request,
        listings.MEMBERS,
        rows,
        template="registry/members.html",
        title=_("Members and invitations"),
        **adding(request, "registry:invite", _("Invite somebody"), Role.ADMINISTRATOR),
        invitations=Table(
            [
                Column("email", _("E-mail"), lambda row: row.email),
                Column("organisation", _("Organisation"), lambda row: row.organisation),
                Column("role", _("Role"), lambda row: row.get_role_display()),
                Column("expires", _("Valid until"), lambda row: row.expires_at.date(), "date"),
                Column(
                    "withdraw",
                    _("Withdraw"),
                    lambda row: _("Withdraw"),
                    href=lambda row: reverse("registry:invitation_withdraw", args=[row.pk]),
                ),
            ],
            letters.filter(accepted_at=None),
        ),
    )


def _administered(request: PageRequest, rows: Any) -> Any:
    if request.reader.is_superuser:
        return rows
    return rows.filter(organisation__in=list(request.reader.organisation_ids(Role.ADMINISTRATOR)))


def invite(request: PageRequest) -> HttpResponse:
    """Invite somebody to the organisation one works in."""
    organisation = fetch(
        Organisation.objects.filter(is_workspace=True), pk=request.reader.workspace_id
    )
    require(rules.may_administer(organisation.pk, request.reader))

    def act(data: dict[str, Any]) -> str:
        invitation, secret = actions.invite(
            organisation, by=request.reader, now=timezone.now(), **without_version(data)
        )
        link = request.build_absolute_uri(reverse("registry:invitation_accept", args=[secret]))
        transaction.on_commit(lambda: _send_invitation(invitation, link), robust=True)
        messages.success(
            request,
            _("An invitation was sent to %(email)s. It can also be handed over: %(link)s")
            % {"email": invitation.email, "link": link},
        )
        return reverse("registry:member_list")

    return form_page(
        request,
        forms.InvitationForm,
        act=act,
        title=_("Invite somebody to “%(name)s”") % {"name": organisation},
        submit=_("Send the invitation"),
        cancel=reverse("registry:member_list"),
        kwargs={"reader": request.reader},
    )


def _send_invitation(invitation: Invitation, link: str) -> None:
    name = " ".join(str(invitation.organisation).split())  # a subject is one line
    send_mail(
        _("Invitation to “%(name)s” in Appui") % {"name": name},
        _(
            "%(by)s invites you to work in “%(name)s” in Appui. "
            "Open this address within two weeks: %(link)s"
        )
        % {"by": invitation.invited_by, "name": name, "link": link},
        settings.DEFAULT_FROM_EMAIL,
        [invitation.email],
    )


@login_not_required
def invitation_accept(request: HttpRequest, secret: str) -> HttpResponse:
    """Join an organisation: with a new account, or with the account one is signed in to."""
    now = timezone.now()
    invitation = actions.open_invitation(secret, now=now)
    user: Any = request.user if request.user.is_authenticated else None

    def act(data: dict[str, Any]) -> str:
        membership = actions.accept_invitation(
            secret,
            now=now,
            display_name=data.get("display_name", ""),
            password=data.get("password", ""),
            user=user,
        )
        if user is None:
            login(request, membership.user)
        return reverse("home:dashboard")

    page = confirm_page if user is not None else form_page
    options: dict[str, Any] = (
        {
            "question": _("You will join with the role “%(role)s”.")
            % {"role": invitation.get_role_display()}
        }
        if user is not None
        else {"form_class": forms.AcceptForm, "template": "registry/accept.html"}
    )
    return page(
        request,
        act=act,
        title=_("Join “%(name)s”") % {"name": invitation.organisation},
        submit=_("Join"),
        cancel="/",
        invitation=invitation,
        **options,
    )


def invitation_withdraw(request: PageRequest, pk: int) -> HttpResponse:
    """Make an open invitation useless."""
    invitation = fetch(_administered(request, Invitation.objects.filter(accepted_at=None)), pk=pk)
    return confirm_page(
        request,
        act=lambda _data: actions.withdraw_invitation(invitation, by=request.reader),
        then=reverse("registry:member_list"),
        title=_("Withdraw the invitation of %(email)s") % {"email": invitation.email},
        question=_("The letter can no longer be used."),
        submit=_("Withdraw"),
        cancel=reverse("registry:member_list"),
    )


def member_edit(request: PageRequest, pk: int) -> HttpResponse:
    """Give a member another role."""
    membership = fetch(
        _administered(request, Membership.objects.select_related("user", "organisation")), pk=pk
    )
    return form_page(
        request,
        forms.RoleForm,
        act=lambda data: actions.change_role(membership, by=request.reader, **data),
        then=reverse("registry:member_list"),
        title=_("Role of %(name)s") % {"name": membership.user},
        lead=str(membership.organisation),
        submit=_("Save"),
        cancel=reverse("registry:member_list"),
        kwargs={"reader": request.reader, "obj": membership},
    )


def member_remove(request: PageRequest, pk: int) -> HttpResponse:
    """Take somebody out of the organisation."""
    membership = fetch(
        _administered(request, Membership.objects.select_related("user", "organisation")), pk=pk
    )
    return confirm_page(
        request,
        act=lambda _data: actions.remove_member(membership, by=request.reader),
        then=reverse("registry:member_list"),
        title=_("Remove %(name)s") % {"name": membership.user},
        question=_("The person leaves “%(name)s” and keeps the account.")
        % {"name": membership.organisation},
        submit=_("Remove"),
        cancel=reverse("registry:member_list"),
    )
