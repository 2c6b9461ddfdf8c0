"""A comparison written by hand, as TOML: see docs/guides/compare-instruments.md for an example."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from appui.instruments.engine.catalogue import INSTRUMENTS
from appui.instruments.engine.parameters import (
    LARGEST,
    MOST_YEARS,
    Fault,
    Values,
    is_year,
    read_values,
)
from appui.instruments.engine.programme import Planned, Programme
from appui.instruments.engine.rates import ONE, ZERO

SETTINGS = frozenset({"title", "currency", "discount_rate", "chance", "size", "need"})
LISTS = frozenset({"outcome", "option"})
OUTCOME = frozenset({"key", "unit", "units", "value"})
OWN = frozenset({"instrument", "title"})
Table = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Written:
    """One option of a file; ``title`` is empty when it has the name of its instrument."""

    instrument: str
    title: str
    values: Values


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a file says."""

    title: str
    programme: Programme
    options: tuple[Written, ...]


@dataclass(slots=True)
class Reading:
    """Where one is in the file and what was found wrong: each fault with its place."""

    faults: list[tuple[str, Fault]] = field(default_factory=list)

    def wrong(self, where: str, key: str, code: str, value: object = "") -> None:
        self.faults.append((where, Fault(key, code, str(value))))

    def unknown(self, where: str, table: Table, known: Iterable[str]) -> None:
        for key in sorted(set(table) - set(known)):
            self.wrong(where, key, "unknown", table[key])

    def text(self, where: str, table: Table, key: str, *, required: bool = True) -> str:
        value = table.get(key, "")
        if isinstance(value, str) and (value.strip() or not required):
            return value.strip()
        self.wrong(where, key, "text" if value else "missing", value)
        return ""

    def number(self, where: str, table: Table, key: str, most: Decimal) -> Decimal:
        """0 to ``most``; 0 when it is not said."""
        found = self._decimal(where, key, table.get(key, 0), table.get(key, 0))
        if not ZERO <= found <= most:
            code = "ratio" if most == 1 else "negative" if found < 0 else "large"
            self.wrong(where, key, code, table[key])
            return ZERO
        return found

    def years(self, where: str, table: Table, key: str) -> dict[int, Decimal]:
        value = table.get(key)
        if not isinstance(value, dict) or not value:
            self.wrong(where, key, "missing" if value is None else "table", value or "")
            return {}
        found = {}
        for year, amount in value.items():
            if not is_year(year):
                self.wrong(where, key, "year", year)
                continue
            number = self._decimal(where, key, amount, f"{year} = {amount}")
            if not ZERO <= number <= LARGEST:
                self.wrong(where, key, "negative" if number < 0 else "large", f"{year} = {amount}")
            found[int(year)] = number
        if found and max(found) - min(found) >= MOST_YEARS:
            self.wrong(where, key, "span")
        return found

    def tables(self, content: Table, key: str) -> list[Table]:
        value = content.get(key, [])
        if isinstance(value, list) and all(isinstance(item, dict) for item in value):
            return value
        self.wrong("", key, "list", value)
        return []

    def _decimal(self, where: str, key: str, value: object, shown: object) -> Decimal:
        try:
            if isinstance(value, Decimal | int | str) and not isinstance(value, bool):
                found = Decimal(value)
                if found.is_finite():
                    return found
        except InvalidOperation:
            pass
        self.wrong(where, key, "number", shown)
        return ZERO


def read_comparison(text: str) -> tuple[Comparison | None, list[tuple[str, Fault]]]:
    """What the file says, or None with every fault and where it is.

    Raises ``tomllib.TOMLDecodeError`` for what is no TOML.
    """
    content = tomllib.loads(text, parse_float=Decimal)
    reading = Reading()
    reading.unknown("", content, SETTINGS | LISTS)
    planned = tuple(_planned(table, reading) for table in reading.tables(content, "outcome"))
    keys = [item.key for item in planned]
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        reading.wrong("", "outcome", "twice", key)
    need = reading.years("", content, "need")
    if need and not any(need.values()):
        reading.wrong("", "need", "nothing")
    programme = Programme(
        currency=reading.text("", content, "currency"),
        need=need,
        planned=planned,
        discount=reading.number("", content, "discount_rate", ONE),
        chance=reading.number("", content, "chance", ONE),
        size=reading.number("", content, "size", ONE),
    )
    title = reading.text("", content, "title", required=False)
    options = [_option(table, keys, reading) for table in reading.tables(content, "option")]
    if not options:
        reading.wrong("", "option", "missing")
    if reading.faults:
        return None, reading.faults
    return Comparison(title, programme, tuple(options)), []


def _planned(table: Table, reading: Reading) -> Planned:
    key = reading.text("outcome", table, "key")
    where = f"outcome {key}".strip()
    reading.unknown(where, table, OUTCOME)
    return Planned(
        key=key,
        unit=reading.text(where, table, "unit", required=False),
        units=reading.years(where, table, "units"),
        value=reading.number(where, table, "value", LARGEST),
    )


def _option(table: Table, outcomes: list[str], reading: Reading) -> Written:
    key = reading.text("option", table, "instrument")
    title = reading.text("option", table, "title", required=False)
    where = f"option {title or key}".strip()
    instrument = INSTRUMENTS.get(key)
    if instrument is None:
        if key:
            reading.wrong(where, "instrument", "instrument", key)
        return Written(key, title, Values({}))
    raw = {name: value for name, value in table.items() if name not in OWN}
    values, faults = read_values(instrument.parameters, raw, outcomes)
    reading.faults += [(where, fault) for fault in faults]
    if instrument.needs_outcomes and not outcomes:
        reading.wrong(where, "outcome", "missing")
    return Written(key, title, values)
