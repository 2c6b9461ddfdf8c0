"""The work on a batch, a bounded slice of rows each time: checking and bringing in.

A slice takes the same number of queries however many rows came before it. Each is called within a
transaction that holds the batch (``actions.go_on``), so that a slice is done whole or not at all.
"""

import hashlib
import json
import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import DataError, IntegrityError, transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from appui.intake.cells import Habit, habit_of, text_of
from appui.intake.columns import fields_of
from appui.intake.kinds import KINDS
from appui.intake.kinds.base import Kind, Known, Outcome, Problem, Scene, Values
from appui.intake.lookups import Lookups
from appui.intake.models import Batch, Issue, Made, Row, RowState
from appui.intake.rowreading import Plan, RowRead, Said, problems_of, read_row
from appui.kernel.access import Reader
from appui.kernel.errors import AppuiError

LOG = logging.getLogger(__name__)
# What a row may set off that nobody thought of: the row stays out, and the others go on. A database
# that cannot be reached is no fault of a row, so it is not among them.
UNEXPECTED = (
    ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError,
    DataError, IntegrityError, ObjectDoesNotExist, ValidationError,
)  # fmt: skip
CHECKED_AT_ONCE = 500
BROUGHT_AT_ONCE = 100
LOOKED_AT_FOR_HABITS = 20_000
WRITTEN_IN_MANY_WAYS = ("day", "day-first", "day-last", "amount", "number", "figure", "whole")


def habits_of(batch: Batch) -> dict[str, list[str]]:
    """How the columns of days and numbers are written, from the rows themselves; one query."""
    fields = fields_of(batch.kind)
    places = {
        name: about["column"]
        for name, about in batch.columns.items()
        if "column" in about and fields[name].type in WRITTEN_IN_MANY_WAYS
    }
    columns: dict[str, list[Any]] = {name: [] for name in places}
    rows = batch.rows.values_list("cells", flat=True)[:LOOKED_AT_FOR_HABITS]
    for cells in rows.iterator(chunk_size=1000):
        for name, place in places.items():
            if place < len(cells):
                columns[name].append(cells[place])
    habits = {name: habit_of(found) for name, found in columns.items()}
    return {name: [habit.days, habit.mark] for name, habit in habits.items()}


def plan_of(batch: Batch) -> Plan:
    """How the rows of the batch are read."""
    habits = {name: Habit(*pair) for name, pair in batch.habits.items()}
    model = KINDS[batch.kind].model
    return Plan(fields_of(batch.kind), batch.columns, habits, len(batch.headers), model)


def check_slice(batch: Batch, *, by: Reader, today: date) -> int:
    """Check the next rows and say what becomes of each; answers how many there were."""
    rows = list(batch.rows.filter(number__gt=batch.position)[:CHECKED_AT_ONCE])
    if not rows:
        return 0
    judged = _judge(batch, rows, by=by, today=today)
    Row.objects.bulk_update(rows, ["state", "key"], batch_size=CHECKED_AT_ONCE)
    _store(batch, judged)
    _pass_on(batch, rows)
    return len(rows)


def bring_slice(batch: Batch, *, by: Reader, today: date) -> int:
    """Bring the next good rows in; answers how many there were.

    Rows are judged anew, since the register may have changed since they were checked.
    """
    rows = list(batch.rows.filter(state=RowState.READY)[:BROUGHT_AT_ONCE])
    if not rows:
        return 0
    judged = _judge(batch, rows, by=by, today=today)
    scene = _scene(batch, rows, by, today)
    outcomes: dict[int, Outcome] = {}
    for row in rows:
        if row.state == RowState.READY:
            _bring(row, judged[row.pk], scene, outcomes)
    Row.objects.bulk_update(rows, ["state"], batch_size=BROUGHT_AT_ONCE)
    _store(batch, {row.pk: judged[row.pk] for row in rows if row.state == RowState.LEFT_OUT})
    _remember(batch, outcomes)
    _pass_on(batch, rows)
    return len(rows)


def _pass_on(batch: Batch, rows: Sequence[Row]) -> None:
    """Remember how far the work is; not a change that a person made, so not in the trail."""
    batch.position = rows[-1].number
    Batch.objects.filter(pk=batch.pk).update(position=batch.position)


def _bring(row: Row, read: RowRead, scene: Scene, outcomes: dict[int, Outcome]) -> None:
    """One row, in a savepoint: what its action refuses leaves nothing behind."""
    try:
        with transaction.atomic():
            outcomes[row.pk] = KINDS[scene.batch.kind].make(read.values, scene)
    except AppuiError as error:
        row.state = RowState.LEFT_OUT
        read.issues = [Said("refused", about={"reason": str(error)})]
        return
    except UNEXPECTED:
        LOG.exception("Bringing in row %s of batch %s", row.number, scene.batch.pk)
        reason = _("An unexpected error, which is in the log of the installation.")
        row.state = RowState.LEFT_OUT
        read.issues = [Said("refused", about={"reason": reason})]
        return
    row.state = RowState.MADE


def _judge(batch: Batch, rows: Sequence[Row], *, by: Reader, today: date) -> dict[int, RowRead]:
    """What each row says and what becomes of it: sets ``state`` and ``key``."""
    kind, plan = KINDS[batch.kind], plan_of(batch)
    scene = _scene(batch, rows, by, today)
    judged = {row.pk: _read(row, plan, kind, scene) for row in rows}
    _find_twins(batch, rows, judged, plan)
    standing = {
        row.key: judged[row.pk].values for row in rows if row.key and judged[row.pk].is_good
    }
    known = kind.known(standing, scene) if standing else {}
    for row in rows:
        row.state = _state_of(row, judged[row.pk], known, plan)
    return judged


def judged_row(batch: Batch, row: Row, *, by: Reader, today: date) -> RowRead:
    """One row as it reads now; stores nothing."""
    return _judge(batch, [row], by=by, today=today)[row.pk]


def _read(row: Row, plan: Plan, kind: Kind, scene: Scene) -> RowRead:
    read = read_row(row.cells, plan, scene.lookups)
    row.key = ""
    if read.is_good:
        problems = [*_out_of_order(read.values, kind), *kind.check(read.values, scene)]
        read.issues += problems_of(problems, plan, row.cells)
    if read.is_good:
        row.key = _digest(kind.key(read.values))
    return read


def _out_of_order(values: Values, kind: Kind) -> list[Problem]:
    return [
        Problem("wrong_order", last)
        for first, last in kind.periods
        if values.get(first) and values.get(last) and values[last] < values[first]
    ]


def _digest(parts: Iterable[object]) -> str:
    text = json.dumps(list(parts), default=str, ensure_ascii=False)
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()


def _find_twins(
    batch: Batch, rows: Sequence[Row], judged: Mapping[int, RowRead], plan: Plan
) -> None:
    """A row that says the same as an earlier one of the file is left out; one query."""
    earlier = batch.rows.filter(key__in=[row.key for row in rows if row.key])
    first = {row.key: row.number for row in rows[::-1] if row.key}
    for key, number in earlier.exclude(state=RowState.LEFT_OUT).values_list("key", "number"):
        first[key] = min(number, first[key])
    for row in rows:
        if row.key and first[row.key] < row.number:
            judged[row.pk].issues.append(
                Said(
                    "twice", value=text_of(row.cells[0])[:200], about={"first": str(first[row.key])}
                )
            )
            row.key = ""


def other_here(name: str, ours: str, row: Row, plan: Plan) -> Said:
    """That a field of a known record is recorded otherwise than the file has it."""
    shown = text_of(plan.cell(name, row.cells))[:200]
    return Said("other_here", plan.column(name), name, shown, {"ours": ours})


def _state_of(row: Row, read: RowRead, known: Mapping[str, Known], plan: Plan) -> RowState:
    if read.passed:
        return RowState.PASSED
    if not read.is_good:
        return RowState.LEFT_OUT
    found = known.get(row.key)
    if found is None:
        return RowState.READY
    for name, ours in found.ours.items():
        read.issues.append(other_here(name, ours, row, plan))
    if found.differs:
        read.issues.append(Said("differs", value=found.label[:200], about={"known": found.differs}))
        row.key = ""
        return RowState.LEFT_OUT
    return RowState.KNOWN


def _scene(batch: Batch, rows: Sequence[Row], by: Reader, today: date) -> Scene:
    plan = plan_of(batch)
    wanted: dict[str, set[str]] = {}
    for about in plan.fields.values():
        if about.type in ("activity", "agreement"):
            texts = {text_of(plan.cell(about.name, row.cells)) for row in rows}
            wanted.setdefault(about.type, set()).update(texts)
    return Scene(batch, by, today, Lookups(by, batch.owner_id, wanted))


def _store(batch: Batch, judged: Mapping[int, RowRead]) -> None:
    Issue.objects.bulk_create(
        Issue(
            batch=batch,
            row_id=pk,
            column=item.column,
            field=item.field,
            level=item.level,
            code=item.code,
            value=item.value[:200],
            about=dict(item.about),
        )
        for pk, read in judged.items()
        for item in read.issues
    )


def _remember(batch: Batch, outcomes: Mapping[int, Outcome]) -> None:
    """What the slice made, and the versions at which it left what earlier slices had made."""
    made = [_made(batch, pk, obj) for pk, outcome in outcomes.items() for obj in outcome.made]
    Made.objects.bulk_create(made)
    touched = {obj.pk: obj for outcome in outcomes.values() for obj in outcome.touched}
    if not touched:
        return
    label = next(iter(touched.values()))._meta.label_lower
    before = list(Made.objects.filter(batch=batch, model=label, object_id__in=touched))
    for item in before:
        item.version = touched[item.object_id].version  # type: ignore[attr-defined]
    Made.objects.bulk_update(before, ["version"])


def _made(batch: Batch, row: int, obj: Model) -> Made:
    return Made(
        batch=batch,
        row_id=row,
        model=obj._meta.label_lower,
        object_id=obj.pk,
        label=str(obj)[:300],
        version=getattr(obj, "version", 1),
    )
