"""Answers about activities: their budgets, and their codes by vocabulary."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal
from itertools import groupby
from typing import TypeVar

from django.db.models import Model, Prefetch, Q, QuerySet

from appui.evidence.models import Source
from appui.kernel.access import Reader
from appui.kernel.money import Converted, Money
from appui.portfolio.models import (
    CHILD,
    PARENT,
    SIBLING,
    Activity,
    ActivityClassification,
    ActivityDocument,
    ActivityIdentifier,
    ActivityPlace,
    BudgetLine,
    Participation,
    RelatedActivity,
    StatusChange,
)
from appui.registry.models import Code, CodeList
from appui.registry.rates import RateTable, rate_table

M = TypeVar("M", bound=Model)
Period = tuple[date, date]
UNSORTED = ""  # the category of lines that state none
MILLIONTH = Decimal("0.000001")
MOST_SIBLINGS = 20


@dataclass(frozen=True, slots=True)
class BudgetTotal:
    """The lines that count, summed in one currency, each at the rate of its value date.

    ``unconverted`` lines have no rate and are not in ``money``; ``replaced`` lines never are.
    """

    money: Money
    counted: int
    replaced: int
    converted: tuple[Converted, ...]
    unconverted: tuple[BudgetLine, ...]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The codes of one list on an activity, with their shares or weights."""

    codelist: CodeList
    items: tuple[ActivityClassification, ...]

    @property
    def is_stated(self) -> bool:
        """Whether the shares are stated; they then make 100."""
        return any(item.percentage is not None for item in self.items)


def activities(reader: Reader) -> QuerySet[Activity]:
    """Activities the reader may see with what their lists want: four queries in all."""
    rows: QuerySet[Activity] = Activity.objects.visible_to(reader)
    return rows.select_related("status", "owner").prefetch_related(
        Prefetch("places", ActivityPlace.objects.select_related("location")),
        Prefetch("budget_lines", budget_lines(reader)),
    )


def whole_activities(reader: Reader) -> QuerySet[Activity]:
    """Activities the reader may see with all that hangs on them: six queries in all."""
    classified = ActivityClassification.objects.select_related("code__codelist")
    return (
        activities(reader)
        .select_related("scope", "aid_type", "collaboration_type")
        .prefetch_related(
            Prefetch("identifiers", ActivityIdentifier.objects.select_related("kind")),
            Prefetch(
                "participations", Participation.objects.select_related("organisation", "role")
            ),
            Prefetch("classifications", classified),
        )
    )


def budget_lines(reader: Reader) -> QuerySet[BudgetLine]:
    """Lines with their codes, what replaces them, and their source, which is None where the
    reader may not see it; two queries."""
    rows = BudgetLine.objects.select_related(
        "budget_type", "budget_status", "category", "replaced_by"
    )
    return rows.prefetch_related(Prefetch("source", Source.objects.visible_to(reader)))


def parts(model: type[M], reader: Reader) -> QuerySet[M]:
    """What hangs on activities the reader may see: participations, identifiers, budget lines."""
    seen = Activity.objects.visible_to(reader)
    rows: QuerySet[M] = model._default_manager.filter(activity__in=seen)
    return rows.select_related("activity")


def documents(reader: Reader) -> QuerySet[ActivityDocument]:
    """Documents of activities, where the reader may see both."""
    seen = Source.objects.visible_to(reader)
    rows = parts(ActivityDocument, reader).filter(source__in=seen)
    return rows.select_related("source", "category", "language")


def status_changes(activity: Activity) -> QuerySet[StatusChange]:
    """The states the activity passed, the newest first."""
    return activity.status_changes.select_related("status")


def related_activities(reader: Reader) -> QuerySet[RelatedActivity]:
    """Relations of activities the reader may see to others they may see, or to a reference."""
    seen = Activity.objects.visible_to(reader)
    rows = parts(RelatedActivity, reader).filter(Q(other=None) | Q(other__in=seen))
    return rows.select_related("relation", "other")


@dataclass(frozen=True, slots=True)
class Relation:
    """How another activity stands to one; ``link`` is None where the tree says it."""

    code: str
    label: str
    other: Activity | None
    reference: str
    link: RelatedActivity | None


def relations(activity: Activity, reader: Reader) -> list[Relation]:
    """Every activity that stands beside one, above or below, as far as the reader sees them; in
    the order of the codes. Of the other parts of the same whole, the first twenty. Five queries."""
    names = {item.code: str(item) for item in Code.objects.of("RelatedActivityType")}
    seen = Activity.objects.visible_to(reader).order_by("reference")
    tree = [
        (PARENT, seen.filter(pk=activity.parent_id or 0)),
        (CHILD, seen.filter(parent=activity)),
        (SIBLING, _siblings(activity, seen)),
    ]
    found = [
        Relation(code, names.get(code, code), other, "", None)
        for code, rows in tree
        for other in rows
    ]
    links = related_activities(reader).filter(Q(activity=activity) | Q(other=activity))
    for link in links:
        other = link.other if link.activity_id == activity.pk else link.activity
        code = link.relation.code
        found.append(Relation(code, names.get(code, code), other, link.reference, link))
    return sorted(found, key=lambda item: item.code)


def _siblings(activity: Activity, seen: QuerySet[Activity]) -> QuerySet[Activity]:
    if activity.parent_id is None:
        return seen.none()
    whole = seen.filter(pk=activity.parent_id)
    return seen.filter(parent__in=whole).exclude(pk=activity.pk)[:MOST_SIBLINGS]


def parts_of(activity: Activity, reader: Reader) -> QuerySet[Activity]:
    """The activities that are part of this one, as their list wants them."""
    return activities(reader).filter(parent=activity).order_by("reference")


def rates_of(reader: Reader) -> RateTable:
    """The rates that the budgets of all activities the reader may see want; two queries."""
    seen = Activity.objects.visible_to(reader)
    pairs = seen.order_by().values_list("currency", "budget_lines__currency").distinct()
    return rate_table({code for pair in pairs for code in pair if code})


def rates_for(rows: Iterable[Activity], *others: str) -> RateTable:
    """The rates that the budgets of ``rows`` want; one query at most."""
    currencies = {line.currency for row in rows for line in row.budget_lines.all()}
    return rate_table({*currencies, *(row.currency for row in rows), *others})


def budget_total(
    lines: Iterable[BudgetLine], currency: str, rates: RateTable
) -> BudgetTotal | None:
    """The lines that count in ``currency``; None when there is no line."""
    known = list(lines)
    if not known:
        return None
    counted = [line for line in known if not line.is_replaced]
    seen = [(line, in_currency(line, currency, rates)) for line in counted]
    converted = tuple(found for _line, found in seen if found is not None)
    return BudgetTotal(
        money=Money(sum((item.money.amount for item in converted), Decimal(0)), currency),
        counted=len(converted),
        replaced=len(known) - len(counted),
        converted=converted,
        unconverted=tuple(line for line, found in seen if found is None),
    )


def in_currency(line: BudgetLine, currency: str, rates: RateTable) -> Converted | None:
    """The line at the rate of its value date; None without one."""
    return rates.convert(Money(line.amount, line.currency), currency, line.value_date)


@dataclass(frozen=True, slots=True)
class CategoryRow:
    """What is planned for one category, None for lines without one; ``amounts`` by period."""

    category: Code | None
    amounts: Mapping[Period, Decimal]
    total: Decimal
    share: Decimal | None


@dataclass(frozen=True, slots=True)
class CategoryTotals:
    """The lines that count by category and period, in one currency, each at its value date.

    ``mixed`` are the periods where some lines have a category and others none: there the
    categories do not make up the whole.
    """

    currency: str
    periods: tuple[Period, ...]
    rows: tuple[CategoryRow, ...]
    whole: CategoryRow
    mixed: tuple[Period, ...]
    unconverted: int

    @property
    def is_sorted(self) -> bool:
        """Whether any line has a category."""
        return any(row.category is not None for row in self.rows)


def by_category(lines: Iterable[BudgetLine], currency: str, rates: RateTable) -> CategoryTotals:
    """What ``budget_total`` counts, by category and period; a revised line counts instead of the
    one it replaces, per period and category."""
    counted = [line for line in lines if not line.is_replaced]
    sums: dict[Code | None, dict[Period, Decimal]] = defaultdict(dict)
    unconverted = 0
    for line in counted:
        found = in_currency(line, currency, rates)
        if found is None:
            unconverted += 1
            continue
        row, period = sums[line.category], (line.period_start, line.period_end)
        row[period] = row.get(period, Decimal(0)) + found.money.amount
    periods = tuple(sorted({period for row in sums.values() for period in row}))
    whole = {
        period: sum((row.get(period, Decimal(0)) for row in sums.values()), Decimal(0))
        for period in periods
    }
    total = sum(whole.values(), Decimal(0))
    keys = sorted(sums, key=lambda item: (item is None, item.position if item else 0))
    sharing = shares_of({_code(key): sum(sums[key].values(), Decimal(0)) for key in keys})
    rows = [
        CategoryRow(key, sums[key], sum(sums[key].values(), Decimal(0)), sharing.get(_code(key)))
        for key in keys
    ]
    return CategoryTotals(
        currency,
        periods,
        tuple(rows),
        CategoryRow(None, whole, total, Decimal(1) if total else None),
        _mixed(counted),
        unconverted,
    )


def _code(category: Code | None) -> str:
    return category.code if category else UNSORTED


def _mixed(lines: Sequence[BudgetLine]) -> tuple[Period, ...]:
    kinds: dict[Period, set[bool]] = defaultdict(set)
    for line in lines:
        kinds[line.period_start, line.period_end].add(line.category_id is None)
    return tuple(sorted(period for period, found in kinds.items() if len(found) > 1))


def shares_of(amounts: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """Each amount as a share of their sum, to a millionth; they make exactly 1 (largest
    remainder). Empty where the sum is nothing."""
    total = sum(amounts.values(), Decimal(0))
    if not total:
        return {}
    exact = {key: amount / total for key, amount in amounts.items()}
    shares = {key: share.quantize(MILLIONTH, ROUND_DOWN) for key, share in exact.items()}
    left = int((1 - sum(shares.values(), Decimal(0))) / MILLIONTH)
    for key in sorted(exact, key=lambda key: shares[key] - exact[key])[:left]:
        shares[key] += MILLIONTH
    return shares


def budget_shares(activities: Iterable[int]) -> dict[int, dict[str, Decimal]]:
    """By activity, the share of each category (its code, “” for lines without one) in the lines
    that count; the shares of an activity make 1. For rules such as staff and office ≤ 30 %.

    Lines of one currency are taken as they stand; of several, in US dollars at their value dates,
    those without a rate left out. An activity without a budget is left out. At most two queries;
    the caller answers for who may see the activities.
    """
    rows = BudgetLine.objects.filter(activity__in=list(activities), replaced_by=None).order_by()
    lines: dict[int, list[tuple[str, Decimal, str, date]]] = defaultdict(list)
    names = ("activity", "category__code", "amount", "currency", "value_date")
    for pk, category, amount, currency, day in rows.values_list(*names):
        lines[pk].append((category or UNSORTED, amount, currency, day))
    rates = rate_table({"USD", *(line[2] for found in lines.values() for line in found)})
    shares = {pk: shares_of(_summed(found, rates)) for pk, found in lines.items()}
    return {pk: found for pk, found in shares.items() if found}


def _summed(
    lines: Sequence[tuple[str, Decimal, str, date]], rates: RateTable
) -> dict[str, Decimal]:
    currencies = {currency for _category, _amount, currency, _day in lines}
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for category, amount, currency, day in lines:
        if len(currencies) == 1:
            sums[category] += amount
        elif found := rates.convert(Money(amount, currency), "USD", day):
            sums[category] += found.money.amount
    return sums


@dataclass(frozen=True, slots=True)
class TreeTotal:
    """The budget of an activity with its parts, no money twice: a whole that states its own counts
    and not its parts. ``counted`` are the activities whose budgets make it."""

    money: Money
    counted: tuple[Activity, ...]
    unconverted: int


def tree_total(activity: Activity, currency: str, reader: Reader) -> TreeTotal | None:
    """What the activity and all the parts below it that the reader may see make; None without a
    budget. Three queries for each level."""
    level, found, unconverted = [activity], [], 0
    seen: set[int] = set()
    total = Decimal(0)
    while level:
        rates = rates_for(level, currency)
        open_ones = []
        for item in level:
            seen.add(item.pk)
            own = budget_total(item.budget_lines.all(), currency, rates)
            if own is None:
                open_ones.append(item.pk)
                continue
            found.append(item)
            total += own.money.amount
            unconverted += len(own.unconverted)
        below = activities(reader).filter(parent__in=open_ones).exclude(pk__in=seen)
        level = list(below.order_by("reference")) if open_ones else []
    if not found:
        return None
    return TreeTotal(Money(total, currency), tuple(found), unconverted)


def vocabularies(activity: Activity) -> list[Vocabulary]:
    """The codes of the activity by list, in the order of the lists' names; no query when
    ``activity`` comes from ``whole_activities``."""
    items = sorted(
        activity.classifications.all(),
        key=lambda item: (item.code.codelist.slug, item.code.position, item.code.code),
    )
    groups = groupby(items, key=lambda item: item.code.codelist)
    return [Vocabulary(codelist, tuple(found)) for codelist, found in groups]
