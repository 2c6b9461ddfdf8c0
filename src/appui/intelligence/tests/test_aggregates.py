"""Published sums by donor and recipient: kept and compared, never added to flows."""

from decimal import Decimal

from click.testing import CliRunner

from appui.intelligence.cli.flows import flows
from appui.intelligence.corpus import FlowFilter, aggregates, count_rows, sum_flows


def test_sums_by_donor_and_recipient_are_no_flows(take, ask, opened):
    report = take("tables/dac2a.csv", "tables/crs.txt")

    assert ask("select distinct source from activities") == [("crs",)]
    assert count_rows(opened(), FlowFilter(flow_types=())) == 7
    assert {s.source for s in sum_flows(opened(), FlowFilter(flow_types=()))} == {"crs"}
    assert (report.files[0].format, report.files[0].activities_kept) == ("aggregates", 3)


def test_countries_regions_measures_and_prices_are_kept_as_named(take, ask):
    take("tables/dac2a.csv")

    constant = "Constant Prices (2022 USD millions)"
    assert ask(
        "select recipient, country, region, donor_country, year, measure, prices, usd"
        " from aggregates order by line"
    ) == [
        (
            "Cambodia",
            "KH",
            None,
            "NO",
            2021,
            "Memo: ODA Total, Gross disbursements",
            constant,
            Decimal(5_310_000),
        ),
        ("CÃ´te d''Ivoire", "CI", None, "NO", 2021, "Grants, Total", constant, Decimal(250_000)),
        ("Asia, regional", None, "798", "NO", 2021, "Grants, Total", constant, Decimal(-500_000)),
    ]


def test_lines_that_cannot_be_used_are_named(take):
    issues = take("tables/dac2a.csv").files[0].issues

    assert [(i.code, i.line, i.field, i.value) for i in issues] == [
        ("row-unusable", 5, "Amount type", "National currency millions"),
        ("row-unusable", 6, "Donor", ""),
        ("amount-not-a-number", 7, "Value", "much"),
        ("row-ragged", 8, "3 cells for 6 columns", "Cambodia | Norway | Grants, Total"),
    ]


def test_a_sum_stands_beside_what_the_crs_flows_make(take, opened):
    take("tables/dac2a.csv", "tables/crs.txt")

    (line,) = aggregates(opened(), donors=("NO",), recipients=("KH",), years=(2021,))

    assert (line.usd, line.flows_usd) == (Decimal(5_310_000), Decimal(81_991))


def test_the_plain_layout_says_that_measure_and_prices_are_not_stated(take, opened, tmp_path):
    path = tmp_path / "donors.csv"
    path.write_text("year,donor,recipient,usd_million\n2019,Austria,Afghanistan,3.369861\n")

    take(path)

    (line,) = aggregates(opened())
    assert (line.measure, line.prices, line.usd) == (
        "not stated",
        "not stated",
        Decimal("3369861.00"),
    )


def test_the_command_prints_the_rule_with_the_lines(take, tmp_path):
    take("tables/dac2a.csv")

    result = CliRunner().invoke(
        flows, ["aggregates", "--from", str(tmp_path / "flows"), "--country", "KH"]
    )

    assert "5,310,000.00" in result.output
    assert "in no total of flows" in result.output
