"""Which movements of a fund a line of the bank may be, with a score and why.

Pure: lines and movements as frozen dataclasses in, suggestions out. A line is one movement, or
several of one sign that make its amount to the cent (a collective payment). Nothing is matched
here: a person accepts. The score is out of 100:

    amount   50  (exact, which is required)
    day      30  same day, one point less for each two thirds of a day apart; 0 from 20 days on
    words    20  the bank's reference named in the line, or the share of telling words in common
    several  -5  for each further movement that is needed to make the amount
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

FURTHEST = 20  # days
MOST_PARTS = 4
MOST_NEAR = 14  # movements from which sums are tried, the nearest in time
SHORTEST_WORD = 3


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the bank, or the bank's side of a movement: money in is positive."""

    key: int
    day: date
    amount: Decimal
    text: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Movements that may be a line; ``score`` of 100, ``days`` apart at most, words in common."""

    line: int
    movements: tuple[int, ...]
    score: int
    days: int
    words: tuple[str, ...]


def suggest(lines: Iterable[Entry], movements: Sequence[Entry]) -> list[Suggestion]:
    """The best suggestion of each line, best first; a movement is suggested for one line only."""
    candidates = [found for line in lines for found in of_line(line, movements)]
    chosen: list[Suggestion] = []
    taken: set[int] = set()
    served: set[int] = set()
    for item in sorted(candidates, key=lambda it: (-it.score, it.days, it.line, it.movements)):
        if item.line not in served and taken.isdisjoint(item.movements):
            chosen.append(item)
            served.add(item.line)
            taken.update(item.movements)
    return chosen


def of_line(line: Entry, movements: Sequence[Entry]) -> list[Suggestion]:
    """All that one line may be, best first."""
    near = [
        item
        for item in movements
        if (item.amount > 0) == (line.amount > 0)
        and abs(item.amount) <= abs(line.amount)
        and abs((item.day - line.day).days) <= FURTHEST
    ]
    near.sort(key=lambda item: (abs((item.day - line.day).days), item.key))
    found = [_weigh(line, (item,)) for item in near if item.amount == line.amount]
    if not found:
        found = [_weigh(line, parts) for parts in _sums(line, near[:MOST_NEAR])]
    return sorted(found, key=lambda item: (-item.score, item.days, item.movements))


def _sums(line: Entry, near: Sequence[Entry]) -> list[tuple[Entry, ...]]:
    """Sets of two to four movements that make the amount; at most a few thousand are tried."""
    found: list[tuple[Entry, ...]] = []

    def further(start: int, chosen: tuple[Entry, ...], left: Decimal) -> None:
        for place in range(start, len(near)):
            item = near[place]
            if item.amount == left and chosen:
                found.append((*chosen, item))
            elif abs(item.amount) < abs(left) and len(chosen) + 1 < MOST_PARTS:
                further(place + 1, (*chosen, item), left - item.amount)

    further(0, (), line.amount)
    return found


def _weigh(line: Entry, parts: tuple[Entry, ...]) -> Suggestion:
    days = max(abs((item.day - line.day).days) for item in parts)
    words, share = _common(line, parts)
    day_points = max(0, 30 - days * 3 // 2)
    score = 50 + day_points + round(20 * share) - 5 * (len(parts) - 1)
    return Suggestion(line.key, tuple(sorted(item.key for item in parts)), score, days, words)


def _common(line: Entry, parts: tuple[Entry, ...]) -> tuple[tuple[str, ...], float]:
    """Words that both sides have, and how telling they are: 1 for a shared reference."""
    theirs = telling(f"{line.text} {line.reference}")
    ours = [telling(f"{item.text} {item.reference}") for item in parts]
    flat = compact(f"{line.text} {line.reference}")
    named = [item.reference for item in parts if len(compact(item.reference)) >= SHORTEST_WORD]
    hits = [reference for reference in named if compact(reference) in flat]
    if hits and len(hits) == len(parts):
        return tuple(dict.fromkeys(hits)), 1.0
    shared = theirs & set().union(*ours)
    least = min((len(words) for words in ours if words), default=0)
    share = min(1.0, len(shared) / max(1, min(len(theirs), least))) if shared else 0.0
    return tuple(sorted(shared)), share


def telling(text: str) -> frozenset[str]:
    """Words of three signs or more, without accents and case."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return frozenset(word for word in re.findall(r"\w+", plain) if len(word) >= SHORTEST_WORD)


def compact(text: str) -> str:
    """Letters and figures alone: banks put spaces and hyphens where they like."""
    return re.sub(r"[\W_]", "", text).casefold()
