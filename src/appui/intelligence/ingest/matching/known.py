"""Donors known beforehand: their codes in every scheme and their names, from a file of our own.

The file holds public facts: identifiers of the IATI registry, donor and agency codes of the DAC,
names in several languages. Governments of all countries are known by the country's name.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

from babel import Locale

from appui.intelligence.ingest.matching.names import Written, data, written
from appui.intelligence.ingest.places import is_country

_CHANNEL: Final = "XM-DAC-"


@dataclass(frozen=True, slots=True)
class Known:
    """``parent`` is the key of what it is a part of: an agency's State, a fund's bank."""

    key: str
    name: str
    country: str | None
    parent: str | None
    references: tuple[str, ...]
    names: tuple[str, ...]


@cache
def known_donors() -> dict[str, Known]:
    """By key, in the order of the file."""
    return {row["key"]: _known(row) for row in data("known_donors.csv")}


def _known(row: dict[str, str]) -> Known:
    return Known(
        key=row["key"],
        name=row["name"],
        country=row["country"] or None,
        parent=row["parent"] or None,
        references=(row["key"], *filter(None, row["references"].split("|"))),
        names=(row["name"], *filter(None, row["other_names"].split("|"))),
    )


def state(code: str) -> Known:
    """The government of a country, known by its alpha-2 code."""
    listed = known_donors().get(code)
    return listed or Known(code, str(Locale("en").territories[code]), code, None, (code,), ())


def known_by_key(key: str) -> Known | None:
    """A donor of the file, or the State of an alpha-2 code."""
    return known_donors().get(key) or (state(key) if is_country(key) else None)


@cache
def _by_reference() -> dict[str, str]:
    return {ref: donor.key for donor in known_donors().values() for ref in donor.references}


def known_by_reference(reference: str) -> str | None:
    """The key of the donor with that reference; a bare channel code is one of the DAC's."""
    found = _by_reference()
    key = found.get(reference)
    if key is None and reference.isdigit():
        key = found.get(_CHANNEL + reference)
    if key is None and is_country(reference):
        key = reference
    return key


@cache
def _by_words() -> tuple[dict[frozenset[str], str], dict[str, str]]:
    """Keys by the words of a name, and by an acronym that stands alone."""
    words: dict[frozenset[str], str] = {}
    acronyms: dict[str, str] = {}
    for donor in known_donors().values():
        for name in donor.names:
            taken = written(name)
            words.setdefault(taken.words, donor.key)
            if len(taken.order) == 1 and not taken.countries:
                acronyms[taken.order[0]] = donor.key
            elif donor.country:
                words.setdefault(taken.words | {f"@{donor.country.lower()}"}, donor.key)
    return words, acronyms


def known_by_name(name: Written) -> str | None:
    """The key of the donor that this name is another name of; None when it is not plainly one.

    Of a head and a member of its family ("British Government (DFID)"), the member is meant. A name
    and an acronym that mean two other donors mean none.
    """
    words, acronyms = _by_words()
    given = {acronyms.get(text) for text in name.acronyms}
    found = words.get(name.words) or _by_acronym_and_country(name, acronyms) or name.state
    if found is None:
        alone = next(iter(given)) if len(given) == 1 else None
        return alone if name.words <= name.acronyms or _is_head(name, alone) else None
    named = given - {None}
    if len(name.order) == 1 and not name.countries and name.acronyms and named != {found}:
        return None
    if len(named) == 1 and found == _parent(next(iter(named))):
        return next(iter(named))
    return None if named - {found} else found


def _parent(key: str | None) -> str | None:
    donor = known_donors().get(key or "")
    return donor.parent if donor else None


def _is_head(name: Written, key: str | None) -> bool:
    """Whether the name, beside its acronym, is only the head of the family of ``key``."""
    words, _ = _by_words()
    return key is not None and words.get(name.words) == _parent(key) is not None


def _by_acronym_and_country(name: Written, acronyms: dict[str, str]) -> str | None:
    """ "SIDA - Sweden" and "USA USAID": an acronym, its country, the word government at most."""
    rest = {word for word in name.words if not word.startswith("@")} - {"government"}
    rest |= name.acronyms
    if len(rest) != 1 or len(name.countries) != 1:
        return None
    key = acronyms.get(next(iter(rest)))
    if key is None or known_donors()[key].country not in name.countries:
        return None
    return key
