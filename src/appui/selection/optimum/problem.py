"""What is to be chosen from: projects, funds, who may pay whom, and the rules of the choice."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

ENGINE = "2"  # raise it when the same problem may give another plan


class ProblemError(ValueError):
    """A problem that contradicts itself; ``sentences`` has every fault found."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = sentences


@dataclass(frozen=True, slots=True)
class Project:
    """``asked`` is the money to find, by year; ``secured`` is what it has found already.

    ``value`` is that of the appraisal, zero or more. ``groups`` are the regions and themes it
    counts for, as the balances name them; ``requires`` the projects without which it makes no
    sense.
    """

    key: str
    value: Decimal
    asked: Mapping[int, int]
    secured: int = 0
    groups: frozenset[str] = frozenset()
    mandatory: bool = False
    excluded: bool = False
    requires: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        """The money to find, all years together."""
        return sum(self.asked.values())


@dataclass(frozen=True, slots=True)
class Fund:
    """``envelopes`` are what it can give, by year. ``minimum`` and ``maximum`` bound what it gives
    to one project, all years together; ``cofinancing`` is the part of the project's whole cost
    that others must bear.
    """

    key: str
    envelopes: Mapping[int, int]
    minimum: int = 0
    maximum: int | None = None
    cofinancing: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Balance:
    """At least and at most which share of all the money chosen goes to projects of a group."""

    group: str
    least: Decimal = Decimal(0)
    most: Decimal = Decimal(1)


@dataclass(frozen=True)
class Problem:
    """``pairs`` says which fund may pay which project (project, fund), and how certain that is.

    At most one project of each of ``alternatives`` is chosen, and at most ``most_funders`` pay
    one project. ``certainty`` is the weight of certain money against value: at 0 only the value
    of what is chosen counts, at 1 only as much of it as its money is certain.
    """

    currency: str
    projects: tuple[Project, ...]
    funds: tuple[Fund, ...]
    pairs: Mapping[tuple[str, str], Decimal]
    balances: tuple[Balance, ...] = ()
    alternatives: tuple[frozenset[str], ...] = ()
    most_funders: int = 3
    certainty: Decimal = Decimal(0)

    def __post_init__(self) -> None:
        """Raises ProblemError."""
        if faults := list(_faults(self)):
            raise ProblemError(faults)

    @cached_property
    def project(self) -> dict[str, Project]:
        return {project.key: project for project in self.projects}

    @cached_property
    def fund(self) -> dict[str, Fund]:
        return {fund.key: fund for fund in self.funds}

    def most(self, project: Project, fund: Fund) -> int:
        """The most the fund may give to the project, its envelopes apart."""
        cost = project.total + project.secured
        share = (1 - fund.cofinancing) * cost
        limit = min(project.total, int(share))
        return limit if fund.maximum is None else min(limit, fund.maximum)

    def usable(self) -> Iterator[tuple[Project, Fund]]:
        """The pairs in which money can flow at all, in the order of projects and funds."""
        for project in self.projects:
            for fund in self.payers(project):
                yield project, fund

    def payers(self, project: Project) -> Iterator[Fund]:
        """The funds from which money can flow to the project, in their order."""
        for fund in self.funds:
            if (project.key, fund.key) in self.pairs:
                most = self.most(project, fund)
                if most > 0 and most >= fund.minimum:
                    yield fund

    def as_json(self) -> dict[str, object]:
        """Everything the choice depends on, in an order of its own."""
        return {
            "engine": ENGINE,
            "currency": self.currency,
            "projects": [_plain(asdict(project)) for project in self.projects],
            "funds": [_plain(asdict(fund)) for fund in self.funds],
            "pairs": [[*pair, str(sure)] for pair, sure in sorted(self.pairs.items())],
            "balances": [_plain(asdict(balance)) for balance in self.balances],
            "alternatives": [sorted(group) for group in self.alternatives],
            "most_funders": self.most_funders,
            "certainty": str(self.certainty),
        }

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Problem:
        """The problem that as_json wrote; raises ProblemError when it was altered into nonsense."""
        return cls(
            currency=content["currency"],
            projects=tuple(_project_of(item) for item in content["projects"]),
            funds=tuple(_fund_of(item) for item in content["funds"]),
            pairs={(project, fund): Decimal(sure) for project, fund, sure in content["pairs"]},
            balances=tuple(
                Balance(item["group"], Decimal(item["least"]), Decimal(item["most"]))
                for item in content["balances"]
            ),
            alternatives=tuple(frozenset(group) for group in content["alternatives"]),
            most_funders=content["most_funders"],
            certainty=Decimal(content["certainty"]),
        )

    @cached_property
    def digest(self) -> str:
        """SHA-256 of as_json: the same digest, the same plan."""
        return hashlib.sha256(json.dumps(self.as_json(), sort_keys=True).encode()).hexdigest()


def _project_of(item: Mapping[str, Any]) -> Project:
    own = {
        "value": Decimal(item["value"]),
        "asked": _by_year(item["asked"]),
        "groups": frozenset(item["groups"]),
        "requires": tuple(item["requires"]),
    }
    return Project(**{**item, **own})


def _fund_of(item: Mapping[str, Any]) -> Fund:
    own = {"envelopes": _by_year(item["envelopes"]), "cofinancing": Decimal(item["cofinancing"])}
    return Fund(**{**item, **own})


def _by_year(amounts: Mapping[str, int]) -> dict[int, int]:
    return {int(year): amount for year, amount in amounts.items()}


def _plain(values: dict[str, object]) -> dict[str, object]:
    return {name: _plain_value(value) for name, value in values.items()}


def _plain_value(value: object) -> object:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, frozenset):
        return sorted(value)
    return (
        {str(year): amount for year, amount in value.items()} if isinstance(value, dict) else value
    )


def _faults(problem: Problem) -> Iterator[str]:
    projects, funds = problem.projects, problem.funds
    yield from _twice("project", (project.key for project in projects))
    yield from _twice("fund", (fund.key for fund in funds))
    known, payers = {project.key for project in projects}, {fund.key for fund in funds}
    for project in projects:
        yield from _project_faults(project, known)
    for fund in funds:
        yield from _fund_faults(fund)
    for key, payer in problem.pairs:
        if key not in known:
            yield f"The pair {key} – {payer} names no project of the list."
        if payer not in payers:
            yield f"The pair {key} – {payer} names no fund of the list."
    for (key, payer), sure in problem.pairs.items():
        if not 0 <= sure <= 1:
            yield f"The certainty of {key} – {payer} is {sure}: it goes from 0 to 1."
    for balance in problem.balances:
        if not 0 <= balance.least <= balance.most <= 1:
            yield f"The shares of {balance.group} are not in order between 0 and 1."
    for group in problem.alternatives:
        for key in sorted(group - known):
            yield f"The alternatives name {key}, which is no project of the list."
    if problem.most_funders < 1:
        yield "At least one fund must be allowed to pay a project."
    if not 0 <= problem.certainty <= 1:
        yield f"The weight of certainty is {problem.certainty}: it goes from 0 to 1."


def _twice(what: str, keys: Iterable[str]) -> Iterator[str]:
    for key, times in Counter(keys).items():
        if times > 1:
            yield f"The {what} {key} is there {times} times."


def _project_faults(project: Project, known: set[str]) -> Iterator[str]:
    if not project.value.is_finite() or project.value < 0:
        yield f"The value of {project.key} is {project.value}: it is zero or more."
    if project.total <= 0 or min(project.asked.values(), default=0) < 0 or project.secured < 0:
        yield f"The money of {project.key} is not positive."
    if project.mandatory and project.excluded:
        yield f"{project.key} is both mandatory and excluded."
    if project.key in project.requires:
        yield f"{project.key} requires itself."
    if len(set(project.requires)) < len(project.requires):
        yield f"{project.key} requires the same project twice."
    for other in project.requires:
        if other not in known:
            yield f"{project.key} requires {other}, which is no project of the list."


def _fund_faults(fund: Fund) -> Iterator[str]:
    if min(fund.envelopes.values(), default=0) < 0 or fund.minimum < 0:
        yield f"An amount of {fund.key} is negative."
    if fund.maximum is not None and fund.maximum < fund.minimum:
        yield f"The most {fund.key} gives is less than the least it gives."
    if not 0 <= fund.cofinancing <= 1:
        share = fund.cofinancing
        yield f"The part others must bear with {fund.key} is {share}: it goes from 0 to 1."
