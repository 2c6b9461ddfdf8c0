from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appui.selection.asked import added, less, spread

DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))


def test_a_period_of_two_years_is_cut_by_its_days():
    # 184 days of 2026 and 181 of 2027, of 365: 504.1… and 495.9…
    assert spread(Decimal(1000), date(2026, 7, 1), date(2027, 6, 30)) == {2026: 504, 2027: 496}


@given(st.decimals(0, 10**9, places=2), DAYS, DAYS)
def test_the_parts_make_the_rounded_whole(amount, first, second):
    start, end = sorted((first, second))

    assert sum(spread(amount, start, end).values()) == int(amount.quantize(Decimal(1)))


@pytest.mark.parametrize(
    ("secured", "left"),
    [
        ([], {2026: 100, 2027: 50}),
        ([(2027, 30)], {2026: 100, 2027: 20}),
        ([(None, 120)], {2027: 30}),
        ([(2027, 70)], {2026: 80}),
        ([(2031, 10)], {2026: 90, 2027: 50}),
        ([(None, 500)], {}),
    ],
)
def test_money_found_is_taken_off_its_year_and_then_off_the_earliest(secured, left):
    assert less({2026: 100, 2027: 50}, secured) == left


def test_years_are_added_up():
    assert added([{2027: 1, 2026: 2}, {2026: 3}]) == {2026: 5, 2027: 1}
