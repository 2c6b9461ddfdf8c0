"""A problem written by hand, as TOML: see docs/guides/choose-projects.md for an example."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from appui.selection.optimum.problem import Balance, Fund, Problem, ProblemError, Project

_SETTINGS: Final = {"currency", "most_funders", "certainty", "alternatives"}
_LISTS: Final = {"project", "fund", "pair", "balance"}
_PROJECT: Final = {
    "key",
    "value",
    "asked",
    "secured",
    "groups",
    "mandatory",
    "excluded",
    "requires",
}
_FUND: Final = {"key", "envelopes", "minimum", "maximum", "cofinancing", "open_to", "certainty"}
_PAIR: Final = {"project", "fund", "certainty"}
_BALANCE: Final = {"group", "least", "most"}
Table = Mapping[str, Any]


def read_scenario(text: str) -> Problem:
    """The problem; raises ProblemError with every fault found.

    A fund pays the projects of the groups (or the very projects) it is ``open_to``, all of them
    when it does not say; a ``pair`` adds one, or gives it a certainty of its own.
    """
    try:
        content = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise ProblemError([f"The scenario is no TOML: {error}."]) from error
    faults = _Faults()
    faults.unknown("the scenario", content, _SETTINGS | _LISTS)
    projects = tuple(_project(table, faults) for table in faults.tables(content, "project"))
    funds = faults.tables(content, "fund")
    found = tuple(_fund(table, faults) for table in funds)
    pairs = _open_pairs(projects, funds, faults) | _own_pairs(content, faults)
    balances = tuple(_balance(table, faults) for table in faults.tables(content, "balance"))
    settings = {
        "currency": faults.text("the scenario", content, "currency"),
        "most_funders": faults.whole("the scenario", content, "most_funders", 3),
        "certainty": faults.number("the scenario", content, "certainty", Decimal(0)),
    }
    alternatives = tuple(frozenset(map(str, keys)) for keys in content.get("alternatives", ()))
    if faults.found:
        raise ProblemError(faults.found)
    return Problem(
        projects=projects,
        funds=found,
        pairs=pairs,
        balances=balances,
        alternatives=alternatives,
        **settings,  # type: ignore[arg-type]  # each is of its field's type
    )


class _Faults:
    """Values of tables, and a sentence for each that is not what it should be."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def tables(self, content: Table, name: str) -> list[Table]:
        tables = content.get(name, [])
        if isinstance(tables, list) and all(isinstance(table, dict) for table in tables):
            return tables
        self.found.append(f"“{name}” is written [[{name}]], once for each.")
        return []

    def unknown(self, where: str, table: Table, known: Iterable[str]) -> None:
        for name in sorted(set(table) - set(known)):
            self.found.append(f"In {where}, “{name}” means nothing: {', '.join(sorted(known))}.")

    def text(self, where: str, table: Table, name: str) -> str:
        value = table.get(name)
        if isinstance(value, str) and value.strip():
            return value.strip()
        self.found.append(f"In {where}, “{name}” is missing or no text.")
        return ""

    def whole(self, where: str, table: Table, name: str, default: int) -> int:
        value = table.get(name, default)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        self.found.append(f"In {where}, “{name}” is {value}: a whole number is needed.")
        return default

    def number(self, where: str, table: Table, name: str, default: Decimal) -> Decimal:
        value = table.get(name, default)
        try:
            if not isinstance(value, bool):
                return Decimal(value)
        except (InvalidOperation, TypeError, ValueError):
            pass
        self.found.append(f"In {where}, “{name}” is {value}: a number is needed.")
        return default

    def years(self, where: str, table: Table, name: str) -> dict[int, int]:
        """Amounts by year; an amount alone is refused: money belongs to a year."""
        value = table.get(name)
        if not isinstance(value, dict) or not value:
            self.found.append(f"In {where}, “{name}” is missing, for example {{ 2026 = 100000 }}.")
            return {}
        found = {}
        for year in value:
            if year.isascii() and year.isdigit() and len(year) == 4:
                found[int(year)] = self.whole(f"{where}, {name}", value, year, 0)
            else:
                self.found.append(f"In {where}, {name}: “{year}” is no year.")
        return found

    def texts(self, where: str, table: Table, name: str) -> tuple[str, ...]:
        value = table.get(name, [])
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return tuple(value)
        self.found.append(f"In {where}, “{name}” is no list of texts.")
        return ()

    def truth(self, where: str, table: Table, name: str) -> bool:
        value = table.get(name, False)
        if isinstance(value, bool):
            return value
        self.found.append(f"In {where}, “{name}” is true or false.")
        return False


def _project(table: Table, faults: _Faults) -> Project:
    key = faults.text("a project", table, "key")
    where = f"the project {key}"
    faults.unknown(where, table, _PROJECT)
    if "value" not in table:
        faults.found.append(f"In {where}, “value” is missing.")
    return Project(
        key=key,
        value=faults.number(where, table, "value", Decimal(0)),
        asked=faults.years(where, table, "asked"),
        secured=faults.whole(where, table, "secured", 0),
        groups=frozenset(faults.texts(where, table, "groups")),
        mandatory=faults.truth(where, table, "mandatory"),
        excluded=faults.truth(where, table, "excluded"),
        requires=faults.texts(where, table, "requires"),
    )


def _fund(table: Table, faults: _Faults) -> Fund:
    key = faults.text("a fund", table, "key")
    where = f"the fund {key}"
    faults.unknown(where, table, _FUND)
    return Fund(
        key=key,
        envelopes=faults.years(where, table, "envelopes"),
        minimum=faults.whole(where, table, "minimum", 0),
        maximum=faults.whole(where, table, "maximum", 0) if "maximum" in table else None,
        cofinancing=faults.number(where, table, "cofinancing", Decimal(0)),
    )


def _open_pairs(
    projects: tuple[Project, ...], funds: list[Table], faults: _Faults
) -> dict[tuple[str, str], Decimal]:
    known = {project.key for project in projects}.union(*(p.groups for p in projects))
    pairs = {}
    for table in funds:
        key = str(table.get("key", ""))
        where = f"the fund {key}"
        wanted = frozenset(faults.texts(where, table, "open_to"))
        for name in sorted(wanted - known):
            faults.found.append(f"In {where}, open_to: no project or group is called “{name}”.")
        sure = faults.number(where, table, "certainty", Decimal(1))
        for project in projects:
            if "open_to" not in table or wanted & {project.key, *project.groups}:
                pairs[project.key, key] = sure
    return pairs


def _own_pairs(content: Table, faults: _Faults) -> dict[tuple[str, str], Decimal]:
    return dict(_each_pair(faults.tables(content, "pair"), faults))


def _each_pair(tables: list[Table], faults: _Faults) -> Iterator[tuple[tuple[str, str], Decimal]]:
    for table in tables:
        faults.unknown("a pair", table, _PAIR)
        project, fund = (faults.text("a pair", table, name) for name in ("project", "fund"))
        yield (project, fund), faults.number("a pair", table, "certainty", Decimal(1))


def _balance(table: Table, faults: _Faults) -> Balance:
    group = faults.text("a balance", table, "group")
    where = f"the balance of {group}"
    faults.unknown(where, table, _BALANCE)
    least = faults.number(where, table, "least", Decimal(0))
    return Balance(group, least, faults.number(where, table, "most", Decimal(1)))
