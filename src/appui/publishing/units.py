"""Units as they are printed after a figure, and the unit cost of land in the field's own unit."""

from decimal import Decimal

from appui.publishing.content import plain
from appui.registry.models import Code
from appui.ui import formats

SYMBOLS = {
    "m2": "m²",
    "ha": "ha",
    "km2": "km²",
    "km": "km",
    "m": "m",
    "kg": "kg",
    "t": "t",
    "percent": "%",
}
# Things counted one by one: what is measured already says what they are.
COUNTED = frozenset(
    {
        "person",
        "household",
        "community",
        "village",
        "organisation",
        "state",
        "casualty",
        "item",
        "explosive_item",
        "prosthesis",
        "session",
        "training",
        "workshop",
        "document",
        "project",
        "team",
    }
)
SQUARE_METRES = {"m2": 1, "ha": 10_000, "km2": 1_000_000}
MONEY = ("USD", "EUR")


def symbol(unit: Code | None) -> str:
    """``km²``, ``USD/m²``, or the unit's name in the active language."""
    if unit is None:
        return ""
    if is_money(unit):
        currency, per, rest = unit.code.partition("_per_")
        return f"{currency}/{SYMBOLS[rest]}" if rest in SYMBOLS else _money_name(unit, per)
    return SYMBOLS.get(unit.code) or plain(unit)


def _money_name(unit: Code, per: str) -> str:
    return plain(unit) if per else unit.code


def is_money(unit: Code) -> bool:
    """Whether a figure in that unit is an amount, or an amount for one of something."""
    return unit.code.split("_")[0] in MONEY


def figure(value: Decimal, unit: Code, language: str) -> tuple[str, str]:
    """A published value and its unit; a year is not grouped, a count needs no unit."""
    if unit.code == "year" and value == int(value):
        return str(int(value)), ""
    shown = "" if unit.code in COUNTED else symbol(unit)
    return formats.number(value, lang=language), shown


def quantity(value: Decimal, unit: Code | None, language: str) -> str:
    """A quantity with its unit; square metres by the million are square kilometres."""
    shown = symbol(unit)
    if unit is not None and unit.code == "m2" and value >= SQUARE_METRES["km2"]:
        value, shown = value / SQUARE_METRES["km2"], SYMBOLS["km2"]
    return f"{formats.number(value, lang=language)}{formats.NO_BREAK}{shown}".strip()


def unit_cost(cost: Decimal, currency: str, unit: Code | None, language: str) -> str:
    """What one unit costs; land is priced by the square metre, as mine action does."""
    metres = SQUARE_METRES.get(unit.code) if unit else None
    shown = "m²" if metres else symbol(unit)
    price = cost / metres if metres else cost
    decimals = 4 if price < 1 else 2
    figure = formats.number(price, decimals, lang=language)
    return f"{figure}{formats.NO_BREAK}{currency}/{shown}"
