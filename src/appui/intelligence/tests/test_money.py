"""Splitting and converting: exact, whatever the numbers."""

from datetime import date
from decimal import ROUND_HALF_EVEN, Context, Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appui.intelligence.ingest.money import allocate, allocate_amount, read_amount, to_usd_cents
from appui.intelligence.ingest.patterns import pattern
from appui.intelligence.ingest.rates import RatesUnreadableError, rates_with_file
from appui.intelligence.ingest.splits import Item, split_places, split_sectors
from appui.kernel.ecb import monthly_means

from .conftest import DATA

amounts = st.integers(-9 * 10**18, 9 * 10**18)
weights = st.lists(st.integers(0, 10**12), min_size=1, max_size=40).filter(any)
shares = st.one_of(st.none(), st.integers(0, 2_000_000))
items = st.lists(
    st.builds(Item, st.sampled_from(["1", "2", "99"]), st.sampled_from("ABCDE"), shares), max_size=8
)


@settings(max_examples=40, deadline=None)
@given(amounts, weights)
def test_parts_sum_to_the_whole_and_keep_its_sign(total, given_weights):
    parts = allocate(total, given_weights)

    assert sum(parts) == total
    assert all(part * total >= 0 for part in parts)


@settings(max_examples=40, deadline=None)
@given(amounts, weights)
def test_an_amount_in_cents_is_split_in_cents(total, given_weights):
    parts = allocate_amount(total * 100, given_weights)

    assert sum(parts) == total * 100
    assert {part % 100 for part in parts} == {0}


@settings(max_examples=40, deadline=None)
@given(items, items, items, amounts, st.integers(-(10**17), 10**17))
def test_every_split_of_every_reported_share_sums(sectors, countries, regions, units, cents):
    made = pattern(split_sectors(sectors), split_places(countries, regions), (2020,), "x")

    parts = list(made.divide(units, cents))

    assert sum(amount for _, amount, _ in parts) == units
    assert sum(dollars for _, _, dollars in parts) == cents


@settings(max_examples=40, deadline=None)
@given(st.decimals(-(10**11), 10**11, places=4), st.decimals("0.000000000001", 999, places=12))
def test_dollars_are_the_exact_product_rounded_half_to_even(amount, rate):
    units, _ = read_amount(str(amount))

    exact = Context(prec=60).multiply(amount, rate)
    wanted = exact.quantize(Decimal("0.01"), ROUND_HALF_EVEN, Context(prec=60))
    assert to_usd_cents(units, rate) == int(wanted * 100)


def test_a_file_of_rates_completes_the_central_bank_and_does_not_replace_it():
    rates = rates_with_file(DATA / "tables/rates.csv")
    day = date(2020, 3, 10)

    assert rates.on("KHR", day).usd_per_unit == Decimal("0.000250000000")
    assert rates.on("KHR", day).source == "Rates file rates.csv"
    assert rates.on("EUR", day).source == next(monthly_means()).source
    assert rates.on("ABC", day).how == "unknown-currency"


def test_a_file_without_the_columns_of_rates_is_refused():
    with pytest.raises(RatesUnreadableError, match="needs the columns month"):
        rates_with_file(DATA / "tables/published.csv")


def test_a_month_to_come_uses_the_last_rate_and_says_so(rates):
    last = max(rate.month for rate in monthly_means())

    applied = rates.on("EUR", date(last.year + 2, 1, 1))

    assert (applied.how, applied.month) == ("latest-month", last)
