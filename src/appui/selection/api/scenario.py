"""Scenarios with their money and rules over the API."""

from decimal import Decimal

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Field, Router, Schema, Status
from ninja.pagination import paginate

from appui.funding.models import Fund
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
from appui.selection import queries
from appui.selection.actions import scenario as planning
from appui.selection.api.common import Line, Percent, Points, Text, Year
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
            **body.model_dump(exclude={"appraisal_id", "owner_id"}),
        )
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
            years={int(year): Decimal(sum_) for year, sum_ in body.years.items()},
            locations=[_place(code, "places") for code in body.places],
            sectors=[Code.named("Sector", code, "sectors") for code in body.sectors],
            **body.model_dump(include={"title", "certainty"}),
        )
        return fetch(rows, made.pk)

    return Status(201, write_once(request, body, rows, act))


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
