"""What columns a kind of row can have, and which column of a file is which. No database here."""

import hashlib
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path
from typing import Any

from appui.kernel.folding import fold
from appui.kernel.multilingual import LANGUAGES
from appui.ui import formats

DATA = Path(__file__).parent / "data"
SURE, LIKELY, PERHAPS = 100, 80, 60
ALIKE = 0.84  # how alike two headings are that differ by a slip of the pen
LONGEST_HEADING = 200
HEADER_WITHIN = 40  # title lines above the headings are not more than these


@dataclass(frozen=True, slots=True)
class Field:
    """One thing a row of a kind can say; ``words`` are its headings by language.

    ``default`` is offered as the same value for every row when the file has no such column.
    """

    name: str
    type: str
    words: Mapping[str, Sequence[str]]
    required: bool = False
    choices: Mapping[str, Sequence[str]] | None = None
    default: str = ""

    @property
    def label(self) -> str:
        """Its name in the language of the page."""
        return self.words[formats.language()][0]

    @property
    def codelist(self) -> str:
        """The code list its cells are read by, empty for none."""
        return self.type.partition(":")[2]


@dataclass(frozen=True, slots=True)
class Guess:
    """A column (from 0) taken for a field, and how sure that is, in percent."""

    column: int
    sureness: int


def plain(text: object) -> str:
    """A heading or a word as compared: folded, without punctuation around it."""
    words = fold(str(text or "")).replace("_", " ").split()
    return " ".join(words).strip(" :;*.,()[]")[:LONGEST_HEADING]


@cache
def _catalogue() -> dict[str, dict[str, Field]]:
    with (DATA / "columns.toml").open("rb") as stream:
        raw = tomllib.load(stream)
    return {kind: {row["name"]: _field(row) for row in rows} for kind, rows in raw.items()}


def _field(row: Mapping[str, Any]) -> Field:
    words = {language: row[language] for language in LANGUAGES}
    rest = {name: row[name] for name in ("required", "choices", "default") if name in row}
    return Field(row["name"], row["type"], words, **rest)


def kinds() -> list[str]:
    """Every kind of row, in the order of the data file."""
    return list(_catalogue())


def fields_of(kind: str) -> Mapping[str, Field]:
    """The fields of a kind by their name."""
    return _catalogue()[kind]


@cache
def _headings(kind: str) -> dict[str, dict[str, str]]:
    """The folded headings of each field, with their language; its own name is one more."""
    return {
        field.name: {plain(word): code for code in LANGUAGES for word in field.words[code]}
        | {plain(field.name): ""}
        for field in fields_of(kind).values()
    }


def guess(kind: str, headers: Sequence[str]) -> dict[str, Guess]:
    """The column of each field that can be told from the headings, surest first; each once."""
    written = [plain(header) for header in headers]
    scores = sorted(
        (
            (-_sureness(written[column], words), place, column, name)
            for place, (name, words) in enumerate(_headings(kind).items())
            for column in range(len(written))
            if written[column]
        ),
    )
    found: dict[str, Guess] = {}
    taken: set[int] = set()
    for score, _place, column, name in scores:
        if score and name not in found and column not in taken:
            found[name] = Guess(column, -score)
            taken.add(column)
    return found


@cache
def _sureness_of(header: str, word: str) -> int:
    if header == word:
        return SURE
    if len(word) > 2 and f" {word} " in f" {header} ":
        return LIKELY
    if len(word) > 3 and SequenceMatcher(None, header, word).ratio() >= ALIKE:
        return PERHAPS
    return 0


def _sureness(header: str, words: Mapping[str, str]) -> int:
    best = max(_sureness_of(header, word) for word in words)
    if best != LIKELY:
        return best
    # “Project start date” is rather the start date than the project: longer words tell more.
    length = max(len(word) for word in words if _sureness_of(header, word) == LIKELY)
    return LIKELY - 10 + min(10, length // 2)


def total_sureness(kind: str, headers: Sequence[str]) -> int:
    """How well the headings fit a kind; what it needs counts twice."""
    found = guess(kind, headers)
    fields = fields_of(kind)
    score = sum(item.sureness * (2 if fields[name].required else 1) for name, item in found.items())
    missing = sum(field.required and name not in found for name, field in fields.items())
    return score - SURE * missing


def header_row(rows: Sequence[tuple[int, Sequence[str]]], kind: str = "") -> int:
    """The number of the row of headings among the first ones; 0 when there is none.

    It is the row that tells the most fields of the kind, of any kind when none is told.
    """
    wanted = [kind] if kind else kinds()
    best, score = 0, 0
    for number, texts in rows[:HEADER_WITHIN]:
        found = max(sum(item.sureness for item in guess(name, texts).values()) for name in wanted)
        if found > score:
            best, score = number, found
    if best:
        return best
    return next((number for number, texts in rows if sum(map(bool, texts)) > 1), 0)


def likeliest_kind(headers: Sequence[str]) -> str:
    """The kind whose columns the headings fit best."""
    return max(kinds(), key=lambda kind: total_sureness(kind, headers))


def language_of(kind: str, headers: Sequence[str]) -> str:
    """The language most headings are written in, empty when they do not tell."""
    written = {plain(header) for header in headers}
    votes = dict.fromkeys(LANGUAGES, 0)
    for field in fields_of(kind).values():
        for code in LANGUAGES:
            votes[code] += len(written & {plain(word) for word in field.words[code]})
    best = max(votes, key=lambda code: votes[code])
    return best if votes[best] else ""


def fingerprint(headers: Sequence[str]) -> str:
    """The same for files with the same headings, whatever their case and accents."""
    return hashlib.sha256("\n".join(map(plain, headers)).encode()).hexdigest()


@cache
def words(group: str) -> frozenset[str]:
    """A list of words met in cells, folded."""
    return frozenset(plain_word(word) for word in _words()[group])


@cache
def currency_words() -> dict[str, tuple[str, ...]]:
    """Signs and names of currencies, folded, to the codes they may mean."""
    return {plain_word(word): tuple(codes) for word, codes in _words()["currencies"].items()}


@cache
def _words() -> dict[str, Any]:
    with (DATA / "words.toml").open("rb") as stream:
        return tomllib.load(stream)


def plain_word(text: str) -> str:
    """A word of a cell as compared: folded, its blanks single."""
    return " ".join(fold(text).split())
