"""One transaction: who to whom, when, how much, and its split rows."""

from __future__ import annotations

from datetime import date

from appui.intelligence.ingest import codes
from appui.intelligence.ingest.iati.amounts import Money, read_money
from appui.intelligence.ingest.iati.draft import (
    CLASSIFYING,
    Draft,
    donor_of,
    read_places,
    read_sectors,
)
from appui.intelligence.ingest.iati.record import (
    PARTY,
    Element,
    at_line,
    coded,
    dated,
    keep,
    keep_rest,
    party,
    text_of,
)
from appui.intelligence.ingest.patterns import Pattern, pattern
from appui.intelligence.ingest.reading import day_of
from appui.intelligence.ingest.rows import Classification, Kind

_SEVERAL = frozenset(("sector", "recipient-country", "recipient-region"))
_ONCE = frozenset(
    (
        "value",
        "transaction-type",
        "transaction-date",
        "provider-org",
        "receiver-org",
        "description",
        *CLASSIFYING,
    )
)
_OWN = frozenset(("ref", "humanitarian"))
_PROVIDER = PARTY | {"provider-activity-id"}
_RECEIVER = PARTY | {"receiver-activity-id"}
_INCOMING = frozenset((1, 11, 13))


def read_transaction(draft: Draft, element: Element, number: int) -> bool:
    """Add the transaction and its splits; False when it was refused, and kept as it stands."""
    once, many, others = _children(element)
    day, date_basis = _date(draft, element, once, number)
    money = read_money(draft, element, once.get("value"), day, date_basis, number)
    if money is None:
        keep(draft, element, "transaction", number)
        return False
    if day is None:
        draft.problem("no-date", element, "transaction-date/@iso-date", None)
    if not _OWN.issuperset(element.keys()):
        keep_rest(draft, element, "transaction", number, _OWN, children=None)
    for child in others:
        keep(draft, child, f"transaction/{child.tag}", number)
    kind = _kind(draft, element, once, number)
    draft.reading.rows["transactions"].append(
        _row(draft, element, number, once, kind, day, date_basis, money)
    )
    _add_splits(draft, number, many, day, date_basis, money)
    return True


def _children(
    element: Element,
) -> tuple[dict[str, Element], dict[str, list[Element]], list[Element]]:
    once: dict[str, Element] = {}
    many: dict[str, list[Element]] = {}
    others: list[Element] = []
    for child in element:
        tag = child.tag
        if tag in _SEVERAL:
            many.setdefault(tag, []).append(child)
        elif tag not in _ONCE or tag in once or (tag == "aid-type" and not _is_default(child)):
            others.append(child)
        else:
            once[tag] = child
    return once, many, others


def _is_default(aid_type: Element) -> bool:
    return (aid_type.get("vocabulary") or "1") == "1"


def _date(
    draft: Draft, element: Element, once: dict[str, Element], number: int
) -> tuple[date | None, str]:
    """Transaction date, else value date, and which of them it is."""
    stated = once.get("transaction-date")
    if stated is not None:
        day = dated(draft, stated, "transaction/transaction-date", number)
        if day:
            return day, "transaction-date"
    value = once.get("value")
    written = value.get("value-date") if value is not None else None
    day = day_of(written) if written else None
    if day is None:
        return None, "none"
    if stated is None:
        draft.problem("date-missing", element, "transaction-date", None)
    return day, "value-date"


def _kind(draft: Draft, element: Element, once: dict[str, Element], number: int) -> Kind:
    stated = once.get("transaction-type")
    written = coded(draft, stated, "transaction/transaction-type", number)
    kind = codes.kind_of(codes.transaction_type(written))
    if kind.transaction_type is None:
        draft.problem("type-unknown", element, "transaction-type/@code", written)
        if stated is not None:
            keep(draft, stated, "transaction/transaction-type", number)
    return kind


def _row(
    draft: Draft,
    element: Element,
    number: int,
    once: dict[str, Element],
    kind: Kind,
    day: date | None,
    date_basis: str,
    money: Money,
) -> tuple[object, ...]:
    provider_element, receiver_element = once.get("provider-org"), once.get("receiver-org")
    provider = party(draft, provider_element, "transaction/provider-org", number, _PROVIDER)
    receiver = party(draft, receiver_element, "transaction/receiver-org", number, _RECEIVER)
    donor = draft.donor
    if kind.transaction_type in _INCOMING and provider.organisation:
        donor = donor_of(provider.organisation, "provider-org")
    own_humanitarian = codes.truth(element.get("humanitarian"))
    return (  # a TransactionRow, in its order
        draft.reading.file_no,
        draft.key,
        number,
        at_line(element),
        element.get("ref"),
        kind,
        day,
        date_basis,
        *money,
        donor,
        provider.written,
        _activity_id(provider_element, "provider-activity-id"),
        receiver.written,
        _activity_id(receiver_element, "receiver-activity-id"),
        text_of(draft, once.get("description"), "transaction/description", number),
        draft.humanitarian if own_humanitarian is None else own_humanitarian,
        _classification(draft, once, number),
        None,
        None,
    )


def _classification(draft: Draft, once: dict[str, Element], number: int) -> Classification:
    """What CLASSIFYING names: the transaction's own, else its activity's."""
    if once.keys().isdisjoint(CLASSIFYING):
        return draft.classification
    known = zip(CLASSIFYING, draft.classification, strict=True)
    own = [
        (name in once and coded(draft, once[name], f"transaction/{name}", number)) or default
        for name, default in known
    ]
    return Classification(*own)


def _activity_id(element: Element | None, attribute: str) -> str | None:
    return (element.get(attribute) or "").strip() or None if element is not None else None


def _add_splits(
    draft: Draft,
    number: int,
    many: dict[str, list[Element]],
    day: date | None,
    date_basis: str,
    money: Money,
) -> None:
    rows, file_no, key = draft.reading.rows["transaction_splits"], draft.reading.file_no, draft.key
    year = day.year if day else None
    if many:
        found = _own_pattern(draft, number, many, year, date_basis)
    else:
        found = draft.pattern(year, date_basis)
    divided = found.divide(money.units, money.cents)
    for split_no, (cell, units, cents) in enumerate(divided, 1):
        rows.append((file_no, key, number, split_no, cell, units, cents))  # a SplitRow


def _own_pattern(
    draft: Draft, number: int, many: dict[str, list[Element]], year: int | None, date_basis: str
) -> Pattern:
    """Sectors and places of the transaction itself stand before those of its activity."""
    sectors, places = draft.sectors, draft.places
    if own := many.get("sector"):
        sectors = read_sectors(draft, own, number)
    countries, regions = many.get("recipient-country", []), many.get("recipient-region", [])
    if countries or regions:
        places = read_places(draft, countries, regions, number)
    return pattern(sectors, places, () if year is None else (year,), date_basis)
