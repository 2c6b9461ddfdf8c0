"""Conventions of the style sheets and templates."""

import re
from itertools import product
from pathlib import Path

import pytest

from appui.ui.palette import tokens

UI = Path(__file__).resolve().parent.parent
SHEETS = sorted((UI / "static" / "ui").glob("*.css"))
TEMPLATES = sorted((UI / "templates").rglob("*.html"))
PHYSICAL = re.compile(
    r"(?<![\w-])(?:(?:margin|padding|border|inset)-)?(?:left|right)\b|"
    r"(?<![\w-])(?:margin|padding|border)-(?:top|bottom)\b|(?<![\w-])(?:min-|max-)?(?:width|height)\s*:"
)
COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgb|hsl|oklch)a?\(")


def code(sheet: Path) -> str:
    return re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.S)


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_sheets_use_logical_properties_only(sheet):
    without_queries = re.sub(r"@(?:media|container)[^{]*", "", code(sheet))
    assert PHYSICAL.findall(without_queries) == []


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_colours_live_in_the_tokens(sheet):
    found = [] if sheet.name == "tokens.css" else COLOUR.findall(code(sheet))
    assert found == []


def test_every_token_used_is_defined():
    defined = set(re.findall(r"(--[\w-]+)\s*:", (UI / "static" / "ui" / "tokens.css").read_text()))
    used = {name for sheet in SHEETS for name in re.findall(r"var\((--[\w-]+)", code(sheet))}
    assert used - defined == set()


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(tokens()[one]), luminance(tokens()[other])), reverse=True)
    return (light + 0.05) / (dark + 0.05)


PAPERS = ("paper", "ground", "tint")
PAIRS = [
    *product(("ink", "ink-2", "ink-3", "accent", "accent-strong", "gap", "warn", "good"), PAPERS),
    ("accent-strong", "accent-soft"),
    ("gap", "gap-soft"),
    ("warn", "warn-soft"),
    ("ink-2", "sunk"),
    ("ink-3", "sunk"),
    ("ink-2", "warn-soft"),
    ("ink", "good-soft"),
    ("good", "good-soft"),
    ("on-accent", "accent"),
    ("on-accent", "gap"),
    ("rail-ink", "rail"),
    ("rail-ink", "rail-2"),
    ("rail-quiet", "rail"),
    ("rail-strong", "rail-2"),
]


@pytest.mark.parametrize(("ink", "paper"), PAIRS)
def test_text_stands_out_from_its_paper(ink, paper):
    assert contrast(ink, paper) >= 4.5


@pytest.mark.parametrize(
    ("mark", "paper"),
    [
        ("edge", "paper"),
        ("asked", "paper"),
        ("accent", "ground"),
        ("rail-mark", "rail"),
        ("warn-line", "rail-2"),
    ],
)
def test_marks_and_edges_stand_out_too(mark, paper):
    assert contrast(mark, paper) >= 3


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_templates_carry_no_style_and_no_script_of_their_own(template):
    text = template.read_text()
    assert re.findall(r"\sstyle=|<style|<script(?! src)|\son\w+=", text) == []
