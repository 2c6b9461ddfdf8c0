"""What is known of projects as the rules of windows ask for it: eight queries however many.

Amounts are seen in the currency of the window: an ask at the rate of the day, the budget line by
line at the rates of their value dates, lines to come at that of the day. A fact without a value is
absent.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from appui.eligibility.expression import Value
from appui.eligibility.models import Statement
from appui.eligibility.vocabulary import parsed, stated_facts
from appui.funding.models import Fund, Proposal, Stage
from appui.kernel.access import Reader
from appui.kernel.money import Converted, Money
from appui.portfolio.models import Activity, ActivityClassification, ActivityPlace, BudgetLine
from appui.portfolio.queries import UNSORTED, budget_shares
from appui.registry.models import Code, Organisation
from appui.registry.rates import RateTable, rate_table

Origin = Literal["ask", "budget", "project", "places", "scope", "sectors", "owner", "answer"]
Pair = tuple[int, int]  # the keys of a project and of a window
COUNTING = (Stage.LEAD, Stage.PROPOSAL, Stage.PLEDGED, Stage.SIGNED)
SEVERAL = ("1", "2", "3")  # ActivityScope: global, regional, multi-national
WITHIN = ("4", "5", "6", "7", "8")  # national and below
EMERGENCY = "720"  # DAC sector group: emergency response


@dataclass(frozen=True, slots=True)
class Known:
    """A fact with where it comes from; ``currency`` for an amount, ``converted`` when it was seen
    in another one, ``statement`` when a person said it."""

    value: Value
    origin: Origin
    currency: str = ""
    converted: tuple[Converted, ...] = ()
    statement: Statement | None = None


@dataclass(frozen=True, slots=True)
class FactSheet:
    """The facts of one project at one window; ``unconverted`` are those without exchange rate."""

    known: Mapping[str, Known]
    unconverted: frozenset[str] = frozenset()

    @property
    def values(self) -> dict[str, Value]:
        """What an expression is evaluated on."""
        return {name: item.value for name, item in self.known.items()}


@dataclass(slots=True)
class _Rows:
    """What ten queries say of the projects, by their keys."""

    codes: dict[int, str] = field(default_factory=dict)
    owners: dict[int, tuple[str | None, str | None]] = field(default_factory=dict)
    places: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    lines: dict[int, list[tuple[Money, date]]] = field(default_factory=lambda: defaultdict(list))
    classified: dict[int, list[tuple[str, str, int | None]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    asks: dict[Pair, Money] = field(default_factory=dict)
    statements: dict[int, dict[str, Statement]] = field(default_factory=lambda: defaultdict(dict))
    shares: Mapping[int, Mapping[str, Decimal]] = field(default_factory=dict)
    rates: RateTable = field(default_factory=lambda: RateTable({}))


def fact_sheets(
    activities: Iterable[Activity], funds: Iterable[Fund], reader: Reader, *, day: date
) -> dict[Pair, FactSheet]:
    """The facts of each project at each window on ``day``, for projects and windows that the reader
    may see; asks are those the reader may see. Ten queries at most."""
    projects, windows = list(activities), list(funds)
    if not projects or not windows:
        return {}
    rows = _read(projects, windows, reader)
    sheets = {}
    for project in projects:
        common = _common(project, rows)
        for currency in {window.currency for window in windows}:
            budget = _budget(rows.lines[project.pk], currency, rows.rates, day)
            for window in windows:
                if window.currency == currency:
                    ask = rows.asks.get((project.pk, window.pk))
                    sheets[project.pk, window.pk] = _sheet(
                        common, budget, ask, currency, rows.rates, day
                    )
    return sheets


def _read(projects: Sequence[Activity], windows: Sequence[Fund], reader: Reader) -> _Rows:
    rows, keys = _Rows(), [project.pk for project in projects]
    coded = {
        pk for item in projects for pk in (item.scope_id, item.aid_type_id, item.status_id) if pk
    }
    rows.codes = dict(Code.objects.filter(pk__in=coded).values_list("pk", "code"))
    owners = Organisation.objects.filter(pk__in={item.owner_id for item in projects})
    rows.owners = {
        pk: (kind, country)
        for pk, kind, country in owners.values_list(
            "pk", "organisation_type__code", "country__code"
        )
    }
    placed = ActivityPlace.objects.filter(activity__in=keys).order_by("location__code")
    for pk, code in placed.values_list("activity", "location__code"):
        rows.places[pk].append(code)
    lines = BudgetLine.objects.filter(activity__in=keys, replaced_by=None).order_by("pk")
    for pk, amount, currency, day in lines.values_list(
        "activity", "amount", "currency", "value_date"
    ):
        rows.lines[pk].append((Money(amount, currency), day))
    classified = ActivityClassification.objects.filter(
        activity__in=keys, code__codelist__slug__in=("Sector", "PolicyMarker")
    ).order_by("code__code")
    for pk, slug, code, significance in classified.values_list(
        "activity", "code__codelist__slug", "code__code", "significance"
    ):
        rows.classified[pk].append((slug, code, significance))
    asks = Proposal.objects.visible_to(reader).filter(
        activity__in=keys, fund__in=[window.pk for window in windows], stage__in=COUNTING
    )
    for pk, fund, amount, currency in asks.order_by("pk").values_list(
        "activity", "fund", "amount", "currency"
    ):
        if pk is not None and fund is not None:
            rows.asks[pk, fund] = Money(amount, currency)  # of several the one recorded last
    rows.shares = budget_shares(keys)
    said = Statement.objects.filter(activity__in=keys).order_by("said_on", "pk")
    for statement in said:
        rows.statements[statement.activity_id][statement.fact] = statement
    currencies = {money.currency for found in rows.lines.values() for money, _day in found}
    currencies |= {money.currency for money in rows.asks.values()}
    rows.rates = rate_table(currencies | {window.currency for window in windows})
    return rows


def _said(statement: Statement) -> Known:
    value = parsed(stated_facts()[statement.fact], statement.value)
    return Known(value if value is not None else "", "answer", statement=statement)


def _common(project: Activity, rows: _Rows) -> dict[str, Known]:
    """The facts that are the same at every window."""
    said = rows.statements[project.pk]
    found = {
        name: _said(statement)
        for name, statement in said.items()
        if name in stated_facts() and parsed(stated_facts()[name], statement.value) is not None
    }
    found |= _from_categories(rows.shares.get(project.pk, {}))
    found |= _from_places(project, rows)
    for name, pk in (("aid_type", project.aid_type_id), ("status", project.status_id)):
        if pk is not None:
            found[name] = Known(rows.codes[pk], "project")
    kind, country = rows.owners[project.owner_id]
    if kind is not None:
        found["applicant_type"] = Known(kind, "owner")
    if country is not None:
        found["applicant_country"] = Known(country, "owner")
    months = _months(project.starts_on, project.ends_on)
    if months is not None:
        found["months"] = Known(Decimal(months), "project")
    return found | _from_codes(rows.classified[project.pk])


def _from_categories(shares: Mapping[str, Decimal]) -> dict[str, Known]:
    """Staff and office in per cent of a budget whose every line has a category."""
    if not shares or UNSORTED in shares:
        return {}
    return {
        f"{name}_share": Known(shares.get(name, Decimal(0)) * 100, "budget")
        for name in ("staff", "office")
    }


def _from_places(project: Activity, rows: _Rows) -> dict[str, Known]:
    """The scope says whether several countries are covered, else how many there are does."""
    found: dict[str, Known] = {}
    countries = tuple(dict.fromkeys(code[:2] for code in rows.places[project.pk]))
    if countries:
        found["countries"] = Known(countries, "places")
        found["regional"] = Known(len(countries) > 1, "places")
    scope = rows.codes.get(project.scope_id or 0, "")
    if scope in SEVERAL or scope in WITHIN:
        found["regional"] = Known(scope in SEVERAL, "scope")
    return found


def _from_codes(classified: Sequence[tuple[str, str, int | None]]) -> dict[str, Known]:
    sectors = tuple(code for slug, code, _weight in classified if slug == "Sector")
    markers = [(code, weight) for slug, code, weight in classified if slug == "PolicyMarker"]
    found: dict[str, Known] = {}
    if sectors:
        found["sectors"] = Known(sectors, "sectors")
    if any(code.startswith(EMERGENCY) for code in sectors):
        found["emergency"] = Known(True, "sectors")
    if any(weight is not None for _code, weight in markers):
        pursued = tuple(code for code, weight in markers if weight)
        found["markers"] = Known(pursued, "project")
    return found


def _months(start: date | None, end: date | None) -> int | None:
    """Whole months from ``start`` to ``end``, both days included."""
    if start is None or end is None or end == date.max:
        return None
    after = end + timedelta(days=1)
    whole = (after.year - start.year) * 12 + after.month - start.month
    return whole - (1 if after.day < start.day else 0)


def _budget(
    lines: Sequence[tuple[Money, date]], currency: str, rates: RateTable, day: date
) -> tuple[Known | None, bool]:
    """The sum of the lines in ``currency``, and whether it fails for want of a rate."""
    if not lines:
        return None, False
    found = [rates.convert(money, currency, min(on, day)) for money, on in lines]
    seen = [item for item in found if item is not None]
    if len(seen) < len(found):
        return None, True
    total = sum((item.money.amount for item in seen), Decimal(0))
    changed = tuple(item for item in seen if item.original.currency != currency)
    return Known(total, "budget", currency, changed), False


def _sheet(
    common: Mapping[str, Known],
    budget: tuple[Known | None, bool],
    ask: Money | None,
    currency: str,
    rates: RateTable,
    day: date,
) -> FactSheet:
    known, unconverted = dict(common), set()
    whole, without_rate = budget
    if whole is not None:
        known["budget"] = whole
    elif without_rate:
        unconverted.add("budget")
    if ask is None:
        if whole is not None:
            known["amount"] = whole
        elif without_rate:
            unconverted.add("amount")
        return FactSheet(known, frozenset(unconverted))
    converted = rates.convert(ask, currency, day)
    if converted is None:
        unconverted.add("amount")
    else:
        changed = (converted,) if ask.currency != currency else ()
        known["amount"] = Known(converted.money.amount, "ask", currency, changed)
    return FactSheet(known, frozenset(unconverted))
