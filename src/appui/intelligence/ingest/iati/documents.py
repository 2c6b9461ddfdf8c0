"""Document links, of activities and of organisations."""

from __future__ import annotations

from appui.intelligence.ingest.iati.record import (
    Element,
    Record,
    coded,
    dated,
    first_of_each,
    keep,
    keep_rest,
    text_of,
)
from appui.intelligence.ingest.rows import DocumentRow

_DOCUMENT = frozenset(("url", "format"))
_PARTS = frozenset(("title", "category", "language", "document-date"))


def read_document(record: Record, element: Element) -> None:
    url, ordinal = (element.get("url") or "").strip(), record.next_count("document")
    if not url:
        record.problem("code-missing", element, "document-link/@url", None)
        keep(record, element, "document-link", ordinal)
        return
    parts = first_of_each(record, element, "document-link", ordinal, _PARTS)
    if not _DOCUMENT.issuperset(element.keys()):
        keep_rest(record, element, "document-link", ordinal, _DOCUMENT, children=None, text=True)
    record.reading.rows["documents"].append(
        DocumentRow(
            record.reading.file_no,
            record.key,
            ordinal,
            url,
            element.get("format"),
            text_of(record, parts.get("title"), "document-link/title", ordinal),
            coded(record, parts.get("category"), "document-link/category", ordinal),
            coded(record, parts.get("language"), "document-link/language", ordinal),
            dated(record, parts.get("document-date"), "document-link/document-date", ordinal),
        )
    )
