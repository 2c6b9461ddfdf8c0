"""A table of scores as people keep it: one project a line, one criterion a column."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from appui.selection.appraisal.methods import Array
from appui.selection.appraisal.weights import WeightsError, direct

WEIGHT: Final = "weight"
DIRECTION: Final = "direction"
_DIRECTIONS: Final = {"": False, "more": False, "less": True}


class SheetError(ValueError):
    """A table that cannot be appraised; ``sentences`` has every fault, with its line and column."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = sentences


class Sheet(NamedTuple):
    projects: tuple[str, ...]
    criteria: tuple[str, ...]
    matrix: Array
    weights: Array
    costs: NDArray[np.bool_]  # where less is better


def read_sheet(table: Iterable[Sequence[object]]) -> Sheet:
    """The scores of a table given as its rows of cells, texts or numbers.

    The first line names the criteria. A line called ``weight`` weighs them (equal without it) and
    one called ``direction`` says ``more`` or ``less`` (is better; more without it).

    Raises SheetError.
    """
    texts = ([_text(cell) for cell in row] for row in table)
    rows = [(number, row) for number, row in enumerate(texts, 1) if any(row)]
    if len(rows) < 2 or len(rows[0][1]) < 2:
        raise SheetError(["The first line names the criteria, and each other one a project."])
    header = tuple(rows[0][1][1:])
    faults = [
        f"Line {n}: {len(c)} cells, {len(header) + 1} needed."
        for n, c in rows[1:]
        if len(c) != len(header) + 1
    ]
    if faults:
        raise SheetError(faults)
    return _sheet(header, rows[1:], faults)


def _text(cell: object) -> str:
    return "" if cell is None else str(cell).strip()


def _sheet(header: tuple[str, ...], rows: list[tuple[int, list[str]]], faults: list[str]) -> Sheet:
    weights, costs = np.full(len(header), 1.0 / len(header)), np.zeros(len(header), dtype=bool)
    names: list[str] = []
    scores: list[list[float]] = []
    for line, (name, *cells) in rows:
        if name.casefold() == WEIGHT:
            weights = _weights(line, _numbers(line, header, cells, faults), faults, weights)
        elif name.casefold() == DIRECTION:
            costs = np.array(
                [_is_cost(line, c, cell, faults) for c, cell in zip(header, cells, strict=True)]
            )
        elif not name:
            faults.append(f"Line {line}: the project has no name.")
        elif name in names:
            faults.append(f"Line {line}: {name} is there already.")
        else:
            names.append(name)
            scores.append(_numbers(line, header, cells, faults))
    if not names:
        faults.append("There is no project.")
    if faults:
        raise SheetError(faults)
    return Sheet(tuple(names), header, np.array(scores), weights, costs)


def _weights(line: int, numbers: list[float], faults: list[str], usual: Array) -> Array:
    try:
        return direct(numbers)
    except WeightsError as error:
        faults.append(f"Line {line}: {error}")
        return usual


def _numbers(
    line: int, header: Sequence[str], cells: Sequence[str], faults: list[str]
) -> list[float]:
    found = []
    for criterion, cell in zip(header, cells, strict=True):
        number = _number(cell)
        if number is None:
            faults.append(f"Line {line}, {criterion}: “{cell}” is no number.")
        found.append(0.0 if number is None else number)
    return found


def _number(cell: str) -> float | None:
    try:
        number = float(cell.replace(",", ".").replace("\u202f", "").replace("\xa0", ""))
    except ValueError:
        return None
    return number if np.isfinite(number) else None


def _is_cost(line: int, criterion: str, cell: str, faults: list[str]) -> bool:
    found = _DIRECTIONS.get(cell.casefold())
    if found is None:
        faults.append(f"Line {line}, {criterion}: “{cell}” is neither more nor less.")
    return bool(found)
