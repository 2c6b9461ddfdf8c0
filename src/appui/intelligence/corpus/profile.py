"""The questions asked of one donor's flows, each one SQL file and one typed answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from appui.intelligence.corpus.filters import FlowFilter
from appui.intelligence.corpus.opening import Corpus
from appui.intelligence.corpus.questions import ask
from appui.intelligence.sql import question


@dataclass(frozen=True, slots=True)
class CurrencySum:
    """One year in one currency; ``amount`` as published, ``usd`` at the value date's month."""

    year: int | None
    flow_type: str
    source: str
    currency: str | None
    amount: Decimal
    usd: Decimal
    parts: int
    unconverted: int


@dataclass(frozen=True, slots=True)
class ConstantSum:
    """One year in constant ``prices`` as its source publishes them, whole transactions."""

    year: int | None
    flow_type: str
    source: str
    prices: str
    usd: Decimal
    lines: int


@dataclass(frozen=True, slots=True)
class Sizes:
    """Dollars of one line: quartiles and the largest, of lines above zero."""

    flow_type: str
    source: str
    lines: int
    low: Decimal
    middle: Decimal
    high: Decimal
    largest: Decimal


@dataclass(frozen=True, slots=True)
class Pace:
    """``after`` whole years: what those activities had spent of what they committed."""

    after: int
    activities: int
    committed: Decimal
    spent: Decimal

    @property
    def share(self) -> Decimal:
        """Spent of committed, four decimals; above 1 where more was spent than committed."""
        return (self.spent / self.committed).quantize(Decimal("0.0001"))


@dataclass(frozen=True, slots=True)
class Marked:
    """Activities that bear a policy marker with one significance (0 to 4)."""

    vocabulary: str
    code: str
    significance: int
    activities: int
    usd: Decimal
    parts: int

    @property
    def key(self) -> str:
        """As a filter of flows takes it."""
        return f"{self.vocabulary}:{self.code}:{self.significance}"


@dataclass(frozen=True, slots=True)
class Announced:
    """One budget of a donor's own organisation file; ``kind`` is the element's name in IATI."""

    year: int
    kind: str
    country: str | None
    region: str | None
    recipient_name: str | None
    status: str | None
    amount: Decimal
    currency: str | None
    usd: Decimal | None


@dataclass(frozen=True, slots=True)
class Seen:
    """One key of a donor, with its name, its country (alpha-2) and its first and last year."""

    key: str
    name: str
    country: str | None
    first_year: int | None
    last_year: int | None
    parts: int


def currencies(corpus: Corpus, wanted: FlowFilter) -> list[CurrencySum]:
    """Sums by year, kind of flow, source and currency, the latest year first."""
    return [CurrencySum(*row) for row in ask(corpus, "currencies", wanted)]  # type: ignore[arg-type]


def constants(corpus: Corpus, wanted: FlowFilter) -> list[ConstantSum]:
    """Sums in constant prices, the latest year first; none where no source publishes any."""
    return [ConstantSum(*row) for row in ask(corpus, "constant", wanted)]  # type: ignore[arg-type]


def sizes(corpus: Corpus, wanted: FlowFilter) -> list[Sizes]:
    """How large a line is, by kind of flow and source; those with most lines first."""
    return [Sizes(*row) for row in ask(corpus, "sizes", wanted)]  # type: ignore[arg-type]


def pace(corpus: Corpus, wanted: FlowFilter, *, until: int) -> list[Pace]:
    """Spent of committed by whole years after commitment, of years up to ``until``.

    Kinds of flow of the filter are set aside: it takes both.
    """
    both = replace(wanted, flow_types=("commitment", "spend"))
    return [Pace(*row) for row in ask(corpus, "pace", both, until=str(int(until)))]  # type: ignore[arg-type]


def markers(corpus: Corpus, wanted: FlowFilter) -> list[Marked]:
    """Policy markers of the activities of these flows, by vocabulary and code."""
    return [Marked(*row) for row in ask(corpus, "markers", wanted)]  # type: ignore[arg-type]


def seen(corpus: Corpus, donors: tuple[str, ...]) -> list[Seen]:
    """The keys known under these keys or names, most rows first; all kinds, all reports."""
    every = FlowFilter(donors=donors, flow_types=(), view="all-reporters", quarantined="included")
    return [Seen(*row) for row in ask(corpus, "seen", every)]  # type: ignore[arg-type]


def announced(corpus: Corpus, keys: Iterable[str], *, first_year: int) -> list[Announced]:
    """What the donor under these keys announces from that year on, in its newest file."""
    wanted = tuple(keys)
    marks = ", ".join("?" for _ in wanted) or "null"
    sql = question("announced").format(keys=marks, year=int(first_year))
    return [Announced(*row) for row in corpus.ask(sql, wanted)]  # type: ignore[arg-type]


def called(corpus: Corpus, keys: Iterable[str]) -> dict[str, list[str]]:
    """Every name and reference under which each of these donors is published, in order."""
    wanted = tuple(keys)
    marks = ", ".join("?" for _ in wanted) or "null"
    sql = f"select key, text from called where key in ({marks}) order by key, text"  # noqa: S608 - marks only
    found: dict[str, list[str]] = {}
    for key, text in corpus.ask(sql, wanted):
        found.setdefault(str(key), []).append(str(text))
    return found
