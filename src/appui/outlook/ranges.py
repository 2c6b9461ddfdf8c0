"""The range of a sum of costs whose unit costs are ranges: P10, P50 and P90. Pure.

Each cost is low + … + high around its central value, as one of three distributions:

- triangular (low, central, high): mean (a+m+b)/3, variance (a²+m²+b²−ab−am−bm)/18
- PERT: a beta on [low, high] with α = 1+4(m−a)/(b−a), β = 1+4(b−m)/(b−a): mean (a+4m+b)/6,
  variance (μ−a)(b−μ)/7
- uniform: mean (a+b)/2, variance (b−a)²/12

and the costs move in one of two ways:

- independent: one may be high while another is low. The sum is simulated, because its quantiles
  have no closed form beyond one cost; mean and standard deviation are exact.
- together: all are at the same quantile at once, as when one price drives them. The quantile of the
  sum is then the sum of the quantiles, which is exact; no range is wider.

A simulation repeats to the same bytes: each cost has its own stream of numbers, from the seed and
its key, so that its draws do not depend on which other costs are in the sum. ``METHOD`` changes
whenever the numbers would.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

METHOD = "ranges/1"
SEED = 20_250_331
DRAWS = 10_000
ASKED = (0.1, 0.5, 0.9)
GRID = 4_001
Draws = NDArray[np.float64]


class Shape(StrEnum):
    """How likely the values between low and high are."""

    TRIANGULAR = "triangular"
    PERT = "pert"
    UNIFORM = "uniform"


class Moves(StrEnum):
    """How the costs move with each other."""

    INDEPENDENT = "independent"
    TOGETHER = "together"


@dataclass(frozen=True, slots=True)
class Cost:
    """One cost with its range, in major units. Raises ``ValueError`` out of order."""

    key: str
    low: float
    central: float
    high: float

    def __post_init__(self) -> None:
        if not self.low <= self.central <= self.high:
            raise ValueError(
                f"{self.key}: {self.low}, {self.central}, {self.high} are not in order."
            )

    @property
    def is_range(self) -> bool:
        """Whether it can be anything but its central value."""
        return self.low < self.high


@dataclass(frozen=True, slots=True)
class Range:
    """P10, P50 and P90 of a sum, its mean and standard deviation; ``exact`` without a draw.

    ``sd`` is None where it has no closed form.
    """

    p10: float
    p50: float
    p90: float
    mean: float
    sd: float | None
    exact: bool


def mean(cost: Cost, shape: Shape) -> float:
    """The exact mean of one cost."""
    a, m, b = cost.low, cost.central, cost.high
    if shape == Shape.UNIFORM:
        return (a + b) / 2
    return (a + m + b) / 3 if shape == Shape.TRIANGULAR else (a + 4 * m + b) / 6


def variance(cost: Cost, shape: Shape) -> float:
    """The exact variance of one cost."""
    a, m, b = cost.low, cost.central, cost.high
    if shape == Shape.UNIFORM:
        return (b - a) ** 2 / 12
    if shape == Shape.TRIANGULAR:
        return (a * a + m * m + b * b - a * b - a * m - b * m) / 18
    middle = mean(cost, shape)
    return (middle - a) * (b - middle) / 7


def quantile(cost: Cost, shape: Shape, p: float) -> float:
    """The value below which one cost stays with probability ``p``; PERT to four digits or more."""
    a, m, b = cost.low, cost.central, cost.high
    if not cost.is_range:
        return m
    if shape == Shape.UNIFORM:
        return a + p * (b - a)
    if shape == Shape.PERT:
        return a + (b - a) * _beta_quantile(*_pert(cost), p)
    turn = (m - a) / (b - a)
    if p <= turn:
        return a + sqrt(p * (b - a) * (m - a))
    return b - sqrt((1 - p) * (b - a) * (b - m))


def range_of(
    costs: Iterable[Cost],
    *,
    shape: Shape = Shape.TRIANGULAR,
    moves: Moves = Moves.INDEPENDENT,
    seed: int = SEED,
    draws: int = DRAWS,
) -> Range:
    """The range of the sum of ``costs``, each key once."""
    return Simulation(shape, moves, seed, draws).range_of(list(costs))


@dataclass(slots=True)
class Simulation:
    """Ranges of several sums over the same costs; what was drawn for a cost is kept."""

    shape: Shape = Shape.TRIANGULAR
    moves: Moves = Moves.INDEPENDENT
    seed: int = SEED
    draws: int = DRAWS

    def range_of(self, costs: Sequence[Cost]) -> Range:
        """The range of the sum of ``costs``. Raises ``ValueError`` when a key stands twice."""
        if len({cost.key for cost in costs}) < len(costs):
            raise ValueError("A cost stands twice in the sum.")
        wide = sorted((cost for cost in costs if cost.is_range), key=lambda cost: cost.key)
        fixed = sum(cost.central for cost in costs if not cost.is_range)
        middle = fixed + sum(mean(cost, self.shape) for cost in wide)
        exact = self.moves == Moves.TOGETHER or len(wide) < 2
        if exact:
            at = [fixed + sum(quantile(c, self.shape, p) for c in wide) for p in ASKED]
        else:
            at = [fixed + float(value) for value in np.quantile(self._drawn(wide), ASKED)]
        known = self.moves == Moves.INDEPENDENT or len(wide) < 2
        sd = sqrt(sum(variance(cost, self.shape) for cost in wide)) if known else None
        p10, p50, p90 = at
        return Range(p10, p50, p90, middle, sd, exact)

    def _drawn(self, costs: Sequence[Cost]) -> Draws:
        found = np.zeros(self.draws)
        for cost in costs:
            found += self._of(cost)
        return found

    def _of(self, cost: Cost) -> Draws:
        stream = np.random.SeedSequence([self.seed, crc32(cost.key.encode())])
        rng = np.random.Generator(np.random.PCG64(stream))
        a, m, b = cost.low, cost.central, cost.high
        if self.shape == Shape.UNIFORM:
            return rng.uniform(a, b, self.draws)
        if self.shape == Shape.TRIANGULAR:
            return rng.triangular(a, m, b, self.draws)
        drawn: Draws = a + (b - a) * rng.beta(*_pert(cost), self.draws)
        return drawn


def _pert(cost: Cost) -> tuple[float, float]:
    width = cost.high - cost.low
    return (
        1 + 4 * (cost.central - cost.low) / width,
        1 + 4 * (cost.high - cost.central) / width,
    )


def _beta_quantile(alpha: float, beta: float, p: float) -> float:
    """By summing the density over a fine grid: both parameters are 1 or more, so it is bounded."""
    x = np.linspace(0, 1, GRID)
    density = x ** (alpha - 1) * (1 - x) ** (beta - 1)
    steps = (density[1:] + density[:-1]) / 2
    below = np.concatenate([[0.0], np.cumsum(steps)])
    return float(np.interp(p, below / below[-1], x))
