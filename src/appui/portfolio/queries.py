"""Answers about activities: their budgets, and their codes by vocabulary."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import TypeVar

from django.db.models import Model, Prefetch, QuerySet

from appui.evidence.models import Source
from appui.kernel.access import Reader
from appui.kernel.money import Converted, Money
from appui.portfolio.models import (
    Activity,
    ActivityClassification,
    ActivityPlace,
    BudgetLine,
    Participation,
)
from appui.registry.models import CodeList
from appui.registry.rates import RateTable, rate_table

M = TypeVar("M", bound=Model)


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
            "identifiers",
            Prefetch(
                "participations", Participation.objects.select_related("organisation", "role")
            ),
            Prefetch("classifications", classified),
        )
    )


def budget_lines(reader: Reader) -> QuerySet[BudgetLine]:
    """Lines with their codes, what replaces them, and their source, which is None where the
    reader may not see it; two queries."""
    rows = BudgetLine.objects.select_related("budget_type", "budget_status", "replaced_by")
    return rows.prefetch_related(Prefetch("source", Source.objects.visible_to(reader)))


def parts(model: type[M], reader: Reader) -> QuerySet[M]:
    """What hangs on activities the reader may see: participations, identifiers, budget lines."""
    seen = Activity.objects.visible_to(reader)
    rows: QuerySet[M] = model._default_manager.filter(activity__in=seen)
    return rows.select_related("activity")


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


def vocabularies(activity: Activity) -> list[Vocabulary]:
    """The codes of the activity by list, in the order of the lists' names; no query when
    ``activity`` comes from ``whole_activities``."""
    items = sorted(
        activity.classifications.all(),
        key=lambda item: (item.code.codelist.slug, item.code.position, item.code.code),
    )
    groups = groupby(items, key=lambda item: item.code.codelist)
    return [Vocabulary(codelist, tuple(found)) for codelist, found in groups]
