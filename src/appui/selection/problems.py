"""A scenario with its projects, money and rules, as the problem that the engine solves."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from appui.funding.models import Allocation
from appui.funding.queries import at_signature
from appui.funding.rules import COUNTING
from appui.kernel.access import Reader
from appui.kernel.errors import Invalid
from appui.kernel.money import Money
from appui.portfolio.models import Activity, ActivityClassification, ActivityPlace, BudgetLine
from appui.registry.rates import RateTable, rate_table
from appui.selection.appraised import Row, appraised
from appui.selection.asked import Years, added, less, spread
from appui.selection.models import Appraisal, Balance, Envelope, Rule, RuleKind, Scenario
from appui.selection.optimum import Balance as Share
from appui.selection.optimum import Fund, Problem, ProblemError, Project

WHOLE = Decimal(1)
Named = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Built:
    """``names`` tells each project's title and key in the database; ``left_out`` those that are
    no candidates: ``unscored``, ``no-budget``, ``no-rate``, ``funded`` or ``part-of``.
    """

    problem: Problem
    names: Mapping[str, Named]
    left_out: Sequence[Named]


def build(scenario: Scenario, reader: Reader) -> Built:
    """The problem of a scenario as recorded now, over the projects that the reader may see; a
    fixed number of queries. Raises ``Invalid``."""
    result = appraised(scenario.appraisal)
    rows = {row.candidate.activity_id: row for row in result.rows}
    activities = _activities(scenario.appraisal, reader)
    money = _Asked(scenario.currency, activities)
    seen = Activity.objects.visible_to(reader)
    rules = list(scenario.rules.filter(activity__in=seen).select_related("activity", "other"))
    balances = list(scenario.balances.select_related("location", "sector"))
    envelopes = list(scenario.envelopes.prefetch_related("years", "locations", "sectors"))
    taken, left_out = _sorted_out(activities, rows, money, scenario.method)
    _check_demanded(rules, taken, left_out)
    funded = {item["key"] for item in left_out if item["code"] == "funded"}
    wanted = [rule for rule in rules if rule.other is None or rule.other.reference not in funded]
    known = {item.pk: item.reference for item in taken}
    projects = [
        _project(item, rows[item.pk], scenario.method, money, balances, wanted, known)
        for item in taken
    ]
    try:
        problem = Problem(
            currency=scenario.currency,
            projects=tuple(projects),
            funds=tuple(_fund(item) for item in envelopes),
            pairs=_pairs(taken, envelopes),
            balances=tuple(_share(item) for item in balances),
            alternatives=_alternatives(rules, taken),
            most_funders=scenario.most_funders,
            certainty=Decimal(scenario.certainty) / 100,
        )
    except ProblemError as error:
        raise Invalid(str(error)) from error
    names = {item.reference: {"title": item.title, "pk": item.pk} for item in activities}
    return Built(problem, names, left_out)


class Line(NamedTuple):
    """What a problem takes from a budget line that counts."""

    amount: Decimal
    currency: str
    value_date: date
    period_start: date
    period_end: date


def _activities(appraisal: Appraisal, reader: Reader, *, whole: bool = True) -> list[Activity]:
    """The projects under appraisal with all that the problem takes from them; unless ``whole``,
    without their places and sectors."""
    seen = Activity.objects.visible_to(reader).filter(candidacies__appraisal=appraisal)
    keys = seen.order_by().values("pk")
    places = ActivityPlace.objects.filter(activity__in=keys).order_by()
    codes = ActivityClassification.objects.filter(activity__in=keys).order_by()
    lines = BudgetLine.objects.filter(activity__in=keys, replaced_by=None)
    given = Allocation.objects.filter(activity__in=keys, agreement__status__in=COUNTING)
    gifts = [(item.activity_id, item) for item in given.select_related("agreement", "amendment")]
    found: list[Any] = list(seen.order_by("reference").only("reference", "title", "parent"))
    _give(found, "money_given", gifts, _itself)
    _give(found, "counted_lines", lines.values_list("activity", *Line._fields), Line)
    if whole:
        _give(found, "places_given", places.values_list("activity", "location__code"), str)
        coded = codes.values_list("activity", "code__code", "code__codelist__slug")
        sectors = (row[:2] for row in coded if row[2] == "Sector")  # SQL takes ten times as long
        _give(found, "sectors_given", sectors, str)
    return found


def _give(
    activities: Sequence[Activity],
    name: str,
    rows: Iterable[tuple[Any, ...]],
    make: Callable[..., Any],
) -> None:
    """Put on each activity, under ``name``, what ``rows`` say of it: no record for each row."""
    by_activity: dict[int, list[Any]] = {item.pk: [] for item in activities}
    for pk, *fields in rows:
        by_activity[pk].append(make(*fields))
    for item in activities:
        setattr(item, name, by_activity[item.pk])


def _itself(item: Allocation) -> Allocation:
    return item


def _check_demanded(
    rules: Iterable[Rule], taken: Iterable[Activity], left_out: Iterable[Named]
) -> None:
    """Refuse a choice that would silently leave out what must be in."""
    codes = {item["key"]: item["code"] for item in left_out}
    known = {item.reference for item in taken}
    for rule in rules:
        key = rule.activity.reference
        if rule.kind == RuleKind.MANDATORY and key not in known and codes.get(key) != "funded":
            raise Invalid(
                _("“%(name)s” must be in, and it cannot be chosen as it is.") % {"name": key}
            )


class _Asked:
    """What each project asks for by year, and what it has, in the scenario's currency."""

    def __init__(self, currency: str, activities: Sequence[Activity]) -> None:
        self.currency = currency
        self.asked: dict[int, Years] = {}
        self.secured: dict[int, int] = {}
        self.without_rate: set[int] = set()
        currencies = {line.currency for item in activities for line in _lines(item)}
        currencies |= {gift.agreement.currency for item in activities for gift in _gifts(item)}
        rates = rate_table({*currencies, self.currency})
        for item in activities:
            self._add(item, rates)

    def _add(self, activity: Activity, rates: RateTable) -> None:
        parts = []
        for line in _lines(activity):
            money = rates.convert(Money(line.amount, line.currency), self.currency, line.value_date)
            if money is None:
                self.without_rate.add(activity.pk)
                return
            parts.append(spread(money.money.amount, line.period_start, line.period_end))
        given: list[tuple[int | None, int]] = []
        for gift in _gifts(activity):
            signed = gift.amendment or gift.agreement
            given_money = Money(gift.amount, gift.agreement.currency)
            money = at_signature(given_money, signed, self.currency, rates)
            if money is None:
                self.without_rate.add(activity.pk)
                return
            given.append((gift.year, int(money.money.amount.quantize(WHOLE))))
        whole = added(parts)
        self.asked[activity.pk] = less(whole, given)
        self.secured[activity.pk] = sum(whole.values()) - sum(self.asked[activity.pk].values())


def _lines(activity: Activity) -> list[Line]:
    return activity.counted_lines  # type: ignore[attr-defined,no-any-return]


def _gifts(activity: Activity) -> list[Allocation]:
    return activity.money_given  # type: ignore[attr-defined,no-any-return]


def _sorted_out(
    activities: Sequence[Activity], rows: Mapping[int, Row], money: _Asked, method: str
) -> tuple[list[Activity], list[Named]]:
    """Those to choose from, and those left out with the code that says why."""
    keys = {item.pk for item in activities}
    taken, left_out = [], []
    for item in activities:
        row = rows.get(item.pk)
        if item.parent_id in keys:
            code = "part-of"
        elif row is None or method not in row.values:
            code = "unscored"
        elif item.pk in money.without_rate:
            code = "no-rate"
        elif not _lines(item):
            code = "no-budget"
        elif not money.asked[item.pk]:
            code = "funded"
        else:
            taken.append(item)
            continue
        left_out.append({"key": item.reference, "code": code})
    return taken, left_out


def _project(
    activity: Activity,
    row: Row,
    method: str,
    money: _Asked,
    balances: Sequence[Balance],
    rules: Sequence[Rule],
    known: Mapping[int, str],
) -> Project:
    own = [rule for rule in rules if rule.activity_id == activity.pk]
    kinds = {rule.kind for rule in own}
    wanted = [rule.other_id or 0 for rule in own if rule.kind == RuleKind.REQUIRES]
    return Project(
        key=activity.reference,
        value=row.values[method],
        asked=money.asked[activity.pk],
        secured=money.secured[activity.pk],
        groups=frozenset(_group(item) for item in balances if _belongs(activity, item)),
        mandatory=RuleKind.MANDATORY in kinds,
        # One that makes no sense without a project that cannot be chosen cannot be chosen either.
        excluded=RuleKind.EXCLUDED in kinds or any(pk not in known for pk in wanted),
        requires=tuple(sorted(known[pk] for pk in wanted if pk in known)),
    )


def _group(balance: Balance) -> str:
    if balance.location is not None:
        return f"place {balance.location.code}"
    return f"sector {balance.sector.code}" if balance.sector is not None else ""


def _belongs(activity: Activity, balance: Balance) -> bool:
    if balance.location is not None:
        return _takes_place(activity, [balance.location.code])
    return balance.sector is not None and _has_sector(activity, [balance.sector.code])


def _takes_place(activity: Activity, codes: Iterable[str]) -> bool:
    """Whether it takes place in one of these places, or in a part of one."""
    own: Iterable[str] = activity.places_given  # type: ignore[attr-defined]
    return any(code == other or code.startswith(f"{other}-") for code in own for other in codes)


def _has_sector(activity: Activity, codes: Iterable[str]) -> bool:
    given: Iterable[str] = activity.sectors_given  # type: ignore[attr-defined]
    return not set(given).isdisjoint(codes)


def _fund(envelope: Envelope) -> Fund:
    maximum = envelope.maximum
    return Fund(
        key=envelope.title,
        envelopes={item.year: int(item.amount) for item in envelope.years.all()},
        minimum=int((envelope.minimum or Decimal(0)).to_integral_value()),
        maximum=None if maximum is None else int(maximum),
        cofinancing=envelope.cofinancing / 100,
    )


def _pairs(
    activities: Sequence[Activity], envelopes: Sequence[Envelope]
) -> dict[tuple[str, str], Decimal]:
    """Which envelope may pay which project, and how certain its money is."""
    found = {}
    for envelope in envelopes:
        places = [item.code for item in envelope.locations.all()]
        sectors = [item.code for item in envelope.sectors.all()]
        for item in activities:
            if places and not _takes_place(item, places):
                continue
            if sectors and not _has_sector(item, sectors):
                continue
            found[item.reference, envelope.title] = Decimal(envelope.certainty) / 100
    return found


def _share(balance: Balance) -> Share:
    return Share(_group(balance), Decimal(balance.least) / 100, Decimal(balance.most) / 100)


def _alternatives(rules: Sequence[Rule], taken: Sequence[Activity]) -> tuple[frozenset[str], ...]:
    known = {item.pk: item.reference for item in taken}
    return tuple(
        frozenset((known[rule.activity_id], known[rule.other_id]))
        for rule in rules
        if rule.kind == RuleKind.ALTERNATIVE
        and rule.other_id is not None
        and {rule.activity_id, rule.other_id} <= known.keys()
    )


def costs_of(appraisal: Appraisal, reader: Reader) -> dict[int, int]:
    """What each project under appraisal costs, in whole units of the appraisal's currency, by the
    project's key; one without a budget or a rate is not there."""
    activities = _activities(appraisal, reader, whole=False)
    money = _Asked(appraisal.currency, activities)
    found = {key: sum(years.values()) + money.secured[key] for key, years in money.asked.items()}
    return {key: cost for key, cost in found.items() if cost}
