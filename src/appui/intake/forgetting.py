"""Personal data does not outlive its contact in a file that brought it in."""

import json

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from appui.intake.models import Batch, Issue, KindOfRow, Made, Row, Stage, StoredFile
from appui.registry.models import Person

FORGOTTEN = "—"
SETTLED = (Stage.DONE, Stage.UNDONE)


def forget_file(batch: Batch) -> None:
    """Blank all rows of a file, drop the file itself; how many rows there were stays."""
    _forget(batch.rows.all())


def forget_person(person: Person) -> None:
    """Blank the rows that made a contact, or that name it, and drop the files they stand in.

    A file that is still being worked on keeps what somebody is about to bring in.
    """
    made = Made.objects.filter(model=Person._meta.label_lower, object_id=person.pk)
    named = Q(pk__in=made.values("row"))
    for text in filter(None, (person.name, person.email)):
        written = json.dumps(text)[1:-1]  # as one database keeps it; the other keeps the letters
        named |= Q(text__icontains=text) | Q(text__icontains=written)
    settled = Row.objects.filter(
        batch__owner=person.owner_id,
        batch__kind=KindOfRow.PEOPLE,
        batch__stage__in=(*SETTLED, Stage.UNDOING),
    )
    found = settled.annotate(text=Cast("cells", TextField())).filter(named)
    _forget(Row.objects.filter(pk__in=list(found.values_list("pk", flat=True))))


def _forget(rows: QuerySet[Row]) -> None:
    StoredFile.objects.filter(batch__in=rows.order_by().values("batch")).delete()
    Issue.objects.filter(row__in=rows.order_by()).delete()
    Made.objects.filter(row__in=rows.order_by()).update(label=FORGOTTEN)
    rows.update(cells=[], key="")
