"""The OECD's Creditor Reporting System, as text in its encodings and as Parquet."""

import json
import zipfile
from datetime import date
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from appui.intelligence.corpus import FlowFilter, sum_flows

from .conftest import DATA

TEXT = (DATA / "tables/crs.txt").read_text(encoding="utf-8")


def money(ask):
    return ask(
        "select title, t.flow_type, t.amount, t.currency, t.usd from transactions t"
        " join activities using (activity_key) order by activity_key, transaction_no"
    )


def test_commitments_disbursements_and_receipts_are_flows_apart_in_dollars_as_published(take, ask):
    take("tables/crs.txt")

    assert money(ask) == [
        ("Clearance in Battambang", "commitment", Decimal(10_000_000), "NOK", Decimal(1_163_982)),
        ("Clearance in Battambang", "spend", Decimal(5_000_000), "NOK", Decimal(581_991)),
        ('The "A|B" plan', "spend", Decimal("0.5"), "USD", Decimal("0.50")),
        (None, "repayment", Decimal(2_500_000), "USD", Decimal(2_500_000)),
        ("Repaid", "spend", Decimal(-250_000), "USD", Decimal(-250_000)),
        ("Repaid", "spend", Decimal(-250_000), "USD", Decimal(-250_000)),
        ("Nowhere", "spend", Decimal(100_000), "USD", Decimal(100_000)),
    ]


def test_constant_prices_are_kept_apart_and_labelled(take, ask):
    take("tables/crs.txt")

    assert ask("select transaction_no, usd, prices from constant_amounts order by all") == [
        (1, Decimal(1_100_000), "constant prices of the base year of the OECD release"),
        (2, Decimal(550_000), "constant prices of the base year of the OECD release"),
    ]


def test_countries_and_regions_are_told_apart(take, ask):
    take("tables/crs.txt")

    assert ask(
        "select country, region, sum(usd) from transaction_splits group by all order by all"
    ) == [
        ("KH", None, Decimal(1_245_973)),
        (None, "298", Decimal("0.50")),
        (None, "998", Decimal(2_500_000)),
        (None, None, Decimal(100_000)),
    ]


def test_agency_channel_markers_identifiers_and_goals_are_kept_in_iati_terms(take, ask):
    take("tables/crs.txt")
    first = "where activity_key = (select min(activity_key) from activities)"

    assert ask(
        f"select role, name, ref, crs_channel_code from participating_orgs {first} order by role"
    ) == [
        ("1", "Norway", "XM-DAC-8", None),
        ("3", "Norwegian Agency for Development Co-operation", "XM-DAC-8-5", None),
        ("4", "Norwegian People's Aid", "XM-DAC-21031", "21031"),
    ]
    assert ask(f"select type, identifier from identifiers {first} order by type") == [
        ("A1", "KHM-21/0007"),
        ("A2", "2021000123"),
    ]
    assert ask(f"select code, significance from markers {first} order by code") == [
        ("1", 1),
        ("2", 0),
    ]
    assert ask(f"select vocabulary, code from tags {first} order by code") == [
        ("2", "1"),
        ("3", "16.1"),
    ]
    assert ask(
        "select donor_country, aid_type, finance_type, aid_flow_type, tied_status"
        f" from transactions {first} and transaction_no = 1"
    ) == [("NO", "C01", "110", "10", "5")]
    assert ask(f"select planned_start, planned_end from activities {first}") == [
        (date(2021, 3, 1), date(2023, 12, 31))
    ]


def test_every_column_is_kept_with_its_line(take, ask):
    take("tables/crs.txt")
    lines = ask("select line, cells from source_lines order by line")
    cells = {line: json.loads(text) for line, text in lines}

    assert list(cells) == [2, 4, 5, 6, 7, 8, 9, 12]
    assert cells[2]["LongDescription"] == 'Land release,\nand "training" – à Battambang'
    columns, values = TEXT.splitlines()[0].split("|"), TEXT.splitlines()[4].split("|")
    assert cells[5] == {c: v for c, v in zip(columns, values, strict=True) if v}


def test_rows_that_cannot_be_used_are_listed_by_line_column_and_value(take):
    report = take("tables/crs.txt").files[0]

    assert [(i.severity, i.code, i.line, i.field, i.value) for i in report.issues] == [
        ("critical", "amount-not-a-number", 8, "usddisbursement", "about 3"),
        ("warning", "place-unknown", 9, "RecipientCode", "4321 Atlantis"),
        ("critical", "row-unusable", 10, "Year", ""),
        ("critical", "row-ragged", 11, "5 cells for 45 columns", "2021 | 8 | Norway | too | short"),
        ("warning", "constant-alone", 12, "usddisbursementdefl", "0.75"),
        ("error", "date-invalid", 12, "expectedstartdate", "2021-13-45"),
    ]
    assert (report.activities_read, report.activities_kept) == (10, 8)
    assert (report.transactions_read, report.transactions_kept) == (10, 7)


@pytest.mark.parametrize(
    ("encoding", "issues"),
    [("utf-16", 0), ("utf-16-le", 0), ("utf-8-sig", 0), ("windows-1252", 1)],
)
def test_the_same_table_in_each_encoding_gives_the_same_rows(take, ask, tmp_path, encoding, issues):
    path = tmp_path / "CRS 2021 data.txt"
    path.write_bytes(TEXT.encode(encoding))

    report = take(path).files[0]

    assert report.issue_counts["encoding-repaired"] == issues
    assert sum(row[4] for row in money(ask)) == Decimal("3845973.50")
    assert ask("select text from narratives where element = 'description'") == [
        ('Land release,\nand "training" – à Battambang',)
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_table_saved_as_csv_is_read_by_whatever_parts_its_columns(take, ask, tmp_path, delimiter):
    path = tmp_path / "crs.csv"
    lines = ["Year|DonorCode|RecipientCode|PurposeCode|usd_commitment", "2021|8|728|15250|0.5"]
    path.write_text("\n".join(lines).replace("|", delimiter))

    take(path)

    assert [row[1:] for row in money(ask)] == [
        ("commitment", Decimal(500_000), "USD", Decimal(500_000))
    ]


def test_parquet_with_other_capitals_and_numbers_as_floats_reads_the_same(take, ask, tmp_path):
    path = tmp_path / "crs.parquet"
    columns = {
        "year": [2021.0, None],
        "donor_code": [8.0, None],
        "recipient_code": [728, None],
        "purpose_code": [15250, None],
        "usd_commitment": [7.6868e-05, None],
    }
    pq.write_table(pa.table(columns), path)

    report = take(path).files[0]

    assert [row[1:] for row in money(ask)] == [
        ("commitment", Decimal("76.868"), "USD", Decimal("76.87"))
    ]
    assert dict(report.issue_counts) == {"row-unusable": 1}


def test_a_second_run_and_a_later_release_add_nothing_twice(take, opened, tmp_path):
    later = tmp_path / "CRS 2021 data (later).txt"
    later.write_text(TEXT.replace("|0.581991|", "|0.6|"), encoding="utf-8")
    take("tables/crs.txt")
    assert not take("tables/crs.txt").changed

    report = take(later)

    sums = {s.flow_type: s.usd for s in sum_flows(opened(), FlowFilter(sources=("crs",)))}
    assert report.duplicates == 8
    assert sums == {"commitment": Decimal(1_163_982), "spend": Decimal("200000.50")}


def test_a_text_file_in_a_folder_is_read_only_when_it_is_a_table(take, tmp_path):
    folder = tmp_path / "given"
    folder.mkdir()
    (folder / "CRS 2021 data.txt").write_text(TEXT, encoding="utf-16")
    (folder / "notes.txt").write_text("Received | from the OECD\n, with, more, commas")
    (folder / "readme.txt").write_text("not ours")

    report = take(folder)

    assert [f.format for f in report.files if f.status != "refused"] == ["crs"]
    assert report.ignored == 1


def test_a_zip_of_the_oecd_is_read_and_its_notes_left(take, tmp_path):
    path = tmp_path / "CRS 2021.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("CRS 2021 data.txt", TEXT.encode("utf-16"))
        archive.writestr("read me.txt", "About this file")

    report = take(path)

    assert [(f.path.rpartition("!")[2], f.activities_kept) for f in report.files] == [
        ("CRS 2021 data.txt", 8)
    ]
