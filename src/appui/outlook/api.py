"""Outlook over the API."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Field, File, Form, Query, Router, Schema, UploadedFile

from appui.evidence.models import Source
from appui.funding.queries import Figure
from appui.kernel.api import PROBLEMS, Id, Key, fetch, reader_of
from appui.kernel.errors import Invalid, Missing
from appui.outlook.effects import Effect
from appui.outlook.effects import total as total_of
from appui.outlook.queries.gap import ALL, Dimension, GapTable, gap_table
from appui.outlook.queries.ledger import (
    costed_activities,
    effects_between,
    ledger_map,
    money_chain,
)
from appui.outlook.queries.vintages import Compared, compare_files, compare_sources
from appui.outlook.queries.whatif import WhatIf, what_if
from appui.outlook.ranges import METHOD, SEED, Moves, Range, Shape
from appui.outlook.views.ledger import map_boundary
from appui.outlook.views.sharing import donor_sums, shared_rows, stage_rows
from appui.outlook.views.vintages import LARGEST, SHOWS
from appui.outlook.views.whatif import formulas
from appui.portfolio.models import Activity
from appui.registry.models import Organisation

router = Router(tags=["outlook"])
Year = Annotated[int, Field(ge=1990, le=2100)]
CENT = Decimal("0.01")
SUMMED = ("need", "secured", "missing")


class RangeOut(Schema):
    """P10, P50 and P90 of what is missing; ``exact`` without a draw."""

    p10: Decimal
    p50: Decimal
    p90: Decimal
    exact: bool


class OutlookCellOut(Schema):
    """One row of the gap; None where a part is not stated or not asked for."""

    pillar: str | None
    place: str | None
    years: str | None
    need: Decimal
    secured: Decimal
    missing: Decimal
    surplus: Decimal
    gap: RangeOut | None


class ConcentrationOut(Schema):
    """How concentrated the money is; ``effective`` is 1 ÷ ``hhi``."""

    count: int
    hhi: Decimal
    effective: Decimal
    top: str
    top_share: Decimal


class OutlookGapOut(Schema):
    """The open needs of the caller's organisation by pillar, place and years."""

    currency: str
    need: Decimal
    secured: Decimal
    missing: Decimal
    gap: RangeOut | None
    shape: str
    moves: str
    seed: int
    method: str
    unconverted: int
    concentration: ConcentrationOut | None
    cells: list[OutlookCellOut]
    boundary: str
    rate_rule: str


class WhatIfNeedOut(Schema):
    """One need that loses cover; None where it cannot be told."""

    need_id: int
    gap_before: Decimal
    gap_after: Decimal
    added_years: Decimal | None
    people: int | None


class WhatIfCaseOut(Schema):
    """One case; ``idle`` is money that then covers nothing."""

    case: str
    label: str
    gap_before: Decimal
    gap_after: Decimal
    added_years: Decimal | None
    people: int | None
    idle: Decimal
    needs: list[WhatIfNeedOut]


class WhatIfOut(Schema):
    """Cases side by side over the open needs; nothing is written."""

    currency: str
    gap: Decimal
    donors: dict[str, str]
    cases: list[WhatIfCaseOut]
    formulas: str


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
    """Shares of cost, and the results told split by them."""

    shares: list[AttributionShareOut]
    by_donor: dict[str, Decimal]


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


class VintageRowOut(Schema):
    """One row in both publications; None where one lacks it."""

    key: list[str]
    sort: str
    before: Decimal | None
    after: Decimal | None
    change: Decimal
    relative: Decimal | None


class VintagesOut(Schema):
    """Two publications side by side; ``twice`` are keys that one of them has more than once."""

    before: str
    after: str
    heads: list[str]
    rows: list[VintageRowOut]
    twice: list[list[str]]
    left_out: list[str]


def _workspace(request: HttpRequest) -> Organisation:
    found = Organisation.objects.filter(pk=reader_of(request).workspace_id or 0).first()
    if found is None:
        raise Missing(_("You do not work in an organisation yet, so there is nothing to show."))
    return found


def range_out(found: Range | None) -> RangeOut | None:
    """A range to the cent."""
    if found is None:
        return None
    p10, p50, p90 = (Decimal(value).quantize(CENT) for value in (found.p10, found.p50, found.p90))
    return RangeOut(p10=p10, p50=p50, p90=p90, exact=found.exact)


def gap_out(found: GapTable, shape: Shape, moves: Moves) -> OutlookGapOut:
    """A table of the gap as scripts read it."""
    return OutlookGapOut(
        currency=found.currency,
        **{name: getattr(found, name) for name in SUMMED},
        gap=range_out(found.gap),
        shape=shape,
        moves=moves,
        seed=SEED,
        method=METHOD,
        unconverted=found.unconverted,
        concentration=ConcentrationOut.from_orm(found.givers) if found.givers else None,
        cells=[
            OutlookCellOut(
                pillar=cell.pillar,
                place=cell.place,
                years=cell.years,
                **{name: getattr(cell, name) for name in (*SUMMED, "surplus")},
                gap=range_out(cell.gap),
            )
            for cell in found.cells
        ],
        boundary=found.boundary,
        rate_rule=found.rate_rule,
    )


@router.get("/outlook/gap", response={200: OutlookGapOut, **PROBLEMS})
def get_gap_table(
    request: HttpRequest,
    by: Annotated[list[Dimension], Query(max_length=3)] = [*ALL],  # noqa: B006 - ninja copies it
    shape: Shape = Shape.TRIANGULAR,
    moves: Moves = Moves.INDEPENDENT,
) -> OutlookGapOut:
    """What is missing by pillar, place and years, with P10, P50 and P90 where costs are ranges."""
    cut = [name for name in ALL if name in by] or list(ALL)
    found = gap_table(
        _workspace(request),
        reader_of(request),
        today=timezone.localdate(),
        shape=shape,
        moves=moves,
        dimensions=cut,
    )
    return gap_out(found, shape, moves)


@router.get("/outlook/what-if", response={200: WhatIfOut, **PROBLEMS})
def get_what_if(
    request: HttpRequest,
    case: Annotated[list[Annotated[str, Field(max_length=120)]], Query(max_length=4)] = [],  # noqa: B006 - ninja copies it
) -> WhatIfOut:
    """Up to four cases side by side, as ``exit:12``, ``exit:12:2027``, ``delay:12:18`` (months),
    ``earmark:12:place:KH``; 12 is the key of the donor. Nothing is written."""
    found = what_if(_workspace(request), case, reader_of(request), today=timezone.localdate())
    return what_if_out(found)


def what_if_out(found: WhatIf) -> WhatIfOut:
    """Cases as scripts read them."""
    return WhatIfOut(
        currency=found.currency,
        gap=sum((need.gap for need in found.needs), Decimal(0)),
        donors={str(key): name for key, name in found.donors},
        cases=[
            WhatIfCaseOut(
                case=question.text,
                label=question.label,
                gap_before=outcome.gap_before,
                gap_after=outcome.gap_after,
                added_years=outcome.added_years,
                people=outcome.people,
                idle=outcome.idle,
                needs=[
                    WhatIfNeedOut(
                        need_id=int(loss.before.key),
                        gap_before=loss.before.gap,
                        gap_after=loss.after.gap,
                        added_years=loss.added_years,
                        people=loss.people,
                    )
                    for loss in outcome.losing
                ],
            )
            for question, outcome in found.outcomes
        ],
        formulas=formulas(),
    )


@router.get("/outlook/donors", response={200: LedgerMapOut, **PROBLEMS})
def get_ledger_map(
    request: HttpRequest,
    figure: Literal["pledged", "committed", "received"] = "committed",
    first_year: Year = 1990,
    last_year: Year = 2100,
) -> dict[str, Any]:
    """One figure of the ledger by donor, place, pillar and year; the rows make its sum."""
    organisation = _workspace(request)
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
        _workspace(request),
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
    found = costed_activities(_workspace(request), reader_of(request))
    known = {item.activity.pk for item in found}
    for item in body.results:
        if item.activity_id not in known:
            text = f"Project {item.activity_id} has no money from a donor, or is not yours to see."
            raise Invalid(text, {"results": text})
    told = {item.activity_id: Decimal(item.result) for item in body.results}
    rows = shared_rows(found, told)
    return {"shares": rows, "by_donor": dict(donor_sums(rows))}


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


@router.get("/sources/{pk}/differences/{number}", response={200: VintagesOut, **PROBLEMS})
def get_differences(
    request: HttpRequest,
    pk: Id,
    number: Id,
    show: Literal["both", "differences", "added", "removed", "all"] = "differences",
) -> VintagesOut:
    """What the figures of the source ``number`` say otherwise than those of the source ``pk``."""
    rows = Source.objects.visible_to(reader_of(request))
    found = compare_sources(fetch(rows, pk), fetch(rows, number), reader_of(request))
    return compared_out(found, show)


class TablesIn(Schema):
    """Which column of two tables to compare, and which say what a row is about, with commas."""

    value: Annotated[str, Field(max_length=120)] = ""
    key_columns: Annotated[str, Field(max_length=300)] = ""


@router.post("/outlook/publications/files", response={200: VintagesOut, **PROBLEMS})
def compare_two_files(
    request: HttpRequest,
    before: File[UploadedFile],
    after: File[UploadedFile],
    about: Form[TablesIn],
) -> VintagesOut:
    """What two tables, Excel or CSV, say otherwise; nothing of them is kept."""
    for name, file in (("before", before), ("after", after)):
        if (file.size or 0) > LARGEST:
            text = _("The file is larger than 10 MB.")
            raise Invalid(text, {name: text})
    found = compare_files(
        (before.name or "", before.read()),
        (after.name or "", after.read()),
        value=about.value.replace("\x00", ""),
        keys=[key for key in about.key_columns.replace("\x00", "").split(",") if key.strip()],
    )
    return compared_out(found, "differences")


def compared_out(found: Compared, show: str) -> VintagesOut:
    """A comparison as scripts read it."""
    return VintagesOut(
        before=found.before,
        after=found.after,
        heads=list(found.heads),
        rows=[
            VintageRowOut(
                key=list(row.key),
                sort=row.sort,
                before=row.before.value if row.before else None,
                after=row.after.value if row.after else None,
                change=row.change,
                relative=row.relative,
            )
            for row in found.comparison.of(*SHOWS[show][1])
        ],
        twice=[list(key) for key in found.comparison.twice],
        left_out=list(found.left_out),
    )
