"""The choices people make without a solver: down a list until the money is gone."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from appui.selection.optimum.check import broken_rules
from appui.selection.optimum.problem import Fund, Problem, Project

Chosen = tuple[set[str], dict[tuple[str, str, int], int]]


def by_value(problem: Problem) -> Chosen:
    """The list a committee makes: by value, the mandatory first."""
    order = sorted(problem.projects, key=lambda item: (not item.mandatory, -item.value, item.key))
    return down_the_list(problem, order)


def by_ratio(problem: Problem) -> Chosen:
    """By value per cost, the mandatory first."""
    return down_the_list(
        problem,
        sorted(
            problem.projects,
            key=lambda item: (not item.mandatory, -Fraction(item.value) / item.total, item.key),
        ),
    )


def down_the_list(problem: Problem, order: Sequence[Project]) -> Chosen:
    """Take each project that the funds can still pay and no rule forbids, in this order.

    Rules that look at the whole (balances) are left to those who made the list: when one is
    broken at the end, so it stays.
    """
    left = {fund.key: dict(fund.envelopes) for fund in problem.funds}
    chosen: set[str] = set()
    funding: dict[tuple[str, str, int], int] = {}
    for project in order:
        if not _allowed(problem, project, chosen):
            continue
        given = _pay(problem, project, left)
        if given is None:
            continue
        chosen.add(project.key)
        for (fund, year), amount in given.items():
            left[fund][year] -= amount
            funding[project.key, fund, year] = amount
    return chosen, funding


def keeps_the_rules(problem: Problem, found: Chosen) -> bool:
    return next(broken_rules(problem, *found), None) is None


def _allowed(problem: Problem, project: Project, chosen: set[str]) -> bool:
    others = (group for group in problem.alternatives if project.key in group)
    return (
        not project.excluded
        and chosen.issuperset(project.requires)
        and not any(chosen & group for group in others)
    )


def _pay(
    problem: Problem, project: Project, left: dict[str, dict[int, int]]
) -> dict[tuple[str, int], int] | None:
    """The funds with most left pay first; None when they cannot pay all of it."""
    funds = [f for f in problem.funds if (project.key, f.key) in problem.pairs]
    funds.sort(key=lambda fund: (-_can_give(problem, project, fund, left[fund.key]), fund.key))
    wanted = dict(project.asked)
    given: dict[tuple[str, int], int] = {}
    for fund in funds[: problem.most_funders]:
        missing = sum(wanted.values())
        limit = min(problem.most(project, fund), missing)
        if limit < max(fund.minimum, 1):
            continue
        paid: dict[int, int] = {}
        for year in sorted(wanted):
            amount = min(wanted[year], left[fund.key].get(year, 0), limit - sum(paid.values()))
            if amount > 0:
                paid[year] = amount
        if sum(paid.values()) >= max(fund.minimum, 1):
            for year, amount in paid.items():
                wanted[year] -= amount
                given[fund.key, year] = amount
    return None if any(wanted.values()) else given


def _can_give(problem: Problem, project: Project, fund: Fund, left: dict[int, int]) -> int:
    years = sum(min(amount, left.get(year, 0)) for year, amount in project.asked.items())
    return min(problem.most(project, fund), years)
