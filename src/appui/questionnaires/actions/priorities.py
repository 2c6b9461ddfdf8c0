"""Writes of priorities."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop

from appui.kernel import audit
from appui.kernel.access import Reader
from appui.kernel.verdict import require
from appui.questionnaires import rules
from appui.questionnaires.models import Priority, PriorityState
from appui.registry.queries import keep_hidden
from appui.registry.rules import may_edit, may_write_for

VERBS = (
    gettext_noop("moved to planned"),
    gettext_noop("moved to done"),
    gettext_noop("moved to dropped"),
)


@transaction.atomic
def change_priority(
    priority: Priority, *, by: Reader, version: int | None = None, **fields: Any
) -> Priority:
    """Change its title, its urgency and who sees it."""
    audit.hold(priority)
    require(may_edit(priority, by))
    if "owner" in fields:
        require(may_write_for(fields["owner"].pk, by))
    keep_hidden(priority, by, fields)
    return audit.update(priority, by=by, version=version, **fields)


@transaction.atomic
def mark_planned(
    priority: Priority, *, by: Reader, label: str, url: str = "", version: int | None = None
) -> Priority:
    """Say that the item of a plan called ``label``, at ``url``, takes it up."""
    audit.hold(priority)
    require(rules.may_plan(priority, by))
    return audit.update(
        priority,
        by=by,
        version=version,
        verb="moved to planned",
        state=PriorityState.PLANNED,
        plan_label=label,
        plan_url=url,
    )


@transaction.atomic
def release(url: str, *, by: Reader) -> None:
    """Open again what the item of a plan at ``url`` took up, because the item is gone."""
    for priority in Priority.objects.filter(state=PriorityState.PLANNED, plan_url=url):
        audit.hold(priority)
        audit.update(
            priority,
            by=by,
            verb="moved to open",
            state=PriorityState.OPEN,
            plan_label="",
            plan_url="",
        )


@transaction.atomic
def move_priority(
    priority: Priority, *, by: Reader, state: str, reason: str = "", version: int | None = None
) -> Priority:
    """Reopen, do or drop a priority; dropping wants a reason. ``mark_planned`` plans it."""
    audit.hold(priority)
    require(rules.may_move(priority, state, by))
    fields: dict[str, Any] = {"state": state, "reason": reason}
    if state == PriorityState.OPEN:
        fields |= {"plan_label": "", "plan_url": ""}
    return audit.update(priority, by=by, version=version, verb=f"moved to {state}", **fields)
