"""What the pages below show of appraisals and runs."""

from django.utils.translation import gettext as _

from appui.kernel.access import Reader
from appui.kernel.panels import RenderedPanel
from appui.portfolio.models import Activity
from appui.questionnaires.models import Consultation
from appui.selection import listings, queries
from appui.ui.table import Table


def decisions(consultation: Consultation, reader: Reader) -> RenderedPanel | None:
    """The signed selections that rest on a consultation."""
    rows = list(queries.runs(reader).filter(consultations=consultation, signed_at__isnull=False))
    if not rows:
        return None
    return RenderedPanel(
        slug="decisions",
        title=_("Selections that rest on it"),
        template="ui/_table_panel.html",
        context={"table": Table(listings.DECISIONS, rows)},
        count=len(rows),
    )


def appraised(activity: Activity, reader: Reader) -> RenderedPanel | None:
    """The appraisals a project stands in."""
    rows = list(queries.candidates(reader).filter(activity=activity))
    if not rows:
        return None
    return RenderedPanel(
        slug="appraisals",
        title=_("Appraisals"),
        template="ui/_table_panel.html",
        context={"table": Table(listings.CANDIDACIES, rows)},
        count=len(rows),
    )
