"""Which organisation is meant: names and references made comparable, non-identities refused."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import NamedTuple

from appui.intelligence.ingest.codes import rows_of
from appui.intelligence.ingest.places import is_country

_SPACES = re.compile(r"\s+")


class Organisation(NamedTuple):
    """``key`` groups: the reference in capitals when it identifies, else the folded name."""

    key: str
    name: str
    ref: str | None


@cache
def _placeholders() -> frozenset[str]:
    return frozenset(row["text"] for row in rows_of("placeholders.csv"))


@cache
def _generic_channels() -> frozenset[str]:
    return frozenset(row["code"] for row in rows_of("generic_channels.csv"))


@lru_cache(maxsize=50_000)
def country_of_registration(ref: str | None) -> str | None:
    """The country a reference starts with (``DE-1``), or None."""
    prefix, dash, _ = (ref or "").partition("-")
    return prefix.upper() if dash and is_country(prefix.upper()) else None


@lru_cache(maxsize=50_000)
def identity(name: str | None, ref: str | None) -> Organisation | None:
    """The organisation, or None when neither name nor reference says which.

    Placeholders ("N/A", "Unknown") and generic channel codes ("22000", donor country NGO)
    identify nobody and are dropped.
    """
    clean_name = _meaning(name)
    clean_ref = _meaning(ref)
    if clean_ref is not None and clean_ref.upper().removeprefix("XM-DAC-") in _generic_channels():
        clean_ref = None
    if clean_ref is not None:
        return Organisation(clean_ref.upper(), clean_name or clean_ref, clean_ref)
    if clean_name is not None:
        return Organisation("NAME:" + clean_name.casefold(), clean_name, None)
    return None


def _meaning(text: str | None) -> str | None:
    if text is None:
        return None
    joined = _SPACES.sub(" ", text).strip()
    return None if not joined or joined.casefold() in _placeholders() else joined
