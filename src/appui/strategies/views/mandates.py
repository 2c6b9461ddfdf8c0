"""Requests for experts, mandates and deliverables."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from appui.kernel.access import Reader
from appui.kernel.errors import Missing
from appui.kernel.verdict import require
from appui.registry.pages import Button, PageRequest, adding, fetch, sheet_page
from appui.registry.rules import may_keep_register
from appui.strategies import actions, forms, listings, queries, rules
from appui.strategies.models import Deliverable, ExpertRequest, Mandate, RequestState
from appui.ui.facts import Fact
from appui.ui.forms import confirm_page, form_page, without_version
from appui.ui.listing import list_page
from appui.ui.table import Table

MOVE_LABELS: dict[str, Callable[[], str]] = {
    RequestState.ASKED: lambda: _("Ask again"),
    RequestState.AGREED: lambda: _("Agree the terms"),
    RequestState.CLOSED: lambda: _("Close"),
    RequestState.REFUSED: lambda: _("Refuse"),
}


def _requests(request: PageRequest) -> Any:
    return queries.expert_requests(request.reader, today=timezone.localdate())


def mandate_list(request: PageRequest) -> HttpResponse:
    """Requests for experts with their mandates."""
    return list_page(
        request,
        listings.REQUESTS,
        _requests(request),
        title=_("Experts"),
        lead=_("From the request to the terms, the mandate and what it delivers."),
        **adding(request, "strategies:request_add", _("Ask for an expert")),
    )


def request_sheet(request: PageRequest, pk: int) -> HttpResponse:
    """One request: its terms, its mandate, its deliverables."""
    obj = fetch(_requests(request), pk=pk)
    mandate: Mandate | None = getattr(obj, "mandate", None)
    rows = list(queries.deliverables(request.reader).filter(mandate=mandate)) if mandate else []
    may_change = rules.may_change_mandate(obj, request.reader)
    columns = listings.deliverable_columns(changeable=bool(may_change))
    return sheet_page(
        request,
        obj,
        template="strategies/request.html",
        crumbs=[(_("Experts"), reverse("strategies:mandate_list"))],
        lead=obj.reference,
        buttons=_buttons(obj, mandate, request.reader),
        facts=_facts(obj, mandate),
        mandate=mandate,
        deliverables=Table(columns, rows),
        delivered=obj.delivered,
        late=obj.late,
        may_change=may_change,
    )


def _facts(obj: ExpertRequest, mandate: Mandate | None) -> list[Fact]:
    source = obj.source
    found = [
        Fact(_("State"), obj.get_state_display(), "tag", tone=listings.REQUEST_TONES[obj.state]),
        Fact(_("Who asks"), obj.asked_by),
        Fact(_("Asked of"), obj.asked_of),
        Fact(_("Needed from"), obj.needed_from, "date"),
        Fact(_("Needed to"), obj.needed_to, "date"),
    ]
    if obj.state == RequestState.REFUSED:
        found.append(Fact(_("Reason of the refusal"), obj.reason))
    if mandate is not None:
        found += [
            Fact(_("Expert"), mandate.expert),
            Fact(_("Mandate from"), mandate.starts_on, "date"),
            Fact(_("Mandate to"), mandate.ends_on, "date"),
        ]
    return [
        *found,
        Fact(_("Source"), source, href=source.get_absolute_url() if source else None),
        Fact(_("Belongs to"), obj.owner),
        Fact(_("Seen by"), obj.get_visibility_display(), "tag", tone="plain"),
    ]


def _buttons(obj: ExpertRequest, mandate: Mandate | None, reader: Reader) -> list[Button]:
    found = []
    if obj.state == RequestState.ASKED:
        url = reverse("strategies:request_edit", args=[obj.pk])
        verdict = rules.may_change_request(obj, reader)
        found.append(Button(_("Change"), url, False, verdict))
    if mandate is not None:
        url = reverse("strategies:mandate_edit", args=[mandate.pk])
        may_change = rules.may_change_mandate(obj, reader)
        found.append(Button(_("Change the mandate"), url, False, may_change))
    for state in RequestState:
        if state in rules.REQUEST_MOVES[obj.state]:
            found.append(_move_button(obj, state, reader))
    return found


def _move_button(obj: ExpertRequest, state: RequestState, reader: Reader) -> Button:
    verdict = rules.may_move(obj, state, reader)
    if state == RequestState.MANDATED:
        url = reverse("strategies:mandate_add", args=[obj.pk])
        return Button(_("Give the mandate"), url, True, verdict)
    url = reverse("strategies:request_move", args=[obj.pk, state])
    return Button(MOVE_LABELS[state](), url, state == RequestState.AGREED, verdict)


def request_add(request: PageRequest) -> HttpResponse:
    """Ask for an expert."""
    require(may_keep_register(request.reader))
    return form_page(
        request,
        forms.ExpertRequestForm,
        act=lambda data: actions.request_expert(by=request.reader, **without_version(data)),
        title=_("Ask for an expert"),
        submit=_("Record the request"),
        cancel=reverse("strategies:mandate_list"),
        initial={"asked_by": request.reader.workspace_id},
        kwargs={"reader": request.reader},
    )


def request_edit(request: PageRequest, pk: int) -> HttpResponse:
    """Change what is asked, or write the terms."""
    obj = fetch(_requests(request), pk=pk)
    require(rules.may_change_request(obj, request.reader))
    return form_page(
        request,
        forms.ExpertRequestForm,
        act=lambda data: actions.change_request(obj, by=request.reader, **data),
        title=_("Change “%(name)s”") % {"name": obj},
        submit=_("Save"),
        cancel=obj.get_absolute_url(),
        kwargs={"reader": request.reader, "obj": obj},
    )


def request_move(request: PageRequest, pk: int, state: str) -> HttpResponse:
    """Agree the terms, refuse, ask again or close."""
    obj = fetch(_requests(request), pk=pk)
    if state not in MOVE_LABELS:
        raise Missing(_("There is nothing at this address, or it is not shared with you."))
    require(rules.may_move(obj, state, request.reader))
    label = MOVE_LABELS[state]()
    common: dict[str, Any] = {
        "title": f"{label} · {obj}",
        "submit": label,
        "cancel": obj.get_absolute_url(),
        "about": obj,
        "initial": {"version": obj.version},
    }
    if state == RequestState.REFUSED:
        return form_page(
            request,
            forms.RefuseForm,
            act=lambda data: actions.move_request(obj, by=request.reader, state=state, **data),
            **common,
        )
    return confirm_page(
        request,
        act=lambda data: actions.move_request(obj, by=request.reader, state=state, **data),
        question=_("It will be shown as “%(status)s”.") % {"status": RequestState(state).label},
        **common,
    )


def mandate_add(request: PageRequest, pk: int) -> HttpResponse:
    """Name the expert who carries out the agreed terms."""
    obj = fetch(_requests(request), pk=pk)
    require(rules.may_move(obj, RequestState.MANDATED, request.reader))
    return form_page(
        request,
        forms.MandateForm,
        act=lambda data: actions.give_mandate(obj, by=request.reader, **without_version(data)),
        title=_("Give the mandate · %(name)s") % {"name": obj},
        submit=_("Give the mandate"),
        cancel=obj.get_absolute_url(),
        initial={
            "starts_on": obj.needed_from,
            "ends_on": obj.needed_to,
            "description": obj.description,
        },
        kwargs={"reader": request.reader},
        about=obj,
    )


def _mandate(request: PageRequest, pk: int) -> Mandate:
    """The mandate, by the request that the reader may see."""
    obj: ExpertRequest = fetch(_requests(request), mandate=pk)
    return obj.mandate


def mandate_edit(request: PageRequest, pk: int) -> HttpResponse:
    """Change who carries out a mandate, when, or its terms."""
    obj = _mandate(request, pk)
    require(rules.may_change_mandate(obj.request, request.reader))
    return form_page(
        request,
        forms.MandateForm,
        act=lambda data: actions.change_mandate(obj, by=request.reader, **data),
        title=_("Change the mandate · %(name)s") % {"name": obj},
        submit=_("Save"),
        cancel=obj.get_absolute_url(),
        kwargs={"reader": request.reader, "obj": obj},
    )


def deliverable_add(request: PageRequest, pk: int) -> HttpResponse:
    """Add something a mandate has to deliver."""
    obj = _mandate(request, pk)
    require(rules.may_change_mandate(obj.request, request.reader))
    return form_page(
        request,
        forms.DeliverableForm,
        act=lambda data: actions.add_deliverable(obj, by=request.reader, **without_version(data)),
        title=_("Add a deliverable"),
        submit=_("Add the deliverable"),
        cancel=obj.get_absolute_url(),
        kwargs={"reader": request.reader},
        about=obj.request,
    )


def _deliverable(request: PageRequest, pk: int) -> Deliverable:
    obj = fetch(queries.deliverables(request.reader), pk=pk)
    require(rules.may_change_mandate(obj.mandate.request, request.reader))
    return obj


def deliverable_edit(request: PageRequest, pk: int) -> HttpResponse:
    """Change what is to be delivered, or when."""
    obj = _deliverable(request, pk)
    return form_page(
        request,
        forms.DeliverableForm,
        act=lambda data: actions.change_deliverable(obj, by=request.reader, **data),
        title=_("Change “%(name)s”") % {"name": obj},
        submit=_("Save"),
        cancel=obj.get_absolute_url(),
        kwargs={"reader": request.reader, "obj": obj},
        about=obj.mandate.request,
        template="strategies/removable_form.html",
        remove_url=reverse("strategies:deliverable_remove", args=[pk]),
    )


def deliverable_deliver(request: PageRequest, pk: int) -> HttpResponse:
    """Mark it delivered, naming the document or the event it ended in."""
    obj = _deliverable(request, pk)
    return form_page(
        request,
        forms.DeliverForm,
        act=lambda data: actions.deliver(obj, by=request.reader, **data),
        title=_("Mark delivered · %(name)s") % {"name": obj},
        submit=_("Mark delivered"),
        cancel=obj.get_absolute_url(),
        initial={"delivered_on": obj.delivered_on or timezone.localdate()},
        kwargs={"reader": request.reader, "obj": obj},
        about=obj.mandate.request,
    )


def deliverable_remove(request: PageRequest, pk: int) -> HttpResponse:
    """Remove a deliverable."""
    obj = _deliverable(request, pk)
    back = obj.get_absolute_url()
    return confirm_page(
        request,
        act=lambda _data: actions.remove_deliverable(obj, by=request.reader),
        then=back,
        title=_("Remove “%(name)s”") % {"name": obj},
        question=_("The history of the request keeps it."),
        submit=_("Remove"),
        cancel=back,
        about=obj.mandate.request,
    )
