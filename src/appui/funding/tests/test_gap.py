"""The gap engine, against hand-computed values and against plain sums."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appui.funding.gap import Kind, Part, by, total


def need(key, amount, **where):
    return Part(key, Kind.NEED, Decimal(amount), **where)


def secured(key, amount, **where):
    return Part(key, Kind.SECURED, Decimal(amount), **where)


def asked(key, amount, weight, **where):
    return Part(key, Kind.ASKED, Decimal(amount), weight=Decimal(weight), **where)


def test_the_cambodian_gap_is_78_million():
    parts = [
        need("line", "138000000", years=(2024, 2025)),
        secured("2024", "30000000", years=(2024, 2024)),
        secured("2025", "30000000", years=(2025, 2025)),
    ]

    assert total(parts).missing == Decimal(78000000)
    (row,) = by(parts, "years")
    assert (row.label, row.need, row.secured) == ("2024–2025", 138000000, 60000000)


def test_asks_are_weighted_and_never_deducted_from_what_is_missing():
    cell = total(
        [need("n", "100"), secured("s", "40"), asked("a", "50", "0.3"), asked("b", "10", "0.8")]
    )

    assert (cell.asked, cell.weighted) == (Decimal(60), Decimal("23.0"))
    assert (cell.missing, cell.missing_after_asks) == (Decimal(60), Decimal("37.0"))


def test_money_beyond_the_need_is_a_surplus_and_not_a_negative_gap():
    cell = total([need("n", "100"), secured("s", "130")])

    assert (cell.missing, cell.surplus) == (Decimal(0), Decimal(30))


def test_years_that_no_line_joins_stay_apart():
    parts = [
        need("a", "10", years=(2024, 2024)),
        need("b", "20", years=(2026, 2027)),
        secured("c", "5", years=(2027, 2027)),
        secured("d", "1"),
    ]

    assert [(row.label, row.need, row.secured) for row in by(parts, "years")] == [
        ("2024", 10, 0),
        ("2026–2027", 20, 5),
        (None, 0, 1),
    ]


def test_one_row_is_never_counted_twice():
    with pytest.raises(ValueError, match="Counted twice"):
        total([need("same", "10"), need("same", "10")])


@pytest.mark.parametrize(("amount", "weight"), [("-1", "1"), ("1", "1.01"), ("1", "-0.1")])
def test_an_impossible_part_is_refused(amount, weight):
    with pytest.raises(ValueError):
        asked("a", amount, weight)


cents = st.decimals(min_value=0, max_value=10**12, places=2)
places = st.one_of(st.none(), st.sampled_from(["KH", "ML", "NE"]))
spans = st.one_of(
    st.none(),
    st.tuples(st.integers(2020, 2030), st.integers(0, 4)).map(lambda s: (s[0], s[0] + s[1])),
)
part_lists = st.lists(
    st.builds(
        lambda kind, amount, pillar, place, years, weight: (
            kind,
            amount,
            pillar,
            place,
            years,
            weight,
        ),
        st.sampled_from(list(Kind)),
        cents,
        places,
        places,
        spans,
        st.decimals(min_value=0, max_value=1, places=2),
    ),
    max_size=30,
)


@settings(deadline=None)  # the machine may be busy
@given(part_lists)
def test_rows_by_any_dimension_sum_to_the_whole(rows):
    parts = [
        Part(str(number), kind, amount, pillar, place, years, weight)
        for number, (kind, amount, pillar, place, years, weight) in enumerate(rows)
    ]
    whole = total(parts)

    for dimension in ("pillar", "place", "years"):
        cells = by(parts, dimension)
        for figure in ("need", "secured", "asked", "weighted"):
            assert sum(getattr(c, figure) for c in cells) == getattr(whole, figure)
        assert sum(len(c.parts) for c in cells) == len(parts)
        assert sum(c.missing - c.surplus for c in cells) == whole.missing - whole.surplus
