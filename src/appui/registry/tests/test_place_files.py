"""The place files hold together: codes, names in four languages, outlines that can be drawn."""

import csv
import json
import re
from collections import Counter
from itertools import pairwise
from math import degrees, radians, sin
from pathlib import Path

import pytest

PLACES = Path(__file__).parent.parent / "data" / "places"
LANGUAGES = ("en", "fr", "es", "ar")
# Provinces of each country. Mali: the ten regions and Bamako of ISO 3166-2, not yet the nineteen
# of the 2023 law. Burkina Faso: the thirteen regions before the 2025 renaming.
PROVINCES = {
    "KH": 25, "ML": 11, "NE": 8, "BF": 13, "AG": 8, "BS": 32, "BB": 11, "BZ": 6, "CO": 33,
    "CR": 7, "CU": 16, "DM": 10, "DO": 32, "SV": 14, "GD": 7, "GT": 22, "GY": 10, "HT": 10,
    "HN": 18, "JM": 14, "MX": 32, "NI": 17, "PA": 14, "KN": 14, "LC": 10, "VC": 6, "SR": 10,
    "TT": 15, "VE": 25,
}  # fmt: skip
# A province younger than the outlines is drawn by the one it was cut from.
DRAWN_BY_ANOTHER = {
    "KH-25": "KH-3",
    "ML-9": "ML-7",
    "ML-10": "ML-6",
    "LC-12": "LC-01",
    "PA-10": "PA-8",
    "PA-NT": "PA-1",
}
WITHOUT_OUTLINE = {"AQ", "BV", "CC", "GI", "TK", "UM", "VA"}


def table(name):
    with (PLACES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def rings(name):
    """code → polygons → rings of (longitude, latitude), from a quantised TopoJSON."""
    topology = json.loads((PLACES / name).read_text(encoding="utf-8"))
    scale, shift = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for deltas in topology["arcs"]:
        x = y = 0
        arcs.append([])
        for dx, dy in deltas:
            x, y = x + dx, y + dy
            arcs[-1].append((round(x * scale[0] + shift[0], 6), round(y * scale[1] + shift[1], 6)))
    found = {}
    for shape in topology["objects"]["places"]["geometries"]:
        polygons = [shape["arcs"]] if shape["type"] == "Polygon" else shape["arcs"]
        walked = [[[arcs[n] if n >= 0 else arcs[~n][::-1] for n in r] for r in p] for p in polygons]
        found[shape["id"]] = walked
    return found


def joined(arcs):
    """One ring of its arcs, which must meet end to end."""
    assert [arc[-1] for arc in arcs] == [arc[0] for arc in [*arcs[1:], arcs[0]]]
    return [point for arc in arcs for point in arc[:-1]] + [arcs[0][0]]


def clockwise_area(ring):
    """Square degrees shrunk by latitude; positive when clockwise with north up."""
    steps = (
        ((x2 - x1 + 180) % 360 - 180) * (sin(radians(y1)) + sin(radians(y2)))
        for (x1, y1), (x2, y2) in pairwise(ring)
    )
    return degrees(sum(steps)) / 2


def outline_files():
    return ["world.topo.json", *(f"admin1/{code.lower()}.topo.json" for code in PROVINCES)]


def test_columns_are_the_agreed_ones():
    headers = {
        name: list(table(name)[0]) for name in ("countries.csv", "admin1.csv", "aliases.csv")
    }

    assert headers == {
        "countries.csv": ["iso2", "iso3", "m49", *LANGUAGES, "lat", "lon", "region_en"],
        "admin1.csv": [
            *("country_iso2", "code", "kind_en", *LANGUAGES, "lat", "lon", "shape_id"),
        ],
        "aliases.csv": ["kind", "alias", "code"],
    }


def test_every_country_of_iso_3166_and_kosovo_is_there_once():
    countries = table("countries.csv")

    assert len({row["iso2"] for row in countries}) == len(countries) == 250
    assert len({row["iso3"] for row in countries}) == 250
    assert [row["iso2"] for row in countries if not row["m49"]] == ["XK"]
    assert len({row["m49"] for row in countries}) == 250


def test_every_code_has_its_shape():
    countries, provinces = table("countries.csv"), table("admin1.csv")

    assert [r for r in countries if not re.fullmatch("[A-Z]{2}", r["iso2"])] == []
    assert [r for r in countries if not re.fullmatch("[A-Z]{3}", r["iso3"])] == []
    assert [r for r in countries if not re.fullmatch(r"\d{3}|", r["m49"])] == []
    assert [
        r for r in provinces if not re.fullmatch(f"{r['country_iso2']}-[A-Z0-9]{{1,3}}", r["code"])
    ] == []


def test_provinces_are_counted_by_country():
    provinces = table("admin1.csv")

    assert Counter(row["country_iso2"] for row in provinces) == PROVINCES
    assert len({row["code"] for row in provinces}) == len(provinces)


@pytest.mark.parametrize("name", ["countries.csv", "admin1.csv"])
def test_every_cell_but_kosovo_s_m49_is_filled(name):
    empty = [
        (next(iter(row.values())), key)
        for row in table(name)
        for key, value in row.items()
        if value != value.strip() or not value
    ]

    assert empty == ([("XK", "m49")] if name == "countries.csv" else [])


@pytest.mark.parametrize("name", ["countries.csv", "admin1.csv"])
def test_arabic_names_are_written_in_arabic_and_the_others_in_latin(name):
    arabic = re.compile(r"[\u0600-\u06FF]")
    rows = table(name)

    assert [row["ar"] for row in rows if re.search(r"[A-Za-z]", row["ar"])] == []
    assert [row["ar"] for row in rows if not arabic.search(row["ar"])] == []
    assert [row for row in rows for lang in ("en", "fr", "es") if arabic.search(row[lang])] == []


@pytest.mark.parametrize("name", ["countries.csv", "admin1.csv"])
def test_names_are_told_apart_within_a_country(name):
    for language in LANGUAGES:
        names = Counter((row.get("country_iso2"), row[language]) for row in table(name))
        assert [key for key, count in names.items() if count > 1] == []


def test_provinces_lie_near_their_country():
    boxes = {}
    for code in PROVINCES:
        points = [
            point
            for polygons in rings(f"admin1/{code.lower()}.topo.json").values()
            for polygon in polygons
            for point in joined(polygon[0])
        ]
        longitudes, latitudes = zip(*points, strict=True)
        rounding = 0.01  # points have two decimals
        boxes[code] = (
            min(longitudes) - rounding,
            min(latitudes) - rounding,
            max(longitudes) + rounding,
            max(latitudes) + rounding,
        )

    outside = [
        row["code"]
        for row in table("admin1.csv")
        for west, south, east, north in [boxes[row["country_iso2"]]]
        if not (west <= float(row["lon"]) <= east and south <= float(row["lat"]) <= north)
    ]

    assert outside == []


def test_every_province_names_an_outline_that_exists():
    drawn = {code: set(rings(f"admin1/{code.lower()}.topo.json")) for code in PROVINCES}
    provinces = table("admin1.csv")

    assert [r for r in provinces if r["shape_id"] not in drawn[r["country_iso2"]]] == []
    assert {r["shape_id"] for r in provinces} == set().union(*drawn.values())
    assert {
        r["code"]: r["shape_id"] for r in provinces if r["code"] != r["shape_id"]
    } == DRAWN_BY_ANOTHER


def test_the_world_draws_every_country_but_seven():
    countries = {row["iso2"] for row in table("countries.csv")}

    assert countries - set(rings("world.topo.json")) == WITHOUT_OUTLINE
    assert set(rings("world.topo.json")) - countries == set()


@pytest.mark.parametrize("name", outline_files())
def test_rings_are_closed_and_wound_as_maps_expect(name):
    for polygons in rings(name).values():
        for polygon in polygons:
            outer, *holes = [joined(ring) for ring in polygon]
            assert clockwise_area(outer) > 0
            assert [hole for hole in holes if clockwise_area(hole) >= 0] == []


@pytest.mark.parametrize("name", outline_files())
def test_outlines_carry_codes_and_no_names(name):
    shapes = json.loads((PLACES / name).read_text(encoding="utf-8"))["objects"]["places"]

    assert {key for shape in shapes["geometries"] for key in shape} == {"type", "id", "arcs"}
    assert len({shape["id"] for shape in shapes["geometries"]}) == len(shapes["geometries"])


def test_outlines_are_small_enough_to_sit_in_a_page():
    sizes = {name: (PLACES / name).stat().st_size for name in outline_files()}

    assert sizes.pop("world.topo.json") <= 130_000
    assert [name for name, size in sizes.items() if size > 40_000] == []
    assert sum(sizes.values()) <= 770_000


def test_an_alias_means_one_place_that_exists():
    aliases = table("aliases.csv")
    known = {
        "country": {row["iso2"] for row in table("countries.csv")},
        "admin1": {row["code"] for row in table("admin1.csv")},
    }
    written = Counter((row["kind"], row["alias"].casefold()) for row in aliases)

    assert [key for key, count in written.items() if count > 1] == []
    assert [row for row in aliases if row["code"] not in known[row["kind"]]] == []


def test_no_alias_contradicts_the_name_of_another_country():
    named = {
        row[lang].casefold(): row["iso2"] for row in table("countries.csv") for lang in LANGUAGES
    }
    aliases = [row for row in table("aliases.csv") if row["kind"] == "country"]

    assert [r for r in aliases if named.get(r["alias"].casefold(), r["code"]) != r["code"]] == []


@pytest.mark.parametrize(
    ("spelling", "code"),
    [
        ("Ivory Coast", "CI"),
        ("Côte d'Ivoire", "CI"),
        ("DRC", "CD"),
        ("Congo, The Democratic Republic of the", "CD"),
        ("Viet Nam", "VN"),
        ("Vietnam", "VN"),
        ("Burkina", "BF"),
        ("Syrian Arab Republic", "SY"),
        ("occupied Palestinian territory", "PS"),
        ("China (People's Republic of)", "CN"),
    ],
)
def test_the_spellings_of_published_aid_find_their_country(spelling, code):
    found = {row[lang]: row["iso2"] for row in table("countries.csv") for lang in LANGUAGES}
    found |= {row["alias"]: row["code"] for row in table("aliases.csv") if row["kind"] == "country"}

    assert found[spelling] == code
