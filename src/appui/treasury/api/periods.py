"""Periods of funds over the API."""

import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Router, Schema, Status
from ninja.pagination import paginate

from appui.kernel.api import PROBLEMS, Id, Paged, fetch, reader_of, write_once
from appui.treasury import actions, queries
from appui.treasury.api.accounts import FundSumsOut
from appui.treasury.api.common import own_fund
from appui.treasury.models import Period

router = Router()


class FundPeriodOut(Schema):
    """A closing of the accounts."""

    id: int
    version: int
    fund_id: int
    starts_on: datetime.date
    ends_on: datetime.date
    state: str
    closed_by: str
    reopened_by: str
    reason: str


class ClosedBalance(Schema):
    """The sums of an earmark as they stood at the end of the period."""

    earmark_id: int
    balances: FundSumsOut


class ClosedDifference(Schema):
    """An earmark whose balances at the end of the period are not what they were."""

    earmark_id: int = Field(alias="earmark.pk")
    then: FundSumsOut
    now: FundSumsOut


class FundPeriodSheet(FundPeriodOut):
    """A closing with the balances then, and what differs by the movements of today."""

    balances: list[ClosedBalance]
    differences: list[ClosedDifference]


class FundPeriodIn(Schema):
    """The days to close."""

    starts_on: datetime.date
    ends_on: datetime.date


class FundPeriodReopening(Schema):
    """Why the period is opened again."""

    version: int | None = Field(None, ge=0, le=2**31 - 1)
    reason: str = Field(min_length=1, max_length=300)


@router.get("/own-funds/{pk}/periods", response={200: list[FundPeriodOut], **PROBLEMS})
@paginate(Paged)
def list_periods(request: HttpRequest, pk: Id) -> QuerySet[Period]:
    """Closings of a fund, newest first."""
    return queries.periods(reader_of(request)).filter(fund=own_fund(request, pk))


@router.post("/own-funds/{pk}/periods", response={201: FundPeriodOut, **PROBLEMS})
def close_period(request: HttpRequest, pk: Id, body: FundPeriodIn) -> Status[Period]:
    """Close the accounts up to a day."""
    fund, reader = own_fund(request, pk), reader_of(request)

    def act() -> Period:
        return actions.close_period(
            fund, by=reader, today=timezone.localdate(), **body.model_dump()
        )

    return Status(201, write_once(request, body, queries.periods(reader), act))


@router.get("/fund-periods/{pk}", response={200: FundPeriodSheet, **PROBLEMS})
def get_period(request: HttpRequest, pk: Id) -> dict[str, Any]:
    """One closing: the balances then, and what differs by the rows of today."""
    found = fetch(queries.periods(reader_of(request)), pk)
    now = queries.sums_by_earmark(found.fund, until=found.ends_on)
    return {
        **{name: getattr(found, name) for name in FundPeriodOut.model_fields},
        "balances": list(found.lines.all()),
        "differences": queries.differences(found, now),
    }


@router.post("/fund-periods/{pk}/reopen", response={200: FundPeriodOut, **PROBLEMS})
def reopen_period(request: HttpRequest, pk: Id, body: FundPeriodReopening) -> Period:
    """Open the last closed period again."""
    found = fetch(queries.periods(reader_of(request)), pk)
    return actions.reopen_period(
        found, by=reader_of(request), now=timezone.now(), **body.model_dump()
    )
