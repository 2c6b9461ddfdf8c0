"""Writes of rules and of answers about projects."""

from datetime import date
from typing import Any, NoReturn

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from appui.eligibility import rules, words
from appui.eligibility.expression import Unreadable, problems, read, write
from appui.eligibility.models import EligibilityRule, Statement
from appui.eligibility.queries import latest_edition
from appui.eligibility.vocabulary import by_name, checked, kinds, stated_facts
from appui.funding.models import Fund
from appui.kernel import audit
from appui.kernel.access import Reader
from appui.kernel.errors import Invalid
from appui.kernel.verdict import require
from appui.portfolio.models import Activity

VERBS = (
    gettext_noop("rule added"),
    gettext_noop("rule changed"),
    gettext_noop("rule replaced"),
    gettext_noop("rule removed"),
    gettext_noop("answered"),
    gettext_noop("answer withdrawn"),
)
KEPT = ("position", "severity", "expression", "message", "fix", "citation", "citation_url")


def well_written(text: str) -> Any:
    """The expression that ``text`` writes; raises ``Invalid`` at ``expression`` with the place."""
    try:
        tree = read(text)
    except Unreadable as error:
        _refuse_expression(
            _("This is not JSON: line %(line)d, character %(column)d (%(reason)s).")
            % {"line": error.line, "column": error.column, "reason": error}
        )
    found = problems(tree, kinds())
    if found:
        _refuse_expression(" ".join(words.problem(item) for item in found[:3]))
    return tree


def _refuse_expression(text: str) -> NoReturn:
    raise Invalid(text, {"expression": text})


@transaction.atomic
def write_rule(fund: Fund, *, by: Reader, **fields: Any) -> EligibilityRule:
    """Add a rule to a window. Raises ``Invalid`` for an expression that is not well written."""
    audit.hold(fund)
    require(rules.may_rule(fund, by))
    fields["expression"] = write(well_written(fields["expression"]))
    if not fields.get("position"):
        fields["position"] = _next_position(fund)
    rule = audit.create(EligibilityRule(fund=fund, **fields), by=by)
    audit.record(by, "rule added", fund, {"rule": [None, str(rule)]})
    return rule


def _next_position(fund: Fund) -> int:
    highest = EligibilityRule.objects.filter(fund=fund).aggregate(last=Max("position"))["last"]
    return min(int(highest or 0) + 10, 32_767)


@transaction.atomic
def change_rule(
    rule: EligibilityRule, *, by: Reader, today: date, version: int | None = None, **fields: Any
) -> EligibilityRule:
    """Change a rule that does not apply yet."""
    audit.hold(rule.fund)
    audit.hold(rule)
    require(rules.may_change(rule, by, today=today))
    if "expression" in fields:
        fields["expression"] = write(well_written(fields["expression"]))
    before, seen = str(rule), rule.version
    if audit.update(rule, by=by, version=version, **fields).version != seen:
        audit.record(by, "rule changed", rule.fund, {"rule": [before, str(rule)]})
    return rule


@transaction.atomic
def replace_rule(
    rule: EligibilityRule, *, by: Reader, version: int | None = None, **fields: Any
) -> EligibilityRule:
    """The next edition of a rule, from its own first day; the earlier one stays as it was.

    Raises ``Invalid`` when it would begin before the edition it replaces.
    """
    audit.hold(rule.fund)
    audit.hold(rule)
    require(rules.may_replace(rule, latest_edition(rule), by))
    if version is not None:
        audit.update(rule, by=by, version=version)  # only to refuse a page that is out of date
    if fields["valid_from"] < rule.valid_from:
        text = _("The edition it replaces begins on %(day)s: this one cannot begin before.") % {
            "day": rule.valid_from.isoformat()
        }
        raise Invalid(text, {"valid_from": text})
    given = {name: getattr(rule, name) for name in KEPT} | fields
    given["expression"] = write(well_written(given["expression"]))
    if given["position"] is None:
        given["position"] = rule.position
    made = EligibilityRule(fund=rule.fund, code=rule.code, edition=rule.edition + 1, **given)
    audit.create(made, by=by)
    audit.record(by, "rule replaced", rule.fund, {"rule": [str(rule), str(made)]})
    return made


@transaction.atomic
def remove_rule(rule: EligibilityRule, *, by: Reader, today: date) -> None:
    """Take away a rule that does not apply yet; the trail keeps it."""
    audit.hold(rule.fund)
    require(rules.may_change(rule, by, today=today))
    audit.record(by, "rule removed", rule.fund, {"rule": [str(rule), None]})
    audit.delete(rule, by=by)


@transaction.atomic
def answer(
    activity: Activity, *, by: Reader, today: date, fact: str, value: str, **fields: Any
) -> Statement:
    """Record who says what of a project; it counts until a later answer to the same question.

    Raises ``Invalid`` for a fact that is not answered, an answer that is none, or a day to come.
    """
    audit.hold(activity)
    require(rules.may_answer(activity, by))
    known = stated_facts().get(fact)
    if known is None:
        text = _("“%(fact)s” is not answered here: record it where it belongs.") % {"fact": fact}
        raise Invalid(text, {"fact": text})
    if fields["said_on"] > today:
        text = _("Nobody can have said it on a day to come.")
        raise Invalid(text, {"said_on": text})
    made = Statement(
        activity=activity,
        fact=fact,
        value=checked(known, value),
        recorded_by_id=by.user_id,
        **fields,
    )
    audit.create(made, by=by)
    audit.record(by, "answered", activity, {"answer": [None, _told(made)]})
    return made


@transaction.atomic
def withdraw(statement: Statement, *, by: Reader) -> None:
    """Take an answer back; the one before counts again. The trail keeps it."""
    audit.hold(statement.activity)
    require(rules.may_answer(statement.activity, by))
    told = _told(statement)
    audit.record(by, "answer withdrawn", statement.activity, {"answer": [told, None]})
    audit.delete(statement, by=by)


def _told(statement: Statement) -> str:
    fact = by_name().get(statement.fact)
    return f"{fact.name if fact else statement.fact}: {statement.value}".strip()
