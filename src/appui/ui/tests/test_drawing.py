"""Charts and maps: text really is drawn, and direction follows the language."""

import re
import struct
import zlib
from decimal import Decimal

import pytest

from appui.ui import charts, maps
from appui.ui.gallery import sample_topology
from appui.ui.palette import shades, tokens

ROWS = [("2031", "Secured", Decimal("2e6")), ("2032", "Missing", Decimal("3e6"))]
WORDS = maps.Legend(values="USD", unknown="no value")


def pixels(png: bytes) -> list[bytes]:
    """The rows of an 8-bit RGBA PNG, unfiltered."""
    data, at, width = b"", 8, 0
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        kind, body = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        if kind == b"IHDR":
            width, depth, colour = struct.unpack(">I4xBB", body[:10])
            assert (depth, colour) == (8, 6)
        data += body if kind == b"IDAT" else b""
        at += 12 + length
    return unfiltered(zlib.decompress(data), width * 4)


def unfiltered(raw: bytes, stride: int) -> list[bytes]:
    rows, before = [], bytes(stride)
    for start in range(0, len(raw), stride + 1):
        kind, line = raw[start], bytearray(raw[start + 1 : start + 1 + stride])
        for i in range(stride):
            a = line[i - 4] if i >= 4 else 0
            b, c = before[i], before[i - 4] if i >= 4 else 0
            nearest = min((abs(b - c), 0, a), (abs(a - c), 1, b), (abs(a + b - 2 * c), 2, c))[2]
            line[i] = (line[i] + (0, a, b, (a + b) // 2, nearest)[kind]) & 255
        before = bytes(line)
        rows.append(before)
    return rows


def inked(language: str, name: str) -> int:
    """Pixels in the very ink of the labels, in a chart of one bar."""
    png = charts.bars_png([(name, Decimal(5))], unit="", language=language, width=200)
    ink = bytes.fromhex(tokens()["ink-2"][1:])
    return sum(row[i : i + 3] == ink for row in pixels(png) for i in range(0, len(row), 4))


@pytest.mark.slow
@pytest.mark.parametrize(("language", "name"), [("fr", "Éthiopie"), ("ar", "إثيوبيا")])
def test_names_are_really_drawn(language, name):
    assert inked(language, name) > inked(language, " ") + 100


@pytest.mark.slow
def test_the_axis_of_amounts_counts_in_millions_and_says_so():
    drawn = charts.stacked_bars(ROWS, unit="USD", language="en")
    assert "M\N{NO-BREAK SPACE}USD" in drawn
    assert "1,000,000" not in drawn
    assert ">3<" in drawn


@pytest.mark.slow
def test_figures_on_an_axis_follow_the_language_with_latin_digits():
    rows = [("a", Decimal(4000))]
    assert "4\N{NO-BREAK SPACE}000" in charts.bars(rows, unit="USD", language="fr")
    assert "4,000" in charts.bars(rows, unit="USD", language="ar")


@pytest.mark.slow
def test_arabic_charts_run_from_right_to_left():
    def places(language: str) -> list[float]:
        drawn = charts.lines(ROWS, unit="USD", language=language)
        return [
            float(re.search(rf'translate\(([\d.]+),[\d.]+\)"[^>]*>{year}<', drawn)[1])
            for year in ("2031", "2032")
        ]

    assert places("fr") == sorted(places("fr"))
    assert places("ar") == sorted(places("ar"), reverse=True)


@pytest.mark.slow
def test_a_part_takes_the_colour_it_is_given():
    drawn = charts.stacked_bars(ROWS, unit="USD", language="en", tones={"Missing": "gap"})
    assert tokens()["gap"] in drawn


@pytest.mark.slow
def test_a_drawing_carries_no_style_that_a_strict_policy_refuses():
    drawn = charts.stacked_bars(ROWS, unit="USD", language="ar")
    assert "style" not in drawn
    assert "http" not in drawn.replace("http://www.w3.org/", "")


def test_classes_of_a_map_hold_as_many_places_each():
    assert maps.breaks([Decimal(n) for n in range(1, 11)]) == [2, 4, 6, 8, 10]
    assert maps.breaks([Decimal(5)] * 4) == [5]
    assert maps.breaks([]) == []


@pytest.mark.slow
def test_a_map_shades_by_value_and_leaves_the_unknown_pale():
    values = {"A": Decimal(10), "B": Decimal(250), "C": Decimal(4000)}
    drawn = maps.choropleth(sample_topology(), values, language="fr", title="Lieux", legend=WORDS)
    fills = re.findall(r'aria-roledescription="geoshape"[^>]*fill="(#[0-9a-f]{6})"', drawn)
    assert fills == [shades()[0], shades()[2], shades()[4], tokens()["sunk"]]
    assert "4\N{NO-BREAK SPACE}000" in drawn


@pytest.mark.slow
def test_a_map_without_values_is_still_a_map():
    drawn = maps.choropleth_png(sample_topology(), {}, language="ar", title="أماكن", legend=WORDS)
    assert drawn.startswith(b"\x89PNG")
