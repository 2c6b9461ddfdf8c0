"""A problem as a mixed-integer programme, built and solved with HiGHS.

Variables: one a project (chosen or not), one a usable pair (pays or not), one a pair and year
(how much). Amounts are divided by ``scale``, so that the numbers stay near one.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import highspy
import numpy as np

from appui.selection.optimum.problem import Fund, Problem, Project

INFINITY: Final = highspy.kHighsInf
EXACT: Final = 1e-6  # nearer to the bound than this is the best there is
PARTS: Final = ("projects", "pairs", "flows")
Whole = frozenset[str]  # of PARTS
CHOICES: Final[Whole] = frozenset(PARTS[:2])
EVERYTHING: Final[Whole] = frozenset(PARTS)
IN_PART: Final[Whole] = frozenset()
Flow = tuple[int, int]  # a usable pair by number, and a year


class Row(NamedTuple):
    """One rule of the programme: ``kind`` and ``about`` name it when it is to be explained."""

    kind: str
    about: tuple[str, ...]
    entries: tuple[tuple[int, float], ...]
    lower: float
    upper: float


@dataclass(slots=True)
class Model:
    """``pairs`` and ``flows`` in the order of their variables; ``scale`` is units in one.

    ``paired`` are the numbers of the pairs that have a variable. Where a pair has none, its fund
    pays in part what it pays the project, and no least amount holds: no plan has more than the
    best of such a model.
    """

    problem: Problem
    scale: int
    pairs: list[tuple[Project, Fund]]
    flows: list[Flow]
    paired: Sequence[int]
    rows: list[Row] = field(default_factory=list)

    @property
    def projects(self) -> Sequence[Project]:
        return self.problem.projects

    def pair_column(self, number: int) -> int:
        return len(self.projects) + bisect_left(self.paired, number)

    def flow_column(self, number: int) -> int:
        return len(self.projects) + len(self.paired) + number

    @property
    def width(self) -> int:
        return self.flow_column(len(self.flows))


class Solved(NamedTuple):
    """``columns`` is None without a solution."""

    status: str  # optimal, limit or infeasible
    objective: float
    bound: float
    columns: np.ndarray | None


def build(
    problem: Problem, scale: int | None = None, *, paired: Container[str] | None = None
) -> Model:
    """The programme; ``scale`` is a power of ten that suits the amounts unless it is given. With
    ``paired`` only the pairs of those projects have variables."""
    pairs = list(problem.usable())
    flows = [
        (number, year)
        for number, (project, fund) in enumerate(pairs)
        for year, amount in sorted(project.asked.items())
        if amount > 0 and fund.envelopes.get(year, 0) > 0
    ]
    largest = max((project.total for project in problem.projects), default=1)
    scale = scale or 10 ** max(0, len(str(largest)) - 3)
    own = [n for n, (project, _) in enumerate(pairs) if paired is None or project.key in paired]
    model = Model(problem, scale, pairs, flows, own)
    model.rows += _money_rows(model)
    model.rows += _pair_rows(model)
    model.rows += _part_rows(model)
    model.rows += _choice_rows(model)
    return model


def _money_rows(model: Model) -> Iterable[Row]:
    """Each chosen project gets all it asks each year; no fund gives more than its envelope."""
    by_project: dict[tuple[str, int], list[int]] = {}
    by_fund: dict[tuple[str, int], list[int]] = {}
    for number, (pair, year) in enumerate(model.flows):
        project, fund = model.pairs[pair]
        by_project.setdefault((project.key, year), []).append(model.flow_column(number))
        by_fund.setdefault((fund.key, year), []).append(model.flow_column(number))
    for place, project in enumerate(model.projects):
        for year, amount in sorted(project.asked.items()):
            if amount > 0:
                given = [(column, 1.0) for column in by_project.get((project.key, year), ())]
                entries = (*given, (place, -amount / model.scale))
                yield Row("cost", (project.key, str(year)), entries, 0.0, 0.0)
    for (key, year), columns in by_fund.items():
        most = model.problem.fund[key].envelopes[year] / model.scale
        entries = tuple((column, 1.0) for column in columns)
        yield Row("envelope", (key, str(year)), entries, -INFINITY, most)


def _pair_rows(model: Model) -> Iterable[Row]:
    """What one fund gives to one project lies between its bounds, or is nothing."""
    flows: list[list[int]] = [[] for _ in model.pairs]
    for number, (pair, _) in enumerate(model.flows):
        flows[pair].append(model.flow_column(number))
    place = {project.key: number for number, project in enumerate(model.projects)}
    payers: dict[str, list[int]] = {}
    for number in model.paired:
        project, fund = model.pairs[number]
        pays = model.pair_column(number)
        given = tuple((column, 1.0) for column in flows[number])
        most = model.problem.most(project, fund)
        about = (fund.key, project.key)
        yield Row("most", about, (*given, (pays, -most / model.scale)), -INFINITY, 0.0)
        if fund.minimum:
            least = -fund.minimum / model.scale
            yield Row("least", about, (*given, (pays, least)), 0.0, INFINITY)
        yield Row("chosen", about, ((pays, 1.0), (place[project.key], -1.0)), -INFINITY, 0.0)
        payers.setdefault(project.key, []).append(pays)
    for key, columns in payers.items():
        if len(columns) > model.problem.most_funders:
            paying = tuple((column, 1.0) for column in columns)
            funders = (*paying, (place[key], -float(model.problem.most_funders)))
            yield Row("funders", (key,), funders, -INFINITY, 0.0)


def _part_rows(model: Model) -> Iterable[Row]:
    """The bounds of the grants of pairs without a variable: what follows from _pair_rows."""
    problem = model.problem
    place = {project.key: number for number, project in enumerate(model.projects)}
    whole = set(model.paired)
    flows: dict[int, list[int]] = {}
    payers: dict[str, list[tuple[int, float]]] = {}
    for number, (pair, _) in enumerate(model.flows):
        if pair not in whole:
            flows.setdefault(pair, []).append(model.flow_column(number))
    least: dict[str, int] = {}
    for pair, columns in flows.items():
        project, fund = model.pairs[pair]
        most = problem.most(project, fund)
        if most < project.total:  # else the cost says so
            given = tuple((column, 1.0) for column in columns)
            entries = (*given, (place[project.key], -most / model.scale))
            yield Row("most", (fund.key, project.key), entries, -INFINITY, 0.0)
        payers.setdefault(project.key, []).extend(
            (column, model.scale / most) for column in columns
        )
        least[project.key] = min(most, least.get(project.key, most))
    for key, parts in payers.items():
        if problem.project[key].total > problem.most_funders * least[key]:  # else any will do
            funders = (*parts, (place[key], -float(problem.most_funders)))
            yield Row("funders", (key,), funders, -INFINITY, 0.0)


def _choice_rows(model: Model) -> Iterable[Row]:
    problem = model.problem
    place = {project.key: number for number, project in enumerate(problem.projects)}
    for project in problem.projects:
        at = place[project.key]
        if project.mandatory:
            yield Row("mandatory", (project.key,), ((at, 1.0),), 1.0, INFINITY)
        if project.excluded:
            yield Row("excluded", (project.key,), ((at, 1.0),), -INFINITY, 0.0)
        for other in project.requires:
            needs = ((at, 1.0), (place[other], -1.0))
            yield Row("requires", (project.key, other), needs, -INFINITY, 0.0)
    for group in problem.alternatives:
        keys = tuple(sorted(group))
        yield Row("alternatives", keys, tuple((place[k], 1.0) for k in keys), -INFINITY, 1.0)
    money = [project.total / model.scale for project in problem.projects]
    for balance in problem.balances:
        inside = [balance.group in project.groups for project in problem.projects]
        for kind, share in (("at-least", balance.least), ("at-most", balance.most)):
            if share in (0, 1) and share == (kind == "at-most"):
                continue
            entries = tuple(
                (at, (inside[at] - float(share)) * amount) for at, amount in enumerate(money)
            )
            bounds = (0.0, INFINITY) if kind == "at-least" else (-INFINITY, 0.0)
            yield Row(kind, (balance.group, str(share)), entries, *bounds)


def objective(model: Model) -> np.ndarray:
    """Value of what is chosen, and by the weight of certainty of what is chosen and certain."""
    problem, weight = model.problem, float(model.problem.certainty)
    costs = np.zeros(model.width)
    for place, project in enumerate(problem.projects):
        costs[place] = float(project.value) * (1 - weight)
    for number, (pair, _) in enumerate(model.flows):
        project, fund = model.pairs[pair]
        sure = float(problem.pairs[project.key, fund.key])
        share = float(project.value) * sure * model.scale / project.total
        costs[model.flow_column(number)] = weight * share
    return costs


class Solver:
    """A model in HiGHS: bounds of columns may be changed and it is solved again."""

    def __init__(
        self,
        model: Model,
        costs: np.ndarray,
        *,
        whole: Whole = CHOICES,
        without: frozenset[int] = frozenset(),
    ) -> None:
        """``whole`` says of what nothing is chosen in part; ``without`` drops rows."""
        self.relaxed = not whole
        rows = [row for number, row in enumerate(model.rows) if number not in without]
        upper = np.ones(model.width)
        upper[model.flow_column(0) :] = INFINITY
        numbers = (len(model.projects), model.flow_column(0) - len(model.projects))
        parts = zip(PARTS, (*numbers, len(model.flows)), strict=True)
        integral = [part in whole for part, many in parts for _ in range(many)]
        self._highs = engine(rows, costs, upper, () if self.relaxed else integral)

    def bound_column(self, column: int, lower: float, upper: float) -> None:
        self._highs.changeColBounds(column, lower, upper)

    def start_from(self, columns: np.ndarray) -> None:
        """A solution known beforehand."""
        solution = highspy.HighsSolution()
        solution.col_value = columns
        self._highs.setSolution(solution)

    def run(self, seconds: float = INFINITY, gap: float = EXACT) -> Solved:
        self._highs.setOptionValue("time_limit", seconds)
        self._highs.setOptionValue("mip_rel_gap", max(gap, EXACT))
        self._highs.run()
        status = self._highs.getModelStatus()
        info, solution = self._highs.getInfo(), self._highs.getSolution()
        if status == highspy.HighsModelStatus.kOptimal:
            name = "optimal"
        elif status == highspy.HighsModelStatus.kInfeasible:
            return Solved("infeasible", 0.0, 0.0, None)
        else:
            name = "limit"
        columns = np.array(solution.col_value) if solution.value_valid else None
        found = info.objective_function_value
        return Solved(name, found, found if self.relaxed else info.mip_dual_bound, columns)


def engine(
    rows: Sequence[Row], costs: np.ndarray, upper: np.ndarray, integral: Sequence[bool] = ()
) -> Any:
    """HiGHS with a programme to make as large as can be: columns from 0 to ``upper``, those
    ``integral`` in whole numbers, none of them when it is empty."""
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(costs), len(rows)
    lp.col_cost_ = costs
    lp.sense_ = highspy.ObjSense.kMaximize
    lp.col_lower_ = np.zeros(len(costs))
    lp.col_upper_ = upper
    lp.row_lower_ = np.array([row.lower for row in rows])
    lp.row_upper_ = np.array([row.upper for row in rows])
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.cumsum([0, *(len(row.entries) for row in rows)])
    lp.a_matrix_.index_ = np.array([column for row in rows for column, _ in row.entries], int)
    lp.a_matrix_.value_ = np.array([value for row in rows for _, value in row.entries], float)
    kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
    lp.integrality_ = [kinds[is_whole] for is_whole in integral]
    found: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    for option, value in (
        ("output_flag", False),
        ("threads", 1),
        ("random_seed", 0),
        ("mip_abs_gap", EXACT),
        ("mip_allow_restart", False),  # a quarter faster here
    ):
        found.setOptionValue(option, value)
    found.passModel(lp)
    return found
