"""Small readings of an element: its texts by language, its place and sector items."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple, cast

from lxml import etree

from appui.intelligence.ingest import codes
from appui.intelligence.ingest.organisations import Organisation, identity

Element = etree._Element
LANGUAGE: Final = "{http://www.w3.org/XML/1998/namespace}lang"


class Party(NamedTuple):
    """An organisation as written (``name``, ``ref``) and as identified, if it can be."""

    organisation: Organisation | None
    name: str | None
    ref: str | None
    type: str | None


NOBODY: Final = Party(None, None, None, None)


def first(element: Element, tag: str) -> Element | None:
    """The first child of that name; several times faster than ``find``, which parses a path."""
    for child in element:
        if child.tag == tag:
            return child
    return None


def first_of_each(element: Element) -> dict[str, Element]:
    """The first child of each name: one pass, for elements of which several are wanted."""
    found: dict[str, Element] = {}
    for child in element:
        found.setdefault(child.tag, child)
    return found


def texts(element: Element) -> list[tuple[str | None, str]]:
    """Language and text of each narrative; in version 1, of the element's own text."""
    own = element.text
    if own and not own.isspace():
        return [(element.get(LANGUAGE), _joined(own))]
    return [
        (child.get(LANGUAGE), _joined(content))
        for child in element
        if child.tag == "narrative" and (content := child.text) and not content.isspace()
    ]


def text(element: Element | None) -> str | None:
    """The first text of the element, in whatever language."""
    written = _written(element) if element is not None else None
    return _joined(written) if written else None


def _joined(written: str) -> str:
    """With single spaces only, as most texts are already: no other space is printable."""
    if "  " not in written and written.isprintable():
        return written.strip()
    return " ".join(written.split())


def _written(element: Element) -> str | None:
    """The first text as it stands in the file, unless nothing but spaces."""
    own = element.text
    if own and not own.isspace():
        return own
    for child in element:
        if child.tag == "narrative" and (own := child.text) and not own.isspace():
            return own
    return None


def own_text(element: Element | None) -> str | None:
    return (element.text or "").strip() or None if element is not None else None


def code_of(element: Element | None) -> str | None:
    """``@code``, else (version 1) the element's own text."""
    if element is None:
        return None
    return (element.get("code") or element.text or "").strip() or None


def party(element: Element | None) -> Party:
    if element is None:
        return NOBODY
    return _party(_written(element), element.get("ref"), element.get("type"))


@lru_cache(maxsize=50_000)
def _party(written: str | None, ref: str | None, kind: str | None) -> Party:
    name = _joined(written) if written else None
    ref = (ref or "").strip() or None
    return Party(identity(name, ref), name, ref, kind and codes.code("organisation-type", kind))


def at_line(element: Element) -> int:
    return cast("int | None", element.sourceline) or 0  # the stubs do not know its type
