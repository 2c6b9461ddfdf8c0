"""Parameters and years as lines of text: what is stored, and so what the trail shows.

A number is “rate = 0.05”, a table “pledges.2026 = 1000000”, a series of years “2026 = 1000000”.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from appui.instruments.engine.parameters import Value, Values

EQUALS = " = "


def plain(number: Decimal) -> str:
    """A number without an exponent and without zeros that say nothing."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def years_text(years: Mapping[int, Decimal]) -> str:
    """Amounts by year, one line a year, in order."""
    return "\n".join(f"{year}{EQUALS}{plain(years[year])}" for year in sorted(years))


def read_years(text: str) -> dict[int, Decimal]:
    """The amounts that ``years_text`` wrote."""
    pairs = (line.split(EQUALS) for line in text.splitlines() if line)
    return {int(year): Decimal(amount) for year, amount in pairs}


def values_text(values: Values) -> str:
    """Everything given, one line a number."""
    return "\n".join(
        line for key, value in values.given.items() for line in _lines(key, value) if line
    )


def _lines(key: str, value: Value) -> Iterable[str]:
    if isinstance(value, Mapping):
        return (f"{key}.{name}{EQUALS}{plain(amount)}" for name, amount in value.items())
    if value is None:
        return ()
    return (f"{key}{EQUALS}{plain(value) if isinstance(value, Decimal) else value}",)


def raw_values(text: str) -> dict[str, object]:
    """The mapping that ``values_text`` wrote, for ``read_values``: numbers as text."""
    raw: dict[str, object] = {}
    for line in text.splitlines():
        name, _equals, value = line.rpartition(EQUALS)
        key, dot, part = name.partition(".")
        if not dot:
            raw[key] = value
            continue
        table = raw.setdefault(key, {})
        if isinstance(table, dict):
            table[part] = value
    return raw
