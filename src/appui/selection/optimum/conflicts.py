"""When nothing can be chosen as the rules have it: which of them collide."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from appui.selection.optimum.model import Model, Solver, build
from appui.selection.optimum.problem import Problem

# Rules that people make and can change; the others say what the words mean.
_CHANGEABLE: Final = (
    "mandatory",
    "excluded",
    "requires",
    "alternatives",
    "at-least",
    "at-most",
    "funders",
    "least",
    "most",
    "envelope",
)


class Rule(NamedTuple):
    """A rule of a problem: ``about`` names projects, funds, years or groups, by its kind."""

    kind: str
    about: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.kind} {' '.join(self.about)}"


def conflict(problem: Problem) -> tuple[Rule, ...]:
    """Rules that cannot all be kept, none of which can be spared: a deletion filter.

    A project that no fund may pay is told of as the rule "no-fund", beside the one that demands
    it. Rules are tried in the order people change them last: envelopes stay out of it when
    another rule alone explains. Source: Chinneck and Dravnieks, "Locating minimal infeasible
    constraint sets in linear programs", ORSA Journal on Computing 3(2), 1991.
    """
    model = build(problem)
    rows: dict[Rule, list[int]] = {}
    for number, row in enumerate(model.rows):
        if row.kind in _CHANGEABLE:
            rows.setdefault(Rule(row.kind, row.about), []).append(number)
    order = sorted(rows, key=lambda rule: -_CHANGEABLE.index(rule.kind))
    dropped: frozenset[int] = frozenset()
    kept = []
    for rule in order:
        without = dropped.union(rows[rule])
        if _is_feasible(model, without):
            kept.append(rule)
        else:
            dropped = without
    kept.sort(key=lambda rule: (_CHANGEABLE.index(rule.kind), rule.about))
    return (*kept, *_unpayable(problem, kept))


def _unpayable(problem: Problem, kept: list[Rule]) -> list[Rule]:
    payable = {project.key for project, _ in problem.usable()}
    demanded = {
        key for rule in kept if rule.kind in ("mandatory", "requires") for key in rule.about
    }
    return [Rule("no-fund", (key,)) for key in sorted(demanded - payable)]


def _is_feasible(model: Model, without: frozenset[int]) -> bool:
    solver = Solver(model, np.zeros(model.width), without=without)
    return solver.run().status != "infeasible"
