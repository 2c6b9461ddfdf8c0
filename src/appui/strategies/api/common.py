"""What the calls of strategies share: work as it comes in and goes out."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Schema

from appui.accounts.models import User
from appui.kernel.api import Amount, CurrencyCode, Key, decimal, pick, reader_of
from appui.questionnaires.models import Consultation
from appui.registry.models import Code, Organisation, Person
from appui.registry.queries import colleagues
from appui.strategies.models import ProgressState

Line = Annotated[str, Field(pattern=r"^[^\x00]*$")]
Text = dict[str, Line]
Value = Annotated[
    str, Field(pattern=r"^[0-9]{1,15}(\.[0-9]{1,4})?$", examples=["12"], max_length=20)
]


class WorkOut(Schema):
    """Something to do; ``progress`` is the state last reported."""

    id: int
    version: int
    title: Text
    description: Text
    responsible_id: int | None
    person_id: int | None = Field(None, alias="person.pk")
    due_on: date | None
    cost: Decimal | None
    currency: str
    indicator: Text
    indicator_target: Decimal | None
    indicator_unit: str | None = Field(None, alias="indicator_unit.code")
    progress: str


class WorkIn(Schema):
    """Something to do; who, by when, for how much, and how one sees that it is reached."""

    title: Text
    description: Text = {}
    responsible_id: Key | None = None
    person_id: Key | None = None
    due_on: date | None = None
    cost: Amount | None = None
    currency: CurrencyCode | None = None
    indicator: Text = {}
    indicator_target: Value | None = None
    indicator_unit: str | None = Field(None, max_length=60)


class SeenVersion(Schema):
    """The version of the record that the caller saw; with another one stored, 409."""

    version: int | None = Field(None, ge=0, le=2**31 - 1)


class ApprovalIn(SeenVersion):
    """What an approval rests on: consultations, or why nobody was consulted."""

    consultation_ids: list[Key] = Field([], max_length=100)
    unheard: str = Field("", max_length=500)


class ProgressIn(Schema):
    """How far something is; what is dropped says why in ``note``."""

    state: ProgressState
    on: date
    note: str = Field("", max_length=5000)


class ProgressOut(Schema):
    """What was reported, on which day, by whom."""

    id: int
    state: str
    on: date
    note: str
    said_by: str


class Removed(Schema):
    """What was removed."""

    removed: bool = True


def owner(pk: int) -> Organisation | None:
    """The workspace that a body names; raises ``Invalid``."""
    return pick(Organisation.objects.filter(is_workspace=True), pk, "owner_id")


def organisation(pk: int | None, field: str) -> Organisation | None:
    """The organisation that ``field`` of a body names; raises ``Invalid``."""
    return pick(Organisation.objects.standing(), pk, field)


def person(request: HttpRequest, pk: int | None) -> Person | None:
    """The contact that a body names; raises ``Invalid``."""
    return pick(Person.objects.visible_to(reader_of(request)), pk, "person_id")


def grounds(request: HttpRequest, body: ApprovalIn) -> dict[str, Any]:
    """What an approval rests on, for its act; raises ``Invalid``."""
    rows = Consultation.objects.visible_to(reader_of(request))
    heard = [pick(rows, key, "consultation_ids") for key in dict.fromkeys(body.consultation_ids)]
    return {"consultations": heard, "unheard": body.unheard, "version": body.version}


def work(request: HttpRequest, body: WorkIn) -> dict[str, Any]:
    """The fields of a body that name what is to be done."""
    fields = {
        "title": body.title,
        "description": body.description,
        "responsible": pick(_colleagues(request), body.responsible_id, "responsible_id"),
        "person": person(request, body.person_id),
        "due_on": body.due_on,
        "cost": decimal(body.cost),
        "indicator": body.indicator,
        "indicator_target": decimal(body.indicator_target),
        "indicator_unit": Code.named("Unit", body.indicator_unit, "indicator_unit")
        if body.indicator_unit
        else None,
    }
    return fields | ({"currency": body.currency} if body.currency else {})


def _colleagues(request: HttpRequest) -> Any:
    return User.objects.filter(pk__in=colleagues(reader_of(request)).values("pk"))
