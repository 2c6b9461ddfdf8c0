"""What every reader needs while it reads one file: where rows go, rates, and the report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache

from appui.intelligence.ingest.problems import issue
from appui.intelligence.ingest.rates import Rates
from appui.intelligence.ingest.report import FileReport

EARLIEST, LATEST = date(1900, 1, 1), date(2150, 1, 1)


@dataclass(slots=True)
class Reading:
    """One file being read; ``rows`` is the open part's, shared with the files before it."""

    file_no: int
    report: FileReport
    rates: Rates
    rows: dict[str, list[tuple[object, ...]]]
    version: str | None = None
    language: str | None = None
    generated: datetime | None = None

    def problem(self, code: str, *, line: int, subject: str, field: str, value: str | None) -> None:
        self.report.add(issue(code, line=line, subject=subject, field=field, value=value))


@lru_cache(maxsize=50_000)
def day_of(text: str | None) -> date | None:
    """The day at the start of an ISO date or moment; None when absent, unreal or implausible.

    A number without dashes is none, though ISO 8601 allows it: in these files it is a mistake.
    """
    try:
        written = (text or "").strip()[:10]
        day = date.fromisoformat(written if "-" in written else "")
    except ValueError:
        return None
    return day if EARLIEST <= day < LATEST else None


@lru_cache(maxsize=50_000)
def moment_of(text: str | None) -> datetime | None:
    """An ISO moment in UTC (taken as UTC when it names no zone); None when it cannot be read."""
    try:
        moment = datetime.fromisoformat((text or "").strip())
    except ValueError:
        day = day_of(text)
        return datetime(day.year, day.month, day.day, tzinfo=UTC) if day else None
    if not EARLIEST <= moment.date() < LATEST:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
