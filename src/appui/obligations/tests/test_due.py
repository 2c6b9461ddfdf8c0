"""Days that are due, worked by hand and against a reckoning of its own that counts day by day."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from appui.obligations.due import (
    Anchor,
    DueDay,
    Rule,
    Span,
    add_months,
    due_days,
    halfway,
    lasts,
)

FAR = date(2100, 1, 1)
DAYS = some.dates(date(1990, 1, 1), date(2090, 12, 31))
MONTHS = some.integers(-240, 240)


def counted_months(day, months):
    """The oracle: walk from month to month along the days of the calendar, never by arithmetic on
    month numbers; then the same day of that month, or its last one."""
    step = timedelta(days=1 if months > 0 else -1)
    first = day.replace(day=1)
    for _ in range(abs(months)):
        first += step
        while first.day != 1:
            first += step
    wanted = first
    while wanted.day < day.day and (wanted + timedelta(days=1)).month == first.month:
        wanted += timedelta(days=1)
    return wanted


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),  # a leap year
        (date(2100, 1, 31), 1, date(2100, 2, 28)),  # a century that is not one
        (date(2000, 1, 31), 1, date(2000, 2, 29)),  # a century that is
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2028, 2, 29), 48, date(2032, 2, 29)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2028, 3, 31), -1, date(2028, 2, 29)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
        (date(2026, 8, 31), 1, date(2026, 9, 30)),
        (date(2026, 5, 5), 0, date(2026, 5, 5)),
    ],
)
def test_a_month_later_is_the_same_day_or_the_last_one(day, months, then):
    assert add_months(day, months) == then


@given(DAYS, MONTHS)
@settings(max_examples=150, deadline=None)
def test_months_are_what_counting_along_the_calendar_gives(day, months):
    assert add_months(day, months) == counted_months(day, months)


@given(DAYS, MONTHS)
@settings(max_examples=100, deadline=None)
def test_months_are_what_dateutil_gives(day, months):
    relativedelta = pytest.importorskip("dateutil.relativedelta").relativedelta

    assert add_months(day, months) == day + relativedelta(months=months)


@pytest.mark.parametrize(
    ("start", "end", "twelve"),
    [
        (date(2026, 1, 1), date(2026, 12, 31), True),
        (date(2026, 1, 1), date(2026, 12, 30), False),
        (date(2027, 3, 1), date(2028, 2, 29), True),  # up to the day before 1 March 2028
        (date(2027, 3, 1), date(2028, 2, 28), False),
        (date(2028, 2, 29), date(2029, 2, 27), True),  # a year after 29 February is 28 February
        (date(2028, 2, 29), date(2029, 2, 26), False),
        (None, date(2029, 2, 26), False),
        (date(2028, 2, 29), None, False),
    ],
)
def test_twelve_months_with_both_days(start, end, twelve):
    assert lasts(start, end, 12) is twelve


def test_halfway_is_the_day_in_the_middle():
    # 1 January to 31 December 2026: 364 days apart, 182 days after 1 January is 2 July
    assert halfway(date(2026, 1, 1), date(2026, 12, 31)) == date(2026, 7, 2)
    assert halfway(date(2026, 1, 1), None) is None


START = Rule(Anchor.START, months=1)
EXTENSION = Rule(Anchor.END, months=-1)
INTERIM = Rule(Anchor.HALFWAY, minimum_months=12)


@pytest.mark.parametrize(
    ("rule", "start", "end", "on"),
    [
        (START, date(2027, 1, 31), None, date(2027, 2, 28)),
        (START, date(2028, 1, 31), None, date(2028, 2, 29)),
        (EXTENSION, date(2027, 1, 1), date(2028, 3, 31), date(2028, 2, 29)),
        (EXTENSION, date(2027, 1, 1), date(2028, 2, 29), date(2028, 1, 29)),
        (INTERIM, date(2027, 3, 1), date(2028, 2, 29), date(2027, 8, 30)),  # 365 // 2 = 182 days
    ],
)
def test_a_duty_falls_on_its_day(rule, start, end, on):
    (found,) = due_days(rule, Span(starts_on=start, ends_on=end), until=FAR)

    assert (found.key, found.on) == (1, on)


def test_nothing_is_due_without_the_day_to_count_from_or_below_the_duration():
    assert due_days(EXTENSION, Span(starts_on=date(2026, 1, 1)), until=FAR) == []
    eleven = Span(starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 30))
    assert due_days(INTERIM, eleven, until=FAR) == []


def test_without_a_start_the_signature_counts():
    (found,) = due_days(START, Span(signed_on=date(2026, 1, 31)), until=FAR)

    assert found == DueDay(1, date(2026, 2, 28), date(2026, 1, 31))


def test_a_fixed_day_comes_each_year_from_the_start_to_the_horizon():
    rule = Rule(Anchor.DAY_OF_YEAR, month=4, day=30)

    found = due_days(rule, Span(starts_on=date(2025, 5, 1)), until=date(2028, 4, 30))

    assert [(item.key, item.on) for item in found] == [
        (2026, date(2026, 4, 30)),
        (2027, date(2027, 4, 30)),
        (2028, date(2028, 4, 30)),
    ]


def test_the_29th_of_february_is_the_28th_in_a_common_year():
    rule = Rule(Anchor.DAY_OF_YEAR, month=2, day=29)

    found = due_days(rule, Span(starts_on=date(2027, 1, 1)), until=date(2028, 12, 31))

    assert [item.on for item in found] == [date(2027, 2, 28), date(2028, 2, 29)]


def test_what_repeats_counts_from_the_anchor_and_not_from_the_time_before():
    rule = Rule(Anchor.START, months=1, every_months=1)
    span = Span(starts_on=date(2027, 12, 31), ends_on=date(2028, 4, 30))

    found = due_days(rule, span, until=FAR)

    assert [(item.key, item.on) for item in found] == [
        (1, date(2028, 1, 31)),
        (2, date(2028, 2, 29)),
        (3, date(2028, 3, 31)),
        (4, date(2028, 4, 30)),
    ]


def test_months_come_before_days():
    # a month after 31 January 2026 is 28 February; one day later is 1 March
    (found,) = due_days(
        Rule(Anchor.START, months=1, days=1), Span(starts_on=date(2026, 1, 31)), until=FAR
    )

    assert found.on == date(2026, 3, 1)


def test_each_tranche_has_its_day():
    rule = Rule(Anchor.TRANCHE, days=-15)
    span = Span(tranches=[(1, date(2026, 1, 10)), (2, date(2026, 7, 10))])

    found = due_days(rule, span, until=FAR)

    assert [(item.key, item.on) for item in found] == [
        (1, date(2025, 12, 26)),
        (2, date(2026, 6, 25)),
    ]


def test_a_rule_binds_while_it_is_valid():
    rule = Rule(
        Anchor.DAY_OF_YEAR, month=4, day=30, valid_from=date(2026, 4, 30), valid_to=date(2027, 1, 1)
    )

    found = due_days(rule, Span(starts_on=date(2020, 1, 1)), until=FAR)

    assert [item.key for item in found] == [2026]


def test_the_end_of_the_calendar_is_no_error():
    span = Span(starts_on=date(9999, 12, 31), ends_on=date(9999, 12, 31))

    assert due_days(Rule(Anchor.END, months=3), span, until=date.max) == []


@given(
    start=DAYS,
    length=some.integers(0, 4000),
    longer=some.integers(1, 1000),
    months=some.integers(-6, 6),
    days=some.integers(-40, 40),
)
@settings(max_examples=100, deadline=None)
def test_an_extension_never_brings_what_counts_from_the_end_forward(
    start, length, longer, months, days
):
    rule = Rule(Anchor.END, months=months, days=days)
    end = start + timedelta(days=length)
    (before,) = due_days(rule, Span(starts_on=start, ends_on=end), until=FAR)
    (after,) = due_days(
        rule, Span(starts_on=start, ends_on=end + timedelta(days=longer)), until=FAR
    )

    assert before.on <= after.on
    assert before.on == counted_months(end, months) + timedelta(days=days)
