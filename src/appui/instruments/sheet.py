"""The sheet: one programme, each option simulated, side by side."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from appui.instruments import queries, words
from appui.instruments.engine import file
from appui.instruments.engine.cash import Party
from appui.instruments.engine.catalogue import INSTRUMENTS
from appui.instruments.engine.outcome import Instrument, Outcome, weigh
from appui.instruments.engine.parameters import Values, read_values
from appui.instruments.engine.programme import Programme
from appui.instruments.models import Comparison, Option, PlannedOutcome
from appui.instruments.written import raw_values
from appui.kernel.access import Reader

HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Weighing:
    """One option and what it comes to; ``faults`` says why it cannot be simulated."""

    name: str
    instrument: Instrument
    values: Values
    outcome: Outcome | None
    faults: tuple[str, ...] = ()
    option: Option | None = None

    @property
    def kind(self) -> str:
        """What the instrument is called."""
        return str(dict(words.INSTRUMENTS)[self.instrument.key])

    def received(self) -> dict[int, Decimal]:
        """Cash to the programme by year."""
        return dict(self.outcome.plan.cash.of(Party.PROGRAMME)) if self.outcome else {}


@dataclass(frozen=True, slots=True)
class Sheet:
    """``years`` are all those in which money moves under any option."""

    programme: Programme
    rows: tuple[Weighing, ...]

    @property
    def currency(self) -> str:
        """The currency of every amount."""
        return self.programme.currency

    @property
    def years(self) -> list[int]:
        """From the first year to the last."""
        seen = {*self.programme.need}.union(*(row.outcome.years for row in self.done))
        return list(range(min(seen), max(seen) + 1))

    @property
    def done(self) -> list[Done]:
        """The options that could be simulated, with their outcome."""
        return [Done(row.name, row, row.outcome) for row in self.rows if row.outcome is not None]


@dataclass(frozen=True, slots=True)
class Done:
    """A weighing that could be simulated."""

    name: str
    weighing: Weighing
    outcome: Outcome


def programme_of(comparison: Comparison, planned: Iterable[PlannedOutcome]) -> Programme:
    """What a stored comparison says, for the simulators."""
    return Programme(
        currency=comparison.currency,
        need=comparison.needed,
        planned=tuple(item.planned for item in planned),
        discount=comparison.discount_rate / HUNDRED,
        chance=comparison.chance / HUNDRED,
        size=comparison.size / HUNDRED,
    )


def sheet_of(comparison: Comparison, reader: Reader) -> Sheet:
    """A stored comparison, simulated; three queries."""
    planned = list(queries.outcomes(reader).filter(comparison=comparison))
    programme = programme_of(comparison, planned)
    options = queries.options(reader).filter(comparison=comparison)
    return Sheet(programme, tuple(weighing_of(option, programme) for option in options))


def weighing_of(option: Option, programme: Programme) -> Weighing:
    """One stored option, simulated."""
    instrument = INSTRUMENTS[option.instrument]
    outcomes = [item.key for item in programme.planned]
    values, faults = read_values(instrument.parameters, raw_values(option.parameters), outcomes)
    said = tuple(words.fault(f, words.label(instrument.key, f.key)) for f in faults)
    found = None if faults else weigh(instrument, programme, values)
    return Weighing(str(option), instrument, values, found, said, option)


def sheet_of_file(written: file.Comparison) -> Sheet:
    """A comparison of a file, simulated."""
    rows = []
    for option in written.options:
        instrument = INSTRUMENTS[option.instrument]
        found = weigh(instrument, written.programme, option.values)
        name = option.title or str(dict(words.INSTRUMENTS)[option.instrument])
        rows.append(Weighing(name, instrument, option.values, found))
    return Sheet(written.programme, tuple(rows))
