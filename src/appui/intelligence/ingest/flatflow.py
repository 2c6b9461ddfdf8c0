"""One line of a table of flows, in the terms of the corpus, and how it becomes rows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Final

from appui.intelligence.ingest.organisations import Organisation
from appui.intelligence.ingest.patterns import pattern
from appui.intelligence.ingest.reading import Reading
from appui.intelligence.ingest.rows import (
    FILE_BITS,
    ActivityRow,
    Classification,
    ConstantAmountRow,
    CountryRow,
    Donor,
    IdentifierRow,
    Item,
    Kind,
    Marker,
    MarkerRow,
    NarrativeRow,
    ParticipatingOrgRow,
    Participation,
    Pricing,
    RegionRow,
    SectorRow,
    SourceLineRow,
    SplitRow,
    TagRow,
    TransactionRow,
    Written,
)
from appui.intelligence.ingest.splits import PlaceSplit, Split

NOBODY: Final = Written(None, None, None)
NOT_STATED: Final = Organisation("NAME:not stated", "Not stated", None)
DAC_REGIONS: Final = "1"  # vocabularies of IATI 2.03
DAC_MARKERS: Final = "1"


@dataclass(frozen=True, slots=True)
class FlatAmount:
    """``units`` in ``currency``; ``conversion`` is as-published when the source gives dollars.

    ``constant_cents`` are dollars in the constant ``prices`` that the source names.
    """

    transaction_type: int | None
    flow_type: str
    units: int
    currency: str | None
    cents: int | None
    conversion: str
    constant_cents: int | None = None
    prices: str = ""


@dataclass(frozen=True, slots=True)
class Described:
    """What richer sources say beside the money, in codes of IATI 2.03.

    ``identifiers`` are (type, identifier), ``markers`` (code, significance), ``tags``
    (vocabulary, code).
    """

    text: str | None = None
    agency: Organisation | None = None
    channel_code: str | None = None
    identifiers: tuple[tuple[str, str], ...] = ()
    markers: tuple[tuple[str, int | None], ...] = ()
    tags: tuple[tuple[str, str], ...] = ()
    aid_flow_type: str | None = None
    finance_type: str | None = None
    aid_type: str | None = None
    tied_status: str | None = None
    collaboration_type: str | None = None
    capital_spend: str | None = None
    planned_start: date | None = None
    planned_end: date | None = None


NOT_DESCRIBED: Final = Described()


@dataclass(frozen=True, slots=True)
class FlatFlow:
    """One line: who, where, what for, and its amounts; none is the line of a project at rest."""

    source: str
    line: int
    identifier: str
    reporter: Organisation
    updated: datetime | None
    title: str | None
    donor: Organisation | None
    donor_country: str | None
    receiver: Organisation | None
    day: date | None
    years: tuple[int, ...]
    year_basis: str
    sectors: Split
    sector_names: tuple[str, ...]
    places: PlaceSplit
    amounts: tuple[FlatAmount, ...]
    rate_source: str | None
    reference: str | None
    description: str | None
    humanitarian: bool | None
    channel: str | None
    new_money: bool | None
    page: str | None
    url: str | None
    refused_amounts: int = 0
    described: Described = NOT_DESCRIBED


def add_flow(reading: Reading, flow: FlatFlow, number: int, cells: Mapping[str, str]) -> None:
    """Add the activity, its transactions, its items, its splits, and the line as published."""
    key = (reading.file_no << FILE_BITS) + number
    reading.rows["activities"].append(_activity(reading, flow, key))
    for transaction_no, amount in enumerate(flow.amounts, 1):
        _add_amount(reading, flow, key, transaction_no, amount)
    _add_items(reading, flow, key)
    _add_described(reading, flow, key)
    said = json.dumps({n: v for n, v in cells.items() if v}, ensure_ascii=False)
    reading.rows["source_lines"].append(SourceLineRow(reading.file_no, key, flow.line, said))


def _add_amount(
    reading: Reading, flow: FlatFlow, key: int, transaction_no: int, amount: FlatAmount
) -> None:
    row = _transaction(reading, flow, key, transaction_no, amount)
    reading.rows["transactions"].append(row)
    divided = pattern(flow.sectors, flow.places, flow.years, flow.year_basis)
    rows = reading.rows["transaction_splits"]
    for split_no, (cell, units, cents) in enumerate(divided.divide(amount.units, amount.cents), 1):
        rows.append(SplitRow(reading.file_no, key, transaction_no, split_no, cell, units, cents))
    if amount.constant_cents is not None:
        reading.rows["constant_amounts"].append(
            ConstantAmountRow(
                reading.file_no, key, transaction_no, amount.constant_cents, amount.prices
            )
        )


def _donor(flow: FlatFlow) -> Organisation:
    return flow.donor or NOT_STATED


def _add_items(reading: Reading, flow: FlatFlow, key: int) -> None:
    file_no, vocabulary = reading.file_no, flow.sectors.vocabulary or ""
    codes = [part.code for part in flow.sectors.parts if part.code]
    reading.rows["sectors"].extend(
        SectorRow(
            file_no, key, 1, Item(vocabulary, code, None), "; ".join(flow.sector_names) or None
        )
        for code in codes
    )
    reading.rows["countries"].extend(
        CountryRow(file_no, key, 1, country, None, None)
        for country, _, _ in flow.places.parts
        if country
    )
    reading.rows["regions"].extend(
        RegionRow(file_no, key, 1, Item(DAC_REGIONS, region, None), None)
        for _, region, _ in flow.places.parts
        if region
    )
    for element, text in (("title", flow.title), ("description", flow.described.text)):
        if text:
            reading.rows["narratives"].append(
                NarrativeRow(file_no, key, element, 1, None, False, text)
            )


def _add_described(reading: Reading, flow: FlatFlow, key: int) -> None:
    """The donor, its agency and the channel with their roles; identifiers, markers and tags."""
    file_no, described = reading.file_no, flow.described
    if described is NOT_DESCRIBED:
        return
    concerned = (("1", flow.donor), ("3", described.agency), ("4", flow.receiver))
    for ordinal, (role, organisation) in enumerate(concerned, 1):
        code = described.channel_code if role == "4" else None
        if organisation or code:
            known = organisation or NOT_STATED
            reading.rows["participating_orgs"].append(
                ParticipatingOrgRow(
                    file_no,
                    key,
                    ordinal,
                    Participation(role, known.key, known.name, known.ref, None, None, code),
                )
            )
    reading.rows["identifiers"].extend(
        IdentifierRow(file_no, key, kind, identifier, None, None)
        for kind, identifier in described.identifiers
    )
    reading.rows["markers"].extend(
        MarkerRow(file_no, key, Marker(DAC_MARKERS, code, significance), None)
        for code, significance in described.markers
    )
    reading.rows["tags"].extend(
        TagRow(file_no, key, vocabulary, code, None) for vocabulary, code in described.tags
    )


def _activity(reading: Reading, flow: FlatFlow, key: int) -> ActivityRow:
    donor = _donor(flow)
    return ActivityRow(
        file_no=reading.file_no,
        activity_key=key,
        line=flow.line,
        source=flow.source,
        identifier=flow.identifier,
        reporter_key=flow.reporter.key,
        reporter_name=flow.reporter.name,
        reporter_ref=flow.reporter.ref,
        reporter_type=None,
        secondary_reporter=False,
        last_updated=flow.updated,
        generated=None,
        version=None,
        hierarchy=1,
        title=flow.title,
        language=None,
        default_currency=flow.amounts[0].currency if flow.amounts else None,
        humanitarian=flow.humanitarian,
        activity_status=None,
        activity_scope=None,
        collaboration_type=flow.described.collaboration_type,
        default_flow_type=flow.described.aid_flow_type,
        default_finance_type=flow.described.finance_type,
        default_aid_type=flow.described.aid_type,
        default_tied_status=flow.described.tied_status,
        planned_start=flow.described.planned_start,
        actual_start=None,
        planned_end=flow.described.planned_end,
        actual_end=None,
        donor_key=donor.key,
        donor_name=donor.name,
        donor_basis="provider-org" if flow.donor else "none",
        sector_vocabulary=flow.sectors.vocabulary,
        sector_basis=flow.sectors.basis,
        place_basis=flow.places.basis,
        unallocated_share=0,
        capital_spend=flow.described.capital_spend,
        transactions=len(flow.amounts),
        results=0,
        indicators=0,
        documents=0,
        url=flow.url,
    )


@lru_cache(maxsize=4096)
def _pricing(currency: str | None, conversion: str, source: str | None) -> Pricing:
    basis = "value" if currency else "none"
    return Pricing(currency, basis, conversion, None, None, "as-published", source)


@lru_cache(maxsize=4096)
def _written(organisation: Organisation | None) -> Written:
    return Written(organisation.name, organisation.ref, None) if organisation else NOBODY


def _transaction(
    reading: Reading, flow: FlatFlow, key: int, transaction_no: int, amount: FlatAmount
) -> TransactionRow:
    return TransactionRow(
        file_no=reading.file_no,
        activity_key=key,
        transaction_no=transaction_no,
        line=flow.line,
        reference=flow.reference,
        kind=Kind(amount.transaction_type, amount.flow_type),
        transaction_date=flow.day,
        date_basis="transaction-date" if flow.day else "none",
        amount=amount.units,
        value_date=flow.day,
        usd=amount.cents,
        pricing=_pricing(amount.currency, amount.conversion, flow.rate_source),
        donor=Donor(*_donor(flow), "provider-org" if flow.donor else "none", flow.donor_country),
        provider=_written(flow.donor),
        provider_activity_id=None,
        receiver=_written(flow.receiver),
        receiver_activity_id=None,
        description=flow.description,
        humanitarian=flow.humanitarian,
        classification=Classification(
            flow.described.aid_flow_type,
            flow.described.finance_type,
            flow.described.aid_type,
            flow.described.tied_status,
            flow.channel,
        ),
        new_money=flow.new_money,
        page=flow.page,
    )
