"""Pages of contacts."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from appui.kernel.access import Role
from appui.kernel.verdict import require
from appui.registry import actions, forms, listings, rules
from appui.registry.models import Person
from appui.registry.pages import Button, PageRequest, adding, fetch, sheet_page
from appui.ui import formats
from appui.ui.facts import Fact
from appui.ui.forms import confirm_page, form_page
from appui.ui.listing import list_page


def person_list(request: PageRequest) -> HttpResponse:
    """Contacts the reader may see."""
    rows = Person.objects.visible_to(request.reader).select_related("organisation", "owner")
    return list_page(
        request,
        listings.PEOPLE,
        rows,
        title=_("Contacts"),
        lead=_("Personal data: private to your organisation unless you share it."),
        **adding(request, "registry:person_add", _("Add a contact")),
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
            Fact(_("Preferred language"), formats.language_name(obj.language)),
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
    return confirm_page(
        request,
        act=lambda _data: actions.remove_person(obj, by=request.reader),
        then=reverse("registry:person_list"),
        title=_("Erase “%(name)s”") % {"name": obj},
        question=_("The contact and what the history says of it are erased for good."),
        submit=_("Erase"),
        cancel=obj.get_absolute_url(),
        about=obj,
        tone="danger",
    )
