"""What the pages below show of obligations."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from appui.funding.models import Agreement
from appui.kernel.access import Reader
from appui.kernel.panels import RenderedPanel
from appui.obligations import listings, queries
from appui.portfolio.models import Activity
from appui.registry.models import Organisation
from appui.ui.table import Table

SHOWN = 20


def of_agreement(agreement: Agreement, reader: Reader) -> RenderedPanel | None:
    """What an agreement asks, and what fulfilled it."""
    rows = list(queries.ordered(queries.obligations(reader).filter(agreement=agreement)))
    return _panel(rows, Table(listings.PANEL, rows))


def of_activity(activity: Activity, reader: Reader) -> RenderedPanel | None:
    """What the agreements that pay a project ask still."""
    seen = Agreement.objects.visible_to(reader).filter(allocations__activity=activity)
    asked = queries.obligations(reader).open().filter(agreement__in=seen.values("pk"))
    rows = list(queries.ordered(asked)[:SHOWN])
    return _panel(rows, Table(listings.PANEL_WITH_OF, rows))


def of_organisation(organisation: Organisation, reader: Reader) -> RenderedPanel | None:
    """What is still to do for a donor, or what a workspace has to do by treaty."""
    if organisation.is_workspace:
        asked = queries.obligations(reader).open().filter(owner=organisation)
    else:
        same = [organisation.pk, *organisation.merged.values_list("pk", flat=True)]
        asked = queries.obligations(reader).open().filter(agreement__donor__in=same)
    rows = list(queries.ordered(asked)[:SHOWN])
    return _panel(rows, Table(listings.PANEL_WITH_OF, rows))


def _panel(rows: Sequence[object], table: Table) -> RenderedPanel | None:
    if not rows:
        return None
    context = {"table": table, "all_url": reverse("obligations:obligation_list")}
    title = _("Obligations")
    return RenderedPanel("obligations", title, "obligations/_panel.html", context, len(rows))
