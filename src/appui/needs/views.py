"""Pages of needs."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from appui.evidence.models import Source
from appui.evidence.panels import conflict_panel_for
from appui.kernel.errors import Missing
from appui.kernel.verdict import require
from appui.needs import actions, forms, listings, queries, rules
from appui.needs.models import Need, NeedLine, NeedStatus
from appui.registry.pages import Button, PageRequest, adding, fetch, sheet_page
from appui.registry.queries import shown
from appui.registry.rules import may_keep_register
from appui.ui.facts import Fact
from appui.ui.forms import confirm_page, form_page, without_version
from appui.ui.listing import list_page
from appui.ui.table import Table


def need_list(request: PageRequest) -> HttpResponse:
    """Needs the reader may see."""
    return list_page(
        request,
        listings.NEEDS,
        queries.needs_with_lines(request.reader),
        title=_("Needs"),
        lead=_("What is lacking, where, by when, and what it costs."),
        **adding(request, "needs:need_add", _("State a need")),
    )


def need(request: PageRequest, pk: int) -> HttpResponse:
    """One need: its lines, and what the rooms above know of it."""
    obj = fetch(queries.needs_with_lines(request.reader), pk=pk)
    may_change = rules.may_change(obj, request.reader)
    lines = list(obj.lines.all())
    columns = listings.line_columns(lines, changeable=bool(may_change))
    return sheet_page(
        request,
        obj,
        template="needs/need.html",
        crumbs=[(_("Needs"), reverse("needs:need_list"))],
        lead=_lead(obj),
        buttons=[
            Button(_("Change"), reverse("needs:need_edit", args=[pk]), False, may_change),
            *_moves(obj, request),
        ],
        facts=_facts(obj, shown(obj.source, request.reader)),
        lines=Table(columns, lines),
        total=queries.cost_of(obj.lines.all()),
        may_change=may_change,
        conflict=conflict_panel_for(obj.locations.all(), request.reader),
    )


def _lead(obj: Need) -> str:
    parts = (obj.reference, listings.places_of(obj), f"{obj.sector.code} {obj.sector}")
    return " · ".join(part for part in parts if part)


MOVE_LABELS = {
    NeedStatus.OPEN: lambda: _("Open this need"),
    NeedStatus.CLOSED: lambda: _("Close"),
    NeedStatus.DRAFT: lambda: _("Back to draft"),
}


def _moves(obj: Need, request: PageRequest) -> list[Button]:
    return [
        Button(
            MOVE_LABELS[status](),
            reverse("needs:need_move", args=[obj.pk, status]),
            status == NeedStatus.OPEN,
            rules.may_move(obj, status, request.reader),
        )
        for status in NeedStatus
        if status in rules.MOVES[obj.status]
    ]


def _facts(obj: Need, source: Source | None) -> list[Fact]:
    places = [str(place) for place in obj.locations.all()]
    return [
        Fact(_("Status"), obj.get_status_display(), "tag", tone=listings.STATUS_TONES[obj.status]),
        Fact(_("Kind"), obj.get_kind_display()),
        Fact(_("Sector (OECD DAC)"), f"{obj.sector.code} · {obj.sector}"),
        Fact(_("Places"), ", ".join(places)),
        Fact(_("From"), obj.starts_on, "date"),
        Fact(_("Needed by"), obj.needed_by, "date"),
        Fact(_("People who benefit"), obj.beneficiaries, "number"),
        Fact(_("Currency"), obj.currency),
        Fact(
            _("Source"),
            source,
            href=source.get_absolute_url() if source else None,
        ),
        Fact(_("Belongs to"), obj.owner),
        Fact(_("Seen by"), obj.get_visibility_display(), "tag", tone="plain"),
    ]


def need_add(request: PageRequest) -> HttpResponse:
    """State a need."""
    require(may_keep_register(request.reader))
    return form_page(
        request,
        forms.NeedForm,
        act=lambda data: actions.state_need(by=request.reader, **without_version(data)),
        title=_("State a need"),
        submit=_("Record the need"),
        cancel=reverse("needs:need_list"),
        kwargs={"reader": request.reader},
    )


def need_edit(request: PageRequest, pk: int) -> HttpResponse:
    """Change the facts of a need."""
    obj = fetch(queries.needs_with_lines(request.reader), pk=pk)
    require(rules.may_change(obj, request.reader))
    return form_page(
        request,
        forms.NeedForm,
        act=lambda data: actions.change_need(obj, by=request.reader, **data),
        title=_("Change “%(name)s”") % {"name": obj},
        submit=_("Save"),
        cancel=obj.get_absolute_url(),
        kwargs={"reader": request.reader, "obj": obj},
    )


def need_move(request: PageRequest, pk: int, status: str) -> HttpResponse:
    """Open, close or reopen a need."""
    obj = fetch(queries.needs_with_lines(request.reader), pk=pk)
    if status not in NeedStatus.values:
        raise Missing(_("There is nothing at this address, or it is not shared with you."))
    require(rules.may_move(obj, status, request.reader))
    return confirm_page(
        request,
        act=lambda _data: actions.move_need(obj, by=request.reader, status=status),
        title=f"{MOVE_LABELS[NeedStatus(status)]()} · {obj}",
        question=_("It will be shown as “%(status)s”.") % {"status": NeedStatus(status).label},
        submit=MOVE_LABELS[NeedStatus(status)](),
        cancel=obj.get_absolute_url(),
        about=obj,
    )


def line_add(request: PageRequest, pk: int) -> HttpResponse:
    """Add one part of the cost."""
    obj = fetch(queries.needs_with_lines(request.reader), pk=pk)
    require(rules.may_change(obj, request.reader))
    return form_page(
        request,
        forms.LineForm,
        act=lambda data: actions.add_line(obj, by=request.reader, **without_version(data)),
        title=_("Add a line"),
        submit=_("Add the line"),
        cancel=obj.get_absolute_url(),
        kwargs={"reader": request.reader, "need": obj},
    )


def _line(request: PageRequest, pk: int) -> NeedLine:
    return fetch(queries.visible_lines(request.reader), pk=pk)


def line_edit(request: PageRequest, pk: int) -> HttpResponse:
    """Change one part of the cost."""
    line = _line(request, pk)
    require(rules.may_change(line.need, request.reader))
    return form_page(
        request,
        forms.LineForm,
        act=lambda data: actions.change_line(line, by=request.reader, **data),
        title=_("Change the line “%(name)s”") % {"name": line},
        submit=_("Save"),
        cancel=line.get_absolute_url(),
        about=line.need,
        kwargs={"reader": request.reader, "obj": line, "need": line.need},
        template="needs/line_form.html",
        remove_url=reverse("needs:line_remove", args=[pk]),
    )


def line_remove(request: PageRequest, pk: int) -> HttpResponse:
    """Remove one part of the cost."""
    line = _line(request, pk)
    require(rules.may_change(line.need, request.reader))
    back = line.need.get_absolute_url()
    return confirm_page(
        request,
        act=lambda _data: actions.remove_line(line, by=request.reader),
        then=back,
        title=_("Remove the line “%(name)s”") % {"name": line},
        question=_("The history of the need keeps what it was."),
        submit=_("Remove"),
        cancel=line.get_absolute_url(),
        about=line.need,
    )
