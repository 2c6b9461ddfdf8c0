"""What past moves of asks tell: how many are won, and how long asks stand at each stage.

Won over won and lost; what was taken back counts in neither. Days at a stage are those between two
moves; an ask that still stands there counts with the days so far. No Django here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

Outcome = Literal["open", "won", "lost", "withdrawn"]
FEW = 5  # a rate over fewer answers says little


@dataclass(frozen=True, slots=True)
class Past:
    """One ask: its donor, how it stands now, and its moves as ``(day, code of the stage)`` in
    order, the first being the day it was recorded."""

    key: int
    donor: int
    outcome: Outcome
    moves: tuple[tuple[date, str], ...]


@dataclass(frozen=True, slots=True)
class Stay:
    """Days an ask stood at one stage; ``is_over`` when it has moved on."""

    key: int
    code: str
    days: int
    is_over: bool


@dataclass(frozen=True, slots=True)
class StageTime:
    """``median`` days over ``count`` stays, of which ``still`` are not over."""

    median: Decimal
    count: int
    still: int


@dataclass(frozen=True, slots=True)
class Record:
    """How the asks of one donor, or of all, came out; ``rate`` is None without an answer."""

    asks: int
    won: int
    lost: int
    withdrawn: int
    open: int
    times: Mapping[str, StageTime]

    @property
    def answered(self) -> int:
        """Asks that were won or lost: what the rate is over."""
        return self.won + self.lost

    @property
    def rate(self) -> Decimal | None:
        """Won over won and lost, 0 to 1."""
        return Decimal(self.won) / self.answered if self.answered else None

    @property
    def is_small(self) -> bool:
        """Whether the rate rests on too few answers to say much."""
        return self.answered < FEW


def record_of(asks: Sequence[Past], *, today: date, closed: frozenset[str]) -> Record:
    """How those asks came out; no time is counted at the ``closed`` stages."""
    outcomes = [ask.outcome for ask in asks]
    found = [stay for ask in asks for stay in stays(ask, today=today) if stay.code not in closed]
    return Record(
        asks=len(asks),
        won=outcomes.count("won"),
        lost=outcomes.count("lost"),
        withdrawn=outcomes.count("withdrawn"),
        open=outcomes.count("open"),
        times=times(found),
    )


def stays(ask: Past, *, today: date) -> list[Stay]:
    """How long an ask stood at each stage, in the order of its moves."""
    ends = [day for day, _code in ask.moves[1:]]
    found = [
        Stay(ask.key, code, (end - day).days, is_over=True)
        for (day, code), end in zip(ask.moves[:-1], ends, strict=True)
    ]
    if ask.moves:
        day, code = ask.moves[-1]
        found.append(Stay(ask.key, code, max((today - day).days, 0), is_over=False))
    return found


def times(found: Iterable[Stay]) -> dict[str, StageTime]:
    """The median days at each stage; asks that came back to a stage count once for each stay."""
    by_code: dict[str, list[Stay]] = {}
    for stay in found:
        by_code.setdefault(stay.code, []).append(stay)
    return {
        code: StageTime(
            median=median([stay.days for stay in group]),
            count=len(group),
            still=sum(not stay.is_over for stay in group),
        )
        for code, group in by_code.items()
    }


def median(days: Sequence[int]) -> Decimal:
    """The middle of ``days``, between the two middle ones when their number is even."""
    ordered = sorted(days)
    half = len(ordered) // 2
    if len(ordered) % 2:
        return Decimal(ordered[half])
    return Decimal(ordered[half - 1] + ordered[half]) / 2
