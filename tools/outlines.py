"""Outlines that share their borders: reading, dissolving, simplifying and writing TopoJSON.

Arcs are kept all along: neighbours share their border before and after, so provinces merge by
dropping the arcs they share and simplification opens no gap between them.
"""

import heapq
import itertools
import json
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

Point = tuple[float, float]
Ring = list[int]  # arc numbers; ~n is arc n walked backwards
Polygon = list[Ring]  # the outer ring, then its holes


@dataclass
class Shapes:
    """Outlines that share their borders; ``polygons`` by the code of the place they draw."""

    arcs: list[list[Point]]
    polygons: dict[str, list[Polygon]]

    def ring(self, ring: Ring) -> list[Point]:
        """The points of a ring; the last repeats the first."""
        points: list[Point] = []
        for number in ring:
            arc = self.arcs[number] if number >= 0 else self.arcs[~number][::-1]
            points += arc if not points else arc[1:]
        return points


# Reading ---------------------------------------------------------------------------------------
def decoded_arcs(topology: dict[str, Any]) -> list[list[Point]]:
    """Arcs in degrees, from the delta-encoded integers of a quantised topology."""
    scale, shift = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for deltas in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in deltas:
            x, y = x + dx, y + dy
            points.append((x * scale[0] + shift[0], y * scale[1] + shift[1]))
        arcs.append(points)
    return arcs


def polygons_of(geometry: dict[str, Any]) -> list[Polygon]:
    return [geometry["arcs"]] if geometry["type"] == "Polygon" else list(geometry["arcs"])


# Geometry --------------------------------------------------------------------------------------


def signed_area(points: list[Point]) -> float:
    """Square degrees shrunk by latitude; negative when clockwise with north up."""
    total = 0.0
    for (x1, y1), (x2, y2) in itertools.pairwise(points):
        step = (x2 - x1 + 180) % 360 - 180  # across the date line, the short way
        total += step * (math.sin(math.radians(y1)) + math.sin(math.radians(y2)))
    return -math.degrees(total) / 2


def box(points: list[Point]) -> tuple[float, float, float, float]:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)


def unrolled(ring: list[Point]) -> list[Point]:
    """The ring with longitudes that run on past 180 degrees rather than jump to the other side."""
    points = [ring[0]]
    for x, y in ring[1:]:
        before = points[-1][0]
        points.append((before + (x - before + 180) % 360 - 180, y))
    return points


def contains(ring: list[Point], point: Point) -> bool:
    x, y = point
    inside = False
    for (x1, y1), (x2, y2) in itertools.pairwise(ring):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside


def representative_point(rings: list[list[Point]]) -> Point:
    """The middle of the widest stretch inside the polygon on 15 parallels; always inside it.

    Parallels near the centre win ties, so a compact country gets a point near its middle.
    """
    _, south, _, north = box(rings[0])
    best, best_width = rings[0][0], -1.0
    for step in range(1, 16):
        y = south + (north - south) * (step + 0.01) / 16
        crossings = sorted(
            x1 + (y - y1) * (x2 - x1) / (y2 - y1)
            for ring in rings
            for (x1, y1), (x2, y2) in itertools.pairwise(ring)
            if (y1 > y) != (y2 > y)
        )
        for west, east in zip(crossings[::2], crossings[1::2], strict=False):
            width = (east - west) * (1 - abs(step - 8) / 16)
            if width > best_width:
                best, best_width = ((west + east) / 2, y), width
    return best


# Dissolving ------------------------------------------------------------------------------------


def cancelled(rings: Iterable[Ring]) -> list[int]:
    """The arcs of ``rings`` less those walked both ways: the borders between the parts."""
    walked = [number for ring in rings for number in ring]
    both_ways = {number for number in walked if ~number in walked}
    return [number for number in walked if number not in both_ways]


def stitched(shapes: Shapes, numbers: list[int]) -> Iterator[Ring]:
    """Closed rings made of the arcs ``numbers``, each walked in its given direction."""

    def ends(number: int) -> tuple[Point, Point]:
        arc = shapes.arcs[number if number >= 0 else ~number]
        return (arc[0], arc[-1]) if number >= 0 else (arc[-1], arc[0])

    leaving = defaultdict(list)
    for number in numbers:
        leaving[ends(number)[0]].append(number)
    for first in numbers:
        start, end = ends(first)
        if first not in leaving[start]:
            continue
        leaving[start].remove(first)
        ring = [first]
        while end != start:
            ring.append(leaving[end].pop())
            end = ends(ring[-1])[1]
        yield ring


def dissolved(shapes: Shapes, polygons: list[Polygon]) -> list[Polygon]:
    """One outline for several neighbours: their shared borders gone, islands and holes kept."""
    rings = list(stitched(shapes, cancelled(ring for polygon in polygons for ring in polygon)))
    outers = [[ring] for ring in rings if signed_area(shapes.ring(ring)) < 0]
    for hole in (ring for ring in rings if signed_area(shapes.ring(ring)) > 0):
        inside = shapes.ring(hole)[0]
        next(o for o in outers if contains(shapes.ring(o[0]), inside)).append(hole)
    return outers


def wound(shapes: Shapes, polygon: Polygon) -> Polygon:
    """Outer ring clockwise and holes the other way, as d3-geo and Vega expect."""
    outer, *holes = polygon
    right = [outer if signed_area(shapes.ring(outer)) < 0 else reversed_ring(outer)]
    return right + [
        hole if signed_area(shapes.ring(hole)) > 0 else reversed_ring(hole) for hole in holes
    ]


def reversed_ring(ring: Ring) -> Ring:
    return [~number for number in reversed(ring)]


# Simplifying -----------------------------------------------------------------------------------


def on_grid(arc: list[Point], cell: float) -> list[Point]:
    """Rounded to the grid, in cells; points that fall together become one."""
    rounded = [(round(x / cell), round(y / cell)) for x, y in arc]
    kept = [p for p, before in zip(rounded, [None, *rounded], strict=False) if p != before]
    return list(kept) if len(kept) > 1 else [rounded[0], rounded[-1]]


def triangle(a: Point, b: Point, c: Point, shrink: float) -> float:
    return abs((b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1])) / 2 * shrink


def simplified(arc: list[Point], least: float, cell: float) -> list[Point]:
    """Visvalingam–Whyatt: points that bend the line by under ``least`` cells² are dropped.

    Both ends stay, since neighbours meet there. An island is judged by its own size, so that the
    small island States keep theirs.
    """
    is_island = arc[0] == arc[-1]
    floor = 4 if is_island else 2
    shrink = max(0.05, math.cos(math.radians(arc[0][1] * cell)))
    if is_island:
        least = min(least, abs(plane_area(arc)) * shrink / 24)
    before = [i - 1 for i in range(len(arc))]
    after = [i + 1 for i in range(len(arc))]
    area = [math.inf] * len(arc)

    def measure(i: int) -> float:
        return triangle(arc[before[i]], arc[i], arc[after[i]], shrink)

    for i in range(1, len(arc) - 1):
        area[i] = measure(i)
    heap = [(area[i], i) for i in range(1, len(arc) - 1)]
    heapq.heapify(heap)
    gone: set[int] = set()
    while heap and len(arc) - len(gone) > floor:
        size, i = heapq.heappop(heap)
        if i in gone or size != area[i]:
            continue
        if size >= least:
            break
        gone.add(i)
        after[before[i]], before[after[i]] = after[i], before[i]
        for side in (before[i], after[i]):
            if 0 < side < len(arc) - 1:
                area[side] = max(size, measure(side))
                heapq.heappush(heap, (area[side], side))
    return [point for i, point in enumerate(arc) if i not in gone]


def is_flat(points: list[Point]) -> bool:
    """Whether a ring, after simplification, encloses nothing."""
    return len(set(points)) < 3 or abs(plane_area(points)) < 1


def plane_area(points: list[Point]) -> float:
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in itertools.pairwise(points)) / 2


def coarser(shapes: Shapes, least: float, cell: float) -> Shapes:
    """Simplified copy; islets under ``least`` are dropped, yet every place keeps an outline."""
    kept_whole: set[int] = set()
    while True:
        arcs = [
            arc if number in kept_whole else simplified(arc, least, cell)
            for number, arc in enumerate(shapes.arcs)
        ]
        result = Shapes(arcs, {})
        crushed: set[int] = set()
        for code, polygons in shapes.polygons.items():
            largest = max(polygons, key=lambda polygon: abs(plane_area(shapes.ring(polygon[0]))))
            if is_flat(result.ring(largest[0])):
                crushed |= {n if n >= 0 else ~n for n in largest[0]}
            result.polygons[code] = [
                thinned
                for polygon in polygons
                if (thinned := without_flat(result, polygon, least, is_main=polygon is largest))
            ]
        if crushed <= kept_whole:
            return result
        kept_whole |= crushed


def without_flat(shapes: Shapes, polygon: Polygon, least: float, *, is_main: bool) -> Polygon:
    outer, *holes = polygon
    points = shapes.ring(outer)
    if not is_main and (is_flat(points) or abs(plane_area(points)) < 4 * least):
        return []
    return [outer, *(hole for hole in holes if not is_flat(shapes.ring(hole)))]


# Writing ---------------------------------------------------------------------------------------


def encoded(shapes: Shapes, cell: float) -> str:
    """A minified TopoJSON whose one object, ``places``, has our codes as ids and nothing else."""
    numbers: dict[int, int] = {}

    def renumbered(ring: Ring) -> Ring:
        return [
            numbers.setdefault(n, len(numbers)) if n >= 0 else ~numbers.setdefault(~n, len(numbers))
            for n in ring
        ]

    geometries = []
    for code, polygons in sorted(shapes.polygons.items()):
        drawn = [[renumbered(ring) for ring in polygon] for polygon in polygons]
        single = len(drawn) == 1
        geometries.append(
            {
                "type": "Polygon" if single else "MultiPolygon",
                "id": code,
                "arcs": drawn[0] if single else drawn,
            }
        )
    topology = {
        "type": "Topology",
        "transform": {"scale": [cell, cell], "translate": [0, 0]},
        "objects": {"places": {"type": "GeometryCollection", "geometries": geometries}},
        "arcs": [deltas(shapes.arcs[number]) for number in numbers],
    }
    return json.dumps(topology, separators=(",", ":")) + "\n"


def deltas(arc: list[Point]) -> list[list[float]]:
    pairs = zip([(0, 0), *arc], arc, strict=False)
    return [[x2 - x1, y2 - y1] for (x1, y1), (x2, y2) in pairs]


def fitted(shapes: Shapes, cell: float, size: int) -> str:
    """The most detailed encoding that stays under ``size`` bytes.

    A place smaller than a cell (Vatican City, the Cocos atolls) is left out: it keeps its point.
    """
    gridded = Shapes([on_grid(arc, cell) for arc in shapes.arcs], shapes.polygons)
    gridded.polygons = {
        code: polygons
        for code, polygons in shapes.polygons.items()
        if not all(is_flat(gridded.ring(polygon[0])) for polygon in polygons)
    }
    least = 0.5
    while len(text := encoded(coarser(gridded, least, cell), cell)) > size:
        least *= 1.15
    return text


def points_drawn(shapes: Shapes) -> dict[str, Point]:
    """A point inside the largest part of each place."""
    points = {}
    for code, polygons in shapes.polygons.items():
        largest = min(polygons, key=lambda polygon: signed_area(shapes.ring(polygon[0])))
        x, y = representative_point([unrolled(shapes.ring(ring)) for ring in largest])
        points[code] = ((x + 180) % 360 - 180, y)
    return points
