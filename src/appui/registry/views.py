"""Pages of the registry."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Count
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
from appui.registry.models import (
    CodeList,
    ExchangeRate,
    Invitation,
    Location,
    Membership,
    Organisation,
    OrganisationAlias,
    OrganisationIdentifier,
    Person,
)
from appui.registry.pages import Button, PageRequest, fetch, sheet_page
from appui.ui.facts import Fact
from appui.ui.forms import confirm_page, form_page
from appui.ui.listing import Column, list_page
from appui.ui.table import Table


def organisation_list(request: PageRequest) -> HttpResponse:
    """The register; merged organisations only when asked for."""
    rows = listings.organisations()
    if request.GET.get("merged") != "yes":
        rows = rows.standing()
    return list_page(
        request,
        listings.ORGANISATIONS,
        rows,
        title=_("Organisations"),
        lead=_("One register for all: other names and identifiers side by side."),
        new_url=reverse("registry:organisation_add"),
        new_label=_("Add an organisation"),
    )


def organisation(request: PageRequest, pk: int) -> HttpResponse:
    """One organisation with its names, identifiers and what other rooms know of it."""
    obj = fetch(listings.organisations(), pk=pk)
    if obj.merged_into is not None:
        messages.info(
            request,
            _("“%(name)s” is merged into “%(into)s”.") % {"name": obj, "into": obj.merged_into},
        )
    keep = rules.may_keep_register(request.reader)
    change = rules.may_change_organisation(obj, request.reader)
    merge = rules.may_keep_register(request.reader, Role.MANAGER)
    merge_button = (
        Button(
            _("Merge into another"), reverse("registry:organisation_merge", args=[pk]), False, merge
        )
        if obj.merged_into_id is None
        else Button(
            _("Undo the merge"), reverse("registry:organisation_unmerge", args=[pk]), True, merge
        )
    )
    return sheet_page(
        request,
        obj,
        template="registry/organisation.html",
        crumbs=[(_("Organisations"), reverse("registry:organisation_list"))],
        lead=obj.organisation_type or "",
        buttons=[
            merge_button,
            Button(_("Change"), reverse("registry:organisation_edit", args=[pk]), True, change),
        ],
        facts=[
            Fact(_("Name"), obj.name, "multilingual"),
            Fact(_("Acronym"), obj.acronym),
            Fact(_("Type"), obj.organisation_type),
            Fact(_("Country"), obj.country),
            Fact(_("Followed as a donor"), _("yes") if obj.is_donor else _("no")),
            Fact(_("Website"), obj.website, href=obj.website or None),
            Fact(_("Currency of its totals"), obj.currency if obj.is_workspace else None),
        ],
        aliases=Table([_name_column("name"), _remove_column("alias")], obj.aliases.all()),
        identifiers=Table(
            [
                Column("scheme", _("Scheme"), lambda row: row.get_scheme_display()),
                Column("code", _("Identifier"), lambda row: row.code),
                _remove_column("identifier"),
            ],
            obj.identifiers.all(),
        ),
        merged=list(obj.merged.all()),
        may_keep=keep,
    )


def _name_column(key: str) -> Column:
    return Column(key, _("Other name"), lambda row: row.name)


def _remove_column(kind: str) -> Column:
    return Column(
        "remove",
        _("Remove"),
        lambda row: _("Remove"),
        href=lambda row: reverse(f"registry:{kind}_remove", args=[row.pk]),
    )


def organisation_add(request: PageRequest) -> HttpResponse:
    """Put an organisation in the register."""
    require(rules.may_keep_register(request.reader))
    return form_page(
        request,
        forms.OrganisationForm,
        act=lambda data: actions.add_organisation(by=request.reader, **data),
        title=_("Add an organisation"),
        submit=_("Add"),
        cancel=reverse("registry:organisation_list"),
        kwargs={"reader": request.reader},
    )


def organisation_edit(request: PageRequest, pk: int) -> HttpResponse:
    """Change the facts of an organisation."""
    obj = fetch(listings.organisations(), pk=pk)
    require(rules.may_change_organisation(obj, request.reader))
    return form_page(
        request,
        forms.WorkspaceForm if obj.is_workspace else forms.OrganisationForm,
        act=lambda data: actions.change_organisation(obj, by=request.reader, **data),
        title=_("Change “%(name)s”") % {"name": obj},
        submit=_("Save"),
        cancel=obj.get_absolute_url(),
        kwargs={"reader": request.reader, "obj": obj},
    )


def organisation_merge(request: PageRequest, pk: int) -> HttpResponse:
    """Choose which organisation stands for both."""
    away = fetch(Organisation.objects.all(), pk=pk)
    require(rules.may_keep_register(request.reader, Role.MANAGER))
    return form_page(
        request,
        forms.MergeForm,
        act=lambda data: actions.merge_organisations(away, into=data["into"], by=request.reader),
        title=_("Merge “%(name)s” into another organisation") % {"name": away},
        submit=_("Merge"),
        cancel=away.get_absolute_url(),
        kwargs={"away": away},
    )


def organisation_unmerge(request: PageRequest, pk: int) -> HttpResponse:
    """Let a merged organisation stand for itself again."""
    away = fetch(Organisation.objects.select_related("merged_into"), pk=pk)
    require(rules.may_keep_register(request.reader, Role.MANAGER))
    return confirm_page(
        request,
        act=lambda _data: actions.undo_merge(away, by=request.reader),
        title=_("Undo the merge of “%(name)s”") % {"name": away},
        question=_("It will stand for itself again; nothing recorded under it has moved."),
        submit=_("Undo the merge"),
        cancel=away.get_absolute_url(),
    )


def alias_add(request: PageRequest, pk: int) -> HttpResponse:
    """Record another name of an organisation."""
    return _add_name(request, pk, forms.AliasForm, actions.add_alias, _("Add another name"))


def identifier_add(request: PageRequest, pk: int) -> HttpResponse:
    """Record an identifier of an organisation."""
    return _add_name(
        request, pk, forms.IdentifierForm, actions.add_identifier, _("Add an identifier")
    )


def _add_name(request: PageRequest, pk: int, form: Any, act: Any, title: str) -> HttpResponse:
    obj = fetch(Organisation.objects.all(), pk=pk)
    require(rules.may_keep_register(request.reader))

    def add(data: dict[str, Any]) -> str:
        data.pop("version", None)
        act(obj, by=request.reader, **data)
        return obj.get_absolute_url()

    return form_page(
        request,
        form,
        act=add,
        title=title,
        lead=str(obj),
        submit=_("Add"),
        cancel=obj.get_absolute_url(),
        kwargs={"reader": request.reader},
    )


def alias_remove(request: PageRequest, pk: int) -> HttpResponse:
    """Remove another name."""
    return _remove_name(request, fetch(OrganisationAlias.objects.all(), pk=pk))


def identifier_remove(request: PageRequest, pk: int) -> HttpResponse:
    """Remove an identifier."""
    return _remove_name(request, fetch(OrganisationIdentifier.objects.all(), pk=pk))


def _remove_name(
    request: PageRequest, item: OrganisationAlias | OrganisationIdentifier
) -> HttpResponse:
    require(rules.may_keep_register(request.reader))
    back = item.organisation.get_absolute_url()

    def remove(_data: dict[str, Any]) -> str:
        actions.remove_name(item, by=request.reader)
        return back

    return confirm_page(
        request,
        act=remove,
        title=_("Remove “%(name)s”") % {"name": item},
        question=_("The history keeps what it was."),
        submit=_("Remove"),
        cancel=back,
    )


def person_list(request: PageRequest) -> HttpResponse:
    """Contacts the reader may see."""
    rows = Person.objects.visible_to(request.reader).select_related("organisation", "owner")
    return list_page(
        request,
        listings.PEOPLE,
        rows,
        title=_("Contacts"),
        lead=_("Personal data: private to your organisation unless you share it."),
        new_url=reverse("registry:person_add"),
        new_label=_("Add a contact"),
    )


def person(request: PageRequest, pk: int) -> HttpResponse:
    """One contact."""
    rows = Person.objects.visible_to(request.reader).select_related("organisation", "owner")
    obj = fetch(rows, pk=pk)
    edit = rules.may_edit(obj, request.reader)
    erase = rules.may_edit(obj, request.reader, Role.MANAGER)
    return sheet_page(
        request,
        obj,
        crumbs=[(_("Contacts"), reverse("registry:person_list"))],
        lead=obj.job_title,
        buttons=[
            Button(_("Erase"), reverse("registry:person_remove", args=[pk]), False, erase),
            Button(_("Change"), reverse("registry:person_edit", args=[pk]), True, edit),
        ],
        facts=[
            Fact(_("Job title"), obj.job_title),
            Fact(
                _("Organisation"),
                obj.organisation,
                href=obj.organisation.get_absolute_url() if obj.organisation else None,
            ),
            Fact(_("E-mail"), obj.email, href=f"mailto:{obj.email}" if obj.email else None),
            Fact(_("Telephone"), obj.phone),
            Fact(_("Preferred language"), obj.language),
            Fact(_("Note"), obj.note),
            Fact(_("Belongs to"), obj.owner),
            Fact(_("Seen by"), obj.get_visibility_display(), "tag", tone="plain"),
        ],
    )


def person_add(request: PageRequest) -> HttpResponse:
    """Record a contact."""
    require(rules.may_keep_register(request.reader))
    return form_page(
        request,
        forms.PersonForm,
        act=lambda data: actions.add_person(by=request.reader, **data),
        title=_("Add a contact"),
        submit=_("Add"),
        cancel=reverse("registry:person_list"),
        kwargs={"reader": request.reader},
        initial={"organisation": request.GET.get("organisation")},
    )


def person_edit(request: PageRequest, pk: int) -> HttpResponse:
    """Change a contact."""
    obj = fetch(Person.objects.visible_to(request.reader), pk=pk)
    require(rules.may_edit(obj, request.reader))
    return form_page(
        request,
        forms.PersonForm,
        act=lambda data: actions.change_person(obj, by=request.reader, **data),
        title=_("Change “%(name)s”") % {"name": obj},
        submit=_("Save"),
        cancel=obj.get_absolute_url(),
        kwargs={"reader": request.reader, "obj": obj},
    )


def person_remove(request: PageRequest, pk: int) -> HttpResponse:
    """Erase a contact for good."""
    obj = fetch(Person.objects.visible_to(request.reader), pk=pk)
    require(rules.may_edit(obj, request.reader, Role.MANAGER))

    def erase(_data: dict[str, Any]) -> str:
        actions.remove_person(obj, by=request.reader)
        return reverse("registry:person_list")

    return confirm_page(
        request,
        act=erase,
        title=_("Erase “%(name)s”") % {"name": obj},
        question=_("The contact and what the history says of it are erased for good."),
        submit=_("Erase"),
        cancel=obj.get_absolute_url(),
    )


def location_list(request: PageRequest) -> HttpResponse:
    """Countries and provinces."""
    rows = Location.objects.select_related("parent")
    return list_page(request, listings.LOCATIONS, rows, title=_("Places"))


def location(request: PageRequest, code: str) -> HttpResponse:
    """One place with what lies in it."""
    obj = fetch(Location.objects.select_related("parent"), code=code.replace("\x00", ""))
    return sheet_page(
        request,
        obj,
        template="registry/location.html",
        crumbs=[(_("Places"), reverse("registry:location_list"))],
        lead=obj.get_kind_display(),
        facts=[
            Fact(_("Name"), obj.name, "multilingual"),
            Fact(_("Code"), obj.code),
            Fact(_("ISO 3166-1 alpha-3"), obj.iso3),
            Fact(
                _("Country"),
                obj.parent,
                href=obj.parent.get_absolute_url() if obj.parent else None,
            ),
            Fact(_("Latitude"), obj.latitude, "number"),
            Fact(_("Longitude"), obj.longitude, "number"),
        ],
        children=Table(
            [
                Column(
                    "name", _("Name"), lambda row: row.name, "multilingual", href=listings.address
                ),
                Column("code", _("Code"), lambda row: row.code),
            ],
            list(obj.children.all()),
        ),
    )


def codelist_list(request: PageRequest) -> HttpResponse:
    """The code lists in use."""
    rows = CodeList.objects.annotate(count=Count("codes"))
    return list_page(
        request,
        listings.CODELISTS,
        rows,
        title=_("Code lists"),
        lead=_("Codes of the standards in use, with labels in four languages."),
    )


def codelist(request: PageRequest, slug: str) -> HttpResponse:
    """The codes of one list."""
    obj = fetch(CodeList.objects.all(), slug=slug)
    return list_page(
        request,
        listings.CODES,
        obj.codes.select_related("parent"),
        title=str(obj),
        lead=f"{obj.source} {obj.source_date}",
    )


def rate_list(request: PageRequest) -> HttpResponse:
    """Exchange rates by month."""
    return list_page(
        request,
        listings.RATES,
        ExchangeRate.objects.all(),
        title=_("Exchange rates"),
        lead=_("An amount is converted at the rate of the month of its value date."),
        new_url=reverse("registry:rate_add"),
        new_label=_("Add a rate"),
    )


def rate_add(request: PageRequest) -> HttpResponse:
    """Record a published rate."""
    require(rules.may_keep_register(request.reader, Role.FINANCE))

    def add(data: dict[str, Any]) -> str:
        data.pop("version", None)
        actions.set_rate(by=request.reader, **data)
        return reverse("registry:rate_list")

    return form_page(
        request,
        forms.RateForm,
        act=add,
        title=_("Add a rate"),
        submit=_("Add"),
        cancel=reverse("registry:rate_list"),
        kwargs={"reader": request.reader},
    )


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
        new_url=reverse("registry:invite"),
        new_label=_("Invite somebody"),
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
        data.pop("version", None)
        invitation, secret = actions.invite(
            organisation, by=request.reader, now=timezone.now(), **data
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

    def withdraw(_data: dict[str, Any]) -> str:
        actions.withdraw_invitation(invitation, by=request.reader)
        return reverse("registry:member_list")

    return confirm_page(
        request,
        act=withdraw,
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

    def change(data: dict[str, Any]) -> str:
        actions.change_role(membership, by=request.reader, **data)
        return reverse("registry:member_list")

    return form_page(
        request,
        forms.RoleForm,
        act=change,
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

    def remove(_data: dict[str, Any]) -> str:
        actions.remove_member(membership, by=request.reader)
        return reverse("registry:member_list")

    return confirm_page(
        request,
        act=remove,
        title=_("Remove %(name)s") % {"name": membership.user},
        question=_("The person leaves “%(name)s” and keeps the account.")
        % {"name": membership.organisation},
        submit=_("Remove"),
        cancel=reverse("registry:member_list"),
    )
