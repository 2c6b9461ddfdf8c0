"""Items of strategies, and the progress reported of them."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appui.kernel import audit
from appui.kernel.access import Reader
from appui.kernel.errors import Missing
from appui.kernel.models import AuditEntry
from appui.kernel.verdict import require
from appui.registry.pages import HISTORY_SHOWN, Button, PageRequest, fetch, sheet_page
from appui.strategies import actions, forms, listings, queries, rules
from appui.strategies.actions.strategies import BELOW
from appui.strategies.models import ItemKind, Plan, PlanItem, StrategyItem
from appui.strategies.views.strategies import ADD_LABELS
from appui.ui.facts import Fact
from appui.ui.forms import confirm_page, form_page, without_version
from appui.ui.listing import Column
from appui.ui.table import Table

REPORTS = (
    Column("on", gettext_lazy("On the date of"), lambda row: row.on, "date"),
    Column(
        "state",
        gettext_lazy("State"),
        lambda row: row.get_state_display(),
        "tag",
        tone=lambda row: listings.PROGRESS_TONES[row.state],
    ),
    Column("note", gettext_lazy("Note"), lambda row: row.note),
    Column("by", gettext_lazy("Said by"), lambda row: row.said_by),
)
SERVING = (
    Column(
        "project",
        gettext_lazy("Project"),
        lambda row: row.activity,
        href=lambda row: row.activity.get_absolute_url(),
    ),
)


def item(request: PageRequest, pk: int) -> HttpResponse:
    """One item with its progress and the projects that serve it."""
    obj = fetch(queries.items(request.reader), pk=pk)
    may_change = rules.may_change(obj.strategy, request.reader)
    serving = queries.traces(request.reader).filter(item__lineage=obj.lineage)
    return sheet_page(
        request,
        obj,
        template="strategies/item.html",
        crumbs=[
            (_("Strategies"), reverse("strategies:strategy_list")),
            (str(obj.strategy), obj.strategy.get_absolute_url()),
        ],
        lead=" · ".join(filter(None, [obj.get_kind_display(), str(obj.parent or "")])),
        buttons=[
            Button(_("Change"), reverse("strategies:item_edit", args=[pk]), False, may_change),
            *_below(obj, request),
            *_report_button(obj, request),
        ],
        facts=[*work_facts(obj), *_targets(obj), Fact(_("Version"), obj.version, "number")],
        reports=Table(REPORTS, list(queries.reports_of(obj, request.reader))),
        is_action=obj.kind == ItemKind.ACTION,
        serving=Table(SERVING, list(serving)),
        entries=entries_of(obj, request.reader),
    )


def entries_of(obj: StrategyItem | PlanItem | Plan, reader: Reader) -> list[AuditEntry]:
    """The trail, for those who work in the organisation."""
    own = reader.role_in(obj.owner_id) is not None
    return list(audit.history(obj)[:HISTORY_SHOWN]) if own else []


def _below(obj: StrategyItem, request: PageRequest) -> list[Button]:
    kind = BELOW.get(obj.kind)
    if kind is None or not obj.strategy.is_draft:
        return []
    url = f"{reverse('strategies:item_add', args=[obj.strategy_id])}?under={obj.pk}"
    verdict = rules.may_change(obj.strategy, request.reader)
    return [Button(ADD_LABELS[ItemKind(kind)], url, True, verdict)]


def _report_button(obj: StrategyItem, request: PageRequest) -> list[Button]:
    if obj.kind != ItemKind.ACTION:
        return []
    url = reverse("strategies:item_progress", args=[obj.pk])
    verdict = rules.may_report(obj, request.reader)
    return [Button(_("Report progress"), url, obj.strategy.state == "approved", verdict)]


def work_facts(obj: StrategyItem | PlanItem) -> list[Fact]:
    """Who, when, for how much, and how one sees it."""
    return [
        Fact(_("State"), listings.progress(obj), "tag", tone=listings.progress_tone(obj)),
        Fact(_("Responsible"), obj.who),
        Fact(_("Due on"), obj.due_on, "date"),
        Fact(_("Cost"), obj.price, "money"),
        Fact(_("Indicator"), listings.indicator(obj)),
    ]


def _targets(obj: StrategyItem) -> list[Fact]:
    return [
        Fact(_("Target"), target, href=target.get_absolute_url()) for target in obj.targets.all()
    ]


def item_add(request: PageRequest, pk: int) -> HttpResponse:
    """Add an objective, or with ``?under=`` what stands under an item."""
    obj = fetch(queries.strategies(request.reader), pk=pk)
    require(rules.may_change(obj, request.reader))
    under = _under(request, obj.pk)
    kind = BELOW.get(under.kind if under else None)
    if kind is None:
        raise Missing(_("Nothing stands under an action."))
    return form_page(
        request,
        forms.FORMS[kind],
        act=lambda data: actions.add_item(
            obj, by=request.reader, under=under, **without_version(data)
        ),
        then=obj.get_absolute_url(),
        title=f"{ADD_LABELS[ItemKind(kind)]} · {under or obj}",
        submit=ADD_LABELS[ItemKind(kind)],
        cancel=obj.get_absolute_url(),
        initial={"currency": obj.currency},
        kwargs={"reader": request.reader},
        about=obj,
    )


def _under(request: PageRequest, strategy: int) -> StrategyItem | None:
    asked = request.GET.get("under", "")
    if not asked:
        return None
    key = int(asked) if asked.isdecimal() and len(asked) < 19 else 0
    return fetch(queries.items(request.reader).filter(strategy=strategy), pk=key)


def item_edit(request: PageRequest, pk: int) -> HttpResponse:
    """Change one item of a draft; a change made meanwhile is shown."""
    obj = fetch(queries.items(request.reader), pk=pk)
    require(rules.may_change(obj.strategy, request.reader))
    return form_page(
        request,
        forms.FORMS[obj.kind],
        act=lambda data: actions.change_item(obj, by=request.reader, **data),
        title=_("Change “%(name)s”") % {"name": obj},
        submit=_("Save"),
        cancel=obj.get_absolute_url(),
        kwargs={"reader": request.reader, "obj": obj},
        template="strategies/removable_form.html",
        remove_url=reverse("strategies:item_remove", args=[pk]),
    )


def item_remove(request: PageRequest, pk: int) -> HttpResponse:
    """Remove an item of a draft with what stands under it."""
    obj = fetch(queries.items(request.reader), pk=pk)
    require(rules.may_change(obj.strategy, request.reader))
    back = obj.strategy.get_absolute_url()
    return confirm_page(
        request,
        act=lambda _data: actions.remove_item(obj, by=request.reader),
        then=back,
        title=_("Remove “%(name)s”") % {"name": obj},
        question=_("What stands under it is removed too. The history of the strategy keeps it."),
        submit=_("Remove"),
        cancel=obj.get_absolute_url(),
        about=obj,
    )


def item_progress(request: PageRequest, pk: int) -> HttpResponse:
    """Say how far an action is."""
    return report_page(request, fetch(queries.items(request.reader), pk=pk))


def report_page(request: PageRequest, obj: StrategyItem | PlanItem) -> HttpResponse:
    """The form of progress, on an action or on an item of a plan."""
    require(rules.may_report(obj, request.reader))
    return form_page(
        request,
        forms.ProgressForm,
        act=lambda data: actions.report_progress(
            obj, by=request.reader, today=timezone.localdate(), **without_version(data)
        ),
        then=obj.get_absolute_url(),
        title=_("Report progress · %(name)s") % {"name": obj},
        submit=_("Report progress"),
        cancel=obj.get_absolute_url(),
        initial={"on": timezone.localdate(), "state": listings.next_state(obj)},
        kwargs={"reader": request.reader},
        about=obj,
    )
