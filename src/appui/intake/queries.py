"""Reads of batches."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Count, QuerySet
from django.urls import NoReverseMatch

from appui.intake.columns import fields_of
from appui.intake.issues import TEXTS
from appui.intake.models import Batch, Issue, Level, Made, Row, RowState
from appui.kernel.access import Reader


@dataclass(frozen=True, slots=True)
class Fault:
    """How often one thing is wrong."""

    code: str
    level: str
    count: int

    @property
    def name(self) -> str:
        """What is wrong, in a few words."""
        return str(TEXTS[self.code].name)


@dataclass(frozen=True, slots=True)
class Sums:
    """What became of the rows, by state; issues by level; and each fault, heaviest first."""

    states: dict[str, int]
    levels: dict[str, int]
    faults: list[Fault]

    def of(self, *states: str) -> int:
        """How many rows are in these states."""
        return sum(self.states.get(state, 0) for state in states)


def batches(reader: Reader) -> QuerySet[Batch]:
    """Files that the reader may see, with their owner."""
    rows: QuerySet[Batch] = Batch.objects.visible_to(reader)
    return rows.select_related("owner")


def sums_of(batch: Batch) -> Sums:
    """Counts of rows and issues; two queries."""
    states = batch.rows.order_by().values("state").annotate(count=Count("pk"))
    faults = batch.issues.order_by().values("level", "code").annotate(count=Count("pk"))
    found = [Fault(item["code"], item["level"], item["count"]) for item in faults]
    order = list(Level.values)
    found.sort(key=lambda fault: (order.index(fault.level), -fault.count, fault.code))
    levels = {level: sum(f.count for f in found if f.level == level) for level in order}
    return Sums({item["state"]: item["count"] for item in states}, levels, found)


def done_of(batch: Batch) -> tuple[int, int]:
    """How much of the work at hand is done, and how much there is; two queries."""
    if batch.stage == "undoing":
        whole = batch.made.count()
        left = batch.made.filter(undone=False, kept_because="").count()
        return whole - left, whole
    if batch.stage == "checking":
        return batch.rows.filter(number__lte=batch.position).count(), batch.row_count
    made = batch.rows.filter(state=RowState.MADE).count()
    return made, made + batch.rows.filter(state=RowState.READY).count()


def issues_of(batch: Batch) -> QuerySet[Issue]:
    """What is to be said of the cells, with their rows and headings."""
    return batch.issues.select_related("row", "batch")


def rows_of(batch: Batch) -> QuerySet[Row]:
    """The rows with what was made of them."""
    return batch.rows.select_related("batch").prefetch_related("made")


def address_of(made: Made) -> str:
    """The page of a record that was made; empty when it is gone or has no page of its own."""
    model: Any = apps.get_model(made.model)
    try:
        return "" if made.undone else str(model(pk=made.object_id).get_absolute_url())
    except (AttributeError, NoReverseMatch):
        return ""


def field_labels(batch: Batch) -> dict[str, str]:
    """The fields of the kind by name, in the language of the page."""
    return {name: about.label for name, about in fields_of(batch.kind).items()}


def kept_of(batch: Batch, most: int) -> Sequence[Made]:
    """The first records that undoing left, each with why."""
    return list(batch.made.exclude(kept_because="")[:most])
