"""Ingest: find, judge and read the files, write parts, derive, and account for every file."""

from __future__ import annotations

import ctypes
import gc
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final, Literal

try:
    import fcntl
except ImportError:  # Windows: two ingests at once are then the user's own care
    fcntl = None  # type: ignore[assignment]

from appui.intelligence.ingest import flat
from appui.intelligence.ingest.derived import check_sums, derive, is_current
from appui.intelligence.ingest.iati.stream import read_stream
from appui.intelligence.ingest.inputs import Examined, Input, examine
from appui.intelligence.ingest.manifest import FileEntry, Manifest, load, save
from appui.intelligence.ingest.rates import Rates
from appui.intelligence.ingest.reading import Reading
from appui.intelligence.ingest.report import FileReport, Issue, RunReport
from appui.intelligence.ingest.rows import IssueRow
from appui.intelligence.ingest.sources import WEB, Web, check_paths, gather
from appui.intelligence.ingest.tables import PartWriter
from appui.intelligence.ingest.web import kept

Format = Literal["auto", "iati", "crs", "fts", "appui", "aggregates"]
BYTES_PER_PART: Final = 64 << 20
_TRIM_THRESHOLD: Final = -1  # the numbers of mallopt(3)
_TOP_PAD: Final = -2


class BusyError(Exception):
    """Another ingest is writing to the same corpus."""


@dataclass(slots=True)
class _Run:
    """The state of one ingest; ``writer`` is the open part, ``entries`` its files."""

    folder: Path
    rates: Rates
    manifest: Manifest
    report: RunReport
    writer: PartWriter | None = None
    part: str = ""
    part_bytes: int = 0
    entries: list[FileEntry] = field(default_factory=list)


def ingest(
    given: Sequence[Path | str],
    *,
    into: Path,
    rates: Rates,
    expected: Format = "auto",
    web: Web = WEB,
) -> RunReport:
    """Read files and web addresses into the corpus at ``into``; what is in it is left alone.

    The corpus is complete after every part: a run that is killed loses at most the part it
    was writing, and the next run goes on from there to the same tables. Raises
    PathMissingError, BusyError, CorpusUnreadableError, UnsoundSplitsError.
    """
    check_paths(given)
    into.mkdir(parents=True, exist_ok=True)
    _keep_freed_memory()
    with only_writer(into), _no_cycle_collection():
        run = _Run(into, rates, load(into), RunReport(str(into)))
        _sweep(run)
        gathered = gather(given, into, web)
        run.report.ignored = gathered.ignored
        run.report.files += gathered.reports
        for found in gathered.inputs:
            run.report.files.append(_take(run, found, expected))
            if note := gathered.notes.get(found.name):
                run.report.files[-1].add(note)
        _finish(run)
        kept.finish(into / kept.FOLDER)
    return run.report


@contextmanager
def only_writer(folder: Path) -> Iterator[None]:
    with (folder / "ingest.lock").open("w") as lock:
        _lock(lock, folder)
        yield


def _keep_freed_memory() -> None:
    """Ask glibc to keep what is freed for the next rows; other C libraries are left as they are."""
    try:
        allocator = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):
        return
    allocator(_TRIM_THRESHOLD, 1 << 30)
    allocator(_TOP_PAD, 1 << 26)


@contextmanager
def _no_cycle_collection() -> Iterator[None]:
    """Rows are tuples without cycles: looking for some in millions of them costs a sixth."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


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


def _take(run: _Run, given: Input, expected: Format) -> FileReport:
    """Judge one file and read it when it is new; never raises for what is in the file."""
    examined = examine(given)
    report = FileReport(given.name, examined.sha256, examined.size)
    known = run.manifest.at_path(given.name)
    if known and (known.sha256, known.rates) == (examined.sha256, run.rates.name):
        return _recall(report, known)
    twin = next((e for e in run.entries if _same(e, examined, run.rates)), None)
    twin = twin or run.manifest.with_content(examined.sha256, run.rates.name)
    if twin:
        report.status, report.format = "same-content", twin.format
        return report
    refusal = examined.refusal
    if refusal:
        report.refuse(refusal.code, refusal.why, refusal.remedy, value=refusal.value)
        _remember_refused(run, report)
        return report
    _read(run, given, examined, report, expected)
    return report


def _same(entry: FileEntry, examined: Examined, rates: Rates) -> bool:
    return (entry.sha256, entry.rates) == (examined.sha256, rates.name) and bool(entry.part)


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


def _read(
    run: _Run, given: Input, examined: Examined, report: FileReport, expected: Format
) -> None:
    writer = _open_part(run)
    reading = Reading(run.manifest.next_file_no, report, run.rates, writer.rows)
    report.format = examined.format
    if examined.encoding:
        reading.problem(
            "encoding-repaired", line=1, subject=given.name, field="encoding", value=None
        )
    with given.open() as stream:
        if examined.format == "iati" and expected in ("auto", "iati"):
            read_stream(
                reading, stream, encoding=examined.encoding, after_activity=writer.flush_full
            )
        else:
            flat.read(reading, stream, examined, expected, after_row=writer.flush_full)
    if report.activities_kept == 0 and report.status != "refused":
        report.status = "read"
    _close_file(run, reading)


def _open_part(run: _Run) -> PartWriter:
    if run.writer is None:
        run.part = f"{run.manifest.next_file_no:06d}"
        folder = run.folder / "parts" / f"{run.part}.new"
        shutil.rmtree(folder, ignore_errors=True)
        run.writer = PartWriter(folder)
    return run.writer


def _close_file(run: _Run, reading: Reading) -> None:
    report = reading.report
    if report.status == "refused":
        _remember_refused(run, report)
        return
    reading.rows["issues"].extend(
        IssueRow(
            reading.file_no,
            i.severity,
            i.code,
            i.line,
            i.subject,
            i.field,
            i.value,
            i.why,
            i.remedy,
        )
        for i in report.issues
    )
    run.entries.append(_entry(run, report, run.part))
    run.manifest.next_file_no += 1
    run.part_bytes += report.size
    if run.part_bytes >= BYTES_PER_PART:
        _commit_part(run)


def _remember_refused(run: _Run, report: FileReport) -> None:
    """A refused file does not displace an earlier good version of itself."""
    known = run.manifest.at_path(report.path)
    if known is None or not known.part:
        entry = _entry(run, report, "")
        run.entries.append(entry)


def _entry(run: _Run, report: FileReport, part: str) -> FileEntry:
    issues = report.as_json()["issues"] if not part else ()
    return FileEntry(
        file_no=run.manifest.next_file_no if part else 0,
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


def _commit_part(run: _Run) -> None:
    """Close, check the sums, move into place, then name it in the manifest."""
    if run.writer is not None:
        with run.writer as writer:
            part = writer.folder
        if any(entry.part for entry in run.entries):
            check_sums(part)
            part.replace(part.with_name(run.part))
        else:
            shutil.rmtree(part)
    for entry in run.entries:
        run.manifest.put(entry)
    if run.entries:
        save(run.folder, run.manifest)
        run.report.changed = True
    run.writer, run.part_bytes, run.entries = None, 0, []


def _finish(run: _Run) -> None:
    _commit_part(run)
    manifest = run.manifest
    if manifest.live() and not is_current(run.folder, manifest):
        derive(run.folder, manifest)
        save(run.folder, manifest)
        run.report.changed = True
        _sweep(run)
    run.report.duplicates = manifest.duplicates
    run.report.quarantined = manifest.quarantined
