"""Conversion at monthly rates: which month counts, and what nobody published."""

from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal, localcontext

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.factories import make_organisation, make_rate, make_reader

from appui.kernel.access import SYSTEM, Role
from appui.kernel.errors import Invalid, Refused
from appui.kernel.money import Money
from appui.registry import actions
from appui.registry.models import ExchangeRate
from appui.registry.rates import DatedRate, RateTable, rate_table

EUR = [
    DatedRate(date(2025, 1, 1), Decimal("1.10"), "ECB"),
    DatedRate(date(2025, 3, 1), Decimal("1.20"), "ECB"),
]
XOF = [DatedRate(date(2025, 2, 1), Decimal("0.001600"), "BCEAO")]
TABLE = RateTable({"EUR": EUR, "XOF": XOF})


@pytest.mark.parametrize(
    ("day", "rate"),
    [
        (date(2024, 12, 31), None),
        (date(2025, 1, 1), "1.10"),
        (date(2025, 1, 31), "1.10"),
        (date(2025, 2, 28), "1.10"),
        (date(2025, 3, 1), "1.20"),
        (date(2026, 3, 31), "1.20"),
        (date(2026, 4, 1), None),
    ],
)
def test_the_rate_is_of_its_month_else_of_the_latest_within_twelve_months(day, rate):
    found = TABLE.rate_of("EUR", day)

    assert (found and found.usd_per_unit) == (rate and Decimal(rate))


def test_a_dollar_is_a_dollar_and_an_unknown_currency_is_not_guessed():
    assert TABLE.rate_of("USD", date(1990, 5, 5)).usd_per_unit == 1
    assert TABLE.rate_of("KHR", date(2025, 3, 1)) is None
    assert TABLE.convert(Money(Decimal(1), "KHR"), "USD", date(2025, 3, 1)) is None
    assert TABLE.convert(Money(Decimal(1), "USD"), "KHR", date(2025, 3, 1)) is None
    same = TABLE.convert(Money(Decimal("1.23"), "KHR"), "KHR", date(2025, 3, 1))
    assert (same.money, same.rate, same.rate_source) == (Money(Decimal("1.23"), "KHR"), 1, "")


def test_a_cross_rate_goes_over_the_dollar_and_names_both_sources():
    found = TABLE.convert(Money(Decimal("1000000"), "XOF"), "EUR", date(2025, 3, 15))

    assert found.rate == Decimal("0.001333333333")
    assert found.money == Money(Decimal("1333.33"), "EUR")
    assert (found.rate_date, found.rate_source) == (date(2025, 2, 1), "BCEAO; ECB")


@settings(deadline=None)
@given(
    st.decimals("0.000001", "5000", places=12),
    st.decimals("0.000001", "5000", places=12),
    st.decimals("-9999999999999.99", "9999999999999.99", places=2),
)
def test_any_cross_rate_equals_its_recomputation(theirs, ours, amount):
    month = date(2025, 1, 1)
    table = RateTable(
        {"AAA": [DatedRate(month, theirs, "a")], "BBB": [DatedRate(month, ours, "b")]}
    )

    found = table.convert(Money(amount, "AAA"), "BBB", month)

    with localcontext(prec=100, rounding=ROUND_HALF_EVEN):
        rate = (theirs / ours).quantize(Decimal("1e-12"))
        assert (found.rate, found.money.amount) == (rate, (amount * rate).quantize(Decimal("0.01")))


def test_absurd_rates_do_not_break_the_arithmetic():
    month = date(2025, 1, 1)
    large, small = Decimal("999999999999.999999999999"), Decimal("0.000000000001")
    table = RateTable({"AAA": [DatedRate(month, large, "")], "BBB": [DatedRate(month, small, "")]})

    found = table.convert(Money(Decimal("9999999999999.99"), "AAA"), "BBB", month)

    assert found.rate == large / small


@pytest.mark.django_db
def test_of_two_publishers_the_one_recorded_last_is_used(django_assert_num_queries):
    make_rate("EUR", date(2025, 1, 1), "1.10")
    make_rate("EUR", date(2025, 1, 1), "1.15", source="Treasury")

    with django_assert_num_queries(1):
        table = rate_table(["EUR", "USD", "XOF"])
    with django_assert_num_queries(0):
        assert rate_table(["USD"]).rates == {}

    assert table.rate_of("EUR", date(2025, 1, 9)) == DatedRate(
        date(2025, 1, 1), Decimal("1.15"), "Treasury"
    )


@pytest.mark.django_db
def test_a_recorded_rate_is_never_overwritten():
    finance = make_reader(Role.FINANCE, make_organisation())
    facts = {"currency": "EUR", "month": date(2025, 1, 20), "source": "ECB"}
    rate = actions.set_rate(by=finance, usd_per_unit=Decimal("1.1"), **facts)

    assert rate.month == date(2025, 1, 1)
    with pytest.raises(Invalid):
        actions.set_rate(by=finance, usd_per_unit=Decimal("1.2"), **facts)
    assert ExchangeRate.objects.get().usd_per_unit == Decimal("1.1")


@pytest.mark.django_db
@pytest.mark.parametrize("rate", ["0", "-1", "1000000000000", "0.0000000000001"])
def test_a_rate_that_cannot_be_is_refused(rate):
    with pytest.raises(Invalid):
        actions.set_rate(
            by=SYSTEM,
            currency="EUR",
            month=date(2025, 1, 1),
            usd_per_unit=Decimal(rate),
            source="x",
        )


@pytest.mark.django_db
def test_rates_are_kept_by_finance_officers():
    with pytest.raises(Refused):
        actions.set_rate(
            by=make_reader(Role.EDITOR, make_organisation()),
            currency="EUR",
            month=date(2025, 1, 1),
            usd_per_unit=Decimal(1),
            source="x",
        )
