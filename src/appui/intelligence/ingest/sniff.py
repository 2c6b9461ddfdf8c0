"""What a file is, by its first bytes; what it must not contain before its root element."""

from __future__ import annotations

import codecs
import csv
import re
from typing import Final, NamedTuple

ROOTS: Final = ("iati-activities", "iati-activity", "iati-organisations", "iati-organisation")
COLUMNS_NEEDED: Final = {
    "fts": ("id", "amountUSD"),
    "crs": ("Year", "DonorCode", "RecipientCode", "PurposeCode", "USD_Commitment"),
    "appui": ("donor", "recipient", "year", "usd", "source"),
    "aggregates": ("year", "donor", "recipient", "usd_million"),
    "dac2a": ("Recipient", "Donor", "Aid type", "Amount type", "Year", "Value"),
}
AGGREGATES: Final = ("aggregates", "dac2a")
LONGEST_HEADER: Final = 20_000
UTF_16_LOOK: Final = 4  # bytes that show UTF-16 without a mark: letters and noughts in turn
_NOT_WORD = re.compile(r"[^a-z0-9]")
_SPACE = re.compile(r"\s*")
_ROOT_NAME = re.compile(r"<(?:[\w.-]+:)?([\w.-]+)")
_ENCODING = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_BOMS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


class Refusal(NamedTuple):
    code: str
    why: str
    remedy: str
    value: str = ""


ENTITIES: Final = Refusal(
    "entities-declared",
    "It declares XML entities, which IATI never needs and which can be a trap.",
    "Ask the publisher for the file without a document type declaration.",
)


class Judged(NamedTuple):
    format: str
    is_parquet: bool = False
    refusal: Refusal | None = None


_GET_XML = "Download the activity file itself, as XML, from its publisher."
_MAGIC: Final = (
    (b"\xd0\xcf\x11\xe0", "office-file", "It is an old Office document, not XML."),
    (b"%PDF", "pdf", "It is a PDF document."),
    (b"\x1f\x8b", "gzip", "It is compressed with gzip."),
)


def sniff(head: bytes) -> Judged:
    """Judge by the first megabyte; raises nothing, whatever the bytes."""
    if not head.strip():
        return _refused("empty", "The file is empty.", _GET_XML)
    if head.startswith(b"PAR1"):
        return Judged("parquet", is_parquet=True)
    if head.startswith(b"PK\x03\x04"):
        return _judge_zip(head)
    for magic, code, why in _MAGIC:
        if head.startswith(magic):
            return _refused(code, why, _GET_XML)
    text = _decoded(head).lstrip("\ufeff \t\r\n")
    return _judge_xml(text) if text.startswith("<") else _judge_csv(text)


def declared_encoding(head: bytes) -> str | None:
    found = _ENCODING.match(head.removeprefix(codecs.BOM_UTF8)[:500])
    return found[1].decode("ascii") if found else None


def is_utf8(encoding: str | None) -> bool:
    name = (encoding or "utf-8").lower().replace("_", "-")
    return name in ("utf-8", "utf-8-sig", "utf8", "us-ascii", "ascii")


def columns_of(header: str) -> list[str]:
    """The names in the first line of a table, without what surrounds them."""
    line = header.lstrip("\ufeff").strip("\r\n")
    if len(line) > LONGEST_HEADER:
        return []
    return [name.strip() for name in next(csv.reader([line], delimiter=delimiter_of(line)), [])]


def delimiter_of(header: str) -> str:
    """What parts the columns: the most frequent of pipe, tab, semicolon and comma."""
    return max(",;\t|", key=header.count)


def folded_column(name: str) -> str:
    """A column's name whatever its capitals and underscores: the OECD writes it three ways."""
    return _NOT_WORD.sub("", name.lower())


def format_of_columns(columns: list[str]) -> str | None:
    """The first format all of whose columns are there; None when there is none."""
    names = {column.strip() for column in columns}
    folded = {folded_column(name) for name in names}
    for name, needed in COLUMNS_NEEDED.items():
        found = folded if name == "crs" else names
        if found.issuperset(map(folded_column, needed) if name == "crs" else needed):
            return "aggregates" if name in AGGREGATES else name
    return None


def text_encoding(head: bytes) -> str:
    """How a table's text is encoded, by its first bytes; without a mark, UTF-8."""
    for bom, encoding in _BOMS:
        if head.startswith(bom):
            return "utf-8-sig" if encoding == "utf-8" else encoding.rpartition("-")[0]
    if len(head) >= UTF_16_LOOK and not any(head[1:4:2]):
        return "utf-16-le"
    return "utf-16-be" if len(head) >= UTF_16_LOOK and not any(head[0:4:2]) else "utf-8-sig"


def _refused(code: str, why: str, remedy: str, value: str = "") -> Judged:
    return Judged("", refusal=Refusal(code, why, remedy, value))


def _judge_zip(head: bytes) -> Judged:
    if b"[Content_Types].xml" in head[:4096] or b"xl/" in head[:4096]:
        return _refused(
            "office-file",
            "It is an Excel or other Office document under another name, not XML.",
            _GET_XML + " If it is a table of flows, save it as CSV.",
        )
    return _refused("zip-misnamed", "It is a zip archive.", "Give it a name that ends in .zip.")


def _decoded(head: bytes) -> str:
    for bom, encoding in _BOMS:
        if head.startswith(bom):
            return head[len(bom) :].decode(encoding, errors="replace")
    if head[:4] in (b"<\x00?\x00", b"<\x00i\x00", b"<\x00!\x00"):
        return head.decode("utf-16-le", errors="replace")
    if head[:4] in (b"\x00<\x00?", b"\x00<\x00i", b"\x00<\x00!"):
        return head.decode("utf-16-be", errors="replace")
    return head.decode(text_encoding(head[:4]), errors="replace")


def _judge_xml(text: str) -> Judged:
    start = text[:2000].lower()
    if "<!doctype html" in start or "<html" in start:
        return _refused("html", "It is a web page, not an IATI file.", _GET_XML, text[:80])
    place = 0
    while True:
        place = _skip_space(text, place)
        if text.startswith("<?", place):
            place = _after(text, "?>", place)
        elif text.startswith("<!--", place):
            place = _after(text, "-->", place)
        elif text.startswith("<!DOCTYPE", place):
            place, refusal = _after_doctype(text, place)
            if refusal:
                return Judged("", refusal=refusal)
        else:
            return _judge_root(text, place)


def _skip_space(text: str, place: int) -> int:
    found = _SPACE.match(text, place)
    return found.end() if found else place


def _after(text: str, mark: str, place: int) -> int:
    found = text.find(mark, place)
    return len(text) if found < 0 else found + len(mark)


def _after_doctype(text: str, place: int) -> tuple[int, Refusal | None]:
    """Pass a DOCTYPE without entities; one that declares any is refused before parsing.

    A comment or a quoted address may pretend that the DOCTYPE ends: entities anywhere after its
    start refuse the file, and the parser looks once more at those beyond the first megabyte.
    """
    end, bracket = text.find(">", place), text.find("[", place)
    if 0 <= bracket < end:
        end = text.find("]>", bracket)
        end += end >= 0
    if end < 0 or "<!ENTITY" in text[place:]:
        return place, ENTITIES._replace(value=text[place : place + 80])
    return end + 1, None


def _judge_root(text: str, place: int) -> Judged:
    found = _ROOT_NAME.match(text, place)
    name = found[1] if found else ""
    if name in ROOTS:
        return Judged("iati")
    if not found:
        return _refused("not-xml", "No root element was found.", _GET_XML, text[place : place + 80])
    return _refused(
        "wrong-root", f"The root of the file is {name}: it is no IATI file.", _GET_XML, name
    )


def _judge_csv(text: str) -> Judged:
    line = text.split("\n", 1)[0].strip()
    if found := format_of_columns(columns_of(line)):
        return Judged(found)
    return _refused(
        "not-xml",
        "It is neither XML nor a table of flows whose columns we know.",
        "Check what was downloaded: a page saying that nothing was found is often saved as .xml.",
        line[:80],
    )
