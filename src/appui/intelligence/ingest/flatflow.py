"""One line of a table of flows, in the terms of the corpus, and how it becomes rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from appui.intelligence.ingest.organisations import Organisation
from appui.intelligence.ingest.patterns import pattern
from appui.intelligence.ingest.reading import Reading
from appui.intelligence.ingest.rows import (
    FILE_BITS,
    ActivityRow,
    CountryRow,
    NarrativeRow,
    SectorRow,
    SplitRow,
    TransactionRow,
)
from appui.intelligence.ingest.splits import PlaceSplit, Split

NOT_STATED = Organisation("NAME:not stated", "Not stated", None)


@dataclass(frozen=True, slots=True)
class FlatFlow:
    """``conversion`` is as-published when the source itself gives dollars."""

    source: str
    line: int
    identifier: str
    reporter: Organisation
    updated: datetime | None
    title: str | None
    donor: Organisation | None
    donor_country: str | None
    receiver: Organisation | None
    transaction_type: int | None
    flow_type: str
    day: date | None
    years: tuple[int, ...]
    year_basis: str
    sectors: Split
    sector_names: tuple[str, ...]
    places: PlaceSplit
    units: int
    currency: str | None
    cents: int | None
    conversion: str
    rate: Decimal | None
    rate_source: str | None
    reference: str | None
    description: str | None
    humanitarian: bool | None
    channel: str | None
    new_money: bool | None
    page: str | None
    url: str | None


def add_flow(reading: Reading, flow: FlatFlow, number: int) -> None:
    """Add the activity, its one transaction, its items and its splits."""
    key = (reading.file_no << FILE_BITS) + number
    reading.rows["activities"].append(_activity(reading, flow, key))
    reading.rows["transactions"].append(_transaction(reading, flow, key))
    _add_items(reading, flow, key)
    divided = pattern(flow.sectors, flow.places, flow.years, flow.year_basis)
    rows = reading.rows["transaction_splits"]
    for split_no, (cell, units, cents) in enumerate(divided.divide(flow.units, flow.cents), 1):
        rows.append(SplitRow(reading.file_no, key, 1, split_no, *cell, units, cents))


def _donor(flow: FlatFlow) -> Organisation:
    return flow.donor or NOT_STATED


def _add_items(reading: Reading, flow: FlatFlow, key: int) -> None:
    file_no, vocabulary = reading.file_no, flow.sectors.vocabulary or ""
    codes = [part.code for part in flow.sectors.parts if part.code]
    reading.rows["sectors"].extend(
        SectorRow(file_no, key, 1, vocabulary, code, None, "; ".join(flow.sector_names) or None)
        for code in codes
    )
    reading.rows["countries"].extend(
        CountryRow(file_no, key, 1, country, None, None)
        for country, _, _ in flow.places.parts
        if country
    )
    if flow.title:
        reading.rows["narratives"].append(NarrativeRow(file_no, key, "title", 1, None, flow.title))


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
        default_currency=flow.currency,
        humanitarian=flow.humanitarian,
        activity_status=None,
        activity_scope=None,
        collaboration_type=None,
        default_flow_type=None,
        default_finance_type=None,
        default_aid_type=None,
        default_tied_status=None,
        planned_start=None,
        actual_start=None,
        planned_end=None,
        actual_end=None,
        donor_key=donor.key,
        donor_name=donor.name,
        donor_basis="provider-org" if flow.donor else "none",
        sector_vocabulary=flow.sectors.vocabulary,
        sector_basis=flow.sectors.basis,
        place_basis=flow.places.basis,
        unallocated_share=0,
        capital_spend=None,
        transactions=1,
        results=0,
        indicators=0,
        documents=0,
        url=flow.url,
    )


def _transaction(reading: Reading, flow: FlatFlow, key: int) -> TransactionRow:
    donor, receiver = _donor(flow), flow.receiver
    return TransactionRow(
        file_no=reading.file_no,
        activity_key=key,
        transaction_no=1,
        line=flow.line,
        reference=flow.reference,
        transaction_type=flow.transaction_type,
        flow_type=flow.flow_type,
        transaction_date=flow.day,
        date_basis="transaction-date" if flow.day else "none",
        amount=flow.units,
        currency=flow.currency,
        currency_basis="value" if flow.currency else "none",
        value_date=flow.day,
        usd=flow.cents,
        conversion=flow.conversion,
        rate=flow.rate,
        rate_month=None,
        rate_date_basis="as-published",
        rate_source=flow.rate_source,
        donor_key=donor.key,
        donor_name=donor.name,
        donor_ref=donor.ref,
        donor_basis="provider-org" if flow.donor else "none",
        donor_country=flow.donor_country,
        provider_name=flow.donor.name if flow.donor else None,
        provider_ref=flow.donor.ref if flow.donor else None,
        provider_type=None,
        provider_activity_id=None,
        receiver_name=receiver.name if receiver else None,
        receiver_ref=receiver.ref if receiver else None,
        receiver_type=None,
        receiver_activity_id=None,
        description=flow.description,
        humanitarian=flow.humanitarian,
        aid_flow_type=None,
        finance_type=None,
        aid_type=None,
        tied_status=None,
        disbursement_channel=flow.channel,
        new_money=flow.new_money,
        page=flow.page,
    )
