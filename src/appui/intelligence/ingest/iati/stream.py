"""An IATI file as a stream of its records; memory stays flat whatever the file's size."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, BinaryIO, Final

from lxml import etree

from appui.intelligence.ingest.iati.activity import read_activity
from appui.intelligence.ingest.iati.organisation import read_organisation
from appui.intelligence.ingest.iati.record import LANGUAGE, Element
from appui.intelligence.ingest.reading import Reading, moment_of
from appui.intelligence.ingest.sniff import ENTITIES

ROOTS: Final = ("iati-activities", "iati-organisations")
ACTIVITY: Final = "iati-activity"
ORGANISATION: Final = "iati-organisation"
_IATI_ONLY = "Give an IATI file: its root is iati-activities or iati-organisations."


class _RefusedRootError(Exception):
    """The document is well-formed XML of another kind."""


class _EntitiesDeclaredError(Exception):
    """Entities were declared where the first look at the file did not see them."""


def read_stream(
    reading: Reading,
    source: BinaryIO,
    *,
    encoding: str | None,
    after_activity: Callable[[], None],
) -> None:
    """Read every complete record; what follows a break in the XML is reported as refused.

    Entities are never resolved, nothing is fetched, and libxml2's own limits on depth and
    text length stay on.
    """
    events = etree.iterparse(
        source,
        tag=(ACTIVITY, ORGANISATION),
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_blank_text=True,  # indentation: an eighth of the time of a pass
        remove_comments=True,
        remove_pis=True,
        encoding=encoding,
    )
    try:
        _read_events(reading, events, after_activity)
        if reading.report.activities_read == 0:
            _judge_empty(reading, events.root)
    except etree.XMLSyntaxError as error:
        _report_break(reading, error)
    except _RefusedRootError as refused:
        reading.report.refuse("wrong-root", str(refused), _IATI_ONLY)
    except _EntitiesDeclaredError:
        reading.report.refuse(ENTITIES.code, ENTITIES.why, ENTITIES.remedy)


def _read_events(
    reading: Reading, events: etree.iterparse, after_activity: Callable[[], None]
) -> None:
    for _, element in events:
        if reading.report.activities_read == 0:
            _refuse_entities(element)
            _read_root(reading, element.getroottree().getroot())
        reading.report.activities_read += 1
        read = read_activity if element.tag == ACTIVITY else read_organisation
        read(reading, element, reading.report.activities_read)
        reading.report.activities_kept += 1
        _forget(element)
        after_activity()


def _refuse_entities(element: Element) -> None:
    declared: Any = element.getroottree().docinfo.internalDTD
    if declared is not None and next(declared.iterentities(), None) is not None:
        raise _EntitiesDeclaredError


def _read_root(reading: Reading, root: Element) -> None:
    reading.version = (root.get("version") or "").strip() or None
    reading.report.version = reading.version or ""
    reading.language = root.get(LANGUAGE)
    reading.generated = moment_of(root.get("generated-datetime"))


def _judge_empty(reading: Reading, root: Element | None) -> None:
    if root is None or root.tag not in ROOTS:
        name = str(root.tag) if root is not None else "nothing"
        raise _RefusedRootError(f"The root of the file is {name}: it is no IATI file.")


def _report_break(reading: Reading, error: etree.XMLSyntaxError) -> None:
    """Nothing read before the break refuses the file; else what was complete is kept."""
    kept = reading.report.activities_kept
    why = f"The XML breaks here: {error.msg}."
    remedy = "Get the whole file again from its publisher."
    if kept:
        why += f" The {kept} activities complete before it were kept; what follows was not read."
    reading.report.refuse("xml-broken", why, remedy, line=error.lineno or 0)
    if kept:
        reading.report.status = "partial"


def _forget(element: Element) -> None:
    """Free the activity and what stands before it under the same parent."""
    element.clear()
    parent = element.getparent()
    if parent is not None:
        while element.getprevious() is not None:
            del parent[0]
