"""Outlines of places, as TopoJSON with the object ``places`` and our codes as ids."""

import json
from functools import lru_cache
from typing import Any

from appui.registry.reference import DATA

SHAPES = DATA / "places"


@lru_cache(maxsize=1)
def world_outlines() -> dict[str, Any]:
    """Every country, ids are ISO 3166-1 alpha-2."""
    outlines: dict[str, Any] = json.loads((SHAPES / "world.topo.json").read_text("utf-8"))
    return outlines


@lru_cache(maxsize=40)
def province_outlines(country: str) -> dict[str, Any] | None:
    """The provinces of a country (ISO 3166-1 alpha-2), ids are ISO 3166-2; None without them."""
    path = SHAPES / "admin1" / f"{country.lower()}.topo.json"
    if not country.isalpha() or not path.exists():
        return None
    outlines: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return outlines
