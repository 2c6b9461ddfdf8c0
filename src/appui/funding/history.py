"""What came and went by month, quarter or year. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from appui.kernel.money import cents

ZERO = Decimal(0)
MOST_STEPS = 240


class Step(StrEnum):
    """How long a step of the history is."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"

    @property
    def months(self) -> int:
        """How many months it has."""
        return {Step.MONTH: 1, Step.QUARTER: 3, Step.YEAR: 12}[self]


@dataclass(frozen=True, slots=True)
class Span:
    """One step: its first day, its label as “2024-03”, “2024-Q1” or “2024”, and the sums of
    the step and of all until its end, by figure."""

    start: date
    label: str
    sums: Mapping[str, Decimal]
    until: Mapping[str, Decimal]


def history(
    amounts: Mapping[str, Iterable[tuple[date, Decimal]]],
    step: Step,
    *,
    first: date | None = None,
    last: date | None = None,
) -> list[Span]:
    """Every step from the first amount to the last, those without any included; at least from
    ``first`` and to ``last`` where given. Beyond 240 steps the earliest are summed in the first.
    """
    by_step: dict[str, dict[date, Decimal]] = {}
    for name, dated in amounts.items():
        found = by_step.setdefault(name, {})
        for day, amount in dated:
            start = _start(day, step)
            found[start] = found.get(start, ZERO) + amount
    days = [day for found in by_step.values() for day in found]
    days += [_start(day, step) for day in (first, last) if day is not None]
    if not days:
        return []
    steps = _steps(min(days), max(days), step)[-MOST_STEPS:]
    until = dict.fromkeys(by_step, ZERO)
    spans = []
    for place, start in enumerate(steps):
        sums = {
            name: found.get(start, ZERO) if place else _so_far(found, start)
            for name, found in by_step.items()
        }
        until = {name: until[name] + amount for name, amount in sums.items()}
        spans.append(Span(start, _label(start, step), sums, until))
    return spans


def rounded(spans: Iterable[Span]) -> list[Span]:
    """The same steps, each amount to the cent."""
    return [
        replace(
            span,
            sums={name: cents(amount) for name, amount in span.sums.items()},
            until={name: cents(amount) for name, amount in span.until.items()},
        )
        for span in spans
    ]


def _so_far(found: Mapping[date, Decimal], start: date) -> Decimal:
    return sum((amount for day, amount in found.items() if day <= start), ZERO)


def _start(day: date, step: Step) -> date:
    return date(day.year, day.month - (day.month - 1) % step.months, 1)


def _steps(first: date, last: date, step: Step) -> list[date]:
    from_month, to_month = (day.year * 12 + day.month - 1 for day in (first, last))
    return [date(n // 12, n % 12 + 1, 1) for n in range(from_month, to_month + 1, step.months)]


def _label(start: date, step: Step) -> str:
    if step == Step.YEAR:
        return str(start.year)
    return f"{start:%Y-%m}" if step == Step.MONTH else f"{start.year}-Q{(start.month + 2) // 3}"
