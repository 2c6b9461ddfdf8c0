"""A sheet as plain data: what the API and the command line give, amounts as text."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from appui.instruments import words
from appui.instruments.engine.cash import Figure
from appui.instruments.engine.sensitivity import Step
from appui.instruments.sheet import Done, Sheet, Weighing
from appui.kernel.money import cents

RATE = Decimal("0.000001")


def money(value: Decimal) -> str:
    """An amount to the cent."""
    return str(cents(value) + 0)


def ratio(value: Decimal | None) -> str | None:
    """A rate or a share to six decimals."""
    return None if value is None else str(value.quantize(RATE) + 0)


def content(sheet: Sheet) -> dict[str, Any]:
    """The programme and each option; flows above zero are received."""
    programme = sheet.programme
    return {
        "currency": sheet.currency,
        "discount_rate": ratio(programme.discount),
        "base_year": programme.first_year,
        "chance": ratio(programme.chance),
        "size": ratio(programme.size),
        "need": _years(programme.need),
        "need_total": money(programme.total),
        "outcomes": [
            {
                "key": item.key,
                "unit": item.unit,
                "units": {str(year): format(n, "f") for year, n in sorted(item.units.items())},
                "value": format(item.value, "f"),
            }
            for item in programme.planned
        ],
        "options": [_done(row, sheet.currency) for row in sheet.done],
        "faults": [
            {"option": row.name, "sentences": list(row.faults)} for row in sheet.rows if row.faults
        ],
    }


def _done(row: Done, currency: str) -> dict[str, Any]:
    found, plan = row.outcome, row.outcome.plan
    even = found.break_even
    return {
        "option": row.name,
        "instrument": found.instrument,
        "parameters": parameters(row.weighing),
        "flows": {party.value: _years(flows) for party, flows in plan.cash.parties.items()},
        "leaks": {name: _years(flows) for name, flows in plan.cash.leaks.items()},
        "present_value": {
            "payer": money(plan.payer),
            "state": money(plan.state),
            "payer_and_state": money(plan.public),
            "received": money(plan.received),
        },
        "against_grant": {
            "payer": money(plan.payer_against_grant),
            "payer_and_state": money(plan.against_grant),
            "benefits_lost": money(plan.benefit_lost),
            "all_in": money(plan.all_in),
        },
        "cost_of_money": ratio(plan.rate),
        "return_on_advance": ratio(plan.advance_rate),
        "missing": money(found.missing),
        "longest_wait": money(found.waits),
        "if_short": {
            "expected_cost": money(found.expected),
            "paid_for_nothing": money(found.paid_for_nothing),
            "advance_lost": money(found.advance_lost),
        },
        "risks": {
            risk.value: [party.value for party in parties]
            for risk, parties in found.bearers.items()
        },
        "figures": {item.code: _figure(item) for item in found.figures},
        "waterfall": [
            {
                "priority": item.name,
                "need": money(item.need),
                "earmarked": money(item.earmarked),
                "free": money(item.free),
                "beyond": money(item.beyond),
                "missing": money(item.missing),
            }
            for item in plan.cash.served
        ],
        "break_even": None
        if even is None
        else {
            "parameter": even.parameter,
            "value": _number(even.kind, even.value),
            "now": _number(even.kind, even.now),
            "worse": even.worse,
            "none_because": even.why,
        },
        "worse_than_grant_when": [
            {
                "code": item.code,
                "sentence": words.condition(item, currency),
                "holds": item.holds,
                "numbers": {number.code: _figure(number) for number in item.numbers},
            }
            for item in found.worse
        ],
    }


def parameters(row: Weighing) -> dict[str, Any]:
    """What was given, numbers as text; shares and rates are ratios of one."""
    return {
        key: {str(name): format(amount, "f") for name, amount in value.items()}
        if isinstance(value, Mapping)
        else format(value, "f")
        if isinstance(value, Decimal)
        else value
        for key, value in row.values.given.items()
    }


def step(found: Step) -> dict[str, Any]:
    """One step of a sensitivity."""
    return {
        "factor": str(found.factor),
        "value": None if found.value is None else format(found.value, "f"),
        "cost": money(found.cost),
        "against_grant": money(found.against_grant),
        "all_in": money(found.all_in),
        "missing": money(found.missing),
    }


def _figure(found: Figure) -> str | None:
    return _number(found.kind, found.value)


def _number(kind: str, value: Decimal | None) -> str | None:
    if value is None:
        return None
    return money(value) if kind == "amount" else ratio(value)


def _years(flows: Mapping[int, Decimal]) -> dict[str, str]:
    return {str(year): money(flows[year]) for year in sorted(flows)}
