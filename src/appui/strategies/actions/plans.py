"""Writes of work plans and of what projects serve."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from appui.kernel import audit
from appui.kernel.access import Reader
from appui.kernel.errors import Invalid
from appui.kernel.verdict import require
from appui.portfolio.models import Activity
from appui.questionnaires.actions.priorities import mark_planned, release
from appui.questionnaires.deciding import grounds
from appui.questionnaires.models import Consultation, Priority
from appui.questionnaires.rules import may_plan
from appui.registry.models import Organisation
from appui.registry.queries import keep_hidden
from appui.strategies import queries, rules
from appui.strategies.models import (
    ItemKind,
    Plan,
    PlanItem,
    Standing,
    Strategy,
    StrategyItem,
    Trace,
)

VERBS = (gettext_noop("derived"), gettext_noop("traced"), gettext_noop("trace removed"))


@transaction.atomic
def make_plan(
    strategy: Strategy,
    *,
    by: Reader,
    year: int,
    shared_with: Iterable[Organisation] = (),
    **fields: Any,
) -> Plan:
    """The plan of one year, with the actions of the approved strategy that are due in it."""
    audit.hold(strategy)
    require(rules.may_plan(strategy, by))
    known = Plan.objects.filter(
        owner=strategy.owner, strategy__reference=strategy.reference, year=year
    )
    if known.exists():
        text = _("There is a plan of this strategy for that year.")
        raise Invalid(text, {"year": text})
    plan = Plan(strategy=strategy, owner=strategy.owner, year=year, **fields)
    audit.create(plan, by=by, shared_with=list(shared_with))
    derive(plan, by=by)
    return plan


@transaction.atomic
def derive(plan: Plan, *, by: Reader) -> int:
    """Add the actions due in the year that the plan does not have yet; returns how many.

    They are those of the version approved now, which may follow the one the plan began with.
    """
    audit.hold(plan)
    require(rules.may_change(plan, by))
    known = set(plan.items.exclude(item=None).values_list("item__lineage", flat=True))
    current = queries.approved_version(plan.strategy)
    due = StrategyItem.objects.filter(
        strategy=current, kind=ItemKind.ACTION, due_on__year=plan.year
    )
    new = [_planned(plan, item) for item in due if item.lineage not in known]
    PlanItem.objects.bulk_create(new)
    if new:
        audit.record(by, "derived", plan, {"items": [None, "; ".join(map(str, new))]})
        audit.touch(plan)
    return len(new)


def _planned(plan: Plan, item: StrategyItem) -> PlanItem:
    return PlanItem(plan=plan, item=item, **{name: getattr(item, name) for name in item.COPIED})


@transaction.atomic
def approve_plan(
    plan: Plan,
    *,
    by: Reader,
    today: date,
    consultations: Iterable[Consultation] = (),
    unheard: str = "",
    version: int | None = None,
) -> Plan:
    """Freeze a plan: from then on only progress is reported.

    The approval names the consultations it rests on, or says why there was none.
    """
    audit.hold(plan)
    require(rules.may_approve_plan(plan, list(plan.items.all()), by))
    rests_on = grounds(consultations, unheard)
    return audit.update(
        plan,
        by=by,
        version=version,
        verb="approved",
        state=Standing.APPROVED,
        approved_on=today,
        approved_by=by.name,
        **rests_on,
    )


@transaction.atomic
def share_plan(plan: Plan, *, by: Reader, version: int | None = None, **fields: Any) -> Plan:
    """Say who sees a plan: that is no part of what was approved."""
    audit.hold(plan)
    require(rules.may_share(plan, by))
    keep_hidden(plan, by, fields)
    return audit.update(plan, by=by, version=version, **fields)


@transaction.atomic
def discard_plan(plan: Plan, *, by: Reader) -> None:
    """Remove a plan that is still a draft, with its items; the trail keeps each of them."""
    audit.hold(plan)
    require(rules.may_change(plan, by))
    for item in plan.items.all():
        _remove(item, by)
    audit.delete(plan, by=by)


def _remove(item: PlanItem, by: Reader) -> None:
    """Remove an item; the priorities it took up are open again."""
    release(item.get_absolute_url(), by=by)
    audit.delete(item, by=by)


@transaction.atomic
def add_plan_item(
    plan: Plan,
    *,
    by: Reader,
    title: dict[str, str],
    origin: str = "",
    origin_url: str = "",
    **fields: Any,
) -> PlanItem:
    """Add something to do by hand; ``origin`` and ``origin_url`` say what it comes from, such as
    the priority of an assessment."""
    audit.hold(plan)
    require(rules.may_change(plan, by))
    fields.setdefault("currency", plan.strategy.currency)
    item = PlanItem(plan=plan, title=title, origin=origin, origin_url=origin_url, **fields)
    audit.create(item, by=by)
    audit.record(by, "item added", plan, {"item": [None, str(item)]})
    audit.touch(plan)
    return item


@transaction.atomic
def plan_priority(plan: Plan, priority: Priority, *, by: Reader, **fields: Any) -> PlanItem:
    """Let a plan take up the priority of an assessment; each names the other from then on."""
    require(may_plan(priority, by))
    item = add_plan_item(
        plan,
        by=by,
        title=priority.title,
        origin=str(priority)[:300],
        origin_url=priority.get_absolute_url(),
        **fields,
    )
    mark_planned(priority, by=by, label=str(item)[:300], url=item.get_absolute_url())
    return item


@transaction.atomic
def change_plan_item(
    item: PlanItem, *, by: Reader, version: int | None = None, **fields: Any
) -> PlanItem:
    """Change an item of a draft plan; it keeps its link to the strategy."""
    audit.hold(item.plan)
    require(rules.may_change(item.plan, by))
    keep_hidden(item, by, fields)
    before, seen = str(item), item.version
    if audit.update(item, by=by, version=version, **fields).version == seen:
        return item
    audit.record(by, "item changed", item.plan, {"item": [before, str(item)]})
    audit.touch(item.plan)
    return item


@transaction.atomic
def remove_plan_item(item: PlanItem, *, by: Reader) -> None:
    """Remove an item of a draft plan; the trail keeps it, what it took up is open again."""
    audit.hold(item.plan)
    require(rules.may_change(item.plan, by))
    audit.record(by, "item removed", item.plan, {"item": [str(item), None]})
    audit.touch(item.plan)
    _remove(item, by)


@transaction.atomic
def trace(activity: Activity, *, by: Reader, item: StrategyItem) -> Trace:
    """Say which item of a strategy a project serves."""
    require(rules.may_trace(activity, by, item))
    made = audit.create(Trace(activity=activity, item=item), by=by)
    audit.record(by, "traced", activity, {"item": [None, str(item)]})
    return made


@transaction.atomic
def untrace(found: Trace, *, by: Reader) -> None:
    """Take back that a project serves an item."""
    require(rules.may_trace(found.activity, by))
    audit.record(by, "trace removed", found.activity, {"item": [str(found.item), None]})
    audit.delete(found, by=by)
