"""The known pitfalls of aid data, one after the other, each with a small file that holds it."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from appui.intelligence.corpus import (
    VIEWS,
    FilterError,
    FlowFilter,
    Unconverted,
    announced,
    boundary,
    count_rows,
    flow_rows,
    gifts,
    open_corpus,
    sum_flows,
)
from appui.intelligence.ingest.decisions import Decisions, save_decisions
from appui.intelligence.ingest.matching import Decided
from appui.kernel.ecb import monthly_means

MARCH = date(2020, 3, 1)
MINE_ACTION = tuple(f"pitfalls/mine_action{rest}" for rest in (".xml", "_fts.csv", "_typed.csv"))


def usd(amount, currency, month):
    rate = next(
        r.usd_per_unit for r in monthly_means() if (r.currency, r.month) == (currency, month)
    )
    return (Decimal(amount) * rate).quantize(Decimal("0.01"))


def sums(corpus, *by, **wanted):
    """Dollars by kind of flow and, where asked, by keys."""
    found = sum_flows(corpus, FlowFilter(**wanted), by)
    return {(s.flow_type, *s.keys): s.usd for s in found}


# Double counting between reporters.
def test_money_told_by_giver_and_by_those_who_pass_it_on_makes_three_totals_and_no_sum_of_them(
    take, opened
):
    take("pitfalls/double_counting.xml")
    corpus = opened()

    assert {view: sums(corpus, "reporter", view=view) for view in VIEWS} == {
        "original-donors": {("spend", "XX-SPRING"): Decimal(100)},
        "all-reporters": {
            ("spend", "XX-SPRING"): Decimal(100),
            ("spend", "XX-RIVER"): Decimal(100),
            ("spend", "XX-DELTA"): Decimal(60),
            ("spend", "XX-ECHO"): Decimal(7),
        },
        "new-money": {
            ("spend", "XX-SPRING"): Decimal(100),
            ("spend", "XX-DELTA"): Decimal(20),
            ("spend", "XX-ECHO"): Decimal(7),
        },
    }
    for view in VIEWS:
        wanted = FlowFilter(view=view)
        assert [s.view for s in sum_flows(corpus, wanted)] == [view]
        assert boundary(corpus, wanted).view == view
    assert len({boundary(corpus, FlowFilter(view=view)).counts for view in VIEWS}) == 3
    with pytest.raises(FilterError, match="Sources are added up in the view original-donors only"):
        FlowFilter(view="all-reporters", together=True)


# Hierarchy.
def test_parent_and_child_activities_are_counted_at_one_level_a_reporter(take, opened):
    take("pitfalls/hierarchy.xml")
    corpus = opened()

    for view in VIEWS:
        assert sums(corpus, "reporter", view=view) == {
            ("commitment", "XX-FLOORS"): Decimal(500),
            ("spend", "XX-FLOORS"): Decimal(100),
            ("spend", "XX-UPSTAIRS"): Decimal(8),
        }
    assert sums(corpus, flow_types=("budget",)) == {("budget",): Decimal(500)}


# Commitments against spend.
def test_commitments_stand_apart_from_spend_and_from_budgets_and_pledges(take, opened):
    take("pitfalls/commitments_and_spend.xml")
    corpus = opened()

    apart = {("commitment",): Decimal(1050), ("spend",): Decimal(300)}
    assert sums(corpus) == apart
    asked = {("budget",): Decimal(70), ("pledge",): Decimal(9)}
    assert sums(corpus, flow_types=()) == apart | asked
    assert boundary(corpus, FlowFilter()).flow_types == ("commitment", "spend")


def test_an_activity_that_only_commits_counts_for_ranking_and_no_money_counts_twice(take, opened):
    take("pitfalls/commitments_and_spend.xml")

    (gift,) = gifts(opened(), first_year=2020, last_year=2020)

    assert (gift.donor, gift.recipient, gift.usd) == ("Promise and Pay", "KH", 1050.0)


# Currency.
def test_a_currency_is_inherited_and_converted_at_the_month_of_the_value_date(take, ask, opened):
    take("pitfalls/currencies.xml")

    assert ask(
        "select reference, currency, currency_basis, usd, rate_month from transactions"
        " where usd is not null order by line"
    ) == [
        ("inherited", "EUR", "activity-default", usd(100, "EUR", MARCH), MARCH),
        ("own", "GBP", "value", usd(100, "GBP", MARCH), MARCH),
    ]
    kept = [r for r in flow_rows(opened(), FlowFilter()) if r.usd is not None]
    assert [r.day for r in kept] == [date(2020, 1, 20)] * 2
    assert all(r.rate and r.rate_source and r.currency for r in kept)


def test_an_amount_without_currency_or_rate_stays_visible_beside_the_total(take, opened):
    take("pitfalls/currencies.xml")
    corpus = opened()

    reasons = {r.amount: (r.currency, r.conversion) for r in flow_rows(corpus, FlowFilter())}
    assert (reasons[30], reasons[4000], reasons[55]) == (
        ("QQZ", "unknown-currency"),
        ("KHR", "no-rate"),
        (None, "no-currency"),
    )
    for view in VIEWS:
        said = boundary(corpus, FlowFilter(view=view))
        assert said.unconverted_lines == 3
        assert said.unconverted == (
            Unconverted("KHR", Decimal(4000), 1),
            Unconverted("QQZ", Decimal(30), 1),
            Unconverted(None, Decimal(55), 1),
        )
    assert [s.unconverted for s in sum_flows(corpus, FlowFilter())] == [3]


# Value-date and date.
def test_value_date_and_date_stand_in_for_each_other_and_a_number_is_no_date(take, ask):
    report = take("pitfalls/dates.xml")

    day = date(2020, 3, 10)
    assert ask(
        "select reference, transaction_date, value_date, date_basis, rate_date_basis, rate_month"
        " from transactions order by transaction_no"
    ) == [
        ("both", date(2019, 12, 30), day, "transaction-date", "value-date", MARCH),
        ("no-value-date", day, None, "transaction-date", "transaction-date", MARCH),
        ("no-date", day, day, "value-date", "value-date", MARCH),
        ("number-in-date", day, day, "value-date", "value-date", MARCH),
        ("number-in-value-date", day, None, "transaction-date", "transaction-date", MARCH),
        ("eight-digits", day, day, "value-date", "value-date", MARCH),
        ("neither", None, None, "none", "none", None),
    ]
    assert [(i.code, i.value) for i in report.files[0].issues] == [
        ("date-missing", ""),
        ("date-invalid", "43900"),
        ("date-invalid", "43900.5"),
        ("date-invalid", "19500630"),
        ("no-date", ""),
    ]


def test_the_year_is_that_of_the_date_and_an_amount_without_any_keeps_its_line(take, opened):
    take("pitfalls/dates.xml")
    corpus = opened()

    assert sums(corpus, "year") == {
        ("spend", 2019): usd(1, "EUR", MARCH),
        ("spend", 2020): sum(usd(amount, "EUR", MARCH) for amount in (2, 4, 8, 16, 64)),
        ("spend", None): Decimal(0),
    }
    (undated,) = flow_rows(corpus, FlowFilter(years=(0,)))
    assert (undated.amount, undated.conversion) == (Decimal(32), "no-date")
    assert boundary(corpus, FlowFilter()).unconverted == (Unconverted("EUR", Decimal(32), 1),)


# Sector split.
def test_a_sector_split_stays_in_one_vocabulary_fills_percentages_and_keeps_the_whole(take, ask):
    report = take("pitfalls/sectors.xml")

    assert ask(
        "select sector, sector_vocabulary, sector_share, sector_basis, amount, usd"
        " from transaction_splits where amount > 20 and sector_share < 1 order by split_no"
    ) == [
        ("15250", "1", Decimal("0.500000"), "filled", Decimal("50.0100"), Decimal("50.01")),
        ("15220", "1", Decimal("0.250000"), "filled", Decimal("25.0000"), Decimal("25.00")),
        ("12220", "1", Decimal("0.250000"), "filled", Decimal("25.0000"), Decimal("25.00")),
    ]
    assert ask(
        "select sum(p.amount) from transaction_splits p"
        " join transactions using (activity_key, transaction_no)"
        " group by p.activity_key, transaction_no order by p.activity_key, transaction_no"
    ) == [(Decimal("100.01"),), (Decimal(30),), (Decimal(12),), (Decimal(5),)]
    assert ask(
        "select vocabulary, count(*) from sectors where transaction_no = 0 group by all order by 1"
    ) == [("1", 3), ("98", 2), ("99", 1)]
    assert report.files[0].issue_counts == {"shares-missing": 1, "shares-rescaled": 1}


def test_sectors_given_on_transactions_alone_are_counted_and_their_lack_is_shown(take, opened):
    take("pitfalls/sectors.xml")

    assert sums(opened(), "sector") == {
        ("spend", "15250"): Decimal("80.01"),
        ("spend", "15220"): Decimal(25),
        ("spend", "12220"): Decimal(25),
        ("spend", "11220"): Decimal(8),
        ("spend", "11230"): Decimal(4),
        ("spend", None): Decimal(5),
    }


# Country split.
def test_a_country_split_makes_the_whole_and_shows_what_is_not_allocated(take, opened):
    report = take("pitfalls/places.xml").files[0]

    found = {}
    for row in flow_rows(opened(), FlowFilter()):
        found.setdefault(row.identifier.removeprefix("XX-PLACES-"), {})[row.recipient] = row.usd

    assert found == {
        "UNDER": {"ML": 45, "NE": 27, None: 18},
        "OVER": {"ML": 60, "NE": 30},
        "MISSING": {"ML": 36, "NE": 27, "BF": 27},
        "SHARED": {"ML": 54, "region 289": 36},
        "BESIDE": {"ML": 54, "region 289": 36},
        "BETWEEN": {"ML": 45, "NE": 18, "region 289": 27},
        "TWICE": {"ML": 90},
        "REGION": {"region 289": 90},
        "LINE": {"KH": 90},
        "NONE": {None: 90},
    }
    assert report.issue_counts == {
        "places-unallocated": 1,
        "shares-rescaled": 1,
        "shares-missing": 3,
    }


# Negative and zero.
def test_negative_and_zero_lines_are_kept_and_netted_by_activity_and_year(take, opened):
    take("pitfalls/negative_and_zero.xml")
    corpus = opened()

    lines = {}
    for row in flow_rows(corpus, FlowFilter()):
        lines.setdefault((row.identifier, row.year), []).append(row.usd)
    assert lines == {
        ("XX-CORRECT-1", 2020): [100, -30, 0],
        ("XX-CORRECT-1", 2021): [50, -50],
        ("XX-CORRECT-2", 2020): [5],
    }
    assert sums(corpus, "year") == {("spend", 2020): Decimal(75), ("spend", 2021): Decimal(0)}


def test_ranking_weighs_the_net_and_not_the_number_of_lines(take, opened):
    take("pitfalls/negative_and_zero.xml")

    given = gifts(opened(), first_year=2020, last_year=2021)

    assert [(gift.year, gift.usd) for gift in given] == [(2020, 75.0), (2021, 0.0)]


# Outliers.
def test_an_outlier_waits_outside_every_total_which_says_so(take, opened):
    report = take("pitfalls/outlier.xml")
    corpus = opened()

    for view in VIEWS:
        assert sums(corpus, "reporter", view=view) == {
            ("spend", "XX-STEADY"): Decimal(110),
            ("spend", "XX-GIANT"): Decimal(25),
        }
        said = boundary(corpus, FlowFilter(view=view))
        assert (said.quarantined_lines, said.quarantined_usd) == (2, Decimal("200000000500.01"))
        waiting = flow_rows(corpus, FlowFilter(view=view, quarantined="only"))
        assert [r.usd for r in waiting] == [Decimal(200_000_000_000), Decimal("500.01")]
    assert report.quarantined == 2


def test_words_in_place_of_an_amount_are_refused_and_named(take):
    report = take("pitfalls/outlier.xml").files[0]

    assert [(i.severity, i.code, i.value) for i in report.issues] == [
        ("critical", "amount-not-a-number", "see annex")
    ]
    assert (report.transactions_read, report.transactions_kept) == (15, 14)


# Budgets.
def test_a_revised_budget_replaces_its_original_and_odd_periods_are_named(take, ask, opened):
    report = take("pitfalls/budgets.xml")
    corpus = opened()

    assert ask("select amount, superseded, period_problem from budgets order by budget_no") == [
        (Decimal(100), True, None),
        (Decimal(120), False, None),
        (Decimal(80), False, None),
        (Decimal(300), False, "period-long"),
        (Decimal(7), False, "period-reversed"),
    ]
    assert report.files[0].issue_counts == {"period-long": 1, "period-reversed": 1}
    assert sums(corpus, "year", flow_types=("budget",)) == {
        ("budget", 2020): Decimal(120),
        ("budget", 2021): Decimal(80),
        ("budget", 2022): Decimal(300),
        ("budget", 2025): Decimal(7),
    }
    assert sums(corpus) == {("spend",): Decimal(20)}


# Languages.
def test_every_language_of_a_text_is_kept_and_the_unnamed_one_is_the_activitys(take, ask, opened):
    take("pitfalls/languages.xml")

    assert ask(
        "select element, language, own_language, text from narratives"
        " where element <> 'reporting-org' order by element, text"
    ) == [
        ("description-1", "en", True, "Three communes."),
        ("description-1", "fr", False, "Trois communes."),
        ("title", "en", True, "Clearing rice fields"),
        ("title", "es", True, "Desminado de arrozales"),
        ("title", "fr", False, "Déminage des rizières"),
        ("title", "ar", True, "نزع الألغام من حقول الأرز"),
        ("transaction/description", "en", True, "First part"),
        ("transaction/description", "fr", False, "Première partie"),
    ]
    assert [r.title for r in flow_rows(opened(), FlowFilter())] == ["Déminage des rizières"]


# Organisation identity.
def test_placeholders_and_channel_codes_join_no_organisations(take, ask, opened):
    take("pitfalls/organisations.xml")

    assert ask(
        "select distinct provider_ref, donor_key from transactions"
        " where provider_ref not like 'XX-%' order by all"
    ) == [
        ("22000", "NAME:anvil guild"),
        ("22000", "NAME:kite society"),
        ("N/A", "NAME:anvil guild"),
        ("N/A", "XX-WHO"),
        ("XM-DAC-21000", "NAME:kite society"),
    ]
    assert sums(opened(), "donor", flow_types=("incoming",)) == {
        ("incoming", "NAME:kite society"): Decimal(5),
        ("incoming", "NAME:anvil guild"): Decimal(10),
        ("incoming", "XX-WHO"): Decimal(16),
        ("incoming", "XX-LOOM-1"): Decimal(32),
        ("incoming", "XX-LOOM-2"): Decimal(64),
    }
    (nameless,) = (
        r for r in flow_rows(opened(), FlowFilter(flow_types=("incoming",))) if r.usd == 16
    )
    assert nameless.donor_basis == "reporting-org"


def test_one_organisation_under_two_references_is_joined_by_a_person_and_parted_again(
    take, tmp_path
):
    folder = tmp_path / "flows"
    take("pitfalls/organisations.xml")
    loom = {"flow_types": ("incoming",), "donors": ("Loom Endowment",)}

    save_decisions(folder, Decisions(pairs=(Decided("XX-LOOM-1", "XX-LOOM-2", same=True),)))
    take("pitfalls/organisations.xml")
    joined = sums(open_corpus(folder), **loom)
    rows = flow_rows(open_corpus(folder), FlowFilter(**loom))
    save_decisions(folder, Decisions())
    take("pitfalls/organisations.xml")

    assert joined == {("incoming",): Decimal(96)}
    assert len({r.donor_key for r in rows}) == 1
    assert sums(open_corpus(folder), "donor", **loom) == {
        ("incoming", "XX-LOOM-1"): Decimal(32),
        ("incoming", "XX-LOOM-2"): Decimal(64),
    }


def test_a_known_donor_under_several_references_and_spellings_is_one(take, opened):
    take("matching/donor_under_many_names.xml")

    assert sums(opened(), "donor", view="all-reporters") == {("spend", "US-GOV-1"): Decimal(1500)}


# Versions.
@pytest.mark.parametrize(
    ("name", "declared"),
    [("version_1_codes_in_version_2", "2.03"), ("version_2_codes_in_version_1", "1.03")],
)
def test_codes_mean_what_they_say_whatever_version_the_file_declares(
    take, ask, opened, name, declared
):
    report = take(f"pitfalls/{name}.xml").files[0]

    assert (report.version, dict(report.issue_counts)) == (declared, {})
    assert sums(opened(), "donor", "sector", flow_types=()) == {
        ("incoming", "XX-PAYER", "15250"): Decimal(1),
        ("commitment", "XX-PAYER", "15250"): Decimal(2),
        ("spend", "XX-PAYER", "15250"): Decimal(7),
        ("repayment", "XX-PAYER", "15250"): Decimal(5),
        ("budget", "XX-PAYER", "15250"): Decimal(11),
    }
    assert ask("select title, actual_start, reporter_name from activities") == [
        ("Wells", date(2020, 1, 1), "Code Keeper")
    ]
    assert ask("select role, name from participating_orgs") == [("1", "Paper Payer")]
    assert ask("select vocabulary, code, significance from markers") == [("1", "1", 2)]
    assert ask("select distinct sector_vocabulary from transaction_splits") == [("1",)]


# Duplicates.
@pytest.mark.parametrize("order", [("older", "newer"), ("newer", "older")])
def test_an_activity_in_two_files_counts_once_as_last_updated_and_the_rest_is_logged(
    take, opened, order
):
    report = take(*(f"pitfalls/copy_{age}.xml" for age in order))
    corpus = opened()

    assert sums(corpus, "reporter") == {
        ("spend", "XX-TWICE"): Decimal(100),
        ("spend", "XX-OTHER"): Decimal(3),
    }
    assert count_rows(corpus, FlowFilter(reporters=("XX-TWICE",))) == 4
    logged = corpus.ask(
        "select d.identifier, d.reporter_key, f.path from duplicates d join files f using (file_no)"
    )
    assert [(name, who, Path(path).name) for name, who, path in logged] == [
        ("XX-TWICE-1", "XX-TWICE", "copy_older.xml")
    ]
    assert report.duplicates == 1


# Encoding and wrong root.
def test_each_file_says_whether_it_was_read_or_refused_and_why(take, ask, opened):
    names = ("latin_1", "latin_1_said_to_be_utf_8", "not_found", "organisation_as_activities")
    report = take(*(f"pitfalls/{name}.xml" for name in names))
    corpus = opened()

    assert [(f.status, [i.code for i in f.issues]) for f in report.files] == [
        ("read", []),
        ("read", ["encoding-repaired"]),
        ("refused", ["not-xml"]),
        ("read", []),
    ]
    assert "saved as .xml" in report.files[2].issues[0].remedy
    assert (
        ask("select title, reporter_name from activities")
        == [("Été à Ségou", "Société des Essais")] * 2
    )
    assert sums(corpus, flow_types=()) == {("spend",): Decimal(3)}
    assert [a.usd for a in announced(corpus, ["XX-LETTERS"], first_year=2090)] == [Decimal(1000)]


# Mine action is small.
def test_mine_action_is_told_by_three_sources_side_by_side_and_each_is_named(take, opened):
    take(*MINE_ACTION)
    corpus = opened()
    cleared = FlowFilter(sectors=("15250",), recipients=("KH",))

    assert {(s.source, s.flow_type): s.usd for s in sum_flows(corpus, cleared)} == {
        ("iati", "spend"): Decimal(100),
        ("fts", "spend"): Decimal(700),
        ("fts", "commitment"): Decimal(60),
        ("appui", "spend"): Decimal(8000),
    }
    (typed,) = flow_rows(corpus, FlowFilter(sources=("appui",)))
    assert (typed.reporter, typed.page) == ("Imaginary Clearance Yearbook 2021", "12")
    together = FlowFilter(sectors=("15250",), flow_types=("spend",), together=True)
    assert [(s.source, s.usd) for s in sum_flows(corpus, together)] == [("together", Decimal(800))]


def test_the_ranking_for_mine_action_hears_all_three_sources(take, opened):
    take(*MINE_ACTION)

    given = gifts(opened(), first_year=2020, last_year=2020)

    assert {g.donor: g.usd for g in given if g.sector == "15250"} == {
        "Field Marshals of Peace": 100.0,
        "Lantern Bureau": 760.0,
        "Clay Republic": 8000.0,
    }
