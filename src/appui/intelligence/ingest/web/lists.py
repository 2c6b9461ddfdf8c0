"""Lists of addresses: text with one a line, or the JSON of a registry such as IATI's (CKAN)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from appui.intelligence.ingest.web.addresses import is_address

LARGEST: Final = 64 << 20
HEAD: Final = 1 << 12
MOST: Final = 50_000  # addresses of one list
FORMATS: Final = frozenset(("", "iati-xml", "iati", "xml", "csv", "txt", "zip", "parquet"))
_HOLDERS: Final = ("result", "results", "datasets", "packages", "data", "resources")


class Doubt(NamedTuple):
    """Something in a list that is no address, or is missing from it."""

    code: str
    line: int
    field: str
    value: str


@dataclass(slots=True)
class Listed:
    """``ignored`` counts resources in formats not read; ``next_page`` goes on with the list."""

    urls: list[str] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    ignored: int = 0
    next_page: str | None = None


def read_list(path: Path, url: str | None = None) -> Listed | None:
    """The addresses in a file, or None when it is no list; ``url`` is where it came from."""
    with path.open("rb") as stream:
        head = stream.read(HEAD).removeprefix(b"\xef\xbb\xbf").lstrip()
    if head[:1] in (b"{", b"["):
        return _from_json(path, url)
    first = next((line for line in _text_lines(head) if line[1]), (0, ""))
    return _from_text(path) if is_address(first[1]) and len(first[1].split()) == 1 else None


def _text_lines(content: bytes) -> Iterator[tuple[int, str]]:
    """Each line with its number, comments (after #, at the start) emptied."""
    for number, line in enumerate(content.decode("utf-8-sig", errors="replace").splitlines(), 1):
        text = line.strip()
        yield number, "" if text.startswith("#") else text


def _from_text(path: Path) -> Listed:
    listed = Listed()
    for number, text in _text_lines(path.read_bytes()[:LARGEST]):
        if text and is_address(text):
            listed.urls.append(text)
        elif text:
            listed.doubts.append(Doubt("list-not-an-address", number, "address", text))
    return _bounded(listed)


def _from_json(path: Path, url: str | None) -> Listed | None:
    if path.stat().st_size > LARGEST:
        return Listed(doubts=[Doubt("list-too-long", 0, "bytes", str(path.stat().st_size))])
    try:
        content = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        return Listed(doubts=[Doubt("list-broken", 0, "JSON", str(error))])
    listed = Listed()
    _walk(content, listed)
    _page_on(content, url, listed)
    if not listed.urls:
        listed.doubts.append(Doubt("list-empty", 0, "JSON", path.read_text("utf-8")[:80]))
    return _bounded(listed)


def _walk(content: Any, listed: Listed) -> None:  # as json gives it
    """Addresses in the order written: of resources, of data sets without them, or bare."""
    if isinstance(content, list):
        for item in content:
            _walk(item, listed)
    elif isinstance(content, str):
        if is_address(content):
            listed.urls.append(content)
    elif isinstance(content, dict):
        held = [content[name] for name in _HOLDERS if isinstance(content.get(name), list | dict)]
        for item in held:
            _walk(item, listed)
        if not held and "url" in content:
            _take(content, listed)


def _take(resource: dict[str, Any], listed: Listed) -> None:
    url, written = resource["url"], str(resource.get("format") or "").strip().lower()
    if written not in FORMATS:
        listed.ignored += 1
    elif isinstance(url, str) and is_address(url.strip()):
        listed.urls.append(url.strip())
    else:
        named = str(resource.get("name") or resource.get("id") or "resource")
        listed.doubts.append(Doubt("list-not-an-address", 0, named, str(url)))


def _page_on(content: Any, url: str | None, listed: Listed) -> None:
    """CKAN gives a page at a time: name the next one, or say that others are missing."""
    result = content.get("result") if isinstance(content, dict) else None
    if not isinstance(result, dict) or not isinstance(result.get("results"), list):
        return
    count, here = result.get("count"), len(result["results"])
    if not isinstance(count, int) or not here:
        return
    start = _start(url)
    if url and start + here < count:
        listed.next_page = _with_start(url, start + here)
    elif not url and here < count:
        listed.doubts.append(Doubt("list-incomplete", 0, "count", f"{here} of {count}"))


def _start(url: str | None) -> int:
    found = dict(parse_qsl(urlsplit(url or "").query)).get("start", "0")
    return int(found) if found.isascii() and found.isdigit() else 0


def _with_start(url: str, start: int) -> str:
    parts = urlsplit(url)
    pairs = [(name, value) for name, value in parse_qsl(parts.query) if name != "start"]
    return urlunsplit(parts._replace(query=urlencode([*pairs, ("start", str(start))])))


def _bounded(listed: Listed) -> Listed:
    listed.urls = list(dict.fromkeys(listed.urls))
    if len(listed.urls) > MOST:
        listed.doubts.append(Doubt("list-too-long", 0, "addresses", str(len(listed.urls))))
        del listed.urls[MOST:]
    return listed
