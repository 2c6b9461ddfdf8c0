"""The questions asked of published flows, each one SQL file and one typed answer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final, cast

from appui.intelligence.corpus.filters import FlowFilter, View, conditions, group_columns, money
from appui.intelligence.corpus.opening import Corpus
from appui.intelligence.ranking import Gift
from appui.intelligence.sql import question

RATE_RULE: Final = (
    "US dollars at the mean rate of the month of the value date (European Central Bank unless the "
    "row names another source); as published where the source itself gives dollars."
)
VIEW_BOUNDARIES: Final = {
    "original-donors": "Money of original donors: rows of a donor's own reports, and of others "
    "only where the donor does not report itself; one level of activities per reporter.",
    "all-reporters": "Everything every reporter says: the same money can appear once for each "
    "organisation that passed it on; one level of activities per reporter.",
    "new-money": "What each reporter spent or committed beyond what others gave it for the same "
    "activity; one level of activities per reporter.",
}
TOGETHER_RULE: Final = (
    "IATI, CRS and FTS are added up. Where two of them are seen to tell of the same money, it "
    "counts once: as IATI has it, else as the CRS has it. What is not seen to be the same counts "
    "in each: the sum is at most this."
)
TOGETHER: Final = "together"
Key = str | int | None


@dataclass(frozen=True, slots=True)
class FlowSum:
    """One group, ``keys`` and ``labels`` in the order asked; never add flow types or sources.

    ``source`` is "together" where the filter adds sources up.
    """

    keys: tuple[Key, ...]
    labels: tuple[str, ...]
    flow_type: str
    source: str
    view: str
    usd: Decimal
    parts: int
    lines: int
    unconverted: int  # parts without dollars, not in ``usd``


@dataclass(frozen=True, slots=True)
class FlowRow:
    """One part of one transaction or budget, with where it was read and how it was converted."""

    key: str
    source: str
    file: str
    sha256: str
    line: int
    identifier: str
    title: str | None
    url: str | None
    reporter: str
    donor_key: str
    donor: str
    donor_basis: str
    receiver: str | None
    recipient: str | None
    sector: str | None
    sector_vocabulary: str | None
    flow_type: str
    year: int | None
    day: date | None
    value_date: date | None
    amount: Decimal
    currency: str | None
    usd: Decimal | None
    whole_amount: Decimal
    conversion: str
    rate: Decimal | None
    rate_month: date | None
    rate_source: str | None
    quarantined: bool
    page: str | None
    note: str | None
    constant_usd: Decimal | None  # in the constant prices named, never to be added to usd
    prices: str | None
    linked_to: str | None  # flows of other sources that tell of the same money
    link_score: Decimal | None
    link_reasons: str | None
    counts: bool  # whether it is this row that counts when sources are added up


@dataclass(frozen=True, slots=True)
class Unconverted:
    """What has no dollars in one currency; ``currency`` is None where the file states none."""

    currency: str | None
    amount: Decimal
    lines: int


@dataclass(frozen=True, slots=True)
class Boundary:
    """What a total counts and what it leaves out, to print beside it."""

    view: str
    counts: str
    flow_types: tuple[str, ...]
    currency: str
    rate_rule: str
    pledges_in: bool
    quarantined_lines: int
    quarantined_usd: Decimal
    unconverted_lines: int
    unconverted: tuple[Unconverted, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    key: str | int
    label: str
    parts: int


@dataclass(frozen=True, slots=True)
class Choices:
    """Values present, donors and recipients by label, years newest first."""

    donors: tuple[Choice, ...]
    recipients: tuple[Choice, ...]
    sectors: tuple[Choice, ...]
    years: tuple[Choice, ...]
    flow_types: tuple[Choice, ...]
    sources: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class FileHeld:
    """One file whose rows the corpus holds."""

    path: str
    sha256: str
    format: str
    version: str
    status: str
    activities: int
    transactions: int


def sum_flows(corpus: Corpus, wanted: FlowFilter, by: tuple[str, ...] = ()) -> list[FlowSum]:
    """Sums in US dollars, largest first; one query. Raises FilterError for an unknown grouping."""
    columns = group_columns(by)
    keys = "".join(
        f"{key} as key_{i}, min({label})::varchar as label_{i}, "
        for i, (key, label) in enumerate(columns)
    )
    order = "".join(f"key_{i}, label_{i}, " for i in range(len(columns)))
    source = f"'{TOGETHER}'" if wanted.together else "source"
    rows = ask(corpus, "sums", wanted, keys=keys, order=order, source=source)
    return [_flow_sum(row, len(columns), wanted.view) for row in rows]


def flow_rows(
    corpus: Corpus, wanted: FlowFilter, *, limit: int = 100, offset: int = 0
) -> list[FlowRow]:
    """The rows of the filter, largest first: exactly those whose dollars make its sums."""
    rows = ask(corpus, "rows", wanted, limit=str(int(limit)), offset=str(int(offset)))
    return [FlowRow(*row) for row in rows]  # type: ignore[arg-type]


def count_rows(corpus: Corpus, wanted: FlowFilter) -> int:
    where, values = conditions(wanted)
    rows = corpus.ask(f"select count(*) from flows where {where}", values)  # noqa: S608
    return cast("int", rows[0][0]) if rows else 0


def boundary(corpus: Corpus, wanted: FlowFilter) -> Boundary:
    """What to say beside the totals of this filter."""
    rows = ask(corpus, "boundary", replace(wanted, quarantined="included"))
    lines, usd = rows[0] if rows else (0, Decimal("0.00"))
    unconverted = _unconverted(corpus, wanted)
    return Boundary(
        view=wanted.view,
        counts=VIEW_BOUNDARIES[wanted.view] + (f" {TOGETHER_RULE}" if wanted.together else ""),
        flow_types=wanted.flow_types,
        currency="USD",
        rate_rule=RATE_RULE,
        pledges_in="pledge" in wanted.flow_types or not wanted.flow_types,
        quarantined_lines=cast("int", lines),
        quarantined_usd=cast("Decimal", usd),
        unconverted_lines=sum(item.lines for item in unconverted),
        unconverted=unconverted,
    )


def _unconverted(corpus: Corpus, wanted: FlowFilter) -> tuple[Unconverted, ...]:
    """Without dollars there is no telling what is new money: that view counts all reporters'."""
    view: View = "all-reporters" if wanted.view == "new-money" else wanted.view
    rows = ask(corpus, "unconverted", replace(wanted, view=view))
    return tuple(Unconverted(*row) for row in rows)  # type: ignore[arg-type]


def choices(corpus: Corpus, wanted: FlowFilter) -> Choices:
    """What each filter can be set to while the others stay as they are; six queries."""
    return Choices(
        donors=_choices(corpus, replace(wanted, donors=()), "donor_key", "donor_name"),
        recipients=_choices(corpus, replace(wanted, recipients=()), "recipient"),
        sectors=_choices(corpus, replace(wanted, sectors=()), "sector"),
        years=_choices(corpus, replace(wanted, years=()), "year", order="key desc"),
        flow_types=_choices(corpus, replace(wanted, flow_types=()), "flow_type"),
        sources=_choices(corpus, replace(wanted, sources=()), "source"),
    )


def gifts(corpus: Corpus, *, first_year: int, last_year: int, digits: int = 5) -> list[Gift]:
    """History for ranking, sectors cut to their first digits; see the question's header."""
    wanted = FlowFilter(years=tuple(range(first_year, last_year + 1)))
    rows = ask(corpus, "gifts", wanted, digits=str(int(digits)))
    return [Gift(*row) for row in rows]  # type: ignore[arg-type]


def year_after(corpus: Corpus, this_year: int) -> int:
    """The year after the last one published, never after ``this_year``: what one ranks for."""
    rows = corpus.ask("select max(year) from flows where year < ?", [this_year])
    last = cast("int | None", rows[0][0]) if rows else None
    return this_year if last is None else last + 1


def files_held(corpus: Corpus) -> list[FileHeld]:
    """The files of the corpus, in the order read."""
    return [
        FileHeld(e.path, e.sha256, e.format, e.version, e.status, e.activities, e.transactions)
        for e in corpus.manifest.live()
    ]


def ask(
    corpus: Corpus, name: str, wanted: FlowFilter, **fragments: str
) -> list[tuple[object, ...]]:
    """The rows of a question, its condition filled in and fragments of our own making."""
    where, values = conditions(wanted)
    sql = question(name).format(where=where, money=money(wanted), **fragments)
    return corpus.ask(sql, values)


def _flow_sum(row: tuple[object, ...], groups: int, view: str) -> FlowSum:
    pairs = row[: 2 * groups]
    flow_type, source, usd, parts, lines, unconverted = row[2 * groups :]
    return FlowSum(
        keys=cast("tuple[Key, ...]", pairs[::2]),
        labels=tuple("" if label is None else str(label) for label in pairs[1::2]),
        flow_type=str(flow_type),
        source=str(source),
        view=view,
        usd=cast("Decimal", usd),
        parts=cast("int", parts),
        lines=cast("int", lines),
        unconverted=cast("int", unconverted),
    )


def _choices(
    corpus: Corpus, wanted: FlowFilter, key: str, label: str = "", order: str = "label, key"
) -> tuple[Choice, ...]:
    rows = ask(corpus, "choices", wanted, key=key, label=label or f"{key}::varchar", order=order)
    return tuple(Choice(cast("str | int", k), str(name), cast("int", n)) for k, name, n in rows)
