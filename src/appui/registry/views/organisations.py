"""Pages of the register: organisations, their other names and identifiers."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from appui.kernel.access import Role
from appui.kernel.verdict import require
from appui.registry import actions, forms, listings, rules
from appui.registry.models import Organisation, OrganisationAlias, OrganisationIdentifier
from appui.registry.pages import Button, PageRequest, adding, fetch, sheet_page
from appui.ui.facts import Fact
from appui.ui.forms import confirm_page, form_page, without_version
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
        **adding(request, "registry:organisation_add", _("Add an organisation")),
    )


def organisation(request: PageRequest, pk: int) -> HttpResponse:
    """One organisation with its names, identifiers and what other rooms know of it."""
    obj = fetch(listings.organisations(), pk=pk)
    if obj.merged_into is not None:
        messages.info(
            request,
            _("“%(name)s” is merged into “%(into)s”.") % {"name": obj, "into": obj.merged_into},
        )
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
        may_keep=change,
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
        about=away,
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
        about=away,
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
    require(rules.may_change_organisation(obj, request.reader))
    return form_page(
        request,
        form,
        act=lambda data: act(obj, by=request.reader, **without_version(data)),
        then=obj.get_absolute_url(),
        title=title,
        about=obj,
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
    require(rules.may_change_organisation(item.organisation, request.reader))
    back = item.organisation.get_absolute_url()
    return confirm_page(
        request,
        act=lambda _data: actions.remove_name(item, by=request.reader),
        then=back,
        title=_("Remove “%(name)s”") % {"name": item},
        question=_("The history keeps what it was."),
        submit=_("Remove"),
        cancel=back,
        about=item.organisation,
    )
