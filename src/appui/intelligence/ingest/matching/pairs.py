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
_MOST_FACTOR: Final = 1.14  # what circumstances can add
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
        score, reasons = _compare(one, two, weights, at_least)
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


def _compare(
    one: _Side, two: _Side, weights: dict[str, float], at_least: float
) -> tuple[float, tuple[Reason, ...]]:
    """The best of their spellings, then what speaks for or against the two as a whole.

    The reasons are looked for only where the score can reach ``at_least``.
    """
    best, a, b = max(
        ((_alike(a, b, weights), a, b) for a in one.names for b in two.names),
        key=lambda found: found[0],
        default=(0.0, None, None),
    )
    if a is None or b is None or best * _MOST_FACTOR < at_least:
        return 0.0, ()
    factor, more = _circumstances(one, two)
    score = min(best * factor, 0.99)
    return (score, (*_reasons(a, b, weights), *more)) if score >= at_least else (score, ())


def _alike(a: Written, b: Written, weights: dict[str, float]) -> float:
    """How alike two names are, by the weight of the words they share."""
    if a.words == b.words:
        return 0.97
    score = 0.92 * _overlap(a, b, weights)
    if a.numbers != b.numbers:
        return score * 0.5
    short = _short_form(a, b)
    return max(score, short[0]) if short else score


def _overlap(a: Written, b: Written, weights: dict[str, float]) -> float:
    """Mostly the share of all words that both have, partly of the shorter name's words."""
    shared = a.words & b.words
    common = sum(weights.get(word, 1.0) for word in shared)
    for x, y, closeness in _typos(a.words - shared, b.words - shared):
        common += closeness * min(weights.get(x, 1.0), weights.get(y, 1.0))
    if common <= 0:
        return 0.0
    in_a = sum(weights.get(word, 1.0) for word in a.words)
    in_b = sum(weights.get(word, 1.0) for word in b.words)
    return 0.7 * common / (in_a + in_b - common) + 0.3 * common / min(in_a, in_b)


def _reasons(a: Written, b: Written, weights: dict[str, float]) -> list[Reason]:
    """Why ``_alike`` finds two names alike."""
    shared = a.words & b.words
    if a.words == b.words:
        return [Reason("same-words", _text(shared))]
    if a.numbers != b.numbers:
        return [Reason("other-number", _text(a.numbers ^ b.numbers))]
    short = _short_form(a, b)
    if short is not None and short[0] > 0.92 * _overlap(a, b, weights):
        return [short[1]]
    typos = _typos(a.words - shared, b.words - shared)
    reasons = [Reason("misspelt", f"{x} / {y}") for x, y, _ in typos]
    if shared in (a.words, b.words):
        return [Reason("contained", _text(shared)), *reasons]
    return [Reason("shared-words", _text(shared)), *reasons] if shared else reasons


def _short_form(a: Written, b: Written) -> tuple[float, Reason] | None:
    """An acronym that both give, or that is one name and the initials of the other."""
    both = a.acronyms & b.acronyms
    if both:
        alone = len(a.order) == 1 or len(b.order) == 1
        return 0.82 if alone else 0.75, Reason("acronym", _text(both).upper())
    for short, long in ((a, b), (b, a)):
        is_short = len(short.order) == 1 and len(short.order[0]) > 2 and len(long.order) > 2
        if is_short and short.order[0] == long.initials:
            return 0.7, Reason("initials", long.initials.upper())
    return None


def _typos(a: frozenset[str], b: frozenset[str]) -> list[tuple[str, str, float]]:
    """Long words that differ by a slip of the pen, each used once."""
    long = {word for word in b if len(word) >= _LONG_WORD and word[0] != "@"}
    starts = {word[0] for word in long}
    if not starts or not any(word[0] in starts and len(word) >= _LONG_WORD for word in a):
        return []
    found, free = [], sorted(long)
    for word in sorted(word for word in a if len(word) >= _LONG_WORD and word[0] in starts):
        closeness, other = max(
            ((_closeness(word, other), other) for other in free), default=(0.0, "")
        )
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
