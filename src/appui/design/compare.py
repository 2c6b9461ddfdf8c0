"""What differs between two texts, word by word: an engine without Django."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

WORD = re.compile(r"\s+|[^\s]+")
Change = Literal["same", "added", "removed"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text that stands in both, or only in the later, or only in the earlier."""

    change: Change
    text: str


def compare(before: str, after: str) -> list[Piece]:
    """The pieces in reading order: those not added make ``before``, those not removed ``after``."""
    old, new = WORD.findall(before), WORD.findall(after)
    pieces: list[Piece] = []
    for tag, a, b, c, d in SequenceMatcher(str.isspace, old, new).get_opcodes():
        if tag == "equal":
            pieces.append(Piece("same", "".join(old[a:b])))
            continue
        if a < b:
            pieces.append(Piece("removed", "".join(old[a:b])))
        if c < d:
            pieces.append(Piece("added", "".join(new[c:d])))
    return pieces


def words(text: str) -> int:
    """How many words a text has."""
    return len(text.split())


def counted(pieces: list[Piece]) -> tuple[int, int]:
    """How many words were added and removed."""
    return _sum(pieces, "added"), _sum(pieces, "removed")


def _sum(pieces: list[Piece], change: Change) -> int:
    return sum(_words_of(pieces, change))


def _words_of(pieces: list[Piece], change: Change) -> Iterator[int]:
    return (words(piece.text) for piece in pieces if piece.change == change)
