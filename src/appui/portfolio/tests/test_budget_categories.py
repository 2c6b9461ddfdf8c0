"""Budgets by period and category: revised instead of original, shares that make one."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.factories import code, key, make_activity, make_rate

from appui.kernel.errors import Invalid
from appui.portfolio import actions, queries
from appui.portfolio.models import BudgetLine
from appui.portfolio.queries import budget_shares, shares_of
from appui.registry.rates import rate_table

pytestmark = pytest.mark.django_db


@pytest.fixture
def activity(owner):
    for value in ("staff", "office", "travel"):
        code("BudgetCategory", value)
    return make_activity(owner, currency="USD")


@pytest.fixture
def add(activity, editor):
    def act(amount, category="", year=2026, *, kind="1", currency="USD", **fields):
        return actions.add_budget_line(
            activity,
            by=editor,
            budget_type=code("BudgetType", kind),
            budget_status=code("BudgetStatus", "1"),
            category=code("BudgetCategory", category) if category else None,
            period_start=date(year, 1, 1),
            period_end=date(year, 12, 31),
            amount=Decimal(amount),
            currency=currency,
            value_date=date(year, 1, 1),
            **fields,
        )

    return act


def totals(activity):
    lines = list(BudgetLine.objects.filter(activity=activity).select_related("category"))
    found = queries.by_category(lines, activity.currency, rate_table({"USD", "EUR"}))
    return found, {
        (row.category.code if row.category else ""): (
            [row.amounts.get(period) for period in found.periods],
            row.total,
            row.share,
        )
        for row in found.rows
    }


def test_totals_by_category_and_period(activity, add):
    """Staff 60 + 40 = 100, office 50, travel 50: of 200 a half, a quarter and a quarter."""
    add("60", "staff")
    add("40", "staff", 2027)
    add("50", "office")
    add("50", "travel", 2027)

    found, rows = totals(activity)

    assert rows == {
        "staff": ([Decimal(60), Decimal(40)], Decimal(100), Decimal("0.5")),
        "office": ([Decimal(50), None], Decimal(50), Decimal("0.25")),
        "travel": ([None, Decimal(50)], Decimal(50), Decimal("0.25")),
    }
    assert (found.whole.total, list(found.whole.amounts.values())) == (
        Decimal(200), [Decimal(110), Decimal(90)],
    )  # fmt: skip
    assert found.mixed == ()


def test_a_revised_line_replaces_the_original_of_its_period_and_category(activity, add):
    """Staff of 2026 becomes 80; that of 2027 and the office of 2026 stay: 80 + 40 + 50 = 170."""
    first = add("60", "staff")
    add("40", "staff", 2027)
    add("50", "office")

    revised = add("80", "staff", kind="2")

    assert revised.replaces == first
    found, rows = totals(activity)
    assert rows["staff"][0] == [Decimal(80), Decimal(40)]
    assert found.whole.total == Decimal(170)


def test_an_original_written_after_its_revision_does_not_count(activity, add):
    revised = add("80", "staff", kind="2")
    original = add("60", "staff")

    revised.refresh_from_db()
    assert revised.replaces == original
    assert totals(activity)[0].whole.total == Decimal(80)


def test_where_several_originals_stand_one_says_which_is_revised(add):
    add("60", "staff")
    add("10", "staff")
    with pytest.raises(Invalid, match="Several lines stand for this period and category"):
        add("80", "staff", kind="2")
    assert BudgetLine.objects.count() == 2


def test_a_revision_keeps_the_category_unless_told(activity, add, editor):
    code("BudgetType", "2")
    line = actions.revise_budget_line(add("60", "staff"), by=editor, amount=Decimal(70))
    assert line.category.code == "staff"
    line = actions.revise_budget_line(line, by=editor, category=code("BudgetCategory", "office"))
    assert line.category.code == "office"


def test_a_period_with_lines_of_both_kinds_is_told(activity, add, page):
    add("60", "staff")
    add("40")
    add("10", "staff", 2027)

    found, rows = totals(activity)

    assert found.mixed == ((date(2026, 1, 1), date(2026, 12, 31)),)
    assert rows[""][2] == Decimal("0.363636")  # 40 of 110
    shown = page.get(activity.get_absolute_url()).content.decode()
    assert "2026: some lines have a category and others none" in shown
    assert "2027: some lines" not in shown


def test_shares_of_a_rule_such_as_staff_and_office_below_thirty_percent(owner, activity, add):
    """60 + 30 of 300 is 30 %; the revised staff line counts, the original does not."""
    add("90", "staff")
    add("60", "staff", kind="2")
    add("30", "office")
    add("210", "travel")
    empty = make_activity(owner)

    found = budget_shares([activity.pk, empty.pk])

    assert found == {
        activity.pk: {"staff": Decimal("0.2"), "office": Decimal("0.1"), "travel": Decimal("0.7")}
    }


def test_shares_over_several_currencies_are_of_dollars(activity, add):
    """100 EUR at 1.10 are 110 USD beside 90 USD: 0.55 and 0.45 of 200."""
    make_rate("EUR", date(2026, 1, 1), "1.10")
    add("100", "staff", currency="EUR")
    add("90", "office")

    assert budget_shares([activity.pk]) == {
        activity.pk: {"staff": Decimal("0.55"), "office": Decimal("0.45")}
    }


def test_shares_take_one_query_however_many(activity, add, django_assert_num_queries):
    add("60", "staff")
    add("60", "office")
    with django_assert_num_queries(1):
        budget_shares([activity.pk])


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.text(max_size=3), st.integers(0, 10**12), max_size=12))
def test_shares_always_make_one(amounts):
    found = shares_of({name: Decimal(cents) / 100 for name, cents in amounts.items()})
    assert sum(found.values()) == (1 if any(amounts.values()) else 0)
    assert all(share >= 0 for share in found.values())


def test_both_doors_take_a_category(page, activity):
    sent = page.post(
        f"/projects/{activity.pk}/budget/add/",
        {
            "period_start": "2026-01-01",
            "period_end": "2026-12-31",
            "amount": "100",
            "currency": "USD",
            "value_date": "2026-01-01",
            "budget_type": code("BudgetType", "1").pk,
            "budget_status": code("BudgetStatus", "1").pk,
            "category": code("BudgetCategory", "staff").pk,
            "version": activity.version,
            "idempotency_key": key(),
        },
    )
    assert sent.status_code == 303
    body = {
        "period_start": "2026-01-01",
        "period_end": "2026-12-31",
        "amount": "60",
        "currency": "USD",
        "value_date": "2026-01-01",
        "category": "office",
    }
    address = f"/api/activities/{activity.pk}"
    made = page.post(f"{address}/budget-lines", body, "application/json").json()
    assert made["category"] == "office"
    refused = page.post(f"{address}/budget-lines", body | {"category": "x"}, "application/json")
    assert refused.status_code == 422

    told = page.get(f"{address}/budget-totals").json()

    assert [(row["category"], row["total"], row["share"]) for row in told["categories"]] == [
        ("staff", "100.00", "0.625000"),
        ("office", "60.00", "0.375000"),
    ]
    assert (told["total"], told["mixed"], told["unconverted"]) == ("160.00", [], 0)


def test_the_lines_come_as_a_list_and_as_excel(page, activity, add):
    add("60", "staff")
    add("70", "staff", kind="2")
    shown = page.get(f"/projects/{activity.pk}/budget/").content.decode()
    assert "replaced, not counted" in shown
    file = page.get(f"/projects/{activity.pk}/budget/?format=csv").content.decode()
    assert file.count("staff") == 2
    assert page.get(f"/projects/{activity.pk}/budget/?format=xlsx").content[:2] == b"PK"
