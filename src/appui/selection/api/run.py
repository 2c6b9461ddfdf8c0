"""Runs over the API: choose, decide otherwise, sign."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Field, Query, Router, Schema, Status
from ninja.pagination import paginate

from appui.kernel.api import (
    PROBLEMS,
    Id,
    Key,
    Paged,
    fetch,
    pick_all,
    reader_of,
    write_once,
)
from appui.questionnaires.models import Consultation
from appui.selection import queries
from appui.selection.actions import run as choosing
from appui.selection.api.common import Gone, Line, Nothing
from appui.selection.models import (
    PortfolioRun,
)

router = Router(tags=["selection"])


class RunOut(Schema):
    """What was chosen, from which inputs, and who signed it; the engine's own answers.

    Those who do not work in its organisation get no inputs, amounts or reasons: these speak of all
    its projects, shared or not.
    """

    id: int
    version: int
    scenario_id: int
    number: int
    digest: str
    engine: str
    method: str
    inputs: dict[str, Any]
    plan: dict[str, Any]
    reasons: dict[str, Any]
    worth: list[dict[str, Any]]
    lists: dict[str, Any]
    left_out: list[dict[str, Any]]
    overrides: list[dict[str, Any]]
    cost: Decimal | None
    follows_id: int | None
    signed_at: datetime | None
    signed_by: str
    decision: str
    consultation_ids: list[int]
    unheard: str
    owner_id: int

    @staticmethod
    def resolve_consultation_ids(run: PortfolioRun) -> list[int]:
        return [one.pk for one in run.consultations.all()]

    @staticmethod
    def resolve_inputs(run: PortfolioRun, context: Any) -> dict[str, Any]:
        return run.inputs if _inside(run, context) else {}

    @staticmethod
    def resolve_plan(run: PortfolioRun, context: Any) -> dict[str, Any]:
        return run.plan if _inside(run, context) else {}

    @staticmethod
    def resolve_reasons(run: PortfolioRun, context: Any) -> dict[str, Any]:
        return run.reasons if _inside(run, context) else {}

    @staticmethod
    def resolve_left_out(run: PortfolioRun, context: Any) -> list[dict[str, Any]]:
        return run.left_out if _inside(run, context) else []

    @staticmethod
    def resolve_overrides(run: PortfolioRun, context: Any) -> list[dict[str, Any]]:
        return run.overrides if _inside(run, context) else []


def _inside(run: PortfolioRun, context: Any) -> bool:
    return reader_of(context["request"]).role_in(run.owner_id) is not None


class ComparedOut(Schema):
    """One project in several runs: what each pays for it, null where it is out."""

    key: str
    title: dict[str, str]
    paid: list[int | None]
    differs: bool


class RunComparisonOut(Schema):
    """Projects of several runs, those that differ first; ``paid`` in the order of ``run_ids``, in
    whole units of ``currencies``."""

    run_ids: list[int]
    currencies: list[str]
    projects: list[ComparedOut]


class OverrideIn(Schema):
    """A decision against the plan about one project."""

    key: Line = Field(min_length=1, max_length=60)
    put_in: bool
    reason: Line = Field(min_length=1, max_length=1000)


class DecisionIn(Schema):
    """What was decided; ``version`` is that of the run as it was read."""

    decision: Line = Field(min_length=1, max_length=10_000)
    consultation_ids: list[Key] = Field([], max_length=100)
    unheard: Line = Field("", max_length=500)
    version: int | None = Field(None, ge=1, le=2**31 - 1)


@router.post("/scenarios/{pk}/runs", response={201: RunOut, **PROBLEMS})
def choose(request: HttpRequest, pk: Id, body: Nothing) -> Status[PortfolioRun]:
    """Find the best choice of a scenario as it stands, and keep it."""
    scenario = fetch(queries.whole_scenarios(reader_of(request)), pk)
    rows = queries.runs(reader_of(request))
    reader = reader_of(request)
    chosen = choosing.find(scenario, by=reader)  # a search of seconds holds no transaction
    return Status(
        201,
        write_once(request, body, rows, lambda: choosing.keep(scenario, chosen, by=reader)),
    )


@router.get("/runs", response={200: list[RunOut], **PROBLEMS})
@paginate(Paged)
def list_runs(request: HttpRequest) -> QuerySet[PortfolioRun]:
    """Runs the caller may see."""
    return queries.runs(reader_of(request))


@router.get("/runs/comparison", response={200: RunComparisonOut, **PROBLEMS})
def compare_runs(
    request: HttpRequest, run: Annotated[list[Key], Query(min_length=1, max_length=6)]
) -> dict[str, Any]:
    """Runs side by side (``?run=1&run=2``): what each pays for every project of any of them."""
    reader, keys = reader_of(request), list(dict.fromkeys(run))
    found = {item.pk: item for item in pick_all(queries.runs(reader), keys, "run")}
    runs = [found[key] for key in keys]
    rows = sorted(queries.compared(runs, reader), key=lambda row: (not row.differs, row.key))
    return {
        "run_ids": keys,
        "currencies": [item.inputs["currency"] for item in runs],
        "projects": rows,
    }


@router.delete("/runs/{pk}", response={200: Gone, **PROBLEMS})
def discard_run(request: HttpRequest, pk: Id) -> Gone:
    """Remove a run that nobody signed and no other follows."""
    choosing.discard(fetch(queries.runs(reader_of(request)), pk), by=reader_of(request))
    return Gone()


@router.get("/runs/{pk}", response={200: RunOut, **PROBLEMS})
def get_run(request: HttpRequest, pk: Id) -> PortfolioRun:
    """One run."""
    return fetch(queries.runs(reader_of(request)), pk)


@router.post("/runs/{pk}/override", response={201: RunOut, **PROBLEMS})
def override(request: HttpRequest, pk: Id, body: OverrideIn) -> Status[PortfolioRun]:
    """Decide against the plan: another run, with the reason and the cost."""
    rows = queries.runs(reader_of(request))
    found = fetch(rows, pk)

    otherwise = choosing.find_otherwise(found, by=reader_of(request), **body.model_dump())

    def act() -> PortfolioRun:
        return choosing.keep(found.scenario, otherwise, by=reader_of(request))

    return Status(201, write_once(request, body, rows, act))


@router.post("/runs/{pk}/sign", response={200: RunOut, **PROBLEMS})
def sign(request: HttpRequest, pk: Id, body: DecisionIn) -> PortfolioRun:
    """Sign a run; nothing in it changes from then on."""
    rows = queries.runs(reader_of(request))
    found = fetch(rows, pk)

    def act() -> PortfolioRun:
        reader = reader_of(request)
        heard = pick_all(
            Consultation.objects.visible_to(reader), body.consultation_ids, "consultation_ids"
        )
        fields = body.model_dump(exclude={"consultation_ids"})
        return choosing.sign(found, by=reader, consultations=heard, **fields)

    return write_once(request, body, rows, act)
