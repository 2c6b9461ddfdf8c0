"""The forecast of asks and how they came out, over the API."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema

from appui.funding import outputs, queries
from appui.funding.api.stages import workspace
from appui.funding.queries import quarter_called
from appui.funding.queries.forecast import QUARTERS
from appui.kernel.api import PROBLEMS, reader_of

router = Router()


class AskForecastLine(Schema):
    """Figures in the currency of the forecast, and the asks behind them."""

    committed: Decimal
    weighted: Decimal
    low: Decimal
    middle: Decimal
    high: Decimal
    everything: Decimal
    is_exact: bool
    proposal_ids: list[int]


class AskForecastQuarter(AskForecastLine):
    """One quarter, such as ``2026-Q4``."""

    quarter: str


class AskForecastOutside(AskForecastLine):
    """Asks in no quarter, and why: ``overdue``, ``undated`` or ``later``."""

    why: str


class AskForecastRow(Schema):
    """One ask as the forecast counts it; ``counted`` is null where no rate is known."""

    id: int
    reference: str
    title: str
    where: str | None
    on: date | None
    committed: bool
    amount: Decimal
    currency: str
    probability: Decimal
    counted: Decimal | None
    rate: Decimal | None
    rate_date: date | None
    rate_source: str | None


class AskForecastOut(Schema):
    """The forecast of an organisation, with what it counts."""

    organisation: str
    organisation_id: int
    currency: str
    boundary: str
    rate_rule: str
    quarters: list[AskForecastQuarter]
    period: AskForecastLine
    outside: list[AskForecastOutside]
    whole: AskForecastLine
    asks: list[AskForecastRow]


class AskStageTime(Schema):
    """Median days at a stage over ``count`` stays, of which ``still`` are not over."""

    median_days: Decimal
    count: int
    still: int


class AskRecord(Schema):
    """How asks came out; ``win_rate`` is won over won and lost, 0 to 1."""

    asks: int
    open: int
    won: int
    lost: int
    withdrawn: int
    win_rate: Decimal | None
    answered: int
    is_small: bool
    stages: dict[str, AskStageTime]


class AskDonorRecord(AskRecord):
    """The asks of one donor."""

    donor_id: int
    donor: str


class AskTrackOut(Schema):
    """Win rate and time in stage of an organisation's asks, by donor."""

    organisation: str
    organisation_id: int
    whole: AskRecord
    donors: list[AskDonorRecord]


@router.get("/proposals/forecast", response={200: AskForecastOut, **PROBLEMS})
def get_forecast(
    request: HttpRequest,
    organisation_id: int | None = None,
    start: str = "",
    quarters: int = QUARTERS,
) -> Any:
    """What the asks of an organisation may bring, by quarter, from ``start`` (``2026-Q1``) on."""
    found = queries.owner_forecast(
        workspace(request, organisation_id),
        reader_of(request),
        today=timezone.localdate(),
        start=quarter_called(start) if start else None,
        count=quarters,
    )
    return outputs.forecast_values(found)


@router.get("/proposals/track-record", response={200: AskTrackOut, **PROBLEMS})
def get_track_record(request: HttpRequest, organisation_id: int | None = None) -> Any:
    """Win rate and time in stage of an organisation's asks, by donor."""
    owner = workspace(request, organisation_id)
    found = queries.track(owner, reader_of(request), today=timezone.localdate())
    return outputs.track_values(found)
