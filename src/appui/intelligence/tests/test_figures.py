"""Concentration, movements and similarity, by hand."""

from decimal import Decimal

import pytest

from appui.intelligence.figures.concentration import concentration
from appui.intelligence.figures.movements import Windows, movements
from appui.intelligence.figures.similarity import Common, portfolios, similar
from appui.intelligence.ranking import Gift


def test_concentration_of_three_unequal_givers():
    found = concentration([("a", Decimal(50)), ("b", Decimal(30)), ("c", Decimal(20))])

    assert found is not None
    assert (found.count, found.total) == (3, Decimal(100))
    assert found.hhi == Decimal("0.3800")  # 0.25 + 0.09 + 0.04
    assert found.effective == Decimal("2.63")  # 1 / 0.38
    assert (found.top, found.top_amount, found.top_share) == ("a", Decimal(50), Decimal("0.5000"))


@pytest.mark.parametrize("count", [1, 4])
def test_as_many_givers_of_equal_size_are_the_effective_number(count):
    found = concentration([(number, Decimal("0.01")) for number in range(count)])

    assert found is not None
    assert (found.effective, found.hhi) == (Decimal(count), Decimal(1) / count)


def test_who_took_money_back_has_no_share_and_nothing_has_no_concentration():
    found = concentration([("a", Decimal(10)), ("b", Decimal(-90)), ("c", Decimal(0))])

    assert found is not None
    assert (found.count, found.top_share) == (1, Decimal(1))
    assert concentration([("a", Decimal(0)), ("b", Decimal(-1))]) is None


def test_windows_of_years_have_both_ends_in():
    windows = Windows(until=2024, length=3)

    assert (windows.last, windows.before) == ((2022, 2024), (2019, 2021))


def test_who_entered_returned_left_and_stayed():
    given = [
        ("new", 2024, 5),
        ("back", 2015, 9),
        ("back", 2022, 4),
        ("gone", 2019, 7),
        ("steady", 2019, 1),
        ("steady", 2023, 1),
        ("long gone", 2010, 8),
        ("taken back", 2023, 6),
        ("taken back", 2024, -6),
        ("later", 2025, 3),
    ]

    found = movements(
        [(who, year, Decimal(amount)) for who, year, amount in given], Windows(2024, 3)
    )

    assert [(m.who, m.movement, m.last, m.before, m.seen_before) for m in found] == [
        ("new", "entered", 5, 0, None),
        ("back", "returned", 4, 0, 2015),
        ("gone", "left", 0, 7, None),
        ("steady", "stayed", 1, 1, None),
    ]


def test_similar_givers_divide_their_money_alike_and_the_reason_is_what_they_share():
    gifts = [
        Gift("us", "KH", "15250", 2020, 60.0),
        Gift("us", "LA", "15250", 2020, 40.0),
        Gift("twin", "KH", "15250", 2021, 6.0),
        Gift("twin", "LA", "15250", 2021, 4.0),
        Gift("half", "KH", "12220", 2021, 5.0),
        Gift("other", "ML", "11220", 2021, 5.0),
        Gift("taker", "KH", "15250", 2021, -5.0),
    ]
    known = portfolios(gifts)

    found = similar(known["us"], known, without=["us"])

    assert [(item.donor, item.similarity) for item in found] == [("twin", 1.0), ("half", 0.3)]
    assert found[1].countries == (Common("KH", 0.6, 1.0),)
    assert found[1].sectors == ()
    assert found == similar(known["us"], dict(reversed(known.items())), without=["us"])
