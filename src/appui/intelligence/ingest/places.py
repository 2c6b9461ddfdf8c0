"""Countries by code or by name, to ISO 3166-1 alpha-2, through Unicode's CLDR names."""

from __future__ import annotations

import re
from functools import cache

from babel import Locale
from babel.core import get_global

from appui.intelligence.ingest.codes import rows_of

_GOVERNMENT = re.compile(r"^(?P<place>.+), (?:Royal )?Government of(?: the)?$", re.IGNORECASE)
_USER_ASSIGNED = frozenset(("XK",))  # Kosovo: not in ISO 3166-1, used by IATI and CLDR


@cache
def _codes() -> frozenset[str]:
    names = [str(code) for code in Locale("en").territories]
    assigned = {code for code in names if len(code) == 2 and code.isalpha() and code[0] != "X"}
    return frozenset(assigned - {"EU", "EZ", "UN", "QO", "ZZ"}) | _USER_ASSIGNED


@cache
def is_country(code: str) -> bool:
    return code in _codes()


@cache
def country_code(value: str | None) -> str | None:
    """Alpha-2 for an alpha-2 in any case or an alpha-3 code (``afg``); None when it is neither."""
    text = (value or "").strip().upper()
    if text in _codes():
        return text
    alias = get_global("territory_aliases").get(text, [])
    return alias[0] if len(text) == 3 and len(alias) == 1 and alias[0] in _codes() else None


@cache
def country_named(name: str | None) -> str | None:
    """Alpha-2 for a country's name in English, French or Spanish; None when not recognised."""
    return _names().get((name or "").strip().casefold())


@cache
def government_country(organisation: str | None) -> str | None:
    """The country of ``Germany, Government of``; None for any other organisation."""
    found = _GOVERNMENT.match((organisation or "").strip())
    return country_named(found["place"]) if found else None


@cache
def _names() -> dict[str, str]:
    names: dict[str, str] = {}
    for language in ("es", "fr", "en"):
        for code, name in Locale(language).territories.items():
            if code in _codes():
                names[name.casefold()] = code
                names[name.casefold().replace("&", "and")] = code
    aliases = {row["name"].casefold(): row["code"] for row in rows_of("country_aliases.csv")}
    return names | aliases
