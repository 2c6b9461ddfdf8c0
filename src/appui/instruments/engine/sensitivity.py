"""How a parameter moves the result: one value at a time, the others as given."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from appui.instruments.engine.outcome import Instrument, weigh
from appui.instruments.engine.parameters import TABLES, Kind, Parameter, Value, Values
from appui.instruments.engine.programme import Programme
from appui.instruments.engine.rates import ONE, ZERO

STEPS = tuple(Decimal(text) for text in ("0.5", "0.75", "1", "1.25", "1.5"))
STILL = frozenset({Kind.CHOICE, Kind.BY_NAME})


@dataclass(frozen=True, slots=True)
class Step:
    """The result with ``factor`` times the value given; ``value`` is that value, None for a table.

    ``cost`` is what payer and State pay, ``against_grant`` what of it is beyond a grant, ``all_in``
    that with the benefits lost, ``missing`` cash that never comes.
    """

    factor: Decimal
    value: Decimal | None
    cost: Decimal
    against_grant: Decimal
    all_in: Decimal
    missing: Decimal


def movable(instrument: Instrument, values: Values) -> list[Parameter]:
    """The parameters that can be moved: numbers that are given and above zero, and tables."""
    return [
        parameter
        for parameter in instrument.parameters
        if parameter.kind not in STILL
        if values.given.get(parameter.key)
    ]


def sensitivity(
    instrument: Instrument,
    programme: Programme,
    values: Values,
    parameter: Parameter,
    factors: Iterable[Decimal] = STEPS,
) -> list[Step]:
    """The result at each of ``factors`` times the value of ``parameter``; a share stays at most
    one, a number of years whole."""
    return [_step(instrument, programme, values, parameter, factor) for factor in factors]


def _step(
    instrument: Instrument,
    programme: Programme,
    values: Values,
    parameter: Parameter,
    factor: Decimal,
) -> Step:
    moved = values.scaled(parameter.key, factor)
    value: Value = moved.given.get(parameter.key)
    if parameter.kind not in TABLES and isinstance(value, Decimal):
        value = _bounded(parameter, value)
        moved = moved.changed(parameter.key, value)
    found = weigh(instrument, programme, moved)
    return Step(
        factor=factor,
        value=value if isinstance(value, Decimal) else None,
        cost=found.plan.public,
        against_grant=found.plan.against_grant,
        all_in=found.plan.all_in,
        missing=found.missing,
    )


def _bounded(parameter: Parameter, value: Decimal) -> Decimal:
    if parameter.kind in (Kind.SHARE, Kind.RATE):
        return max(ZERO, min(ONE, value))
    return value.quantize(ONE) if parameter.kind is Kind.YEARS else value
