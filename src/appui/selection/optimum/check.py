"""Whether a plan keeps every rule of its problem: in whole numbers, and without the solver."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from fractions import Fraction

from appui.selection.optimum.problem import Problem

Funding = Mapping[tuple[str, str, int], int]  # project, fund, year: whole units


def broken_rules(problem: Problem, chosen: Collection[str], funding: Funding) -> Iterator[str]:
    """A sentence for each rule that is broken; none when the plan is sound."""
    yield from _money(problem, chosen, funding)
    yield from _grants(problem, funding)
    yield from _choice(problem, chosen)
    yield from _balances(problem, chosen)


def _money(problem: Problem, chosen: Collection[str], funding: Funding) -> Iterator[str]:
    given: Counter[tuple[str, int]] = Counter()
    spent: Counter[tuple[str, int]] = Counter()
    for (project, fund, year), amount in funding.items():
        if amount <= 0 or (project, fund) not in problem.pairs:
            yield f"{fund} gives {amount} to {project}."
        given[project, year] += amount
        spent[fund, year] += amount
    for item in problem.projects:
        for year in {*item.asked, *(y for p, y in given if p == item.key)}:
            wanted = item.asked.get(year, 0) if item.key in chosen else 0
            if given[item.key, year] != wanted:
                yield f"{item.key} gets {given[item.key, year]} of {wanted} in {year}."
    for (key, year), amount in spent.items():
        if amount > problem.fund[key].envelopes.get(year, 0):
            yield f"{key} gives {amount} in {year}, more than its envelope."


def _grants(problem: Problem, funding: Funding) -> Iterator[str]:
    grants: Counter[tuple[str, str]] = Counter()
    for (project, key, _), amount in funding.items():
        grants[project, key] += amount
    for (project, key), amount in grants.items():
        fund = problem.fund[key]
        if not fund.minimum <= amount <= problem.most(problem.project[project], fund):
            yield f"{key} gives {amount} to {project}, outside its bounds."
    for project, funders in Counter(project for project, _ in grants).items():
        if funders > problem.most_funders:
            yield f"{project} has {funders} funders."


def _choice(problem: Problem, chosen: Collection[str]) -> Iterator[str]:
    for project in problem.projects:
        if project.mandatory and project.key not in chosen:
            yield f"{project.key} is mandatory and left out."
        if project.key in chosen:
            if project.excluded:
                yield f"{project.key} is excluded and chosen."
            yield from (
                f"{project.key} is chosen without {other}."
                for other in project.requires
                if other not in chosen
            )
    for group in problem.alternatives:
        if len(group.intersection(chosen)) > 1:
            yield f"More than one of {', '.join(sorted(group))} is chosen."


def _balances(problem: Problem, chosen: Collection[str]) -> Iterator[str]:
    money = {p.key: p.total for p in problem.projects if p.key in chosen}
    whole = sum(money.values())
    for balance in problem.balances:
        part = sum(m for key, m in money.items() if balance.group in problem.project[key].groups)
        if not Fraction(balance.least) * whole <= part <= Fraction(balance.most) * whole:
            yield f"{balance.group} has {part} of {whole}, outside its shares."
