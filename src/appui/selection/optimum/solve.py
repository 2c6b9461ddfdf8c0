"""The best plan of a problem, how far from the best it can be, and what each envelope is worth."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import reduce
from math import gcd
from typing import Final, Literal, NamedTuple

import numpy as np

from appui.selection.optimum.check import Funding, broken_rules
from appui.selection.optimum.conflicts import Rule, conflict
from appui.selection.optimum.ideal import Ideal, ideal
from appui.selection.optimum.lists import by_ratio
from appui.selection.optimum.model import (
    EVERYTHING,
    EXACT,
    Model,
    Solver,
    build,
    objective,
)
from appui.selection.optimum.problem import Problem

SECONDS: Final = 60.0
GAP: Final = 1e-4  # a plan this near the bound is called optimal; the plan says its own
_PLACES: Final = Decimal("1e-6")


class InfeasibleError(Exception):
    """No plan keeps all rules; ``rules`` are some that collide, each of them needed for it."""

    def __init__(self, rules: tuple[Rule, ...]) -> None:
        super().__init__("; ".join(str(rule) for rule in rules))
        self.rules = rules


class NoPlanError(Exception):
    """The time was over before any plan was found."""


class UnsoundPlanError(Exception):
    """A plan that breaks a rule: a fault of ours, never shown as a result."""


@dataclass(frozen=True, slots=True)
class Plan:
    """``objective`` is what was made as large as can be; no plan can have more than ``bound``.

    ``gap`` is the part of the bound that may be missed: 0 when it is proven that no plan is
    better. ``funding`` is what each fund gives to each project each year.
    """

    digest: str
    status: Literal["optimal", "limit"]
    chosen: tuple[str, ...]
    funding: Funding
    value: Decimal
    objective: Decimal
    bound: Decimal
    gap: Decimal

    @property
    def money(self) -> int:
        return sum(self.funding.values())

    def as_json(self) -> dict[str, object]:
        return {
            "problem": self.digest,
            "status": self.status,
            "chosen": list(self.chosen),
            "funding": [
                {"project": project, "fund": fund, "year": year, "amount": amount}
                for (project, fund, year), amount in sorted(self.funding.items())
            ],
            "money": self.money,
            "value": str(self.value),
            "objective": str(self.objective),
            "bound": str(self.bound),
            "gap": str(self.gap),
        }


def select(problem: Problem, *, seconds: float = SECONDS, gap: float = GAP) -> Plan:
    """The plan of most value, with certainty weighed in as the problem says.

    First projects alone are chosen whole, which bounds what any plan can have and is quick; then
    funders are found for that choice. Where they cost more than ``gap`` (a part of the bound),
    both are sought together until ``seconds`` are over. The plan says how far it got; the same
    problem gives the same plan wherever time does not end the search. Raises InfeasibleError,
    NoPlanError.
    """
    end = time.monotonic() + seconds
    model = build(problem)
    bound, known = _projects_first(model, end, gap)
    if known is None or not _is_close(known, bound, gap):
        solver = Solver(model, objective(model))
        solver.start_from(start(model) if known is None else known.columns)
        found = solver.run(_left(end), gap)
        if found.status == "infeasible":
            raise InfeasibleError(conflict(problem))
        bound = min(bound, found.bound)
        if found.columns is not None:
            known = Found(found.objective, found.columns)
    if known is None:
        raise NoPlanError
    chosen, paying = _choices(model, known.columns)
    funding = _whole_amounts(problem, chosen, paying)
    if funding is None:
        return _in_whole_amounts(problem, _left(end), gap)
    return _plan(problem, chosen, funding, bound, gap)


class Found(NamedTuple):
    objective: float
    columns: np.ndarray


def _projects_first(model: Model, end: float, gap: float) -> tuple[float, Found | None]:
    """A bound on every plan, and a plan that comes near it, if its funders are found.

    First every fund pays in part what it pays. Where that leaves a project with a funder that pays
    too little, or with too many, its funders are chosen whole in the next round, which brings the
    bound nearer. Rounds end when plan and bound meet, or after half of the time.
    """
    half = time.monotonic() + _left(end) / 2
    loose = build(model.problem, model.scale, paired=())
    best = ideal(loose, _left(half), gap / 2)
    if best.impossible:
        raise InfeasibleError(conflict(model.problem))
    bound, chosen, flows, known = best.bound, best.chosen, best.flows, None
    paired: set[str] = set()
    while chosen is not None and flows is not None:
        given = np.zeros(len(model.pairs))
        np.add.at(given, [pair for pair, _year in loose.flows], flows * model.scale)
        amiss = _amiss(model, given)
        found = _with_whole_funders(model, chosen, given, amiss | paired, half, gap)
        if found is not None and (known is None or found.objective > known.objective):
            known = found
        if known is None or _is_close(known, bound, gap) or amiss <= paired:
            break
        if time.monotonic() > half:
            break
        paired |= amiss
        loose = build(model.problem, model.scale, paired=paired)
        solver = Solver(loose, objective(loose))
        for place, value in _settled(best, known):
            solver.bound_column(place, value, value)
        kept = [*range(len(model.projects)), *map(model.pair_column, loose.paired)]
        kept += range(model.flow_column(0), model.width)
        solver.start_from(known.columns[kept])
        nearer = solver.run(_left(half), gap * 0.9)
        if nearer.columns is None:
            break
        bound = min(bound, max(nearer.bound, known.objective))
        chosen = nearer.columns[: len(model.projects)] > 0.5
        flows = nearer.columns[loose.flow_column(0) :]
    return bound, known


def _amiss(model: Model, given: np.ndarray) -> set[str]:
    """The projects with a funder that gives less than its least, or with too many funders."""
    paying: dict[str, int] = {}
    amiss = set()
    for (project, fund), amount in zip(model.pairs, given, strict=True):
        if amount > EXACT:
            paying[project.key] = paying.get(project.key, 0) + 1
            too_many = paying[project.key] > model.problem.most_funders
            if too_many or amount < fund.minimum * (1 - EXACT):
                amiss.add(project.key)
    return amiss


def _with_whole_funders(
    model: Model,
    chosen: np.ndarray,
    given: np.ndarray,
    any_of: set[str],
    end: float,
    gap: float,
) -> Found | None:
    """A plan of the chosen projects: the funders that give something already, and for the projects
    ``any_of`` all that may."""
    solver = Solver(model, objective(model))
    for place, taken in enumerate(chosen):
        solver.bound_column(place, float(taken), float(taken))
    for number, (project, _fund) in enumerate(model.pairs):
        if given[number] <= EXACT and project.key not in any_of:
            solver.bound_column(model.pair_column(number), 0.0, 0.0)
    paid = solver.run(_left(end), gap / 10)
    return None if paid.columns is None else Found(paid.objective, paid.columns)


def _settled(best: Ideal, known: Found) -> Iterator[tuple[int, float]]:
    """The projects of which no plan better than the one known decides otherwise than the relaxed
    choice does, with what it decides."""
    if best.leaning is not None and best.loss is not None:
        room = best.relaxed - known.objective + EXACT * abs(best.relaxed)
        for place in np.flatnonzero(best.loss > room):
            yield int(place), float(best.leaning[place])


def _left(end: float) -> float:
    return max(0.1, end - time.monotonic())


def _is_close(found: Found, bound: float, gap: float) -> bool:
    return bound - found.objective <= max(gap, EXACT) * max(1.0, abs(bound))


def start(model: Model) -> np.ndarray:
    """The list of projects by value per cost, as columns: a first solution, if it is one."""
    chosen, funding = by_ratio(model.problem)
    columns = np.zeros(model.width)
    for place, project in enumerate(model.projects):
        columns[place] = float(project.key in chosen)
    for number, (pair, year) in enumerate(model.flows):
        project, fund = model.pairs[pair]
        amount = funding.get((project.key, fund.key, year), 0)
        columns[model.flow_column(number)] = amount / model.scale
        if amount:
            columns[model.pair_column(pair)] = 1.0
    return columns


def worth(
    problem: Problem, plan: Plan, fund: str, year: int, more: int, seconds: float = SECONDS
) -> Decimal:
    """What the objective gains when the fund's envelope of the year grows by ``more`` units."""
    grown = replace(
        problem.fund[fund],
        envelopes={**problem.fund[fund].envelopes}
        | {year: problem.fund[fund].envelopes.get(year, 0) + more},
    )
    funds = tuple(grown if item.key == fund else item for item in problem.funds)
    better = select(replace(problem, funds=funds), seconds=seconds)
    return max(Decimal(0), better.objective - plan.objective)


def _choices(model: Model, columns: np.ndarray) -> tuple[set[str], set[tuple[str, str]]]:
    chosen = {project.key for at, project in enumerate(model.projects) if columns[at] > 0.5}
    paying = {
        (project.key, fund.key)
        for number, (project, fund) in enumerate(model.pairs)
        if columns[model.pair_column(number)] > 0.5 and project.key in chosen
    }
    return chosen, paying


def _grain(problem: Problem) -> int:
    """The largest unit of which every amount of the problem is a whole number."""
    amounts = [amount for project in problem.projects for amount in project.asked.values()]
    amounts += [amount for fund in problem.funds for amount in fund.envelopes.values()]
    amounts += [fund.minimum for fund in problem.funds]
    amounts += [problem.most(project, fund) for project, fund in problem.usable()]
    return reduce(gcd, amounts, 0) or 1


def _whole_amounts(
    problem: Problem, chosen: set[str], paying: set[tuple[str, str]]
) -> Funding | None:
    """Amounts in whole units for choices made, as certain as can be; None when there are none."""
    narrowed = replace(
        problem,
        projects=tuple(
            replace(item, mandatory=True, requires=())
            for item in problem.projects
            if item.key in chosen
        ),
        pairs={pair: sure for pair, sure in problem.pairs.items() if pair in paying},
        balances=(),
        alternatives=(),
    )
    model = build(narrowed, _grain(problem))
    solver = Solver(model, objective(model), whole=EVERYTHING)
    for number in range(len(model.pairs)):
        solver.bound_column(model.pair_column(number), 1.0, 1.0)
    found = solver.run()
    return None if found.columns is None else dict(_funding(model, found.columns))


def _in_whole_amounts(problem: Problem, seconds: float, gap: float) -> Plan:
    """Where only parts of a unit would do: choices and whole amounts together, which is slower."""
    model = build(problem, _grain(problem))
    found = Solver(model, objective(model), whole=EVERYTHING).run(seconds, gap)
    if found.status == "infeasible":
        raise InfeasibleError(conflict(problem))
    if found.columns is None:
        raise NoPlanError
    chosen, _ = _choices(model, found.columns)
    return _plan(problem, chosen, dict(_funding(model, found.columns)), found.bound, gap)


def _funding(model: Model, columns: np.ndarray) -> Iterator[tuple[tuple[str, str, int], int]]:
    for number, (pair, year) in enumerate(model.flows):
        amount = round(columns[model.flow_column(number)]) * model.scale
        if amount:
            project, fund = model.pairs[pair]
            yield (project.key, fund.key, year), amount


def _plan(problem: Problem, chosen: set[str], funding: Funding, bound: float, gap: float) -> Plan:
    if broken := list(broken_rules(problem, chosen, funding)):
        raise UnsoundPlanError(" ".join(broken))
    reached = objective_of(problem, chosen, funding)
    most = max(_rounded(bound), reached)
    missed = ((most - reached) / most if most else Decimal(0)).quantize(_PLACES)
    return Plan(
        problem.digest,
        "optimal" if missed <= Decimal(max(gap, EXACT)) else "limit",
        tuple(project.key for project in problem.projects if project.key in chosen),
        dict(sorted(funding.items())),
        sum((problem.project[key].value for key in chosen), Decimal(0)),
        reached,
        most,
        missed,
    )


def objective_of(problem: Problem, chosen: set[str], funding: Funding) -> Decimal:
    """What a plan is worth, to six decimals."""
    weight = Fraction(problem.certainty)
    whole = sum(Fraction(problem.project[key].value) for key in chosen) * (1 - weight)
    for (key, fund, _), amount in funding.items():
        project = problem.project[key]
        sure = Fraction(problem.pairs[key, fund])
        whole += weight * Fraction(project.value) * sure * amount / project.total
    return _rounded(Decimal(whole.numerator) / Decimal(whole.denominator))


def _rounded(number: float | Decimal) -> Decimal:
    return Decimal(number).quantize(_PLACES)
