"""What to warn of: more asked for one need or project than is missing, one window asked twice."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from appui.funding import rules
from appui.funding.models import Allocation, Fund, Proposal
from appui.funding.queries.gap import need_gap
from appui.funding.queries.records import agreements, as_seen, at_signature, open_asks
from appui.kernel.access import Reader
from appui.kernel.money import Money
from appui.needs.models import Need
from appui.portfolio.models import Activity
from appui.portfolio.queries import budget_lines, budget_total
from appui.registry.rates import rate_table
from appui.ui import formats


def warnings_of(ask: Proposal, reader: Reader, *, today: date) -> list[str]:
    """What is wrong with the open asks for the same need and project; none for an ask that is not
    open. ``ask`` comes from ``proposals``."""
    if ask.stage not in rules.OPEN_STAGES:
        return []
    found: list[str] = []
    if ask.activity is not None:
        found += warnings_of_activity(ask.activity, reader, today=today)
    if ask.need is not None:
        found += warnings_of_need(ask.need, reader, today=today)
    return list(dict.fromkeys(found))


def warnings_of_need(need: Need, reader: Reader, *, today: date) -> list[str]:
    """What is wrong with the open asks for a need; nine queries at most."""
    asks = list(_open(reader).filter(need=need))
    if not asks:
        return []
    gap = need_gap(need, reader, today=today)
    missing = Money(gap.total.missing, gap.currency) if gap.total.need else None
    return [*_too_much(asks, missing, today), *_same_window(asks)]


def warnings_of_activity(activity: Activity, reader: Reader, *, today: date) -> list[str]:
    """What is wrong with the open asks for a project; seven queries at most."""
    asks = list(_open(reader).filter(activity=activity))
    if not asks:
        return []
    return [
        *_too_much(asks, missing_of_activity(activity, reader), today),
        *_same_window(asks),
    ]


def warnings_of_fund(asks: Sequence[Proposal]) -> list[str]:
    """Which projects and needs the asks to one window name twice, of those still open."""
    still = [ask for ask in asks if ask.stage in rules.OPEN_STAGES]
    whats = [ask.activity or ask.need for ask in still]
    counts = Counter(what for what in whats if what is not None)
    return [
        ngettext(
            "%(count)d open ask to this window is for “%(name)s”.",
            "%(count)d open asks to this window are for “%(name)s”.",
            count,
        )
        % {"count": count, "name": what}
        for what, count in counts.items()
        if count > 1
    ]


def _open(reader: Reader) -> QuerySet[Proposal]:
    """Open asks with the windows that the reader may see."""
    return open_asks(reader).prefetch_related(*as_seen(reader, fund=Fund)).order_by("pk")


def missing_of_activity(activity: Activity, reader: Reader) -> Money | None:
    """The budget of a project less what signed agreements give it, never below zero, in its
    currency; None where no budget, or a rate it wants, is known."""
    lines = list(budget_lines(reader).filter(activity=activity))
    given = list(
        Allocation.objects.filter(
            activity=activity,
            agreement__in=agreements(reader).filter(status__in=rules.COUNTING),
        ).select_related("agreement")
    )
    currencies = {line.currency for line in lines} | {activity.currency}
    currencies |= {item.agreement.currency for item in given}
    rates = rate_table(currencies if len(currencies) > 1 else ())
    budget = budget_total(lines, activity.currency, rates)
    if budget is None or budget.unconverted:
        return None
    secured = [
        at_signature(
            Money(item.amount, item.agreement.currency), item.agreement, activity.currency, rates
        )
        for item in given
    ]
    if any(found is None for found in secured):
        return None
    total = sum((found.money.amount for found in secured if found), Decimal(0))
    return Money(max(budget.money.amount - total, Decimal(0)), activity.currency)


def _too_much(asks: Sequence[Proposal], missing: Money | None, today: date) -> list[str]:
    if missing is None:
        return []
    currencies = {ask.currency for ask in asks} | {missing.currency}
    rates = rate_table(currencies if len(currencies) > 1 else ())
    counted = [
        rates.convert(Money(ask.amount, ask.currency), missing.currency, today) for ask in asks
    ]
    asked = sum((found.money.amount for found in counted if found), Decimal(0))
    if asked <= missing.amount:
        return []
    return [
        _("Open asks sum to %(asked)s, more than the %(missing)s that are missing.")
        % {
            "asked": formats.money(asked, missing.currency),
            "missing": formats.money(missing.amount, missing.currency),
        }
    ]


def _same_window(asks: Sequence[Proposal]) -> list[str]:
    names = {ask.fund.pk: ask.fund for ask in asks if ask.fund is not None}
    counts = Counter(ask.fund.pk for ask in asks if ask.fund is not None)
    return [
        ngettext(
            "%(count)d open ask goes to the same window, “%(window)s”.",
            "%(count)d open asks go to the same window, “%(window)s”.",
            count,
        )
        % {"count": count, "window": names[key]}
        for key, count in counts.items()
        if count > 1
    ]
