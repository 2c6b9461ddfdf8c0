"""The sheet as an Excel workbook: the same figures to the cent, and how they are computed."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from appui.instruments import words
from appui.instruments.engine.cash import Party
from appui.instruments.engine.outcome import Risk
from appui.instruments.formulas import formulas
from appui.instruments.sheet import Sheet
from appui.kernel.money import cents
from appui.ui.export import Tab, to_book
from appui.ui.listing import Column

FOUR = Decimal("0.000001")


def book(title: str, sheet: Sheet, language: str) -> bytes:
    """A workbook of five sheets."""
    return to_book(
        [
            Tab(_("Comparison"), _summary(), sheet.done),
            Tab(_("Cash by year"), _cash_columns(sheet), _cash(sheet)),
            Tab(_("Risks"), _risks(), sheet.done),
            Tab(_("Worse than a grant"), _conditions(), _worse(sheet)),
            Tab(_("Formulas"), _formulas(), formulas(title, sheet)),
        ],
        language,
    )


def _money(key: str, label: str, value: Any) -> Column:
    return Column(key, label, lambda row: cents(value(row)) + 0, "number")


def _rate(value: Decimal | None) -> Decimal | None:
    return None if value is None else value.quantize(FOUR)


def _summary() -> list[Column]:
    return [
        Column("option", _("Option"), lambda row: row.name),
        Column("instrument", _("Instrument"), lambda row: row.weighing.kind),
        _money("payer", _("Payer"), lambda row: row.outcome.plan.payer),
        _money("state", _("The State"), lambda row: row.outcome.plan.state),
        _money("received", _("Cash received"), lambda row: row.outcome.plan.received),
        _money("like", _("The same as a grant"), lambda row: row.outcome.plan.like_grant),
        _money(
            "payer_more",
            _("Payer, beyond a grant"),
            lambda row: row.outcome.plan.payer_against_grant,
        ),
        _money(
            "more", _("Payer and State, beyond a grant"), lambda row: row.outcome.plan.against_grant
        ),
        _money("late", _("Lost by late work"), lambda row: row.outcome.plan.benefit_lost),
        _money("all", _("All in all"), lambda row: row.outcome.plan.all_in),
        Column(
            "rate", _("Cost of money, a year"), lambda row: _rate(row.outcome.plan.rate), "number"
        ),
        Column(
            "advance",
            _("Return of who advances money"),
            lambda row: _rate(row.outcome.plan.advance_rate),
            "number",
        ),
        _money("missing", _("Cash that never comes"), lambda row: row.outcome.missing),
        _money("waits", _("Most cash that is late"), lambda row: row.outcome.waits),
        _money("expected", _("Expected cost to payer and State"), lambda r: r.outcome.expected),
        _money(
            "nothing",
            _("Paid by payer and State for nothing"),
            lambda row: row.outcome.paid_for_nothing,
        ),
        _money("lost", _("Lost by who advanced money"), lambda row: row.outcome.advance_lost),
    ]


def _cash_columns(sheet: Sheet) -> list[Column]:
    return [
        Column("option", _("Option"), lambda row: row[0]),
        Column("who", _("Who"), lambda row: row[1]),
        *(_year(year) for year in sheet.years),
        _money("total", _("Total"), lambda row: sum(row[2].values(), Decimal(0))),
    ]


def _year(year: int) -> Column:
    return Column(str(year), str(year), lambda row: row[2].get(year), "number")


def _cash(sheet: Sheet) -> list[tuple[str, str, dict[int, Decimal]]]:
    rows = [("", str(_("Needed")), dict(sheet.programme.need))]
    for row in sheet.done:
        cash = row.outcome.plan.cash
        found = [(words.PARTIES[party], cash.of(party)) for party in Party]
        found += [(words.PARTIES[name], flows) for name, flows in cash.leaks.items()]
        rows += [(row.name, str(who), dict(flows)) for who, flows in found if any(flows.values())]
    return rows


def _risks() -> list[Column]:
    def bearer(risk: Risk) -> Any:
        return lambda row: words.bearers(row.outcome.bearers[risk])

    columns = [Column(risk.value, words.RISKS[risk], bearer(risk)) for risk in Risk]
    return [Column("option", _("Option"), lambda row: row.name), *columns]


def _conditions() -> list[Column]:
    return [
        Column("option", _("Option"), lambda row: row[0]),
        Column("what", _("Worse than a grant when"), lambda row: row[1]),
        Column("holds", _("Here"), lambda row: row[2]),
    ]


def _worse(sheet: Sheet) -> list[tuple[str, str, str]]:
    rows = []
    for row in sheet.done:
        even = row.outcome.break_even
        if even is not None:
            name, now, value, side = words.break_even(row.outcome.instrument, even, sheet.currency)
            rows.append(
                (
                    row.name,
                    _("Equals a grant at: %(value)s (%(parameter)s; %(side)s)")
                    % {"value": value, "parameter": name, "side": side or "–"},
                    now,
                )
            )
        rows += [
            (row.name, words.condition(item, sheet.currency), words.standing(item)[0])
            for item in row.outcome.worse
        ]
    return rows


def _formulas() -> list[Column]:
    return [
        Column("figure", _("Figure"), lambda row: row[0]),
        Column("formula", _("Formula"), lambda row: row[1]),
    ]
