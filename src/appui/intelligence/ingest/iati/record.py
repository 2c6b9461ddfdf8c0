"""An activity or organisation while it is being read, and readings of its elements without loss.

What a table has a column for goes there; whatever else stands in the file (another attribute, a
second text, an element of a publisher's own) goes as it stands to the table ``elements``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any, Final, NamedTuple, cast

from lxml import etree

from appui.intelligence.ingest import codes
from appui.intelligence.ingest.organisations import Organisation, identity
from appui.intelligence.ingest.reading import Reading, day_of
from appui.intelligence.ingest.rows import Written

Element = etree._Element
LANGUAGE: Final = "{http://www.w3.org/XML/1998/namespace}lang"
NOTHING: Final[frozenset[str]] = frozenset()
NARRATIVE: Final = frozenset(("narrative",))
TEXT: Final = frozenset((LANGUAGE,))
PARTY: Final = frozenset(("ref", "type", LANGUAGE))
_CODED: Final = frozenset(("code",))
_DATED: Final = frozenset(("iso-date",))
# Elements whose own text in version 1 is a narrative in version 2.
_NARRATED: Final = frozenset(
    (
        "activity-description",
        "comment",
        "condition",
        "department",
        "description",
        "job-title",
        "mailing-address",
        "name",
        "organisation",
        "owner-org",
        "participating-org",
        "person-name",
        "policy-marker",
        "provider-org",
        "receiver-org",
        "recipient-country",
        "recipient-region",
        "sector",
        "tag",
        "title",
    )
)


class Party(NamedTuple):
    """An organisation as written and as identified, if it can be."""

    organisation: Organisation | None
    written: Written


Attributes = tuple[tuple[str, str], ...]
NOBODY: Final = Party(None, Written(None, None, None))


@dataclass(slots=True)
class Record:
    """``key`` is the row's key in all tables; ``kept`` counts its rows in ``elements``."""

    reading: Reading
    element: Element
    key: int
    identifier: str
    currency: str | None
    language: str | None
    kept: int = 0
    counts: dict[str, int] = field(default_factory=dict)

    def next_count(self, what: str) -> int:
        self.counts[what] = count = self.counts.get(what, 0) + 1
        return count

    def problem(self, code: str, element: Element, field: str, value: str | None) -> None:
        self.reading.problem(
            code, line=at_line(element), subject=self.identifier, field=field, value=value
        )

    def day(self, element: Element, field: str, written: str | None) -> date | None:
        """The day, with an issue when something is written that is no day."""
        day = day_of(written)
        if day is None and written and not written.isspace():
            self.problem("date-invalid", element, field, written)
        return day


def keep(record: Record, element: Element, path: str, number: int, parent: int = 0) -> None:
    """Keep the element and all below it as they stand.

    ``path`` is its names from the activity down; ``number`` is the transaction, budget or other
    numbered row it stands in, 0 for none; ``parent`` the ``element_no`` of what it stands in.
    """
    text, attributes = element.text, element.items()
    if text is not None:
        text = text.strip() or None
        if text and path.rpartition("/")[2] in _NARRATED:
            _keep_narrated(record, element, path, number, parent, text)
            return
    record.kept = no = record.kept + 1
    record.reading.rows["elements"].append(
        (record.reading.file_no, record.key, number, no, parent, path, True, text, attributes)
    )  # an ElementRow, as _add makes it: most of them are made here
    if len(element):
        for child in element:
            keep(record, child, f"{path}/{child.tag}", number, no)


def _keep_narrated(
    record: Record, element: Element, path: str, number: int, parent: int, text: str
) -> None:
    """A text of version 1 under the name that version 2 gives it, its language with it."""
    own = [pair for pair in element.items() if pair[0] != LANGUAGE]
    language = [pair for pair in element.items() if pair[0] == LANGUAGE]
    no = _add(record, number, parent, path, None, own, whole=True)
    _add(record, number, no, f"{path}/narrative", text, language, whole=True)
    for child in element:
        keep(record, child, f"{path}/{child.tag}", number, no)


def keep_rest(
    record: Record,
    element: Element,
    path: str,
    number: int,
    attributes: frozenset[str],
    *,
    children: frozenset[str] | None = NOTHING,
    text: bool = False,
) -> None:
    """Keep what stands in the element beside these attributes, children and (if so) its text.

    ``children`` is None when all of them are read elsewhere.
    """
    left = [(name, value) for name, value in element.items() if name not in attributes]
    written = None if text else _trimmed(element)
    if left or written:
        _add(record, number, 0, path, written, left, whole=False)
    if children is None:
        return
    for child in element:
        if child.tag not in children:
            keep(record, child, f"{path}/{child.tag}", number)


def _add(
    record: Record,
    number: int,
    parent: int,
    path: str,
    text: str | None,
    attributes: Sequence[tuple[str | bytes, str | bytes]],
    *,
    whole: bool,
) -> int:
    record.kept = no = record.kept + 1
    record.reading.rows["elements"].append(
        (record.reading.file_no, record.key, number, no, parent, path, whole, text, attributes)
    )  # an ElementRow
    return no


def coded(record: Record, element: Element | None, path: str, number: int) -> str | None:
    """``@code``, else (version 1) the element's own text."""
    if element is None:
        return None
    text = element.text
    attributes: Sequence[Any] = element.items()  # of texts: no name or value here is bytes
    if len(attributes) == 1 and not len(element) and (text is None or text.isspace()):
        name, written = attributes[0]
        if name == "code":
            return written.strip() or None
    code = (element.get("code") or "").strip()
    keep_rest(record, element, path, number, _CODED, text=not code)
    return code or (text or "").strip() or None


def dated(record: Record, element: Element | None, path: str, number: int) -> date | None:
    """The day of ``@iso-date``, else (version 1) of the element's own text."""
    if element is None:
        return None
    text, attributes = element.text, element.items()
    if len(attributes) == 1 and not text and not len(element):
        name, value = attributes[0]
        if name == "iso-date" and (day := day_of(value)):
            return day
    written = element.get("iso-date")
    day = day_of(written or text)
    if day is None:
        record.day(element, f"{path}/@iso-date", written or text)
        keep_dated(record, element, path, number)
    elif text or attributes or len(element):
        keep_rest(record, element, path, number, _DATED, text=written is None)
    return day


def keep_dated(record: Record, element: Element, path: str, number: int) -> None:
    """Keep the element whole; a text of version 1 is the ``iso-date`` it is in version 2."""
    text = _trimmed(element)
    if element.get("iso-date") is None and text:
        _add(record, number, 0, path, None, [*element.items(), ("iso-date", text)], whole=True)
    else:
        keep(record, element, path, number)


def said(record: Record, element: Element, path: str, number: int) -> str | None:
    """The first text as it stands in the file, in whatever language; None when blank.

    Every text goes to ``narratives`` when there are several, or one that names its language.
    """
    if not len(element) and LANGUAGE not in element.keys():  # noqa: SIM118 - no mapping
        own = element.text
        return None if own is None or own.isspace() else own
    if alone := _alone(element):
        language, text = alone
        if language is not None:
            _narrate(record, path, number, language, text)
        return text
    found = narratives(record, element, path, number)
    return found[0] if found else None


def _alone(element: Element) -> tuple[str | None, str] | None:
    """Language and text of the only narrative, where an element holds that and no other text."""
    own = element.text
    if len(element) != 1 or (own and not own.isspace()) or LANGUAGE in element.keys():  # noqa: SIM118 - no mapping
        return None
    child = element[0]
    text = child.text
    attributes: Sequence[Any] = child.items()
    if child.tag != "narrative" or not text or text.isspace() or len(child):
        return None
    if not attributes:
        return None, text
    name, language = attributes[0]
    return (language, text) if len(attributes) == 1 and name == LANGUAGE else None


def _narrate(record: Record, path: str, number: int, language: str | None, written: str) -> str:
    text, spoken = joined(written), language or record.language
    record.reading.rows["narratives"].append(
        (
            record.reading.file_no,
            record.key,
            path,
            number,
            spoken and spoken.lower(),
            language is not None,
            text,
        )
    )  # a NarrativeRow
    return text


def text_of(record: Record, element: Element | None, path: str, number: int) -> str | None:
    """The first text with single spaces, of an element that has no attribute of its own."""
    if element is None:
        return None
    if not TEXT.issuperset(element.keys()):
        keep_rest(record, element, path, number, TEXT, children=NARRATIVE, text=True)
    text = said(record, element, path, number)
    return text and joined(text)


def narratives(
    record: Record,
    element: Element,
    path: str,
    number: int,
    elsewhere: frozenset[str] = NOTHING,
) -> list[str]:
    """Add a row for each text, and return the texts; in version 1, the element's own text.

    A text that names no language is in the activity's. Children of the names ``elsewhere`` are
    read by the caller.
    """
    if alone := _alone(element):
        return [_narrate(record, path, number, *alone)]
    texts = _texts(record, element, path, number, elsewhere)
    narrated = [_narrate(record, path, number, language, text) for language, text in texts]
    return [text for text in narrated if text]


def _texts(
    record: Record, element: Element, path: str, number: int, elsewhere: frozenset[str]
) -> list[tuple[str | None, str]]:
    """Language as written and text of each narrative; other children are kept as they stand."""
    own, around = _trimmed(element), element.get(LANGUAGE)
    texts = [(around, own)] if own else []
    if around and not own:
        _add(record, number, 0, path, None, [(LANGUAGE, around)], whole=False)
    for child in element:
        if child.tag != "narrative":
            if child.tag not in elsewhere:
                keep(record, child, f"{path}/{child.tag}", number)
            continue
        names, written = child.keys(), child.text
        language = child.get(LANGUAGE) if names else None
        if not TEXT.issuperset(names):
            keep_rest(record, child, f"{path}/narrative", number, TEXT, children=None, text=True)
        if names or written:
            texts.append((language, written or ""))
        for below in child:
            keep(record, below, f"{path}/narrative/{below.tag}", number)
    return texts


def party(
    record: Record,
    element: Element | None,
    path: str,
    number: int,
    attributes: frozenset[str] = PARTY,
) -> Party:
    """The organisation of the element; ``attributes`` are those for which a column exists."""
    if element is None:
        return NOBODY
    given = tuple(element.items())
    found, used = party_of(said(record, element, path, number), given)
    if not attributes.issuperset(used):
        keep_rest(record, element, path, number, attributes, children=NARRATIVE, text=True)
    return found


def identified(element: Element | None) -> Party:
    """Like party, before there is a record that could keep what else the element holds."""
    if element is None:
        return NOBODY
    texts = (child.text for child in (element, *element) if child.tag in ("narrative", element.tag))
    written = next((text for text in texts if text and not text.isspace()), None)
    return party_of(written, tuple(element.items()))[0]


@lru_cache(maxsize=50_000)
def party_of(text: str | None, attributes: Attributes) -> tuple[Party, frozenset[str]]:
    """Who is meant, and the names of the attributes; one object for all that write the same."""
    written = dict(attributes)
    name, kind = joined(text) if text else None, written.get("type")
    ref = written.get("ref", "").strip() or None
    kind = kind and codes.code("organisation-type", kind)
    return Party(identity(name, ref), Written(name, ref, kind)), frozenset(written)


def joined(written: str) -> str:
    """With single spaces only, as most texts are already: no other space is printable."""
    if "  " not in written and written.isprintable():
        return written.strip()
    return " ".join(written.split())


def first(element: Element, tag: str) -> Element | None:
    """The first child of that name; several times faster than ``find``, which parses a path."""
    for child in element:
        if child.tag == tag:
            return child
    return None


def first_of_each(
    record: Record,
    element: Element,
    path: str,
    number: int,
    names: frozenset[str],
    elsewhere: frozenset[str] = NOTHING,
) -> dict[str, Element]:
    """The first child of each of these names; all others are kept as they stand.

    Those of the names ``elsewhere`` are read by the caller.
    """
    found: dict[str, Element] = {}
    for child in element:
        tag = child.tag
        if tag in names and tag not in found:
            found[tag] = child
        elif tag not in elsewhere:
            keep(record, child, f"{path}/{tag}", number)
    return found


def own_text(element: Element | None) -> str | None:
    return (element.text or "").strip() or None if element is not None else None


def at_line(element: Element) -> int:
    return cast("int | None", element.sourceline) or 0  # the stubs do not know its type


def _trimmed(element: Element) -> str | None:
    text = element.text
    return (text.strip() or None) if text else None
