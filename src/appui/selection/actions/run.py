"""Writes of runs: choose, decide against the plan, sign."""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from appui.kernel import audit
from appui.kernel.access import Reader
from appui.kernel.errors import Invalid, Refused
from appui.kernel.verdict import require
from appui.questionnaires.deciding import grounds
from appui.questionnaires.models import Consultation
from appui.selection import rules, words
from appui.selection.models import PortfolioRun, Scenario
from appui.selection.optimum import InfeasibleError, Plan, Problem, select
from appui.selection.optimum.lists import by_ratio, by_value, keeps_the_rules
from appui.selection.optimum.problem import ENGINE
from appui.selection.optimum.reasons import EXACT_UP_TO, reasons
from appui.selection.optimum.solve import GAP, NoPlanError, objective_of, worth
from appui.selection.problems import Built, build

SECONDS: Final = 20.0  # of a page's patience; the command line takes as many as it is given
WORTH_UP_TO: Final = 40  # envelopes and years: each of them is a choice made anew
LISTS = {"by_value": by_value, "by_ratio": by_ratio}


@dataclass(frozen=True, slots=True)
class Found:
    """What the engine answered, before it is kept; ``more`` are fields of the run."""

    built: Built
    plan: Plan
    why: Mapping[str, Any]
    gains: Sequence[Mapping[str, Any]]
    more: Mapping[str, Any]


def choose(
    scenario: Scenario, *, by: Reader, seconds: float = SECONDS, gap: float = GAP
) -> PortfolioRun:
    """Compute the best plan of a scenario as it stands, and keep it with all it came from.

    Raises ``Invalid`` when no plan keeps the rules, with those that collide.
    """
    return keep(scenario, find(scenario, by=by, seconds=seconds, gap=gap), by=by)


def find(scenario: Scenario, *, by: Reader, seconds: float = SECONDS, gap: float = GAP) -> Found:
    """The best plan of a scenario, not kept yet: a search of seconds, so call it in no transaction.

    Reasons and the worth of more money take at most as long again, each.
    """
    require(rules.may_choose(scenario, by))
    require(rules.may_see_results(scenario.appraisal, by))
    built = build(scenario, by)
    if not built.problem.projects or not built.problem.funds:
        raise Invalid(
            _(
                "There is nothing to choose: it takes appraised projects with a budget that is "
                "not found yet, and an envelope."
            )
        )
    return _found(built, solved(built.problem, built.names, seconds, gap), seconds, {})


def override(
    run: PortfolioRun, *, by: Reader, key: str, put_in: bool, reason: str, seconds: float = SECONDS
) -> PortfolioRun:
    """Decide that a project is in or out against the plan: another run, and what that costs."""
    found = find_otherwise(run, by=by, key=key, put_in=put_in, reason=reason, seconds=seconds)
    return keep(run.scenario, found, by=by)


def find_otherwise(
    run: PortfolioRun, *, by: Reader, key: str, put_in: bool, reason: str, seconds: float = SECONDS
) -> Found:
    """The best plan around a decision, not kept yet; see ``find``.

    The cost of a decision is what the objective loses against the run it goes against, that of
    the new run what it loses against the first one of the chain; not below zero, because that was
    the best there is (within its gap), unless a decision sets a rule of the scenario aside: then
    what is gained is a cost below zero.
    """
    require(rules.may_override(run, by))
    if not reason.strip():
        text = _("Say why: the reason stays with the decision.")
        raise Invalid(text, {"reason": text})
    problem = Problem.from_json(run.inputs)
    if key not in problem.project:
        raise Invalid(_("“%(name)s” is no project of this run.") % {"name": key})
    if (key in run.plan["chosen"]) == put_in:
        raise Invalid(_("The plan has it so already."))
    forced = tuple(
        replace(item, mandatory=put_in, excluded=not put_in) if item.key == key else item
        for item in problem.projects
    )
    changed = replace(problem, projects=forced)
    plan = solved(changed, run.names, seconds, GAP)
    rule = rule_against(run, key, put_in=put_in)
    said = {
        "key": key,
        "put": "in" if put_in else "out",
        "rule": rule,
        "reason": reason.strip(),
        "by": by.name,
        "cost": str(_lost(run, plan, freed=bool(rule))),
    }
    overrides = [*run.overrides, said]
    freed = any(item.get("rule") for item in overrides)
    more = {
        "follows": run,
        "overrides": overrides,
        "cost": _lost(_first_of(run), plan, freed=freed),
        "method": run.method,
        "title": run.title,
    }
    return _found(Built(changed, run.names, run.left_out), plan, seconds, more)


def _first_of(run: PortfolioRun) -> PortfolioRun:
    while run.follows is not None:
        run = run.follows
    return run


def rule_against(run: PortfolioRun, key: str, *, put_in: bool) -> str:
    """What the rules of the scenario say of a project against a decision: that it must be ``in``
    or ``out``; empty when they say nothing against it."""
    first = Problem.from_json(_first_of(run).inputs).project.get(key)
    if first is None:
        return ""
    if put_in:
        return "out" if first.excluded else ""
    return "in" if first.mandatory else ""


def _lost(run: PortfolioRun, plan: Plan, *, freed: bool) -> Decimal:
    lost = Decimal(run.plan["objective"]) - plan.objective
    return lost if freed else max(Decimal(0), lost)


def _found(built: Built, plan: Plan, seconds: float, more: Mapping[str, Any]) -> Found:
    told = reasons(built.problem, plan, seconds=seconds)
    why = {key: item.as_json() for key, item in told.items()}
    return Found(built, plan, why, _worth(built.problem, plan, seconds), more)


@transaction.atomic
def sign(
    run: PortfolioRun,
    *,
    by: Reader,
    decision: str,
    consultations: Iterable[Consultation] = (),
    unheard: str = "",
    version: int | None = None,
) -> PortfolioRun:
    """Decide that this is the selection; from now on nothing in the run can change.

    A decision names the consultations it rests on, or says why there was none.
    """
    audit.hold(run)
    require(rules.may_sign(run, by))
    rests_on = grounds(consultations, unheard)
    return audit.update(
        run,
        by=by,
        version=version,
        verb="signed",
        signed_at=timezone.now(),
        signed_by=by.name,
        decision=decision,
        **rests_on,
    )


def solved(
    problem: Problem, names: Mapping[str, Mapping[str, Any]], seconds: float, gap: float
) -> Plan:
    """The best plan; raises ``Invalid`` in plain words when there is none."""
    try:
        return select(problem, seconds=seconds, gap=gap)
    except InfeasibleError as error:
        collide = [words.rule(item, names) for item in error.rules]
        raise Invalid(
            _("No plan keeps all the rules. These collide: %(rules)s.")
            % {"rules": "; ".join(collide)}
        ) from error
    except NoPlanError as error:
        raise Invalid(
            _("No plan was found in %(seconds)d seconds; the command line can search longer.")
            % {"seconds": seconds}
        ) from error


@transaction.atomic
def keep(scenario: Scenario, found: Found, *, by: Reader) -> PortfolioRun:
    """Keep what was found as the next run of the scenario."""
    audit.hold(scenario)
    require(rules.may_choose(scenario, by))
    problem = found.built.problem
    last = scenario.runs.aggregate(last=Max("number"))["last"] or 0
    fields = {"method": scenario.method, "title": scenario.title} | dict(found.more)
    made = PortfolioRun(
        owner=scenario.owner,
        visibility=scenario.visibility,
        scenario=scenario,
        number=last + 1,
        digest=problem.digest,
        engine=ENGINE,
        inputs=problem.as_json(),
        plan=found.plan.as_json(),
        reasons=dict(found.why),
        worth=list(found.gains),
        lists={name: _listed(problem, make) for name, make in LISTS.items()},
        names=dict(found.built.names),
        left_out=list(found.built.left_out),
        **fields,
    )
    verb = "overridden" if found.more else "chosen"
    return audit.create(made, by=by, verb=verb, shared_with=list(scenario.shared_with.all()))


def _listed(problem: Problem, make: Any) -> dict[str, Any]:
    """What a list that people would make reaches, and whether it keeps the rules."""
    found = make(problem)
    return {
        "objective": str(objective_of(problem, *found)),
        "keeps_the_rules": keeps_the_rules(problem, found),
    }


def _worth(problem: Problem, plan: Plan, seconds: float) -> list[Mapping[str, Any]]:
    """What more money in each envelope would add, about what the middle project asks for; not
    sought in large problems, nor when the time is over.
    """
    places = [(fund, year) for fund in problem.funds for year in sorted(fund.envelopes)]
    if len(problem.projects) > EXACT_UP_TO or len(places) > WORTH_UP_TO:
        return []
    more = round_sum(sorted(item.total for item in problem.projects)[len(problem.projects) // 2])
    end = time.monotonic() + seconds
    found: list[Mapping[str, Any]] = []
    for fund, year in places:
        try:
            left = max(0.1, end - time.monotonic())
            adds = worth(problem, plan, fund.key, year, more, left)
        except NoPlanError:
            continue
        found.append({"fund": fund.key, "year": year, "more": more, "adds": str(adds)})
    return found


def round_sum(amount: int) -> int:
    """One and zeros, at most the amount: 1,000,000 for 1,000,000 and for 5,000,000."""
    return int(10 ** (len(str(amount)) - 1))


def verify(run: PortfolioRun, *, seconds: float = SECONDS) -> bool:
    """Whether the stored inputs give the stored plan again, to the byte. Raises Refused for a run
    of another engine: among plans as good as each other it may take another."""
    if run.engine != ENGINE:
        raise Refused(
            _(
                "This run was chosen by engine %(old)s and this is engine %(new)s, which may "
                "choose otherwise among plans that are equally good."
            )
            % {"old": run.engine, "new": ENGINE}
        )
    problem = Problem.from_json(run.inputs)
    if problem.digest != run.digest:
        return False
    plan = select(problem, seconds=seconds)
    return bool(plan.as_json() == run.plan)


@transaction.atomic
def discard(run: PortfolioRun, *, by: Reader) -> None:
    """Remove a run that nobody signed and no other follows."""
    audit.hold(run)
    require(rules.may_override(run, by))
    audit.delete(run, by=by)
