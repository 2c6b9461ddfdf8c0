"""Answers that mix rooms, over the API."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema
from ninja.pagination import paginate

from appui.funding.queries import NeedGap, TargetPosition
from appui.home import rules, trail
from appui.home import search as searching
from appui.home.standing import Standing, standing, workspace_of
from appui.kernel.api import PROBLEMS, Paged, reader_of
from appui.kernel.errors import Missing
from appui.kernel.models import AuditEntry
from appui.kernel.verdict import require
from appui.registry.models import Organisation

router = Router(tags=["home"])


class NeedPositionOut(Schema):
    """One open need, in its own currency; ``unconverted`` rows have no rate and are in no sum."""

    need_id: int
    reference: str
    currency: str
    need: Decimal
    secured: Decimal
    asked: Decimal
    weighted: Decimal
    missing: Decimal
    unconverted: int

    @staticmethod
    def of(gap: NeedGap) -> "NeedPositionOut":
        return NeedPositionOut(
            need_id=gap.need.pk,
            reference=gap.need.reference,
            currency=gap.currency,
            need=gap.total.need,
            secured=gap.total.secured,
            asked=gap.total.asked,
            weighted=gap.total.weighted,
            missing=gap.total.missing,
            unconverted=len(gap.unconverted),
        )


class TargetPositionOut(Schema):
    """One current target, in its own currency."""

    target_id: int
    title: dict[str, str]
    currency: str
    amount: Decimal
    secured: Decimal
    asked: Decimal
    weighted: Decimal
    missing: Decimal
    unconverted: int

    @staticmethod
    def of(position: TargetPosition) -> "TargetPositionOut":
        return TargetPositionOut(
            target_id=position.target.pk,
            title=position.target.title,
            currency=position.target.currency,
            amount=position.target.amount,
            secured=position.secured,
            asked=position.asked,
            weighted=position.weighted,
            missing=position.missing,
            unconverted=position.unconverted,
        )


class PositionOut(Schema):
    """Where an organisation stands; the sums are over its open needs, in ``currency``."""

    organisation_id: int
    currency: str
    need: Decimal
    secured: Decimal
    asked: Decimal
    weighted: Decimal
    missing: Decimal
    unconverted: int
    boundary: str
    rate_rule: str
    needs: list[NeedPositionOut]
    targets: list[TargetPositionOut]


class HitOut(Schema):
    """One record found; ``url`` is its page."""

    title: str
    url: str
    aside: str


class GroupOut(Schema):
    """The records of one subject; ``total`` counts those that are not shown too."""

    key: str
    label: str
    total: int
    hits: list[HitOut]


class EntryOut(Schema):
    """One write: who, when, what changed; ``changes`` maps a field to [before, after]."""

    id: int
    at: datetime
    user_id: int | None
    user_name: str
    verb: str
    model: str
    object_id: int
    label: str
    changes: dict[str, list[str | dict[str, str] | None]]


def _workspace(request: HttpRequest) -> Organisation:
    organisation = workspace_of(reader_of(request))
    if organisation is None:
        raise Missing(_("You do not work in an organisation yet, so there is nothing to show."))
    return organisation


@router.get("/position", response={200: PositionOut, **PROBLEMS})
def get_position(request: HttpRequest) -> PositionOut:
    """Where the caller's organisation stands: targets, needs, secured, asked, missing."""
    found = standing(_workspace(request), reader_of(request), today=timezone.localdate())
    return _position(found)


def _position(found: Standing) -> PositionOut:
    position = found.position
    return PositionOut(
        organisation_id=found.organisation.pk,
        currency=position.currency,
        need=position.need,
        secured=position.secured,
        asked=position.asked,
        weighted=position.weighted,
        missing=position.missing,
        unconverted=position.unconverted,
        boundary=found.boundary,
        rate_rule=found.rate_rule,
        needs=[NeedPositionOut.of(gap) for gap in position.needs],
        targets=[TargetPositionOut.of(item) for item in found.targets],
    )


@router.get("/search", response={200: list[GroupOut], **PROBLEMS})
def get_search(
    request: HttpRequest,
    q: Annotated[str, Field(max_length=200)],
    subject: Annotated[str, Field(max_length=40)] = "",
) -> list[GroupOut]:
    """Records that the caller may see and that hold every word of ``q``; at least two letters.

    ``subject`` (needs, projects, organisations, …) shows up to a hundred of one kind.
    """
    groups = searching.find(q.replace("\x00", " "), reader_of(request), only=subject)
    return [
        GroupOut(
            key=group.key,
            label=str(group.label),
            total=group.total,
            hits=[HitOut(title=hit.title, url=hit.url, aside=hit.aside) for hit in group.hits],
        )
        for group in groups
    ]


@router.get("/history", response={200: list[EntryOut], **PROBLEMS})
@paginate(Paged)
def list_history(request: HttpRequest) -> QuerySet[AuditEntry]:
    """The audit trail of the caller's organisation, newest first; for its managers."""
    organisation = _workspace(request)
    require(rules.may_audit(organisation.pk, reader_of(request)))
    return trail.whole_trail(organisation, reader_of(request)).order_by("-at", "-pk")
