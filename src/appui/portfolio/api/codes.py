"""Places, codes and policy markers of activities over the API, and the money by marker."""

from collections.abc import Callable
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Field, Path, Router, Schema

from appui.evidence.models import Source
from appui.kernel.api import PROBLEMS, Id, Key, fetch, pick, reader_of, write_once
from appui.kernel.errors import Missing
from appui.portfolio import actions, pictures
from appui.portfolio.api.activities import ActivityOut, shares_of, whole
from appui.portfolio.models import Activity
from appui.portfolio.totals import Totals, marker_shares, screened_by, totals
from appui.portfolio.views.markers import CURRENCY, Row, marker_rows, principal_shares
from appui.registry.models import Code, Organisation

router = Router()
Share = Annotated[
    str, Field(pattern=r"^[0-9]{1,3}(\.[0-9]{1,3})?$", examples=["33.333"], max_length=7)
]
ShortLine = Annotated[str, Field(pattern=r"^[^\x00]*$", max_length=60)]
Reason = Annotated[str, Field(pattern=r"^[^\x00]*$", max_length=4000)]
MOST = 200
SVG = {"image/svg+xml": {"schema": {"type": "string"}}}


class SharesIn(Schema):
    """Codes with their shares in percent: all null, or making 100. ``version`` is that of the
    activity which the caller saw."""

    version: int | None = Field(None, ge=0, le=2**31 - 1)
    shares: dict[ShortLine, Share | None] = Field(max_length=MOST)


class CodeSharesIn(SharesIn):
    """Codes with their shares; a reason that is left out is kept."""

    reasons: dict[ShortLine, Reason] = Field({}, max_length=MOST)


class MarkerIn(Schema):
    """How much an activity is about something, 0 to 4, why, and the source that shows it."""

    significance: int = Field(ge=0, le=4)
    reason: Reason = Field(min_length=1)
    source_id: Key | None = None


class MarkersIn(Schema):
    """Every policy marker that was screened, by its code. ``version`` is that of the activity which
    the caller saw."""

    version: int | None = Field(None, ge=0, le=2**31 - 1)
    markers: dict[ShortLine, MarkerIn] = Field(max_length=MOST)


class MarkerRowOut(Schema):
    """The budget under one marker at one significance, null for what was not screened; ``share`` is
    of the whole, 0 to 1."""

    marker: str
    significance: int | None = Field(alias="score")
    amount: Decimal
    share: Decimal
    activities: int

    @staticmethod
    def resolve_activities(row: Row) -> int:
        return len(row.projects)


class MarkerGoalOut(Schema):
    """The share of the budget where a marker is the principal objective, and whether it reaches
    the goal; null where no goal was asked."""

    marker: str
    share: Decimal
    reached: bool | None


class MarkerTotalsOut(Schema):
    """The budgets of activities in US dollars by policy marker.

    Each marker divides the same money once more: markers are never added up. ``unpriced``
    activities have no budget, ``without_rate`` one that cannot be converted; ``parts`` are inside a
    whole that states its budget.
    """

    currency: str
    amount: Decimal
    counted: int
    unpriced: int
    without_rate: int
    parts: int
    rows: list[MarkerRowOut]
    principal: list[MarkerGoalOut]


@router.put("/activities/{pk}/places", response={200: ActivityOut, **PROBLEMS})
def put_places(request: HttpRequest, pk: Id, body: SharesIn) -> Activity:
    """Let an activity take place exactly there; 409 when a colleague changed it since
    ``version``."""
    reader, shares = reader_of(request), shares_of(body.shares)

    def act(activity: Activity) -> None:
        actions.set_places(activity, shares, by=reader, version=body.version)

    return _put(request, pk, body, act)


@router.put("/activities/{pk}/shares/{name}", response={200: ActivityOut, **PROBLEMS})
def put_shares(
    request: HttpRequest,
    pk: Id,
    name: Annotated[str, Path(max_length=60, pattern=r"^[-a-zA-Z0-9_]+$")],
    body: CodeSharesIn,
) -> Activity:
    """Put exactly these codes of the list ``name`` on an activity; 409 when a colleague changed it
    since ``version``."""
    reader, shares = reader_of(request), shares_of(body.shares)

    def act(activity: Activity) -> None:
        actions.set_shares(
            activity, name, shares, by=reader, version=body.version, reasons=body.reasons
        )

    return _put(request, pk, body, act)


@router.put("/activities/{pk}/markers", response={200: ActivityOut, **PROBLEMS})
def put_markers(request: HttpRequest, pk: Id, body: MarkersIn) -> Activity:
    """Put exactly these policy markers on an activity; 409 when a colleague changed it since
    ``version``."""
    reader = reader_of(request)
    sources = Source.objects.visible_to(reader)

    def act(activity: Activity) -> None:
        for score in {given.significance for given in body.markers.values()}:
            Code.named("PolicySignificance", str(score), "significance")
        marked = {
            code: actions.Marked(
                given.significance, given.reason, pick(sources, given.source_id, "source_id")
            )
            for code, given in body.markers.items()
        }
        actions.set_markers(activity, marked, by=reader, version=body.version)

    return _put(request, pk, body, act)


@router.get(
    "/activities/{pk}/map",
    response={200: Any, **PROBLEMS},
    openapi_extra={"responses": {200: {"content": SVG}}},
)
def get_map(request: HttpRequest, pk: Id) -> HttpResponse:
    """Where an activity takes place, drawn as SVG; 404 when no outline is known."""
    activity = fetch(whole(request), pk)
    drawn = pictures.places_map([item.location for item in activity.places.all()])
    if drawn is None:
        raise Missing(_("There is nothing at this address, or it is not shared with you."))
    return HttpResponse(drawn, content_type="image/svg+xml")


@router.get("/marker-totals", response={200: MarkerTotalsOut, **PROBLEMS})
def get_marker_totals(
    request: HttpRequest,
    owner_id: Annotated[int | None, Field(ge=1, le=2**63 - 1)] = None,
    goal: Annotated[int | None, Field(ge=0, le=100)] = None,
) -> dict[str, Any]:
    """The budgets of the activities the caller may see by policy marker, in US dollars; ``goal`` is
    a percentage to hold the principal objectives against."""
    found, rows = _marked(request, owner_id)
    reached = None if goal is None else Decimal(goal) / 100
    return {
        "currency": found.currency,
        "amount": found.amount,
        "counted": len(found.counted),
        "unpriced": found.unpriced,
        "without_rate": found.without_rate,
        "parts": found.parts,
        "rows": rows,
        "principal": [
            {
                "marker": marker,
                "share": share,
                "reached": None if reached is None else share >= reached,
            }
            for marker, share in principal_shares(rows).items()
        ],
    }


@router.get("/marker-totals/activities", response={200: list[ActivityOut], **PROBLEMS})
def list_marked(
    request: HttpRequest,
    marker: Annotated[str, Field(max_length=60)],
    significance: Annotated[int | None, Field(ge=0, le=4)] = None,
    owner_id: Annotated[int | None, Field(ge=1, le=2**63 - 1)] = None,
    limit: Annotated[int, Field(ge=1, le=500)] = 100,
    offset: Annotated[int, Field(ge=0, le=1_000_000)] = 0,
) -> list[Activity]:
    """Exactly the activities behind one figure; without ``significance``, those not screened."""
    _found, rows = _marked(request, owner_id)
    behind = [
        pk
        for row in rows
        if (row.marker, row.score) == (marker, significance)
        for pk in row.projects
    ]
    known = whole(request).in_bulk(behind[offset : offset + limit])
    return list(known.values())


def _put(request: HttpRequest, pk: int, body: Schema, act: Callable[[Activity], None]) -> Activity:
    rows = whole(request)
    activity = fetch(rows, pk)

    def done() -> Activity:
        act(activity)
        return fetch(rows, pk)

    return write_once(request, body, rows, done)


def _marked(request: HttpRequest, owner_id: int | None) -> tuple[Totals, list[Row]]:
    """The money that counts and its rows; raises ``Invalid`` where nobody works by that key."""
    reader = reader_of(request)
    pick(Organisation.objects.filter(is_workspace=True), owner_id, "owner_id")
    found = totals(reader, CURRENCY, owner_id)
    tree, screened = screened_by(reader)
    return found, marker_rows(marker_shares(found, tree, screened), found.amount)
