"""A known project beside what a file says of it: keep ours or take theirs, field by field."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from appui.intake import rules
from appui.intake.cells import text_of
from appui.intake.columns import fields_of
from appui.intake.kinds import connections
from appui.intake.kinds.activities import standing, theirs_of
from appui.intake.kinds.base import Scene, Values
from appui.intake.lookups import Lookups
from appui.intake.models import Batch, KindOfRow, Row
from appui.intake.slices import judged_row, plan_of
from appui.kernel import audit
from appui.kernel.access import Reader
from appui.kernel.errors import Conflict, Missing
from appui.kernel.verdict import require
from appui.portfolio.actions import change_activity
from appui.portfolio.models import Activity


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that the file and the record have otherwise."""

    name: str
    label: str
    ours: str
    theirs: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """A project, what a row says of its fields, and where they differ."""

    activity: Activity
    theirs: Values
    differences: list[Difference]


def compare(batch: Batch, row: Row, *, by: Reader, today: date) -> Comparison:
    """The project that a row speaks of beside the row; raises ``Missing`` when there is none."""
    read = judged_row(batch, row, by=by, today=today)
    activity = None
    if batch.kind == KindOfRow.ACTIVITIES and read.is_good:
        activity = standing(read.values, batch.owner_id)
    if activity is None:
        raise Missing(_("No project of yours is known for this row."))
    theirs = theirs_of(activity, read.values, batch.text_language)
    theirs |= connections.missing(activity, read.values)
    plan, labels = plan_of(batch), fields_of(batch.kind)
    ours = {item.field: item.about["ours"] for item in read.issues if item.code == "other_here"}
    differences = [
        Difference(name, labels[name].label, text, text_of(plan.cell(name, row.cells)))
        for name, text in ours.items()
    ]
    return Comparison(activity, theirs, differences)


@transaction.atomic
def take_theirs(
    batch: Batch,
    row: Row,
    *,
    by: Reader,
    today: date,
    names: Iterable[str],
    activity: int | None = None,
    version: int | None = None,
) -> Activity:
    """Write what the file says into these fields of the project; the others stay ours.

    ``activity`` and ``version`` are what the person compared: raises ``Conflict`` when the row
    speaks of another project by now, or the project was changed.
    """
    audit.hold(batch)
    require(rules.may_work_on(batch, by))
    found = compare(batch, row, by=by, today=today)
    if activity is not None and found.activity.pk != activity:
        text = _("This row speaks of another project now, “%(name)s”: compare again.")
        raise Conflict(text % {"name": found.activity})
    audit.hold(found.activity)
    if version is not None and found.activity.version != version:
        text = _("“%(name)s” was changed since you compared it: compare again.")
        raise Conflict(text % {"name": found.activity}, found.activity.version)
    differing = {item.name for item in found.differences}
    wanted = {name: found.theirs[name] for name in names if name in differing}
    linked = {name: wanted.pop(name) for name in connections.NAMES if name in wanted}
    if linked:
        scene = Scene(batch, by, today, Lookups(by, batch.owner_id, {}))
        connections.add_links(found.activity, linked, scene)
    if not wanted:
        return found.activity
    return change_activity(found.activity, by=by, **wanted)
