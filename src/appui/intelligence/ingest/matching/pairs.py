"""What may be the same organisation: pairs with a score and the reasons, for a person to judge."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from appui.intelligence.ingest.matching.names import Written, common_words, written
from appui.intelligence.ingest.matching.rules import NAMED, NOBODY, Decided, Organisation

SHOWN_FROM: Final = 0.55
_COMMON_POSTINGS: Final = 60  # a word of more organisations than that proposes no pair by itself
_NAMES_COMPARED: Final = 6
_COMMON_WEIGHT: Final = 0.35
_COUNTRY_WEIGHT: Final = 0.6
_TYPO: Final = 0.72
_ONE_COUNTRY: Final = 0.8  # a national branch is often another organisation
_LONG_WORD: Final = 5
What = Literal[
    "same-words",
    "shared-words",
    "contained",
    "misspelt",
    "acronym",
    "initials",
    "same-country",
    "other-country",
    "other-number",
    "part-of",
    "two-references",
    "same-register-number",
]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why two organisations are alike, or not: ``what`` with the words or codes it rests on."""

    what: What
    words: str = ""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two organisations by number; ``score`` is from 0 to 1, two decimals.

    ``cents`` is what would change its donor's name: the lesser money of the two.
    """

    left: int
    right: int
    score: float
    reasons: tuple[Reason, ...]
    cents: int


@dataclass(frozen=True, slots=True)
class _Side:
    """An organisation as compared: its spellings, the most frequent first."""

    organisation: Organisation
    names: tuple[Written, ...]
    numbers: frozenset[str]


def candidates(
    organisations: Sequence[Organisation],
    decided: Iterable[Decided] = (),
    at_least: float = SHOWN_FROM,
) -> list[Pair]:
    """Pairs that a person should judge, the most money first; those already judged left out.

    Only organisations that share a rare word, an acronym or initials are compared.
    """
    sides = {o.no: _side(o) for o in organisations if o.key not in NOBODY}
    weights = _weights(sides.values())
    judged = {frozenset((pair.left, pair.right)) for pair in decided}
    pairs = []
    for left, right in sorted(_blocked(sides, weights)):
        one, two = sides[left], sides[right]
        if _is_judged(one.organisation, two.organisation, judged):
            continue
        score, reasons = _compare(one, two, weights)
        if score >= at_least:
            cents = min(one.organisation.cents, two.organisation.cents)
            pairs.append(Pair(left, right, round(score, 2), reasons, cents))
    return sorted(pairs, key=lambda pair: (-pair.cents, -pair.score, pair.left, pair.right))


def _side(organisation: Organisation) -> _Side:
    distinct = dict.fromkeys(written(n) for n in (organisation.name, *organisation.names))
    names = tuple(name for name in distinct if name.order)[:_NAMES_COMPARED]
    numbers = frozenset(key for key in organisation.keys if key.isdigit())
    return _Side(organisation, names, numbers)


def _weights(sides: Iterable[_Side]) -> dict[str, float]:
    """Rare words weigh more; words of kind, and countries, less."""
    count: defaultdict[str, int] = defaultdict(int)
    total = 0
    for side in sides:
        total += 1
        for word in {word for name in side.names for word in name.words}:
            count[word] += 1
    usual = common_words()
    return {
        word: math.log(1 + total / seen)
        * (_COMMON_WEIGHT if word in usual else _COUNTRY_WEIGHT if word[0] == "@" else 1.0)
        for word, seen in count.items()
    }


def _blocked(sides: dict[int, _Side], weights: dict[str, float]) -> set[tuple[int, int]]:
    """Pairs that share something rare enough to be worth comparing."""
    holders: defaultdict[str, list[int]] = defaultdict(list)
    for no, side in sides.items():
        for mark in sorted({mark for name in side.names for mark in _marks(name)}):
            holders[mark].append(no)
    found: set[tuple[int, int]] = set()
    for held in holders.values():
        if len(held) <= _COMMON_POSTINGS:
            found.update((one, two) for place, one in enumerate(held) for two in held[place + 1 :])
    return found


def _marks(name: Written) -> set[str]:
    """What a name is found by: its words, beginnings of long words, acronyms, initials."""
    usual = common_words()
    own = [word for word in name.words if word not in usual and word[0] != "@"]
    marks = {f"w {word}" for word in own} | {f"a {text}" for text in name.acronyms}
    marks |= {f"b {word[:4]}" for word in own if len(word) > _LONG_WORD}
    marks.add("o " + " ".join(sorted(name.words)))
    if len(name.order) > 2:
        marks.add(f"a {name.initials}")
    if len(name.order) == 1:
        marks.add(f"a {name.order[0]}")
    kinds = sorted(word for word in name.words if word in usual)
    marks |= {f"c {code} {kind}" for code in name.countries for kind in kinds}
    return marks


def _is_judged(one: Organisation, two: Organisation, judged: set[frozenset[str]]) -> bool:
    return any(frozenset((a, b)) in judged for a in one.keys for b in two.keys) if judged else False


def _compare(one: _Side, two: _Side, weights: dict[str, float]) -> tuple[float, tuple[Reason, ...]]:
    """The best of their spellings, then what speaks for or against the two as a whole."""
    best, reasons = 0.0, tuple[Reason, ...]()
    for a in one.names:
        for b in two.names:
            score, found = _alike(a, b, weights)
            if score > best:
                best, reasons = score, found
    factor, more = _circumstances(one, two)
    return min(best * factor, 0.99), (*reasons, *more)


def _alike(a: Written, b: Written, weights: dict[str, float]) -> tuple[float, tuple[Reason, ...]]:
    """How alike two names are, by the weight of the words they share."""
    shared = a.words & b.words
    if a.words == b.words:
        return 0.97, (Reason("same-words", _text(shared)),)
    short = _short_form(a, b)
    weight = {word: weights.get(word, 1.0) for word in a.words | b.words}
    typos = _typos(a.words - shared, b.words - shared)
    common = sum(weight[word] for word in shared)
    common += sum(closeness * min(weight[x], weight[y]) for x, y, closeness in typos)
    in_a, in_b = (sum(weight[word] for word in name.words) for name in (a, b))
    union = in_a + in_b - common
    score = 0.7 * common / union + 0.3 * common / max(min(in_a, in_b), 0.01) if union > 0 else 0.0
    score *= 0.92
    if a.numbers != b.numbers:
        return score * 0.5, (Reason("other-number", _text(a.numbers ^ b.numbers)),)
    if short is not None and short[0] > score:
        return short
    reasons = [Reason("misspelt", f"{x} / {y}") for x, y, _ in typos]
    if shared and min(in_a, in_b) - common < 0.01:
        reasons.insert(0, Reason("contained", _text(shared)))
    elif shared:
        reasons.insert(0, Reason("shared-words", _text(shared)))
    return score, tuple(reasons)


def _short_form(a: Written, b: Written) -> tuple[float, tuple[Reason, ...]] | None:
    """An acronym that both give, or that is one name and the initials of the other."""
    both = a.acronyms & b.acronyms
    if both:
        alone = len(a.order) == 1 or len(b.order) == 1
        return 0.82 if alone else 0.75, (Reason("acronym", _text(both).upper()),)
    for short, long in ((a, b), (b, a)):
        is_short = len(short.order) == 1 and len(short.order[0]) > 2 and len(long.order) > 2
        if is_short and short.order[0] == long.initials:
            return 0.7, (Reason("initials", long.initials.upper()),)
    return None


def _typos(a: frozenset[str], b: frozenset[str]) -> list[tuple[str, str, float]]:
    """Long words that differ by a slip of the pen, each used once."""
    found, free = [], sorted(b)
    for word in sorted(a):
        if len(word) < _LONG_WORD or word[0] == "@":
            continue
        near = [(_closeness(word, other), other) for other in free if len(other) >= _LONG_WORD]
        closeness, other = max(near, default=(0.0, ""))
        if closeness >= _TYPO:
            found.append((word, other, closeness))
            free.remove(other)
    return found


def _closeness(a: str, b: str) -> float:
    """Share of letter pairs in common (Dice); 0 unless the first letters agree."""
    if a[0] != b[0] or abs(len(a) - len(b)) > 3:
        return 0.0
    one, two = ({text[i : i + 2] for i in range(len(text) - 1)} for text in (a, b))
    return 2 * len(one & two) / (len(one) + len(two))


def _circumstances(one: _Side, two: _Side) -> tuple[float, list[Reason]]:
    """What their countries, references and families say, as a factor of the score."""
    a, b = one.organisation, two.organisation
    factor, reasons = 1.0, list[Reason]()
    here, there = _countries(one), _countries(two)
    if here and there and not here & there:
        factor *= 0.4
        reasons.append(Reason("other-country", f"{_text(here)} / {_text(there)}"))
    elif here & there:
        factor *= 1.03
        reasons.append(Reason("same-country", _text(here & there)))
    elif here or there:
        factor *= _ONE_COUNTRY
    if a.key in (b.parent, *_family(b)) or b.key in (a.parent, *_family(a)):
        factor *= 0.3
        reasons.append(Reason("part-of", a.key if b.parent == a.key else b.key))
    elif not a.key.startswith(NAMED) and not b.key.startswith(NAMED):
        factor *= 0.85
        reasons.append(Reason("two-references", f"{a.key} / {b.key}"))
    if one.numbers & two.numbers:
        factor *= 1.1
        reasons.append(Reason("same-register-number", _text(one.numbers & two.numbers)))
    return factor, reasons


def _countries(side: _Side) -> frozenset[str]:
    if side.organisation.country:
        return frozenset((side.organisation.country,))
    return side.names[0].countries if side.names else frozenset()


def _family(organisation: Organisation) -> tuple[str, ...]:
    """The State an unknown organisation would belong to by its country."""
    return (organisation.country,) if organisation.country else ()


def _text(words: Iterable[str]) -> str:
    return ", ".join(sorted(words))
