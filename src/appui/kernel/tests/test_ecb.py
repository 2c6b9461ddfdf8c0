"""Monthly means of the European Central Bank, against the daily rates themselves."""

from datetime import date
from decimal import Decimal

from appui.kernel.ecb import SOURCE, monthly_means


def test_a_month_is_the_mean_of_its_days_through_the_euro():
    january = {r.currency: r for r in monthly_means() if r.month == date(1999, 1, 1)}

    assert january["USD"].usd_per_unit == Decimal(1)
    assert january["EUR"].usd_per_unit.quantize(Decimal("0.0001")) == Decimal("1.1608")
    assert january["EUR"].source == SOURCE


def test_months_come_in_order_and_each_currency_once_a_month():
    found = [(rate.month, rate.currency) for rate in monthly_means()]

    assert found == sorted(set(found))
