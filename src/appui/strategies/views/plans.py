"""Annual work plans, what is late, and which project serves what."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from appui.kernel.access import Reader
from appui.kernel.verdict import require
from appui.portfolio.models import Activity
from appui.questionnaires.models import Priority
from appui.questionnaires.rules import may_plan
from appui.registry.pages import Button, PageRequest, adding, fetch, sheet_page
from appui.registry.rules import may_keep_register
from appui.strategies import actions, forms, listings, queries, rules, tree
from appui.strategies.models import Plan, PlanItem, Standing
from appui.strategies.views.items import REPORTS, entries_of, report_page, work_facts
from appui.strategies.views.tabs import plan_tabs, strategy_tabs, workspace
from appui.ui.facts import Fact
from appui.ui.forms import DONE, confirm_page, form_page, without_version
from appui.ui.listing import list_page
from appui.ui.table import Table


def plan_list(request: PageRequest) -> HttpResponse:
    """All plans the reader may see."""
    return list_page(
        request,
        listings.PLANS,
        queries.plans(request.reader),
        template="ui/tabbed_list.html",
        title=_("Work plans"),
        lead=_("What is to be done in a year, by whom and by when."),
        tabs=plan_tabs("strategies:plan_list"),
        **adding(request, "strategies:plan_add", _("Plan a year")),
    )


def plan(request: PageRequest, pk: int) -> HttpResponse:
    """One plan: its items, by person, state and quarter, as a page or a file."""
    obj = fetch(queries.plans(request.reader), pk=pk)
    rows = queries.plan_items(request.reader).filter(plan=obj)
    everything = list(obj.items.all())
    return list_page(
        request,
        listings.plan_items(obj),
        rows,
        template="strategies/plan.html",
        title=str(obj),
        obj=obj,
        crumbs=[(_("Work plans"), reverse("strategies:plan_list"))],
        buttons=_buttons(obj, everything, request.reader),
        costs=tree.costs_of(everything),
        count=len(everything),
        tone=listings.STANDING_TONES[obj.state],
        entries=entries_of(obj, request.reader),
        heard=queries.heard_for(obj, request.reader),
    )


def _buttons(obj: Plan, rows: list[PlanItem], reader: Reader) -> list[Button]:
    may_change = rules.may_change(obj, reader)
    names: list[tuple[str, str, Any, bool]] = []
    if obj.is_draft:
        names = [
            (_("Add an item"), "plan_item_add", may_change, False),
            (_("Derive from the strategy"), "plan_derive", may_change, False),
            (_("Discard the draft"), "plan_discard", may_change, False),
            (_("Approve"), "plan_approve", rules.may_approve_plan(obj, rows, reader), True),
        ]
    buttons = [
        Button(label, reverse(f"strategies:{name}", args=[obj.pk]), primary, verdict)
        for label, name, verdict, primary in names
    ]
    share = reverse("strategies:plan_share", args=[obj.pk])
    return [
        Button(_("To print"), reverse("strategies:plan_print", args=[obj.pk])),
        Button(_("Who sees it"), share, False, rules.may_share(obj, reader)),
        *buttons,
    ]


def plan_print(request: PageRequest, pk: int) -> HttpResponse:
    """The whole plan on one page, by quarter."""
    obj = fetch(queries.plans(request.reader), pk=pk)
    rows = list(queries.plan_items(request.reader).filter(plan=obj))
    context = {
        "obj": obj,
        "crumbs": [
            (_("Work plans"), reverse("strategies:plan_list")),
            (str(obj), obj.get_absolute_url()),
        ],
        "costs": tree.costs_of(rows),
        "quarters": [
            (title, Table(listings.PRINTED, found), tree.costs_of(found))
            for title, found in _by_quarter(rows)
        ],
    }
    return render(request, "strategies/plan_print.html", context)


def _by_quarter(rows: list[PlanItem]) -> list[tuple[str, list[PlanItem]]]:
    """The quarters with something to do, then what has no day."""
    groups: dict[str, list[PlanItem]] = {}
    for row in rows:
        quarter = (row.due_on.month + 2) // 3 if row.due_on else 0
        title = _("Quarter %(n)d") % {"n": quarter} if quarter else _("No day stated")
        groups.setdefault(title, []).append(row)
    return list(groups.items())


def plan_add(request: PageRequest) -> HttpResponse:
    """Make the plan of a year from an approved strategy."""
    require(may_keep_register(request.reader))
    return form_page(
        request,
        forms.PlanForm,
        act=lambda data: actions.make_plan(by=request.reader, **without_version(data)),
        title=_("Plan a year"),
        submit=_("Make the plan"),
        cancel=reverse("strategies:plan_list"),
        initial={
            "year": timezone.localdate().year + 1,
            "strategy": request.GET.get("strategy", ""),
        },
        kwargs={"reader": request.reader},
    )


def plan_derive(request: PageRequest, pk: int) -> HttpResponse:
    """Add the actions of the year that the plan does not have yet."""
    obj = fetch(queries.plans(request.reader), pk=pk)
    require(rules.may_change(obj, request.reader))

    def act(_data: dict[str, Any]) -> Plan:
        actions.derive(obj, by=request.reader)
        return obj

    return confirm_page(
        request,
        act=act,
        title=_("Derive “%(name)s”") % {"name": obj},
        question=_(
            "The actions of the approved strategy due in %(year)s are added; what the plan has "
            "already stays as it is."
        )
        % {"year": obj.year},
        submit=_("Derive from the strategy"),
        cancel=obj.get_absolute_url(),
        about=obj,
    )


def plan_share(request: PageRequest, pk: int) -> HttpResponse:
    """Say who sees a plan."""
    obj = fetch(queries.plans(request.reader), pk=pk)
    require(rules.may_share(obj, request.reader))
    return form_page(
        request,
        forms.SharePlanForm,
        act=lambda data: actions.share_plan(obj, by=request.reader, **data),
        title=_("Who sees “%(name)s”") % {"name": obj},
        submit=_("Save"),
        cancel=obj.get_absolute_url(),
        kwargs={"reader": request.reader, "obj": obj},
    )


def plan_approve(request: PageRequest, pk: int) -> HttpResponse:
    """Freeze a plan."""
    obj = fetch(queries.plans(request.reader), pk=pk)
    require(rules.may_approve_plan(obj, list(obj.items.all()), request.reader))
    return form_page(
        request,
        forms.ApprovePlanForm,
        act=lambda data: actions.approve_plan(
            obj, by=request.reader, today=timezone.localdate(), **data
        ),
        success=DONE,
        initial={"version": obj.version},
        kwargs={"reader": request.reader},
        title=_("Approve “%(name)s”") % {"name": obj},
        lead=_("Nothing in it changes after that: only progress is reported."),
        submit=_("Approve"),
        cancel=obj.get_absolute_url(),
        about=obj,
    )


def plan_discard(request: PageRequest, pk: int) -> HttpResponse:
    """Remove a plan that is still a draft."""
    obj = fetch(queries.plans(request.reader), pk=pk)
    require(rules.may_change(obj, request.reader))
    return _remove_page(
        request,
        obj,
        lambda: actions.discard_plan(obj, by=request.reader),
        back=reverse("strategies:plan_list"),
        question=_("The draft and its items are removed; the strategy stands as it is."),
    )


def _remove_page(
    request: PageRequest, obj: Any, remove: Any, *, back: str, question: str
) -> HttpResponse:
    return confirm_page(
        request,
        act=lambda _data: remove(),
        then=back,
        title=_("Remove “%(name)s”") % {"name": obj},
        question=question,
        submit=_("Remove"),
        cancel=obj.get_absolute_url(),
        about=obj,
    )


def plan_item(request: PageRequest, pk: int) -> HttpResponse:
    """One item of a plan with its progress, its action and its project."""
    obj = fetch(queries.plan_items(request.reader), pk=pk)
    may_change = rules.may_change(obj.plan, request.reader)
    report = rules.may_report(obj, request.reader)
    return sheet_page(
        request,
        obj,
        template="strategies/item.html",
        crumbs=[
            (_("Work plans"), reverse("strategies:plan_list")),
            (str(obj.plan), obj.plan.get_absolute_url()),
        ],
        buttons=[
            Button(_("Change"), reverse("strategies:plan_item_edit", args=[pk]), False, may_change),
            Button(
                _("Report progress"),
                reverse("strategies:plan_item_progress", args=[pk]),
                not obj.plan.is_draft,
                report,
            ),
        ],
        facts=[*work_facts(obj), *_comes_from(obj)],
        reports=Table(REPORTS, list(queries.reports_of(obj, request.reader))),
        is_action=True,
        serving=Table((), ()),
        entries=entries_of(obj, request.reader),
    )


def _comes_from(obj: PlanItem) -> list[Fact]:
    action, activity = obj.item, obj.activity
    return [
        Fact(
            _("Action of the strategy"),
            action,
            href=action.get_absolute_url() if action else None,
        ),
        Fact(_("Project"), activity, href=activity.get_absolute_url() if activity else None),
        Fact(_("Comes from"), obj.origin or obj.origin_url, href=obj.origin_url or None),
    ]


def plan_item_add(request: PageRequest, pk: int) -> HttpResponse:
    """Add something to do by hand."""
    obj = fetch(queries.plans(request.reader), pk=pk)
    require(rules.may_change(obj, request.reader))

    def act(data: dict[str, Any]) -> Plan:
        actions.add_plan_item(obj, by=request.reader, **without_version(data))
        return obj

    return form_page(
        request,
        forms.PlanItemForm,
        act=act,
        title=_("Add an item"),
        submit=_("Add the item"),
        cancel=obj.get_absolute_url(),
        initial={"currency": obj.strategy.currency},
        kwargs={"reader": request.reader},
        about=obj,
    )


def plan_item_edit(request: PageRequest, pk: int) -> HttpResponse:
    """Change an item of a draft plan."""
    obj = fetch(queries.plan_items(request.reader), pk=pk)
    require(rules.may_change(obj.plan, request.reader))
    return form_page(
        request,
        forms.PlanItemForm,
        act=lambda data: actions.change_plan_item(obj, by=request.reader, **data),
        title=_("Change “%(name)s”") % {"name": obj},
        submit=_("Save"),
        cancel=obj.get_absolute_url(),
        kwargs={"reader": request.reader, "obj": obj},
        template="strategies/removable_form.html",
        remove_url=reverse("strategies:plan_item_remove", args=[pk]),
    )


def plan_item_remove(request: PageRequest, pk: int) -> HttpResponse:
    """Remove an item of a draft plan."""
    obj = fetch(queries.plan_items(request.reader), pk=pk)
    require(rules.may_change(obj.plan, request.reader))
    return _remove_page(
        request,
        obj,
        lambda: actions.remove_plan_item(obj, by=request.reader),
        back=obj.plan.get_absolute_url(),
        question=_("The history of the plan keeps it."),
    )


def plan_item_progress(request: PageRequest, pk: int) -> HttpResponse:
    """Say how far an item of a plan is."""
    return report_page(request, fetch(queries.plan_items(request.reader), pk=pk))


def late(request: PageRequest) -> HttpResponse:
    """What is late in the organisation in which the reader works, by person."""
    organisation = workspace(request)
    today = timezone.localdate()
    found = queries.late_work([organisation.pk], request.reader, today=today)
    people = queries.by_person(found)
    context = {
        "title": _("Late, by person"),
        "lead": str(organisation),
        "tabs": plan_tabs("strategies:late"),
        "people": [
            (who or _("Nobody is responsible"), _late_count(rows), Table(listings.LATE, rows))
            for who, rows in people.items()
        ],
    }
    return render(request, "strategies/late.html", context)


def _late_count(rows: list[queries.OpenWork]) -> str:
    count = len(rows)
    return ngettext("%(count)d late", "%(count)d late", count) % {"count": count}


def untraced_list(request: PageRequest) -> HttpResponse:
    """Projects that serve no item of a strategy."""
    return list_page(
        request,
        listings.UNTRACED,
        queries.untraced(request.reader),
        template="ui/tabbed_list.html",
        title=_("Projects that trace to no strategy"),
        lead=_("Each new programme says which item of a strategy it serves."),
        tabs=strategy_tabs("strategies:untraced_list"),
    )


def priority_plan(request: PageRequest, pk: int) -> HttpResponse:
    """Put the priority of an assessment into a plan that is still a draft."""
    priority = fetch(Priority.objects.visible_to(request.reader), pk=pk)
    require(may_plan(priority, request.reader))

    def act(data: dict[str, Any]) -> PlanItem:
        given = without_version(data)
        return actions.plan_priority(given.pop("plan"), priority, by=request.reader, **given)

    return form_page(
        request,
        forms.PriorityForm,
        act=act,
        title=_("Plan “%(name)s”") % {"name": priority},
        lead=_("Only plans that are still drafts take new items."),
        submit=_("Put it into the plan"),
        cancel=priority.get_absolute_url(),
        kwargs={
            "reader": request.reader,
            "plans": Plan.objects.visible_to(request.reader).filter(state=Standing.DRAFT),
        },
        about=priority,
    )


def trace_add(request: PageRequest, pk: int) -> HttpResponse:
    """Say which item of a strategy a project serves."""
    activity = fetch(Activity.objects.visible_to(request.reader), pk=pk)
    require(rules.may_trace(activity, request.reader))
    return form_page(
        request,
        forms.TraceForm,
        act=lambda data: actions.trace(activity, by=request.reader, item=data["item"]),
        title=_("What “%(name)s” serves") % {"name": activity},
        submit=_("Trace"),
        cancel=activity.get_absolute_url(),
        kwargs={"reader": request.reader},
        about=activity,
    )


def trace_remove(request: PageRequest, pk: int) -> HttpResponse:
    """Take back that a project serves an item."""
    obj = fetch(queries.traces(request.reader), pk=pk)
    require(rules.may_trace(obj.activity, request.reader))
    return _remove_page(
        request,
        obj,
        lambda: actions.untrace(obj, by=request.reader),
        back=obj.get_absolute_url(),
        question=_("The project is then listed among those that trace to no strategy."),
    )
