"""Ranked donors for one recipient and sector, each with its reasons as numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from appui.intelligence.ranking.calibration import inputs
from appui.intelligence.ranking.features import FAMILIES, FEATURES, features, gave_here, standard
from appui.intelligence.ranking.history import Codes, History, Weights
from appui.intelligence.ranking.methods import Method, scores, shares
from appui.intelligence.ranking.model import Model, learn
from appui.intelligence.ranking.past import Past, past
from appui.intelligence.ranking.queries import Query

CENTS: Final = 2
PLACES_NAMED: Final = 3
LATELY: Final = 2


@dataclass(frozen=True, slots=True)
class Gave:
    """Dollars in the window, in how many places or years, and when last."""

    usd: float
    count: int
    last_year: int | None


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Its gifts to the sector elsewhere: how many years and recipients, and its usual size."""

    times: int
    places: tuple[str, ...]  # the recipients most like the one asked for, at most three
    more_places: int
    first_year: int | None
    typical: float | None


@dataclass(frozen=True, slots=True)
class RankedDonor:
    """``gave_here.count`` is years, ``gave_sector.count`` recipients.

    Sizes are dollars a year to one recipient and sector; ``size_fit`` is 1 when the asked
    amount lies within the quartiles and falls with the distance, None when none was asked.
    ``chance`` is of a new commitment in the year, where a model was learned. ``because`` holds
    what each family of features added to the score, the most first: those that raised it only.
    """

    donor: str
    rank: int
    score: float
    incumbent: bool  # gave to this very recipient and sector in the window
    gave_here: Gave
    gave_sector: Gave
    gave_both: Gave
    typical_size: tuple[float, float, float] | None
    size_fit: float | None
    last_year: int | None
    elsewhere: Elsewhere
    before: Gave  # to this very pair, before the window
    begun: int  # relations begun in the last year
    beside: str  # of those that give here, the donor it most often gives beside
    lately: float  # dollars a year here in the last two years of the window
    earlier: float  # dollars a year here in the years of the window before
    chance: float | None = None
    because: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Ranking:
    """``already`` give to this recipient and sector; ``new`` would be new to it; best first.

    ``method`` is what ranked the new ones: geometric where too little is known to learn from.
    ``learned`` are the first and last year a model was learned from.
    """

    recipient: str
    sector: str
    first_year: int
    last_year: int
    method: Method
    already: tuple[RankedDonor, ...]
    new: tuple[RankedDonor, ...]
    learned: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Taught:
    """A table summed up for one year, and the model learned from it: made once, asked often."""

    table: History
    known: Past
    model: Model | None


@dataclass(frozen=True, slots=True)
class _Told:
    """What the model says of each donor that would be new, in the order asked."""

    score: Weights = field(default_factory=lambda: np.zeros(0))
    chance: Weights | None = None
    raised: Mapping[str, Weights] = field(default_factory=dict)

    def said_of(self, place: int, donor: RankedDonor) -> RankedDonor:
        if self.chance is None:
            return donor
        parts = [(family, round(float(part[place]), 4)) for family, part in self.raised.items()]
        because = sorted((part for part in parts if part[1] > 0), key=lambda part: -part[1])
        return replace(donor, chance=float(self.chance[place]), because=tuple(because))


def teach(table: History, *, as_of: int, window: int, model: Model | None) -> Taught:
    """The table ready to be ranked by the model, or by a naive method without one."""
    return Taught(table, past(table, as_of, window), model)


def rank(
    history: History,
    recipient: str,
    sector: str,
    *,
    as_of: int,
    window: int = 5,
    amount: float | None = None,
    method: Method = "geometric",
) -> Ranking:
    """Rank by the years as_of - window to as_of - 1; equal scores go by name.

    Every donor of the window is ranked; by a naive method only those that gave to the recipient,
    the sector or at large have a score above nought. The method appui learns from all years
    before as_of.
    """
    model = learn(history, as_of=as_of, window=window) if method == "appui" else None
    taught = teach(history, as_of=as_of, window=window, model=model)
    return rank_taught(taught, recipient, sector, amount=amount, method=method)


def rank_taught(
    taught: Taught,
    recipient: str,
    sector: str,
    *,
    amount: float | None = None,
    method: Method = "appui",
    most: int | None = None,
) -> Ranking:
    """As ``rank``, with what was made ready before; at most so many new ones.

    Those already there go by the geometric mean: the model knows only of new relations.
    """
    table, known = taught.table, taught.known
    first, last = known.year - known.window, known.year - 1
    window = table.between(first, last)
    here, this = _place(table.recipients, recipient), _place(table.sectors, sector)
    naive = "geometric" if method == "appui" else method
    score = scores(naive, shares(window), here, this)
    everyone = np.unique(window.donor)
    incumbents = _incumbents(known, here, this)
    left = everyone[~np.isin(everyone, incumbents)]
    model = taught.model if method == "appui" else None
    told = _told(known, model, here, this, left) if model is not None and len(left) else _Told()
    if model is not None:
        score = score.copy()
        score[left] = told.score
    first_new = left[np.argsort(-score[left], kind="stable")][:most]

    def judged(donor: int) -> RankedDonor:
        return _judged(taught, window, donor, here, this, float(score[donor]), amount)

    place = {donor: i for i, donor in enumerate(left.tolist())}
    new = [told.said_of(place[donor], judged(donor)) for donor in first_new.tolist()]
    already = [replace(judged(donor), incumbent=True) for donor in incumbents.tolist()]
    return Ranking(
        recipient=recipient,
        sector=sector,
        first_year=first,
        last_year=last,
        method="appui" if model is not None else naive,
        already=_numbered(already),
        new=_numbered(new),
        learned=(model.first, model.last) if model is not None else None,
    )


def _incumbents(known: Past, here: int, this: int) -> Codes:
    cells = gave_here(known, here, this)
    return known.cells.donor[cells[known.cells.years[cells] > 0]]


def _told(known: Past, model: Model, here: int, this: int, left: Codes) -> _Told:
    query = Query(here, this, left, frozenset())
    parts = standard(features(known, here, this)[left]) * model.weights
    score = parts.sum(axis=1)
    raised = {
        family: parts[:, [i for i, name in enumerate(FEATURES) if name in names]].sum(axis=1)
        for family, names in FAMILIES.items()
    }
    return _Told(score, model.chances.of(inputs(known, query, score)), raised)


def _numbered(donors: list[RankedDonor]) -> tuple[RankedDonor, ...]:
    ordered = sorted(donors, key=lambda donor: (-donor.score, donor.donor))
    return tuple(replace(donor, rank=place) for place, donor in enumerate(ordered, 1))


def _judged(
    taught: Taught,
    window: History,
    donor: int,
    here: int,
    this: int,
    score: float,
    amount: float | None,
) -> RankedDonor:
    table, known = taught.table, taught.known
    own = window.rows_of(window.donor == donor)
    to_recipient, to_sector = own.recipient == here, own.sector == this
    both = own.rows_of(to_recipient & to_sector)
    quartiles = _quartiles(_sizes(own))
    late = both.year > known.year - 1 - LATELY
    return RankedDonor(
        donor=table.names[donor],
        rank=0,
        score=score,
        incumbent=False,
        gave_here=_gave(own.rows_of(to_recipient), "year"),
        gave_sector=_gave(own.rows_of(to_sector), "recipient"),
        gave_both=_gave(both, "year"),
        typical_size=quartiles,
        size_fit=_fit(amount, quartiles),
        last_year=int(own.year[own.usd > 0].max()) if (own.usd > 0).any() else None,
        elsewhere=_elsewhere(known, own.rows_of(to_sector & ~to_recipient & (own.usd > 0)), here),
        before=_gave(_older(table, known, donor, here, this), "year"),
        begun=int(known.entered.overall[donor]),
        beside=_beside(taught, donor, here, this),
        lately=round(float(both.usd[late].sum()) / LATELY, CENTS),
        earlier=round(float(both.usd[~late].sum()) / max(known.window - LATELY, 1), CENTS),
    )


def _older(table: History, known: Past, donor: int, here: int, this: int) -> History:
    old = (table.donor == donor) & (table.year < known.year - known.window)
    return table.rows_of(old & (table.recipient == here) & (table.sector == this))


def _elsewhere(known: Past, rows: History, here: int) -> Elsewhere:
    if not len(rows.year):
        return Elsewhere(0, (), 0, None, None)
    places = np.unique(rows.recipient)
    near = known.alike_recipients[here, places] if here >= 0 else np.zeros(len(places))
    given = np.bincount(rows.recipient, weights=rows.usd, minlength=len(rows.recipients))
    order = places[np.lexsort((places, -given[places], -near))]
    named = tuple(rows.recipients[place] for place in order[:PLACES_NAMED].tolist())
    sizes = _sizes(rows)
    return Elsewhere(
        times=len(sizes),
        places=named,
        more_places=len(places) - len(named),
        first_year=int(rows.year.min()),
        typical=round(float(np.median(sizes)), CENTS) if len(sizes) else None,
    )


def _beside(taught: Taught, donor: int, here: int, this: int) -> str:
    """Of the donors that give here, the one that most often gives where this one does."""
    known = taught.known
    incumbents = _incumbents(known, here, this)
    others = incumbents[incumbents != donor]
    if not len(others) or not known.beside[donor, others].max() > 0:
        return ""
    return taught.table.names[int(others[np.argmax(known.beside[donor, others])])]


def _gave(rows: History, counted: str) -> Gave:
    given = rows.rows_of(rows.usd > 0)
    last = int(given.year.max()) if len(given.year) else None
    count = len(np.unique(getattr(given, counted)))
    return Gave(round(float(rows.usd.sum()), CENTS), count, last)


def _sizes(own: History) -> Weights:
    """What the donor gave in a year to one recipient and sector, where more than nought."""
    keys = (own.recipient * (len(own.sectors) + 1) + own.sector) * 10_000 + own.year
    _, group = np.unique(keys, return_inverse=True)
    totals: Weights = np.zeros(0)
    if len(group):
        totals = np.bincount(group, weights=own.usd).astype(np.float64)
    return totals[totals > 0]


def _quartiles(sizes: Weights) -> tuple[float, float, float] | None:
    if not len(sizes):
        return None
    low, middle, high = np.quantile(sizes, (0.25, 0.5, 0.75))
    return round(float(low), CENTS), round(float(middle), CENTS), round(float(high), CENTS)


def _fit(amount: float | None, quartiles: tuple[float, float, float] | None) -> float | None:
    """1 within the quartiles; outside, the ratio to the nearer one."""
    if amount is None or amount <= 0 or quartiles is None:
        return None
    low, _, high = quartiles
    if amount < low:
        return round(amount / low, 4)
    return 1.0 if amount <= high else round(high / amount, 4)


def _place(names: tuple[str, ...], name: str) -> int:
    return names.index(name) if name in names else -1
