"""What the calls of eligibility share."""

from datetime import date
from typing import Annotated, Any

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Field, Schema

from appui.eligibility import queries, words
from appui.eligibility.verdicts import RuleVerdict, WindowVerdict
from appui.funding.models import Fund
from appui.kernel.api import reader_of
from appui.portfolio.models import Activity

Line = Annotated[str, Field(pattern=r"^[^\x00]*$")]
Text = dict[str, Line]
Version = Annotated[int | None, Field(None, ge=0, le=2**31 - 1)]


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


def activities(request: HttpRequest) -> QuerySet[Activity]:
    """Projects the caller may see."""
    return Activity.objects.visible_to(reader_of(request))


def funds(request: HttpRequest) -> QuerySet[Fund]:
    """Windows the caller may see."""
    return queries.windows(reader_of(request))


def verdict(found: WindowVerdict) -> dict[str, Any]:
    """A verdict as ``WindowVerdictOut``."""
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
        "facts": facts(item),
        "missing": list(item.missing),
        "fix": rule.fix,
        "citation": rule.citation,
        "citation_url": rule.citation_url,
    }


def facts(item: RuleVerdict) -> list[dict[str, str]]:
    """What a rule read, as ``UsedFactOut``."""
    return [
        {"name": name, "value": words.value(name, known), "origin": words.origin(known)}
        for name, known in item.used
    ]
