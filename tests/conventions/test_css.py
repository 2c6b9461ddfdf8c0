"""Style sheets: one for both directions, and every colour in one place."""

import re

from tests.conventions import PACKAGE, named

SHEETS = sorted(PACKAGE.glob("*/static/**/*.css"))
COMMENT = re.compile(r"(?s)/\*.*?\*/")
PHYSICAL = re.compile(
    r"(?:margin|padding|border|scroll-margin|scroll-padding)-(?:left|right)\b|-(?:left|right)-radius"
    r"|[;{\s](?:left|right)\s*:|(?:text-align|float|clear)\s*:\s*(?:left|right)\b"
)
COLOUR = re.compile(r":[^;{}]*?(#[0-9a-fA-F]{3,8}\b|\b(?:rgb|rgba|hsl|hsla|oklch|lab|lch)\()")


def found(pattern, sheets):
    return {
        named(sheet): hits
        for sheet in sheets
        if (hits := pattern.findall(COMMENT.sub("", sheet.read_text())))
    }


def test_no_sheet_says_left_or_right():
    assert found(PHYSICAL, SHEETS) == {}


def test_colours_stand_in_the_tokens_only():
    assert found(COLOUR, [sheet for sheet in SHEETS if sheet.name != "tokens.css"]) == {}
