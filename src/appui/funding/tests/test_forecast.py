"""The forecast of asks against all their outcomes, and the record of past asks, without Django."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from appui.funding.forecast import (
    EXACT_SUMS,
    Ask,
    Outside,
    distribution,
    forecast,
    line_of,
    percentiles,
    quarter_of,
    quarters_from,
)
from appui.funding.track import Past, median, record_of, stays

TODAY = date(2026, 11, 22)
AMOUNTS = some.integers(1, 10**9).map(lambda cents: Decimal(cents) / 100)
CHANCES = some.integers(0, 100).map(lambda percent: Decimal(percent) / 100)


def outcomes(asks):
    """The oracle: every sum with its chance, from all the ways the asks may come out."""
    chances = {}
    for answers in product((False, True), repeat=len(asks)):
        chance, total = Decimal(1), Decimal(0)
        for won, (amount, probability) in zip(answers, asks, strict=True):
            chance *= probability if won else 1 - probability
            total += amount if won else 0
        chances[total] = chances.get(total, Decimal(0)) + chance
    return {total: chance for total, chance in chances.items() if chance}


def at_most(chances, level):
    return min(
        total
        for total in chances
        if sum(chance for other, chance in chances.items() if other <= total) >= level
    )


@settings(max_examples=25, deadline=None)
@given(some.lists(some.tuples(AMOUNTS, CHANCES), max_size=8))
def test_the_distribution_is_that_of_all_outcomes(asks):
    expected = outcomes(asks)

    found, is_exact = percentiles(asks)

    assert distribution(asks) == expected
    assert is_exact
    assert found == [at_most(expected, Decimal(level) / 10) for level in (1, 5, 9)]
    assert sum(expected.values()) == 1


def test_twelve_asks_of_unlike_amounts_leave_the_exact_way_and_stay_within_two_steps():
    asks = [(Decimal(3) ** n + Decimal("0.07"), Decimal(5 + 7 * n) / 100) for n in range(12)]
    expected, everything = outcomes(asks), sum(amount for amount, _chance in asks)
    assert len(expected) == 2**12 > EXACT_SUMS

    found, is_exact = percentiles(asks)

    assert not is_exact
    for level, amount in zip(("0.1", "0.5", "0.9"), found, strict=True):
        # 20,000 steps, and every ask may spread over one step more.
        assert abs(amount - at_most(expected, Decimal(level))) <= 12 * everything / 20_000


def test_three_asks_by_hand():
    # 10 at 50 %, 20 at 30 %, 40 at 10 %: chances of 0, 10, 20, 30, 40, 50, 60, 70 are
    # .315 .315 .135 .135 .035 .035 .015 .015; cumulated .315 .63 .765 .90 .935 …
    # Weighted 5 + 6 + 4 = 15; with 100 signed, every figure is 100 more.
    open_asks = [(10, "0.5"), (20, "0.3"), (40, "0.1")]
    asks = [Ask(n, Decimal(a), Decimal(p), TODAY) for n, (a, p) in enumerate(open_asks)]
    signed = Ask(9, Decimal(100), Decimal(1), date(2026, 10, 1), is_committed=True)

    line = line_of([*asks, signed])

    assert (line.committed, line.weighted, line.everything) == (100, 115, 170)
    assert (line.low, line.middle, line.high) == (100, 110, 130)
    assert (line.keys, line.is_exact) == ((0, 1, 2, 9), True)


def test_sure_and_hopeless_asks_leave_nothing_to_chance():
    line = line_of([Ask(1, Decimal(7), Decimal(1), None), Ask(2, Decimal(5), Decimal(0), None)])

    assert {line.low, line.middle, line.high, line.weighted} == {Decimal(7)}
    assert line.everything == 12


def test_each_ask_is_in_one_place():
    def ask(key, day, **fields):
        return Ask(key, Decimal(10), Decimal("0.5"), day, **fields)

    found = forecast(
        [
            ask(1, TODAY),
            ask(2, date(2027, 3, 31)),
            ask(3, date(2026, 11, 21)),  # expected yesterday
            ask(4, None),
            ask(5, date(2027, 7, 1)),
            ask(6, date(2026, 1, 1), is_committed=True),
            ask(7, date(2025, 12, 31), is_committed=True),  # before the period
        ],
        start=(2026, 1),
        count=6,
        today=TODAY,
    )

    assert {quarter: line.keys for quarter, line in found.quarters.items() if line.keys} == {
        (2026, 1): (6,),
        (2026, 4): (1,),
        (2027, 1): (2,),
    }
    assert {why: line.keys for why, line in found.outside.items()} == {
        Outside.OVERDUE: (3,),
        Outside.UNDATED: (4,),
        Outside.LATER: (5,),
    }
    assert (found.period.keys, found.period.committed) == ((6, 1, 2), 10)
    assert found.whole.weighted == 10 + 5 * 5  # one signed, five open at half


@given(some.lists(some.tuples(AMOUNTS, CHANCES), max_size=6))
@settings(max_examples=20, deadline=None)
def test_the_scenarios_are_in_order_and_the_weighted_quarters_sum(asks):
    start = date(2027, 1, 1)
    known = [
        Ask(n, amount, chance, start + timedelta(days=60 * n))
        for n, (amount, chance) in enumerate(asks)
    ]

    found = forecast(known, start=(2027, 1), count=4, today=TODAY)

    for line in (*found.quarters.values(), found.period):
        assert line.committed <= line.low <= line.middle <= line.high <= line.everything
    quarters = sum(line.weighted for line in found.quarters.values())
    assert abs(found.period.weighted - quarters) <= Decimal("0.02")  # a cent or two of rounding


def test_many_asks_come_near_the_normal_law():
    # 400 asks of 100 at 40 %: mean 16,000, standard deviation √(400·0.24)·100 = 979.8;
    # 90th percentile of the normal law 16,000 + 1.2816 · 979.8 = 17,255.7. Amounts differ by a
    # cent each so that the exact way is not taken.
    asks = [(Decimal(100) + Decimal(n) / 100, Decimal("0.4")) for n in range(400)]

    (low, middle, high), is_exact = percentiles(asks)

    assert not is_exact
    shift = Decimal(sum(range(400))) / 100 * Decimal("0.4")  # the cents, weighted: 319.20
    assert abs(high - shift - 17256) < 80
    assert abs(low - shift - 14744) < 80
    assert abs(middle - shift - 16000) < 80


@pytest.mark.parametrize(
    ("day", "quarter"),
    [((2026, 1, 1), (2026, 1)), ((2026, 3, 31), (2026, 1)), ((2026, 12, 31), (2026, 4))],
)
def test_a_day_is_in_its_quarter(day, quarter):
    assert quarter_of(date(*day)) == quarter


def test_quarters_follow_over_the_year():
    assert quarters_from((2026, 4), 3) == [(2026, 4), (2027, 1), (2027, 2)]


def past(key, outcome, *moves):
    return Past(key, 1, outcome, tuple((date(2026, *day), code) for day, code in moves))


def test_rates_and_times_by_hand():
    asks = [
        past(1, "won", ((1, 1), "lead"), ((1, 31), "proposal"), ((3, 2), "signed")),  # 30, 30
        past(2, "lost", ((1, 1), "lead"), ((1, 11), "proposal"), ((3, 12), "refused")),  # 10, 60
        past(3, "lost", ((1, 1), "lead"), ((2, 10), "refused")),  # 40
        past(4, "withdrawn", ((1, 1), "lead"), ((1, 3), "withdrawn")),  # 2
        past(5, "open", ((11, 2), "lead")),  # 20 so far
    ]

    record = record_of(asks, today=TODAY, closed=frozenset({"signed", "refused", "withdrawn"}))

    assert (record.asks, record.won, record.lost, record.withdrawn, record.open) == (5, 1, 2, 1, 1)
    assert (record.rate, record.answered, record.is_small) == (Decimal(1) / 3, 3, True)
    lead, proposal = record.times["lead"], record.times["proposal"]
    assert (lead.median, lead.count, lead.still) == (20, 5, 1)  # 2 10 20 30 40
    assert (proposal.median, proposal.count, proposal.still) == (45, 2, 0)  # 30 and 60
    assert set(record.times) == {"lead", "proposal"}


def test_without_an_answer_there_is_no_rate():
    assert record_of([past(1, "withdrawn")], today=TODAY, closed=frozenset()).rate is None


def test_an_ask_that_comes_back_stays_twice_and_the_median_of_two_is_between():
    ask = past(1, "open", ((1, 1), "lead"), ((1, 5), "proposal"), ((1, 9), "lead"))

    assert [(stay.code, stay.is_over) for stay in stays(ask, today=TODAY)] == [
        ("lead", True),
        ("proposal", True),
        ("lead", False),
    ]
    assert median([1, 4]) == Decimal("2.5")
