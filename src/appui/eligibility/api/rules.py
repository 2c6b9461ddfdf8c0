"""The rules of windows over the API."""

from datetime import date
from typing import Annotated, Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Router, Schema, Status
from ninja.pagination import paginate

from appui.eligibility import actions, queries, rulesets
from appui.eligibility.api.common import (
    Line,
    Text,
    UsedFactOut,
    Version,
    activities,
    facts,
    funds,
)
from appui.eligibility.models import EligibilityRule, Severity
from appui.kernel.api import PROBLEMS, Id, Key, Paged, fetch, pick, reader_of, write_once
from appui.kernel.errors import Invalid

router = Router()
Expression = Annotated[str, Field(max_length=8000, examples=['{"between": ["amount", 1, 2]}'])]


class WindowRuleOut(Schema):
    """One edition of a rule."""

    id: int
    version: int
    fund_id: int
    code: str
    edition: int
    position: int
    severity: str
    expression: str
    message: Text
    fix: Text
    citation: str
    citation_url: str
    valid_from: date
    valid_until: date | None


class WindowRuleTexts(Schema):
    """What a rule tests and says; ``expression`` is JSON as text."""

    position: int = Field(0, ge=0, le=32_767)
    severity: Severity = Severity.MUST
    expression: Expression
    message: Text
    fix: Text = {}
    citation: str = Field(min_length=1, max_length=2000)
    citation_url: str = Field("", max_length=500)
    valid_from: date
    valid_until: date | None = None


class WindowRuleIn(WindowRuleTexts):
    """A new rule of a window."""

    code: str = Field(min_length=1, max_length=40, pattern=r"^[-a-zA-Z0-9_]+$")


class WindowRuleChange(WindowRuleTexts):
    """A rule as it is to be, or its next edition; ``version`` is that which the caller saw."""

    version: Version


class WindowRuleRemoved(Schema):
    """The rule is taken away."""

    removed: bool = True


class RuleTrialIn(Schema):
    """An expression to try on a project at a window; nothing is saved."""

    expression: Expression
    activity_id: Key


class RuleTrialOut(Schema):
    """What the expression is worth on the facts of the project."""

    holds: bool | None
    facts: list[UsedFactOut]
    missing: list[str]


class RuleSetIn(Schema):
    """Rules that come with Appui, for example “idf” with the part “national”."""

    name: Line = Field(max_length=40)
    part: Line = Field(max_length=40)


class RuleSetOut(Schema):
    """How many rules were added, replaced by a later edition, and left as they are."""

    added: int
    replaced: int
    kept: int


@router.get("/funds/{pk}/rules", response={200: list[WindowRuleOut], **PROBLEMS})
@paginate(Paged)
def list_rules(request: HttpRequest, pk: Id) -> QuerySet[EligibilityRule]:
    """The rules of a window, every edition."""
    return _rules(request).filter(fund=fetch(funds(request), pk))


@router.post("/funds/{pk}/rules", response={201: WindowRuleOut, **PROBLEMS})
def write_rule(request: HttpRequest, pk: Id, body: WindowRuleIn) -> Status[EligibilityRule]:
    """Add a rule to a window."""
    fund = fetch(funds(request), pk)

    def act() -> EligibilityRule:
        return actions.write_rule(fund, by=reader_of(request), **body.model_dump())

    return Status(201, write_once(request, body, _rules(request), act))


@router.post("/funds/{pk}/rules/try", response={200: RuleTrialOut, **PROBLEMS})
def try_rule(request: HttpRequest, pk: Id, body: RuleTrialIn) -> dict[str, Any]:
    """What an expression says of a project; nothing is saved."""
    fund = fetch(funds(request), pk)
    activity = pick(activities(request), body.activity_id, "activity_id")
    tree = actions.well_written(body.expression)
    if activity is None:  # the body names one
        raise Invalid("Name a project.", {"activity_id": "Name a project."})
    today = timezone.localdate()
    found = queries.judge(tree, activity, fund, reader_of(request), day=today)
    return {"holds": found.truth, "facts": facts(found), "missing": list(found.missing)}


@router.post("/funds/{pk}/rule-sets", response={200: RuleSetOut, **PROBLEMS})
def load_rule_set(request: HttpRequest, pk: Id, body: RuleSetIn) -> rulesets.Loaded:
    """Bring rules that come with Appui to a window; doing it again changes nothing."""
    fund = fetch(funds(request), pk)
    return rulesets.load_rule_set(fund, body.name, body.part, by=reader_of(request))


@router.get("/window-rules/{pk}", response={200: WindowRuleOut, **PROBLEMS})
def get_rule(request: HttpRequest, pk: Id) -> EligibilityRule:
    """One edition of a rule."""
    return fetch(_rules(request), pk)


@router.post("/window-rules/{pk}", response={200: WindowRuleOut, **PROBLEMS})
def change_rule(request: HttpRequest, pk: Id, body: WindowRuleChange) -> EligibilityRule:
    """Change a rule that does not apply yet."""
    found = fetch(_rules(request), pk)

    def act() -> EligibilityRule:
        today = timezone.localdate()
        return actions.change_rule(found, by=reader_of(request), today=today, **body.model_dump())

    return write_once(request, body, _rules(request), act)


@router.post("/window-rules/{pk}/replace", response={201: WindowRuleOut, **PROBLEMS})
def replace_rule(request: HttpRequest, pk: Id, body: WindowRuleChange) -> Status[EligibilityRule]:
    """Write the next edition of a rule."""
    found = fetch(_rules(request), pk)

    def act() -> EligibilityRule:
        return actions.replace_rule(found, by=reader_of(request), **body.model_dump())

    return Status(201, write_once(request, body, _rules(request), act))


@router.delete("/window-rules/{pk}", response={200: WindowRuleRemoved, **PROBLEMS})
def remove_rule(request: HttpRequest, pk: Id) -> dict[str, bool]:
    """Take away a rule that does not apply yet."""
    found = fetch(_rules(request), pk)
    actions.remove_rule(found, by=reader_of(request), today=timezone.localdate())
    return {"removed": True}


def _rules(request: HttpRequest) -> QuerySet[EligibilityRule]:
    return queries.rules(reader_of(request))
