"""Pages of the stages that an organisation's asks pass through."""

import uuid
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from appui.funding import actions, forms, queries, rules
from appui.funding.models import PipelineStage
from appui.funding.queries import StageLine
from appui.funding.views.asktabs import ask_tabs, owner_of
from appui.kernel.errors import Missing
from appui.kernel.verdict import require
from appui.registry.models import Organisation
from appui.registry.pages import PageRequest, fetch
from appui.registry.queries import workspaces
from appui.ui.forms import confirm_page, form_page, without_version

WAYS = {"up": -1, "down": 1}


@dataclass(frozen=True, slots=True)
class StageRow:
    """One stage on the page, with how many asks stand there and the keys of its two buttons."""

    line: StageLine
    asks: int
    keys: tuple[str, str]


def stage_list(request: PageRequest) -> HttpResponse:
    """The stages of the organisation one works in, in their order."""
    owner = owner_of(request)
    lines = queries.stages_of(owner.pk) if owner else []
    may_keep = owner is not None and bool(rules.may_keep_stages(owner.pk, request.reader))
    return render(
        request,
        "funding/stage_list.html",
        {
            "owner": owner,
            "rows": _rows(owner, lines) if owner else [],
            "is_own": any(line.row is not None for line in lines),
            "may_keep": may_keep,
            "tabs": ask_tabs("stages"),
        },
    )


def _rows(owner: Organisation, lines: list[StageLine]) -> list[StageRow]:
    counts = queries.asks_at(owner.pk, lines)
    return [
        StageRow(line, counts[line.code], (str(uuid.uuid4()), str(uuid.uuid4()))) for line in lines
    ]


def _back() -> str:
    return reverse("funding:stage_list")


def stage_adopt(request: PageRequest, pk: int) -> HttpResponse:
    """Make the usual stages the organisation's own."""
    owner = fetch(workspaces(request.reader), pk=pk)
    require(rules.may_keep_stages(owner.pk, request.reader))
    return confirm_page(
        request,
        act=lambda _data: actions.adopt_stages(owner, by=request.reader),
        title=_("Make the usual stages your own"),
        question=_(
            "“%(name)s” gets its own copy of the usual stages. You can then rename, reorder, add "
            "and retire stages; asks stay where they are."
        )
        % {"name": owner},
        submit=_("Make them our own"),
        cancel=_back(),
        then=_back(),
    )


def stage_add(request: PageRequest) -> HttpResponse:
    """Add a stage to the organisation one works in."""
    owner = owner_of(request)
    if owner is None:
        raise Missing(_("Choose the organisation you work in first."))
    require(rules.may_keep_stages(owner.pk, request.reader))
    return form_page(
        request,
        forms.NewStageForm,
        act=lambda data: actions.add_stage(owner, by=request.reader, **without_version(data)),
        title=_("Add a stage"),
        submit=_("Add"),
        cancel=_back(),
        kwargs={"reader": request.reader},
    )


def _own(request: PageRequest, pk: int) -> PipelineStage:
    obj = fetch(PipelineStage.objects.visible_to(request.reader).select_related("owner"), pk=pk)
    require(rules.may_keep_stages(obj.owner_id, request.reader))
    return obj


def stage_edit(request: PageRequest, pk: int) -> HttpResponse:
    """Rename a stage, or change its usual chance and days."""
    obj = _own(request, pk)
    return form_page(
        request,
        forms.StageForm,
        act=lambda data: actions.change_stage(obj, by=request.reader, **data),
        title=_("Change “%(name)s”") % {"name": obj},
        lead=_("It counts as “%(category)s”.") % {"category": obj.get_category_display()},
        submit=_("Save"),
        cancel=_back(),
        kwargs={"reader": request.reader, "obj": obj},
    )


def stage_shift(request: PageRequest, pk: int, way: str) -> HttpResponse:
    """Put a stage one place up or down."""
    obj = _own(request, pk)
    if way not in WAYS:
        raise Missing(_("A stage goes up or down."))
    return confirm_page(
        request,
        act=lambda _data: actions.shift_stage(obj, by=request.reader, step=WAYS[way]),
        title=(_("Move “%(name)s” up") if way == "up" else _("Move “%(name)s” down"))
        % {"name": obj},
        question=_("The stage passes one place up.")
        if way == "up"
        else _("The stage passes one place down."),
        submit=pgettext("to another place", "Move"),
        cancel=_back(),
        then=_back(),
    )


def stage_retire(request: PageRequest, pk: int) -> HttpResponse:
    """Offer a stage no more; its asks pass to another."""
    obj = _own(request, pk)
    count = obj.proposals.count()
    return form_page(
        request,
        forms.RetireForm,
        act=lambda data: actions.retire_stage(
            obj, by=request.reader, today=timezone.localdate(), **data
        ),
        title=_("Retire “%(name)s”") % {"name": obj},
        lead=ngettext(
            "%(count)d ask stands there. It passes to the stage you choose, and its history keeps "
            "the name.",
            "%(count)d asks stand there. They pass to the stage you choose, and their history "
            "keeps the name.",
            count,
        )
        % {"count": count},
        submit=_("Retire"),
        cancel=_back(),
        kwargs={"others": queries.others_like(obj)},
        initial={"version": obj.version},
    )


def stage_restore(request: PageRequest, pk: int) -> HttpResponse:
    """Offer a retired stage again."""
    obj = _own(request, pk)
    return confirm_page(
        request,
        act=lambda _data: actions.restore_stage(obj, by=request.reader),
        title=_("Use “%(name)s” again") % {"name": obj},
        question=_("Asks can pass to this stage again."),
        submit=_("Use it again"),
        cancel=_back(),
        then=_back(),
    )


def stage_remove(request: PageRequest, pk: int) -> HttpResponse:
    """Delete a stage that was never used."""
    obj = _own(request, pk)
    return confirm_page(
        request,
        act=lambda _data: actions.remove_stage(obj, by=request.reader),
        title=_("Delete “%(name)s”") % {"name": obj},
        question=_("Only a stage where no ask ever stood can be deleted; retire the others."),
        submit=_("Delete"),
        cancel=_back(),
        then=_back(),
        tone="danger",
    )
