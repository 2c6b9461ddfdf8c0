"""Writes of periods: closing keeps the balances, reopening keeps the reason."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from appui.funding.models import Fund
from appui.kernel import audit
from appui.kernel.access import Reader
from appui.kernel.errors import Invalid
from appui.kernel.verdict import require
from appui.treasury import rules
from appui.treasury.balances import Balances
from appui.treasury.models import Earmark, Movement, Period, PeriodBalance, PeriodState
from appui.treasury.queries.sums import sums_by_earmark
from appui.ui import formats

VERBS = (gettext_noop("period closed"), gettext_noop("period reopened"))


def last_closed(fund: Fund) -> date | None:
    """The last day that is closed; None while nothing is."""
    closed = Period.objects.filter(fund=fund, state=PeriodState.CLOSED)
    return closed.order_by("-ends_on").values_list("ends_on", flat=True).first()


def refuse_closed_day(fund: Fund, day: date) -> None:
    """Raise ``Invalid`` for a day in a closed period, or before the first one."""
    until = last_closed(fund)
    if until is not None and day <= until:
        text = _("The accounts are closed until %(day)s: date it later, or have them reopened.")
        text %= {"day": formats.day(until)}
        raise Invalid(text, {"date": text})


@transaction.atomic
def close_period(fund: Fund, *, by: Reader, today: date, starts_on: date, ends_on: date) -> Period:
    """Close the accounts up to a day and keep the balances of every earmark.

    Periods follow each other without a gap. Raises ``Invalid`` for one closed already, not over
    yet, or leaving a gap.
    """
    audit.hold(fund)
    require(rules.may_close(fund, by))
    _check_span(fund, starts_on, ends_on, today)
    made = audit.create(
        Period(fund=fund, starts_on=starts_on, ends_on=ends_on, closed_by=by.name[:200]),
        by=by,
        verb="period closed",
    )
    sums = sums_by_earmark(fund, until=ends_on)
    PeriodBalance.objects.bulk_create(
        PeriodBalance(period=made, earmark=earmark, **sums.get(earmark.pk, Balances()).sums())
        for earmark in Earmark.objects.filter(fund=fund)
    )
    return made


def _check_span(fund: Fund, starts_on: date, ends_on: date, today: date) -> None:
    until = last_closed(fund)
    fields: dict[str, str] = {}
    if ends_on >= today:
        fields["ends_on"] = _("A period is closed once it is over: at the earliest the day after.")
    elif until is not None and ends_on <= until:
        text = _("The accounts are already closed until %(day)s.")
        fields["ends_on"] = text % {"day": formats.day(until)}
    elif until is not None and starts_on != until + timedelta(days=1):
        text = _("The next period begins on %(day)s, the day after the last closed one.")
        fields["starts_on"] = text % {"day": formats.day(until + timedelta(days=1))}
    elif until is None and Movement.objects.filter(fund=fund, date__lt=starts_on).exists():
        fields["starts_on"] = _("Money moved before that day: begin the first period earlier.")
    if fields:
        raise Invalid(" ".join(fields.values()), fields)


@transaction.atomic
def reopen_period(
    period: Period, *, by: Reader, now: datetime, reason: str, version: int | None = None
) -> Period:
    """Open the last closed period again, with a reason; what was closed stays readable."""
    audit.hold(period.fund)
    audit.hold(period)
    require(rules.may_reopen(period, by))
    if not reason.strip():
        text = _("Say why the period is reopened.")
        raise Invalid(text, {"reason": text})
    fields: dict[str, Any] = {
        "state": PeriodState.REOPENED,
        "reopened_by": by.name[:200],
        "reopened_at": now,
        "reason": reason.strip()[:300],
    }
    return audit.update(period, by=by, version=version, verb="period reopened", **fields)
