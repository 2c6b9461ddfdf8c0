"""What no plan can exceed, and the choice that comes nearest: projects whole, funders in part.

The model of no pairs (see ``Model``) by Benders' decomposition: a small programme chooses the
projects under a bound on what their money can bring; a linear programme finds the money of that
choice, and its dual prices make the bound closer. The first bound is that of the linear programme
of all, so that a few rounds do. Money that is nowhere to be found is let be short at a price, which
rises until it is not worth it.

Source: J. F. Benders, "Partitioning procedures for solving mixed-variables programming problems",
Numerische Mathematik 4, 1962.
"""

from __future__ import annotations

import time
from typing import Any, Final, NamedTuple

import highspy
import numpy as np

from appui.selection.optimum.model import EXACT, INFINITY, Model, engine, objective

DEAR: Final = 10.0  # what a unit that is short costs, in units of the best project's value
DEAREST: Final = 1e6  # beyond it numbers are no longer told apart
MONEY: Final = ("cost", "envelope", "most", "funders")


class Ideal(NamedTuple):
    """No plan has more than ``bound``. ``chosen`` says of each project whether it is, ``flows`` is
    the money of that choice by flow of the model; both None when none was found. ``impossible``:
    no projects keep the rules of choice. ``loss`` is how much less than ``relaxed`` every plan has
    that decides of a project otherwise than ``leaning`` does, 0 where that is open."""

    bound: float
    chosen: np.ndarray | None = None
    flows: np.ndarray | None = None
    impossible: bool = False
    relaxed: float = INFINITY
    leaning: np.ndarray | None = None
    loss: np.ndarray | None = None


def ideal(model: Model, seconds: float, gap: float) -> Ideal:
    """The best choice of projects to ``gap`` (a part of the bound); ``model`` has no pairs."""
    end = time.monotonic() + seconds
    rounds = _Rounds(model)
    relaxed, leaning, loss = rounds.relaxed()
    if leaning is None or loss is None:
        return Ideal(INFINITY, impossible=True)
    rounds.pay(leaning)
    bound = INFINITY
    best: _Paid | None = None
    seen: set[bytes] = set()
    while time.monotonic() < end:
        status, choice, most = rounds.choose(gap / 3, end)
        bound = min(bound, most)
        if status == highspy.HighsModelStatus.kInfeasible:
            return Ideal(bound, impossible=True)
        if choice is None:
            break
        is_known = choice.tobytes() in seen  # its prices are in the bound: no more to be learnt
        seen.add(choice.tobytes())
        paid = rounds.pay(choice)
        if best is None or paid.value > best.value:
            best = paid
        while is_known or bound - best.value <= max(gap, EXACT) * max(1.0, abs(bound)):
            if best.short <= EXACT or not rounds.raise_price():
                return _told(bound, best, relaxed, leaning, loss)
            best, is_known = rounds.pay(best.choice), False
            seen.clear()
    return _told(bound, best, relaxed, leaning, loss)  # time is up


def _told(
    bound: float, best: _Paid | None, relaxed: float, leaning: np.ndarray, loss: np.ndarray
) -> Ideal:
    """The best choice there is, unless its money is not all there."""
    if best is None or best.short > EXACT:
        return Ideal(bound)
    return Ideal(bound, best.choice > 0.5, best.flows, False, relaxed, leaning > 0.5, loss)


class _Paid(NamedTuple):
    """A choice with the best money for it; ``short`` is how much of it is nowhere to be found."""

    value: float
    choice: np.ndarray
    short: float
    flows: np.ndarray


class _Rounds:
    def __init__(self, model: Model) -> None:
        self._many = len(model.projects)
        self._width = model.width
        costs = objective(model)
        money = [row for row in model.rows if row.kind in MONEY]
        self._own = [row for row in model.rows if row.kind not in MONEY]
        payable = {model.pairs[pair][0].key for pair, _year in model.flows}
        self._payable = np.array([project.key in payable for project in model.projects], float)
        short = 0
        rows = []
        for row in money:
            entries = row.entries
            if row.kind == "cost" and row.about[0] in payable:
                entries = (*entries, (model.width + short, 1.0))
                short += 1
            rows.append(row._replace(entries=entries))
        self._unit = max(
            (float(item.value) * model.scale / item.total for item in model.projects), default=1.0
        )
        self._price = DEAR
        self._costs = np.concatenate([costs, np.full(short, -self._price * self._unit)])
        self._upper = np.concatenate([self._payable, np.full(len(model.flows) + short, INFINITY)])
        self._rows = rows
        self._money = engine(rows, self._costs, self._upper)
        theirs = np.zeros(self._many + 1)
        theirs[-1] = 1.0
        self._choice = engine(
            self._own,
            theirs,
            np.concatenate([self._payable, [INFINITY]]),
            [*[True] * self._many, False],
        )
        self._choice.changeColBounds(self._many, -INFINITY, INFINITY)

    def relaxed(self) -> tuple[float, np.ndarray | None, np.ndarray | None]:
        """The most that projects chosen in part bring, that choice, and what each project decided
        otherwise would lose; None when there is none."""
        whole = engine([*self._rows, *self._own], self._costs, self._upper)
        whole.run()
        if whole.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return INFINITY, None, None
        solution = whole.getSolution()
        choice, prices = (
            np.array(values)[: self._many] for values in (solution.col_value, solution.col_dual)
        )
        return whole.getInfo().objective_function_value, choice, np.abs(prices)

    def pay(self, choice: np.ndarray) -> _Paid:
        """The best money for a choice. By its prices no choice is worth more than they say: that
        joins what bounds the next."""
        columns = np.arange(self._many, dtype=np.int32)
        self._money.changeColsBounds(self._many, columns, choice, choice)
        self._money.run()
        value = self._money.getInfo().objective_function_value
        solution = self._money.getSolution()
        prices = np.array(solution.col_dual)[: self._many]
        self._choice.addRow(
            -INFINITY,
            value - float(prices @ choice),
            self._many + 1,
            np.arange(self._many + 1, dtype=np.int32),
            np.concatenate([-prices, [1.0]]),
        )
        values = np.array(solution.col_value)
        short = float(values[self._width :].sum())
        return _Paid(value, choice, short, values[self._many : self._width])

    def choose(self, gap: float, end: float) -> tuple[Any, np.ndarray | None, float]:
        """How HiGHS ended, the best choice under the bounds so far, what no choice exceeds."""
        self._choice.setOptionValue("mip_rel_gap", max(gap, EXACT))
        self._choice.setOptionValue("time_limit", max(0.1, end - time.monotonic()))
        self._choice.run()
        status, solution = self._choice.getModelStatus(), self._choice.getSolution()
        if not solution.value_valid:
            return status, None, INFINITY
        bound = self._choice.getInfo().mip_dual_bound
        return status, np.round(np.array(solution.col_value)[: self._many]), bound

    def raise_price(self) -> bool:
        """Make what is short a hundred times as dear; False when it is as dear as it gets."""
        self._price *= 100
        if self._price > DEAREST:
            return False
        for column in range(self._width, len(self._costs)):
            self._money.changeColCost(column, -self._price * self._unit)
        return True
