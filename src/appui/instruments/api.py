"""Instruments over the API."""

from decimal import Decimal
from typing import Annotated, Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Router, Schema, Status
from ninja.pagination import paginate

from appui.evidence.models import Source
from appui.instruments import actions, queries, words
from appui.instruments.content import content, parameters, step
from appui.instruments.engine.catalogue import INSTRUMENTS
from appui.instruments.engine.parameters import is_year
from appui.instruments.engine.sensitivity import movable, sensitivity
from appui.instruments.models import Comparison, Option, PlannedOutcome
from appui.instruments.sheet import programme_of, sheet_of, weighing_of
from appui.instruments.written import raw_values
from appui.kernel.api import (
    PROBLEMS,
    CurrencyCode,
    Id,
    Key,
    Paged,
    fetch,
    pick,
    reader_of,
    write_once,
)
from appui.kernel.errors import Invalid
from appui.needs.models import Need
from appui.portfolio.models import Activity
from appui.registry.models import Visibility
from appui.registry.ownership import Keys, ownership
from appui.registry.references import proposed_reference

router = Router(tags=["instruments"])
Plain = Annotated[str, Field(pattern=r"^[^\x00]*$", max_length=300)]
Texts = dict[str, Annotated[str, Field(pattern=r"^[^\x00]*$", max_length=300)]]
Number = Annotated[
    str, Field(pattern=r"^[0-9]{1,13}(\.[0-9]{1,6})?$", examples=["1250000"], max_length=20)
]
Percent = Annotated[
    str, Field(pattern=r"^[0-9]{1,3}(\.[0-9]{1,3})?$", examples=["5"], max_length=7)
]
ByYear = Annotated[dict[str, Number], Field(examples=[{"2026": "69000000"}], max_length=60)]
Short = Annotated[str, Field(pattern=r"^[-a-zA-Z0-9_]*$", max_length=40)]


class InstrumentComparisonOut(Schema):
    """One programme to be paid for; amounts by year, rates and shares in per cent."""

    id: int
    version: int
    reference: str
    title: dict[str, str]
    need_id: int | None = Field(None, alias="need.pk")
    activity_id: int | None = Field(None, alias="activity.pk")
    currency: str
    cash_need: dict[str, Decimal]
    discount_rate: Decimal
    discount_basis: str
    chance: Decimal
    size: Decimal
    note: str
    source_id: int | None = Field(None, alias="source.pk")
    owner_id: int
    visibility: str

    @staticmethod
    def resolve_cash_need(obj: Comparison) -> dict[str, Decimal]:
        """By year."""
        return {str(year): amount for year, amount in obj.needed.items()}


class InstrumentComparisonIn(Schema):
    """A programme to be paid for: cash needed by year, the payer's discount rate in per cent, and
    how likely (``chance``) it is that how many (``size``) of the outcomes are missing."""

    owner_id: Key
    reference: Short = ""
    title: Texts
    need_id: Key | None = None
    activity_id: Key | None = None
    currency: CurrencyCode = "USD"
    cash_need: ByYear
    discount_rate: Percent
    discount_basis: Plain = ""
    chance: Percent = "0"
    size: Percent = "0"
    note: Annotated[str, Field(pattern=r"^[^\x00]*$", max_length=5000)] = ""
    source_id: Key | None = None
    visibility: Visibility = Visibility.PRIVATE
    shared_with_ids: Keys | None = None


class InstrumentComparisonChange(InstrumentComparisonIn):
    """The same with the version that the caller saw; with another one stored, 409."""

    version: int | None = Field(None, ge=0, le=2**31 - 1)


class PlannedOutcomeOut(Schema):
    """What the programme delivers; ``value`` is what one unit brings in a year."""

    id: int
    version: int
    key: str
    title: dict[str, str]
    unit: str
    units: dict[str, Decimal]
    value: Decimal
    value_basis: str

    @staticmethod
    def resolve_units(obj: PlannedOutcome) -> dict[str, Decimal]:
        """By year."""
        return {str(year): number for year, number in obj.planned.units.items()}


class PlannedOutcomeIn(Schema):
    """What the programme delivers by year when money comes in time."""

    key: Short = ""
    title: Texts
    unit: Annotated[str, Field(pattern=r"^[^\x00]*$", max_length=60)]
    units: ByYear
    value: Number = "0"
    value_basis: Plain = ""


class PlannedOutcomeChange(PlannedOutcomeIn):
    """The same with the version that the caller saw; ``key`` stays as it is."""

    version: int | None = Field(None, ge=0, le=2**31 - 1)


class InstrumentOptionOut(Schema):
    """One instrument with its parameters: numbers as text, shares and rates as ratios of one."""

    id: int
    version: int
    instrument: str
    title: str
    parameters: dict[str, Any]
    basis: str
    source_id: int | None = Field(None, alias="source.pk")
    position: int

    @staticmethod
    def resolve_parameters(obj: Option) -> dict[str, Any]:
        """As stored."""
        return raw_values(obj.parameters)


Given = dict[str, Number | str | dict[str, Number]]


class InstrumentOptionChange(Schema):
    """The parameters by their keys (see GET /instruments): numbers as text, a table as an object of
    numbers by year or by name; shares and rates as ratios of one."""

    title: Annotated[str, Field(pattern=r"^[^\x00]*$", max_length=120)] = ""
    parameters: Given = {}
    basis: Plain = ""
    source_id: Key | None = None
    version: int | None = Field(None, ge=0, le=2**31 - 1)


class InstrumentOptionIn(InstrumentOptionChange):
    """One more instrument to weigh."""

    instrument: Annotated[str, Field(pattern=r"^[a-z_]+$", max_length=20)]


class InstrumentParameter(Schema):
    """What an instrument asks for; ``kind`` is share, rate, ratio, amount, years, choice, by_year,
    by_name or by_outcome."""

    key: str
    kind: str
    label: str
    help: str
    default: str | None
    required: bool
    choices: list[str]


class InstrumentOut(Schema):
    """One way to pay, in the language of the caller."""

    key: str
    label: str
    purpose: str
    needs_outcomes: bool
    parameters: list[InstrumentParameter]


class InstrumentComparisonRemoved(Schema):
    """What was removed."""

    removed: bool = True


@router.get("/instruments", response={200: list[InstrumentOut], **PROBLEMS})
def list_instruments(request: HttpRequest) -> list[InstrumentOut]:
    """The instruments there are and what each asks for."""
    return [
        InstrumentOut(
            key=key,
            label=str(label),
            purpose=str(words.PURPOSES[key]),
            needs_outcomes=INSTRUMENTS[key].needs_outcomes,
            parameters=[
                InstrumentParameter(
                    key=item.key,
                    kind=item.kind.value,
                    label=words.label(key, item.key),
                    help=str(words.HELP.get(f"{key}.{item.key}", "")),
                    default=None if item.default is None else str(item.default),
                    required=item.required,
                    choices=list(item.choices),
                )
                for item in INSTRUMENTS[key].parameters
            ],
        )
        for key, label in words.INSTRUMENTS
    ]


@router.get("/comparisons", response={200: list[InstrumentComparisonOut], **PROBLEMS})
@paginate(Paged)
def list_comparisons(request: HttpRequest) -> QuerySet[Comparison]:
    """Comparisons the caller may see."""
    return queries.comparisons(reader_of(request))


@router.post("/comparisons", response={201: InstrumentComparisonOut, **PROBLEMS})
def begin_comparison(request: HttpRequest, body: InstrumentComparisonIn) -> Status[Comparison]:
    """Describe a programme that is to be paid for."""
    by = reader_of(request)
    rows = queries.comparisons(by)

    def act() -> Comparison:
        fields = _fields(request, body)
        if not fields["reference"]:
            year = timezone.localdate().year
            fields["reference"] = proposed_reference(Comparison, fields["owner"], year)
        return actions.begin_comparison(by=by, **fields)

    return Status(201, fetch(rows, write_once(request, body, rows, act).pk))


@router.get("/comparisons/{pk}", response={200: InstrumentComparisonOut, **PROBLEMS})
def get_comparison(request: HttpRequest, pk: Id) -> Comparison:
    """One comparison."""
    return _comparison(request, pk)


@router.post("/comparisons/{pk}", response={200: InstrumentComparisonOut, **PROBLEMS})
def change_comparison(request: HttpRequest, pk: Id, body: InstrumentComparisonChange) -> Comparison:
    """Change the programme; 409 when a colleague changed it since ``version``."""
    obj, by = _comparison(request, pk), reader_of(request)
    fields = _fields(request, body)
    fields["reference"] = fields["reference"] or obj.reference
    actions.change_comparison(obj, by=by, version=body.version, **fields)
    return _comparison(request, pk)


@router.delete("/comparisons/{pk}", response={200: InstrumentComparisonRemoved, **PROBLEMS})
def remove_comparison(request: HttpRequest, pk: Id) -> InstrumentComparisonRemoved:
    """Remove a comparison with its options."""
    actions.remove_comparison(_comparison(request, pk), by=reader_of(request))
    return InstrumentComparisonRemoved()


class InstrumentComparisonCopy(Schema):
    """The reference of the copy; left empty, one is proposed."""

    reference: Short = ""


@router.post("/comparisons/{pk}/copy", response={201: InstrumentComparisonOut, **PROBLEMS})
def copy_comparison(
    request: HttpRequest, pk: Id, body: InstrumentComparisonCopy
) -> Status[Comparison]:
    """The same comparison once more, to try other parameters."""
    obj, by = _comparison(request, pk), reader_of(request)
    rows = queries.comparisons(by)

    def act() -> Comparison:
        year = timezone.localdate().year
        reference = body.reference or proposed_reference(Comparison, obj.owner, year)
        return actions.copy_comparison(obj, by=by, reference=reference)

    return Status(201, fetch(rows, write_once(request, body, rows, act).pk))


@router.get("/comparisons/{pk}/sheet", response={200: dict[str, Any], **PROBLEMS})
def get_sheet(request: HttpRequest, pk: Id) -> dict[str, Any]:
    """The options simulated side by side, as `appui instruments compare --format json` has it."""
    return content(sheet_of(_comparison(request, pk), reader_of(request)))


@router.get("/comparisons/{pk}/outcomes", response={200: list[PlannedOutcomeOut], **PROBLEMS})
@paginate(Paged)
def list_planned_outcomes(request: HttpRequest, pk: Id) -> QuerySet[PlannedOutcome]:
    """What the programme delivers."""
    return queries.outcomes(reader_of(request)).filter(comparison=_comparison(request, pk))


@router.post("/comparisons/{pk}/outcomes", response={201: PlannedOutcomeOut, **PROBLEMS})
def add_planned_outcome(
    request: HttpRequest, pk: Id, body: PlannedOutcomeIn
) -> Status[PlannedOutcome]:
    """Say what the programme delivers."""
    obj, by = _comparison(request, pk), reader_of(request)
    rows = queries.outcomes(by).filter(comparison=obj)
    made = write_once(
        request,
        body,
        rows,
        lambda: actions.add_outcome(obj, by=by, key=body.key, **_planned(body)),
    )
    return Status(201, fetch(rows, made.pk))


@router.post("/planned-outcomes/{pk}", response={200: PlannedOutcomeOut, **PROBLEMS})
def change_planned_outcome(
    request: HttpRequest, pk: Id, body: PlannedOutcomeChange
) -> PlannedOutcome:
    """Change what the programme delivers; 409 when a colleague changed it since ``version``."""
    by = reader_of(request)
    item = fetch(queries.outcomes(by), pk)
    return actions.change_outcome(item, by=by, version=body.version, **_planned(body))


@router.delete("/planned-outcomes/{pk}", response={200: InstrumentComparisonRemoved, **PROBLEMS})
def remove_planned_outcome(request: HttpRequest, pk: Id) -> InstrumentComparisonRemoved:
    """Remove an outcome that no option gives a price for."""
    by = reader_of(request)
    actions.remove_outcome(fetch(queries.outcomes(by), pk), by=by)
    return InstrumentComparisonRemoved()


@router.get("/comparisons/{pk}/options", response={200: list[InstrumentOptionOut], **PROBLEMS})
@paginate(Paged)
def list_instrument_options(request: HttpRequest, pk: Id) -> QuerySet[Option]:
    """The instruments weighed in one comparison."""
    return queries.options(reader_of(request)).filter(comparison=_comparison(request, pk))


@router.post("/comparisons/{pk}/options", response={201: InstrumentOptionOut, **PROBLEMS})
def add_instrument_option(request: HttpRequest, pk: Id, body: InstrumentOptionIn) -> Status[Option]:
    """Weigh one more instrument."""
    obj, by = _comparison(request, pk), reader_of(request)
    rows = queries.options(by).filter(comparison=obj)
    made = write_once(
        request,
        body,
        rows,
        lambda: actions.add_option(
            obj, by=by, instrument=body.instrument, **_option(request, body)
        ),
    )
    return Status(201, fetch(rows, made.pk))


@router.get("/instrument-options/{pk}", response={200: InstrumentOptionOut, **PROBLEMS})
def get_instrument_option(request: HttpRequest, pk: Id) -> Option:
    """One option."""
    return fetch(queries.options(reader_of(request)), pk)


@router.post("/instrument-options/{pk}", response={200: InstrumentOptionOut, **PROBLEMS})
def change_instrument_option(request: HttpRequest, pk: Id, body: InstrumentOptionChange) -> Option:
    """Change the parameters of an option; 409 when a colleague changed it since ``version``."""
    by = reader_of(request)
    option = fetch(queries.options(by), pk)
    actions.change_option(option, by=by, version=body.version, **_option(request, body))
    return fetch(queries.options(by), pk)


@router.delete("/instrument-options/{pk}", response={200: InstrumentComparisonRemoved, **PROBLEMS})
def remove_instrument_option(request: HttpRequest, pk: Id) -> InstrumentComparisonRemoved:
    """Remove an option."""
    by = reader_of(request)
    actions.remove_option(fetch(queries.options(by), pk), by=by)
    return InstrumentComparisonRemoved()


@router.get("/instrument-options/{pk}/sensitivity", response={200: dict[str, Any], **PROBLEMS})
def get_sensitivity(request: HttpRequest, pk: Id) -> dict[str, Any]:
    """How each parameter moves the result, one at a time, from half to half as much again."""
    by = reader_of(request)
    option = fetch(queries.options(by), pk)
    rows = queries.outcomes(by).filter(comparison=option.comparison)
    programme = programme_of(option.comparison, rows)
    found = weighing_of(option, programme)
    if found.outcome is None:
        raise Invalid(" ".join(found.faults))
    moves = {
        item.key: [
            step(each) for each in sensitivity(found.instrument, programme, found.values, item)
        ]
        for item in movable(found.instrument, found.values)
    }
    return {"currency": programme.currency, "parameters": parameters(found), "moves": moves}


def _comparison(request: HttpRequest, pk: int) -> Comparison:
    return fetch(queries.comparisons(reader_of(request)), pk)


def _fields(request: HttpRequest, body: InstrumentComparisonIn) -> dict[str, Any]:
    by = reader_of(request)
    return {
        **ownership(body),
        "reference": body.reference,
        "title": body.title,
        "need": pick(Need.objects.visible_to(by), body.need_id, "need_id"),
        "activity": pick(Activity.objects.visible_to(by), body.activity_id, "activity_id"),
        "currency": body.currency,
        "cash_need": _years(body.cash_need, "cash_need"),
        "discount_rate": Decimal(body.discount_rate),
        "discount_basis": body.discount_basis,
        "chance": Decimal(body.chance),
        "size": Decimal(body.size),
        "note": body.note,
        "source": pick(Source.objects.visible_to(by), body.source_id, "source_id"),
        "visibility": body.visibility,
    }


def _planned(body: PlannedOutcomeIn) -> dict[str, Any]:
    return {
        "title": body.title,
        "unit": body.unit,
        "units": _years(body.units, "units"),
        "value": Decimal(body.value),
        "value_basis": body.value_basis,
    }


def _option(request: HttpRequest, body: InstrumentOptionChange) -> dict[str, Any]:
    sources = Source.objects.visible_to(reader_of(request))
    return {
        "title": body.title,
        "parameters": body.parameters,
        "basis": body.basis,
        "source": pick(sources, body.source_id, "source_id"),
    }


def _years(given: dict[str, str], field: str) -> dict[int, Decimal]:
    wrong = next((year for year in given if not is_year(year)), None)
    if wrong is not None:
        text = f"“{wrong[:60]}” is no year from 1990 to 2100."
        raise Invalid(text, {field: text})
    return {int(year): Decimal(number) for year, number in given.items()}
