"""The issues a row can have: severity, reason and remedy by code, from a data file."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple, cast

from appui.intelligence.ingest.codes import rows_of
from appui.intelligence.ingest.report import Issue, Severity

VALUE_SHOWN = 200


class Kind(NamedTuple):
    severity: Severity
    why: str
    remedy: str


@cache
def _kinds() -> dict[str, Kind]:
    return {
        row["code"]: Kind(cast("Severity", row["severity"]), row["why"], row["remedy"])
        for row in rows_of("issues.csv")
    }


def issue(code: str, *, line: int, subject: str, field: str, value: str | None) -> Issue:
    """The issue in full; raises KeyError for a code that the data file lacks."""
    kind = _kinds()[code]
    shown = (value or "")[:VALUE_SHOWN]
    return Issue(kind.severity, code, line, subject, field, shown, kind.why, kind.remedy)
