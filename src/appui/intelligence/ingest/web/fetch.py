"""Many addresses: a few questions at once to each host, tried again when that may help."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from appui.intelligence.ingest.web import kept as store
from appui.intelligence.ingest.web.addresses import FetchError, address
from appui.intelligence.ingest.web.kept import Body, Kept
from appui.intelligence.ingest.web.request import Manners, ask

Asking = Literal["changed", "all", "none"]
OFFLINE: Final = FetchError(
    "fetch-offline",
    "Nothing is kept of this address, and nothing was to be asked.",
    "Run without --offline.",
)


@dataclass(frozen=True, slots=True)
class Fetched:
    """One address: its body, or why there is none; both when an older body must do."""

    url: str
    path: Path | None
    error: FetchError | None = None


def fetch(
    urls: Iterable[str], folder: Path, manners: Manners, *, asking: Asking, since: str
) -> dict[str, Fetched]:
    """Fetch each address once; bodies kept ``since`` that moment are taken as they are."""
    lanes: dict[str, deque[str]] = {}
    found: dict[str, Fetched] = {}
    for url in dict.fromkeys(urls):
        try:
            lanes.setdefault(address(url).host, deque()).append(url)
        except FetchError as error:
            found[url] = Fetched(url, None, error)

    def work(lane: deque[str]) -> None:
        while lane:
            try:
                url = lane.popleft()
            except IndexError:
                return
            found[url] = _one(url, folder, manners, asking, since)

    with ThreadPoolExecutor(manners.hosts_at_once * manners.per_host) as pool:
        list(pool.map(work, list(lanes.values()) * manners.per_host))
    return found


def _one(url: str, folder: Path, manners: Manners, asking: Asking, since: str) -> Fetched:
    kept = store.find(folder, url)
    if kept and (asking == "none" or kept.fetched_at >= since):
        return Fetched(url, folder / kept.body)
    if asking == "none":
        return Fetched(url, None, OFFLINE)
    try:
        found = _tried(manners, lambda: _ask(url, folder, manners, kept, asking))
    except FetchError as error:
        return Fetched(url, folder / kept.body if kept else None, error)
    return Fetched(url, folder / found.body)


def _tried(manners: Manners, question: Callable[[], Kept]) -> Kept:
    """The answer, asked again after longer and longer waits; raises the last FetchError."""
    wait = manners.first_wait
    for left in range(manners.tries - 1, -1, -1):
        try:
            return question()
        except FetchError as error:
            pause = wait if error.wait is None else max(error.wait, manners.first_wait)
            if not error.again or not left or pause > manners.longest_wait:
                raise _told(error, manners.tries - left, pause, manners) from error
        time.sleep(pause)
        wait *= 2
    raise AssertionError("at least one try")


def _told(error: FetchError, tries: int, pause: float, manners: Manners) -> FetchError:
    """The error with how often it was tried, and how long the server wants us to wait."""
    why = error.why if tries == 1 else f"{error.why} Tried {tries} times."
    remedy = error.remedy
    if error.wait is not None and pause > manners.longest_wait:
        remedy = f"It asks to wait {error.wait:,.0f} seconds: run the same command again then."
    return FetchError(error.code, why, remedy)


def _ask(url: str, folder: Path, manners: Manners, kept: Kept | None, asking: Asking) -> Kept:
    conditions = kept.conditions() if kept and asking == "changed" else {}
    body = Body(folder, url)
    try:
        answer = ask(url, conditions, body, manners)
    except BaseException:
        body.discard()
        raise
    if kept and not answer.modified:
        body.discard()
        return kept
    received = Kept(
        url=url,
        given_by=answer.url,
        body=store.body_name(url, body),
        sha256=body.sha256,
        size=body.size,
        etag=answer.headers.get("etag", ""),
        last_modified=answer.headers.get("last-modified", ""),
        fetched_at=store.now(),
    )
    return store.keep(folder, body, received)
