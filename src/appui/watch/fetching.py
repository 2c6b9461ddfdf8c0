"""Getting what stands at a feed's address, with the guards of the reader of published files."""

from dataclasses import dataclass
from io import BytesIO
from typing import Final

from appui.intelligence.ingest.web.addresses import FetchError
from appui.intelligence.ingest.web.request import Manners, ask

# A feed is small: a person should not wait, and a trap should not fill the memory.
MANNERS: Final = Manners(
    connect_seconds=10,
    read_seconds=15,
    total_seconds=30,
    largest=5 << 20,
    largest_unpacked=5 << 20,
    redirects=5,
)


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came: ``body`` is None when nothing changed. The conditions are for the next time."""

    url: str
    body: bytes | None
    content_type: str
    etag: str
    modified: str


def fetch(url: str, *, etag: str, modified: str, manners: Manners = MANNERS) -> Fetched:
    """Ask once; only machines on the public internet, within limits. Raises ``FetchError``."""
    said = {"If-None-Match": etag, "If-Modified-Since": modified}
    conditions = {name: value for name, value in said.items() if value}
    into = BytesIO()
    answer = ask(url, conditions, into, manners)
    return Fetched(
        url=answer.url,
        body=into.getvalue() if answer.modified else None,
        content_type=answer.headers.get("content-type", ""),
        etag=answer.headers.get("etag", "")[:300],
        modified=answer.headers.get("last-modified", "")[:100],
    )


__all__ = ["MANNERS", "FetchError", "Fetched", "fetch"]
