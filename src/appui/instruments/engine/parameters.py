"""What each instrument asks for, and values read from text: lines of a form, TOML or JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from appui.instruments.engine.rates import ONE, ZERO

LARGEST = Decimal("9999999999999.99")
FIRST_YEAR, LAST_YEAR = 1990, 2100
LONGEST_NAME = 120
MOST_ROWS, MOST_YEARS = 60, 40
SMALLEST_PRICE = Decimal("0.000001")


class Kind(StrEnum):
    """How a parameter is written."""

    SHARE = "share"  # a ratio of one, 0 to 1
    RATE = "rate"  # a yearly ratio of one, 0 to 1
    RATIO = "ratio"  # 0 or more
    AMOUNT = "amount"
    YEARS = "years"  # a whole number of years, 0 to 30
    CHOICE = "choice"
    BY_YEAR = "by_year"
    BY_NAME = "by_name"
    BY_OUTCOME = "by_outcome"  # a price or a number for each planned outcome


TABLES = frozenset({Kind.BY_YEAR, Kind.BY_NAME, Kind.BY_OUTCOME})


@dataclass(frozen=True, slots=True)
class Parameter:
    """One value an instrument asks for; without a ``default`` it must be given, unless it is
    ``optional``. A table has no default: an empty one says nothing."""

    key: str
    kind: Kind
    default: Decimal | str | None = None
    optional: bool = False
    choices: tuple[str, ...] = ()

    @property
    def required(self) -> bool:
        """Whether nothing works without it."""
        return self.default is None and not self.optional


@dataclass(frozen=True, slots=True)
class Fault:
    """A value that cannot be used; ``code`` says why, ``value`` is what was written."""

    key: str
    code: str
    value: str = ""


Table = Mapping[int, Decimal] | Mapping[str, Decimal]
Value = Decimal | str | Table | None


@dataclass(frozen=True, slots=True)
class Values:
    """The parameters of one option, each of its kind."""

    given: Mapping[str, Value]

    def number(self, key: str) -> Decimal:
        """A share, rate, ratio or amount; 0 when an optional one is not given."""
        value = self.given.get(key)
        return value if isinstance(value, Decimal) else ZERO

    def has(self, key: str) -> bool:
        """Whether it is given."""
        return bool(self.given.get(key)) or self.given.get(key) == ZERO

    def text(self, key: str) -> str:
        """A choice."""
        return str(self.given.get(key, ""))

    def years(self, key: str) -> dict[int, Decimal]:
        """Amounts by year."""
        return {int(year): amount for year, amount in self._table(key)}

    def names(self, key: str) -> dict[str, Decimal]:
        """Amounts by name, in the order given."""
        return {str(name): amount for name, amount in self._table(key)}

    def _table(self, key: str) -> Iterable[tuple[int | str, Decimal]]:
        value = self.given.get(key)
        return list(value.items()) if isinstance(value, Mapping) else []

    def changed(self, key: str, value: Value) -> Values:
        """The same with another value of ``key``."""
        return Values({**self.given, key: value})

    def scaled(self, key: str, factor: Decimal) -> Values:
        """The same with ``key``, or every value of its table, times ``factor``."""
        value = self.given.get(key)
        if isinstance(value, Mapping):
            table = {name: amount * factor for name, amount in value.items()}
            return self.changed(key, table)  # type: ignore[arg-type]  # keys are of one kind
        return self.changed(key, self.number(key) * factor)


def read_values(
    parameters: Iterable[Parameter], raw: Mapping[str, object], outcomes: Iterable[str]
) -> tuple[Values, list[Fault]]:
    """The values of ``raw`` (numbers, text or mappings, as files and forms give them), and what is
    wrong with them. ``outcomes`` are the keys of what the programme plans."""
    known = {parameter.key: parameter for parameter in parameters}
    faults = [Fault(key, "unknown", str(raw[key])) for key in raw if key not in known]
    given: dict[str, Value] = {}
    for key, parameter in known.items():
        value = raw.get(key)
        if value is None or value == "" or value == {}:
            if parameter.required:
                faults.append(Fault(key, "missing"))
            given[key] = parameter.default
            continue
        found, wrong = _read(parameter, value, frozenset(outcomes))
        faults += wrong
        given[key] = found
    return Values(given), faults


def _read(
    parameter: Parameter, value: object, outcomes: frozenset[str]
) -> tuple[Value, list[Fault]]:
    if parameter.kind in TABLES:
        return _table(parameter, value, outcomes)
    if parameter.kind is Kind.CHOICE:
        wrong = [] if value in parameter.choices else [Fault(parameter.key, "choice", str(value))]
        return str(value), wrong
    number = _number(value)
    code = "number" if number is None else _out_of_bounds(parameter.kind, number)
    return number, [Fault(parameter.key, code, str(value))] if code else []


def _out_of_bounds(kind: Kind, number: Decimal) -> str:
    """Why a number cannot be of its kind; empty when it can."""
    if kind in (Kind.SHARE, Kind.RATE) and not ZERO <= number <= ONE:
        return "ratio"
    if kind is Kind.YEARS and (number != number.to_integral_value() or not 0 <= number <= 30):
        return "years"
    if number < 0:
        return "negative"
    return "large" if number > LARGEST else ""


def _table(
    parameter: Parameter, value: object, outcomes: frozenset[str]
) -> tuple[Value, list[Fault]]:
    if not isinstance(value, Mapping):
        return None, [Fault(parameter.key, "table", str(value))]
    years = [int(name) for name in map(str, value) if is_year(name)]
    if len(value) > MOST_ROWS or (years and max(years) - min(years) >= MOST_YEARS):
        return None, [Fault(parameter.key, "span")]
    found: dict[int | str, Decimal] = {}
    faults: list[Fault] = []
    for name, amount in value.items():
        label = str(name).strip()
        number = _number(amount)
        faults += _row_faults(parameter, label, amount, number, outcomes)
        if number is not None and not faults:
            found[int(label) if parameter.kind is Kind.BY_YEAR else label] = number
    return found, faults  # type: ignore[return-value]  # keys are of one kind


def _row_faults(
    parameter: Parameter,
    label: str,
    amount: object,
    number: Decimal | None,
    outcomes: frozenset[str],
) -> Iterator[Fault]:
    if parameter.kind is Kind.BY_YEAR and not is_year(label):
        yield Fault(parameter.key, "year", label)
    if parameter.kind is Kind.BY_OUTCOME and label not in outcomes:
        yield Fault(parameter.key, "outcome", label)
    if not label or len(label) > LONGEST_NAME:
        yield Fault(parameter.key, "name", label)
    code = "number" if number is None else _out_of_bounds(Kind.AMOUNT, number)
    if code:
        yield Fault(parameter.key, code, f"{label} = {amount}")


def is_year(text: str) -> bool:
    """Whether ``text`` is a year one can plan in."""
    plain = text.isascii() and text.isdigit() and len(text) == 4
    return plain and FIRST_YEAR <= int(text) <= LAST_YEAR


def _number(value: object) -> Decimal | None:
    """A finite number with at most six decimals; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, Decimal | int | str):
        return None
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    if not number.is_finite() or abs(number) > 10 * LARGEST:
        return None
    exact = number.quantize(SMALLEST_PRICE)
    return number if exact == number else exact
