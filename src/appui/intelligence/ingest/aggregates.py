"""Sums published by donor, recipient and year: kept beside the flows, never added to them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache
from typing import Final, NamedTuple

from appui.intelligence.ingest import codes
from appui.intelligence.ingest.codes import rows_of
from appui.intelligence.ingest.crs import in_millions
from appui.intelligence.ingest.money import to_usd_cents
from appui.intelligence.ingest.places import country_named
from appui.intelligence.ingest.reading import Reading
from appui.intelligence.ingest.rows import AggregateRow
from appui.intelligence.ingest.tabular import Row, Table

NOT_STATED: Final = "not stated"
DOLLAR_MILLIONS: Final = "USD millions"
Line = Mapping[str, str]


class _Said(NamedTuple):
    """One line, in the terms of both layouts."""

    donor: str
    recipient: str
    year: str
    measure: str
    prices: str
    millions: str
    amount_column: str
    in_dollars: bool


def read(
    reading: Reading,
    table: Table,
    is_ragged: Callable[[Row], bool],
    after_row: Callable[[], None],
) -> None:
    """Read every line into its own table; the file gives no activity and no transaction."""
    report = reading.report
    layout = _dac2a if "Aid type" in table.columns else _plain
    for row in table.rows:
        report.activities_read += 1
        found = None if is_ragged(row) else _aggregate(reading, layout(row.cells), row.line)
        if found is not None:
            reading.rows["aggregates"].append(found)
            report.activities_kept += 1
        after_row()


def _plain(line: Line) -> _Said:
    return _Said(
        line["donor"],
        line["recipient"],
        line["year"],
        NOT_STATED,
        NOT_STATED,
        line["usd_million"],
        "usd_million",
        in_dollars=True,
    )


def _dac2a(line: Line) -> _Said:
    return _Said(
        line["Donor"],
        line["Recipient"],
        line["Year"],
        line["Aid type"],
        line["Amount type"],
        line["Value"],
        "Value",
        in_dollars=DOLLAR_MILLIONS in line["Amount type"],
    )


def _aggregate(reading: Reading, said: _Said, line: int) -> AggregateRow | None:
    """The row, or None (with a critical issue) when it says too little or not in dollars."""
    year = codes.small_number(said.year.strip().removesuffix(".0"))
    units, problem = in_millions(said.millions.strip())
    cents = to_usd_cents(units, Decimal(1)) if units is not None and said.in_dollars else None
    if not year or not said.donor or not said.recipient or cents is None:
        field, value = _lacking(said, year, units)
        reading.problem(
            problem or "row-unusable", line=line, subject=f"line {line}", field=field, value=value
        )
        return None
    country = country_named(_legible(said.recipient))
    return AggregateRow(
        file_no=reading.file_no,
        line=line,
        donor=said.donor,
        donor_country=country_named(_legible(said.donor)),
        recipient=said.recipient,
        country=country,
        region=None if country else _regions().get(_legible(said.recipient).casefold()),
        year=year,
        measure=said.measure,
        prices=said.prices,
        usd=cents,
    )


def _lacking(said: _Said, year: int | None, units: int | None) -> tuple[str, str]:
    """The first column that makes the line unusable, and what it holds."""
    for name, missing, value in (
        ("Year", not year, said.year),
        ("Donor", not said.donor, said.donor),
        ("Recipient", not said.recipient, said.recipient),
        (said.amount_column, units is None, said.millions),
    ):
        if missing:
            return name, value
    return "Amount type", said.prices


@cache
def _legible(name: str) -> str:
    """A name whose apostrophes were doubled, or whose UTF-8 was read as Windows-1252, set right."""
    once = name.replace("''", "'")
    try:
        return once.encode("windows-1252").decode("utf-8")
    except UnicodeError:
        return once


@cache
def _regions() -> dict[str, str]:
    rows = rows_of("crs_codes.csv")
    return {row["code"]: row["value"] for row in rows if row["list"] == "region-name"}
