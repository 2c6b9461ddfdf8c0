"""Sums, the rows behind them, the three views, and tables of flows (FTS and typed)."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest

from appui.intelligence.corpus import (
    VIEWS,
    FilterError,
    FlowFilter,
    boundary,
    choices,
    count_rows,
    files_held,
    flow_rows,
    gifts,
    open_corpus,
    sum_flows,
)

EVERYTHING = ("iati", "tables/fts.csv", "tables/published.csv")


def test_an_absent_corpus_answers_with_nothing(tmp_path):
    corpus = open_corpus(tmp_path / "nowhere")

    assert corpus.is_empty
    assert sum_flows(corpus, FlowFilter(), ("donor",)) == []
    assert (flow_rows(corpus, FlowFilter()), count_rows(corpus, FlowFilter())) == ([], 0)
    assert choices(corpus, FlowFilter()).donors == ()
    assert boundary(corpus, FlowFilter()).quarantined_usd == Decimal("0.00")


@pytest.mark.parametrize("view", VIEWS)
def test_the_rows_behind_each_sum_are_the_sum(take, opened, view):
    take(*EVERYTHING)
    corpus = opened()

    every = FlowFilter(view=view, flow_types=(), quarantined="included")
    for found in sum_flows(corpus, every, ("donor", "year")):
        donor, year = found.keys
        wanted = FlowFilter(
            donors=(str(donor),),
            years=(year,) if year else (),
            flow_types=(found.flow_type,),
            sources=(found.source,),
            view=view,
            quarantined="included",
        )
        rows = [r for r in flow_rows(corpus, wanted, limit=1000) if r.year == year]
        assert sum((r.usd or Decimal(0) for r in rows), Decimal(0)) == found.usd
        assert len(rows) == found.parts


def test_one_level_of_activities_is_counted_and_a_donor_that_reports_is_not_counted_twice(
    take, opened
):
    take("iati/hierarchy.xml")
    corpus = opened()

    found = {
        view: [(s.flow_type, s.usd) for s in sum_flows(corpus, FlowFilter(view=view))]
        for view in VIEWS
    }
    assert found == {
        "original-donors": [("spend", Decimal("60.00"))],
        "all-reporters": [("spend", Decimal("160.00"))],
        "new-money": [("spend", Decimal("100.00"))],
    }


def test_an_absurd_line_is_left_out_and_what_is_left_out_is_said(take, opened):
    take("iati/amounts.xml")

    spent = sum_flows(opened(), FlowFilter())
    said = boundary(opened(), FlowFilter())

    assert [(s.flow_type, s.usd) for s in spent] == [("spend", Decimal("1234555.16"))]
    assert (said.quarantined_lines, said.quarantined_usd) == (1, Decimal("200000000000.00"))
    only = FlowFilter(quarantined="only")
    assert [s.usd for s in sum_flows(opened(), only)] == [Decimal("200000000000.00")]


def test_a_sector_is_found_by_its_first_digits(take, opened):
    take("iati/splits.xml")

    by_group = sum_flows(opened(), FlowFilter(sectors=("152",)), ("sector",))

    assert sorted((s.keys, s.usd) for s in by_group) == [
        (("15220",), Decimal("33.33")),
        (("15250",), Decimal("33.35")),
    ]


def test_a_superseded_budget_is_not_counted(take, opened):
    take("iati/furniture.xml")

    wanted = FlowFilter(flow_types=("budget",), view="all-reporters")
    assert [(s.keys, s.usd) for s in sum_flows(opened(), wanted, ("year",))] == [
        ((2021,), Decimal("300.00")),
        ((2020,), Decimal("120.00")),
        ((2025,), Decimal("1.00")),
    ]


def test_fts_flows_keep_the_newest_and_split_years_and_clusters_evenly(take, opened):
    report = take("tables/fts.csv")
    corpus = opened()

    germany = FlowFilter(donors=("Germany, Government of",))
    assert [
        (s.keys, s.usd) for s in sum_flows(corpus, germany, ("year", "recipient", "sector"))
    ] == [
        ((2020, "KH", "15250"), Decimal("40.00")),
        ((2021, "KH", "15250"), Decimal("40.00")),
        ((2022, "KH", "15250"), Decimal("40.00")),
    ]
    arabia = FlowFilter(donor_countries=("SA",))
    assert [(s.keys, s.usd, s.flow_type) for s in sum_flows(corpus, arabia, ("sector",))] == [
        (("11220",), Decimal("25.00"), "commitment"),
        (("72011",), Decimal("25.00"), "commitment"),
    ]
    assert dict(report.files[0].issue_counts) == {
        "sector-unmapped": 1,
        "place-unknown": 1,
        "row-unusable": 1,
        "amount-not-a-number": 1,
    }


def test_pledges_and_money_passed_on_stay_out_of_totals_unless_asked_for(take, opened):
    take("tables/fts.csv")
    corpus = opened()

    assert sorted((s.flow_type, s.usd) for s in sum_flows(corpus, FlowFilter())) == [
        ("commitment", Decimal("50.00")),
        ("spend", Decimal("120.00")),
    ]
    pledged = FlowFilter(flow_types=("pledge",))
    assert [s.usd for s in sum_flows(corpus, pledged)] == [Decimal("70.00")]
    passed = FlowFilter(view="all-reporters", flow_types=("spend",))
    assert [s.usd for s in sum_flows(corpus, passed)] == [Decimal("150.00")]


def test_published_tables_keep_the_dollars_in_print(take, opened):
    report = take("tables/published.csv")

    rows = flow_rows(opened(), FlowFilter())
    assert [
        (r.year, r.recipient, r.usd, r.amount, r.currency, r.conversion, r.page, r.rate_source)
        for r in rows
    ] == [
        (
            2023,
            "KH",
            Decimal("8000.00"),
            Decimal("8000.0000"),
            "USD",
            "as-published",
            "41",
            "Clearance Yearbook 2023",
        ),
        (
            2022,
            "KH",
            Decimal("7600.50"),
            Decimal("1000000.0000"),
            "JPY",
            "as-published",
            "41",
            "Clearance Yearbook 2023",
        ),
        (
            2021,
            "KH",
            None,
            Decimal("500.0000"),
            "KHR",
            "not-published",
            "41",
            "Clearance Yearbook 2023",
        ),
    ]
    assert dict(report.files[0].issue_counts) == {"row-unusable": 1}


def test_choices_are_what_the_other_filters_leave(take, opened):
    take(*EVERYTHING)

    found = choices(opened(), FlowFilter(sources=("appui",)))

    assert [c.label for c in found.donors] == ["Testland"]
    assert [c.key for c in found.years] == [2023, 2022, 2021]
    assert [c.key for c in found.sources] == ["appui", "fts", "iati"]


def test_an_unknown_grouping_or_view_is_refused_with_those_that_exist(take, opened):
    with pytest.raises(FilterError, match="One cannot sum by moon; choose from donor"):
        sum_flows(opened(), FlowFilter(), ("moon",))
    with pytest.raises(FilterError, match="There is no view mine"):
        FlowFilter(view="mine")


def test_questions_may_be_asked_from_several_threads(take, opened):
    take(*EVERYTHING)
    corpus = opened()
    wanted = sum_flows(corpus, FlowFilter(), ("donor",))

    with ThreadPoolExecutor(8) as pool:
        answers = pool.map(lambda _: sum_flows(corpus, FlowFilter(), ("donor",)), range(32))

    assert all(answer == wanted for answer in answers)


def test_the_history_for_ranking_counts_the_larger_of_promised_and_spent(take, opened):
    take("tables/fts.csv", "iati/inherited.xml")

    given = gifts(opened(), first_year=2020, last_year=2020)

    assert [(g.donor, g.recipient, g.sector, g.usd) for g in given if g.sector == "15250"] == [
        ("Agence des essais", "KH", "15250", 111.11),
        ("Germany", "KH", "15250", 40.0),
    ]


def test_the_files_held_are_listed_with_their_hash(take, opened):
    take("iati/copy_old.xml")

    assert [(f.format, f.version, f.status, f.activities) for f in files_held(opened())] == [
        ("iati", "2.03", "read", 1)
    ]


PARTS = {"donor": "donors", "recipient": "recipients", "channel": "channels", "year": "years"}


@pytest.mark.parametrize(("group", "part"), PARTS.items())
def test_each_sum_opens_on_exactly_its_rows_even_when_nothing_is_stated(take, opened, group, part):
    take(*EVERYTHING)
    corpus = opened()

    for found in sum_flows(corpus, FlowFilter(), (group,)):
        unstated = 0 if group == "year" else "-"
        key = unstated if found.keys[0] is None else found.keys[0]
        wanted = FlowFilter(
            **{part: (key,)}, flow_types=(found.flow_type,), sources=(found.source,)
        )
        rows = flow_rows(corpus, wanted, limit=10_000)
        assert len(rows) == found.parts
        assert sum((row.usd or Decimal(0) for row in rows), Decimal(0)) == found.usd
