"""What was known when a year began: who gave where, for what, how lately and beside whom.

Everything here is counted from rows of earlier years only. A cell is one donor, recipient and
sector that ever saw a gift; a donor's entry is a gift to a cell after as many years without one as
the window holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from appui.intelligence.ranking.history import Codes, History, Weights
from appui.intelligence.ranking.methods import Shares, shares

FADING: Final = 0.6  # what a gift counts for against one of the year after
LONG_FADING: Final = 0.9  # the same for gifts older than the window
ENTRY_FADING: Final = 0.8
RATE_YEARS: Final = 5
NEIGHBOURS: Final = 15
KINDS: Final = 4  # of donors, found in who gives beside whom
PATTERNS: Final = 5  # of donors, found in which recipients or sectors they give to


@dataclass(frozen=True, slots=True)
class Cells:
    """One entry a cell, in the order of donor, recipient and sector."""

    donor: Codes
    recipient: Codes
    sector: Codes
    money: Weights  # in the window
    years: Weights  # of the window, with a gift
    last_year: Weights  # 1 when there was a gift in the year just before
    faded: Weights  # years with a gift, by FADING
    before: Weights  # years with a gift before the window, by LONG_FADING
    entries: Weights  # by ENTRY_FADING, over two windows
    entered: Weights  # 1 when it was entered in the year just before

    @property
    def held(self) -> Weights:
        """1 for a cell with a gift in the window."""
        return (self.years > 0).astype(np.float64)


@dataclass(frozen=True, slots=True)
class Grids:
    """One value of the cells added up: by donor, donor × recipient, donor × sector."""

    overall: Weights
    recipient: Weights
    sector: Weights


@dataclass(frozen=True, slots=True)
class Past:
    """The state of the world on the first day of ``year``.

    ``alike_*`` say which recipients, sectors or donors go together, rows adding up to one for
    recipients and sectors. ``usual`` has a row a donor and a column for each it is usual beside.
    """

    year: int
    window: int
    donors: int
    cells: Cells
    weights: Weights  # of the cells: the square root of what fades
    shares: Shares
    held: Grids
    faded: Grids
    last_year: Grids
    entries: Grids
    entered: Grids
    money: Grids
    recency_recipient: Weights  # 1 / years since the last gift
    recency_sector: Weights
    entry_rate: Weights
    alike_recipients: Weights
    alike_sectors: Weights
    beside: Weights
    same_recipients: Weights
    same_sectors: Weights
    usual: Weights
    recipient_patterns: Weights
    sector_patterns: Weights
    by_recipient: Sequence[Codes]
    by_sector: Sequence[Codes]


def past(table: History, year: int, window: int) -> Past:
    """The rows before ``year`` summed up; those of the year and after are not looked at."""
    known = table.rows_of(table.year < year)
    cells = _cells(known, year, window)
    size = (len(table.names), len(table.recipients), len(table.sectors))
    weights, near = np.sqrt(cells.faded), 1.0 / (year - known.year)
    held, weight = _grids(cells, cells.held, size), _grids(cells, weights, size)
    by = (cells.recipient, cells.donor, cells.sector)
    return Past(
        year=year,
        window=window,
        donors=size[0],
        cells=cells,
        weights=weights,
        shares=shares(table.between(year - window, year - 1)),
        held=held,
        faded=_grids(cells, cells.faded, size),
        last_year=_grids(cells, cells.last_year, size),
        entries=_grids(cells, cells.entries, size),
        entered=_grids(cells, cells.entered, size),
        money=_grids(cells, cells.money, size),
        recency_recipient=_recency(known.donor, known.recipient, near, size[0], size[1]),
        recency_sector=_recency(known.donor, known.sector, near, size[0], size[2]),
        entry_rate=_entry_rate(known, cells, year, window, size[0]),
        alike_recipients=_nearest(
            _alike(_together(cells.donor, cells.recipient, cells.sector, cells.held, size[1]))
        ),
        alike_sectors=_nearest(
            _alike(_together(cells.donor, cells.sector, cells.recipient, cells.held, size[2]))
        ),
        beside=_alike(_together(*by, cells.held, size[0])),
        same_recipients=_alike(weight.recipient @ weight.recipient.T),
        same_sectors=_alike(weight.sector @ weight.sector.T),
        usual=_usual(cells, weights, weight.overall),
        recipient_patterns=_patterns(weight.recipient),
        sector_patterns=_patterns(weight.sector),
        by_recipient=_places(cells.recipient, size[1]),
        by_sector=_places(cells.sector, size[2]),
    )


def _cells(known: History, year: int, window: int) -> Cells:
    keys = _keys(known)
    unique, cell = np.unique(keys, return_inverse=True)
    age, gave = year - known.year, (known.usd > 0).astype(np.float64)
    recent = age <= window

    def total(values: Weights) -> Weights:
        return np.bincount(cell, weights=values, minlength=len(unique)).astype(np.float64)

    entry = _entries(known, keys, window)
    pair, sector = np.divmod(unique, max(len(known.sectors), 1))
    donor, recipient = np.divmod(pair, max(len(known.recipients), 1))
    return Cells(
        donor=donor,
        recipient=recipient,
        sector=sector,
        money=total(known.usd * recent),
        years=total(gave * recent),
        last_year=total(gave * (age == 1)),
        faded=total(gave * FADING ** (age - 1.0)),
        before=total(gave * ~recent * LONG_FADING ** (age - 1.0)),
        entries=total(entry * (age <= 2 * window) * ENTRY_FADING ** (age - 1.0)),
        entered=total(entry * (age == 1)),
    )


def _keys(rows: History) -> Codes:
    return (rows.donor * len(rows.recipients) + rows.recipient) * len(rows.sectors) + rows.sector


def _entries(known: History, keys: Codes, window: int) -> Weights:
    """1 for a row that opens its cell anew; none in the first year, where all would."""
    if not len(keys):
        return np.zeros(0)
    order = np.lexsort((known.year, keys))
    keys, years = keys[order], known.year[order]
    opens = np.ones(len(order), dtype=bool)
    opens[1:] = (keys[1:] != keys[:-1]) | (years[1:] - years[:-1] > window)
    entry = np.zeros(len(order))
    entry[order] = opens & (years > known.year.min()) & (known.usd[order] > 0)
    return entry


def _entry_rate(known: History, cells: Cells, year: int, window: int, donors: int) -> Weights:
    """Entries as a share of all rows of the donor, in the last RATE_YEARS; thin ones to 1 in 5."""
    late = known.year >= year - RATE_YEARS
    entry = _entries(known, _keys(known), window) * late
    entries = np.bincount(known.donor, weights=entry, minlength=donors)
    rows = np.bincount(known.donor, weights=late.astype(np.float64), minlength=donors)
    rate: Weights = (entries + 1) / (rows + RATE_YEARS)
    return rate


def _grids(cells: Cells, values: Weights, size: tuple[int, int, int]) -> Grids:
    donors, recipients, sectors = size
    return Grids(
        np.bincount(cells.donor, weights=values, minlength=donors).astype(np.float64),
        _grid(cells.donor, cells.recipient, values, donors, recipients),
        _grid(cells.donor, cells.sector, values, donors, sectors),
    )


def _grid(rows: Codes, columns: Codes, values: Weights, height: int, width: int) -> Weights:
    flat = np.bincount(rows * width + columns, weights=values, minlength=height * width)
    return flat.reshape(height, width).astype(np.float64)


def _recency(donor: Codes, column: Codes, near: Weights, height: int, width: int) -> Weights:
    recency = np.zeros((height, width))
    np.maximum.at(recency, (donor, column), near)
    return recency


def _together(group: Codes, item: Codes, column: Codes, values: Weights, items: int) -> Weights:
    """How often two items stand in the same group and column; items × items."""
    met = np.zeros((items, items))
    order = np.argsort(group, kind="stable")
    starts = np.flatnonzero(np.diff(group[order], prepend=-1))
    for part in np.split(order, starts[1:]):
        present, row = np.unique(item[part], return_inverse=True)
        columns, place = np.unique(column[part], return_inverse=True)
        local = _grid(row, place, values[part], len(present), len(columns))
        met[np.ix_(present, present)] += local @ local.T
    return met


def _alike(met: Weights) -> Weights:
    """Cosines, nought with oneself."""
    length = np.sqrt(np.diag(met))
    whole = np.outer(length, length)
    cosine: Weights = np.divide(met, whole, out=np.zeros_like(met), where=whole > 0)
    np.fill_diagonal(cosine, 0)
    return cosine


def _nearest(alike: Weights) -> Weights:
    """Only each row's nearest, as shares of one."""
    if len(alike) > NEIGHBOURS:
        least = np.sort(alike, axis=1)[:, -NEIGHBOURS, None]
        alike = np.where(alike >= least, alike, 0)
    return share(alike, axis=1)


def share(values: Weights, axis: int) -> Weights:
    """Values as shares of their sum; nought of nought is nought."""
    whole = values.sum(axis=axis, keepdims=True)
    part: Weights = np.divide(values, whole, out=np.zeros_like(values), where=whole > 0)
    return part


def _usual(cells: Cells, weights: Weights, overall: Weights) -> Weights:
    """The projection of who gave to a pair onto the strongest kinds of donors."""
    scale = np.sqrt(np.maximum(overall, 1e-9))
    values = weights / scale[cells.donor]
    met = _together(cells.recipient, cells.donor, cells.sector, values, len(overall))
    kinds = np.linalg.eigh(met)[1][:, -KINDS:]
    projection: Weights = (kinds @ kinds.T) / scale[None, :]
    return projection


def _patterns(weight: Weights) -> Weights:
    """Donors' log weights with all but the strongest patterns smoothed away."""
    left, size, right = np.linalg.svd(np.log1p(weight), full_matrices=False)
    smooth: Weights = (left[:, :PATTERNS] * size[:PATTERNS]) @ right[:PATTERNS]
    return smooth


def _places(codes: Codes, size: int) -> list[Codes]:
    """The entries of each code."""
    order = np.argsort(codes, kind="stable")
    ends = np.searchsorted(codes[order], np.arange(1, size))
    return list(np.split(order, ends))
