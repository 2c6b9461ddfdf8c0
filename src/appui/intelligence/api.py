"""Published flows over the API: sums, the rows behind them, ranked donors."""

from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from appui.intelligence.corpus import (
    BY,
    VIEWS,
    FlowFilter,
    View,
    boundary,
    count_rows,
    flow_rows,
    sum_flows,
    year_after,
)
from appui.intelligence.corpus.filters import DEFAULT_TYPES
from appui.intelligence.likely import likely
from appui.intelligence.published import published
from appui.intelligence.ranking import METHODS, rank_taught
from appui.kernel.api import PROBLEMS
from appui.kernel.errors import Invalid

router = Router(tags=["published flows"])
Word = Annotated[str, Field(max_length=300, pattern=r"^[^\x00]*$")]
Words = Annotated[list[Word], Field(max_length=50)]
Year = Annotated[int, Field(ge=1940, le=2100)]


class FlowsIn(Schema):
    """Which flows; every part may be left out."""

    donor: Words = []
    country: Words = []
    sector: Words = []
    first_year: Year | None = None
    last_year: Year | None = None
    flow_type: Words = []
    source: Words = []
    channel: Words = []
    together: bool = False
    view: View = "original-donors"


class SumOut(Schema):
    """One sum; sums of different flow types or sources are never added together."""

    keys: list[str | int | None]
    labels: list[str]
    flow_type: str
    source: str
    usd: Decimal
    parts: int
    unconverted: int


class UnconvertedOut(Schema):
    """What has no dollars, in its own currency; null where the file states none."""

    currency: str | None
    amount: Decimal
    lines: int


class BoundaryOut(Schema):
    """What the sums count and leave out."""

    view: str
    counts: str
    currency: str
    rate_rule: str
    pledges_in: bool
    quarantined_lines: int
    quarantined_usd: Decimal
    unconverted_lines: int
    unconverted: list[UnconvertedOut]


class SumsOut(Schema):
    """Sums with their boundary."""

    boundary: BoundaryOut
    sums: list[SumOut]


class FlowRowOut(Schema):
    """One published row with its file, line and rate."""

    key: str
    source: str
    file: str
    line: int
    identifier: str
    title: str | None
    url: str | None
    reporter: str
    donor: str
    recipient: str | None
    sector: str | None
    flow_type: str
    year: int | None
    value_date: date | None
    amount: Decimal
    currency: str | None
    usd: Decimal | None
    conversion: str
    rate: Decimal | None
    rate_month: date | None
    rate_source: str | None
    constant_usd: Decimal | None
    prices: str | None
    linked_to: str | None
    link_score: Decimal | None
    link_reasons: str | None
    counts: bool


class RowsOut(Schema):
    """A page of rows, largest first."""

    count: int
    items: list[FlowRowOut]


class GaveOut(Schema):
    """Dollars, in how many years or places, and when last."""

    usd: float
    count: int
    last_year: int | None


class ElsewhereOut(Schema):
    """Its gifts to the sector elsewhere, the places most like this one named."""

    times: int
    places: list[str]
    more_places: int
    first_year: int | None
    typical: float | None


class RankedOut(Schema):
    """One donor with its reasons as numbers."""

    donor: str
    rank: int
    score: float
    incumbent: bool
    gave_here: GaveOut
    gave_sector: GaveOut
    gave_both: GaveOut
    typical_size: list[float] | None
    size_fit: float | None
    last_year: int | None
    elsewhere: ElsewhereOut
    before: GaveOut
    begun: int
    beside: str
    lately: float
    earlier: float
    chance: float | None
    because: list[tuple[str, float]]


class RankingOut(Schema):
    """Those that already give to the country and sector, and those that would be new."""

    recipient: str
    sector: str
    first_year: int
    last_year: int
    method: str
    already: list[RankedOut]
    new: list[RankedOut]
    learned: tuple[int, int] | None


def _wanted(asked: FlowsIn) -> FlowFilter:
    years: tuple[int, ...] = ()
    if asked.first_year is not None or asked.last_year is not None:
        years = tuple(range(asked.first_year or 1940, (asked.last_year or 2100) + 1)) or (0,)
    if asked.together and asked.view != VIEWS[0]:
        text = f"Sources are added up in the view {VIEWS[0]} only."
        raise Invalid(text, {"together": text})
    return FlowFilter(
        donors=tuple(asked.donor),
        recipients=tuple(asked.country),
        sectors=tuple(asked.sector),
        years=years,
        flow_types=tuple(asked.flow_type) or DEFAULT_TYPES,
        sources=tuple(asked.source),
        channels=tuple(asked.channel),
        together=asked.together,
        view=asked.view,
    )


@router.get("/flows/sum", response={200: SumsOut, **PROBLEMS})
def get_sums(
    request: HttpRequest, asked: Query[FlowsIn], by: Annotated[str, Field(max_length=80)] = "donor"
) -> dict[str, Any]:
    """Sums in US dollars, largest first; ``by`` is a comma-separated list of groupings."""
    groups = tuple(name.strip() for name in by.split(",") if name.strip())
    unknown = [name for name in groups if name not in BY]
    if unknown or len(set(groups)) < len(groups):
        text = f"Sum by some of: {', '.join(BY)}, each once."
        raise Invalid(text, {"by": text})
    corpus, wanted = published(), _wanted(asked)
    sums = sum_flows(corpus, wanted, groups)
    return {"boundary": asdict(boundary(corpus, wanted)), "sums": [asdict(item) for item in sums]}


@router.get("/flows/rows", response={200: RowsOut, **PROBLEMS})
def get_rows(
    request: HttpRequest,
    asked: Query[FlowsIn],
    limit: Annotated[int, Field(ge=1, le=500)] = 50,
    offset: Annotated[int, Field(ge=0, le=1_000_000)] = 0,
) -> dict[str, Any]:
    """Exactly the rows that make a sum."""
    corpus, wanted = published(), _wanted(asked)
    rows = flow_rows(corpus, wanted, limit=limit, offset=offset)
    return {"count": count_rows(corpus, wanted), "items": [asdict(row) for row in rows]}


@router.get("/flows/donors", response={200: RankingOut, **PROBLEMS})
def get_ranking(
    request: HttpRequest,
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")],
    sector: Annotated[str, Field(pattern=r"^[0-9]{3}([0-9]{2})?$")],
    amount: Annotated[float | None, Field(gt=0, le=1e13)] = None,
    as_of: Year | None = None,
    window: Annotated[int, Field(ge=1, le=30)] = 5,
    method: Annotated[str, Field(max_length=20)] = "appui",
) -> dict[str, Any]:
    """Likely donors for a country (ISO 3166-1 alpha-2) and a DAC sector of three or five digits."""
    chosen = next((name for name in METHODS if name == method), None)
    if chosen is None:
        text = f"The methods are: {', '.join(METHODS)}."
        raise Invalid(text, {"method": text})
    corpus = published()
    year = as_of or year_after(corpus, timezone.localdate().year)
    taught = likely(corpus, digits=len(sector), as_of=year, window=window)
    return asdict(rank_taught(taught, country, sector, amount=amount, method=chosen))
