"""The colours of the style sheet, for what is drawn on the server."""

import re
from functools import cache
from pathlib import Path

TOKENS = Path(__file__).resolve().parent / "static" / "ui" / "tokens.css"
SERIES = 8


@cache
def tokens() -> dict[str, str]:
    """Every colour token by name, without the leading dashes."""
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6});", TOKENS.read_text()))


def series() -> list[str]:
    """Colours of the series of a chart, in order."""
    return [tokens()[f"series-{index}"] for index in range(1, SERIES + 1)]


def shades() -> list[str]:
    """From least to most, for a map: one hue, darker is more."""
    return [tokens()[f"shade-{index}"] for index in range(1, 6)]
