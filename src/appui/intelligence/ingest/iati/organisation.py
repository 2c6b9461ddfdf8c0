"""One ``iati-organisation`` to rows: who it is, and the money it announces for others."""

from __future__ import annotations

from datetime import date
from typing import Final

from appui.intelligence.ingest import codes
from appui.intelligence.ingest.iati.amounts import read_money
from appui.intelligence.ingest.iati.budgets import period_problem
from appui.intelligence.ingest.iati.documents import read_document
from appui.intelligence.ingest.iati.record import (
    LANGUAGE,
    NARRATIVE,
    NOBODY,
    NOTHING,
    PARTY,
    Element,
    Party,
    Record,
    at_line,
    dated,
    first,
    first_of_each,
    identified,
    keep,
    keep_rest,
    narratives,
    own_text,
    party,
)
from appui.intelligence.ingest.places import country_code
from appui.intelligence.ingest.reading import Reading, moment_of
from appui.intelligence.ingest.rows import FILE_BITS, OrganisationBudgetRow, OrganisationRow

BUDGETS: Final = (
    "total-budget",
    "recipient-org-budget",
    "recipient-region-budget",
    "recipient-country-budget",
    "total-expenditure",
)
_OWN = frozenset(("default-currency", "last-updated-datetime", LANGUAGE))
_REPORTING = PARTY | {"secondary-reporter"}
_LINES = frozenset(("budget-line", "expense-line"))
_PARTS = frozenset(
    (
        "period-start",
        "period-end",
        "value",
        "recipient-org",
        "recipient-region",
        "recipient-country",
    )
)
_PLACE = frozenset(("code", LANGUAGE))
Period = tuple[date | None, date | None]


def read_organisation(reading: Reading, element: Element, number: int) -> None:
    """Add the rows of one organisation; ``number`` is its place in the file, from 1."""
    reporting = first(element, "reporting-org")
    identifier = own_text(first(element, "organisation-identifier"))
    identifier = identifier or own_text(first(element, "iati-identifier"))
    record = Record(
        reading,
        element,
        (reading.file_no << FILE_BITS) + number,
        identifier or f"{reading.report.sha256[:12]}#{number}",
        (element.get("default-currency") or "").strip().upper() or None,
        element.get(LANGUAGE) or reading.language,
    )
    if not identifier:
        record.problem("identifier-missing", element, "organisation-identifier", None)
    name: str | None = None
    for child in element:
        tag = child.tag
        if tag in BUDGETS:
            _read_budget(record, child, tag, record.next_count(tag))
        elif tag == "document-link":
            read_document(record, child)
        elif tag == "name":
            found = _named(record, child, "name", frozenset((LANGUAGE,)))
            name = name or found
        elif tag == "reporting-org":
            _named(record, child, "reporting-org", _REPORTING)
        elif tag in ("organisation-identifier", "iati-identifier"):
            again = record.next_count("identifier") > 1
            keep_rest(record, child, tag, 0, NOTHING, text=not again)
        else:
            keep(record, child, tag, record.next_count(tag))
    reading.rows["iati_organisations"].append(_row(record, name, reporting, identified(reporting)))


def _named(
    record: Record, element: Element, path: str, attributes: frozenset[str], number: int = 1
) -> str | None:
    """The first of its texts, all of which are kept."""
    if not attributes.issuperset(element.keys()):
        keep_rest(record, element, path, number, attributes, children=None, text=True)
    found = narratives(record, element, path, number)
    return found[0] if found else None


def _row(
    record: Record, name: str | None, reporting: Element | None, reporter: Party
) -> OrganisationRow:
    element, used = record.element, _OWN
    written = element.get("last-updated-datetime")
    moment = moment_of(written)
    if moment is None and written:
        record.problem("moment-invalid", element, "@last-updated-datetime", written)
        used -= {"last-updated-datetime"}
    if not used.issuperset(element.keys()):
        keep_rest(record, element, "iati-organisation", 0, used, children=None, text=True)
    secondary = reporting.get("secondary-reporter") if reporting is not None else None
    return OrganisationRow(
        file_no=record.reading.file_no,
        organisation_key=record.key,
        line=at_line(element),
        identifier=record.identifier,
        name=name,
        reporter=reporter.written,
        secondary_reporter=codes.truth(secondary),
        last_updated=moment,
        version=record.reading.version,
        language=(record.language or "").lower() or None,
        default_currency=record.currency,
    )


def _read_budget(record: Record, element: Element, kind: str, number: int) -> None:
    """The whole, then its lines; a budget without a usable value is kept as it stands."""
    parts = first_of_each(record, element, kind, number, _PARTS, elsewhere=_LINES)
    period = (
        dated(record, parts.get("period-start"), f"{kind}/period-start", number),
        dated(record, parts.get("period-end"), f"{kind}/period-end", number),
    )
    if not _add(record, element, kind, number, 0, parts, period):
        for child in element:
            if child.tag in _LINES:
                keep(record, child, f"{kind}/{child.tag}", number)
        return
    if not {"status"}.issuperset(element.keys()):
        keep_rest(record, element, kind, number, frozenset(("status",)), children=None, text=True)
    lines = (child for child in element if child.tag in _LINES)
    for line_no, line in enumerate(lines, 1):
        path = f"{kind}/{line.tag}"
        own = first_of_each(record, line, path, number, frozenset(("value",)), elsewhere=NARRATIVE)
        _add(record, line, kind, number, line_no, own | _receiving(parts), period)


def _receiving(parts: dict[str, Element]) -> dict[str, Element]:
    return {name: part for name, part in parts.items() if name.startswith("recipient")}


def _add(
    record: Record,
    element: Element,
    kind: str,
    number: int,
    line_no: int,
    parts: dict[str, Element],
    period: Period,
) -> bool:
    """A row for the budget or one of its lines; False when it was refused, and kept."""
    path = f"{kind}/{element.tag}" if line_no else kind
    money = read_money(record, element, parts.get("value"), period[0], "period-start", number, path)
    if money is None:
        keep(record, element, path, number)
        return False
    if line_no and not {"ref"}.issuperset(element.keys()):
        keep_rest(record, element, path, number, frozenset(("ref",)), children=None, text=True)
    texts = (
        narratives(record, element, f"{path}[{line_no}]", number, elsewhere=_PARTS)
        if line_no
        else []
    )
    receiver, country, region = _receiver(record, kind, number, parts, is_whole=not line_no)
    record.reading.rows["organisation_budgets"].append(
        OrganisationBudgetRow(
            file_no=record.reading.file_no,
            organisation_key=record.key,
            kind=kind,
            budget_no=number,
            line_no=line_no,
            line=at_line(element),
            status=element.get("status"),
            reference=element.get("ref") if line_no else None,
            text=texts[0] if texts else None,
            recipient=receiver.written,
            country=country,
            region=region,
            period_start=period[0],
            period_end=period[1],
            period_problem=None if line_no else period_problem(record, element, period),
            amount=money.units,
            value_date=money.value_date,
            usd=money.cents,
            pricing=money.pricing,
        )
    )
    return True


def _receiver(
    record: Record, kind: str, number: int, parts: dict[str, Element], *, is_whole: bool
) -> tuple[Party, str | None, str | None]:
    """Organisation, country and region for which the money is; texts are kept once."""
    who = parts.get("recipient-org")
    receiver = NOBODY
    if who is not None:
        receiver = (
            party(record, who, f"{kind}/recipient-org", number) if is_whole else identified(who)
        )
    codes_found: list[str | None] = []
    for name in ("recipient-country", "recipient-region"):
        place = parts.get(name)
        written = (place.get("code") or "").strip() if place is not None else ""
        codes_found.append(written or None)
        if place is not None and is_whole:
            _named(record, place, f"{kind}/{name}", _PLACE, number)
    country = codes_found[0]
    return receiver, (country_code(country) or country) if country else None, codes_found[1]
