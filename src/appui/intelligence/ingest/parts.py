"""A part of the corpus: some files read together, by this process or by one of several."""

from __future__ import annotations

import ctypes
import gc
import shutil
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Final, Literal

import pyarrow as pa

from appui.intelligence.ingest import flat
from appui.intelligence.ingest.derived import check_sums
from appui.intelligence.ingest.iati.stream import read_stream
from appui.intelligence.ingest.inputs import Examined, Input
from appui.intelligence.ingest.rates import Rates
from appui.intelligence.ingest.reading import Reading
from appui.intelligence.ingest.report import FileReport
from appui.intelligence.ingest.rows import IssueRow
from appui.intelligence.ingest.tables import PartWriter

Format = Literal["auto", "iati", "crs", "fts", "appui", "aggregates"]
_TRIM_THRESHOLD: Final = -1  # the numbers of mallopt(3)
_TOP_PAD: Final = -2


@dataclass(frozen=True, slots=True)
class Job:
    """A file to read, under its number; ``report`` has what is known of it before."""

    file_no: int
    given: Input
    examined: Examined
    report: FileReport


Written = Future[list[FileReport]]
Write = Callable[[Path, Sequence[Job]], Written]


@contextmanager
def writers(processes: int, rates: Rates, expected: Format) -> Iterator[Write]:
    """How to write parts: here and now, or in the order given by several processes."""
    if processes == 1:
        with _tuned():
            yield lambda folder, jobs: _done(write_part(folder, jobs, rates, expected))
        return
    spawn = get_context("spawn")  # a fork would copy the threads of DuckDB and Arrow half-way
    with ProcessPoolExecutor(processes, spawn, _start, (rates, expected)) as pool:
        yield lambda folder, jobs: pool.submit(_write_there, folder, jobs)


def write_part(
    folder: Path, jobs: Sequence[Job], rates: Rates, expected: Format
) -> list[FileReport]:
    """Read the files into ``folder``, and check the sums; the reports, in their order.

    The folder is removed again when no file gave anything. Raises UnsoundSplitsError.
    """
    shutil.rmtree(folder, ignore_errors=True)
    with PartWriter(folder) as writer:
        for job in jobs:
            _read(writer, job, rates, expected)
    if all(job.report.status == "refused" for job in jobs):
        shutil.rmtree(folder)
    else:
        check_sums(folder)
    return [job.report for job in jobs]


def _read(writer: PartWriter, job: Job, rates: Rates, expected: Format) -> None:
    """Never raises for what is in the file."""
    report, examined = job.report, job.examined
    reading = Reading(job.file_no, report, rates, writer.rows)
    report.format = examined.format
    if examined.encoding:
        reading.problem(
            "encoding-repaired", line=1, subject=job.given.name, field="encoding", value=None
        )
    with job.given.open() as stream:
        if examined.format == "iati" and expected in ("auto", "iati"):
            read_stream(
                reading, stream, encoding=examined.encoding, after_activity=writer.flush_full
            )
        else:
            flat.read(reading, stream, examined, expected, after_row=writer.flush_full)
    if report.activities_kept == 0 and report.status != "refused":
        report.status = "read"
    if report.status != "refused":
        reading.rows["issues"].extend(_issues(reading))


def _issues(reading: Reading) -> Iterator[IssueRow]:
    for i in reading.report.issues:
        yield IssueRow(
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


def _done(reports: list[FileReport]) -> Written:
    future: Written = Future()
    future.set_result(reports)
    return future


_here: list[tuple[Rates, Format]] = []  # of a process that only writes parts


def _start(rates: Rates, expected: Format) -> None:
    gc.disable()
    _keep_freed_memory()
    _here.append((rates, expected))


def _write_there(folder: Path, jobs: Sequence[Job]) -> list[FileReport]:
    return write_part(folder, jobs, *_here[0])


@contextmanager
def _tuned() -> Iterator[None]:
    """Rows are tuples without cycles: looking for some in millions of them costs a sixth."""
    _keep_freed_memory()
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        _give_back_memory()
        if was_enabled:
            gc.enable()


def _keep_freed_memory() -> None:
    """Ask glibc to keep what is freed for the next rows; other C libraries are left as they are."""
    if libc := _glibc():
        libc.mallopt(_TRIM_THRESHOLD, 1 << 30)
        libc.mallopt(_TOP_PAD, 1 << 26)


def _give_back_memory() -> None:
    """What was kept for rows goes to what follows, which allocates in its own ways."""
    pa.default_memory_pool().release_unused()
    if libc := _glibc():
        libc.malloc_trim(0)


def _glibc() -> ctypes.CDLL | None:
    try:
        libc = ctypes.CDLL(None)
    except (OSError, TypeError):
        return None
    return libc if hasattr(libc, "malloc_trim") else None
