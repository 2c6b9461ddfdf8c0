"""Closed days stay as they are; a period is closed once, in order, and reopened with a reason."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone
from tests.factories import TODAY

from appui.kernel.errors import Invalid, Refused
from appui.kernel.models import AuditEntry
from appui.treasury import actions, queries
from appui.treasury.models import Movement, Period

pytestmark = pytest.mark.django_db
MARCH = {"starts_on": date(2026, 3, 1), "ends_on": date(2026, 3, 31)}


@pytest.fixture
def close(fund, finance):
    def close(**span):
        return actions.close_period(fund, by=finance, today=TODAY, **span)

    return close


def test_closing_keeps_the_balances_and_shuts_the_days(close, receive, record, earmark, risk):
    receive("873.18", (earmark, "611.23"), (risk, "261.95"), day=date(2026, 3, 2))
    receive("1", (risk, "1"), day=date(2026, 4, 1))
    made = close(**MARCH)

    kept = {line.earmark.code: line.balances.available for line in made.lines.all()}
    assert kept == {"sea": Decimal("611.23"), "risk": Decimal("261.95")}
    count = Movement.objects.count()
    for day in (date(2026, 3, 31), date(2026, 2, 1)):
        with pytest.raises(Invalid, match="closed until Mar 31, 2026"):
            receive("1", (earmark, "1"), day=day)
    with pytest.raises(Invalid, match="closed until"):
        record(earmark, "fees", "1", day=date(2026, 3, 31))
    assert Movement.objects.count() == count
    receive("1", (earmark, "1"), day=date(2026, 4, 1))


def test_a_correction_of_a_closed_day_is_dated_in_the_open(close, receive, earmark, finance):
    [made] = receive("10", (earmark, "10"), day=date(2026, 3, 2))
    period = close(**MARCH)

    assert actions.reverse(made, by=finance, today=TODAY, reason="Not ours").date == TODAY
    now = queries.sums_by_earmark(period.fund, until=period.ends_on)
    assert queries.differences(period, now) == []


@pytest.mark.parametrize(
    ("span", "field", "says"),
    [
        (MARCH, "ends_on", "already closed until Mar 31, 2026"),
        ({"starts_on": date(2026, 3, 1), "ends_on": date(2026, 3, 15)}, "ends_on", "already"),
        ({"starts_on": date(2026, 5, 1), "ends_on": date(2026, 5, 31)}, "starts_on", "Apr 1, 2026"),
        ({"starts_on": date(2026, 4, 1), "ends_on": TODAY}, "ends_on", "once it is over"),
    ],
)
def test_periods_are_closed_once_in_order_and_when_over(close, span, field, says):
    close(**MARCH)
    with pytest.raises(Invalid, match=says) as refused:
        close(**span)
    assert list(refused.value.fields) == [field]
    assert Period.objects.count() == 1


def test_the_first_period_leaves_nothing_before_it(close, receive, earmark):
    receive("1", (earmark, "1"), day=date(2026, 2, 27))
    with pytest.raises(Invalid, match="begin the first period earlier"):
        close(**MARCH)


def test_a_manager_reopens_the_last_one_with_a_reason_and_the_difference_shows(
    close, receive, earmark, finance, manager
):
    first = close(**MARCH)
    second = close(starts_on=date(2026, 4, 1), ends_on=date(2026, 4, 30))

    def reopen(period, by=manager, reason="A gift was overlooked"):
        return actions.reopen_period(period, by=by, now=timezone.now(), reason=reason)

    with pytest.raises(Refused, match="Manager"):
        reopen(second, by=finance)
    with pytest.raises(Refused, match="later period is closed"):
        reopen(first)
    with pytest.raises(Invalid, match="Say why"):
        reopen(second, reason=" ")
    reopen(second)
    with pytest.raises(Refused, match="open already"):
        reopen(second)
    receive("10", (earmark, "10"), day=date(2026, 4, 5))
    again = close(starts_on=date(2026, 4, 1), ends_on=date(2026, 4, 30))

    def held(period):
        now = queries.sums_by_earmark(period.fund, until=period.ends_on)
        return [(item.earmark.code, item.moved) for item in queries.differences(period, now)]

    assert (held(second), held(again)) == ([("sea", Decimal(10))], [])
    second.refresh_from_db()
    assert (second.state, second.reason) == ("reopened", "A gift was overlooked")
    verbs = AuditEntry.objects.filter(model="treasury.period").values_list("verb", flat=True)
    assert sorted(verbs) == ["period closed"] * 3 + ["period reopened"]
