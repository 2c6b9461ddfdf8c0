"""Pages of where projects stand: the list, the board, moves and ticks."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from appui.design import actions, forms, listings, queries
from appui.design.models import ChecklistItem, Stage
from appui.design.progress import lacks, progress_of
from appui.kernel.verdict import require
from appui.portfolio.models import Activity
from appui.questionnaires.models import Consultation
from appui.registry.pages import PageRequest, fetch
from appui.registry.rules import may_edit
from appui.ui.forms import confirm_page, form_page
from appui.ui.listing import list_page

BOARD_LIMIT = 100


def project_list(request: PageRequest) -> HttpResponse:
    """Projects of the reader's organisations with their stage and the days there."""
    return list_page(
        request,
        listings.projects(timezone.now()),
        queries.own_activities(request.reader),
        template="design/project_list.html",
        title=_("Projects by stage"),
        lead=_("Where each project of your organisation stands, and for how long."),
        current="table",
    )


@dataclass(frozen=True, slots=True)
class Card:
    """A project on the board with its days at the stage."""

    activity: Activity
    days: int | None


@dataclass(frozen=True, slots=True)
class BoardColumn:
    """One stage with its projects, the longest there first; ``total`` counts them all."""

    key: str
    label: str
    cards: list[Card]
    total: int


def project_board(request: PageRequest) -> HttpResponse:
    """Projects by stage, side by side; retired stages only while a project stands there."""
    stages = queries.stages(request.reader).order_by("owner", "position", "pk")
    rows = list(queries.own_activities(request.reader).order_by("standing__since", "pk"))
    by_stage: dict[int | None, list[Any]] = {}
    for row in rows:
        found = listings.stage_of(row)
        by_stage.setdefault(found.pk if found else None, []).append(row)
    shown = [stage for stage in stages if not stage.is_retired or stage.pk in by_stage]
    columns = [_column(stage, by_stage.get(stage.pk, [])) for stage in shown]
    if None in by_stage:
        columns.insert(0, _column(None, by_stage[None]))
    return render(
        request,
        "design/project_board.html",
        {
            "title": _("Projects by stage"),
            "columns": columns,
            "limit": BOARD_LIMIT,
            "current": "board",
        },
    )


def _column(stage: Stage | None, rows: list[Any]) -> BoardColumn:
    now = timezone.now()
    cards = [
        Card(row, listings.days_since(row.standing.since, now) if stage else None)
        for row in rows[:BOARD_LIMIT]
    ]
    key = str(stage.pk) if stage else listings.NOT_PLACED
    return BoardColumn(key, listings.stage_label(stage), cards, len(rows))


def move(request: PageRequest, pk: int) -> HttpResponse:
    """Move a project to another stage; what each forward stage lacks is said before."""
    obj = _own(request, pk)
    progress = progress_of(obj)
    return form_page(
        request,
        forms.MoveForm,
        act=lambda data: _back(actions.move(obj, by=request.reader, **data).activity),
        title=_("Move “%(name)s”") % {"name": obj},
        about=obj,
        submit=_("Move the project"),
        cancel=obj.get_absolute_url(),
        kwargs={
            "ahead": progress.ahead,
            "behind": progress.behind,
            "consultations": Consultation.objects.visible_to(request.reader),
        },
        initial={
            "version": progress.standing.version if progress.standing else 0,
            "stage": str(progress.next.pk) if progress.next else None,
        },
        template="design/move_form.html",
        missing=[(stage, lacks(progress, stage)) for stage in progress.ahead[:1]],
    )


def tick(request: PageRequest, pk: int, item: int) -> HttpResponse:
    """Say that an item of the checklist is done."""
    return _tick(request, pk, item, actions.tick, _("Mark as done"))


def untick(request: PageRequest, pk: int, item: int) -> HttpResponse:
    """Take back that an item is done."""
    return _tick(request, pk, item, actions.untick, _("Mark as not done"))


def _tick(
    request: PageRequest, pk: int, key: int, act: Callable[..., None], title: str
) -> HttpResponse:
    obj = _own(request, pk)
    item: ChecklistItem = fetch(queries.items(request.reader), pk=key, stage__owner=obj.owner_id)
    return confirm_page(
        request,
        act=lambda _data: act(obj, item, by=request.reader),
        then=_back(obj),
        title=title,
        question=str(item),
        submit=title,
        cancel=obj.get_absolute_url(),
        about=obj,
    )


def _back(activity: Activity) -> str:
    return f"{reverse('portfolio:activity', args=[activity.pk])}#way"


def _own(request: PageRequest, pk: int) -> Activity:
    """A project that the reader may change."""
    obj = fetch(Activity.objects.visible_to(request.reader).select_related("owner"), pk=pk)
    require(may_edit(obj, request.reader))
    return obj
