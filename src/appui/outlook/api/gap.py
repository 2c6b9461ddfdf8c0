"""The gap in cells and what-if cases over the API."""

from decimal import Decimal
from typing import Annotated

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from appui.kernel.api import PROBLEMS, reader_of
from appui.outlook.api.common import CENT, ConcentrationOut, workspace
from appui.outlook.queries.gap import ALL, Dimension, GapTable, gap_table
from appui.outlook.queries.whatif import WhatIf, what_if
from appui.outlook.ranges import METHOD, SEED, Moves, Range, Shape
from appui.outlook.views.whatif import formulas

router = Router()
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
        workspace(request),
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
    found = what_if(workspace(request), case, reader_of(request), today=timezone.localdate())
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
