"""Scenarios with their money and rules over the API."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Literal

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Field, Router, Schema, Status
from ninja.pagination import paginate

from appui.funding.models import Fund
from appui.kernel.access import Reader
from appui.kernel.api import (
    PROBLEMS,
    Amount,
    CurrencyCode,
    Id,
    Key,
    Paged,
    decimal,
    fetch,
    pick,
    reader_of,
    write_once,
)
from appui.kernel.errors import Invalid
from appui.registry.models import Code, Location, Organisation, Visibility
from appui.registry.ownership import Keys, OwnershipChange, changes, organisations
from appui.selection import queries
from appui.selection.actions import scenario as planning
from appui.selection.api.common import Gone, Line, Percent, Points, SeenOf, Text, Year
from appui.selection.models import (
    Appraisal,
    Balance,
    Envelope,
    Method,
    Rule,
    RuleKind,
    Scenario,
)

router = Router(tags=["selection"])


class EnvelopeOut(Schema):
    """Money of one funder, by year."""

    id: int
    version: int
    title: str
    organisation_id: int | None
    fund_id: int | None
    minimum: Decimal | None
    maximum: Decimal | None
    cofinancing: Decimal
    certainty: int
    years: dict[str, Decimal]
    places: list[str]
    sectors: list[str]

    @staticmethod
    def resolve_years(item: Envelope) -> dict[str, Decimal]:
        return {str(year.year): year.amount for year in item.years.all()}

    @staticmethod
    def resolve_places(item: Envelope) -> list[str]:
        return [place.code for place in item.locations.all()]

    @staticmethod
    def resolve_sectors(item: Envelope) -> list[str]:
        return [code.code for code in item.sectors.all()]


class EnvelopeIn(Schema):
    """A new envelope; amounts are whole units of the scenario's currency."""

    title: Line = Field(min_length=1, max_length=120)
    organisation_id: Key | None = None
    fund_id: Key | None = None
    minimum: Amount | None = None
    maximum: Amount | None = None
    cofinancing: Points = "0"
    certainty: Percent = 100
    years: dict[Year, Amount] = Field(max_length=30)
    places: list[Line] = Field([], max_length=300)
    sectors: list[Line] = Field([], max_length=300)


class EnvelopeChange(SeenOf):
    """What changes of an envelope; what is left out or null stays, "" and 0 empty a field.

    ``years``, ``places`` and ``sectors`` are all there are, when they are given.
    """

    title: Line | None = Field(None, min_length=1, max_length=120)
    organisation_id: Key | Literal[0] | None = None
    fund_id: Key | Literal[0] | None = None
    minimum: Amount | Literal[""] | None = None
    maximum: Amount | Literal[""] | None = None
    cofinancing: Points | None = None
    certainty: Percent | None = None
    years: dict[Year, Amount] | None = Field(None, max_length=30)
    places: list[Line] | None = Field(None, max_length=300)
    sectors: list[Line] | None = Field(None, max_length=300)


class RuleOut(Schema):
    """A rule about one project, or about two."""

    id: int
    activity_id: int
    kind: str
    other_id: int | None
    reason: str


class RuleIn(Schema):
    """A new rule; ``requires`` and ``alternative`` name another project."""

    activity_id: Key
    kind: RuleKind
    other_id: Key | None = None
    reason: Line = Field("", max_length=300)


class BalanceOut(Schema):
    """Which share of the money goes to a place or a sector."""

    id: int
    place: str | None
    sector: str | None
    least: int
    most: int

    @staticmethod
    def resolve_place(item: Balance) -> str | None:
        return item.location.code if item.location else None

    @staticmethod
    def resolve_sector(item: Balance) -> str | None:
        return item.sector.code if item.sector else None


class BalanceIn(Schema):
    """A new balance: a place or a sector, not both."""

    place: Line | None = None
    sector: Line | None = None
    least: Percent = 0
    most: Percent = 100


class ScenarioOut(Schema):
    """A scenario with its money and rules."""

    id: int
    version: int
    title: dict[str, str]
    appraisal_id: int
    method: str
    currency: str
    most_funders: int
    certainty: int
    envelopes: list[EnvelopeOut]
    rules: list[RuleOut]
    balances: list[BalanceOut]
    owner_id: int
    visibility: str


class ScenarioIn(Schema):
    """A new scenario about the projects of an appraisal."""

    title: Text
    appraisal_id: Key
    method: Method = Method.WSM
    currency: CurrencyCode = "USD"
    most_funders: int = Field(3, ge=1, le=100)
    certainty: Percent = 0
    owner_id: Key
    visibility: Visibility = Visibility.PRIVATE
    shared_with_ids: Keys = []


class ScenarioChange(OwnershipChange):
    """What changes of a scenario; what is left out or null stays."""

    title: Text | None = None
    appraisal_id: Key | None = None
    method: Method | None = None
    currency: CurrencyCode | None = None
    most_funders: int | None = Field(None, ge=1, le=100)
    certainty: Percent | None = None


class ScenarioCopy(Schema):
    """How the copy is called."""

    title: Text


@router.get("/scenarios", response={200: list[ScenarioOut], **PROBLEMS})
@paginate(Paged)
def list_scenarios(request: HttpRequest) -> QuerySet[Scenario]:
    """Scenarios the caller may see."""
    return queries.whole_scenarios(reader_of(request))


@router.post("/scenarios", response={201: ScenarioOut, **PROBLEMS})
def draft_scenario(request: HttpRequest, body: ScenarioIn) -> Status[Scenario]:
    """Write a scenario."""
    reader, rows = reader_of(request), queries.whole_scenarios(reader_of(request))

    def act() -> Scenario:
        made = planning.draft_scenario(
            by=reader,
            appraisal=pick(Appraisal.objects.visible_to(reader), body.appraisal_id, "appraisal_id"),
            owner=pick(Organisation.objects.filter(is_workspace=True), body.owner_id, "owner_id"),
            shared_with=organisations(body.shared_with_ids, "shared_with_ids"),
            **body.model_dump(exclude={"appraisal_id", "owner_id", "shared_with_ids"}),
        )
        return fetch(rows, made.pk)

    return Status(201, write_once(request, body, rows, act))


@router.get("/scenarios/{pk}", response={200: ScenarioOut, **PROBLEMS})
def get_scenario(request: HttpRequest, pk: Id) -> Scenario:
    """One scenario with its money and rules."""
    return fetch(queries.whole_scenarios(reader_of(request)), pk)


@router.post("/scenarios/{pk}", response={200: ScenarioOut, **PROBLEMS})
def change_scenario(request: HttpRequest, pk: Id, body: ScenarioChange) -> Scenario:
    """Change the facts of a scenario; runs keep what they were computed from."""
    reader = reader_of(request)
    rows = queries.whole_scenarios(reader)
    found = fetch(rows, pk)

    def act() -> Scenario:
        fields = changes(body, "appraisal_id")
        if body.appraisal_id is not None:
            seen = Appraisal.objects.visible_to(reader)
            fields["appraisal"] = pick(seen, body.appraisal_id, "appraisal_id")
        planning.change_scenario(found, by=reader, **fields)
        return fetch(rows, pk)

    return write_once(request, body, rows, act)


@router.post("/scenarios/{pk}/copy", response={201: ScenarioOut, **PROBLEMS})
def copy_scenario(request: HttpRequest, pk: Id, body: ScenarioCopy) -> Status[Scenario]:
    """Another scenario that starts with the same money and rules."""
    rows = queries.whole_scenarios(reader_of(request))
    found = fetch(rows, pk)

    def act() -> Scenario:
        made = planning.copy_scenario(found, by=reader_of(request), title=body.title)
        return fetch(rows, made.pk)

    return Status(201, write_once(request, body, rows, act))


@router.post("/scenarios/{pk}/envelopes", response={201: EnvelopeOut, **PROBLEMS})
def add_envelope(request: HttpRequest, pk: Id, body: EnvelopeIn) -> Status[Envelope]:
    """Add money."""
    reader = reader_of(request)
    scenario = fetch(queries.whole_scenarios(reader_of(request)), pk)
    rows = queries.envelopes(reader).filter(scenario=scenario)

    def act() -> Envelope:
        made = planning.add_envelope(
            scenario,
            by=reader,
            organisation=pick(
                Organisation.objects.standing(), body.organisation_id, "organisation_id"
            ),
            fund=pick(Fund.objects.visible_to(reader), body.fund_id, "fund_id"),
            minimum=decimal(body.minimum),
            maximum=decimal(body.maximum),
            cofinancing=Decimal(body.cofinancing),
            years=_years(body.years),
            locations=[_place(code, "places") for code in body.places],
            sectors=[Code.named("Sector", code, "sectors") for code in body.sectors],
            **body.model_dump(include={"title", "certainty"}),
        )
        return fetch(rows, made.pk)

    return Status(201, write_once(request, body, rows, act))


@router.post("/envelopes/{pk}", response={200: EnvelopeOut, **PROBLEMS})
def change_envelope(request: HttpRequest, pk: Id, body: EnvelopeChange) -> Envelope:
    """Change the money of an envelope, or what it may pay."""
    rows = queries.envelopes(reader_of(request))
    found = fetch(rows, pk)

    def act() -> Envelope:
        fields = _envelope_changes(body, reader_of(request))
        years = {item.year: item.amount for item in found.years.all()}
        if body.years is not None:
            years = _years(body.years)
        planning.change_envelope(found, by=reader_of(request), years=years, **fields)
        return fetch(rows, pk)

    return write_once(request, body, rows, act)


def _envelope_changes(body: EnvelopeChange, reader: Reader) -> dict[str, Any]:
    fields = body.model_dump(include={"version", "title", "certainty"}, exclude_none=True)
    if body.organisation_id is not None:
        rows = Organisation.objects.standing()
        fields["organisation"] = pick(rows, body.organisation_id or None, "organisation_id")
    if body.fund_id is not None:
        fields["fund"] = pick(Fund.objects.visible_to(reader), body.fund_id or None, "fund_id")
    for name in ("minimum", "maximum"):
        if (amount := getattr(body, name)) is not None:
            fields[name] = decimal(amount or None)
    if body.cofinancing is not None:
        fields["cofinancing"] = Decimal(body.cofinancing)
    if body.places is not None:
        fields["locations"] = [_place(code, "places") for code in body.places]
    if body.sectors is not None:
        fields["sectors"] = [Code.named("Sector", code, "sectors") for code in body.sectors]
    return fields


@router.delete("/envelopes/{pk}", response={200: Gone, **PROBLEMS})
def remove_envelope(request: HttpRequest, pk: Id) -> Gone:
    """Take the money out of the scenario; runs keep what they were computed from."""
    reader = reader_of(request)
    planning.remove_envelope(fetch(queries.envelopes(reader), pk), by=reader)
    return Gone()


def _years(given: Mapping[str, str]) -> dict[int, Decimal]:
    return {int(year): Decimal(amount) for year, amount in given.items()}


def _place(code: str, field: str) -> Location:
    found = Location.objects.filter(code=code).first()
    if found is None:
        text = f"There is no place {code}."
        raise Invalid(text, {field: text})
    return found


@router.post("/scenarios/{pk}/rules", response={201: RuleOut, **PROBLEMS})
def add_rule(request: HttpRequest, pk: Id, body: RuleIn) -> Status[Rule]:
    """Add a rule about projects."""
    reader = reader_of(request)
    scenario = fetch(queries.whole_scenarios(reader_of(request)), pk)
    rows = queries.scenario_rules(reader).filter(scenario=scenario)
    known = queries.under_appraisal(scenario.appraisal, reader)

    def act() -> Rule:
        return planning.add_rule(
            scenario,
            by=reader,
            activity=pick(known, body.activity_id, "activity_id"),
            other=pick(known, body.other_id, "other_id"),
            kind=body.kind,
            reason=body.reason,
        )

    return Status(201, write_once(request, body, rows, act))


@router.post("/scenarios/{pk}/balances", response={201: BalanceOut, **PROBLEMS})
def add_balance(request: HttpRequest, pk: Id, body: BalanceIn) -> Status[Balance]:
    """Add the share of a place or a sector."""
    reader = reader_of(request)
    scenario = fetch(queries.whole_scenarios(reader_of(request)), pk)
    rows = queries.balances(reader).filter(scenario=scenario)

    def act() -> Balance:
        return planning.add_balance(
            scenario,
            by=reader,
            location=None if body.place is None else _place(body.place, "place"),
            sector=None if body.sector is None else Code.named("Sector", body.sector, "sector"),
            least=body.least,
            most=body.most,
        )

    return Status(201, write_once(request, body, rows, act))


@router.delete("/scenario-rules/{pk}", response={200: Gone, **PROBLEMS})
def remove_rule(request: HttpRequest, pk: Id) -> Gone:
    """Drop a rule about projects."""
    reader = reader_of(request)
    planning.remove_rule(fetch(queries.scenario_rules(reader), pk), by=reader)
    return Gone()


@router.delete("/scenario-balances/{pk}", response={200: Gone, **PROBLEMS})
def remove_balance(request: HttpRequest, pk: Id) -> Gone:
    """Drop the share of a place or a sector."""
    reader = reader_of(request)
    planning.remove_balance(fetch(queries.balances(reader), pk), by=reader)
    return Gone()
