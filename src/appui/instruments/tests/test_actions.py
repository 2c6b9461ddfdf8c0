"""Comparisons, outcomes and options: what is kept, and what is refused with which sentence."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.factories import (
    make_activity,
    make_line,
    make_need,
    make_organisation,
    make_reader,
)
from tests.funds import make_option, make_planned_outcome
from tests.world import budget_line

from appui.instruments import actions, queries
from appui.instruments.engine.catalogue import INSTRUMENTS
from appui.instruments.engine.parameters import read_values
from appui.instruments.models import Comparison
from appui.instruments.sheet import sheet_of
from appui.instruments.written import raw_values, read_years, values_text, years_text
from appui.kernel import audit
from appui.kernel.access import SYSTEM, Role
from appui.kernel.errors import Conflict, Invalid, Refused

pytestmark = pytest.mark.django_db
LAG = "“Years from outcome to payment” is 1.5: a whole number of years from 0 to 30 is needed."


def begin(editor, owner, **fields):
    given_fields = {
        "reference": "way",
        "title": {"en": "Ways"},
        "cash_need": {2026: Decimal(100)},
        "discount_rate": Decimal(5),
    }
    return actions.begin_comparison(by=editor, owner=owner, **(given_fields | fields))


def test_a_comparison_keeps_its_cash_by_year(editor, owner):
    made = begin(editor, owner, cash_need={2027: Decimal("2.50"), 2026: Decimal(1000)})

    assert made.cash_need == "2026 = 1000\n2027 = 2.5"
    assert made.needed == {2026: Decimal(1000), 2027: Decimal("2.5")}
    assert [entry.verb for entry in audit.history(made)] == ["created"]


@pytest.mark.parametrize(
    ("cash", "sentence"),
    [
        ({}, "Write one line a year"),
        ({2026: Decimal(0)}, "Say how much cash is needed"),
        ({2026: Decimal(-1)}, "Each year has a number from 0"),
        ({2026: Decimal("1E20")}, "Each year has a number from 0"),
        ({2026: Decimal("0.001")}, "at most two decimals: look at 2026"),
        ({2026: Decimal(1), 2090: Decimal(1)}, "at most 40 apart"),
    ],
)
def test_cash_that_cannot_be_is_refused_at_its_field(editor, owner, cash, sentence):
    with pytest.raises(Invalid, match=sentence) as refused:
        begin(editor, owner, cash_need=cash)

    assert list(refused.value.fields) == ["cash_need"]
    assert not Comparison.objects.exists()


def test_another_organisation_cannot_write_in_it(comparison):
    stranger = make_reader(Role.ADMINISTRATOR, make_organisation("Other"))
    option = make_option(comparison)
    outcome = comparison.outcomes.get()

    for act in (
        lambda: actions.change_comparison(comparison, by=stranger, note="x"),
        lambda: actions.copy_comparison(comparison, by=stranger, reference="c"),
        lambda: actions.remove_comparison(comparison, by=stranger),
        lambda: actions.add_option(comparison, by=stranger, instrument="grant", parameters={}),
        lambda: actions.change_option(option, by=stranger, parameters={}),
        lambda: actions.remove_option(option, by=stranger),
        lambda: actions.add_outcome(comparison, by=stranger, units={2026: Decimal(1)}),
        lambda: actions.change_outcome(outcome, by=stranger, unit="km²"),
        lambda: actions.remove_outcome(outcome, by=stranger),
    ):
        with pytest.raises(Refused, match="This takes the role “Editor”"):
            act()


def test_a_conflict_is_shown_and_nothing_is_overwritten(comparison, editor):
    seen = comparison.version
    actions.change_comparison(comparison, by=editor, note="first")

    with pytest.raises(Conflict):
        actions.change_comparison(comparison, by=editor, version=seen, note="second")

    comparison.refresh_from_db()
    assert comparison.note == "first"


def test_an_option_keeps_its_parameters_in_words_that_the_trail_can_show(comparison, editor):
    option = actions.add_option(
        comparison,
        by=editor,
        instrument="front_loading",
        parameters={"pledges": {"2027": "1200"}, "rate": "0.04"},
        basis="Treasury",
    )

    assert option.parameters == "pledges.2027 = 1200\nrate = 0.04\nfee = 0\nhaircut = 0"
    assert [entry.verb for entry in audit.history(comparison)] == ["option added", "created"]

    actions.change_option(
        option, by=editor, parameters={"pledges": {"2027": "1300"}, "rate": "0.04"}
    )
    actions.remove_option(option, by=editor)
    verbs = [entry.verb for entry in audit.history(comparison)]
    assert verbs[:2] == ["option removed", "option changed"]


@pytest.mark.parametrize(
    ("instrument", "parameters", "field", "sentence"),
    [
        ("front_loading", {"rate": "0.04"}, "pledges", "“Pledges by year” is missing."),
        (
            "front_loading",
            {"pledges": {"2027": "1"}, "rate": "4"},
            "rate",
            "“Interest, % a year” is 4: it lies between 0 and 1, that is 0 and 100 %.",
        ),
        (
            "grant",
            {"fee": "seven"},
            "fee",
            "“Fee of the channel, % on top” is seven: a number is needed.",
        ),
        ("grant", {"bonus": "1"}, "bonus", "“bonus” means nothing here."),
        (
            "grant",
            {"payments": {"soon": "1"}},
            "payments",
            "“Payments by year” has “soon”, which is no year from 1990 to 2100.",
        ),
        (
            "grant",
            {"payments": {"2026": "-1"}},
            "payments",
            "“Payments by year” has 2026 = -1: it cannot be below zero.",
        ),
        (
            "grant",
            {"payments": {"1990": "1", "2030": "1"}},
            "payments",
            "“Payments by year” has too many lines: at most 60, and years at most 40 apart.",
        ),
        (
            "outcomes",
            {"prices": {"sea": "1"}},
            "prices",
            "“Price of one unit” has “sea”, which is no outcome of this comparison.",
        ),
        (
            "outcomes",
            {"prices": {"land": "1"}, "advanced_by": "nobody"},
            "advanced_by",
            "“Who advances the money” is “nobody”, which is none of its choices.",
        ),
        (
            "outcomes",
            {"prices": {"land": "1"}, "lag": "1.5"},
            "lag",
            LAG,
        ),
        ("lottery", {}, "instrument", "There is no instrument called “lottery”."),
    ],
)
def test_a_parameter_that_cannot_be_is_refused_with_one_sentence(
    comparison, editor, instrument, parameters, field, sentence
):
    with pytest.raises(Invalid) as refused:
        actions.add_option(comparison, by=editor, instrument=instrument, parameters=parameters)

    assert refused.value.fields == {field: sentence}
    assert not comparison.options.exists()


def test_what_is_paid_by_outcome_needs_outcomes(editor, owner):
    bare = begin(editor, owner)

    with pytest.raises(Invalid, match="say first what the programme delivers"):
        actions.add_option(
            bare, by=editor, instrument="outcomes", parameters={"prices": {"land": "1"}}
        )


def test_a_sheet_has_at_most_twelve_options(comparison, editor):
    for _number in range(12):
        make_option(comparison)

    with pytest.raises(Invalid, match="at most 12 options"):
        actions.add_option(comparison, by=editor, instrument="grant", parameters={})


def test_an_outcome_with_a_price_stays_until_the_price_goes(comparison, editor):
    option = actions.add_option(
        comparison, by=editor, instrument="outcomes", parameters={"prices": {"land": "120"}}
    )
    land = comparison.outcomes.get()

    with pytest.raises(Invalid, match="gives a price for “Land”: change that option first"):
        actions.remove_outcome(land, by=editor)

    actions.remove_option(option, by=editor)
    actions.remove_outcome(land, by=editor)
    assert not comparison.outcomes.exists()


def test_a_short_name_is_made_from_the_title_and_stays(comparison, editor):
    made = actions.add_outcome(
        comparison, by=editor, title={"en": "Wells dug"}, unit="well", units={2026: Decimal(3)}
    )
    actions.change_outcome(made, by=editor, key="other", unit="wells")

    made.refresh_from_db()
    assert (made.key, made.unit) == ("wells-dug", "wells")


def test_a_copy_is_private_and_has_the_same_figures(comparison, editor):
    make_option(comparison)
    Comparison.objects.filter(pk=comparison.pk).update(visibility="public")
    comparison.refresh_from_db()

    copy = actions.copy_comparison(comparison, by=editor, reference="again")

    assert (str(copy), copy.visibility, copy.reference) == (
        "Ways to pay (copy)",
        "private",
        "again",
    )
    before, after = (sheet_of(one, SYSTEM).done[0].outcome for one in (comparison, copy))
    assert after == before
    assert comparison.options.count() == 1


def test_the_sheet_of_a_stored_comparison_has_the_figures_worked_out_by_hand(comparison):
    make_option(comparison, "outcomes", "prices.land = 120\nlag = 1")

    found = sheet_of(comparison, SYSTEM).done[0].outcome

    # 1,200 ÷ 1.1 + 1,200 ÷ 1.21 = 2,082.64; a grant 1,000 + 1,000 ÷ 1.1 = 1,909.09.
    assert round(found.plan.payer, 2) == Decimal("2082.64")
    assert round(found.plan.against_grant, 2) == Decimal("173.55")


def test_an_option_that_lost_its_outcome_says_so_instead_of_failing(comparison):
    make_option(comparison, "outcomes", "prices.sea = 120", title="Bond")

    sheet = sheet_of(comparison, SYSTEM)

    assert sheet.done == []
    assert [(row.name, row.faults) for row in sheet.rows] == [
        ("Bond", ("“Price of one unit” has “sea”, which is no outcome of this comparison.",))
    ]


def test_a_need_gives_the_cash_of_its_open_lines_year_by_year(owner):
    need = make_need(owner)
    make_line(need, "100.01", year_from=2026, year_to=2027)
    make_line(need, "50", year_from=2027, year_to=2027)
    make_line(need, "7", year_from=2027, year_to=2027, who_pays="state")

    # 100.01 ÷ 2 = 50.005: 50.00 and 50.01; the State's own line is not to be raised.
    assert queries.need_by_year(need) == {2026: Decimal("50.00"), 2027: Decimal("100.01")}


def test_a_project_gives_its_budget_year_by_year(owner):
    activity = make_activity(owner)
    budget_line(activity, "10")
    line = budget_line(activity, "9")
    line.period_end = date(2028, 12, 31)
    line.save()

    found = queries.budget_by_year(activity, SYSTEM)

    assert found == {2026: Decimal(13), 2027: Decimal(3), 2028: Decimal(3)}


@given(st.integers(0, 10**12), st.integers(1, 40))
def test_what_is_spread_over_years_sums_to_the_cent(whole, years):
    amount = Decimal(whole) / 100

    found = queries.split_evenly(amount, range(2026, 2026 + years))

    assert sum(found.values()) == amount
    assert min(found.values()) >= 0


def test_years_and_parameters_are_read_back_as_written():
    years = {2026: Decimal("1000000.10"), 2027: Decimal("0.000001")}
    raw = {
        "raised": {2026: Decimal(5)},
        "fee": "0.05",
        "priorities": {"Field 3 = north": "1", "B.2": "2"},
    }
    values, faults = read_values(INSTRUMENTS["matching"].parameters, raw, [])

    assert read_years(years_text(years)) == years
    assert faults == []
    text = values_text(values)
    assert read_values(INSTRUMENTS["matching"].parameters, raw_values(text), [])[0] == values


def test_an_outcome_stands_once_in_a_comparison(comparison, editor):
    with pytest.raises(Invalid, match="Another outcome of this comparison has that name"):
        make_planned_outcome(comparison)
