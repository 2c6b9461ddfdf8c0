"""What happened to each file: what was kept, what was refused, why, and what to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

Severity = Literal["critical", "error", "warning"]
FileStatus = Literal["read", "partial", "refused", "unchanged", "same-content", "list"]

ISSUES_KEPT = 50  # of one kind, for one file; the others are counted


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing refused, repaired or doubtful; ``line`` is 0 when it concerns the whole file."""

    severity: Severity
    code: str
    line: int
    subject: str  # the IATI identifier, flow id or file it concerns
    field: str
    value: str
    why: str
    remedy: str


@dataclass(slots=True)
class FileReport:
    """The account of one file. Refused rows are those not in any table, others are kept."""

    path: str
    sha256: str = ""
    size: int = 0
    format: str = ""
    version: str = ""
    status: FileStatus = "read"
    activities_read: int = 0
    activities_kept: int = 0
    transactions_read: int = 0
    transactions_kept: int = 0
    issues: list[Issue] = field(default_factory=list)
    issue_counts: Counter[str] = field(default_factory=Counter)
    severities: Counter[str] = field(default_factory=Counter)

    def add(self, issue: Issue) -> None:
        """Count the issue; keep it in full while there are few of its kind."""
        self.issue_counts[issue.code] += 1
        self.severities[issue.severity] += 1
        if self.issue_counts[issue.code] <= ISSUES_KEPT:
            self.issues.append(issue)

    def refuse(self, code: str, why: str, remedy: str, *, value: str = "", line: int = 0) -> None:
        """Refuse the whole file."""
        self.status = "refused"
        self.add(Issue("critical", code, line, self.path, "file", value[:200], why, remedy))

    def as_json(self) -> dict[str, object]:
        return {
            "path": self.path,
            "sha256": self.sha256,
            "size": self.size,
            "format": self.format,
            "version": self.version,
            "status": self.status,
            "activities": {
                "read": self.activities_read,
                "kept": self.activities_kept,
                "refused": self.activities_read - self.activities_kept,
            },
            "transactions": {
                "read": self.transactions_read,
                "kept": self.transactions_kept,
                "refused": self.transactions_read - self.transactions_kept,
            },
            "severities": dict(sorted(self.severities.items())),
            "issue_counts": dict(sorted(self.issue_counts.items())),
            "issues": [_issue_json(issue) for issue in self.issues],
        }


def _issue_json(issue: Issue) -> dict[str, object]:
    return {name: getattr(issue, name) for name in Issue.__slots__}


@dataclass(slots=True)
class RunReport:
    """The account of one ``flows ingest``; ``changed`` is false when nothing was written."""

    into: str
    files: list[FileReport] = field(default_factory=list)
    ignored: int = 0  # files of a folder whose ending is none we read
    changed: bool = False
    duplicates: int = 0
    quarantined: int = 0

    def count(self, *statuses: FileStatus) -> int:
        return sum(report.status in statuses for report in self.files)

    def nothing_read(self) -> bool:
        """Whether no file at all gave or had given rows: the only failure of a run."""
        return not any(report.status not in ("refused", "list") for report in self.files)

    def totals(self) -> dict[str, int]:
        return {
            "files": len(self.files) - self.count("list"),
            "read": self.count("read"),
            "partial": self.count("partial"),
            "refused": self.count("refused"),
            "unchanged": self.count("unchanged", "same-content"),
            "ignored": self.ignored,
            "bytes": sum(report.size for report in self.files),
            "activities_read": sum(report.activities_read for report in self.files),
            "activities_kept": sum(report.activities_kept for report in self.files),
            "transactions_read": sum(report.transactions_read for report in self.files),
            "transactions_kept": sum(report.transactions_kept for report in self.files),
            "critical": self._severity("critical"),
            "error": self._severity("error"),
            "warning": self._severity("warning"),
            "duplicate_activities_in_corpus": self.duplicates,
            "quarantined_transactions_in_corpus": self.quarantined,
        }

    def as_json(self) -> dict[str, object]:
        return {
            "into": self.into,
            "changed": self.changed,
            "totals": self.totals(),
            "files": [report.as_json() for report in self.files],
        }

    def lines(self) -> Iterator[str]:
        """The same as text for a terminal: a line per file, its gravest issues, a total."""
        for report in self.files:
            yield (
                f"{report.status:<12} {report.size:>11,} B  {report.sha256[:12]:<12}"
                f"  activities {report.activities_kept}/{report.activities_read}"
                f"  transactions {report.transactions_kept}/{report.transactions_read}"
                f"  {report.path}"
            )
            yield from _issue_lines(report)
        yield "Total: " + ", ".join(f"{name} {value:,}" for name, value in self.totals().items())

    def _severity(self, severity: Severity) -> int:
        return sum(report.severities[severity] for report in self.files)


def _issue_lines(report: FileReport) -> Iterator[str]:
    """One line per kind of issue, with the first example of it."""
    shown: set[str] = set()
    for issue in report.issues:
        if issue.code not in shown:
            shown.add(issue.code)
            times = report.issue_counts[issue.code]
            yield (
                f"    {issue.severity}: {issue.code} ×{times}, first at line {issue.line}, "
                f"{issue.subject}, {issue.field} = {issue.value!r}: {issue.why} {issue.remedy}"
            )
