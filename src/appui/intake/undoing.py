"""Taking back what a batch made, as far as nobody changed or used it since."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from appui.evidence.actions import annotate_figure
from appui.evidence.models import Confidence, Figure
from appui.funding.actions import reverse_transaction
from appui.funding.models import Transaction
from appui.intake.kinds import KINDS
from appui.intake.models import Batch, Made, Row, RowState
from appui.intake.slices import LOG, UNEXPECTED
from appui.kernel import audit
from appui.kernel.access import Reader
from appui.kernel.errors import AppuiError
from appui.needs.actions import remove_line
from appui.needs.models import Need, NeedLine
from appui.portfolio.models import BudgetLine
from appui.registry.actions import remove_person
from appui.registry.models import Person, Visibility

UNDONE_AT_ONCE = 100
# Records that belong to another and raise its version when they change: not a use of their own.
PARTS = {
    "needs.need": {"needs.needline"},
    "portfolio.activity": {
        "portfolio.participation",
        "portfolio.activityplace",
        "portfolio.activityclassification",
        "portfolio.activityidentifier",
        "portfolio.budgetline",
        "portfolio.relatedactivity",
        "portfolio.activitydocument",
        "portfolio.statuschange",
    },
}


@dataclass(frozen=True, slots=True)
class Act:
    """Who undoes what, when."""

    batch: Batch
    by: Reader
    today: date


def undo_slice(batch: Batch, *, by: Reader, today: date) -> int:
    """Take back the next records; answers how many were dealt with."""
    items = _next(batch)
    if not items:
        return 0
    model: Any = apps.get_model(items[0].model)
    held = model._default_manager.select_for_update(of=("self",))  # nobody begins to use them now
    objects = held.in_bulk([item.object_id for item in items])
    used = _uses(model, list(objects), batch)
    act = Act(batch, by, today)
    for item in items:
        _undo(item, objects.get(item.object_id), used.get(item.object_id, ""), act)
    Made.objects.bulk_update(items, ["undone", "kept_because"])
    _settle_rows(batch, items)
    return len(items)


def _next(batch: Batch) -> list[Made]:
    """The latest records not dealt with, of one model: what hangs on others goes first."""
    waiting = batch.made.filter(undone=False, kept_because="").order_by("-pk")
    for model in KINDS[batch.kind].models:
        found = list(waiting.filter(model=model._meta.label_lower)[:UNDONE_AT_ONCE])
        if found:
            return found
    return []


def _undo(item: Made, obj: Any, used_by: str, act: Act) -> None:
    if obj is None:
        item.undone = True
        return
    if obj.version != item.version:
        item.kept_because = _("It was changed since.")
    elif used_by:
        item.kept_because = _("It is in use: %(what)s.") % {"what": used_by}
    else:
        _take_back(item, obj, act)


def _take_back(item: Made, obj: Any, act: Act) -> None:
    try:
        with transaction.atomic():
            why = UNDOERS.get(type(obj), _delete)(obj, act)
    except AppuiError as error:
        item.kept_because = str(error)[:400]
        return
    except UNEXPECTED:
        LOG.exception("Undoing %s %s of batch %s", item.model, item.object_id, act.batch.pk)
        item.kept_because = _("It could not be taken back: an unexpected error is in the log.")
        return
    item.undone, item.kept_because = not why, why


def _delete(obj: Any, act: Act) -> str:
    audit.delete(obj, by=act.by)
    return ""


def _remove_line(line: NeedLine, act: Act) -> str:
    """Removing a line raises the version of its need, which is no change by anybody else."""
    stored = Need.objects.get(pk=line.need_id)
    mine = Made.objects.filter(batch=act.batch, model="needs.need", object_id=stored.pk)
    untouched = mine.filter(version=stored.version).exists()
    remove_line(line, by=act.by)
    if untouched:
        mine.update(version=stored.version + 1)
    return ""


def _remove_budget_line(line: BudgetLine, act: Act) -> str:
    audit.record(act.by, "line removed", line.activity, {"budget line": [str(line), None]})
    audit.delete(line, by=act.by)
    audit.touch(line.activity)
    return ""


def _reverse(line: Transaction, act: Act) -> str:
    reason = _("Undoing of the file “%(name)s”") % {"name": act.batch.file_name}
    reverse_transaction(line, by=act.by, today=act.today, reason=reason)
    return ""


def _doubt(figure: Figure, act: Act) -> str:
    annotate_figure(
        figure, by=act.by, confidence=Confidence.DISPUTED, visibility=Visibility.PRIVATE
    )
    return _("A figure is never deleted: it is now private and marked “to be checked”.")


def _erase(person: Person, act: Act) -> str:
    remove_person(person, by=act.by)
    return ""


UNDOERS: Mapping[type[Model], Callable[[Any, Act], str]] = {
    NeedLine: _remove_line,
    BudgetLine: _remove_budget_line,
    Transaction: _reverse,
    Figure: _doubt,
    Person: _erase,
}


def _uses(model: type[Model], keys: Sequence[int], batch: Batch) -> dict[int, str]:
    """What points at each record, as words; one query for each relation of the model.

    What the record itself consists of is no use, nor what this batch made and has taken back.
    """
    found: dict[int, set[str]] = {}
    for name, related in _pointing_at(model):
        rows = related._base_manager.filter(**{f"{name}__in": keys})
        for key in rows.values_list(name, flat=True).distinct():
            found.setdefault(key, set()).add(str(related._meta.verbose_name))
    return {key: ", ".join(sorted(names)) for key, names in found.items()}


def _pointing_at(model: type[Model]) -> Iterable[tuple[str, type[Model]]]:
    parts = PARTS.get(model._meta.label_lower, set())
    relations: list[Any] = model._meta.get_fields(include_hidden=True)
    for relation in relations:
        related = relation.related_model
        if not (relation.one_to_many or relation.one_to_one) or relation.concrete:
            continue
        own = related._meta.auto_created is model or related._meta.label_lower in parts
        if not own:
            yield relation.field.name, related


def _settle_rows(batch: Batch, items: Iterable[Made]) -> None:
    """A row is undone when all it made is; kept when something of it stays."""
    rows = {item.row_id for item in items}
    left = batch.made.filter(row__in=rows)
    kept = set(left.exclude(kept_because="").values_list("row", flat=True))
    waiting = set(left.filter(undone=False, kept_because="").values_list("row", flat=True))
    Row.objects.filter(pk__in=kept).update(state=RowState.KEPT)
    Row.objects.filter(pk__in=rows - kept - waiting).update(state=RowState.UNDONE)
