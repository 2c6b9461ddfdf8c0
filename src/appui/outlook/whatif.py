"""What if a donor leaves, pays later, or ties its money: which needs lose cover. Pure.

Money secured for a need is a list of gifts, each from one donor, for some pillar, place and year.
A shock changes the gifts; nothing else of the needs changes. Amounts are of one currency.

- Exit from a year: the donor's gifts of that year and later, and those without a year, are gone.
- Delay by n months: of a gift of year y, n mod 12 twelfths move to year y + ⌊n/12⌋ + 1 and the
  rest to y + ⌊n/12⌋. What falls after the last year of the need is lost to it. A gift without a
  year has no date to move and stays.
- Earmark to a pillar or a place: all the donor's gifts are taken back and given to the lines of the
  needs that match, in proportion to what these lines lack without the donor; what exceeds that
  covers nothing.

Measures, before and after: gap = Σ max(cost − cover, 0) over the needs; years = S ÷ (B ÷ c), where
S·c is the cost of the work and B the cover a year: so years = cost ÷ B; people without cover =
beneficiaries × (gap after − gap before) ÷ cost, as if each dollar reached as many.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Literal

from appui.outlook.shares import split

EXACT = Context(prec=40, rounding=ROUND_HALF_EVEN)
ZERO, CENT, TENTH = Decimal(0), Decimal("0.01"), Decimal("0.1")
MOST_MONTHS = 120
Tie = Literal["pillar", "place"]


@dataclass(frozen=True, slots=True)
class Gift:
    """Money secured for a need; ``donor`` is empty for what the State or the owner carries."""

    donor: str
    amount: Decimal
    pillar: str | None = None
    place: str | None = None
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A part of the cost of a need and where it stands."""

    amount: Decimal
    pillar: str | None = None
    place: str | None = None


@dataclass(frozen=True, slots=True)
class Need:
    """A need: its lines, first and last year, people, and the gifts that cover it."""

    key: str
    years: tuple[int, int]
    lines: tuple[Line, ...] = field(repr=False)
    gifts: tuple[Gift, ...] = field(repr=False)
    people: int | None = None

    @property
    def cost(self) -> Decimal:
        """What it costs."""
        return sum((line.amount for line in self.lines), ZERO)

    @property
    def cover(self) -> Decimal:
        """What is secured for it by its last year."""
        last = self.years[1]
        given = (gift.amount for gift in self.gifts if gift.year is None or gift.year <= last)
        return sum(given, ZERO)

    @property
    def gap(self) -> Decimal:
        """Cost less cover, never below zero."""
        return max(self.cost - self.cover, ZERO)

    @property
    def completion(self) -> Decimal | None:
        """Years that the whole work takes at the yearly cover; None without any."""
        span = self.years[1] - self.years[0] + 1
        if self.cover <= 0:
            return None
        return EXACT.divide(EXACT.multiply(self.cost, Decimal(span)), self.cover)


@dataclass(frozen=True, slots=True)
class Exit:
    """The donor gives nothing from ``year`` on; from the start without one."""

    donor: str
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Delay:
    """The donor's money comes ``months`` later. Raises ``ValueError`` beyond 1 to 120."""

    donor: str
    months: int

    def __post_init__(self) -> None:
        if not 1 <= self.months <= MOST_MONTHS:
            raise ValueError(f"A delay is between 1 and {MOST_MONTHS} months.")


@dataclass(frozen=True, slots=True)
class Earmark:
    """The donor's money may pay only one pillar or one place."""

    donor: str
    tie: Tie
    code: str


Shock = Exit | Delay | Earmark


@dataclass(frozen=True, slots=True)
class Loss:
    """One need before and after; ``years`` and ``people`` are None where they cannot be told."""

    before: Need
    after: Need

    @property
    def gap_change(self) -> Decimal:
        """What the gap grows by."""
        return self.after.gap - self.before.gap

    @property
    def added_years(self) -> Decimal | None:
        """Years the work takes longer at the yearly cover, one decimal; None when none is left."""
        then, now = self.before.completion, self.after.completion
        if then is None or now is None:
            return None
        return (now - then).quantize(TENTH, context=EXACT)

    @property
    def people(self) -> int | None:
        """People who lose cover; None where the need tells no people or no cost."""
        if self.before.people is None or not self.before.cost:
            return None
        part = EXACT.divide(self.gap_change * self.before.people, self.before.cost)
        return int(part.to_integral_value(rounding=ROUND_HALF_EVEN))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a shock does to all the needs; ``idle`` is money that then covers nothing."""

    shock: Shock
    losses: tuple[Loss, ...]
    idle: Decimal = ZERO

    @property
    def gap_before(self) -> Decimal:
        """The gap of all needs before."""
        return sum((loss.before.gap for loss in self.losses), ZERO)

    @property
    def gap_after(self) -> Decimal:
        """The gap of all needs after."""
        return sum((loss.after.gap for loss in self.losses), ZERO)

    @property
    def losing(self) -> list[Loss]:
        """Needs that lose cover, the greatest loss first."""
        found = [loss for loss in self.losses if loss.gap_change > 0]
        return sorted(found, key=lambda loss: (-loss.gap_change, loss.before.key))

    @property
    def people(self) -> int | None:
        """People who lose cover in all; None where no losing need tells people."""
        told = [loss.people for loss in self.losing if loss.people is not None]
        return sum(told) if told or not self.losing else None

    @property
    def added_years(self) -> Decimal | None:
        """Years added over the needs that lose cover: Σ cost ÷ Σ yearly cover, after less before;
        0 without such a need, None when no cover is left."""
        if not self.losing:
            return ZERO
        then = _years([loss.before for loss in self.losing])
        now = _years([loss.after for loss in self.losing])
        if then is None or now is None:
            return None
        return (now - then).quantize(TENTH, context=EXACT)


def apply(needs: Sequence[Need], shock: Shock) -> Outcome:
    """The needs after the shock, in the same order."""
    if isinstance(shock, Earmark):
        return _earmarked(needs, shock)
    losses = []
    for need in needs:
        gifts = [kept for gift in need.gifts for kept in _shocked(gift, shock)]
        losses.append(Loss(need, _with(need, gifts)))
    return Outcome(shock, tuple(losses))


def _with(need: Need, gifts: Iterable[Gift]) -> Need:
    return Need(need.key, need.years, need.lines, tuple(gifts), need.people)


def _shocked(gift: Gift, shock: Exit | Delay) -> list[Gift]:
    if gift.donor != shock.donor:
        return [gift]
    if isinstance(shock, Exit):
        gone = shock.year is None or gift.year is None or gift.year >= shock.year
        return [] if gone else [gift]
    if gift.year is None:
        return [gift]
    years, months = divmod(shock.months, 12)
    weights = [Decimal(12 - months), Decimal(months)]
    now, later = split(gift.amount, weights, CENT)
    moved = [(now, gift.year + years), (later, gift.year + years + 1)]
    return [
        Gift(gift.donor, amount, gift.pillar, gift.place, year) for amount, year in moved if amount
    ]


def _earmarked(needs: Sequence[Need], shock: Earmark) -> Outcome:
    freed = sum(
        (gift.amount for need in needs for gift in need.gifts if gift.donor == shock.donor), ZERO
    )
    bare = [_with(need, (g for g in need.gifts if g.donor != shock.donor)) for need in needs]
    lacks = [_lacks(need, shock) for need in bare]
    usable = min(freed, sum(lacks, ZERO))
    given = split(usable, lacks, CENT) if usable > 0 else [ZERO for _need in bare]
    losses = tuple(
        Loss(need, _with(left, (*left.gifts, *_tied(amount, shock))))
        for need, left, amount in zip(needs, bare, given, strict=True)
    )
    return Outcome(shock, losses, freed - usable)


def _tied(amount: Decimal, shock: Earmark) -> list[Gift]:
    where = {shock.tie: shock.code}
    return [Gift(shock.donor, amount, where.get("pillar"), where.get("place"))] if amount else []


def _lacks(need: Need, shock: Earmark) -> Decimal:
    """What the matching lines of a need lack: at most what the whole need lacks."""
    cost = sum((item.amount for item in need.lines if _matches(item, shock)), ZERO)
    cover = sum((item.amount for item in need.gifts if _matches(item, shock)), ZERO)
    return min(max(cost - cover, ZERO), need.gap)


def _matches(item: Gift | Line, shock: Earmark) -> bool:
    value = item.pillar if shock.tie == "pillar" else item.place
    if value is None:
        return False
    within = shock.tie == "place" and value.startswith(f"{shock.code}-")
    return value == shock.code or within


def _years(needs: Sequence[Need]) -> Decimal | None:
    cost = sum((need.cost for need in needs), ZERO)
    pace = ZERO
    for need in needs:
        span = Decimal(need.years[1] - need.years[0] + 1)
        pace += EXACT.divide(need.cover, span)
    return EXACT.divide(cost, pace) if pace > 0 else None
