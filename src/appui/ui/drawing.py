"""Vega-Lite specifications drawn on the server as SVG or PNG.

Never draw before a process forks: the child would hang for ever.
"""

import json
from functools import cache, lru_cache
from typing import Any

import fontpkg_ibm_plex_sans_arabic as plex
import vl_convert

from appui.kernel.multilingual import RIGHT_TO_LEFT
from appui.ui.palette import series, tokens

FONT = f"{plex.FAMILY}, Segoe UI, Noto Sans, Noto Sans Arabic, sans-serif"
Spec = dict[str, Any]
KEPT = 64  # drawings of some 30 kB
NO_BREAK = "\N{NO-BREAK SPACE}"
MARKS = {"fr": (",", NO_BREAK), "en": (".", ","), "es": (",", "."), "ar": (".", ",")}


@cache
def register_fonts() -> None:
    """Once a process: text in a font that is not registered disappears without an error."""
    vl_convert.register_font_directory(str(plex.ROOT / "files"))


def is_rtl(language: str) -> bool:
    """Whether ``language`` reads from right to left."""
    return language in RIGHT_TO_LEFT


def svg(spec: Spec, language: str) -> str:
    """``spec`` as SVG, drawn once while it is asked for; nothing is fetched from anywhere."""
    return _drawn(json.dumps(_dressed(spec, language)), language)


@lru_cache(maxsize=KEPT)
def _drawn(spec: str, language: str) -> str:
    register_fonts()
    drawn: str = vl_convert.vegalite_to_svg(spec, **_options(language))
    return drawn


def png(spec: Spec, language: str, scale: float = 2) -> bytes:
    """``spec`` as PNG, ``scale`` pixels for each of its units."""
    register_fonts()
    drawn: bytes = vl_convert.vegalite_to_png(
        _dressed(spec, language), scale=scale, **_options(language)
    )
    return drawn


def _options(language: str) -> dict[str, Any]:
    decimal, thousands = MARKS.get(language, MARKS["en"])
    locale = {"decimal": decimal, "thousands": thousands, "grouping": [3], "currency": ["", ""]}
    return {"allowed_base_urls": [], "format_locale": locale}


def _dressed(spec: Spec, language: str) -> Spec:
    colours = tokens()
    text = {"labelColor": colours["ink-2"], "titleColor": colours["ink-2"]}
    config = {
        "font": FONT,
        "view": {"stroke": None},
        "title": {"color": colours["ink"], "fontSize": 14, "fontWeight": 600},
        "axis": {
            **text,
            "labelFontSize": 13,
            "titleFontSize": 13,
            "titleFontWeight": "normal",
            "gridColor": colours["line"],
            "domainColor": colours["line-strong"],
            "tickColor": colours["line-strong"],
            "labelLimit": 220,
        },
        "legend": {
            **text,
            "labelFontSize": 13,
            "labelLimit": 240,
            "symbolType": "square",
            "layout": {"bottom": {"anchor": "end" if is_rtl(language) else "start"}},
        },
        "range": {"category": series()},
    }
    return {"background": colours["paper"], "padding": 8, "config": config, **spec}
