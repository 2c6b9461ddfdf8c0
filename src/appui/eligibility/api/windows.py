"""Windows searched, and the verdicts of projects there, over the API."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from appui.eligibility import queries
from appui.eligibility.api.common import (
    Line,
    Text,
    WindowVerdictOut,
    activities,
    funds,
    verdict,
)
from appui.eligibility.verdicts import Standing
from appui.eligibility.vocabulary import FACTS
from appui.kernel.api import PROBLEMS, Id, fetch, reader_of
from appui.kernel.errors import Invalid
from appui.kernel.money import Money

router = Router()
MOST_VERDICTS = 500


class ProjectFactOut(Schema):
    """A fact that a rule may name; ``question`` is empty where tables alone hold it."""

    name: str
    kind: str
    label: str
    question: str


class WindowOut(Schema):
    """A window that fits; ``standing`` is that of the project asked for."""

    fund_id: int
    title: Text
    donor: str
    opens_on: date | None
    deadline: date | None
    minimum: Decimal | None
    maximum: Decimal | None
    currency: str
    verification: str
    standing: str | None


class WindowQuery(Schema):
    """``place`` is an ISO 3166 code, ``theme`` an OECD DAC purpose code, ``size`` US dollars."""

    activity_id: int | None = Field(None, ge=1, le=2**63 - 1)
    standing: Standing | None = None
    place: Line = Field("", max_length=12)
    theme: Line = Field("", max_length=12)
    size: int | None = Field(None, ge=1, le=10**12)
    closes_by: date | None = None


class WindowMatrixRow(Schema):
    """A project at each window, in the order of ``fund_ids``."""

    activity_id: int
    reference: str
    standings: list[str]


class WindowMatrix(Schema):
    """Projects against windows; ``left_out`` counts the windows that are not shown."""

    fund_ids: list[int]
    left_out: int
    rows: list[WindowMatrixRow]


@router.get("/project-facts", response={200: list[ProjectFactOut], **PROBLEMS})
def list_facts(request: HttpRequest) -> list[dict[str, str]]:
    """The facts that a rule may name."""
    return [
        {
            "name": fact.name,
            "kind": fact.kind,
            "label": str(fact.label),
            "question": str(fact.question),
        }
        for fact in FACTS
    ]


@router.get("/windows", response={200: list[WindowOut], **PROBLEMS})
def search_windows(request: HttpRequest, asked: Query[WindowQuery]) -> list[dict[str, Any]]:
    """The windows that are not closed, by what one looks for; at most 500."""
    reader, today = reader_of(request), timezone.localdate()
    activity = None
    if asked.activity_id is not None:
        activity = fetch(activities(request), asked.activity_id)
    if asked.standing and activity is None:
        text = "Name the project whose eligibility is asked for."
        raise Invalid(text, {"activity_id": text})
    wanted = queries.WindowSearch(
        place=asked.place.upper(),
        sector=asked.theme,
        closes_by=asked.closes_by,
        size=Money(Decimal(asked.size), "USD") if asked.size else None,
        project=activity if asked.standing else None,
        standings=(asked.standing,) if asked.standing else (),
    )
    rows = queries.open_windows(reader, day=today)
    found = queries.search_windows(wanted, rows, reader, day=today)[:MOST_VERDICTS]
    judged = queries.verdicts([activity], found, reader, day=today) if activity else {}
    return [
        {
            "fund_id": fund.pk,
            "title": fund.title,
            "donor": str(fund.organisation.merged_into or fund.organisation),
            "opens_on": fund.opens_on,
            "deadline": fund.deadline,
            "minimum": fund.minimum,
            "maximum": fund.maximum,
            "currency": fund.currency,
            "verification": fund.verification(today),
            "standing": judged[activity.pk, fund.pk].standing if activity else None,
        }
        for fund in found
    ]


@router.get("/windows/matrix", response={200: WindowMatrix, **PROBLEMS})
def get_matrix(
    request: HttpRequest,
    windows: Annotated[int, Field(ge=1, le=50)] = 8,
    limit: Annotated[int, Field(ge=1, le=MOST_VERDICTS)] = 50,
    offset: Annotated[int, Field(ge=0, le=1_000_000)] = 0,
) -> dict[str, Any]:
    """Projects, by their reference, against the first windows that are not closed."""
    reader, today = reader_of(request), timezone.localdate()
    rows = queries.open_windows(reader, day=today)
    shown = list(rows[:windows])
    projects = list(activities(request).order_by("reference")[offset : offset + limit])
    found = queries.verdicts(projects, shown, reader, day=today)
    return {
        "fund_ids": [fund.pk for fund in shown],
        "left_out": max(rows.count() - len(shown), 0),
        "rows": [
            {
                "activity_id": project.pk,
                "reference": project.reference,
                "standings": [found[project.pk, fund.pk].standing for fund in shown],
            }
            for project in projects
        ],
    }


@router.get("/activities/{pk}/windows/{number}", response={200: WindowVerdictOut, **PROBLEMS})
def verdict_at_window(request: HttpRequest, pk: Id, number: Id) -> dict[str, Any]:
    """What the window ``number``, open or closed, says of the project: rule by rule."""
    activity, fund = fetch(activities(request), pk), fetch(funds(request), number)
    today = timezone.localdate()
    return verdict(queries.verdict(activity, fund, reader_of(request), day=today))


@router.get("/activities/{pk}/windows", response={200: list[WindowVerdictOut], **PROBLEMS})
def verdicts_of_activity(
    request: HttpRequest, pk: Id, day: date | None = None
) -> list[dict[str, Any]]:
    """What each window that is not closed says of the project, by the rules of ``day``."""
    activity, reader = fetch(activities(request), pk), reader_of(request)
    on = day or timezone.localdate()
    funds = list(queries.open_windows(reader, day=on)[:MOST_VERDICTS])
    found = queries.verdicts([activity], funds, reader, day=on)
    return [verdict(found[activity.pk, fund.pk]) for fund in funds]


@router.get("/funds/{pk}/projects", response={200: list[WindowVerdictOut], **PROBLEMS})
def verdicts_of_fund(
    request: HttpRequest,
    pk: Id,
    limit: Annotated[int, Field(ge=1, le=MOST_VERDICTS)] = 50,
    offset: Annotated[int, Field(ge=0, le=1_000_000)] = 0,
) -> list[dict[str, Any]]:
    """What the window says of the projects the caller may see, by their reference."""
    fund, reader, today = fetch(funds(request), pk), reader_of(request), timezone.localdate()
    projects = list(activities(request).order_by("reference")[offset : offset + limit])
    found = queries.verdicts(projects, [fund], reader, day=today)
    return [verdict(found[project.pk, fund.pk]) for project in projects]
