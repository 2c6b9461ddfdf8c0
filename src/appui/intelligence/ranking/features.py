"""The forty things looked at in a donor for a recipient and a sector, each with its meaning.

A value is comparable between the donors of one query only; the model reads it as standard
deviations from their mean.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from appui.intelligence.ranking.history import Codes, Weights
from appui.intelligence.ranking.methods import scores
from appui.intelligence.ranking.past import Grids, Past, share

FEATURES: Final[dict[str, str]] = {
    "active": "gave anything in the last year",
    "size": "share of all money",
    "entered_lately": "new relations begun in the last year",
    "entry_rate": "new relations as a share of what it does",
    "recipients": "how many recipients it funds",
    "sectors": "how many sectors it funds",
    "activity": "how much it does, fading with time",
    "country_share": "share of the recipient's money",
    "country_activity": "what it does in the recipient, fading with time",
    "country_last_year": "what it did in the recipient in the last year",
    "country_focus": "the recipient's part of what it does",
    "country_entry_focus": "the recipient's part of its new relations",
    "country_entries": "new relations begun in the recipient",
    "country_money_focus": "the recipient's part of its money",
    "country_breadth": "part of the recipient's sectors it funds",
    "country_recency": "how lately it gave to the recipient",
    "sector_share": "share of the sector's money",
    "sector_activity": "what it does in the sector, fading with time",
    "sector_last_year": "what it did in the sector in the last year",
    "sector_spread": "part of its recipients, last year, where it funds the sector",
    "sector_entries": "relations begun in the sector in the last year",
    "sector_focus": "the sector's part of what it does",
    "sector_entry_focus": "the sector's part of its new relations",
    "sector_money_focus": "the sector's part of its money",
    "sector_recency": "how lately it gave to the sector",
    "both_shares": "geometric mean of its shares of recipient and sector",
    "both_activity": "what its work in the recipient and in the sector lets expect here",
    "both_entries": "what its new relations in the recipient and in the sector let expect here",
    "returned": "gave to this very pair before the window",
    "neighbours_entered": "new relations for the sector in recipients like this one",
    "neighbours": "what it does for the sector in recipients like this one",
    "related_entered": "new relations in the recipient in sectors that go with this one",
    "related": "what it does in the recipient in sectors that go with this one",
    "kind": "is of the kind of donors that gave to this pair",
    "country_pattern": "its pattern of recipients lets expect this one",
    "sector_pattern": "its pattern of sectors lets expect this one",
    "beside_country": "usually gives where the recipient's donors give",
    "beside_sector": "usually gives where the sector's donors give",
    "like_here_countries": "has the same recipients as those that give here",
    "like_here_sectors": "has the same sectors as those that give here",
}
FAMILIES: Final[dict[str, tuple[str, ...]]] = {
    "donor": (
        "active",
        "size",
        "entered_lately",
        "entry_rate",
        "recipients",
        "sectors",
        "activity",
    ),
    "country": (
        *(name for name in FEATURES if name.startswith("country_")),
        "related_entered",
        "related",
    ),
    "sector": (
        *(name for name in FEATURES if name.startswith("sector_")),
        "neighbours_entered",
        "neighbours",
    ),
    "both": ("both_shares", "both_activity", "both_entries"),
    "returned": ("returned",),
    "company": (
        "kind",
        "beside_country",
        "beside_sector",
        "like_here_countries",
        "like_here_sectors",
    ),
}
SMALL: Final = 1e-4
SMALL_PART: Final = 1e-3
HALF_KNOWN: Final = 0.05  # so that nothing known on one side is not nothing


def features(known: Past, recipient: int, sector: int) -> Weights:
    """A row a donor, a column a feature in the order of FEATURES.

    ``recipient`` or ``sector`` is -1 where the past does not have it: nothing is known of it.
    """
    found = (
        _at_large(known)
        | _in_recipient(known, recipient)
        | _in_sector(known, sector)
        | _in_both(known, recipient, sector)
        | _by_neighbours(known, recipient, sector)
        | _by_company(known, recipient, sector)
    )
    return np.column_stack([found[name] for name in FEATURES])


def standard(values: Weights) -> Weights:
    """Each column as standard deviations from its mean; nought where all are the same."""
    away = values - values.mean(axis=0)
    spread = away.std(axis=0)
    scaled: Weights = np.divide(away, spread, out=np.zeros_like(away), where=spread > SMALL**2)
    return scaled


def gave_here(known: Past, recipient: int, sector: int) -> Codes:
    """The cells of a recipient and sector."""
    if recipient < 0 or sector < 0:
        return np.zeros(0, dtype=np.int64)
    cells = known.by_recipient[recipient]
    here: Codes = cells[known.cells.sector[cells] == sector]
    return here


def _at_large(known: Past) -> dict[str, Weights]:
    return {
        "active": (known.last_year.overall > 0).astype(np.float64),
        "size": np.log(np.maximum(known.shares.overall, 0) + SMALL),
        "entered_lately": np.log1p(known.entered.overall),
        "entry_rate": known.entry_rate,
        "recipients": np.log1p((known.held.recipient > 0).sum(axis=1)),
        "sectors": np.log1p((known.held.sector > 0).sum(axis=1)),
        "activity": np.log1p(known.faded.overall),
    }


def _in_recipient(known: Past, recipient: int) -> dict[str, Weights]:
    faded = _column(known.faded.recipient, recipient)
    entries = _column(known.entries.recipient, recipient)
    money = _column(known.money.recipient, recipient)
    here = known.by_recipient[recipient] if recipient >= 0 else np.zeros(0, dtype=np.int64)
    funded = np.unique(known.cells.sector[here[known.cells.years[here] > 0]])
    return {
        "country_share": np.log(_row(known.shares.to_recipient, recipient) + SMALL),
        "country_activity": np.log1p(faded),
        "country_last_year": np.log1p(_column(known.last_year.recipient, recipient)),
        "country_focus": np.log(_part(faded, known.faded.recipient) + SMALL_PART),
        "country_entry_focus": np.log(_part(entries, known.entries.recipient) + SMALL_PART),
        "country_entries": np.log1p(entries),
        "country_money_focus": np.log(_part(money, known.money.recipient) + SMALL),
        "country_breadth": _column(known.held.recipient, recipient) / max(len(funded), 1),
        "country_recency": _column(known.recency_recipient, recipient),
    }


def _in_sector(known: Past, sector: int) -> dict[str, Weights]:
    faded = _column(known.faded.sector, sector)
    entries = _column(known.entries.sector, sector)
    last_year = _column(known.last_year.sector, sector)
    money = _column(known.money.sector, sector)
    recipients = (known.last_year.recipient > 0).sum(axis=1)
    return {
        "sector_share": np.log(_row(known.shares.to_sector, sector) + SMALL),
        "sector_activity": np.log1p(faded),
        "sector_last_year": np.log1p(last_year),
        "sector_spread": last_year / np.maximum(recipients, 1),
        "sector_entries": np.log1p(_column(known.entered.sector, sector)),
        "sector_focus": np.log(_part(faded, known.faded.sector) + SMALL_PART),
        "sector_entry_focus": np.log(_part(entries, known.entries.sector) + SMALL_PART),
        "sector_money_focus": np.log(_part(money, known.money.sector) + SMALL),
        "sector_recency": _column(known.recency_sector, sector),
    }


def _in_both(known: Past, recipient: int, sector: int) -> dict[str, Weights]:
    geometric = scores("geometric", known.shares, recipient, sector)
    cells = gave_here(known, recipient, sector)
    before = _by_donor(known, cells, known.cells.before[cells])
    return {
        "both_shares": np.log(np.maximum(geometric, 0) + SMALL),
        "both_activity": _expected(known.faded, recipient, sector),
        "both_entries": _expected(known.entries, recipient, sector),
        "returned": np.log1p(before),
    }


def _by_neighbours(known: Past, recipient: int, sector: int) -> dict[str, Weights]:
    """What it does elsewhere, each place counting by its likeness to the one asked for."""
    cells = known.cells
    elsewhere = known.by_sector[sector] if min(recipient, sector) >= 0 else cells.donor[:0]
    others = known.by_recipient[recipient] if min(recipient, sector) >= 0 else cells.donor[:0]
    near = known.alike_recipients[recipient, cells.recipient[elsewhere]]
    related = known.alike_sectors[sector, cells.sector[others]]
    weight = known.weights
    return {
        "neighbours_entered": _by_donor(known, elsewhere, near * cells.entries[elsewhere]),
        "neighbours": _by_donor(known, elsewhere, near * weight[elsewhere]),
        "related_entered": _by_donor(known, others, related * cells.entries[others]),
        "related": _by_donor(known, others, related * weight[others]),
    }


def _by_company(known: Past, recipient: int, sector: int) -> dict[str, Weights]:
    """What the donors that gave to the recipient, the sector or both say of another."""
    cells = gave_here(known, recipient, sector)
    scaled = _by_donor(known, cells, known.weights[cells])
    here = share(_by_donor(known, cells, known.cells.held[cells]), axis=0)
    in_recipient = share(np.log1p(_column(known.faded.recipient, recipient)), axis=0)
    in_sector = share(np.log1p(_column(known.faded.sector, sector)), axis=0)
    return {
        "kind": known.usual @ scaled,
        "country_pattern": _column(known.recipient_patterns, recipient),
        "sector_pattern": _column(known.sector_patterns, sector),
        "beside_country": known.beside @ in_recipient,
        "beside_sector": known.beside @ in_sector,
        "like_here_countries": known.same_recipients @ here,
        "like_here_sectors": known.same_sectors @ here,
    }


def _expected(grids: Grids, recipient: int, sector: int) -> Weights:
    """Log of the product of the donor's two sums over its whole, as if the two did not interact."""
    here, this = _column(grids.recipient, recipient), _column(grids.sector, sector)
    expected = (here + HALF_KNOWN) * (this + HALF_KNOWN) / (grids.overall + 1)
    return np.log(expected + SMALL_PART)


def _part(values: Weights, grid: Weights) -> Weights:
    """Of each donor's row sum."""
    whole = grid.sum(axis=1)
    part: Weights = np.divide(values, whole, out=np.zeros_like(whole), where=whole > 0)
    return np.maximum(part, 0)


def _by_donor(known: Past, cells: Codes, values: Weights) -> Weights:
    donors = known.cells.donor[cells]
    return np.bincount(donors, weights=values, minlength=known.donors).astype(np.float64)


def _column(grid: Weights, place: int) -> Weights:
    return grid[:, place] if place >= 0 else np.zeros(len(grid))


def _row(table: Weights, place: int) -> Weights:
    return np.maximum(table[place], 0) if place >= 0 else np.zeros(table.shape[1])
