"""The ledger by donor and place, its effects, shares and chain over the API."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from appui.funding.queries import Figure
from appui.kernel.api import PROBLEMS, Key, fetch, reader_of
from appui.kernel.errors import Invalid
from appui.outlook.api.common import ConcentrationOut, Year, workspace
from appui.outlook.effects import Effect
from appui.outlook.effects import total as total_of
from appui.outlook.queries.ledger import (
    costed_activities,
    effects_between,
    ledger_map,
    money_chain,
)
from appui.outlook.views.ledger import map_boundary
from appui.outlook.views.sharing import donor_sums, shared_rows, stage_rows
from appui.portfolio.models import Activity

router = Router()


class LedgerMapRowOut(Schema):
    """What one donor gave for one place, pillar and year."""

    donor_id: int | None = Field(None, alias="donor")
    place: str | None
    pillar: str | None
    year: int
    usd: Decimal


class LedgerMapOut(Schema):
    """One figure of the ledger; the rows make ``total`` to the cent."""

    figure: str
    total: Decimal
    unconverted: int
    concentration: ConcentrationOut | None
    rows: list[LedgerMapRowOut]
    boundary: str


class EffectOut(Schema):
    """The change of one donor in one currency; ``volume`` + ``rate`` = ``change``."""

    donor: str
    currency: str
    before: Decimal
    after: Decimal
    before_usd: Decimal
    after_usd: Decimal
    change: Decimal
    volume: Decimal
    rate: Decimal


class EffectsOut(Schema):
    """The change between two years and its two parts, in US dollars."""

    change: Decimal
    volume: Decimal
    rate: Decimal
    unconverted: int
    effects: list[EffectOut]


class AttributionShareOut(Schema):
    """One payer of one project; ``result`` is its part of the result told."""

    activity_id: int = Field(alias="activity.pk")
    donor: str
    paid: Decimal
    share: Decimal
    result: Decimal | None


class AttributionOut(Schema):
    """Shares of cost, and the results told split by them; ``unconverted`` amounts had no rate."""

    shares: list[AttributionShareOut]
    by_donor: dict[str, Decimal]
    unconverted: int


class ChainStageOut(Schema):
    """One boundary of a chain, in US dollars."""

    label: str
    members: str
    came_in: Decimal
    went_out: Decimal


class ChainOut(Schema):
    """Money from hand to hand, counted once at each boundary."""

    stages: list[ChainStageOut]
    disagreements: int
    unconverted: int


@router.get("/outlook/donors", response={200: LedgerMapOut, **PROBLEMS})
def get_ledger_map(
    request: HttpRequest,
    figure: Literal["pledged", "committed", "received"] = "committed",
    first_year: Year = 1990,
    last_year: Year = 2100,
) -> dict[str, Any]:
    """One figure of the ledger by donor, place, pillar and year; the rows make its sum."""
    organisation = workspace(request)
    years = (min(first_year, last_year), max(first_year, last_year))
    found = ledger_map(organisation, reader_of(request), figure=figure, years=years)
    return {
        "figure": found.figure,
        "total": found.total,
        "unconverted": found.unconverted,
        "concentration": found.givers,
        "rows": list(found.rows),
        "boundary": map_boundary(str(organisation), figure),
    }


@router.get("/outlook/effects", response={200: EffectsOut, **PROBLEMS})
def get_effects(
    request: HttpRequest,
    before: Year | None = None,
    after: Year | None = None,
    figure: Figure = "received",
) -> dict[str, Any]:
    """What changed between two years, split into volume and exchange rate, by donor; without
    years, from last year to this one."""
    after = after or timezone.localdate().year
    before = before or after - 1
    found, unknown = effects_between(
        workspace(request),
        reader_of(request),
        figure=figure,
        before=(date(before, 1, 1), date(before, 12, 31)),
        after=(date(after, 1, 1), date(after, 12, 31)),
    )
    return effects_out(found, unknown)


def effects_out(found: Sequence[Effect], unknown: int) -> dict[str, Any]:
    """Effects with their sums."""
    sums = total_of(found)
    return {
        "change": sums.change,
        "volume": sums.volume,
        "rate": sums.rate,
        "unconverted": unknown,
        "effects": list(found),
    }


class ResultIn(Schema):
    """The result of one project."""

    activity_id: Key
    result: Annotated[str, Field(pattern=r"^[0-9]{1,12}(\.[0-9]{1,4})?$", max_length=17)]


class AttributionIn(Schema):
    """Results to be split; projects left out are shown with their shares alone."""

    results: Annotated[list[ResultIn], Field(max_length=200)] = []


@router.post("/outlook/attribution", response={200: AttributionOut, **PROBLEMS})
def split_results(request: HttpRequest, body: AttributionIn) -> dict[str, Any]:
    """Who paid which share of each project, and the results split by the shares; nothing is
    written."""
    found, unknown = costed_activities(workspace(request), reader_of(request))
    known = {item.activity.pk for item in found}
    for item in body.results:
        if item.activity_id not in known:
            text = f"Project {item.activity_id} has no money from a donor, or is not yours to see."
            raise Invalid(text, {"results": text})
    told = {item.activity_id: Decimal(item.result) for item in body.results}
    rows = shared_rows(found, told)
    return {"shares": rows, "by_donor": dict(donor_sums(rows)), "unconverted": unknown}


@router.get("/outlook/chain", response={200: ChainOut, **PROBLEMS})
def get_chain(
    request: HttpRequest,
    figure: Literal["paid", "committed"] = "paid",
    activity_id: Key | None = None,
    inside: Annotated[list[Key], Query(max_length=50)] = [],  # noqa: B006 - ninja copies it
    first_year: Year = 1990,
    last_year: Year = 2100,
) -> dict[str, Any]:
    """What came into each stage of a chain, and into the boundary made of ``inside``."""
    rows = Activity.objects.visible_to(reader_of(request))
    activity = fetch(rows, activity_id) if activity_id is not None else None
    years = (min(first_year, last_year), max(first_year, last_year))
    found = money_chain(reader_of(request), figure=figure, activity=activity, years=years)
    return {
        "stages": stage_rows(found, set(inside) & set(found.names)),
        "disagreements": len(found.apart),
        "unconverted": found.unconverted,
    }
