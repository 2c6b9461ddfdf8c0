"""What the user named, as files to read: paths, addresses, and lists of addresses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from appui.intelligence.ingest.inputs import Input, PathMissingError, find, opened
from appui.intelligence.ingest.problems import issue
from appui.intelligence.ingest.report import FileReport, Issue
from appui.intelligence.ingest.web import kept
from appui.intelligence.ingest.web.addresses import FetchError, is_address
from appui.intelligence.ingest.web.fetch import Asking, Fetched, fetch
from appui.intelligence.ingest.web.lists import Listed, read_list
from appui.intelligence.ingest.web.request import Manners

LIST_ENDINGS: Final = (".txt", ".json", ".csv", ".lst", ".list")
MOST_ROUNDS: Final = 1_000  # pages of a registry, and lists in lists


@dataclass(frozen=True, slots=True)
class Web:
    """How addresses are fetched: ``asking`` changed asks with conditions, none not at all."""

    manners: Manners = field(default_factory=Manners)
    asking: Asking = "changed"


WEB: Final = Web()


@dataclass(slots=True)
class Gathered:
    """``reports`` are of lists and of addresses that gave nothing; ``notes`` go with an input."""

    inputs: list[Input] = field(default_factory=list)
    ignored: int = 0
    reports: list[FileReport] = field(default_factory=list)
    notes: dict[str, Issue] = field(default_factory=dict)


def check_paths(given: Iterable[Path | str]) -> None:
    """Raises PathMissingError for a path that is not there."""
    for item in given:
        if not is_address(str(item)) and not Path(item).exists():
            raise PathMissingError(f"The path {item} does not exist.")


def gather(given: Sequence[Path | str], folder: Path, web: Web) -> Gathered:
    """Files in the order named, what is at addresses fetched into ``folder``/downloads.

    The caller says kept.finish() when the files are read. Raises PathMissingError.
    """
    gathered = Gathered()
    pending = _local(given, gathered)
    if not pending:
        return gathered
    downloads = folder / kept.FOLDER
    since = kept.begin(downloads)
    seen: set[str] = set()
    for _ in range(MOST_ROUNDS):
        urls = [url for url in dict.fromkeys(pending) if url not in seen]
        if not urls:
            break
        seen.update(urls)
        found = fetch(urls, downloads, web.manners, asking=web.asking, since=since)
        pending = _sort_out(urls, found, gathered)
    _only_once(gathered)
    return gathered


def _local(given: Sequence[Path | str], gathered: Gathered) -> list[str]:
    """Take the paths; give the addresses, those in lists too."""
    urls: list[str] = []
    for item in given:
        if is_address(str(item)):
            urls.append(str(item))
            continue
        path = Path(item)
        listed = _list_at(path)
        if listed is None:
            found = find([path])
            gathered.inputs += found.inputs
            gathered.ignored += found.ignored
        else:
            _say_list(str(path), listed, gathered)
            urls += listed.urls
    return urls


def _list_at(path: Path, url: str | None = None) -> Listed | None:
    if path.is_dir() or (url is None and path.suffix.lower() not in LIST_ENDINGS):
        return None
    return read_list(path, url)


def _sort_out(urls: list[str], found: Mapping[str, Fetched], gathered: Gathered) -> list[str]:
    """Each fetched body is a list, whose addresses are given back, or a file to read."""
    following: list[str] = []
    for url in urls:
        fetched = found[url]
        if fetched.path is None:
            gathered.reports.append(_failed(url, fetched.error))
            continue
        if fetched.error:
            gathered.notes[url] = _older_copy(url, fetched.error)
        listed = _list_at(fetched.path, url)
        if listed is None:
            gathered.inputs += opened(fetched.path, url)
        else:
            _say_list(url, listed, gathered)
            following += listed.urls + ([listed.next_page] if listed.next_page else [])
    return following


def _say_list(name: str, listed: Listed, gathered: Gathered) -> None:
    report = FileReport(name, format="list", status="list")
    for doubt in listed.doubts:
        report.add(
            issue(doubt.code, line=doubt.line, subject=name, field=doubt.field, value=doubt.value)
        )
    gathered.ignored += listed.ignored
    gathered.reports.append(report)


def _failed(url: str, error: FetchError | None) -> FileReport:
    report = FileReport(url)
    if error:
        report.refuse(error.code, error.why, error.remedy, value=url)
    return report


def _older_copy(url: str, error: FetchError) -> Issue:
    why = f"{error.why} The copy kept from an earlier run is used."
    return Issue("warning", error.code, 0, url, "address", url, why, error.remedy)


def _only_once(gathered: Gathered) -> None:
    gathered.inputs = list({given.name: given for given in gathered.inputs}.values())
