"""An organisation's name taken apart: words that mean the same in any spelling or language."""

from __future__ import annotations

import csv
import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final

from babel import Locale

from appui.intelligence.ingest.codes import rows_of
from appui.intelligence.ingest.places import is_country

LONGEST_ACRONYM: Final = 12
MOST_ACRONYMS: Final = 2  # a name with more of them lists several organisations
_SPECIAL: Final = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe"})
_DOTTED: Final = re.compile(r"\b(?:[A-Za-z]\.){2,}[A-Za-z]?(?!\w)")
_APOSTROPHES: Final = re.compile("['’`´\N{REPLACEMENT CHARACTER}]")
_ELIDED: Final = re.compile(r"\b[dl]['’](?=\w)", re.IGNORECASE)
_WORD: Final = re.compile(r"\w+")
_SEGMENTS: Final = re.compile(r"[()\[\]|/;]|\s[-–—]\s|,")
_STATE_WORDS: Final = frozenset(
    ("government", "kingdom", "republic", "royal", "federal", "people", "state", "commonwealth")
)
_TOGETHER: Final = (("co-op", "coop"), ("co-ord", "coord"), ("int'l", "intl"), ("nat'l", "natl"))


@dataclass(frozen=True, slots=True)
class Written:
    """A name as compared. ``order`` holds its words in order, ``@xx`` for a country, no acronyms.

    ``words`` is the same as a set; ``whole`` also has the words that were only an acronym.
    """

    order: tuple[str, ...]
    words: frozenset[str]
    acronyms: frozenset[str]
    numbers: frozenset[str]
    countries: frozenset[str]
    initials: str

    @property
    def state(self) -> str | None:
        """The country whose government, and nothing smaller, this name is; else None."""
        rest = self.words - {f"@{code.lower()}" for code in self.countries}
        is_one = len(self.countries) == 1 and not self.acronyms
        return next(iter(self.countries)) if is_one and not rest - _STATE_WORDS else None

    @property
    def is_distinctive(self) -> bool:
        """Whether it says which organisation, and not only of what kind ("Ministry of Finance")."""
        own = [w for w in self.words if w not in common_words() and not w.startswith("@")]
        return bool(own) or (bool(self.countries) and len(self.words) > 1)


def letters(text: str) -> str:
    """Lower case, without accents or marks; Arabic without vowel signs."""
    lowered = text.casefold()
    if not lowered.isascii():
        parts = unicodedata.normalize("NFKD", lowered).translate(_SPECIAL)
        lowered = "".join(part for part in parts if not unicodedata.combining(part))
    return lowered


@lru_cache(maxsize=50_000)
def written(name: str) -> Written:
    """The name taken apart; an empty one for a name without words."""
    text = _DOTTED.sub(lambda found: found[0].replace(".", ""), name)
    acronyms = _acronyms(text)
    ordered = _meanings(_tokens(text))
    alone = {word for word in ordered if word not in acronyms}
    order = tuple(word for word in ordered if word in alone or not alone)
    found = {word[1:].upper() for word in order if word.startswith("@")}
    return Written(
        order=order,
        words=frozenset(order),
        acronyms=acronyms,
        numbers=frozenset(word for word in order if any(map(str.isdigit, word))),
        countries=frozenset(found),
        initials="".join(word[0] for word in order if not word.startswith("@")),
    )


def _acronyms(text: str) -> frozenset[str]:
    """Segments that are one word with two capitals or more ("(USAID)", "GIZ - …"), folded."""
    segments = [part.strip() for part in _SEGMENTS.split(text)]
    found = set()
    for part in segments:
        is_word = part.isalnum() and 2 <= len(part) <= LONGEST_ACRONYM
        if is_word and sum(map(str.isupper, part)) >= 2 and (len(segments) == 1 or part.isupper()):
            folded = _singular(letters(part))
            if (folded,) not in _phrases():
                found.add(folded)
    return frozenset(found) if len(found) <= MOST_ACRONYMS else frozenset()


def _tokens(text: str) -> list[str]:
    folded = letters(_ELIDED.sub("", text))
    for apart, together in _TOGETHER:
        folded = folded.replace(apart, together)
    return [_singular(word) for word in _WORD.findall(_APOSTROPHES.sub("", folded))]


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("s") and not word.endswith("ss"):
        word = word[:-1]
    return word.replace("ization", "isation")


def _meanings(tokens: list[str]) -> list[str]:
    """Phrases replaced by what they mean, the longest first; words that mean nothing dropped.

    A letter at the end says which one it is: "Fund A".
    """
    phrases, longest = _phrases(), _longest_phrases()
    found, at = list[str](), 0
    while at < len(tokens):
        for length in range(min(longest.get(tokens[at], 1), len(tokens) - at), 0, -1):
            meaning = phrases.get(tuple(tokens[at : at + length]))
            if meaning is not None:
                is_last_letter = at + length == len(tokens) and len(tokens[at]) == 1
                found += meaning or (tokens[at:] if is_last_letter else ())
                at += length
                break
        else:
            found.append(tokens[at])
            at += 1
    return list(dict.fromkeys(found))


@cache
def _phrases() -> dict[tuple[str, ...], tuple[str, ...]]:
    phrases: dict[tuple[str, ...], tuple[str, ...]] = {}
    for code, name in Locale("en").territories.items():
        if is_country(code):
            phrases[tuple(_tokens(name))] = (f"@{code.lower()}",)
    for row in rows_of("country_aliases.csv"):
        phrases[tuple(_tokens(row["name"]))] = (f"@{row['code'].lower()}",)
    for row in data("words.csv"):
        phrases[tuple(_tokens(row["word"]))] = tuple(row["means"].split())
    return phrases


@cache
def _longest_phrases() -> dict[str, int]:
    longest: dict[str, int] = {}
    for phrase in _phrases():
        longest[phrase[0]] = max(longest.get(phrase[0], 1), len(phrase))
    return longest


@cache
def common_words() -> frozenset[str]:
    """Words that say of what kind an organisation is, not which one it is."""
    return frozenset(row["word"] for row in data("common_words.csv"))


def data(name: str) -> list[dict[str, str]]:
    """The rows of a data file beside this module."""
    return list(csv.DictReader(data_text(name).splitlines()))


def data_text(name: str) -> str:
    return (
        files("appui.intelligence.ingest.matching")
        .joinpath("data", name)
        .read_text(encoding="utf-8")
    )
