"""Pages of priorities."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from appui.kernel.access import Reader
from appui.kernel.errors import Missing
from appui.kernel.verdict import Verdict, require
from appui.questionnaires import answering, listings, queries, rules
from appui.questionnaires.actions import priorities as actions
from appui.questionnaires.forms.filling import PlanForm, PriorityForm, ReasonForm
from appui.questionnaires.models import Priority, PriorityState
from appui.registry.pages import Button, PageRequest, fetch, sheet_page
from appui.registry.queries import shown
from appui.registry.rules import may_edit
from appui.ui.facts import Fact
from appui.ui.forms import form_page
from appui.ui.listing import list_page

MOVE_LABELS = {
    PriorityState.OPEN: lambda: _("Open again"),
    PriorityState.PLANNED: lambda: _("Mark as planned"),
    PriorityState.DONE: lambda: _("Mark as done"),
    PriorityState.DROPPED: lambda: _("Drop"),
}


def priority_list(request: PageRequest) -> HttpResponse:
    """Priorities the reader may see."""
    return list_page(
        request,
        listings.PRIORITIES,
        queries.priorities(request.reader),
        title=_("Priorities"),
        lead=_("What weak answers say should be worked on, and what became of it."),
    )


def _priority(request: PageRequest, pk: int) -> Priority:
    return fetch(queries.priorities(request.reader), pk=pk)


def priority(request: PageRequest, pk: int) -> HttpResponse:
    """One priority: why it is one, and what the rooms above plan for it."""
    obj = _priority(request, pk)
    edit = reverse("questionnaires:priority_edit", args=[pk])
    return sheet_page(
        request,
        obj,
        template="questionnaires/priority.html",
        crumbs=[(_("Priorities"), reverse("questionnaires:priority_list"))],
        lead=_("About %(name)s") % {"name": obj.response.about_text},
        buttons=[
            Button(_("Change"), edit, False, may_edit(obj, request.reader)),
            *_moves(obj, request.reader),
        ],
        facts=_facts(obj),
        why=_why(obj, request.reader),
    )


def _why(obj: Priority, reader: Reader) -> dict[str, Any]:
    """The answer behind it; without the response where it is not shared with the reader."""
    response = shown(obj.response, reader)
    answer = obj.response.answers.get(obj.question.code)
    return {
        "question": obj.question,
        "answer": answering.answer_text(obj.question, answer) if response else "",
        "response": response,
    }


def _facts(obj: Priority) -> list[Fact]:
    tones = listings
    return [
        Fact(_("State"), obj.get_state_display(), "tag", tone=tones.STATE_TONES[obj.state]),
        Fact(_("Urgency"), obj.get_urgency_display(), "tag", tone=tones.URGENCY_TONES[obj.urgency]),
        Fact(_("Score of the answer"), obj.answer_score, "number"),
        Fact(_("Item of the plan"), obj.plan_label, href=obj.plan_url or None),
        Fact(_("Reason"), obj.reason),
        Fact(_("Belongs to"), obj.owner),
        Fact(_("Seen by"), obj.get_visibility_display(), "tag", tone="plain"),
    ]


def _moves(obj: Priority, reader: Reader) -> list[Button]:
    return [
        Button(
            MOVE_LABELS[state](),
            reverse("questionnaires:priority_move", args=[obj.pk, state]),
            state == PriorityState.PLANNED,
            rules.may_move(obj, state, reader),
        )
        for state in PriorityState
        if state in rules.PRIORITY_MOVES[obj.state]
    ]


def priority_edit(request: PageRequest, pk: int) -> HttpResponse:
    """Change its title, its urgency and who sees it."""
    obj = _priority(request, pk)
    require(may_edit(obj, request.reader))
    return form_page(
        request,
        PriorityForm,
        act=lambda data: actions.change_priority(obj, by=request.reader, **data),
        title=_("Change “%(name)s”") % {"name": obj},
        submit=_("Save"),
        cancel=obj.get_absolute_url(),
        kwargs={"reader": request.reader, "obj": obj},
    )


def priority_move(request: PageRequest, pk: int, state: str) -> HttpResponse:
    """Plan, do, drop or reopen a priority."""
    obj = _priority(request, pk)
    if state not in PriorityState.values:
        raise Missing(_("There is nothing at this address, or it is not shared with you."))
    require(_verdict(obj, state, request.reader))
    form: Any = PlanForm if state == PriorityState.PLANNED else ReasonForm
    wanted = state == PriorityState.DROPPED
    return form_page(
        request,
        form,
        act=lambda data: _move(obj, state, request.reader, data),
        title=f"{MOVE_LABELS[PriorityState(state)]()} · {obj}",
        submit=MOVE_LABELS[PriorityState(state)](),
        cancel=obj.get_absolute_url(),
        initial={"version": obj.version},
        kwargs={} if state == PriorityState.PLANNED else {"wanted": wanted},
        about=obj,
    )


def _verdict(obj: Priority, state: str, reader: Reader) -> Verdict:
    if state == PriorityState.PLANNED:
        return rules.may_plan(obj, reader)
    return rules.may_move(obj, state, reader)


def _move(obj: Priority, state: str, reader: Reader, data: dict[str, Any]) -> Priority:
    if state != PriorityState.PLANNED:
        return actions.move_priority(obj, by=reader, state=state, **data)
    label, url = data.pop("plan_label"), data.pop("plan_url")
    return actions.mark_planned(obj, by=reader, label=label, url=url, **data)
