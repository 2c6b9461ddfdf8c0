"""What a feed (RSS, Atom) or a page of calls says, from the bytes that were fetched. Pure.

Nothing is fetched here and no entity is resolved: feeds are read by feedparser from bytes, pages by
lxml's HTML parser. What is broken gives what could be read, and a problem in words.
"""

from __future__ import annotations

import calendar
import hashlib
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final, Literal
from urllib.parse import urldefrag, urljoin, urlsplit

import feedparser
from lxml import etree, html

Problem = Literal["", "not-a-feed", "broken", "empty", "not-a-page", "too-heavy"]
MOST_ITEMS: Final = 500
LONGEST_TITLE: Final = 500
LONGEST_SUMMARY: Final = 2000
LONGEST_URL: Final = 1000
SHORTEST_LINK: Final = 12  # characters of a link's text; menus and page numbers are shorter
YEARS: Final = range(1990, 2101)


@dataclass(frozen=True, slots=True)
class Item:
    """One entry; ``key`` is the same whenever the same entry is read again."""

    key: str
    title: str
    url: str
    summary: str
    published_on: date | None


@dataclass(frozen=True, slots=True)
class Contents:
    """The entries in the order given, each once; ``problem`` says what was wrong, empty when
    nothing."""

    title: str
    items: tuple[Item, ...]
    problem: Problem = ""


def read_feed(body: bytes, *, url: str, content_type: str = "") -> Contents:
    """The entries of an RSS or Atom feed; relative addresses are resolved against ``url``."""
    told = {"content-location": url} | ({"content-type": content_type} if content_type else {})
    found: Any = feedparser.parse(io.BytesIO(body), response_headers=told)
    items = _once(_entry(entry, url) for entry in found.entries[:MOST_ITEMS])
    title = _line(found.feed.get("title", ""), LONGEST_TITLE)
    if not items and not found.get("version"):
        return Contents(title, (), "not-a-feed")
    if not items:
        return Contents(title, (), "empty")
    return Contents(title, items, "broken" if found.bozo and not _harmless(found) else "")


def read_page(body: bytes, *, url: str, pattern: str = "") -> Contents:
    """The links of a page of calls whose address holds ``pattern``, with their texts."""
    try:
        root: Any = html.document_fromstring(body, parser=_parser(), base_url=url)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return Contents("", (), "not-a-page")
    items = _once(_links(root, _base_of(root, url), pattern))
    title = _line(root.findtext(".//title") or "", LONGEST_TITLE)
    return Contents(title, items, "" if items else "empty")


def _base_of(root: Any, url: str) -> str:
    told = root.find(".//base[@href]")
    return (_address(told.get("href"), url) if told is not None else "") or url


def _parser() -> html.HTMLParser:
    return html.HTMLParser(no_network=True, huge_tree=False, remove_comments=True, encoding="utf-8")


def _harmless(found: Mapping[str, Any]) -> bool:
    """Another encoding than the one declared was repaired: everything was read."""
    return isinstance(
        found.get("bozo_exception"),
        feedparser.CharacterEncodingOverride | feedparser.NonXMLContentType,
    )


def _entry(entry: Mapping[str, Any], base: str) -> Item:
    url = _address(entry.get("link", ""), base)
    title = _line(_without_tags(entry.get("title", "")), LONGEST_TITLE)
    summary = _line(_without_tags(entry.get("summary", "")), LONGEST_SUMMARY)
    days = (_day(entry[name]) for name in ("published_parsed", "updated_parsed") if name in entry)
    day = next((found for found in days if found is not None), None)
    identity = entry.get("id") or url or f"{title}|{day or ''}|{summary}"
    return Item(_key(str(identity)), title or summary[:LONGEST_TITLE] or url, url, summary, day)


def _links(root: Any, base: str, pattern: str) -> Iterator[Item]:
    for anchor in root.iterfind(".//a[@href]"):
        url = _address(anchor.get("href"), base)
        title = _line(anchor.text_content(), LONGEST_TITLE)
        if url and pattern in url and len(title) >= SHORTEST_LINK and _elsewhere(url, base):
            yield Item(_key(url), title, url, "", None)


def _elsewhere(url: str, page: str) -> bool:
    """Whether the link leads to another page, not to a part of this one."""
    return url != urldefrag(page).url


def _once(items: Iterator[Item]) -> tuple[Item, ...]:
    found: dict[str, Item] = {}
    for item in items:
        if item.title:
            found.setdefault(item.key, item)
        if len(found) >= MOST_ITEMS:
            break
    return tuple(found.values())


def _address(value: object, base: str) -> str:
    """An absolute web address without its fragment; empty for none and any other kind."""
    text = str(value).strip()
    if not text:
        return ""
    try:
        url = urldefrag(urljoin(base, text)).url
        whole = urlsplit(url)
    except ValueError:
        return ""
    fits = whole.scheme in ("http", "https") and whole.netloc and len(url) <= LONGEST_URL
    return url if fits else ""


def _without_tags(value: object) -> str:
    text = str(value)
    if "<" not in text and "&" not in text:
        return text
    try:
        whole: Any = html.fromstring(f"<div>{text}</div>", parser=_parser())
        return str(whole.text_content())
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return text


def _line(text: str, longest: int) -> str:
    """One line of printable text."""
    plain = "".join(character if character.isprintable() else " " for character in text)
    return " ".join(plain.split())[:longest]


def _day(parsed: Any) -> date | None:
    """The day in UTC of feedparser's moment; None when there is none or it is not plausible."""
    try:
        day = datetime.fromtimestamp(calendar.timegm(parsed), UTC).date() if parsed else None
    except (ValueError, OverflowError, OSError, TypeError):
        return None
    return day if day and day.year in YEARS else None


def _key(identity: str) -> str:
    return hashlib.sha256(identity.encode(errors="surrogatepass")).hexdigest()
