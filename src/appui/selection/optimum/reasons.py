"""Why each project is in or out, and what it would take to bring it in."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

import numpy as np

from appui.selection.optimum.conflicts import Rule, conflict
from appui.selection.optimum.model import IN_PART, Model, Row, Solver, build, objective
from appui.selection.optimum.problem import Problem, Project
from appui.selection.optimum.solve import SECONDS, InfeasibleError, NoPlanError, Plan, select

MOST_NAMED: Final = 5
EXACT_UP_TO: Final = 40
_NOTICED: Final = 1e-4


@dataclass(frozen=True, slots=True)
class Reason:
    """``code`` is mandatory or chosen; or excluded, no-fund, cannot-pay, alternative, requires,
    rules or displaced.

    ``others`` are the projects concerned: those taken instead, or those it cannot do without.
    ``missing`` is the money that funds open to it lack, in what the plan leaves them (displaced)
    or even with nothing else to pay (cannot-pay). ``loss`` is what the objective would lose if
    the project were brought in, or lose at least when it is not ``exact``; ``rules`` are those
    that forbid it.
    """

    code: str
    others: tuple[str, ...] = ()
    missing: int = 0
    loss: Decimal | None = None
    exact: bool = True
    rules: tuple[Rule, ...] = ()

    def as_json(self) -> dict[str, object]:
        """Texts, numbers and lists only; ``rules`` as pairs of kind and what it is about."""
        return {
            "code": self.code,
            "others": list(self.others),
            "missing": self.missing,
            "loss": None if self.loss is None else str(self.loss),
            "exact": self.exact,
            "rules": [[rule.kind, list(rule.about)] for rule in self.rules],
        }


def reasons(problem: Problem, plan: Plan, *, seconds: float = SECONDS) -> dict[str, Reason]:
    """One for each project, in their order.

    Up to EXACT_UP_TO projects each one left out is brought in and all is chosen anew; with more,
    the others give way in part, which is quick and tells the least that would be lost. After
    ``seconds`` in all, those left out are displaced by an unknown loss.
    """
    chosen = frozenset(plan.chosen)
    left = _left(problem, plan)
    few = len(problem.projects) <= EXACT_UP_TO
    relaxed = None if few else _Relaxed(problem, chosen)
    end = time.monotonic() + seconds
    found = {}
    for place, project in enumerate(problem.projects):
        if project.key in chosen:
            found[project.key] = Reason("mandatory" if project.mandatory else "chosen")
        else:
            reason = _plain(problem, project, chosen)
            if reason is None:
                reason = (
                    relaxed.displaced(place, plan)
                    if relaxed
                    else _chosen_anew(problem, project, plan, end)
                )
            if reason.code == "displaced":
                missing = project.total - most_payable(problem, project, left)
                reason = replace(reason, missing=missing)
            found[project.key] = reason
    return found


def brought_in(problem: Problem, key: str, *, seconds: float) -> Plan:
    """The best plan that holds the project; raises InfeasibleError when none does."""
    return select(_forced(problem, key), seconds=seconds)


def _forced(problem: Problem, key: str) -> Problem:
    projects = tuple(
        replace(item, mandatory=True, excluded=False) if item.key == key else item
        for item in problem.projects
    )
    return replace(problem, projects=projects)


def most_payable(
    problem: Problem, project: Project, envelopes: Mapping[str, Mapping[int, int]]
) -> int:
    """How much of what the project asks the funds could pay, had they these envelopes."""
    funds = tuple(replace(fund, envelopes=envelopes[fund.key]) for fund in problem.payers(project))
    model = build(
        Problem(
            currency=problem.currency,
            projects=(replace(project, mandatory=True, excluded=False, requires=()),),
            funds=funds,
            pairs={(project.key, fund.key): Decimal(1) for fund in funds},
            most_funders=problem.most_funders,
        )
    )
    model.rows = [_at_most(row) if row.kind == "cost" else row for row in model.rows]
    costs = np.zeros(model.width)
    costs[model.flow_column(0) :] = 1.0
    found = Solver(model, costs).run()
    return min(project.total, round(found.objective * model.scale))


def _at_most(row: Row) -> Row:
    """The cost of a year as a ceiling: the last entry is the project's own."""
    return row._replace(entries=row.entries[:-1], lower=0.0, upper=-row.entries[-1][1])


def _left(problem: Problem, plan: Plan) -> dict[str, dict[int, int]]:
    left = {fund.key: dict(fund.envelopes) for fund in problem.funds}
    for (_, fund, year), amount in plan.funding.items():
        left[fund][year] -= amount
    return left


def _plain(problem: Problem, project: Project, chosen: frozenset[str]) -> Reason | None:
    """Reasons that can be read in the problem itself."""
    if project.excluded:
        return Reason("excluded")
    if next(problem.payers(project), None) is None:
        return Reason("no-fund", missing=project.total)
    envelopes = {fund.key: fund.envelopes for fund in problem.funds}
    if missing := project.total - most_payable(problem, project, envelopes):
        return Reason("cannot-pay", missing=missing)
    taken = [sorted(g & chosen) for g in problem.alternatives if project.key in g and g & chosen]
    if taken:
        return Reason("alternative", others=tuple(taken[0]))
    if lacking := [other for other in project.requires if other not in chosen]:
        return Reason("requires", others=tuple(lacking))
    return None


def _chosen_anew(problem: Problem, project: Project, plan: Plan, end: float) -> Reason:
    try:
        other = brought_in(problem, project.key, seconds=max(0.1, end - time.monotonic()))
    except InfeasibleError as error:
        return Reason("rules", rules=error.rules)
    except NoPlanError:
        return Reason("displaced", exact=False)
    gone = tuple(key for key in plan.chosen if key not in other.chosen)
    loss = max(Decimal(0), plan.objective - other.objective)
    return Reason("displaced", others=gone, loss=loss, exact=other.gap == 0)


class _Relaxed:
    """The problem with projects chosen in part: quick to solve again with one of them forced in."""

    def __init__(self, problem: Problem, chosen: frozenset[str]) -> None:
        self.problem, self.chosen = problem, chosen
        self.model: Model = build(problem, paired=())
        self.solver = Solver(self.model, objective(self.model), whole=IN_PART)
        for place, project in enumerate(problem.projects):
            if project.key not in chosen:
                self.solver.bound_column(place, 0.0, 0.0)

    def displaced(self, place: int, plan: Plan) -> Reason:
        """Which chosen projects give way, most of all first, when this one comes in."""
        self.solver.bound_column(place, 1.0, 1.0)
        found = self.solver.run()
        self.solver.bound_column(place, 0.0, 0.0)
        if found.columns is None:
            key = self.problem.projects[place].key
            return Reason("rules", rules=conflict(_forced(self.problem, key)))
        given_way = [
            (found.columns[at], project.key)
            for at, project in enumerate(self.problem.projects)
            if project.key in self.chosen and found.columns[at] < 1 - _NOTICED
        ]
        loss = max(Decimal(0), plan.objective - Decimal(found.objective))
        others = tuple(key for _, key in sorted(given_way)[:MOST_NAMED])
        loss = loss.quantize(Decimal("1e-6"))
        return Reason("displaced", others=others, loss=loss, exact=False)
