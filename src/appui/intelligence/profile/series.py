"""Money by year: ten years back in the donor's currency and in dollars, and what is budgeted."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils.translation import gettext as _

from appui.intelligence.corpus import (
    ConstantSum,
    CurrencySum,
    constants,
    currencies,
    sum_flows,
)
from appui.intelligence.profile.content import Bars, Section
from appui.intelligence.profile.material import YEARS, Material
from appui.intelligence.views import shown
from appui.intelligence.words import SOURCES
from appui.kernel.money import Money
from appui.ui.listing import Column
from appui.ui.table import Table


@dataclass(frozen=True, slots=True)
class YearLine:
    """One year; ``own`` is what was published in the donor's currency, ``constant`` in prices of
    another year, each None where nothing is published."""

    year: int
    own: Money | None
    usd: Decimal | None
    constant: Decimal | None
    rows: int
    url: str


def own_currency(sums: Iterable[CurrencySum]) -> str | None:
    """The currency of most rows; of several the first by its code."""
    counts: dict[str, int] = {}
    for item in sums:
        if item.currency:
            counts[item.currency] = counts.get(item.currency, 0) + item.parts
    return min(counts, key=lambda code: (-counts[code], code)) if counts else None


def ten_years(material: Material) -> Section:
    """The years up to the last published one, those without anything included."""
    found = currencies(material.corpus, material.wanted)
    fixed = constants(material.corpus, material.wanted)
    currency, prices = own_currency(found), _prices(fixed)
    first = material.until - YEARS + 1
    lines = [
        _year_line(material, year, found, currency, fixed, prices)
        for year in range(material.until, first - 1, -1)
    ]
    return Section(
        "years",
        _("Ten years"),
        _rule(material, found, currency, prices),
        Table(_columns(currency, prices), lines),
        bars=_bars(material, lines),
    )


def _prices(fixed: list[ConstantSum]) -> str:
    """The base of prices with the most lines: two bases never share a column."""
    lines: dict[str, int] = {}
    for item in fixed:
        lines[item.prices] = lines.get(item.prices, 0) + item.lines
    return min(lines, key=lambda base: (-lines[base], base)) if lines else ""


def _year_line(
    material: Material,
    year: int,
    found: list[CurrencySum],
    currency: str | None,
    fixed: list[ConstantSum],
    prices: str,
) -> YearLine:
    of_year = [item for item in found if item.year == year]
    own = [item.amount for item in of_year if item.currency == currency]
    constant = [item.usd for item in fixed if (item.year, item.prices) == (year, prices)]
    return YearLine(
        year=year,
        own=Money(sum(own, Decimal(0)), currency) if own and currency else None,
        usd=sum((item.usd for item in of_year), Decimal(0)) if of_year else None,
        constant=sum(constant, Decimal(0)) if constant else None,
        rows=sum(item.parts for item in of_year),
        url=material.link(("year", year)) if of_year else "",
    )


def _columns(currency: str | None, prices: str) -> list[Column]:
    columns = [
        Column("year", _("Year"), lambda row: row.year, "year"),
        Column(
            "usd",
            _("Current US dollars"),
            lambda row: row.usd,
            "money",
            currency=lambda _row: "USD",
            href=lambda row: row.url,
        ),
        Column("rows", _("Rows"), lambda row: row.rows, "number", phone=False),
    ]
    if currency and currency != "USD":
        own = Column(
            "own",
            _("As published in %(currency)s") % {"currency": currency},
            lambda row: row.own,
            "money",
        )
        columns.insert(1, own)
    if prices:
        label = _("Constant US dollars (%(prices)s)") % {"prices": prices}
        constant = Column(
            "constant", label, lambda row: row.constant, "money", currency=lambda _row: "USD"
        )
        columns.insert(-1, constant)
    return columns


def _rule(material: Material, found: list[CurrencySum], currency: str | None, prices: str) -> str:
    said = []
    if currency == "USD":
        said.append(_("Its own currency in these rows is the US dollar."))
    elif currency:
        said.append(
            _(
                "Its own currency is that of most rows: %(currency)s, as published; what it "
                "published in others is in the dollars only."
            )
            % {"currency": currency}
        )
    if prices:
        said.append(
            _("Constant dollars are those that %(source)s publishes itself, whole transactions.")
            % {"source": SOURCES.get(material.kind[1], material.kind[1])}
        )
    else:
        said.append(
            _(
                "Constant dollars: not stated. None of these rows comes with a deflator; OECD CRS "
                "publishes deflated amounts, and none is estimated here."
            )
        )
    unknown = sum(item.parts for item in found if item.year is None)
    if unknown:
        said.append(_("Rows without a year: %(count)d, not in the table.") % {"count": unknown})
    return " ".join(said)


def _bars(material: Material, lines: list[YearLine]) -> Bars | None:
    kind = shown.kind_words(material.kind)
    if not any(line.usd for line in lines):
        return None
    unit = _("current US dollars")
    return Bars(
        [(str(line.year), kind, line.usd or Decimal(0)) for line in reversed(lines)],
        _("Bars: %(what)s by year.") % {"what": kind},
        f"{kind} · {unit}",
    )


def forward(material: Material) -> Section:
    """What is budgeted from this year on, by year and source; money that is not yet a flow."""
    wanted = replace(
        material.asked.wanted,
        flow_types=("budget",),
        sources=(),
        years=tuple(range(material.this_year, material.this_year + YEARS)),
    )
    found = sorted(
        sum_flows(material.corpus, wanted, ("year",)),
        key=lambda item: (int(item.keys[0] or 0), item.source),
    )
    title, rule = (
        _("Forward budgets"),
        _("Budgets of its activities for this year and later, latest version of each."),
    )
    if not found:
        absent = _("No budget for %(year)d or later is published.") % {"year": material.this_year}
        return Section("forward", title, rule, absent=absent)
    columns = [
        Column("year", _("Year"), lambda row: row.keys[0], "year"),
        Column("source", _("Source"), lambda row: SOURCES.get(row.source, row.source)),
        Column(
            "usd",
            _("US dollars"),
            lambda row: row.usd,
            "money",
            currency=lambda _row: "USD",
            href=lambda row: shown.behind_url(
                material.asked, ("budget", row.source), ("year", row.keys[0]), **_NO_YEARS
            ),
        ),
        Column("rows", _("Rows"), lambda row: row.parts, "number", phone=False),
    ]
    return Section("forward", title, rule, Table(columns, found))


_NO_YEARS: dict[str, object] = {"from": None, "to": None}
