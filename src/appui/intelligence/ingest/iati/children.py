"""The children of an activity that become rows of their own: names, markers, places, documents."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from appui.intelligence.ingest import codes
from appui.intelligence.ingest.iati.budgets import read_planned_disbursement
from appui.intelligence.ingest.iati.documents import read_document
from appui.intelligence.ingest.iati.draft import Draft
from appui.intelligence.ingest.iati.record import (
    LANGUAGE,
    NARRATIVE,
    NOTHING,
    PARTY,
    TEXT,
    Attributes,
    Element,
    coded,
    first,
    first_of_each,
    joined,
    keep,
    keep_dated,
    keep_rest,
    narratives,
    own_text,
    party,
    party_of,
    said,
    text_of,
)
from appui.intelligence.ingest.organisations import Organisation
from appui.intelligence.ingest.reading import day_of
from appui.intelligence.ingest.rows import IdentifierRow, Marker, Participation, TagRow

_DATES = {"1": "planned_start", "2": "actual_start", "3": "planned_end", "4": "actual_end"}
FUNDING = "1"
NINE_PLACES = Decimal("1e-9")
Point = tuple[Decimal | None, Decimal | None]


_DESCRIPTION = TEXT | {"type"}
_REPORTING = PARTY | {"secondary-reporter"}
_PARTICIPATING = PARTY | {"role", "activity-id", "crs-channel-code"}
_DATE = frozenset(("iso-date", "type"))
_MARKER = frozenset(("vocabulary", "code", "significance", LANGUAGE))
_TAG = frozenset(("vocabulary", "code", LANGUAGE))
_RELATED = frozenset(("ref", "type"))
_IDENTIFIER = frozenset(("ref", "type", "owner-ref", "owner-name"))


def _title(draft: Draft, element: Element) -> None:
    ordinal = draft.next_count("title")
    if not TEXT.issuperset(element.keys()):
        keep_rest(draft, element, "title", ordinal, TEXT, children=None, text=True)
    found = narratives(draft, element, "title", ordinal)
    if found and "title" not in draft.values:
        own = _in_own_language(draft, element) if len(found) > 1 else None
        draft.values["title"] = own or found[0]


def _in_own_language(draft: Draft, element: Element) -> str | None:
    """The first text in the activity's own language, said or not."""
    own = (draft.language or "").lower()
    for child in element:
        if child.tag == "narrative" and child.text:
            spoken = (child.get(LANGUAGE) or own).lower()
            if spoken == own:
                return joined(child.text)
    return None


def _description(draft: Draft, element: Element) -> None:
    kind, ordinal = element.get("type"), draft.next_count("description")
    if not _DESCRIPTION.issuperset(element.keys()):
        keep_rest(draft, element, "description", ordinal, _DESCRIPTION, children=None, text=True)
    path = f"description-{kind}" if kind else "description"
    if not narratives(draft, element, path, ordinal) and kind:
        keep_rest(draft, element, "description", ordinal, TEXT, children=None, text=True)


def _reporting(draft: Draft, element: Element) -> None:
    used = _REPORTING
    if draft.reporter.written.ref != draft.reporting.ref:
        used -= {"ref"}  # the table has the reference only if it tells
    if draft.next_count("reporting-org") > 1:
        keep(draft, element, "reporting-org", 0)
        return
    if not used.issuperset(element.keys()):
        keep_rest(draft, element, "reporting-org", 0, used, children=None, text=True)
    narratives(draft, element, "reporting-org", 1)


def _participating(draft: Draft, element: Element) -> None:
    ordinal = draft.next_count("participating-org")
    text = said(draft, element, "participating-org", ordinal)
    participation, funder, used = _participation(text, tuple(element.items()))
    if not _PARTICIPATING.issuperset(used):
        keep_rest(
            draft,
            element,
            "participating-org",
            ordinal,
            _PARTICIPATING,
            children=NARRATIVE,
            text=True,
        )
    if funder:
        draft.funders.append(funder)
    draft.reading.rows["participating_orgs"].append(
        (draft.reading.file_no, draft.key, ordinal, participation)  # a ParticipatingOrgRow
    )


@lru_cache(maxsize=50_000)
def _participation(
    text: str | None, attributes: Attributes
) -> tuple[Participation, Organisation | None, frozenset[str]]:
    """Who takes part and how, the same when it funds, and the names of the attributes."""
    (organisation, who), used = party_of(text, attributes)
    written = dict(attributes)
    role = codes.code("organisation-role", written.get("role"))
    participation = Participation(
        role,
        organisation.key if organisation else None,
        *who,
        written.get("activity-id"),
        written.get("crs-channel-code"),
    )
    return participation, organisation if role == FUNDING else None, used


def _date(draft: Draft, element: Element) -> None:
    """The first day of each kind has a column; another is kept as it stands."""
    column, known = _known_date(tuple(element.items()))
    if known and column not in draft.dates:
        ordinal = draft.next_count("activity-date")
        draft.dates[column] = known
        if len(element) or element.text:
            narratives(draft, element, "activity-date", ordinal)
        return
    kind = codes.code("activity-date", element.get("type"))
    written = element.get("iso-date")
    day = draft.day(element, "activity-date/@iso-date", written or element.text)
    ordinal = draft.next_count("activity-date")
    if day is None or kind not in _DATES or _DATES[kind] in draft.dates:
        keep_dated(draft, element, "activity-date", ordinal)
        return
    draft.dates[_DATES[kind]] = day
    if not _DATE.issuperset(element.keys()):
        keep_rest(draft, element, "activity-date", ordinal, _DATE, children=None, text=True)
    if written and (len(element) or element.text):
        narratives(draft, element, "activity-date", ordinal)


@lru_cache(maxsize=50_000)
def _known_date(attributes: Attributes) -> tuple[str, date | None]:
    """The column and the day that the attributes say; no day where one is not understood."""
    written = dict(attributes)
    column = _DATES.get(codes.code("activity-date", written.get("type")) or "")
    if column is None or not _DATE.issuperset(written):
        return "", None
    return column, day_of(written.get("iso-date"))


def _marker(draft: Draft, element: Element) -> None:
    plain = _plain_marker(tuple(element.items()))
    ordinal = draft.next_count("policy-marker")
    if plain:
        text = said(draft, element, "policy-marker", ordinal)
        row = (draft.reading.file_no, draft.key, plain, text and joined(text))
        draft.reading.rows["markers"].append(row)
        return
    code = (element.get("code") or "").strip()
    if not code:
        draft.problem("code-missing", element, "policy-marker/@code", element.text)
        keep(draft, element, "policy-marker", ordinal)
        return
    vocabulary = codes.code("policy-marker-vocabulary", element.get("vocabulary")) or "1"
    written = element.get("significance")
    significance = codes.small_number(written)
    used = _MARKER if significance is not None or not written else _MARKER - {"significance"}
    if not used.issuperset(element.keys()):
        keep_rest(draft, element, "policy-marker", ordinal, used, children=NARRATIVE, text=True)
    text = said(draft, element, "policy-marker", ordinal)
    marker = Marker(vocabulary, code, significance)
    draft.reading.rows["markers"].append(
        (draft.reading.file_no, draft.key, marker, text and joined(text))
    )  # a MarkerRow


@lru_cache(maxsize=50_000)
def _plain_marker(attributes: Attributes) -> Marker | None:
    """The marker that the attributes say; None where one is not understood or has no column."""
    written = dict(attributes)
    code, written_significance = written.get("code", "").strip(), written.get("significance")
    significance = codes.small_number(written_significance)
    if not code or LANGUAGE in written or not _MARKER.issuperset(written):
        return None
    if significance is None and written_significance:
        return None
    vocabulary = codes.code("policy-marker-vocabulary", written.get("vocabulary")) or "1"
    return Marker(vocabulary, code, significance)


def _tag(draft: Draft, element: Element) -> None:
    code, ordinal = (element.get("code") or "").strip(), draft.next_count("tag")
    if not code:
        draft.problem("code-missing", element, "tag/@code", element.text)
        keep(draft, element, "tag", ordinal)
        return
    if not _TAG.issuperset(element.keys()):
        keep_rest(draft, element, "tag", ordinal, _TAG, children=NARRATIVE, text=True)
    text = said(draft, element, "tag", ordinal)
    draft.reading.rows["tags"].append(
        TagRow(
            draft.reading.file_no,
            draft.key,
            element.get("vocabulary") or "1",
            code,
            text and joined(text),
        )
    )


def _related(draft: Draft, element: Element) -> None:
    ref, ordinal = (element.get("ref") or "").strip(), draft.next_count("related-activity")
    identifier = ref or (element.text or "").strip()
    if not identifier:
        draft.problem("code-missing", element, "related-activity/@ref", None)
        keep(draft, element, "related-activity", ordinal)
        return
    if len(element.keys()) > 2 or element.text or len(element):
        keep_rest(draft, element, "related-activity", ordinal, _RELATED, text=not ref)
    kind = codes.code("related-activity", element.get("type"))
    draft.reading.rows["related_activities"].append(
        (draft.reading.file_no, draft.key, kind, identifier)  # a RelatedActivityRow
    )


def _other_identifier(draft: Draft, element: Element) -> None:
    ref, ordinal = (element.get("ref") or "").strip(), draft.next_count("other-identifier")
    identifier = ref or (element.text or "").strip()
    if not identifier:
        draft.problem("code-missing", element, "other-identifier/@ref", None)
        keep(draft, element, "other-identifier", ordinal)
        return
    keep_rest(
        draft,
        element,
        "other-identifier",
        ordinal,
        _IDENTIFIER,
        children=frozenset(("owner-org",)),
        text=not ref,
    )
    owner = party(draft, first(element, "owner-org"), "other-identifier/owner-org", ordinal)
    draft.reading.rows["identifiers"].append(
        IdentifierRow(
            draft.reading.file_no,
            draft.key,
            element.get("type"),
            identifier,
            element.get("owner-ref") or owner.written.ref,
            element.get("owner-name") or owner.written.name,
        )
    )


_LOCATION = frozenset(
    (
        "name",
        "point",
        "coordinates",
        "location-id",
        "exactness",
        "location-reach",
        "location-class",
        "feature-designation",
    )
)
_PLACED = frozenset(("vocabulary", "code"))
_USUAL_PLACED = (["vocabulary", "code"], ["code", "vocabulary"])
_COORDINATES = frozenset(("latitude", "longitude"))
_SYSTEM = frozenset(("srsName",))
_POSITION = frozenset(("pos",))


def _location(draft: Draft, element: Element) -> None:
    ordinal = draft.next_count("location")
    parts = first_of_each(draft, element, "location", ordinal, _LOCATION)
    if element.keys() and element.keys() != ["ref"]:
        keep_rest(
            draft, element, "location", ordinal, frozenset(("ref",)), children=None, text=True
        )
    point, placed = parts.get("point"), parts.get("location-id")
    latitude, longitude = _point(draft, element, parts, ordinal)
    if placed is not None and (placed.keys() not in _USUAL_PLACED or len(placed) or placed.text):
        keep_rest(draft, placed, "location/location-id", ordinal, _PLACED)
    draft.reading.rows["locations"].append(
        (  # a LocationRow
            draft.reading.file_no,
            draft.key,
            ordinal,
            element.get("ref"),
            text_of(draft, parts.get("name"), "location/name", ordinal),
            latitude,
            longitude,
            point.get("srsName") if point is not None else None,
            placed.get("vocabulary") if placed is not None else None,
            placed.get("code") if placed is not None else None,
            coded(draft, parts.get("exactness"), "location/exactness", ordinal),
            coded(draft, parts.get("location-reach"), "location/location-reach", ordinal),
            coded(draft, parts.get("location-class"), "location/location-class", ordinal),
            coded(draft, parts.get("feature-designation"), "location/feature-designation", ordinal),
        )
    )


def _point(draft: Draft, element: Element, parts: dict[str, Element], ordinal: int) -> Point:
    """Version 2 ``point/pos``, version 1 ``coordinates``; None, None when outside the globe."""
    point, coordinates = parts.get("point"), parts.get("coordinates")
    position = None
    if point is not None:
        found_in = first(point, "pos")
        position = own_text(found_in)
        if len(point) > 1 or len(point.keys()) > 1:
            keep_rest(draft, point, "location/point", ordinal, _SYSTEM, children=_POSITION)
    written = (position or "").replace(",", " ").strip()
    found = _degrees(written) if written else None
    if coordinates is not None:
        used = _COORDINATES
        if not written:
            position = f"{coordinates.get('latitude', '')} {coordinates.get('longitude', '')}"
            written = position.strip()
            found = _degrees(written) if written else None
            used = _COORDINATES if found else NOTHING
        keep_rest(draft, coordinates, "location/coordinates", ordinal, used)
    if not written:
        return None, None
    if found is None:
        draft.problem("point-invalid", element, "location/point/pos", position)
        if point is not None:
            keep(draft, point, "location/point", ordinal)
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


def _result(draft: Draft, element: Element) -> None:
    """Counted here, and kept as it stands."""
    keep(draft, element, "result", draft.next_count("result"))
    draft.counts["indicator"] = draft.counts.get("indicator", 0) + sum(
        1 for _ in element.iterchildren("indicator")
    )


def _code(draft: Draft, element: Element) -> None:
    """The first has a column, as the default aid type of the DAC has; others are kept."""
    name = element.tag
    other = name == "default-aid-type" and (element.get("vocabulary") or "1") != "1"
    if other or name in draft.values:
        keep(draft, element, name, 0)
    elif found := coded(draft, element, name, 0):
        draft.values[name] = found


def _capital(draft: Draft, element: Element) -> None:
    if "capital-spend" in draft.values or len(element.keys()) != 1:
        keep(draft, element, "capital-spend", 0)
    draft.values.setdefault("capital-spend", element.get("percentage"))


def _website(draft: Draft, element: Element) -> None:
    if "activity-website" in draft.values or element.keys():
        keep(draft, element, "activity-website", 0)
    draft.values.setdefault("activity-website", own_text(element))


def _identifier(draft: Draft, element: Element) -> None:
    """Read before the children, with the activity itself; what else it has is kept."""
    used = draft.next_count("iati-identifier") == 1
    keep_rest(draft, element, "iati-identifier", 0, NOTHING, text=used)


HANDLERS: dict[object, Callable[[Draft, Element], None]] = {
    "iati-identifier": _identifier,
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
    "document-link": read_document,
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
