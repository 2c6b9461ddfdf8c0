"""The same money told of by two sources: linked one to one, shown, and counted once."""

from decimal import Decimal

import pytest
from click.testing import CliRunner
from tests.factories import make_organisation, make_user_with_role

from appui.intelligence.cli.flows import flows
from appui.intelligence.corpus import (
    FilterError,
    FlowFilter,
    boundary,
    count_rows,
    flow_rows,
    sum_flows,
)
from appui.kernel.access import Role

CRS = (
    "Year|DonorCode|DonorName|RecipientCode|RecipientName|PurposeCode|USD_Commitment|"
    "USD_Disbursement|CurrencyCode|Disbursement_National|ProjectNumber|ProjectTitle|ChannelReportedName"
)
FTS = (
    "id,amountUSD,date,status,budgetYear,refCode,originalAmount,originalCurrency,description,"
    "sourceObjects_Organization.name,destinationObjects_GlobalCluster.name,"
    "destinationObjects_Location.name,destinationObjects_Organization.name"
)
IATI = """<iati-activities version="2.03"><iati-activity default-currency="{currency}">
<iati-identifier>{identifier}</iati-identifier>
<reporting-org ref="NO-BRC-971277882" type="10"><narrative>Norad</narrative></reporting-org>
<title><narrative>{title}</narrative></title>
<recipient-country code="KH"/><sector vocabulary="1" code="{sector}"/>
{transactions}</iati-activity></iati-activities>"""
SPEND = """<transaction><transaction-type code="3"/><transaction-date iso-date="{day}"/>
<value value-date="{day}">{value}</value>
<provider-org ref="NO-BRC-971277882"><narrative>Norad</narrative></provider-org>
</transaction>"""


@pytest.fixture
def told(take, tmp_path):
    """Ingest IATI activities, CRS lines and FTS lines, given as they stand in their files."""

    def told(iati=(), crs=(), fts=()):
        for number, activity in enumerate(iati):
            (tmp_path / f"iati{number}.xml").write_text(activity)
        (tmp_path / "crs.txt").write_text("\n".join([CRS, *crs]))
        (tmp_path / "fts.csv").write_text("\n".join([FTS, *fts]))
        paths = [tmp_path / f"iati{number}.xml" for number in range(len(iati))]
        return take(*paths, tmp_path / "crs.txt", tmp_path / "fts.csv")

    return told


def activity(
    *values, identifier="NO-BRC-971277882-KHM-21/0007", title="", sector="15250", currency="USD"
):
    spends = "".join(SPEND.format(day="2021-05-03", value=value) for value in values)
    return IATI.format(
        identifier=identifier, title=title, sector=sector, currency=currency, transactions=spends
    )


def crs(usd, *, donor="8|Norway", purpose="15250", number="", title="", year="2021"):
    return f"{year}|{donor}|728|Cambodia|{purpose}||{usd}|||{number}|{title}|"


def fts(number, usd, *, ref="", title="", status="paid", day="2021-06-01", cluster=""):
    return (
        f'{number},{usd},{day},{status},2021,{ref},,,{title},"Norway, Government of",'
        f"{cluster},Cambodia,Norwegian People's Aid"
    )


def together(opened, **fields):
    found = sum_flows(opened(), FlowFilter(flow_types=("spend",), together=True, **fields))
    return [(s.source, s.usd) for s in found]


def links(opened):
    rows = flow_rows(opened(), FlowFilter(flow_types=("spend",)))
    return sorted(
        ((row.source, row.linked_to, row.link_score, row.link_reasons, row.counts) for row in rows),
        key=str,
    )


def test_a_shared_reference_links_and_the_donors_own_report_counts(told, opened):
    told([activity("1000500")], [crs("1.0005", number="KHM-21/0007")])

    reasons = "donor-country; reference; same-amount; sector"
    crs_name = next(r.identifier for r in flow_rows(opened(), FlowFilter(sources=("crs",))))
    iati, other = links(opened)[1], links(opened)[0]
    assert iati[1] == f"crs {crs_name}"
    assert other[1] == "iati NO-BRC-971277882-KHM-21/0007"
    assert (iati[4], other[4]) == (True, False)
    assert iati[2:4] == other[2:4] == (Decimal(1), reasons)
    assert together(opened) == [("together", Decimal("1000500.00"))]


def test_sums_apart_by_source_still_show_each_source_whole(told, opened):
    told([activity("1000500")], [crs("1.0005", number="KHM-21/0007")])

    sums = sum_flows(opened(), FlowFilter(flow_types=("spend",)))

    assert {s.source: s.usd for s in sums} == dict.fromkeys(("iati", "crs"), Decimal("1000500.00"))


def test_several_transactions_of_a_year_are_one_flow_of_the_crs(told, opened):
    told([activity("400000", "600500")], [crs("1.0005", number="KHM-21/0007")])

    rows = flow_rows(opened(), FlowFilter(flow_types=("spend",)))
    assert [row.counts for row in rows if row.source == "iati"] == [True, True]
    assert together(opened) == [("together", Decimal("1000500.00"))]


def test_money_in_three_sources_counts_once(told, opened):
    told(
        [activity("1000500")],
        [crs("1.0005", number="KHM-21/0007")],
        [fts(7, 1000500, ref="KHM-21/0007")],
    )

    assert [row[4] for row in links(opened)] == [False, False, True]
    assert together(opened) == [("together", Decimal("1000500.00"))]


def test_without_iati_the_crs_counts_before_fts(told, opened):
    told((), [crs("1.0005", number="KHM-21/0007")], [fts(7, 1000000, ref="KHM-21/0007")])

    assert together(opened) == [("together", Decimal("1000500.00"))]


def test_one_flow_is_linked_to_one_other_only(told, opened):
    told(
        (),
        [crs("1.0005", number="KHM-21/0007")],
        [fts(n, 1000500, ref="KHM-21/0007") for n in (7, 8)],
    )

    assert [(row[0], row[1] is not None) for row in links(opened)] == [
        ("crs", True),
        ("fts", True),
        ("fts", False),
    ]
    assert together(opened) == [("together", Decimal("2001000.00"))]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (crs("0.5", number="KHM-21/0007"), "half the amount"),
        (crs("1.0005", number="KHM-21/0007", year="2020"), "another year"),
        (crs("1.0005", number="KHM-21/0007", donor="10|Sweden"), "another donor"),
        (crs("1", purpose="11110"), "a round amount for another sector"),
        (crs("-1.0005", number="KHM-21/0007"), "money that came back"),
    ],
)
def test_what_may_be_other_money_is_not_linked(told, opened, line, why):
    told([activity("1000500")], [line])

    assert [row[1] for row in links(opened)] == [None, None], why


def test_a_different_amount_is_linked_by_its_reference_and_the_rule_says_which_counts(told, opened):
    told([activity("900000")], [crs("1", number="KHM-21/0007")])

    assert together(opened) == [("together", Decimal("900000.00"))]
    said = boundary(opened(), FlowFilter(together=True)).counts
    assert "counts once: as IATI has it, else as the CRS has it." in said


def test_the_sum_of_all_sources_opens_on_exactly_its_rows(told, opened):
    told([activity("1000500")], [crs("1.0005", number="KHM-21/0007"), crs("0.3")])
    wanted = FlowFilter(flow_types=("spend",), together=True)

    rows = flow_rows(opened(), wanted)

    assert len(rows) == count_rows(opened(), wanted) == 2
    assert together(opened) == [("together", sum(row.usd for row in rows))]


def test_tables_typed_in_from_reports_are_sums_and_not_added_to_flows(take, opened):
    take("tables/published.csv")

    assert together(opened) == []


def test_sources_are_added_up_in_one_view_only():
    with pytest.raises(FilterError, match="original-donors only"):
        FlowFilter(together=True, view="all-reporters")


def test_links_are_the_same_whatever_the_order_of_the_files(told, opened, take, tmp_path, rates):
    told(
        [activity("1000500")],
        [crs("1.0005", number="KHM-21/0007"), crs("0.3", title="Training for clearance teams")],
        [fts(7, 1000500, ref="KHM-21/0007"), fts(8, 300000, title="Training of clearance teams")],
    )
    first = links(opened)
    for path in tmp_path.glob("flows/**/*"):
        if path.is_file():
            path.unlink()

    take(tmp_path / "fts.csv", tmp_path / "crs.txt", tmp_path / "iati0.xml")

    assert links(opened) == first


@pytest.mark.django_db
def test_the_api_says_which_row_is_linked_and_adds_sources_up(told, client, monkeypatch, tmp_path):
    told([activity("1000500")], [crs("1.0005", number="KHM-21/0007")])
    monkeypatch.setenv("APPUI_HOME", str(tmp_path))
    client.force_login(make_user_with_role(Role.READER, make_organisation()))

    rows = client.get("/api/flows/rows?flow_type=spend").json()["items"]
    sums = client.get("/api/flows/sum?flow_type=spend&by=year&together=true").json()
    refused = client.get("/api/flows/sum?together=true&view=new-money")

    assert {row["source"]: (row["linked_to"].split()[0], row["counts"]) for row in rows} == {
        "iati": ("crs", True),
        "crs": ("iati", False),
    }
    assert [(item["source"], item["usd"]) for item in sums["sums"]] == [("together", "1000500.00")]
    assert "counts once" in sums["boundary"]["counts"]
    assert refused.status_code == 422


def test_rows_and_sums_on_the_command_line_show_links(told, tmp_path):
    told([activity("1000500")], [crs("1.0005", number="KHM-21/0007")])
    corpus = ["--from", str(tmp_path / "flows"), "--flow-type", "spend"]

    rows = CliRunner().invoke(flows, ["rows", *corpus]).output
    total = CliRunner().invoke(flows, ["sum", "--together", "--format", "csv", *corpus]).output

    assert "iati NO-BRC-971277882-KHM-21/0007" in rows
    assert "spend,together,original-donors,1000500.00,1,0" in total
