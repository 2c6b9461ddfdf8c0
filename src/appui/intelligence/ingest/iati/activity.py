"""One ``iati-activity`` to rows: its own children first, then what inherits from them."""

from __future__ import annotations

from datetime import datetime

from appui.intelligence.ingest import codes
from appui.intelligence.ingest.iati.budgets import read_budgets
from appui.intelligence.ingest.iati.children import HANDLERS
from appui.intelligence.ingest.iati.draft import Draft, read_places, read_sectors
from appui.intelligence.ingest.iati.record import (
    LANGUAGE,
    Element,
    at_line,
    first,
    identified,
    keep,
    keep_rest,
    own_text,
)
from appui.intelligence.ingest.iati.transactions import read_transaction
from appui.intelligence.ingest.reading import Reading, moment_of
from appui.intelligence.ingest.rows import FILE_BITS, ActivityRow
from appui.intelligence.ingest.splits import WHOLE


def read_activity(reading: Reading, element: Element, number: int) -> None:
    """Add the rows of one activity; ``number`` is its place in the file, from 1."""
    draft = _start(reading, element, number)
    for child in element:
        handler = HANDLERS.get(child.tag)
        if handler is not None:
            handler(draft, child)
        else:
            keep(draft, child, child.tag, draft.next_count(child.tag))
    draft.settle_classification()
    draft.settle_donor()
    draft.sectors = read_sectors(draft, draft.sector_elements, 0)
    draft.places = read_places(draft, draft.country_elements, draft.region_elements, 0)
    kept = [read_transaction(draft, row, no) for no, row in enumerate(draft.transactions, 1)]
    reading.report.transactions_read += len(kept)
    reading.report.transactions_kept += sum(kept)
    read_budgets(draft)
    reading.rows["activities"].append(_row(draft, sum(kept)))


def _start(reading: Reading, element: Element, number: int) -> Draft:
    reporting = first(element, "reporting-org")
    reporter = identified(reporting)
    written = own_text(first(element, "iati-identifier"))
    draft = Draft(
        reading=reading,
        element=element,
        number=number,
        key=(reading.file_no << FILE_BITS) + number,
        identifier=written or f"{reading.report.sha256[:12]}#{number}",
        reporter=reporter,
        secondary=bool(codes.truth(reporting.get("secondary-reporter")))
        if reporting is not None
        else False,
        currency=(element.get("default-currency") or "").strip().upper() or None,
        language=element.get(LANGUAGE) or reading.language,
        humanitarian=codes.truth(element.get("humanitarian")),
    )
    if not written:
        draft.problem("identifier-missing", element, "iati-identifier", None)
    if reporter.organisation is None:
        written = reporter.written.ref or reporter.written.name
        draft.problem("reporter-missing", element, "reporting-org", written)
    return draft


_OWN = frozenset(
    ("default-currency", "last-updated-datetime", "hierarchy", "humanitarian", LANGUAGE)
)


def _updated(draft: Draft) -> datetime | None:
    """When it was last updated; attributes of no column, or not understood, are kept."""
    element, used = draft.element, _OWN
    written = element.get("last-updated-datetime")
    moment = moment_of(written)
    if moment is None and written:
        draft.problem("moment-invalid", element, "@last-updated-datetime", written)
        used -= {"last-updated-datetime"}
    if codes.small_number(element.get("hierarchy")) is None:
        used -= {"hierarchy"}
    if draft.humanitarian is None:
        used -= {"humanitarian"}
    if not used.issuperset(element.keys()):
        keep_rest(draft, element, "iati-activity", 0, used, children=None, text=True)
    return moment


def _row(draft: Draft, transactions: int) -> ActivityRow:
    values, dates, counts = draft.values, draft.dates, draft.counts
    return ActivityRow(  # in the order of the class
        draft.reading.file_no,
        draft.key,
        at_line(draft.element),
        "iati",
        draft.identifier,
        draft.reporting.key,
        draft.reporting.name,
        draft.reporting.ref,
        draft.reporter.written.type,
        draft.secondary,
        _updated(draft),
        draft.reading.generated,
        draft.reading.version,
        codes.small_number(draft.element.get("hierarchy")) or 1,
        values.get("title"),
        (draft.language or "").lower() or None,
        draft.currency,
        draft.humanitarian,
        values.get("activity-status"),
        values.get("activity-scope"),
        values.get("collaboration-type"),
        values.get("default-flow-type"),
        values.get("default-finance-type"),
        values.get("default-aid-type"),
        values.get("default-tied-status"),
        dates.get("planned_start"),
        dates.get("actual_start"),
        dates.get("planned_end"),
        dates.get("actual_end"),
        draft.donor.donor_key,
        draft.donor.donor_name,
        draft.donor.donor_basis,
        draft.sectors.vocabulary,
        draft.sectors.basis,
        draft.places.basis,
        draft.places.unallocated * 1_000_000 // WHOLE,
        values.get("capital-spend"),
        transactions,
        counts.get("result", 0),
        counts.get("indicator", 0),
        counts.get("document", 0),
        values.get("activity-website"),
    )
