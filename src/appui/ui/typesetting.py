"""A typst template with its inputs as PDF/UA-1: tagged, with the fonts inside."""

import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import fontpkg_ibm_plex_sans_arabic as plex
import typst

BLANKS = "\t\n\r\v\f\x85\u2028\u2029"
KEPT_MARKS = frozenset("\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}")


def to_pdf(template: Path, inputs: Mapping[str, str]) -> bytes:
    """The document; nothing but the template is read as markup, nothing is fetched."""
    pdf: bytes = typst.compile(  # type: ignore[misc]  # its overloads leave the input's type open
        _source(template),
        sys_inputs=dict(inputs),
        font_paths=[str(plex.ROOT / "files")],
        ignore_system_fonts=True,
        pdf_standards=["ua-1"],
    )
    return pdf


@cache
def _source(template: Path) -> bytes:
    return template.read_bytes()


def plain(text: object) -> str:
    """``text`` on one line, without control, direction-override or unprintable characters."""
    return " ".join("".join(map(_printable, str(text))).split(" ")).strip()


def _printable(sign: str) -> str:
    if sign in BLANKS:
        return " "
    refused = unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Cn", "Co")
    return "" if refused and sign not in KEPT_MARKS else sign
