"""How lists and tables of comparisons look."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from appui.instruments import words
from appui.instruments.engine.cash import Party, Served
from appui.instruments.engine.outcome import Risk
from appui.instruments.engine.parameters import Parameter
from appui.instruments.engine.sensitivity import Step
from appui.instruments.sheet import Done, Sheet
from appui.kernel.money import Money
from appui.registry.listings import OWNER_FILTER, address, visibility_column
from appui.ui import formats
from appui.ui.listing import Column, Listing
from appui.ui.table import Table

COMPARISONS = Listing(
    name="comparisons",
    columns=(
        Column(
            "title",
            gettext_lazy("Comparison"),
            lambda row: row.title,
            "multilingual",
            ("title",),
            href=address,
        ),
        Column(
            "reference",
            gettext_lazy("Reference"),
            lambda row: row.reference,
            order_by=("reference",),
        ),
        Column("about", gettext_lazy("For"), lambda row: about(row)),
        Column(
            "need",
            gettext_lazy("Cash needed"),
            lambda row: Money(sum(row.needed.values(), Decimal(0)), row.currency),
            "money",
        ),
        Column("options", gettext_lazy("Options"), lambda row: row.count, "number", ("count",)),
        Column(
            "owner", gettext_lazy("Belongs to"), lambda row: row.owner, order_by=("owner__acronym",)
        ),
        visibility_column(),
    ),
    filters=(OWNER_FILTER,),
    search=("title", "reference", "note"),
    order=("-updated_at",),
    empty=gettext_lazy("No comparison yet."),
    empty_hint=gettext_lazy(
        "State the cash a programme needs by year, then weigh a grant against other ways to pay."
    ),
)


def about(row: Any) -> str:
    """The need or project a comparison is for, as far as the reader may see it."""
    return str(row.need or row.activity or "")


OUTCOMES = (
    Column("title", gettext_lazy("Outcome"), lambda row: row.title, "multilingual"),
    Column("key", gettext_lazy("Short name"), lambda row: row.key),
    Column(
        "units",
        gettext_lazy("Units by year"),
        lambda row: " · ".join(
            f"{year}: {formats.number(number)}" for year, number in row.planned.units.items()
        ),
    ),
    Column("unit", gettext_lazy("Unit"), lambda row: row.unit),
    Column(
        "value", gettext_lazy("Worth of one unit a year"), lambda row: row.value or None, "number"
    ),
    Column("basis", gettext_lazy("Where the worth comes from"), lambda row: row.value_basis),
)


def shown(value: Decimal, sheet: Sheet) -> Decimal:
    """As exact as the size of the programme calls for."""
    return round(value) if sheet.programme.total >= 10_000 else round(value, 2)  # type: ignore[return-value]  # an int is shown alike


def _amount(key: str, label: Any, sheet: Sheet, value: Callable[[Any], Decimal]) -> Column:
    return Column(key, label, lambda row: shown(value(row), sheet) + 0, "number")


def _option(*, linked: bool) -> Column:
    return Column(
        "option",
        gettext_lazy("Option"),
        lambda row: row.name,
        href=(lambda row: row.weighing.option.get_absolute_url()) if linked else None,
    )


def in_money(sheet: Sheet, *, linked: bool = True) -> Table:
    """What each option costs whom, as present values."""
    columns = [
        _option(linked=linked),
        _amount("payer", gettext_lazy("Payer"), sheet, lambda row: row.outcome.plan.payer),
        _amount("state", gettext_lazy("The State"), sheet, lambda row: row.outcome.plan.state),
        _amount(
            "payer_more",
            gettext_lazy("Payer, extra"),
            sheet,
            lambda row: row.outcome.plan.payer_against_grant,
        ),
        _amount(
            "both_more",
            gettext_lazy("Both, extra"),
            sheet,
            lambda row: row.outcome.plan.against_grant,
        ),
        _amount(
            "late",
            gettext_lazy("Lost by late work"),
            sheet,
            lambda row: row.outcome.plan.benefit_lost,
        ),
        _amount("all", gettext_lazy("All in all"), sheet, lambda row: row.outcome.plan.all_in),
        Column(
            "rate",
            gettext_lazy("Cost of money, a year"),
            lambda row: _percent(row.outcome.plan.rate),
        ),
    ]
    return Table(columns, sheet.done, caption=caption(sheet))


def caption(sheet: Sheet) -> str:
    """Of which year and in which currency the amounts are."""
    return _("In %(currency)s of %(year)s, at %(rate)s a year.") % {
        "currency": sheet.currency,
        "year": sheet.programme.first_year,
        "rate": formats.percent(sheet.programme.discount, 1),
    }


def _percent(rate: Decimal | None) -> str | None:
    return None if rate is None else formats.percent(rate, 1)


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table by year."""

    label: str
    flows: dict[int, Decimal]
    total: Decimal
    href: str = ""
    missing: Decimal | None = None
    late: Decimal | None = None


def line(label: Any, flows: Any, href: str = "") -> Line:
    """A row with its sum."""
    return Line(str(label), dict(flows), sum(flows.values(), Decimal(0)), href)


def _by_year(first: Any, years: list[int], rows: list[Line], sheet: Sheet) -> Table:
    columns = [
        Column("label", first, lambda row: row.label, href=lambda row: row.href),
        *(_year(year, sheet) for year in years),
        _amount("total", gettext_lazy("Total"), sheet, lambda row: row.total),
    ]
    return Table(columns, rows, caption=_("In %(currency)s.") % {"currency": sheet.currency})


def _year(year: int, sheet: Sheet) -> Column:
    return Column(str(year), str(year), lambda row: _flow(row, year, sheet), "number")


def _flow(row: Line, year: int, sheet: Sheet) -> Decimal | None:
    return shown(row.flows[year], sheet) if row.flows.get(year) else None


def cash_by_year(sheet: Sheet) -> Table:
    """Cash to the programme by year under each option, with what is needed."""
    rows = [line(_("Needed"), sheet.programme.need)]
    for row in sheet.done:
        flows = dict(row.outcome.plan.cash.of(Party.PROGRAMME))
        total = sum(flows.values(), Decimal(0))
        found = row.outcome
        rows.append(Line(row.name, flows, total, f"#{anchor(row)}", found.missing, found.waits))
    years = [year for year in sheet.years if any(row.flows.get(year) for row in rows)]
    table = _by_year(gettext_lazy("Option"), years, rows, sheet)
    columns = [
        *table.columns,
        Column(
            "missing", gettext_lazy("Never comes"), lambda row: _some(row.missing, sheet), "number"
        ),
        Column("late", gettext_lazy("Late at most"), lambda row: _some(row.late, sheet), "number"),
    ]
    return Table(columns, rows, caption=table.caption)


def _some(value: Decimal | None, sheet: Sheet) -> Decimal | None:
    return shown(value, sheet) if value else None


def anchor(row: Done) -> str:
    """Where the flows of an option stand on the page."""
    return f"option-{row.weighing.option.pk}" if row.weighing.option else ""


def flows_of(row: Done, sheet: Sheet) -> Table:
    """Who pays and receives by year under one option; each year sums to zero."""
    cash = row.outcome.plan.cash
    rows = [
        line(words.PARTIES[party], cash.of(party))
        for party in Party
        if any(cash.of(party).values())
    ]
    rows += [
        line(words.PARTIES[name], flows)
        for name, flows in cash.leaks.items()
        if any(flows.values())
    ]
    years = [year for year in row.outcome.years if any(item.flows.get(year) for item in rows)]
    return _by_year(pgettext_lazy("who pays or receives", "Who"), years, rows, sheet)


def risks(sheet: Sheet) -> Table:
    """Who bears which risk under each option."""

    def bearer(risk: Risk) -> Callable[[Done], str]:
        return lambda row: words.bearers(row.outcome.bearers[risk])

    columns = [
        Column("option", gettext_lazy("Option"), lambda row: row.name),
        *(Column(risk.value, words.RISKS[risk], bearer(risk)) for risk in Risk),
    ]
    return Table(columns, sheet.done)


def falling_short(sheet: Sheet) -> Table:
    """What it costs whom when outcomes are missing."""
    columns = [
        Column("option", gettext_lazy("Option"), lambda row: row.name),
        _amount(
            "nothing",
            gettext_lazy("Paid by payer and State for nothing"),
            sheet,
            lambda row: row.outcome.paid_for_nothing,
        ),
        _amount(
            "advance",
            gettext_lazy("Lost by who advanced money"),
            sheet,
            lambda row: row.outcome.advance_lost,
        ),
        _amount(
            "expected",
            gettext_lazy("Expected cost to payer and State"),
            sheet,
            lambda row: row.outcome.expected,
        ),
    ]
    return Table(columns, sheet.done, caption=caption(sheet))


def break_evens(sheet: Sheet) -> Table:
    """Where each option equals a grant."""
    rows = [
        (
            row.name,
            *words.break_even(row.outcome.instrument, row.outcome.break_even, sheet.currency),
        )
        for row in sheet.done
        if row.outcome.break_even is not None
    ]
    columns = [
        Column("option", gettext_lazy("Option"), lambda row: row[0]),
        Column("parameter", gettext_lazy("Parameter"), lambda row: row[1]),
        Column("now", gettext_lazy("As given"), lambda row: row[2]),
        Column("value", gettext_lazy("Equals a grant at"), lambda row: row[3]),
        Column("worse", gettext_lazy("Worse than a grant"), lambda row: row[4]),
    ]
    return Table(columns, rows)


def waterfall(served: tuple[Served, ...], sheet: Sheet) -> Table:
    """Who gets what of a matching fund, down the list."""
    columns = [
        Column("name", gettext_lazy("Priority"), lambda row: row.name),
        _amount("need", gettext_lazy("Needs"), sheet, lambda row: row.need),
        _amount("own", gettext_lazy("Earmarked for it"), sheet, lambda row: row.earmarked),
        _amount("free", gettext_lazy("From free money"), sheet, lambda row: row.free),
        _amount("missing", gettext_lazy("Missing"), sheet, lambda row: row.missing),
        _amount("beyond", gettext_lazy("Earmarked beyond it"), sheet, lambda row: row.beyond),
    ]
    return Table(columns, served)


def steps(parameter: Parameter, found: list[Step], sheet: Sheet) -> Table:
    """How one parameter moves the result."""
    percent = parameter.kind.value in ("share", "rate")

    def value(row: Step) -> str:
        if row.value is None:
            return f"× {formats.number(row.factor)}"
        return formats.percent(row.value, 2) if percent else formats.number(row.value)

    columns = [
        Column("value", gettext_lazy("Value"), value),
        _amount("cost", gettext_lazy("Payer and State"), sheet, lambda row: row.cost),
        _amount("more", gettext_lazy("Extra"), sheet, lambda row: row.against_grant),
        _amount("all", gettext_lazy("All in all"), sheet, lambda row: row.all_in),
        _amount("missing", gettext_lazy("Never comes"), sheet, lambda row: row.missing),
    ]
    return Table(columns, found)


GIVEN = (
    Column("parameter", gettext_lazy("Parameter"), lambda row: row[0]),
    Column("value", gettext_lazy("As given"), lambda row: row[1]),
)
