"""What the pages below show of comparisons."""

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appui.instruments import queries
from appui.instruments.listings import COMPARISONS
from appui.instruments.models import Comparison
from appui.kernel.access import Reader
from appui.kernel.panels import RenderedPanel
from appui.needs.models import Need
from appui.portfolio.models import Activity
from appui.registry.rules import may_edit
from appui.ui.listing import Column
from appui.ui.table import Table

SHOWN = ("title", "need", "options")
COLUMNS = (
    *(column for column in COMPARISONS.columns if column.key in SHOWN),
    Column("updated", gettext_lazy("Changed on"), lambda row: row.updated_at, "date"),
)


def compared_for_need(need: Need, reader: Reader) -> RenderedPanel | None:
    """The comparisons made for a need, and where to make one."""
    rows = queries.comparisons(reader).filter(need=need)
    return _panel(rows, f"?need={need.pk}", may=bool(may_edit(need, reader)))


def compared_for_activity(activity: Activity, reader: Reader) -> RenderedPanel | None:
    """The comparisons made for a project, and where to make one."""
    rows = queries.comparisons(reader).filter(activity=activity)
    return _panel(rows, f"?project={activity.pk}", may=bool(may_edit(activity, reader)))


def _panel(rows: QuerySet[Comparison], asked: str, *, may: bool) -> RenderedPanel | None:
    found = list(rows)
    if not found and not may:
        return None
    context = {
        "table": Table(COLUMNS, found),
        "add_url": reverse("instruments:comparison_add") + asked if may else "",
    }
    return RenderedPanel(
        "instruments",
        _("Instruments compared"),
        "instruments/_panel.html",
        context,
        count=len(found) or None,
    )
