"""The children of an activity that become rows of their own: names, markers, places, documents."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from appui.intelligence.ingest import codes
from appui.intelligence.ingest.iati.budgets import read_planned_disbursement
from appui.intelligence.ingest.iati.draft import Draft
from appui.intelligence.ingest.iati.elements import (
    Element,
    code_of,
    first,
    first_of_each,
    own_text,
    party,
    text,
    texts,
)
from appui.intelligence.ingest.rows import (
    DocumentRow,
    IdentifierRow,
    TagRow,
)

_DATES = {"1": "planned_start", "2": "actual_start", "3": "planned_end", "4": "actual_end"}
FUNDING = "1"
NINE_PLACES = Decimal("1e-9")
Point = tuple[Decimal | None, Decimal | None]


def _narratives(draft: Draft, element: Element, name: str, ordinal: int) -> list[str]:
    """Keep every text with its language, the activity's when it names none."""
    found = texts(element)
    rows, file_no = draft.reading.rows["narratives"], draft.reading.file_no
    for language, content in found:
        spoken = (language or draft.language or "").lower() or None
        rows.append((file_no, draft.key, name, ordinal, spoken, content))  # a NarrativeRow
    return [content for _, content in found]


def _title(draft: Draft, element: Element) -> None:
    found = _narratives(draft, element, "title", draft.next_count("title"))
    if found:
        draft.values.setdefault("title", found[0])


def _description(draft: Draft, element: Element) -> None:
    kind = element.get("type")
    name = f"description-{kind}" if kind else "description"
    _narratives(draft, element, name, draft.next_count("description"))


def _reporting(draft: Draft, element: Element) -> None:
    _narratives(draft, element, "reporting-org", 1)


def _participating(draft: Draft, element: Element) -> None:
    ordinal, who = draft.next_count("participating-org"), party(element)
    role = codes.code("organisation-role", element.get("role"))
    if role == FUNDING and who.organisation:
        draft.funders.append(who.organisation)
    if len(element) > 1:
        _narratives(draft, element, "participating-org", ordinal)
    draft.reading.rows["participating_orgs"].append(
        (  # a ParticipatingOrgRow
            draft.reading.file_no,
            draft.key,
            ordinal,
            role,
            who.organisation.key if who.organisation else None,
            who.name,
            who.ref,
            who.type,
            element.get("activity-id"),
            element.get("crs-channel-code"),
        )
    )


def _date(draft: Draft, element: Element) -> None:
    kind = codes.code("activity-date", element.get("type"))
    day = draft.day(element, "activity-date/@iso-date", element.get("iso-date") or element.text)
    if kind in _DATES and day:
        draft.dates.setdefault(_DATES[kind], day)


def _marker(draft: Draft, element: Element) -> None:
    code = (element.get("code") or "").strip()
    if not code:
        draft.problem("code-missing", element, "policy-marker/@code", element.text)
        return
    vocabulary = codes.code("policy-marker-vocabulary", element.get("vocabulary")) or "1"
    significance = codes.small_number(element.get("significance"))
    draft.reading.rows["markers"].append(
        (draft.reading.file_no, draft.key, vocabulary, code, significance, text(element))
    )  # a MarkerRow


def _tag(draft: Draft, element: Element) -> None:
    code = (element.get("code") or "").strip()
    if not code:
        draft.problem("code-missing", element, "tag/@code", element.text)
        return
    vocabulary = element.get("vocabulary") or "1"
    draft.reading.rows["tags"].append(
        TagRow(draft.reading.file_no, draft.key, vocabulary, code, text(element))
    )


def _related(draft: Draft, element: Element) -> None:
    identifier = (element.get("ref") or element.text or "").strip()
    if not identifier:
        draft.problem("code-missing", element, "related-activity/@ref", None)
        return
    kind = codes.code("related-activity", element.get("type"))
    draft.reading.rows["related_activities"].append(
        (draft.reading.file_no, draft.key, kind, identifier)  # a RelatedActivityRow
    )


def _other_identifier(draft: Draft, element: Element) -> None:
    identifier = (element.get("ref") or element.text or "").strip()
    if not identifier:
        draft.problem("code-missing", element, "other-identifier/@ref", None)
        return
    owner = first(element, "owner-org")
    draft.reading.rows["identifiers"].append(
        IdentifierRow(
            draft.reading.file_no,
            draft.key,
            element.get("type"),
            identifier,
            element.get("owner-ref") or (owner.get("ref") if owner is not None else None),
            element.get("owner-name") or text(owner),
        )
    )


def _location(draft: Draft, element: Element) -> None:
    parts = first_of_each(element)
    latitude, longitude = _point(draft, element, parts)
    location_id, exactness = parts.get("location-id"), parts.get("exactness")
    name = parts.get("name")
    ordinal = draft.next_count("location")
    if name is not None and len(name) > 1:
        _narratives(draft, name, "location", ordinal)
    draft.reading.rows["locations"].append(
        (  # a LocationRow
            draft.reading.file_no,
            draft.key,
            ordinal,
            element.get("ref"),
            text(name),
            latitude,
            longitude,
            location_id.get("vocabulary") if location_id is not None else None,
            location_id.get("code") if location_id is not None else None,
            exactness.get("code") if exactness is not None else None,
        )
    )


def _point(draft: Draft, element: Element, parts: dict[str, Element]) -> Point:
    """Version 2 ``point/pos``, version 1 ``coordinates``; None, None when outside the globe."""
    point, coordinates = parts.get("point"), parts.get("coordinates")
    position = own_text(first(point, "pos")) if point is not None else None
    if position is None and coordinates is None:
        return None, None
    if position is None and coordinates is not None:
        position = f"{coordinates.get('latitude', '')} {coordinates.get('longitude', '')}"
    written = (position or "").replace(",", " ").strip()
    if not written:
        return None, None
    found = _degrees(written)
    if found is None:
        draft.problem("point-invalid", element, "location/point/pos", position)
        return None, None
    return found


@lru_cache(maxsize=50_000)
def _degrees(written: str) -> Point | None:
    """Latitude and longitude; None when they are no two numbers on the globe."""
    try:
        latitude, longitude = (Decimal(part) for part in written.split())
    except (InvalidOperation, ValueError):
        return None
    finite = latitude.is_finite() and longitude.is_finite()
    if not finite or abs(latitude) > 90 or abs(longitude) > 180:
        return None
    return latitude.quantize(NINE_PLACES), longitude.quantize(NINE_PLACES)


def _document(draft: Draft, element: Element) -> None:
    url = (element.get("url") or "").strip()
    if not url:
        draft.problem("code-missing", element, "document-link/@url", None)
        return
    ordinal, parts = draft.next_count("document"), first_of_each(element)
    title, dated = parts.get("title"), parts.get("document-date")
    if title is not None and len(title) > 1:
        _narratives(draft, title, "document-title", ordinal)
    written = dated.get("iso-date") if dated is not None else None
    draft.reading.rows["documents"].append(
        DocumentRow(
            draft.reading.file_no,
            draft.key,
            ordinal,
            url,
            element.get("format"),
            text(title),
            code_of(parts.get("category")),
            code_of(parts.get("language")),
            draft.day(element, "document-date/@iso-date", written),
        )
    )


def _result(draft: Draft, element: Element) -> None:
    draft.next_count("result")
    draft.counts["indicator"] = draft.counts.get("indicator", 0) + sum(
        1 for _ in element.iterchildren("indicator")
    )


def _code(draft: Draft, element: Element) -> None:
    found = code_of(element)
    if element.tag == "default-aid-type" and (element.get("vocabulary") or "1") != "1":
        return
    if found:
        draft.values.setdefault(str(element.tag), found)


def _capital(draft: Draft, element: Element) -> None:
    draft.values["capital-spend"] = element.get("percentage")


def _website(draft: Draft, element: Element) -> None:
    draft.values.setdefault("activity-website", own_text(element))


def _known(draft: Draft, element: Element) -> None:
    """Read before the children, with the activity itself."""


HANDLERS: dict[object, Callable[[Draft, Element], None]] = {
    "iati-identifier": _known,
    "reporting-org": _reporting,
    "title": _title,
    "description": _description,
    "participating-org": _participating,
    "activity-date": _date,
    "sector": lambda draft, element: draft.sector_elements.append(element),
    "recipient-country": lambda draft, element: draft.country_elements.append(element),
    "recipient-region": lambda draft, element: draft.region_elements.append(element),
    "transaction": lambda draft, element: draft.transactions.append(element),
    "budget": lambda draft, element: draft.budgets.append(element),
    "planned-disbursement": read_planned_disbursement,
    "policy-marker": _marker,
    "tag": _tag,
    "related-activity": _related,
    "other-identifier": _other_identifier,
    "location": _location,
    "document-link": _document,
    "result": _result,
    "capital-spend": _capital,
    "activity-website": _website,
    "activity-status": _code,
    "activity-scope": _code,
    "collaboration-type": _code,
    "default-flow-type": _code,
    "default-finance-type": _code,
    "default-aid-type": _code,
    "default-tied-status": _code,
}
