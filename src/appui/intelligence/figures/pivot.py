"""Sums by two groupings as a matrix, with the concentration of givers along each side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from appui.intelligence.corpus import FlowSum
from appui.intelligence.corpus.questions import Key
from appui.intelligence.figures.concentration import Concentration, concentration

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Side:
    """One row or column: its key and label, the sum of its cells, and who gives it.

    ``givers`` is None where the side is itself a giver.
    """

    key: Key
    label: str
    total: Decimal
    givers: Concentration[str] | None


@dataclass(frozen=True, slots=True)
class Matrix:
    """``cells`` by the keys of row and column; an absent cell has no row behind it."""

    rows: tuple[Side, ...]
    columns: tuple[Side, ...]
    cells: Mapping[tuple[Key, Key], FlowSum]
    total: Decimal
    givers: Concentration[str] | None


def matrix_of(
    sums: Iterable[FlowSum],
    *,
    givers_of_rows: Iterable[FlowSum] = (),
    givers_of_columns: Iterable[FlowSum] = (),
    givers: Iterable[FlowSum] = (),
) -> Matrix:
    """The matrix of ``sums`` by two groupings, all of one kind of flow and one source.

    The givers of a side are sums by its grouping and by giver. Years come in order, anything else
    the largest first.
    """
    cells = {(item.keys[0], item.keys[1]): item for item in sums}
    return Matrix(
        rows=_sides(cells.values(), 0, _by_key(givers_of_rows)),
        columns=_sides(cells.values(), 1, _by_key(givers_of_columns)),
        cells=cells,
        total=sum((item.usd for item in cells.values()), ZERO),
        givers=concentration((item.labels[0], item.usd) for item in givers),
    )


def _by_key(sums: Iterable[FlowSum]) -> dict[Key, list[tuple[str, Decimal]]]:
    found: dict[Key, list[tuple[str, Decimal]]] = {}
    for item in sums:
        found.setdefault(item.keys[0], []).append((item.labels[1], item.usd))
    return found


def _sides(
    cells: Iterable[FlowSum], place: int, givers: Mapping[Key, list[tuple[str, Decimal]]]
) -> tuple[Side, ...]:
    totals: dict[Key, Decimal] = {}
    labels: dict[Key, str] = {}
    for item in cells:
        key = item.keys[place]
        totals[key] = totals.get(key, ZERO) + item.usd
        labels[key] = item.labels[place]
    sides = [
        Side(key, labels[key], total, concentration(givers.get(key, ())))
        for key, total in totals.items()
    ]
    return tuple(sorted(sides, key=_order))


def _order(side: Side) -> tuple[bool, Decimal, str]:
    """Years ascending, those without a year last; other sides by size, then by label."""
    if isinstance(side.key, int):
        return (False, Decimal(side.key), "")
    return (side.key is None, -side.total, side.label)
