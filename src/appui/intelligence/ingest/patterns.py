"""Split rows of one amount: every sector by every place by every year, summing to the whole."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from appui.intelligence.ingest.money import allocate, allocate_amount
from appui.intelligence.ingest.rows import ONE_SHARE, Cell
from appui.intelligence.ingest.splits import PlaceSplit, Split


class Pattern(NamedTuple):
    """Cells and the weights by which an amount is divided among them."""

    cells: tuple[Cell, ...]
    weights: tuple[int, ...]

    def divide(self, units: int, cents: int | None) -> Iterable[tuple[Cell, int, int | None]]:
        if len(self.cells) == 1:
            return ((self.cells[0], units, cents),)
        amounts = allocate_amount(units, self.weights)
        dollars = [None] * len(amounts) if cents is None else allocate(cents, self.weights)
        return zip(self.cells, amounts, dollars, strict=True)


@lru_cache(maxsize=4096)
def pattern(sectors: Split, places: PlaceSplit, years: tuple[int, ...], basis: str) -> Pattern:
    """Cells in the order sector, place, year; ``years`` weigh the same and may be empty."""
    sector_shares = allocate(ONE_SHARE, [part.weight for part in sectors.parts])
    place_shares = allocate(ONE_SHARE, [weight for _, _, weight in places.parts])
    cells, weights = [], []
    for part, sector_share in zip(sectors.parts, sector_shares, strict=True):
        for place, place_share in zip(places.parts, place_shares, strict=True):
            country, region, weight = place
            for year in years or (None,):
                cells.append(
                    Cell(  # in the order of the class
                        year,
                        sectors.vocabulary,
                        part.code,
                        sector_share,
                        sectors.basis,
                        country,
                        region,
                        place_share,
                        places.basis,
                        basis,
                    )
                )
                weights.append(part.weight * weight)
    return Pattern(tuple(cells), tuple(weights))
