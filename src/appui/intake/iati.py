"""An IATI activity file as sheets of rows: its organisations, its activities, their budgets.

The readings are those of ``intelligence.ingest``, which refuse entities and other traps; each
activity is turned into rows as soon as it is read. No database here.
"""

import io
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from appui.intake.cells import Cell
from appui.intake.links import IDENTIFIER_TYPES, JOINED, RELATIONS
from appui.intelligence.ingest.iati.stream import read_stream
from appui.intelligence.ingest.rates import default_rates
from appui.intelligence.ingest.reading import Reading
from appui.intelligence.ingest.report import FileReport
from appui.intelligence.ingest.rows import ONE_SHARE, ActivityRow
from appui.intelligence.ingest.sniff import sniff
from appui.kernel.errors import Invalid

HEAD = 1 << 20
UNITS = Decimal(10_000)  # amounts are read in ten-thousandths
DAC = "1"  # IATI 2.03, SectorVocabulary: OECD DAC, five digits
FUNDING, IMPLEMENTING = "1", "4"
Tables = Mapping[str, list[Any]]
Row = list[Cell]

HEADINGS: Mapping[str, Sequence[str]] = {
    "activities": (
        "iati_identifier", "title", "description", "status", "planned_start", "actual_start",
        "planned_end", "actual_end", "currency", "locations", "sector", "funder", "implementer",
        "identifiers", "related", "documents",
    ),
    "organisations": ("name", "iati"),
    "budgets": (
        "activity", "period_start", "period_end", "amount", "currency", "value_date",
        "budget_type", "budget_status",
    ),
}  # fmt: skip


def is_iati(name: str) -> bool:
    """Whether the file says it is XML."""
    return name.lower().endswith(".xml")


def sheets() -> list[str]:
    """What an IATI file is read as."""
    return list(HEADINGS)


def lines_of(content: bytes, sheet: str) -> Iterator[tuple[int, Row]]:
    """The headings as row 1, then a row for each thing; raises ``Invalid`` with why."""
    judged = sniff(content[:HEAD])
    if judged.refusal is not None:
        raise Invalid(f"{judged.refusal.why} {judged.refusal.remedy}")
    if judged.format != "iati":
        raise Invalid(_("This XML is not a file of IATI activities."))
    name = sheet if sheet in HEADINGS else "activities"
    rows = _read(content, SHEETS[name])
    yield 1, list(HEADINGS[name])
    yield from enumerate(rows, 2)


def _read(content: bytes, turn: Callable[[Tables], Iterator[Row]]) -> list[Row]:
    tables: dict[str, list[Any]] = defaultdict(list)
    found: list[Row] = []
    seen: set[str] = set()

    def after_activity() -> None:
        for row in turn(tables):
            if (key := repr(row)) not in seen:
                seen.add(key)
                found.append(row)
        tables.clear()

    report = FileReport(path="")
    reading = Reading(0, report, default_rates(), tables)
    read_stream(reading, io.BytesIO(content), encoding=None, after_activity=after_activity)
    if report.status == "refused" or (report.status == "partial" and not found):
        raise Invalid(" ".join(f"{issue.why} {issue.remedy}" for issue in report.issues[-1:]))
    return found


def _activities(tables: Tables) -> Iterator[Row]:
    for activity in tables["activities"]:
        yield [
            activity.identifier,
            activity.title,
            _description(tables),
            activity.activity_status,
            *_days(activity),
            activity.default_currency,
            _places(tables),
            _sectors(tables),
            _organisation(tables, FUNDING),
            _organisation(tables, IMPLEMENTING),
            "; ".join(_identifiers(tables)),
            "; ".join(_related(tables)),
            "; ".join(_documents(tables)),
        ]


def _days(activity: ActivityRow) -> list[Cell]:
    days = (
        activity.planned_start,
        activity.actual_start,
        activity.planned_end,
        activity.actual_end,
    )
    return [{"d": day.isoformat()} if day else None for day in days]


def _description(tables: Tables) -> str:
    texts = (row[-1] for row in tables["narratives"] if str(row[2]).startswith("description"))
    return next(texts, "")


def _places(tables: Tables) -> str:
    """Countries with their shares; without them where regions take a part of the whole."""
    own = [row for row in tables["countries"] if row[2] == 0]
    shared = not any(row[2] == 0 for row in tables["regions"])
    return "; ".join(_with_share(row[3], row[4] if shared else None) for row in own)


def _sectors(tables: Tables) -> str:
    items = [row[3] for row in tables["sectors"] if row[2] == 0]
    return "; ".join(_with_share(item.code, item.share) for item in items if item.vocabulary == DAC)


def _with_share(code: str, share: int | None) -> str:
    if share is None:
        return code
    percent = (Decimal(share) * 100 / ONE_SHARE).normalize()
    return f"{code}={percent:f}"


def _organisation(tables: Tables, role: str) -> str:
    """The first organisation of a role, by its reference and its name."""
    found = (row[3] for row in tables["participating_orgs"] if row[3].role == role)
    first = next(found, None)
    return JOINED.join(filter(None, (first.ref, first.name))) if first else ""


def _identifiers(tables: Tables) -> Iterator[str]:
    """“A2: 2019001 · OECD”: each with its type and whose it is."""
    for row in tables["identifiers"]:
        owner = row.owner_name or row.owner_ref
        kind = row.type if row.type in IDENTIFIER_TYPES else "A9"
        parts = [_plain(text) for text in (row.identifier, owner) if text]
        yield f"{kind}: {JOINED.join(parts)}"


def _related(tables: Tables) -> Iterator[str]:
    """“1: XM-DAC-1”; a relation of no known kind is left out."""
    for _file, _key, kind, identifier in tables["related_activities"]:
        if kind in RELATIONS:
            yield f"{kind}: {_plain(identifier)}"


def _documents(tables: Tables) -> Iterator[str]:
    """“https://… | Evaluation | B03 | fr | 2024-05-01”; an address of another kind is left out."""
    for row in tables["documents"]:
        if row.url.startswith(("http://", "https://")):
            day = row.document_date.isoformat() if row.document_date else ""
            parts = (row.title or "", row.category or "", row.language or "", day)
            yield " | ".join([row.url, *(part.replace("|", "/") for part in parts)]).rstrip(" |")


def _plain(text: str) -> str:
    """Without what divides one thing from the next in a cell."""
    return text.replace(";", ",")


def _organisations(tables: Tables) -> Iterator[Row]:
    for row in tables["participating_orgs"]:
        part = row[3]
        if part.role in (FUNDING, IMPLEMENTING) and (part.name or part.ref):
            yield [part.name or part.ref, part.ref]


def _budgets(tables: Tables) -> Iterator[Row]:
    """Budgets that count: one that a revision replaced is left aside."""
    identifiers = {row.activity_key: row.identifier for row in tables["activities"]}
    for row in tables["budgets"]:
        _file, key, _no, _line, kind, status, start, end, _problem, superseded, *money = row
        if superseded:
            continue
        units, day, _usd, pricing = money
        days = [{"d": item.isoformat()} if item else None for item in (start, end)]
        amount = f"{Decimal(units) / UNITS:.2f}"
        value_day = {"d": day.isoformat()} if day else None
        yield [identifiers[key], *days, amount, pricing.currency, value_day, kind, status]


SHEETS: Mapping[str, Callable[[Tables], Iterator[Row]]] = {
    "activities": _activities,
    "organisations": _organisations,
    "budgets": _budgets,
}
