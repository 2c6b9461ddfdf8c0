"""Charts and maps of published flows, drawn once: the same figures give the same picture."""

from decimal import Decimal
from functools import lru_cache

from appui.registry.shapes import world_outlines
from appui.ui import charts, maps

KEPT = 200  # pictures of some 30 kB
Figures = tuple[tuple[str, Decimal], ...]


@lru_cache(maxsize=KEPT)
def bars(figures: Figures, language: str) -> str:
    """Horizontal bars in US dollars, in the order given."""
    return charts.bars(figures, unit="USD", language=language)


@lru_cache(maxsize=KEPT)
def years(figures: tuple[tuple[int, Decimal], ...], language: str) -> str:
    """Upright bars in US dollars from the first year to the last, those without any included."""
    by_year = dict(figures)
    every = range(figures[0][0], figures[-1][0] + 1)
    parts = [(str(year), "", by_year.get(year, Decimal(0))) for year in every]
    return charts.stacked_bars(parts, unit="USD", language=language, width=560)


@lru_cache(maxsize=KEPT)
def world(figures: Figures, language: str, title: str, legend: tuple[str, str]) -> str:
    """The world shaded by US dollars; ``legend`` says what the shades and the blank places are."""
    return maps.choropleth(
        world_outlines(),
        dict(figures),
        language=language,
        title=title,
        legend=maps.Legend(*legend),
    )
