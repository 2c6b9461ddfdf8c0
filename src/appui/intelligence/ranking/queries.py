"""The questions of a test year: who gave to a recipient and sector that had not in the window."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from appui.intelligence.ranking.history import Codes, History


@dataclass(frozen=True, slots=True)
class Query:
    """``candidates`` are the donors of the window without the incumbents, alphabetically."""

    recipient: int
    sector: int
    candidates: Codes
    positives: frozenset[int]


def queries(table: History, year: int, window: int) -> list[Query]:
    """Those of one year that some new donor answered, in the order of recipient then sector."""
    past, present = table.between(year - window, year - 1), table.between(year, year)
    incumbents = _donors_by_pair(past.rows_of(past.usd > 0))
    everyone = np.unique(past.donor)
    known, found = set(everyone.tolist()), []
    for pair, givers in sorted(_donors_by_pair(present).items()):
        before = incumbents.get(pair, set())
        positives = (givers & known) - before
        if positives:
            found.append(Query(*pair, _without(everyone, before), frozenset(positives)))
    return found


def held_pairs(table: History, year: int, window: int) -> list[Query]:
    """Every recipient and sector that had a gift in the window, whoever was new to it after.

    Those to which every donor of the window gave are left out: nobody could be new.
    """
    past = table.between(year - window, year - 1)
    incumbents = _donors_by_pair(past.rows_of(past.usd > 0))
    now = _donors_by_pair(table.between(year, year))
    everyone = np.unique(past.donor)
    known, found = set(everyone.tolist()), []
    for pair, before in sorted(incumbents.items()):
        left = _without(everyone, before)
        if len(left):
            positives = (now.get(pair, set()) & known) - before
            found.append(Query(*pair, left, frozenset(positives)))
    return found


def _without(everyone: Codes, before: set[int]) -> Codes:
    return everyone[~np.isin(everyone, np.fromiter(before, np.int64, len(before)))]


def _donors_by_pair(rows: History) -> dict[tuple[int, int], set[int]]:
    pairs: dict[tuple[int, int], set[int]] = {}
    columns = (rows.recipient.tolist(), rows.sector.tolist(), rows.donor.tolist())
    for recipient, sector, donor in zip(*columns, strict=True):
        pairs.setdefault((recipient, sector), set()).add(donor)
    return pairs
