"""What the page of a project shows of its design."""

import uuid
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from appui.design import listings, queries, rules
from appui.design.models import Stage
from appui.design.progress import Checked, Progress, answers_for, lacks, progress_of
from appui.kernel.access import Reader
from appui.kernel.panels import RenderedPanel
from appui.kernel.verdict import Verdict
from appui.portfolio.models import Activity
from appui.questionnaires.models import Consultation
from appui.registry.rules import may_edit
from appui.ui.table import Table


@dataclass(frozen=True, slots=True)
class ShownItem:
    """An item of the checklist with the form that ticks it."""

    checked: Checked
    url: str
    key: uuid.UUID


def way_of(activity: Activity, reader: Reader) -> RenderedPanel | None:
    """The stage of the project, what the next one asks and how it came here; for its own people."""
    if reader.role_in(activity.owner_id) is None:
        return None
    progress = progress_of(activity)
    change = may_edit(activity, reader)
    return RenderedPanel(
        slug="way",
        title=_("Stage"),
        template="design/_way_panel.html",
        region="head",
        context={
            "progress": progress,
            "steps": _steps(progress),
            "label": listings.stage_label(_present(progress)),
            "days": _days(progress),
            "items": _items(progress),
            "answers": answers_for(progress, progress.next) if progress.next else [],
            "lacks": lacks(progress, progress.next) if progress.next else [],
            "moves": list(queries.moves(activity, reader)),
            "may_change": change,
            "may_adopt": rules.may_adopt(activity.owner_id, reader, has_kit=progress.has_kit),
            "move_url": reverse("design:move", args=[activity.pk]),
            "adopt_url": reverse("design:adopt", args=[activity.owner_id]),
        },
    )


def moves_resting_on(consultation: Consultation, reader: Reader) -> RenderedPanel | None:
    """The moves of projects that rest on a consultation; for the people of the projects."""
    rows = list(queries.all_moves(reader).filter(consultations=consultation))
    if not rows:
        return None
    return RenderedPanel(
        slug="moves",
        title=_("Moves of projects that rest on it"),
        template="ui/_table_panel.html",
        context={"table": Table(listings.MOVES, rows)},
        count=len(rows),
    )


def _present(progress: Progress) -> Stage | None:
    return progress.standing.stage if progress.standing else None


def _steps(progress: Progress) -> list[tuple[Stage, str]]:
    """The stages in order, each behind, current or ahead."""
    here = _present(progress)
    current = [(here, "current")] if here else []
    behind = [(stage, "behind") for stage in progress.behind]
    return [*behind, *current, *((stage, "ahead") for stage in progress.ahead)]


def _days(progress: Progress) -> int | None:
    since = progress.standing.since if progress.standing else None
    return listings.days_since(since, timezone.now())


def _items(progress: Progress) -> list[ShownItem]:
    """The checklist of the next stage."""
    if progress.next is None:
        return []
    return [
        ShownItem(
            checked,
            reverse(
                "design:untick" if checked.tick else "design:tick",
                args=[progress.activity.pk, checked.item.pk],
            ),
            uuid.uuid4(),
        )
        for checked in progress.checklist(progress.next)
    ]


def papers_of(activity: Activity, reader: Reader) -> RenderedPanel | None:
    """The papers about the project and its theory of change, as far as the reader sees them."""
    papers = list(queries.papers(reader).filter(activity=activity))
    theory = queries.theories(reader).filter(activity=activity).first()
    change: Verdict = may_edit(activity, reader)
    if not (papers or theory or change):
        return None
    return RenderedPanel(
        slug="papers",
        title=_("Papers and theory of change"),
        template="design/_papers_panel.html",
        context={
            "table": Table(listings.PAPERS_OF_PROJECT, papers),
            "theory": theory,
            "findings": len(queries.findings(theory)) if theory else 0,
            "may_change": change,
            "add_url": reverse("design:paper_add", args=[activity.pk]),
            "theory_url": reverse("design:project_theory", args=[activity.pk]),
        },
        count=len(papers) or None,
    )
