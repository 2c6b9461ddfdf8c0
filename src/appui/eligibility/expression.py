"""The language of the rules of windows, and its value on the facts of a project. Pure.

An expression is JSON: an object with one key, what is done, and what it is done with.

    {"between": ["amount", 50000, 200000]}
    {"if": [{"is": "regional"}, {"at_least": [{"count": "endorsing_states"}, 2]}]}
    {"at_most": [{"sum": ["staff_share", "office_share"]}, 30]}

Tests: ``all`` and ``any`` of a list, ``not``, ``if`` (the second holds wherever the first does),
``is`` (a fact that is yes or no), ``at_least`` ``at_most`` ``above`` ``below`` ``equal`` of two
numbers, ``between`` of a value and two bounds that both count, ``one_of`` of a text and a list,
``includes`` ``includes_any`` ``only`` of a fact that is a list.

Values: a number, the name of a fact that is a number or an amount, ``count`` of a list, ``sum`` of
values, ``share`` of two values: the first in per cent of the second.

A fact may be missing. The value of a test is then found by Kleene's strong logic of three values:
true, false, or None, which is unknown; a share of nothing is unknown too. Numbers are Decimals.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, DivisionByZero, InvalidOperation, Overflow
from typing import Any, Final, Literal, cast

Kind = Literal["yes-no", "number", "amount", "text", "list"]
Value = bool | Decimal | str | tuple[str, ...]
Truth = bool | None
Tree = Mapping[str, Any]

DEEPEST: Final = 20  # objects and lists within one another
LARGEST: Final = 200  # parts of one expression
LONGEST: Final = 8_000  # characters of one
WIDTH: Final = 76  # of a line when it is written
GREATEST: Final = Decimal(10) ** 15
NUMERIC: Final = frozenset({"number", "amount"})
COMPARED: Final[dict[str, Callable[[Decimal, Decimal], bool]]] = {
    "at_least": lambda one, other: one >= other,
    "at_most": lambda one, other: one <= other,
    "above": lambda one, other: one > other,
    "below": lambda one, other: one < other,
    "equal": lambda one, other: one == other,
}
OF_LISTS: Final = ("includes", "includes_any", "only")
TESTS: Final = ("all", "any", "not", "if", "is", *COMPARED, "between", "one_of", *OF_LISTS)
VALUES: Final = ("count", "sum", "share")


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong at ``place`` (the keys and positions that lead there, from 1): ``code`` says
    what, ``given`` what was written, ``wanted`` what may stand there."""

    place: tuple[str, ...]
    code: str
    given: str = ""
    wanted: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """``used`` are the facts the expression names, ``missing`` those that, once known, could settle
    it: none unless ``truth`` is None."""

    truth: Truth
    used: tuple[str, ...]
    missing: tuple[str, ...]


class Unreadable(ValueError):
    """The text is not JSON; ``line`` and ``column`` say where it stops being so."""

    def __init__(self, message: str, line: int, column: int) -> None:
        super().__init__(message)
        self.line, self.column = line, column


def read(text: str) -> Any:
    """The expression that ``text`` writes, numbers as Decimals; raises ``Unreadable``."""
    if len(text) > LONGEST:
        raise Unreadable("too long", 1, LONGEST)
    try:
        return json.loads(
            text,
            parse_float=Decimal,
            parse_int=Decimal,
            parse_constant=_refuse,
            object_pairs_hook=_once,
        )
    except json.JSONDecodeError as error:
        raise Unreadable(error.msg, error.lineno, error.colno) from error
    except (RecursionError, InvalidOperation, ValueError) as error:
        raise Unreadable(str(error), 1, 1) from error


def _refuse(name: str) -> Any:
    raise ValueError(f"{name} is not a number")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object; one that says a key twice would be read as if it said the last alone."""
    made = dict(pairs)
    if len(made) < len(pairs):
        raise ValueError("one key stands twice in one object")
    return made


def write(tree: Any) -> str:
    """``tree`` as text that ``read`` gives back, on lines that a person can read."""
    return _written(tree, 0)


def _written(tree: Any, indent: int) -> str:
    line = _line(tree)
    if len(line) + indent <= WIDTH or not isinstance(tree, Mapping | list | tuple):
        return line
    inner, margin = " " * (indent + 2), " " * indent
    if isinstance(tree, Mapping):
        parts = [f"{json.dumps(k)}: {_written(v, indent + 2)}" for k, v in tree.items()]
        opening, closing = "{", "}"
    else:
        parts = [_written(item, indent + 2) for item in tree]
        opening, closing = "[", "]"
    body = ",\n".join(f"{inner}{part}" for part in parts)
    return f"{opening}\n{body}\n{margin}{closing}"


def _line(tree: Any) -> str:
    if isinstance(tree, Decimal):
        return format(tree, "f") if abs(tree.adjusted()) < WIDTH else str(tree)
    if isinstance(tree, Mapping):
        return "{" + ", ".join(f"{json.dumps(k)}: {_line(v)}" for k, v in tree.items()) + "}"
    if isinstance(tree, list | tuple):
        return "[" + ", ".join(_line(item) for item in tree) + "]"
    return json.dumps(tree, ensure_ascii=False)


# --- Is it well written? ---------------------------------------------------------------------


def problems(tree: Any, vocabulary: Mapping[str, Kind]) -> list[Problem]:
    """What is wrong with an expression over the facts of ``vocabulary``, in reading order; empty
    when it can be evaluated."""
    found: list[Problem] = []
    for size, depth in enumerate(_depths(tree), 1):
        if depth > DEEPEST or size > LARGEST:
            return [Problem((), "too-large", "", f"{DEEPEST} / {LARGEST}")]
    _check_test(tree, (), vocabulary, found)
    return found


def _depths(tree: Any) -> Iterator[int]:
    """How deep each part lies, without calling itself: a deep tree is what it looks for."""
    waiting = [(tree, 1)]
    while waiting:
        part, depth = waiting.pop()
        if isinstance(part, Mapping):
            yield depth
            if depth > DEEPEST:
                return
            waiting += [(value, depth + 1) for value in part.values()]
        elif isinstance(part, list):
            yield depth
            if depth > DEEPEST:
                return
            waiting += [(value, depth + 1) for value in part]


Place = tuple[str, ...]


def _check_test(tree: Any, place: Place, words: Mapping[str, Kind], found: list[Problem]) -> None:
    name, given = _opened(tree, place, TESTS, found)
    if name is None:
        return
    here = (*place, name)
    if name in ("all", "any"):
        if not isinstance(given, list) or not given:
            found.append(Problem(here, "wants-tests"))
            return
        for number, part in enumerate(given, 1):
            _check_test(part, (*here, str(number)), words, found)
    elif name == "not":
        _check_test(given, here, words, found)
    elif name == "if":
        if _has(given, 2, here, found):
            for number, part in enumerate(given, 1):
                _check_test(part, (*here, str(number)), words, found)
    elif name == "is":
        _check_fact(given, here, words, ("yes-no",), found)
    elif name in OF_LISTS or name == "one_of":
        _check_among(name, given, here, words, found)
    elif _has(given, 3 if name == "between" else 2, here, found):
        for number, part in enumerate(given, 1):
            _check_value(part, (*here, str(number)), words, found)


def _opened(
    tree: Any, place: Place, known: Sequence[str], found: list[Problem]
) -> tuple[str | None, Any]:
    """The one key of an object and what stands under it."""
    if not isinstance(tree, Mapping) or len(tree) != 1:
        found.append(Problem(place, "wants-object", _shown(tree), ", ".join(known)))
        return None, None
    ((name, given),) = tree.items()
    if name not in known:
        found.append(Problem(place, "unknown-word", str(name), ", ".join(known)))
        return None, None
    return name, given


def _has(given: Any, count: int, place: Place, found: list[Problem]) -> bool:
    if isinstance(given, list) and len(given) == count:
        return True
    found.append(Problem(place, "wants-count", _shown(given), str(count)))
    return False


def _check_fact(
    given: Any, place: Place, words: Mapping[str, Kind], kinds: Sequence[str], found: list[Problem]
) -> None:
    if not isinstance(given, str) or given not in words:
        fitting = [name for name, kind in words.items() if kind in kinds]
        found.append(Problem(place, "unknown-fact", _shown(given), ", ".join(fitting)))
    elif words[given] not in kinds:
        found.append(Problem(place, "wrong-kind", given, "/".join(kinds)))


def _check_among(
    name: str, given: Any, place: Place, words: Mapping[str, Kind], found: list[Problem]
) -> None:
    if not _has(given, 2, place, found):
        return
    kind = "text" if name == "one_of" else "list"
    _check_fact(given[0], (*place, "1"), words, (kind,), found)
    if name == "includes":
        if not isinstance(given[1], str):
            found.append(Problem((*place, "2"), "wants-text", _shown(given[1])))
    elif (
        not isinstance(given[1], list)
        or not given[1]
        or not all(isinstance(item, str) for item in given[1])
    ):
        found.append(Problem((*place, "2"), "wants-texts", _shown(given[1])))


def _check_value(tree: Any, place: Place, words: Mapping[str, Kind], found: list[Problem]) -> None:
    if isinstance(tree, Decimal | int) and not isinstance(tree, bool):
        if abs(Decimal(tree)) > GREATEST:
            found.append(Problem(place, "too-great", _shown(tree), f"{GREATEST:f}"))
        return
    if isinstance(tree, str):
        _check_fact(tree, place, words, ("number", "amount"), found)
        return
    name, given = _opened(tree, place, VALUES, found)
    if name is None:
        return
    here = (*place, name)
    if name == "count":
        _check_fact(given, here, words, ("list",), found)
        return
    if name == "sum" and (not isinstance(given, list) or not given):
        found.append(Problem(here, "wants-values"))
        return
    if name == "share" and not _has(given, 2, here, found):
        return
    for number, part in enumerate(given, 1):
        _check_value(part, (*here, str(number)), words, found)


def _shown(given: Any) -> str:
    """What was written, cut short."""
    text = given if isinstance(given, str) else _line(given)
    return text if len(text) <= 60 else f"{text[:57]}…"


def facts_of(tree: Any) -> tuple[str, ...]:
    """The facts that a well written expression names, each once, in reading order."""
    return tuple(dict.fromkeys(_named(tree)))


def _named(tree: Any) -> Iterator[str]:
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, Mapping):
        ((name, given),) = tree.items()
        if name in OF_LISTS or name == "one_of":
            given = given[:1]
        for part in given if isinstance(given, list) else [given]:
            yield from _named(part)


# --- Does it hold? ---------------------------------------------------------------------------


def evaluate(tree: Tree, facts: Mapping[str, Value]) -> Outcome:
    """The value of a well written expression; a fact that is not in ``facts`` is missing."""
    truth, missing = settle(tree, facts)
    return Outcome(truth, facts_of(tree), missing)


def settle(tree: Tree, facts: Mapping[str, Value]) -> tuple[Truth, tuple[str, ...]]:
    """The value and what is missing, as in ``Outcome``: for those who judge many by one tree."""
    truth, missing = _test(tree, facts)
    return truth, tuple(dict.fromkeys(missing)) if truth is None else ()


Found = tuple[Truth, list[str]]


def _test(tree: Tree, facts: Mapping[str, Value]) -> Found:
    ((name, given),) = tree.items()
    if name == "all":
        return _conjunction([_test(part, facts) for part in given])
    if name == "any":
        return _negation(_conjunction([_negation(_test(part, facts)) for part in given]))
    if name == "not":
        return _negation(_test(given, facts))
    if name == "if":  # the second, unless the first is false
        where, then = (_test(part, facts) for part in given)
        return _negation(_conjunction([where, _negation(then)]))
    if name == "is":
        return (cast("bool", facts[given]), []) if given in facts else (None, [given])
    if name == "one_of" or name in OF_LISTS:
        return _among(name, given[0], given[1], facts)
    return _compared(name, given, facts)


def _conjunction(parts: Sequence[Found]) -> Found:
    """False when one is, else unknown when one is, else true."""
    if any(truth is False for truth, _missing in parts):
        return False, []
    missing = [name for truth, names in parts if truth is None for name in names]
    return (None, missing) if any(truth is None for truth, _names in parts) else (True, [])


def _negation(part: Found) -> Found:
    truth, missing = part
    return None if truth is None else not truth, missing


def _among(name: str, fact: str, wanted: Any, facts: Mapping[str, Value]) -> Found:
    if fact not in facts:
        return None, [fact]
    value: Any = facts[fact]
    if name == "one_of":
        return value in wanted, []
    if name == "includes":
        return wanted in value, []
    if name == "includes_any":
        return bool(set(value) & set(wanted)), []
    return set(value) <= set(wanted), []


def _compared(name: str, given: Sequence[Any], facts: Mapping[str, Value]) -> Found:
    """A comparison; ``between`` is false as soon as one known bound is passed."""
    values = [_number(part, facts) for part in given]
    if name == "between":
        (value, low, high) = values
        return _conjunction([_pair("at_least", value, low), _pair("at_most", value, high)])
    return _pair(name, values[0], values[1])


Number = tuple[Decimal | None, list[str]]


def _pair(name: str, one: Number, other: Number) -> Found:
    if one[0] is None or other[0] is None:
        return None, [*one[1], *other[1]]
    return COMPARED[name](one[0], other[0]), []


def _number(part: Any, facts: Mapping[str, Value]) -> Number:
    """A value, or None with the facts that are missing for it."""
    if isinstance(part, str):
        return (Decimal(cast("Decimal", facts[part])), []) if part in facts else (None, [part])
    if not isinstance(part, Mapping):
        return Decimal(part), []
    ((name, given),) = part.items()
    if name == "count":
        if given not in facts:
            return None, [given]
        return Decimal(len(cast("tuple[str, ...]", facts[given]))), []
    numbers = [_number(item, facts) for item in given]
    missing = [fact for value, names in numbers if value is None for fact in names]
    known = [value for value, _names in numbers if value is not None]
    if len(known) < len(numbers):
        return None, missing
    if name == "sum":
        return sum(known, Decimal(0)), []
    return _share(known[0], known[1], facts_of(part))


def _share(part: Decimal, whole: Decimal, named: Sequence[str]) -> Number:
    """Per cent of ``whole``; of nothing it is unknown, and so are its facts."""
    try:
        return part * 100 / whole, []
    except (DivisionByZero, InvalidOperation, Overflow):
        return None, list(named)
