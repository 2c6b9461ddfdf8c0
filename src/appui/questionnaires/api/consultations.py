"""Consultations over the API."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Router, Status
from ninja.pagination import paginate

from appui.kernel.api import PROBLEMS, Id, Paged, fetch, pick, reader_of, write_once
from appui.kernel.errors import Invalid
from appui.questionnaires import queries
from appui.questionnaires.actions import consultations as actions
from appui.questionnaires.api.responses import subject
from appui.questionnaires.api.schemas import (
    ConsultationChange,
    ConsultationFacts,
    ConsultationIn,
    ConsultationOut,
    HeardOut,
)
from appui.questionnaires.models import Consultation
from appui.registry.models import Organisation
from appui.registry.ownership import organisations, ownership
from appui.registry.queries import places_by_code

router = Router(tags=["questionnaires"])


@router.get("/consultations", response={200: list[ConsultationOut], **PROBLEMS})
@paginate(Paged)
def list_consultations(request: HttpRequest) -> QuerySet[Consultation]:
    """Consultations the caller may see."""
    return queries.consultations(reader_of(request))


@router.get("/consultations/totals", response={200: HeardOut, **PROBLEMS})
def get_totals(request: HttpRequest) -> queries.Heard:
    """Who was heard, summed over the consultations that state it, and how many do."""
    return queries.heard(queries.consultations(reader_of(request)))


@router.get("/consultations/{pk}", response={200: ConsultationOut, **PROBLEMS})
def get_consultation(request: HttpRequest, pk: Id) -> Consultation:
    """One consultation."""
    return fetch(queries.consultations(reader_of(request)), pk)


@router.post("/consultations", response={201: ConsultationOut, **PROBLEMS})
def record_consultation(request: HttpRequest, body: ConsultationIn) -> Status[Consultation]:
    """Record who was heard and what was said."""
    reader = reader_of(request)

    def act() -> Consultation:
        return actions.record_consultation(
            by=reader,
            about=subject(body.about, reader) if body.about else None,
            owner=pick(Organisation.objects.filter(is_workspace=True), body.owner_id, "owner_id"),
            shared_with=organisations(body.shared_with_ids, "shared_with_ids"),
            **_facts(body),
        )

    return Status(201, write_once(request, body, queries.consultations(reader), act))


@router.post("/consultations/{pk}", response={200: ConsultationOut, **PROBLEMS})
def change_consultation(request: HttpRequest, pk: Id, body: ConsultationChange) -> Consultation:
    """Give the facts of a consultation anew; what it is about stays."""
    found = fetch(queries.consultations(reader_of(request)), pk)
    facts = _facts(body) | ownership(body)
    changed = actions.change_consultation(
        found, by=reader_of(request), version=body.version, **facts
    )
    return fetch(queries.consultations(reader_of(request)), changed.pk)


def _facts(body: ConsultationFacts) -> dict[str, Any]:
    names = set(ConsultationFacts.model_fields) - {"places", "organisation_ids"}
    places = places_by_code(code.upper() for code in body.places)
    heard = list(Organisation.objects.standing().filter(pk__in=body.organisation_ids))
    unknown = sorted({code.upper() for code in body.places} - set(places))
    if unknown:
        text = f"Not places known here: {', '.join(unknown)}. Write ISO 3166 codes."
        raise Invalid(text, {"places": text})
    if len(heard) < len(set(body.organisation_ids)):
        text = "One of these organisations is not in the register."
        raise Invalid(text, {"organisation_ids": text})
    facts = body.model_dump(include=names)
    return facts | {"places": list(places.values()), "organisations": heard}
