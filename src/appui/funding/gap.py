"""The gap: what is needed less what is secured, whole and by pillar, place and years. Pure.

Formulas, in one currency given by the caller:

- missing = max(need − secured, 0); surplus = max(secured − need, 0)
- weighted = Σ probability × amount over what is asked and not yet signed
- missing after asks = max(need − secured − weighted, 0)

Nothing is spread: an amount that names no pillar stands in the row without a pillar, and years
that a line does not split stay together in one row.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Literal

ZERO = Decimal(0)
ONE = Decimal(1)
Dimension = Literal["pillar", "place", "years"]


class Kind(StrEnum):
    """What an amount is in the chain."""

    NEED = "need"
    SECURED = "secured"
    ASKED = "asked"


@dataclass(frozen=True, slots=True)
class Part:
    """One amount and where it stands; ``key`` names the row it comes from.

    ``weight`` is the probability of an ask, 0 to 1; 1 for the other kinds. ``years`` are the first
    and last year, both included. Raises ``ValueError`` for a negative amount or a weight beyond 1.
    """

    key: str
    kind: Kind
    amount: Decimal
    pillar: str | None = None
    place: str | None = None
    years: tuple[int, int] | None = None
    weight: Decimal = ONE

    def __post_init__(self) -> None:
        if self.amount < 0:
            raise ValueError(f"{self.key}: an amount of {self.amount} is below zero.")
        if not ZERO <= self.weight <= ONE:
            raise ValueError(f"{self.key}: a weight of {self.weight} is not between 0 and 1.")
        if self.years is not None and self.years[1] < self.years[0]:
            raise ValueError(f"{self.key}: the years {self.years} are in the wrong order.")


@dataclass(frozen=True, slots=True)
class Cell:
    """The figures of one row, with the parts that make them."""

    label: str | None
    parts: tuple[Part, ...] = field(repr=False)

    def parts_of(self, kind: Kind) -> tuple[Part, ...]:
        """The rows behind one figure."""
        return tuple(part for part in self.parts if part.kind == kind)

    def _sum(self, kind: Kind) -> Decimal:
        return sum((part.amount for part in self.parts_of(kind)), ZERO)

    @property
    def need(self) -> Decimal:
        """What it costs."""
        return self._sum(Kind.NEED)

    @property
    def secured(self) -> Decimal:
        """What is signed, or carried by the State or the organisation itself."""
        return self._sum(Kind.SECURED)

    @property
    def asked(self) -> Decimal:
        """What is asked and not yet signed, at full value."""
        return self._sum(Kind.ASKED)

    @property
    def weighted(self) -> Decimal:
        """What is asked, each ask times its probability."""
        asks = self.parts_of(Kind.ASKED)
        return sum((part.amount * part.weight for part in asks), ZERO)

    @property
    def missing(self) -> Decimal:
        """Need less secured, never below zero; asks are not deducted."""
        return max(self.need - self.secured, ZERO)

    @property
    def surplus(self) -> Decimal:
        """Secured beyond the need."""
        return max(self.secured - self.need, ZERO)

    @property
    def missing_after_asks(self) -> Decimal:
        """Need less secured less the weighted asks, never below zero."""
        return max(self.need - self.secured - self.weighted, ZERO)


def total(parts: Iterable[Part]) -> Cell:
    """All parts in one cell. Raises ``ValueError`` when a row would be counted twice."""
    found = tuple(parts)
    keys = [(part.kind, part.key) for part in found]
    twice = {key for key in keys if keys.count(key) > 1} if len(set(keys)) < len(keys) else set()
    if twice:
        raise ValueError(f"Counted twice: {sorted(key for _kind, key in twice)}.")
    return Cell(None, found)


def by(parts: Iterable[Part], dimension: Dimension) -> list[Cell]:
    """One cell a pillar, place or run of years, by label; the row without one comes last.

    Each part is in exactly one cell, so needs, secured and asked sum to the total.
    """
    found = tuple(parts)
    label = _label_of(dimension, found)
    cells: dict[str | None, list[Part]] = {}
    for part in found:
        cells.setdefault(label(part), []).append(part)
    ordered = sorted(cells.items(), key=lambda item: (item[0] is None, item[0] or ""))
    return [Cell(name, tuple(members)) for name, members in ordered]


def _label_of(dimension: Dimension, parts: Sequence[Part]) -> Callable[[Part], str | None]:
    if dimension == "pillar":
        return lambda part: part.pillar
    if dimension == "place":
        return lambda part: part.place
    runs = _runs([part.years for part in parts if part.years is not None])
    return lambda part: _run_of(part.years, runs)


def _runs(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans that share a year, joined: (2024, 2025) and (2025, 2025) are one run."""
    runs: list[tuple[int, int]] = []
    for first, last in sorted(spans):
        if runs and first <= runs[-1][1]:
            runs[-1] = (runs[-1][0], max(runs[-1][1], last))
        else:
            runs.append((first, last))
    return runs


def _run_of(years: tuple[int, int] | None, runs: Sequence[tuple[int, int]]) -> str | None:
    if years is None:
        return None
    first, last = next(run for run in runs if run[0] <= years[0] <= run[1])
    return str(first) if first == last else f"{first}–{last}"
