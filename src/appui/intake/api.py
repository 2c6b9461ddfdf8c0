"""Intake over the API: upload, mapping, dry run, bringing in, report, undoing."""

import hashlib
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.timezone import localdate
from ninja import Field, File, Form, Router, Schema, Status, UploadedFile
from ninja.pagination import paginate

from appui.intake import actions, comparing, queries, report
from appui.intake.issues import text_of_issue
from appui.intake.models import Batch, Issue, KindOfRow, Level, Row, RowState
from appui.kernel.api import PROBLEMS, Id, Key, Paged, fetch, pick, reader_of, write_once
from appui.kernel.errors import Invalid, Missing
from appui.registry.models import Organisation, Visibility
from appui.ui.export import XLSX_TYPE

router = Router(tags=["intake"])
WORKBOOK = {XLSX_TYPE: {"schema": {"type": "string", "format": "binary"}}}


class BatchOut(Schema):
    """A file brought in; ``columns`` maps a field to its column (from 0) or to one value."""

    id: int
    version: int
    file_name: str
    kind: str
    sheet: str
    header_row: int
    headers: list[str]
    columns: dict[str, dict[str, Any]]
    stage: str
    position: int
    row_count: int
    owner_id: int
    record_visibility: str
    created_at: datetime


class IntakeProgressOut(Schema):
    """What became of the rows, issues by level, and whether more is to be done."""

    stage: str
    more: bool
    states: dict[str, int]
    levels: dict[str, int]


class IssueOut(Schema):
    """One thing to be said of a cell; ``column`` is null for a whole row."""

    row: int = Field(alias="row.number")
    column: int | None
    field: str
    value: str
    level: str
    code: str
    why: str
    what_to_do: str

    @staticmethod
    def resolve_why(issue: Issue) -> str:
        return text_of_issue(issue.code, issue.about)[0]

    @staticmethod
    def resolve_what_to_do(issue: Issue) -> str:
        return text_of_issue(issue.code, issue.about)[1]


class MadeOut(Schema):
    """A record that a row made; ``kept_because`` says why undoing left it."""

    model: str
    object_id: int
    label: str
    undone: bool
    kept_because: str


class RowOut(Schema):
    """A row and what became of it."""

    number: int
    state: str
    cells: list[Any]
    made: list[MadeOut]

    @staticmethod
    def resolve_made(row: Row) -> list[Any]:
        return list(row.made.all())


class FieldComparisonOut(Schema):
    """A field that the file and the record have otherwise."""

    field: str = Field(alias="name")
    ours: str
    theirs: str


class ComparisonOut(Schema):
    """A known project and where a row differs from it."""

    activity_id: int = Field(alias="activity.pk")
    version: int = Field(alias="activity.version")
    differences: list[FieldComparisonOut]


class TakeIn(Schema):
    """The fields to take from the file; ``activity_id`` and its ``version`` as they were compared:
    with another one by now, 409."""

    fields: list[str] = Field(max_length=40)
    activity_id: Key | None = None
    version: int | None = Field(None, ge=0, le=2**31 - 1)


class UploadIn(Schema):
    """Whose the new records will be, and who sees them; the file comes beside it."""

    owner_id: Key
    record_visibility: Visibility = Visibility.PRIVATE


class ChoiceIn(Schema):
    """What each row is and where the rows stand; ``header_row`` 0 looks for the headings."""

    kind: KindOfRow
    sheet: str = Field("", max_length=60)
    header_row: int = Field(0, ge=0, le=1_000_000)
    text_language: str = Field("", pattern="^(fr|en|es|ar)?$")


class PlaceIn(Schema):
    """Either a column, from 0, or a value that is the same in every row."""

    column: int | None = Field(None, ge=0, le=500)
    value: str = Field("", max_length=300)


class ColumnsIn(Schema):
    """Which column is which, by field."""

    columns: dict[str, PlaceIn] = Field(max_length=60)


class StepIn(Schema):
    """Nothing is needed; ``version`` refuses a batch that was changed meanwhile."""

    version: int | None = Field(None, ge=0)


@router.get("/intake", response={200: list[BatchOut], **PROBLEMS})
@paginate(Paged)
def list_batches(request: HttpRequest) -> QuerySet[Batch]:
    """Files of the caller's organisations."""
    return queries.batches(reader_of(request))


@router.post("/intake", response={201: BatchOut, **PROBLEMS})
def upload(request: HttpRequest, file: File[UploadedFile], about: Form[UploadIn]) -> Status[Batch]:
    """Send an .xlsx or .csv file; nothing is written but the file itself."""
    owner = pick(Organisation.objects.filter(is_workspace=True), about.owner_id, "owner_id")
    reader, content = reader_of(request), file.read()
    sent = {"name": file.name, "sha256": hashlib.sha256(content).hexdigest()}

    def act() -> Batch:
        if owner is None:
            raise Invalid("Say whose the records are.", {"owner_id": "Needed."})
        return actions.upload(
            by=reader,
            owner=owner,
            name=file.name or "",
            content=content,
            record_visibility=about.record_visibility,
        )

    return Status(201, write_once(request, about, queries.batches(reader), act, beside=sent))


@router.get("/intake/{pk}", response={200: BatchOut, **PROBLEMS})
def get_batch(request: HttpRequest, pk: Id) -> Batch:
    """One file."""
    return _batch(request, pk)


@router.post("/intake/{pk}/choose", response={200: BatchOut, **PROBLEMS})
def choose(request: HttpRequest, pk: Id, body: ChoiceIn) -> Batch:
    """Say what the rows are; answers the columns proposed for them."""
    return actions.choose(_batch(request, pk), by=reader_of(request), **body.model_dump())


@router.post("/intake/{pk}/columns", response={200: BatchOut, **PROBLEMS})
def confirm_columns(request: HttpRequest, pk: Id, body: ColumnsIn) -> Batch:
    """Say which column is which; the check of every cell then begins."""
    wanted = {
        name: {"column": place.column} if place.column is not None else {"value": place.value}
        for name, place in body.columns.items()
    }
    return actions.confirm_columns(
        _batch(request, pk), by=reader_of(request), columns_by_field=wanted
    )


@router.post("/intake/{pk}/check", response={200: BatchOut, **PROBLEMS})
def check(request: HttpRequest, pk: Id, body: StepIn) -> Batch:
    """Begin to check all rows anew."""
    return actions.check(_batch(request, pk), by=reader_of(request), version=body.version)


@router.post("/intake/{pk}/bring-in", response={200: BatchOut, **PROBLEMS})
def bring_in(request: HttpRequest, pk: Id, body: StepIn) -> Batch:
    """Begin to bring the good rows in."""
    return actions.bring_in(_batch(request, pk), by=reader_of(request), version=body.version)


@router.post("/intake/{pk}/undo", response={200: BatchOut, **PROBLEMS})
def undo(request: HttpRequest, pk: Id, body: StepIn) -> Batch:
    """Begin to take back what the file made."""
    return actions.undo(_batch(request, pk), by=reader_of(request), version=body.version)


@router.post("/intake/{pk}/go-on", response={200: IntakeProgressOut, **PROBLEMS})
def go_on(request: HttpRequest, pk: Id) -> dict[str, Any]:
    """Do one slice of the work at hand; call it again while ``more`` is true."""
    batch = _batch(request, pk)
    more = actions.go_on(batch, by=reader_of(request), today=localdate())
    sums = queries.sums_of(batch)
    return {"stage": batch.stage, "more": more, "states": sums.states, "levels": sums.levels}


@router.get("/intake/{pk}/issues", response={200: list[IssueOut], **PROBLEMS})
@paginate(Paged)
def list_issues(request: HttpRequest, pk: Id, level: Level | None = None) -> QuerySet[Issue]:
    """What is to be said of the cells."""
    rows = queries.issues_of(_batch(request, pk))
    return rows.filter(level=level) if level else rows


@router.get("/intake/{pk}/rows", response={200: list[RowOut], **PROBLEMS})
@paginate(Paged)
def list_rows(request: HttpRequest, pk: Id, state: RowState | None = None) -> QuerySet[Row]:
    """The rows and what became of each."""
    rows = queries.rows_of(_batch(request, pk))
    return rows.filter(state=state) if state else rows


@router.get("/intake/{pk}/rows/{number}/comparison", response={200: ComparisonOut, **PROBLEMS})
def get_comparison(request: HttpRequest, pk: Id, number: Id) -> comparing.Comparison:
    """A known project beside what a row says of it."""
    batch = _batch(request, pk)
    return comparing.compare(batch, _row(batch, number), by=reader_of(request), today=localdate())


@router.post("/intake/{pk}/rows/{number}/take", response={200: ComparisonOut, **PROBLEMS})
def take_theirs(request: HttpRequest, pk: Id, number: Id, body: TakeIn) -> comparing.Comparison:
    """Take what the file says in some fields; answers what still differs."""
    batch, reader, today = _batch(request, pk), reader_of(request), localdate()
    row = _row(batch, number)
    comparing.take_theirs(
        batch,
        row,
        by=reader,
        today=today,
        names=body.fields,
        activity=body.activity_id,
        version=body.version,
    )
    return comparing.compare(batch, row, by=reader, today=today)


@router.get(
    "/intake/{pk}/report",
    response={200: Any, **PROBLEMS},
    openapi_extra={"responses": {200: {"content": WORKBOOK}}},
)
def get_report(request: HttpRequest, pk: Id) -> HttpResponse:
    """The file with its faults coloured and explained, as Excel."""
    batch = _batch(request, pk)
    return HttpResponse(
        report.workbook(batch),
        content_type=XLSX_TYPE,
        headers={"Content-Disposition": f'attachment; filename="{report.file_name(batch)}"'},
    )


@router.delete("/intake/{pk}", response={204: None, **PROBLEMS})
def remove(request: HttpRequest, pk: Id) -> Status[None]:
    """Forget the file and its rows; what it brought in stays."""
    actions.remove(_batch(request, pk), by=reader_of(request))
    return Status(204, None)


def _row(batch: Batch, number: int) -> Row:
    found = batch.rows.filter(number=number).first()
    if found is None:
        raise Missing(f"There is no row {number} in this file.")
    return found


def _batch(request: HttpRequest, pk: int) -> Batch:
    return fetch(queries.batches(reader_of(request)), pk)
