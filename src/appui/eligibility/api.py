"""Eligibility over the API."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema, Status
from ninja.pagination import paginate

from appui.eligibility import actions, queries, rulesets, words
from appui.eligibility.models import EligibilityRule, Severity, Statement
from appui.eligibility.verdicts import RuleVerdict, Standing, WindowVerdict
from appui.eligibility.vocabulary import FACTS
from appui.evidence.models import Source
from appui.funding.models import Fund
from appui.kernel.api import PROBLEMS, Id, Key, Paged, fetch, pick, reader_of, write_once
from appui.kernel.errors import Invalid
from appui.kernel.money import Money
from appui.portfolio.models import Activity

router = Router(tags=["eligibility"])
Line = Annotated[str, Field(pattern=r"^[^\x00]*$")]
Text = dict[str, Line]
Version = Annotated[int | None, Field(None, ge=0, le=2**31 - 1)]
Expression = Annotated[str, Field(max_length=8000, examples=['{"between": ["amount", 1, 2]}'])]
MOST_VERDICTS = 500


class ProjectFactOut(Schema):
    """A fact that a rule may name; ``question`` is empty where tables alone hold it."""

    name: str
    kind: str
    label: str
    question: str


class UsedFactOut(Schema):
    """A fact that a rule read, as shown, and where it comes from."""

    name: str
    value: str
    origin: str


class RuleVerdictOut(Schema):
    """One rule: ``holds`` is null while ``missing`` facts could settle it; ``rule_id`` is null for
    what the window itself says."""

    rule_id: int | None
    code: str
    edition: int
    severity: str
    message: str
    holds: bool | None
    facts: list[UsedFactOut]
    missing: list[str]
    fix: str
    citation: str
    citation_url: str


class WindowVerdictOut(Schema):
    """What all the rules of a window say of a project on a day: eligible, not-eligible, unknown."""

    activity_id: int
    fund_id: int
    day: date
    standing: str
    to_fix: list[str]
    rules: list[RuleVerdictOut]


class WindowOut(Schema):
    """A window that fits; ``standing`` is that of the project asked for."""

    fund_id: int
    title: Text
    donor: str
    opens_on: date | None
    deadline: date | None
    minimum: Decimal | None
    maximum: Decimal | None
    currency: str
    verification: str
    standing: str | None


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


class StatementOut(Schema):
    """What somebody said of a project; of several on one fact the latest counts."""

    id: int
    version: int
    activity_id: int
    fact: str
    value: str
    said_by: str
    said_on: date
    source_id: int | None = Field(None, alias="source.pk")
    note: str


class StatementIn(Schema):
    """An answer: “yes” or “no”, a number, a word, or codes of countries (“none” for none)."""

    fact: str = Field(min_length=1, max_length=40, pattern=r"^[-a-zA-Z0-9_]+$")
    value: Line = Field(min_length=1, max_length=300)
    said_by: Line = Field(min_length=1, max_length=200)
    said_on: date
    source_id: Key | None = None
    note: str = Field("", max_length=2000)


class StatementWithdrawn(Schema):
    """The answer is taken back."""

    withdrawn: bool = True


class WindowQuery(Schema):
    """``place`` is an ISO 3166 code, ``theme`` an OECD DAC purpose code, ``size`` US dollars."""

    activity_id: int | None = Field(None, ge=1, le=2**63 - 1)
    standing: Standing | None = None
    place: Line = Field("", max_length=12)
    theme: Line = Field("", max_length=12)
    size: int | None = Field(None, ge=1, le=10**12)
    closes_by: date | None = None


class WindowMatrixRow(Schema):
    """A project at each window, in the order of ``fund_ids``."""

    activity_id: int
    reference: str
    standings: list[str]


class WindowMatrix(Schema):
    """Projects against windows; ``left_out`` counts the windows that are not shown."""

    fund_ids: list[int]
    left_out: int
    rows: list[WindowMatrixRow]


@router.get("/project-facts", response={200: list[ProjectFactOut], **PROBLEMS})
def list_facts(request: HttpRequest) -> list[dict[str, str]]:
    """The facts that a rule may name."""
    return [
        {
            "name": fact.name,
            "kind": fact.kind,
            "label": str(fact.label),
            "question": str(fact.question),
        }
        for fact in FACTS
    ]


@router.get("/windows", response={200: list[WindowOut], **PROBLEMS})
def search_windows(request: HttpRequest, asked: Query[WindowQuery]) -> list[dict[str, Any]]:
    """The windows that are not closed, by what one looks for; at most 500."""
    reader, today = reader_of(request), timezone.localdate()
    activity = None
    if asked.activity_id is not None:
        activity = fetch(_activities(request), asked.activity_id)
    if asked.standing and activity is None:
        text = "Name the project whose eligibility is asked for."
        raise Invalid(text, {"activity_id": text})
    wanted = queries.WindowSearch(
        place=asked.place.upper(),
        sector=asked.theme,
        closes_by=asked.closes_by,
        size=Money(Decimal(asked.size), "USD") if asked.size else None,
        project=activity if asked.standing else None,
        standings=(asked.standing,) if asked.standing else (),
    )
    rows = queries.open_windows(reader, day=today)
    found = queries.search_windows(wanted, rows, reader, day=today)[:MOST_VERDICTS]
    judged = queries.verdicts([activity], found, reader, day=today) if activity else {}
    return [
        {
            "fund_id": fund.pk,
            "title": fund.title,
            "donor": str(fund.organisation.merged_into or fund.organisation),
            "opens_on": fund.opens_on,
            "deadline": fund.deadline,
            "minimum": fund.minimum,
            "maximum": fund.maximum,
            "currency": fund.currency,
            "verification": fund.verification(today),
            "standing": judged[activity.pk, fund.pk].standing if activity else None,
        }
        for fund in found
    ]


@router.get("/windows/matrix", response={200: WindowMatrix, **PROBLEMS})
def get_matrix(
    request: HttpRequest,
    windows: Annotated[int, Field(ge=1, le=50)] = 8,
    limit: Annotated[int, Field(ge=1, le=MOST_VERDICTS)] = 50,
    offset: Annotated[int, Field(ge=0, le=1_000_000)] = 0,
) -> dict[str, Any]:
    """Projects, by their reference, against the first windows that are not closed."""
    reader, today = reader_of(request), timezone.localdate()
    rows = queries.open_windows(reader, day=today)
    shown = list(rows[:windows])
    projects = list(_activities(request).order_by("reference")[offset : offset + limit])
    found = queries.verdicts(projects, shown, reader, day=today)
    return {
        "fund_ids": [fund.pk for fund in shown],
        "left_out": max(rows.count() - len(shown), 0),
        "rows": [
            {
                "activity_id": project.pk,
                "reference": project.reference,
                "standings": [found[project.pk, fund.pk].standing for fund in shown],
            }
            for project in projects
        ],
    }


@router.get("/activities/{pk}/windows/{number}", response={200: WindowVerdictOut, **PROBLEMS})
def verdict_at_window(request: HttpRequest, pk: Id, number: Id) -> dict[str, Any]:
    """What the window ``number``, open or closed, says of the project: rule by rule."""
    activity, fund = fetch(_activities(request), pk), fetch(_funds(request), number)
    today = timezone.localdate()
    return _verdict(queries.verdict(activity, fund, reader_of(request), day=today))


@router.get("/activities/{pk}/windows", response={200: list[WindowVerdictOut], **PROBLEMS})
def verdicts_of_activity(
    request: HttpRequest, pk: Id, day: date | None = None
) -> list[dict[str, Any]]:
    """What each window that is not closed says of the project, by the rules of ``day``."""
    activity, reader = fetch(_activities(request), pk), reader_of(request)
    on = day or timezone.localdate()
    funds = list(queries.open_windows(reader, day=on)[:MOST_VERDICTS])
    found = queries.verdicts([activity], funds, reader, day=on)
    return [_verdict(found[activity.pk, fund.pk]) for fund in funds]


@router.get("/funds/{pk}/projects", response={200: list[WindowVerdictOut], **PROBLEMS})
def verdicts_of_fund(
    request: HttpRequest,
    pk: Id,
    limit: Annotated[int, Field(ge=1, le=MOST_VERDICTS)] = 50,
    offset: Annotated[int, Field(ge=0, le=1_000_000)] = 0,
) -> list[dict[str, Any]]:
    """What the window says of the projects the caller may see, by their reference."""
    fund, reader, today = fetch(_funds(request), pk), reader_of(request), timezone.localdate()
    projects = list(_activities(request).order_by("reference")[offset : offset + limit])
    found = queries.verdicts(projects, [fund], reader, day=today)
    return [_verdict(found[project.pk, fund.pk]) for project in projects]


@router.get("/funds/{pk}/rules", response={200: list[WindowRuleOut], **PROBLEMS})
@paginate(Paged)
def list_rules(request: HttpRequest, pk: Id) -> QuerySet[EligibilityRule]:
    """The rules of a window, every edition."""
    return _rules(request).filter(fund=fetch(_funds(request), pk))


@router.post("/funds/{pk}/rules", response={201: WindowRuleOut, **PROBLEMS})
def write_rule(request: HttpRequest, pk: Id, body: WindowRuleIn) -> Status[EligibilityRule]:
    """Add a rule to a window."""
    fund = fetch(_funds(request), pk)

    def act() -> EligibilityRule:
        return actions.write_rule(fund, by=reader_of(request), **body.model_dump())

    return Status(201, write_once(request, body, _rules(request), act))


@router.post("/funds/{pk}/rules/try", response={200: RuleTrialOut, **PROBLEMS})
def try_rule(request: HttpRequest, pk: Id, body: RuleTrialIn) -> dict[str, Any]:
    """What an expression says of a project; nothing is saved."""
    fund = fetch(_funds(request), pk)
    activity = pick(_activities(request), body.activity_id, "activity_id")
    tree = actions.well_written(body.expression)
    if activity is None:  # the body names one
        raise Invalid("Name a project.", {"activity_id": "Name a project."})
    today = timezone.localdate()
    found = queries.judge(tree, activity, fund, reader_of(request), day=today)
    return {"holds": found.truth, "facts": _facts(found), "missing": list(found.missing)}


@router.post("/funds/{pk}/rule-sets", response={200: RuleSetOut, **PROBLEMS})
def load_rule_set(request: HttpRequest, pk: Id, body: RuleSetIn) -> rulesets.Loaded:
    """Bring rules that come with Appui to a window; doing it again changes nothing."""
    fund = fetch(_funds(request), pk)
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


@router.get("/activities/{pk}/statements", response={200: list[StatementOut], **PROBLEMS})
@paginate(Paged)
def list_statements(request: HttpRequest, pk: Id) -> QuerySet[Statement]:
    """What was said of a project."""
    return _statements(request).filter(activity=fetch(_activities(request), pk))


@router.post("/activities/{pk}/statements", response={201: StatementOut, **PROBLEMS})
def answer(request: HttpRequest, pk: Id, body: StatementIn) -> Status[Statement]:
    """Answer a question about a project."""
    activity = fetch(_activities(request), pk)

    def act() -> Statement:
        sources = Source.objects.visible_to(reader_of(request))
        return actions.answer(
            activity,
            by=reader_of(request),
            today=timezone.localdate(),
            source=pick(sources, body.source_id, "source_id"),
            **body.model_dump(exclude={"source_id"}),
        )

    return Status(201, write_once(request, body, _statements(request), act))


@router.delete("/statements/{pk}", response={200: StatementWithdrawn, **PROBLEMS})
def withdraw(request: HttpRequest, pk: Id) -> dict[str, bool]:
    """Take an answer back."""
    actions.withdraw(fetch(_statements(request), pk), by=reader_of(request))
    return {"withdrawn": True}


def _activities(request: HttpRequest) -> QuerySet[Activity]:
    return Activity.objects.visible_to(reader_of(request))


def _funds(request: HttpRequest) -> QuerySet[Fund]:
    return queries.windows(reader_of(request))


def _rules(request: HttpRequest) -> QuerySet[EligibilityRule]:
    return queries.rules(reader_of(request))


def _statements(request: HttpRequest) -> QuerySet[Statement]:
    return queries.statements(reader_of(request))


def _verdict(found: WindowVerdict) -> dict[str, Any]:
    return {
        "activity_id": found.activity_id,
        "fund_id": found.fund_id,
        "day": found.day,
        "standing": found.standing,
        "to_fix": words.to_fix(found) if found.standing != "eligible" else [],
        "rules": [_rule(item) for item in found.rules],
    }


def _rule(item: RuleVerdict) -> dict[str, Any]:
    rule = item.rule
    return {
        "rule_id": rule.pk,
        "code": rule.code,
        "edition": rule.edition,
        "severity": rule.severity,
        "message": rule.message,
        "holds": item.truth,
        "facts": _facts(item),
        "missing": list(item.missing),
        "fix": rule.fix,
        "citation": rule.citation,
        "citation_url": rule.citation_url,
    }


def _facts(item: RuleVerdict) -> list[dict[str, str]]:
    return [
        {"name": name, "value": words.value(name, known), "origin": words.origin(known)}
        for name, known in item.used
    ]
