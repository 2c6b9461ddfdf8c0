"""Donors over the API: organisations seen as sources of money."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from ninja import Field, Router, Schema
from ninja.pagination import paginate

from appui.funding.api.agreements import AgreementOut, agreement_rows
from appui.funding.api.common import Text, visible
from appui.funding.api.funds import FundOut, fund_rows
from appui.funding.api.interactions import InteractionOut, exchange_rows
from appui.funding.api.proposals import ProposalOut, ask_rows
from appui.funding.views.donors import GIVING_SHOWN, RECORDS_SHOWN, donors, published_gifts
from appui.intelligence.words import BOUNDARIES, RATE_RULE
from appui.kernel.api import PROBLEMS, Id, Paged, fetch, reader_of
from appui.registry.api import PersonOut
from appui.registry.models import Organisation, Person

router = Router()


class DonorFacts(Schema):
    """An organisation that money is asked from."""

    id: int
    name: Text
    acronym: str
    kind: str | None = Field(None, alias="organisation_type.code")
    country: str | None = Field(None, alias="country.code")
    website: str


class DonorOut(DonorFacts):
    """A donor with what the caller may see of it: its windows, open asks, agreements that count,
    and the day of the last exchange."""

    windows: int
    asks: int
    signed: int
    last_exchange: date | None


class DonorGift(Schema):
    """What is published of a donor in one year and country, in US dollars; different kinds of flow
    and different sources are not added."""

    year: int | None
    recipient: str | None
    flow_type: str
    source: str
    usd: Decimal


class DonorSheetOut(DonorFacts):
    """A donor with its records that the caller may see, and what is published of it; at most 50
    records of a kind, and the 30 last gifts."""

    merged_into_id: int | None
    other_names: list[str]
    proposals: list[ProposalOut]
    agreements: list[AgreementOut]
    funds: list[FundOut]
    interactions: list[InteractionOut]
    people: list[PersonOut]
    gifts: list[DonorGift]
    basis: str


@router.get("/donors", response={200: list[DonorOut], **PROBLEMS})
@paginate(Paged)
def list_donors(request: HttpRequest) -> QuerySet[Organisation]:
    """Organisations followed as donors, and those asked or signed with."""
    return donors(reader_of(request)).order_by("pk")


@router.get("/donors/{pk}", response={200: DonorSheetOut, **PROBLEMS})
def get_donor(request: HttpRequest, pk: Id) -> dict[str, Any]:
    """One donor: windows, asks, agreements, exchanges, contacts, and what it gave."""
    found = fetch(Organisation.objects.select_related("organisation_type", "country"), pk)
    same = Organisation.objects.filter(Q(pk=pk) | Q(merged_into=pk))
    wanted, gifts = published_gifts(found)
    people = visible(request, Person).filter(organisation__in=same)
    exchanges = exchange_rows(request).filter(organisation__in=same)
    return {
        **{name: getattr(found, name) for name in ("id", "name", "acronym", "website")},
        "organisation_type": found.organisation_type,
        "country": found.country,
        "merged_into_id": found.merged_into_id,
        "other_names": [alias.name for alias in found.aliases.all()],
        "proposals": list(ask_rows(request).filter(donor__in=same)[:RECORDS_SHOWN]),
        "agreements": list(agreement_rows(request).filter(donor__in=same)[:RECORDS_SHOWN]),
        "funds": list(fund_rows(request).filter(organisation__in=same)[:RECORDS_SHOWN]),
        "interactions": list(exchanges[:RECORDS_SHOWN]),
        "people": list(people[:RECORDS_SHOWN]),
        "gifts": [
            {
                "year": int(item.keys[0]) if item.keys[0] is not None else None,
                "recipient": item.keys[1],
                "flow_type": item.flow_type,
                "source": item.source,
                "usd": item.usd,
            }
            for item in gifts[:GIVING_SHOWN]
        ],
        "basis": f"{BOUNDARIES[wanted.view]} {RATE_RULE}",
    }
