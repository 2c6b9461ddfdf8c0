"""What is stated of projects over the API."""

from datetime import date

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Router, Schema, Status
from ninja.pagination import paginate

from appui.eligibility import actions, queries
from appui.eligibility.api.common import (
    Line,
    activities,
)
from appui.eligibility.models import Statement
from appui.evidence.models import Source
from appui.kernel.api import PROBLEMS, Id, Key, Paged, fetch, pick, reader_of, write_once

router = Router()


class StatementOut(Schema):
    """What somebody said of a project; of several on one fact the latest counts."""

    id: int
    version: int
    activity_id: int
    fact: str
    value: str
    said_by: str
    said_on: date
    source_id: int | None = Field(None, alias="source.pk")
    note: str


class StatementIn(Schema):
    """An answer: “yes” or “no”, a number, a word, or codes of countries (“none” for none)."""

    fact: str = Field(min_length=1, max_length=40, pattern=r"^[-a-zA-Z0-9_]+$")
    value: Line = Field(min_length=1, max_length=300)
    said_by: Line = Field(min_length=1, max_length=200)
    said_on: date
    source_id: Key | None = None
    note: str = Field("", max_length=2000)


class StatementWithdrawn(Schema):
    """The answer is taken back."""

    withdrawn: bool = True


@router.get("/activities/{pk}/statements", response={200: list[StatementOut], **PROBLEMS})
@paginate(Paged)
def list_statements(request: HttpRequest, pk: Id) -> QuerySet[Statement]:
    """What was said of a project."""
    return _statements(request).filter(activity=fetch(activities(request), pk))


@router.post("/activities/{pk}/statements", response={201: StatementOut, **PROBLEMS})
def answer(request: HttpRequest, pk: Id, body: StatementIn) -> Status[Statement]:
    """Answer a question about a project."""
    activity = fetch(activities(request), pk)

    def act() -> Statement:
        sources = Source.objects.visible_to(reader_of(request))
        return actions.answer(
            activity,
            by=reader_of(request),
            today=timezone.localdate(),
            source=pick(sources, body.source_id, "source_id"),
            **body.model_dump(exclude={"source_id"}),
        )

    return Status(201, write_once(request, body, _statements(request), act))


@router.delete("/statements/{pk}", response={200: StatementWithdrawn, **PROBLEMS})
def withdraw(request: HttpRequest, pk: Id) -> dict[str, bool]:
    """Take an answer back."""
    actions.withdraw(fetch(_statements(request), pk), by=reader_of(request))
    return {"withdrawn": True}


def _statements(request: HttpRequest) -> QuerySet[Statement]:
    return queries.statements(reader_of(request))
