"""Ingest: find, judge and read the files, write parts, derive, and account for every file."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final

try:
    import fcntl
except ImportError:  # Windows: two ingests at once are then the user's own care
    fcntl = None  # type: ignore[assignment]

from appui.intelligence.ingest.derived import derive, is_current
from appui.intelligence.ingest.inputs import Input, examine
from appui.intelligence.ingest.manifest import FileEntry, Manifest, load, save
from appui.intelligence.ingest.parts import Format, Job, Write, Written, writers
from appui.intelligence.ingest.rates import Rates
from appui.intelligence.ingest.report import FileReport, Issue, RunReport
from appui.intelligence.ingest.sources import WEB, Web, check_paths, gather
from appui.intelligence.ingest.web import kept

BYTES_PER_PART: Final = 32 << 20


class BusyError(Exception):
    """Another ingest is writing to the same corpus."""


@dataclass(slots=True)
class _Part:
    """Files read together; ``written`` is there once their reading has been asked for."""

    jobs: list[Job] = field(default_factory=list)
    refused: list[FileReport] = field(default_factory=list)  # before they were read
    written: Written | None = None

    @property
    def name(self) -> str:
        return f"{self.jobs[0].file_no:06d}" if self.jobs else ""

    @property
    def size(self) -> int:
        return sum(job.report.size for job in self.jobs)


@dataclass(slots=True)
class _Run:
    """The state of one ingest; the last of ``parts`` takes the next file."""

    folder: Path
    rates: Rates
    manifest: Manifest
    report: RunReport
    write: Write
    next_file_no: int
    parts: list[_Part] = field(default_factory=lambda: [_Part()])
    first_of: dict[str, int] = field(default_factory=dict)  # of a content, its place in the report
    twins: list[tuple[int, int]] = field(default_factory=list)  # places in the report


def ingest(
    given: Sequence[Path | str],
    *,
    into: Path,
    rates: Rates,
    expected: Format = "auto",
    web: Web = WEB,
    processes: int = 1,
) -> RunReport:
    """Read files and web addresses into the corpus at ``into``; what is in it is left alone.

    The corpus is complete after every part: a run that is killed loses at most the parts it
    was writing, and the next run goes on from there to the same tables, whatever the number of
    processes. Raises PathMissingError, BusyError, CorpusUnreadableError, UnsoundSplitsError.
    """
    check_paths(given)
    into.mkdir(parents=True, exist_ok=True)
    with only_writer(into):
        with writers(processes, rates, expected) as write:
            manifest = load(into)
            run = _Run(into, rates, manifest, RunReport(str(into)), write, manifest.next_file_no)
            _sweep(run)
            gathered = gather(given, into, web)
            run.report.ignored = gathered.ignored
            run.report.files += gathered.reports
            for found in gathered.inputs:
                _take(run, found, gathered.notes.get(found.name))
            _send(run)
            for part in run.parts:
                _commit(run, part)
        _finish(run)
        kept.finish(into / kept.FOLDER)
    return run.report


@contextmanager
def only_writer(folder: Path) -> Iterator[None]:
    with (folder / "ingest.lock").open("w") as lock:
        _lock(lock, folder)
        yield


def _lock(lock: IO[str], folder: Path) -> None:
    if fcntl is None:
        return
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise BusyError(f"Another ingest is writing to {folder}; wait until it ends.") from error


def _sweep(run: _Run) -> None:
    """Remove what a killed run left and what replaced files no longer need."""
    wanted = set(run.manifest.parts())
    for part in (run.folder / "parts").glob("*"):
        if part.name not in wanted:
            shutil.rmtree(part)
    for derived in (run.folder / "derived").glob("*"):
        if derived.name != run.manifest.derived:
            shutil.rmtree(derived)


def _take(run: _Run, given: Input, note: Issue | None) -> None:
    """Judge one file and have it read when it is new; never raises for what is in the file."""
    examined = examine(given)
    report = FileReport(given.name, examined.sha256, examined.size)
    place = len(run.report.files)
    run.report.files.append(report)
    known = run.manifest.at_path(given.name)
    held = run.manifest.with_content(examined.sha256, run.rates.name)
    if known and (known.sha256, known.rates) == (examined.sha256, run.rates.name):
        _recall(report, known)
    elif held or examined.sha256 in run.first_of:
        report.status, report.format = "same-content", held.format if held else examined.format
        if not held:
            run.twins.append((place, run.first_of[examined.sha256]))
    elif refusal := examined.refusal:
        report.refuse(refusal.code, refusal.why, refusal.remedy, value=refusal.value)
        run.parts[-1].refused.append(report)
    else:
        run.first_of[examined.sha256] = place
        run.parts[-1].jobs.append(Job(run.next_file_no, given, examined, report))
        run.next_file_no += 1
    if note:
        report.add(note)
    if run.parts[-1].size >= BYTES_PER_PART:
        _send(run)


def _send(run: _Run) -> None:
    """Have the open part written, and take in those that are ready, in their order."""
    part = run.parts[-1]
    if part.jobs:
        part.written = run.write(run.folder / "parts" / f"{part.name}.new", part.jobs)
    run.parts.append(_Part())
    while run.parts[0].written is not None and run.parts[0].written.done():
        _commit(run, run.parts.pop(0))


def _recall(report: FileReport, known: FileEntry) -> FileReport:
    """A file unchanged since it was read: its counts again, and again why if it was refused."""
    report.format, report.version = known.format, known.version
    if known.status == "refused":
        report.status = "refused"
        for issue in known.issues:
            report.add(Issue(**issue))  # type: ignore[arg-type]
        return report
    report.status = "unchanged"
    report.activities_read = report.activities_kept = known.activities
    report.transactions_read = report.transactions_kept = known.transactions
    return report


def _commit(run: _Run, part: _Part) -> None:
    """Wait until the part is written, move it into place, then name it in the manifest."""
    reports = part.written.result() if part.written else []
    for report in part.refused:
        _remember_refused(run, report)
    for job, report in zip(part.jobs, reports, strict=True):
        run.report.files[run.first_of[report.sha256]] = report
        if report.status == "refused":
            _remember_refused(run, report)
        else:
            run.manifest.put(_entry(run, report, job.file_no, part.name))
    folder = run.folder / "parts" / f"{part.name}.new"
    if part.jobs and folder.exists():
        folder.replace(folder.with_name(part.name))
    if part.jobs:
        run.manifest.next_file_no = part.jobs[-1].file_no + 1
    if part.jobs or part.refused:
        save(run.folder, run.manifest)
        run.report.changed = True


def _remember_refused(run: _Run, report: FileReport) -> None:
    """A refused file does not displace an earlier good version of itself."""
    known = run.manifest.at_path(report.path)
    if known is None or not known.part:
        run.manifest.put(_entry(run, report, 0, ""))


def _entry(run: _Run, report: FileReport, file_no: int, part: str) -> FileEntry:
    issues = report.as_json()["issues"] if not part else ()
    return FileEntry(
        file_no=file_no,
        path=report.path,
        sha256=report.sha256,
        size=report.size,
        format=report.format,
        version=report.version,
        status=report.status,
        rates=run.rates.name,
        part=part,
        activities=report.activities_kept,
        transactions=report.transactions_kept,
        issues=tuple(issues) if isinstance(issues, list) else (),
    )


def _judge_twins(run: _Run) -> None:
    """What is the same as a file that was refused is refused as well."""
    for place, first in run.twins:
        report, other = run.report.files[place], run.report.files[first]
        if other.status == "refused":
            report.status = "refused"
            for issue in other.issues:
                report.add(issue)
            _remember_refused(run, report)
            save(run.folder, run.manifest)


def _finish(run: _Run) -> None:
    _judge_twins(run)
    manifest = run.manifest
    if manifest.live() and not is_current(run.folder, manifest):
        derive(run.folder, manifest)
        save(run.folder, manifest)
        run.report.changed = True
        _sweep(run)
    run.report.duplicates = manifest.duplicates
    run.report.quarantined = manifest.quarantined
