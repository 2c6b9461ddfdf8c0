"""Signals worked out by hand."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from appui.watch.signals import Call, Giving, dated, moved

YEAR = 2024
D = Decimal
ALL = frozenset(range(2015, 2025))
TODAY = date(2026, 11, 22)


def kinds(years, *, covered=ALL, complete=True, **options):
    giving = Giving("Ireland", {year: D(amount) for year, amount in years.items()}, covered)
    found = moved([giving], year=YEAR, complete=complete, **options)
    return [(one.kind, one.before, one.after, one.since) for one in found]


@pytest.mark.parametrize(
    ("years", "signal"),
    [
        ({2023: 100, 2024: 111}, ("up", 100, 111, 2023)),
        ({2023: 100, 2024: 110}, None),  # a tenth is steady
        ({2023: 100, 2024: 90}, None),
        ({2023: 100, 2024: 89}, ("down", 100, 89, 2023)),
        ({2023: 100, 2024: 75}, ("down", 100, 75, 2023)),  # a quarter is not more than a quarter
        ({2023: 100, 2024: "74.99"}, ("fell", 100, D("74.99"), 2023)),
        ({2024: 5}, ("new", 0, 5, None)),
        ({2023: 100}, ("exit", 100, 0, 2023)),
        ({2023: 100, 2024: -3}, ("exit", 100, 0, 2023)),  # money taken back is no giving
        ({2022: 100}, None),  # it left a year ago, and was told then
        ({2021: 100, 2024: 50}, ("returned", 100, 50, 2021)),  # 2022 and 2023 are empty
        ({2022: 100, 2024: 50}, ("fell", 100, 50, 2022)),  # one empty year is a pause
        ({2022: 100, 2023: -4, 2024: 200}, ("up", 100, 200, 2022)),
        ({2025: 100}, None),  # what comes later says nothing of this year
        ({}, None),
    ],
)
def test_each_kind_follows_from_the_years(years, signal):
    assert kinds(years) == ([signal] if signal else [])


@pytest.mark.parametrize(
    ("years", "covered", "complete", "confidence"),
    [
        ({2023: 9, 2024: 20}, ALL, True, "strong"),
        ({2023: 9, 2024: 20}, ALL, False, "fair"),
        ({2023: 9}, ALL, True, "strong"),
        ({2023: 9}, ALL - {2024}, True, "weak"),  # it published nothing at all of that year
        ({2023: 9}, ALL - {2024}, False, "weak"),
        ({2024: 9}, ALL, True, "strong"),
        ({2024: 9}, {2024}, True, "fair"),  # nothing is known of the time before
        ({2020: 9, 2024: 9}, ALL, True, "strong"),
        ({2020: 9, 2024: 9}, ALL - {2023}, True, "fair"),  # an empty year may be silence
    ],
)
def test_confidence_says_how_much_is_known(years, covered, complete, confidence):
    giving = Giving("Ireland", {year: D(amount) for year, amount in years.items()}, covered)

    assert [one.confidence for one in moved([giving], year=YEAR, complete=complete)] == [confidence]


def test_small_differences_are_left_out_and_the_largest_come_first():
    givings = [
        Giving("small", {2023: D(10), 2024: D(20)}, ALL),
        Giving("large", {2023: D(900)}, ALL),
        Giving("middle", {2024: D(50)}, ALL),
    ]

    found = moved(givings, year=YEAR, complete=True, minimum=D("10.01"))

    assert [(one.who, one.kind) for one in found] == [("large", "exit"), ("middle", "new")]


@pytest.mark.parametrize(
    ("opens", "closes", "told"),
    [
        (0, None, ["call-opened"]),
        (-30, None, ["call-opened"]),
        (-31, None, []),
        (1, None, []),
        (-5, -1, []),  # closed again
        (-5, 0, ["call-opened", "deadline"]),
        (None, 30, ["deadline"]),
        (None, 31, []),
        (None, -1, []),
        (None, None, []),
    ],
)
def test_calls_that_open_and_deadlines_that_come_near(opens, closes, told):
    def day(days):
        return None if days is None else TODAY + timedelta(days=days)

    assert [one.kind for one in dated([Call(1, day(opens), day(closes))], today=TODAY)] == told
