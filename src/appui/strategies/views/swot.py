"""Strengths, weaknesses, opportunities and threats on one page."""

from collections.abc import Callable

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from appui.kernel.verdict import require
from appui.registry.pages import PageRequest, adding, fetch
from appui.registry.rules import may_edit, may_keep_register, may_write_for
from appui.strategies import actions, forms, queries
from appui.strategies.models import SwotKind
from appui.strategies.views.tabs import strategy_tabs, workspace
from appui.ui.forms import confirm_page, form_page, without_version

QUARTERS: dict[SwotKind, Callable[[], str]] = {
    SwotKind.STRENGTH: lambda: _("Strengths"),
    SwotKind.WEAKNESS: lambda: _("Weaknesses"),
    SwotKind.OPPORTUNITY: lambda: _("Opportunities"),
    SwotKind.THREAT: lambda: _("Threats"),
}


def swot(request: PageRequest) -> HttpResponse:
    """The four quarters of the organisation in which the reader works."""
    organisation = workspace(request)
    rows = list(queries.strengths(request.reader).filter(owner=organisation))
    context = {
        "title": _("Strengths and weaknesses"),
        "lead": str(organisation),
        "quarters": [
            (kind.value, label(), [row for row in rows if row.kind == kind])
            for kind, label in QUARTERS.items()
        ],
        "may_change": may_write_for(organisation.pk, request.reader),
        "tabs": strategy_tabs("strategies:swot"),
        **adding(request, "strategies:strength_add", _("Add an entry")),
    }
    return render(request, "strategies/swot.html", context)


def strength_add(request: PageRequest) -> HttpResponse:
    """Add an entry; ``?kind=`` says to which quarter."""
    require(may_keep_register(request.reader))
    kind = request.GET.get("kind", "")
    return form_page(
        request,
        forms.StrengthForm,
        act=lambda data: actions.note_strength(by=request.reader, **without_version(data)),
        title=_("Add an entry"),
        submit=_("Add the entry"),
        cancel=reverse("strategies:swot"),
        initial={"kind": kind} if kind in SwotKind.values else {},
        kwargs={"reader": request.reader},
    )


def strength_edit(request: PageRequest, pk: int) -> HttpResponse:
    """Change an entry."""
    obj = fetch(queries.strengths(request.reader), pk=pk)
    require(may_edit(obj, request.reader))
    return form_page(
        request,
        forms.StrengthForm,
        act=lambda data: actions.change_strength(obj, by=request.reader, **data),
        title=_("Change an entry"),
        submit=_("Save"),
        cancel=reverse("strategies:swot"),
        kwargs={"reader": request.reader, "obj": obj},
        template="strategies/removable_form.html",
        remove_url=reverse("strategies:strength_remove", args=[pk]),
    )


def strength_remove(request: PageRequest, pk: int) -> HttpResponse:
    """Remove an entry."""
    obj = fetch(queries.strengths(request.reader), pk=pk)
    require(may_edit(obj, request.reader))
    return confirm_page(
        request,
        act=lambda _data: actions.remove_strength(obj, by=request.reader),
        then=reverse("strategies:swot"),
        title=_("Remove “%(name)s”") % {"name": obj},
        question=_("Briefs no longer show it; the audit trail keeps it."),
        submit=_("Remove"),
        cancel=reverse("strategies:swot"),
    )
