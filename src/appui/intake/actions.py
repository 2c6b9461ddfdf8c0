"""Writes of intake: a batch passes from one stage to the next; its rows in slices."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from itertools import islice
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from appui.intake import columns, iati, reading, rules, slices, undoing
from appui.intake.forgetting import forget_file
from appui.intake.models import (
    Batch,
    Issue,
    KindOfRow,
    RememberedColumns,
    Row,
    RowState,
    Stage,
    StoredFile,
)
from appui.kernel import audit
from appui.kernel.access import Reader
from appui.kernel.errors import Invalid
from appui.kernel.verdict import require
from appui.registry.models import Organisation

# Verbs of the trail, stored in English and translated when shown.
VERBS = (
    gettext_noop("uploaded"),
    gettext_noop("read"),
    gettext_noop("columns confirmed"),
    gettext_noop("checking begun"),
    gettext_noop("checked"),
    gettext_noop("bringing in begun"),
    gettext_noop("brought in"),
    gettext_noop("undoing begun"),
    gettext_noop("undone"),
)
LARGEST_FILE = 20 * 1024 * 1024
STORED_AT_ONCE = 1000
Slice = Callable[..., int]


@transaction.atomic
def upload(
    *, by: Reader, owner: Organisation, name: str, content: bytes, record_visibility: str
) -> Batch:
    """Take a file in as it is; its kind is guessed and has to be confirmed. Raises ``Invalid``."""
    if len(content) > LARGEST_FILE:
        raise Invalid(_("The file is larger than 20 MB: split it."), {"file": ""})
    batch = Batch(
        owner=owner, file_name=name[-200:], size=len(content), record_visibility=record_visibility
    )
    require(rules.may_work_on(batch, by))
    sheets = reading.sheet_names(name, content)
    batch.sheet = _fullest(name, content, sheets)
    lines = reading.first_lines(name, content, batch.sheet)
    if not lines:
        raise Invalid(_("This file holds no row."))
    batch.header_row = columns.header_row(lines)
    headers = next((texts for number, texts in lines if number == batch.header_row), [])
    known = batch.sheet if iati.is_iati(name) else ""
    batch.kind = known or columns.likeliest_kind(headers)
    batch.text_language = columns.language_of(batch.kind, headers) or "fr"
    audit.create(batch, by=by, verb="uploaded")
    StoredFile.objects.create(batch=batch, content=content)
    return batch


def _fullest(name: str, content: bytes, sheets: list[str]) -> str:
    """The sheet whose headings tell the most; the first when none does."""

    def score(sheet: str) -> int:
        lines = reading.first_lines(name, content, sheet)
        found = (texts for _number, texts in lines)
        return max(
            (columns.total_sureness(kind, texts) for texts in found for kind in columns.kinds()),
            default=-10_000,
        )

    if iati.is_iati(name) or len(sheets) < 2:
        return next(iter(sheets), "")
    return max(sheets, key=score)


@transaction.atomic
def choose(
    batch: Batch,
    *,
    by: Reader,
    kind: str,
    sheet: str = "",
    header_row: int = 0,
    text_language: str = "",
    version: int | None = None,
) -> Batch:
    """Say what the rows are and where they stand; reads them and proposes the columns.

    ``header_row`` 0 looks for the headings. Raises ``Invalid`` when there are none.
    """
    audit.hold(batch)
    require(rules.may_pass_to(batch, Stage.MAPPING, by))
    require(rules.may_bring(kind, batch, by))
    sheet = _sheet_of(batch, kind, sheet)
    at, headers, count = _read_rows(batch, kind, sheet, header_row)
    language = text_language or columns.language_of(kind, headers) or batch.text_language
    return audit.update(
        batch,
        by=by,
        version=version,
        verb="read",
        stage=Stage.MAPPING,
        kind=kind,
        sheet=sheet,
        header_row=at,
        headers=headers,
        text_language=language,
        columns=proposed_columns(batch.owner_id, kind, headers),
        habits={},
        row_count=count,
        position=0,
    )


def _sheet_of(batch: Batch, kind: str, sheet: str) -> str:
    """The sheet to read; an IATI file has one for each of its kinds."""
    if not iati.is_iati(batch.file_name):
        return sheet or batch.sheet
    if kind not in iati.sheets():
        text = _("An IATI file holds projects, their organisations and their budgets.")
        raise Invalid(text, {"kind": text})
    return kind


def _read_rows(batch: Batch, kind: str, sheet: str, at: int) -> tuple[int, list[str], int]:
    """Store the rows anew; answers where the headings stand, what they say, how many rows."""
    name, content = batch.file_name, bytes(batch.stored.content)
    at = at or columns.header_row(reading.first_lines(name, content, sheet), kind)
    headers: list[str] = []
    batch.rows.all().delete()
    count = _store_rows(batch, reading.lines_of(name, content, sheet), at, headers)
    if not any(headers):
        text = _("There are no headings in row %(row)d.") % {"row": at}
        raise Invalid(text, {"header_row": text})
    return at, headers, count


def _store_rows(batch: Batch, lines: Iterable[reading.Line], at: int, headers: list[str]) -> int:
    """Store the rows below the headings and put these into ``headers``."""
    count, rest = 0, iter(lines)
    while part := list(islice(rest, STORED_AT_ONCE)):
        found = []
        for number, cells in part:
            if number == at:
                headers.extend(reading.header_texts(cells))
            elif number > at:
                found.append(Row(batch=batch, number=number, cells=cells))
        count += len(Row.objects.bulk_create(found))
    return count


def proposed_columns(owner_id: int, kind: str, headers: list[str]) -> dict[str, Any]:
    """The columns as the organisation confirmed them for such headings, else as guessed."""
    known = RememberedColumns.objects.filter(
        owner=owner_id, kind=kind, fingerprint=columns.fingerprint(headers)
    ).first()
    if known is not None:
        return dict(known.columns)
    found: dict[str, Any] = {
        name: {"column": item.column, "sureness": item.sureness}
        for name, item in columns.guess(kind, headers).items()
    }
    for name, about in columns.fields_of(kind).items():
        if name not in found and about.default:
            found[name] = {"value": about.default}
    return found


@transaction.atomic
def confirm_columns(
    batch: Batch,
    *,
    by: Reader,
    columns_by_field: Mapping[str, Any],
    version: int | None = None,
    remember: bool = True,
) -> Batch:
    """Say which column is which, ``remember`` it for the organisation, and begin to check."""
    audit.hold(batch)
    require(rules.may_pass_to(batch, Stage.CHECKING, by))
    _check_columns(batch, columns_by_field)
    told = {
        name: {key: about[key] for key in ("column", "value") if about.get(key) is not None}
        for name, about in columns_by_field.items()
    }
    audit.update(batch, by=by, version=version, verb="columns confirmed", columns=told)
    if remember:
        RememberedColumns.objects.update_or_create(
            owner=batch.owner,
            kind=batch.kind,
            fingerprint=columns.fingerprint(batch.headers),
            defaults={"columns": told},
        )
    return check(batch, by=by)


def _check_columns(batch: Batch, wanted: Mapping[str, Any]) -> None:
    fields = columns.fields_of(batch.kind)
    for name, about in wanted.items():
        place = about.get("column")
        if name not in fields or (place is not None and not 0 <= place < len(batch.headers)):
            text = _("“%(name)s” is not a field or column of this file.") % {"name": name}
            raise Invalid(text, {name: text})
    missing = [
        item for item in fields.values() if item.required and item.name not in wanted
        and item.type != "currency"
    ]  # fmt: skip
    if missing:
        text = _("Say which column this is, or what it is in every row.")
        names = ", ".join(item.label for item in missing)
        raise Invalid(
            _("These are needed: %(names)s.") % {"names": names},
            {item.name: text for item in missing},
        )


@transaction.atomic
def check(batch: Batch, *, by: Reader, version: int | None = None) -> Batch:
    """Begin to check all rows, or begin anew: for example when the register has grown."""
    audit.hold(batch)
    require(rules.may_pass_to(batch, Stage.CHECKING, by))
    Issue.objects.filter(batch=batch).delete()
    batch.rows.exclude(state=RowState.NEW).update(state=RowState.NEW, key="")
    return audit.update(
        batch,
        by=by,
        version=version,
        verb="checking begun",
        stage=Stage.CHECKING,
        habits=slices.habits_of(batch),
        position=0,
    )


@transaction.atomic
def bring_in(batch: Batch, *, by: Reader, version: int | None = None) -> Batch:
    """Begin to bring the good rows in."""
    audit.hold(batch)
    require(rules.may_pass_to(batch, Stage.BRINGING, by))
    return audit.update(
        batch, by=by, version=version, verb="bringing in begun", stage=Stage.BRINGING, position=0
    )


@transaction.atomic
def undo(batch: Batch, *, by: Reader, version: int | None = None) -> Batch:
    """Begin to take back what the batch made."""
    audit.hold(batch)
    require(rules.may_undo(batch, by))
    return audit.update(
        batch, by=by, version=version, verb="undoing begun", stage=Stage.UNDOING, position=0
    )


# Stage → the work of one slice, and the stage and verb that follow when nothing is left.
WORK: Mapping[str, tuple[Slice, Stage, str]] = {
    Stage.CHECKING: (slices.check_slice, Stage.CHECKED, "checked"),
    Stage.BRINGING: (slices.bring_slice, Stage.DONE, "brought in"),
    Stage.UNDOING: (undoing.undo_slice, Stage.UNDONE, "undone"),
}


@transaction.atomic
def go_on(batch: Batch, *, by: Reader, today: date) -> bool:
    """Do one slice of the work at hand; answers whether more is to be done.

    The batch is held meanwhile, so that two browsers at once do not do the same rows, and a
    server that stops in the middle leaves the slice as if it had not begun.
    """
    audit.hold(batch)
    if batch.stage not in WORK:
        return False
    require(rules.may_work_on(batch, by))
    work, then, verb = WORK[batch.stage]
    if work(batch, by=by, today=today):
        return True
    if then == Stage.UNDONE and batch.kind == KindOfRow.PEOPLE:
        forget_file(batch)
    audit.update(batch, by=by, verb=verb, stage=then)
    return False


def finish(batch: Batch, *, by: Reader, today: date) -> Batch:
    """Do all slices of the work at hand, each in its own transaction."""
    while go_on(batch, by=by, today=today):
        pass
    return batch


@transaction.atomic
def remove(batch: Batch, *, by: Reader) -> None:
    """Forget the file, its rows and their issues; what was brought in stays, and can then no
    longer be undone at once."""
    audit.hold(batch)
    require(rules.may_remove(batch, by))
    audit.delete(batch, by=by)
