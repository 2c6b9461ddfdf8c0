"""OCHA Financial Tracking Service: a flow a line, dollars as FTS publishes them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Final

from appui.intelligence.ingest import codes
from appui.intelligence.ingest.codes import rows_of
from appui.intelligence.ingest.flatflow import FlatAmount, FlatFlow
from appui.intelligence.ingest.money import read_amount, to_usd_cents
from appui.intelligence.ingest.organisations import Organisation, identity
from appui.intelligence.ingest.places import country_named, government_country
from appui.intelligence.ingest.reading import Reading, day_of, moment_of
from appui.intelligence.ingest.splits import (
    NO_SECTOR,
    NOWHERE,
    Part,
    PlaceSplit,
    Split,
)

REPORTER: Final = Organisation("XM-OCHA-FTS", "OCHA Financial Tracking Service", "XM-OCHA-FTS")
RATE_SOURCE: Final = "OCHA Financial Tracking Service, dollars as published"
_TYPES: Final = {"paid": 3, "commitment": 2, "pledge": 12}
_NO_PLACE: Final = frozenset(("global", "multiple locations (shared)", "not specified"))
Line = Mapping[str, str]


def flow_of(reading: Reading, line: Line, number: int) -> FlatFlow | None:
    """The flow of a line, or None (with a critical issue) without an id or an amount."""
    identifier = line.get("id", "").strip()
    if not identifier:
        reading.problem("row-unusable", line=number, subject="", field="id", value=None)
        return None
    dollars, problem = read_amount(line.get("amountUSD"))
    if problem:
        _say(reading, problem, number, identifier, "amountUSD", line.get("amountUSD"))
    if dollars is None:
        return None
    return _flow(reading, line, number, identifier, dollars)


def _flow(reading: Reading, line: Line, number: int, identifier: str, dollars: int) -> FlatFlow:
    units, currency = _original(line, dollars)
    day = day_of(line.get("date"))
    if day is None:
        _say(reading, "date-invalid", number, identifier, "date", line.get("date"))
    years, year_basis = _years(line, day.year if day else None)
    kind = _TYPES.get(line.get("status", "").strip().lower())
    if kind is None:
        _say(reading, "status-unknown", number, identifier, "status", line.get("status"))
    clusters = _several(
        line.get("destinationObjects_GlobalCluster.name")
        or line.get("destinationObjects_Cluster.name")
    )
    source = line.get("sourceObjects_Organization.name")
    donor_country = government_country(source)
    return FlatFlow(
        source="fts",
        line=number,
        identifier=f"FTS-{identifier}",
        reporter=REPORTER,
        updated=moment_of(line.get("updatedAt")),
        title=line.get("description") or None,
        donor=identity(source, None),
        donor_country=donor_country or country_named(line.get("sourceObjects_Location.name")),
        receiver=identity(line.get("destinationObjects_Organization.name"), None),
        day=day,
        years=years,
        year_basis=year_basis,
        sectors=_sectors(reading, clusters, number, identifier),
        sector_names=tuple(clusters),
        places=_places(reading, line, number, identifier),
        amounts=(
            FlatAmount(
                transaction_type=kind,
                flow_type=codes.FLOW_TYPES.get(kind or 0, codes.UNKNOWN_FLOW),
                units=units,
                currency=currency,
                cents=to_usd_cents(dollars, Decimal(1)),
                conversion="as-published",
            ),
        ),
        rate_source=RATE_SOURCE,
        reference=line.get("refCode") or None,
        description=line.get("destinationObjects_Plan.name") or None,
        humanitarian=True,
        channel=None,
        new_money=_new_money(line),
        page=None,
        url=f"https://fts.unocha.org/flows/{identifier}",
    )


def _say(
    reading: Reading, code: str, number: int, identifier: str, field: str, value: str | None
) -> None:
    reading.problem(code, line=number, subject=f"FTS-{identifier}", field=field, value=value)


def _several(text: str | None) -> list[str]:
    """The values of a cell that holds one or several, parted by semicolons, each once."""
    return list(dict.fromkeys(part.strip() for part in (text or "").split(";") if part.strip()))


def _original(line: Line, dollars: int) -> tuple[int, str]:
    """The amount in the donor's currency when FTS gives both, else the dollars."""
    currency = line.get("originalCurrency", "").strip().upper()
    units, _ = read_amount(line.get("originalAmount"))
    return (units, currency) if currency and units else (dollars, "USD")


def _years(line: Line, year_of_date: int | None) -> tuple[tuple[int, ...], str]:
    """Usage years, split evenly when several; else the budget year, else that of the date."""
    usage = [
        y for text in _several(line.get("destinationObjects_UsageYear.name")) if (y := _year(text))
    ]
    if usage:
        return tuple(sorted(usage)), "usage-year" if len(usage) == 1 else "usage-years-evenly"
    budget = _year(line.get("budgetYear"))
    if budget:
        return (budget,), "budget-year"
    return ((year_of_date,), "flow-date") if year_of_date else ((), "none")


def _year(text: str | None) -> int | None:
    number = codes.small_number((text or "").strip().removesuffix(".0"))
    return number if number and 1900 <= number <= 2150 else None


def _sectors(reading: Reading, clusters: list[str], number: int, identifier: str) -> Split:
    if not clusters:
        return NO_SECTOR
    weights: dict[str | None, int] = {}
    for cluster in clusters:
        code = _cluster_codes().get(cluster.casefold())
        if code is None:
            _say(reading, "sector-unmapped", number, identifier, "GlobalCluster", cluster)
        weights[code] = weights.get(code, 0) + 1
    basis = "cluster" if len(clusters) == 1 else "clusters-evenly"
    parts = tuple(Part(code, weight) for code, weight in weights.items())
    return Split(codes.DAC_5, parts, basis)


@cache
def _cluster_codes() -> dict[str, str]:
    return {row["cluster"].casefold(): row["sector"] for row in rows_of("fts_clusters.csv")}


def _places(reading: Reading, line: Line, number: int, identifier: str) -> PlaceSplit:
    names = _several(line.get("destinationObjects_Location.name"))
    if not names:
        return NOWHERE
    weights: dict[str | None, int] = {}
    for name in names:
        code = country_named(name)
        if code is None and name.casefold() not in _NO_PLACE:
            _say(reading, "place-unknown", number, identifier, "destination Location", name)
        weights[code] = weights.get(code, 0) + 1
    basis = "single" if len(names) == 1 else "places-evenly"
    return PlaceSplit(tuple((code, None, w) for code, w in weights.items()), basis, 0)


def _new_money(line: Line) -> bool:
    """Money entering the humanitarian system: not passed on inside it (FTS ``newMoney``)."""
    said = codes.truth(line.get("newMoney"))
    return (True if said is None else said) and line.get("boundary") != "internal"
