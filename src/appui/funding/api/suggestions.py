"""Likely donors for a need over the API, and the ask that is born from one of them."""

from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema, Status

from appui.funding import actions, queries
from appui.funding.api.common import organisation, visible
from appui.funding.api.proposals import AskFields, ProposalOut, ask_fields, ask_rows
from appui.funding.models import Proposal, SetAside
from appui.funding.suggestions import Suggestion, Suggestions, suggest
from appui.kernel.api import PROBLEMS, Id, Key, fetch, reader_of, write_once
from appui.kernel.errors import Missing
from appui.needs.models import Need
from appui.needs.queries import needs_with_lines

router = Router()
Name = Annotated[str, Field(min_length=1, max_length=300, pattern=r"^[^\x00]*$")]
Place = Annotated[str, Field(max_length=12, pattern=r"^[^\x00]*$")]


class SuggestedReason(Schema):
    """Why a donor is likely, and the address of the rows that say so."""

    text: str
    url: str


class SuggestedDonor(Schema):
    """A donor as it is published; ``organisation_id`` is null while the register does not know it.

    ``fit`` says how well the amount fits its usual size (``typical``, US dollars a year), 0 to 1.
    """

    donor: str
    rank: int
    organisation_id: int | None
    with_you: bool
    confidence: str
    typical: Decimal | None
    fit: Decimal | None
    reasons: list[SuggestedReason]


class SetAsideOut(Schema):
    """A donor that is not for this need, and why."""

    id: int
    version: int
    need_id: int
    donor: str
    reason: str


class SuggestedDonorsOut(Schema):
    """Donors for a need in one of its countries: those ``already`` there or with the institution,
    and ``new`` ones. ``learned`` are the years that the method learned from."""

    need_id: int
    country: str | None
    countries: list[str]
    amount: Decimal | None
    first_year: int
    last_year: int
    method: str
    learned: list[int]
    already: list[SuggestedDonor]
    new: list[SuggestedDonor]
    set_aside: list[SetAsideOut]


class SuggestedAskIn(AskFields):
    """An ask of the suggested ``donor``, by its name; without ``donor_id``, and where the register
    does not know the name, it is added there."""

    donor: Name
    country: Place = ""
    donor_id: Key | None = None


class SetAsideIn(Schema):
    """Which suggested donor is not for the need, and why."""

    donor: Name
    reason: str = Field(min_length=1, max_length=300, pattern=r"^[^\x00]*$")


@router.get("/needs/{pk}/suggested-donors", response={200: SuggestedDonorsOut, **PROBLEMS})
def list_suggested_donors(
    request: HttpRequest,
    pk: Id,
    country: Place = "",
    amount: Annotated[Decimal | None, Field(gt=0, max_digits=15, decimal_places=2)] = None,
) -> dict[str, Any]:
    """Donors for a need, ranked on published flows, with their reasons; ``amount`` in US dollars is
    a tenth of what is missing unless told."""
    need = fetch(needs_with_lines(reader_of(request)), pk)
    found = _suggestions(request, need, country, amount)
    return {
        "need_id": need.pk,
        "country": found.country.code if found.country else None,
        "countries": [place.code for place in found.countries],
        "amount": _plain(found.amount),
        "first_year": found.first_year,
        "last_year": found.last_year,
        "method": found.method,
        "learned": list(found.learned or ()),
        "already": [_donor(item) for item in found.already],
        "new": [_donor(item) for item in found.new],
        "set_aside": list(found.set_aside),
    }


@router.post("/needs/{pk}/asks", response={201: ProposalOut, **PROBLEMS})
def ask_suggested_donor(request: HttpRequest, pk: Id, body: SuggestedAskIn) -> Status[Proposal]:
    """Record an ask of a suggested donor; the reasons are kept with it."""
    need = fetch(needs_with_lines(reader_of(request)), pk)
    rows = ask_rows(request)

    def act() -> Proposal:
        found = _suggestions(request, need, body.country, None)
        item = found.named(body.donor)
        if item is None:
            raise Missing(_("This donor is not among those suggested for the need."))
        fields = ask_fields(request, body)
        if body.need_id is None:
            fields["need"] = need
        named = organisation(body.donor_id, "donor_id") or item.organisation
        made = actions.ask_suggested(
            found,
            item,
            by=reader_of(request),
            today=timezone.localdate(),
            donor=named,
            **fields,
        )
        return fetch(rows, made.pk)

    return Status(201, write_once(request, body, rows, act))


@router.post("/needs/{pk}/set-aside", response={201: SetAsideOut, **PROBLEMS})
def set_donor_aside(request: HttpRequest, pk: Id, body: SetAsideIn) -> Status[SetAside]:
    """Say why a suggested donor is not for the need; it is not suggested again until undone."""
    need = fetch(needs_with_lines(reader_of(request)), pk)

    def act() -> SetAside:
        return actions.set_donor_aside(need, by=reader_of(request), **body.model_dump())

    return Status(201, write_once(request, body, visible(request, SetAside), act))


@router.delete("/set-aside/{pk}", response={204: None, **PROBLEMS})
def take_donor_back(request: HttpRequest, pk: Id) -> Status[None]:
    """Let a donor be suggested again."""
    actions.take_donor_back(fetch(visible(request, SetAside), pk), by=reader_of(request))
    return Status(204, None)


def _suggestions(
    request: HttpRequest, need: Need, country: str, amount: Decimal | None
) -> Suggestions:
    reader, today = reader_of(request), timezone.localdate()
    gap = queries.need_gap(need, reader, today=today)
    return suggest(need, gap, reader, today=today, country=country, amount=amount)


def _plain(number: Decimal | None) -> Decimal | None:
    """The same number written without an exponent."""
    return None if number is None else Decimal(f"{number:f}")


def _donor(item: Suggestion) -> dict[str, Any]:
    return {
        "donor": item.name,
        "rank": item.rank,
        "organisation_id": item.organisation.pk if item.organisation else None,
        "with_you": item.with_you,
        "confidence": item.confidence,
        "typical": _plain(item.typical),
        "fit": _plain(item.fit),
        "reasons": list(item.evidence),
    }
