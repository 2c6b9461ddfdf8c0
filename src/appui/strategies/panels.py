"""What the pages below show of strategies."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appui.kernel.access import Reader
from appui.kernel.panels import RenderedPanel
from appui.portfolio.models import Activity
from appui.questionnaires.models import Priority
from appui.questionnaires.rules import may_plan
from appui.strategies import queries, rules
from appui.ui.listing import Column
from appui.ui.table import Table

ITEM = Column(
    "item",
    gettext_lazy("Item"),
    lambda row: row.item.title,
    "multilingual",
    href=lambda row: row.item.get_absolute_url(),
)
KIND = Column("kind", gettext_lazy("Kind"), lambda row: row.item.get_kind_display())
STRATEGY = Column("strategy", gettext_lazy("Strategy"), lambda row: str(row.item.strategy))
PLANNED = Column(
    "title",
    gettext_lazy("Item"),
    lambda row: row.title,
    "multilingual",
    href=lambda row: row.get_absolute_url(),
)
DUE = Column("due", gettext_lazy("Due on"), lambda row: row.due_on, "date")
REMOVE = Column(
    "remove",
    gettext_lazy("Remove"),
    lambda _row: _("Remove"),
    href=lambda row: reverse("strategies:trace_remove", args=[row.pk]),
)


def planned_in(priority: Priority, reader: Reader) -> RenderedPanel | None:
    """The items of plans that take up a priority, and where to plan it."""
    address = priority.get_absolute_url()
    rows = list(queries.plan_items(reader).filter(origin_url=address))
    may = may_plan(priority, reader)
    if not rows and not may:
        return None
    return RenderedPanel(
        "plans",
        _("In the plans"),
        "strategies/_planned_panel.html",
        {
            "table": Table((PLANNED, DUE), rows),
            "add_url": reverse("strategies:priority_plan", args=[priority.pk]) if may else "",
        },
        count=len(rows) or None,
    )


def served_by(activity: Activity, reader: Reader) -> RenderedPanel | None:
    """The items of strategies that a project serves."""
    rows = list(queries.traces(reader).filter(activity=activity))
    may_trace = rules.may_trace(activity, reader)
    if not rows and not may_trace:
        return None
    columns = [ITEM, KIND, STRATEGY, *([REMOVE] if may_trace else [])]
    context = {
        "table": Table(columns, rows),
        "add_url": reverse("strategies:trace_add", args=[activity.pk]) if may_trace else "",
    }
    return RenderedPanel(
        "serves",
        _("What it serves"),
        "strategies/_serves_panel.html",
        context,
        count=len(rows) or None,
    )
