"""What one cell says of other identifiers, related projects and documents. No database here.

“A2: 2019001 · OECD; local: 77” · “1: XM-DAC-1; 3: XM-DAC-2” ·
“https://… | Evaluation | B03 | fr | 2024-05-01; https://…”
"""

import re
from datetime import date
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from appui.intake.cells import Unclear

JOINED = " · "
IDENTIFIER_TYPES = frozenset({"A1", "A2", "A3", "A9", "B1", "B9"})  # IATI 2.03
RELATIONS = frozenset("12345")  # IATI 2.03, RelatedActivityType
DEFAULT_CATEGORY = "A12"  # IATI 2.03, DocumentCategory: a web page of the activity
CATEGORY = re.compile(r"[ABC]\d{2}")
LANGUAGE = re.compile(r"[a-z]{2}")
ADDRESS = URLValidator(schemes=["http", "https"])
LONGEST_ADDRESS = 500
LONGEST_CODE = 120


class Identifier(NamedTuple):
    """A reference elsewhere; ``kind`` is IATI’s type, empty where it is not stated."""

    kind: str
    scheme: str
    code: str


class Related(NamedTuple):
    """Another project by its IATI identifier."""

    relation: str
    identifier: str


class Document(NamedTuple):
    """A document on the web; empty where it is not stated."""

    url: str
    title: str
    category: str
    language: str
    day: date | None


def pieces_of(text: str) -> list[str]:
    """The parts of a cell that holds several things."""
    return [piece.strip() for piece in text.split(";") if piece.strip()]


def named_identifier(text: str) -> Identifier:
    """“A2: 2019001 · OECD” by type and owner, “local: 77” by system; raises ``Unclear``."""
    head, colon, rest = (part.strip() for part in text.partition(":"))
    if not colon or not head or not rest:
        raise Unclear("unknown_choice", choices="A2: 2019001")
    if head not in IDENTIFIER_TYPES:
        return Identifier("", head[:80], rest[:LONGEST_CODE])
    code, _joined, scheme = rest.partition(JOINED)
    return Identifier(head, scheme[:80], code[:LONGEST_CODE])


def related_one(text: str) -> Related:
    """“1: XM-DAC-1” by relation and identifier; raises ``Unclear``."""
    relation, _colon, identifier = (part.strip() for part in text.partition(":"))
    if relation not in RELATIONS or not identifier or len(identifier) > LONGEST_CODE:
        raise Unclear("unknown_choice", choices="1: XM-DAC-1")
    return Related(relation, identifier)


def documents_in(text: str) -> list[Document]:
    """The documents of a cell; raises ``Unclear`` where an address is none."""
    found = [_document(piece) for piece in re.split(r"\s*;\s+(?=https?://)", text)]
    return list({(item.url, item.category): item for item in found}.values())


def _document(text: str) -> Document:
    url, *rest = (part.strip() for part in text.split("|"))
    title, category, language, day = [*rest, "", "", "", ""][:4]
    try:
        ADDRESS(url)
    except ValidationError as error:
        raise Unclear("not_an_address") from error
    if len(url) > LONGEST_ADDRESS:
        raise Unclear("not_an_address")
    return Document(
        url,
        title[:300],
        category if CATEGORY.fullmatch(category) else DEFAULT_CATEGORY,
        language if LANGUAGE.fullmatch(language) else "",
        _day(day),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
