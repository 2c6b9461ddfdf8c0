"""The outlines behind a small map: provinces of a few countries, or whole countries.

TopoJSON as the registry carries it: object ``places``, geometries identified by their code.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from appui.registry.models import Location
from appui.registry.models.place import LocationKind
from appui.registry.shapes import province_outlines, world_outlines

Topology = Mapping[str, Any]


def provinces(countries: Collection[str]) -> Topology | None:
    """The provinces of countries (ISO 3166-1 alpha-2) in one topology; None when one has none."""
    found = [province_outlines(country) for country in sorted(countries)]
    known = [topology for topology in found if topology is not None]
    return joined(known) if known and len(known) == len(found) else None


def countries(codes: Collection[str]) -> Topology:
    """The outlines of those countries, without the rest of the world."""
    world = world_outlines()
    places = world["objects"]["places"]
    kept = [shape for shape in places["geometries"] if shape.get("id") in codes]
    return {**world, "objects": {"places": {**places, "geometries": kept}}}


def ids(topology: Topology) -> frozenset[str]:
    """The codes of the outlines it holds."""
    shapes = topology["objects"]["places"]["geometries"]
    return frozenset(shape["id"] for shape in shapes if "id" in shape)


def drawn_by(place: Location, topology: Topology) -> list[str]:
    """Its own outline; every province of a country; the country of a province."""
    drawn = ids(topology)
    for outline in (place.shape, place.code):
        if outline in drawn:
            return [outline]
    if place.kind == LocationKind.COUNTRY:
        return sorted(outline for outline in drawn if outline.startswith(f"{place.code}-"))
    return [place.country_code] if place.country_code in drawn else []


def joined(topologies: Iterable[Topology]) -> Topology:
    """Several topologies as one, in plain degrees: each may have had its own scale."""
    arcs: list[list[list[float]]] = []
    shapes: list[dict[str, Any]] = []
    for topology in topologies:
        offset = len(arcs)
        arcs.extend(_in_degrees(topology))
        shapes.extend(
            {**shape, "arcs": _moved(shape["arcs"], offset)}
            for shape in topology["objects"]["places"]["geometries"]
            if "arcs" in shape
        )
    places = {"type": "GeometryCollection", "geometries": shapes}
    return {"type": "Topology", "objects": {"places": places}, "arcs": arcs}


def _in_degrees(topology: Topology) -> list[list[list[float]]]:
    """Arcs with their differences added up and their scale undone."""
    transform = topology.get("transform")
    if transform is None:
        return list(topology["arcs"])
    (scale_x, scale_y), (start_x, start_y) = transform["scale"], transform["translate"]
    decoded = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for step_x, step_y, *_rest in arc:
            x, y = x + step_x, y + step_y
            points.append([x * scale_x + start_x, y * scale_y + start_y])
        decoded.append(points)
    return decoded


def _moved(arcs: Any, offset: int) -> Any:
    """Arc numbers shifted; a reversed arc is written as ``-1 - number``."""
    if isinstance(arcs, int):
        return arcs + offset if arcs >= 0 else arcs - offset
    return [_moved(arc, offset) for arc in arcs]
