"""Strategies, their versions and their items."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appui.funding.queries import TargetPosition, target_positions
from appui.kernel.access import Reader
from appui.kernel.errors import Missing
from appui.kernel.verdict import require
from appui.registry.pages import Button, PageRequest, adding, fetch, sheet_page
from appui.registry.queries import shown
from appui.registry.rules import may_keep_register
from appui.strategies import actions, forms, listings, queries, rules, tree
from appui.strategies.models import ItemKind, Strategy, StrategyItem
from appui.strategies.views.tabs import strategy_tabs
from appui.ui.facts import Fact
from appui.ui.forms import DONE, confirm_page, form_page, without_version
from appui.ui.listing import Column, list_page
from appui.ui.table import Table

ADD_LABELS = {
    ItemKind.OBJECTIVE: gettext_lazy("Add an objective"),
    ItemKind.AXIS: gettext_lazy("Add an axis"),
    ItemKind.ACTION: gettext_lazy("Add an action"),
}


def strategy_list(request: PageRequest) -> HttpResponse:
    """All versions the reader may see."""
    return list_page(
        request,
        listings.STRATEGIES,
        queries.strategies(request.reader),
        template="ui/tabbed_list.html",
        title=_("Strategies"),
        lead=_("What the organisation means to raise and to do, version by version."),
        tabs=strategy_tabs("strategies:strategy_list"),
        **adding(request, "strategies:strategy_add", _("Draft a strategy")),
    )


@dataclass(frozen=True, slots=True)
class ShownAxis:
    """An axis with its number and its actions as a table."""

    title: str
    axis: tree.Axis
    table: Table


@dataclass(frozen=True, slots=True)
class ShownObjective:
    """An objective with its number and its axes."""

    title: str
    objective: tree.Objective
    axes: list[ShownAxis]


def _shown(number: int, objective: tree.Objective) -> ShownObjective:
    axes = [
        ShownAxis(f"{number}.{place} {axis.item}", axis, Table(listings.ACTIONS, axis.actions))
        for place, axis in enumerate(objective.axes, 1)
    ]
    return ShownObjective(f"{number}. {objective.item}", objective, axes)


def strategy(request: PageRequest, pk: int) -> HttpResponse:
    """One version: its tree, its costs, what was mobilised, and the other versions."""
    obj = fetch(queries.strategies(request.reader), pk=pk)
    rows = list(queries.items(request.reader).filter(strategy=obj))
    objectives = tree.tree_of(rows, _positions(rows, request.reader))
    found = [row for row in rows if row.kind == ItemKind.ACTION]
    return sheet_page(
        request,
        obj,
        template="strategies/strategy.html",
        crumbs=[(_("Strategies"), reverse("strategies:strategy_list"))],
        lead=_lead(obj),
        buttons=_buttons(obj, rows, request.reader),
        facts=_facts(obj, request.reader),
        objectives=[_shown(number, item) for number, item in enumerate(objectives, 1)],
        costs=tree.costs_of(found),
        count=len(found),
        may_change=rules.may_change(obj, request.reader),
        heard=queries.heard_for(obj, request.reader),
        versions=Table(listings.VERSIONS, list(queries.versions(obj, request.reader))),
    )


def _positions(rows: list[StrategyItem], reader: Reader) -> dict[int, TargetPosition]:
    """What counts toward each target that an objective names; none without targets."""
    targets = {target.pk: target for row in rows for target in row.targets.all()}
    found = target_positions(list(targets.values()), reader, today=timezone.localdate())
    return {position.target.pk: position for position in found}


def _lead(obj: Strategy) -> str:
    version = _("version %(number)d") % {"number": obj.edition}
    return f"{obj.reference} · {version} · {obj.years}"


def _facts(obj: Strategy, reader: Reader) -> list[Fact]:
    source = shown(obj.source, reader)
    return [
        Fact(_("State"), obj.get_state_display(), "tag", tone=listings.STANDING_TONES[obj.state]),
        Fact(_("Version"), obj.edition, "number"),
        Fact(_("Approved on"), obj.approved_on, "date"),
        Fact(_("Approved by"), obj.approved_by),
        Fact(_("Years"), obj.years),
        Fact(_("Currency"), obj.currency),
        Fact(_("Source"), source, href=source.get_absolute_url() if source else None),
        Fact(_("Belongs to"), obj.owner),
        Fact(_("Seen by"), obj.get_visibility_display(), "tag", tone="plain"),
    ]


def _buttons(obj: Strategy, rows: list[StrategyItem], reader: Reader) -> list[Button]:
    if obj.is_draft:
        return [
            _button(_("Change"), "strategy_edit", obj, rules.may_change(obj, reader)),
            _button(_("Discard the draft"), "strategy_discard", obj, rules.may_change(obj, reader)),
            _button(
                _("Approve"), "strategy_approve", obj, rules.may_approve(obj, rows, reader), True
            ),
        ]
    has_draft = queries.has_draft(obj)
    return [
        _button(_("Who sees it"), "strategy_share", obj, rules.may_share(obj, reader)),
        _button(
            _("Draft a new version"),
            "strategy_revise",
            obj,
            rules.may_revise(obj, has_draft, reader),
        ),
        Button(
            _("Plan a year"),
            f"{reverse('strategies:plan_add')}?strategy={obj.pk}",
            True,
            rules.may_plan(obj, reader),
        ),
    ]


def _button(label: str, name: str, obj: Any, verdict: Any, primary: bool = False) -> Button:
    return Button(label, reverse(f"strategies:{name}", args=[obj.pk]), primary, verdict)


def strategy_items(request: PageRequest, pk: int) -> HttpResponse:
    """All items of one version as a list that narrows, sorts and exports."""
    obj = fetch(queries.strategies(request.reader), pk=pk)
    return list_page(
        request,
        listings.ITEMS,
        queries.items(request.reader).filter(strategy=obj),
        title=_("Items of “%(name)s”") % {"name": obj},
        lead=_lead(obj),
        crumbs=_crumbs(obj),
    )


def _crumbs(obj: Strategy) -> list[tuple[Any, str]]:
    return [
        (_("Strategies"), reverse("strategies:strategy_list")),
        (str(obj), obj.get_absolute_url()),
    ]


def strategy_add(request: PageRequest) -> HttpResponse:
    """Draft a strategy."""
    require(may_keep_register(request.reader))
    return form_page(
        request,
        forms.StrategyForm,
        act=lambda data: actions.draft_strategy(by=request.reader, **without_version(data)),
        title=_("Draft a strategy"),
        submit=_("Record the draft"),
        cancel=reverse("strategies:strategy_list"),
        kwargs={"reader": request.reader},
    )


def strategy_edit(request: PageRequest, pk: int) -> HttpResponse:
    """Change what a draft says of itself."""
    obj = fetch(queries.strategies(request.reader), pk=pk)
    require(rules.may_change(obj, request.reader))
    return form_page(
        request,
        forms.StrategyForm,
        act=lambda data: actions.change_strategy(obj, by=request.reader, **data),
        title=_("Change “%(name)s”") % {"name": obj},
        submit=_("Save"),
        cancel=obj.get_absolute_url(),
        kwargs={"reader": request.reader, "obj": obj},
    )


def strategy_share(request: PageRequest, pk: int) -> HttpResponse:
    """Say who sees an approved strategy."""
    obj = fetch(queries.strategies(request.reader), pk=pk)
    require(rules.may_share(obj, request.reader))
    return form_page(
        request,
        forms.ShareForm,
        act=lambda data: actions.share_strategy(obj, by=request.reader, **data),
        title=_("Who sees “%(name)s”") % {"name": obj},
        submit=_("Save"),
        cancel=obj.get_absolute_url(),
        kwargs={"reader": request.reader, "obj": obj},
    )


def strategy_approve(request: PageRequest, pk: int) -> HttpResponse:
    """Freeze a draft."""
    obj = fetch(queries.strategies(request.reader), pk=pk)
    require(rules.may_approve(obj, list(obj.items.all()), request.reader))
    return form_page(
        request,
        forms.ApproveForm,
        act=lambda data: actions.approve_strategy(
            obj, by=request.reader, today=timezone.localdate(), **data
        ),
        success=DONE,
        initial={"version": obj.version},
        kwargs={"reader": request.reader},
        title=_("Approve “%(name)s”") % {"name": obj},
        lead=_(
            "Nothing in it changes after that; the version approved before it is superseded. "
            "Changes go into a new draft."
        ),
        submit=_("Approve"),
        cancel=obj.get_absolute_url(),
        about=obj,
    )


def strategy_revise(request: PageRequest, pk: int) -> HttpResponse:
    """Draft the next version."""
    obj = fetch(queries.strategies(request.reader), pk=pk)
    require(rules.may_revise(obj, queries.has_draft(obj), request.reader))
    return confirm_page(
        request,
        act=lambda _data: actions.revise_strategy(obj, by=request.reader),
        title=_("Draft a new version of “%(name)s”") % {"name": obj},
        question=_(
            "All items are copied into the draft, where every editor of the organisation can "
            "change them. The approved version stands until the draft is approved."
        ),
        submit=_("Draft a new version"),
        cancel=obj.get_absolute_url(),
        about=obj,
    )


def strategy_discard(request: PageRequest, pk: int) -> HttpResponse:
    """Remove a draft."""
    obj = fetch(queries.strategies(request.reader), pk=pk)
    require(rules.may_change(obj, request.reader))
    return confirm_page(
        request,
        act=lambda _data: actions.discard_draft(obj, by=request.reader),
        then=reverse("strategies:strategy_list"),
        title=_("Discard the draft of “%(name)s”") % {"name": obj},
        question=_("The draft and its items are removed; an approved version stands as it is."),
        submit=_("Discard the draft"),
        cancel=obj.get_absolute_url(),
        about=obj,
    )


FIELDS = (
    Column("field", gettext_lazy("Field"), lambda change: change.label),
    Column("before", gettext_lazy("Before"), lambda change: change.before),
    Column("after", gettext_lazy("After"), lambda change: change.after),
)


def compare(request: PageRequest, pk: int) -> HttpResponse:
    """What a version changes, item by item; ``?with=`` names the version before."""
    obj = fetch(queries.strategies(request.reader), pk=pk)
    before = _earlier(obj, request)
    items = queries.items(request.reader)
    found = tree.difference(
        before, obj, list(items.filter(strategy=before)), list(items.filter(strategy=obj))
    )
    context = {
        "obj": obj,
        "before": before,
        "crumbs": _crumbs(obj),
        "difference": found,
        "head": Table(FIELDS, found.head),
        "changed": [(change, Table(FIELDS, change.fields)) for change in found.of_sort("changed")],
        "added": found.of_sort("added"),
        "removed": found.of_sort("removed"),
    }
    return render(request, "strategies/compare.html", context)


def _earlier(obj: Strategy, request: PageRequest) -> Strategy:
    versions = queries.versions(obj, request.reader).exclude(pk=obj.pk)
    asked = request.GET.get("with", "")
    wanted = (
        versions.filter(edition=int(asked))
        if asked.isdecimal()
        else versions.filter(edition__lt=obj.edition)
    )
    found = wanted.first()
    if found is None:
        raise Missing(_("There is no other version to compare with."))
    return found
