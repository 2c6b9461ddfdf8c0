"""What counts toward a target: pledged, committed, received, spent, and what is asked.

Past figures do not move when exchange rates arrive: agreements and ledger lines count at the rate
fixed when they were signed or written, in a target of another currency than US dollars at the
target's own rate, fixed when it was set. Only the asks, which are no past, go by today's rate.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from appui.funding import rules
from appui.funding.models import Proposal, Stage, Target
from appui.funding.queries.entries import FIGURES, Apart, By, Days, Entries, Entry, Figure, entries
from appui.funding.queries.records import open_asks
from appui.kernel.access import Reader
from appui.kernel.money import Converted, Money, cents
from appui.registry.rates import RateTable, rate_table

ZERO = Decimal(0)
Name = Literal["pledged", "committed", "received", "spent", "pipeline"]
NAMES: tuple[Name, ...] = (*FIGURES, "pipeline")


@dataclass(frozen=True, slots=True)
class CountedAsk:
    """An open ask in the target's currency at today's rate; ``counted`` is None without one.

    ``is_pledge``: its donor has said yes, and no pledge in the ledger speaks of the same money.
    """

    ask: Proposal
    counted: Converted | None
    chance: Decimal
    is_pledge: bool

    @property
    def weighted(self) -> Decimal | None:
        """The amount times its chance, to the cent."""
        return cents(self.counted.money.amount * self.chance) if self.counted else None


@dataclass(frozen=True, slots=True)
class TargetPosition:
    """What counts toward a target, in its currency; each figure is the sum of its rows, rounded
    once.

    ``unconverted`` amounts had no known rate and are in no figure.
    """

    target: Target
    sums: Mapping[Figure, Decimal]
    asks: tuple[CountedAsk, ...]
    unconverted: int

    @property
    def pledged(self) -> Decimal:
        """Promised and not signed: pledges of the ledger, and asks whose donor said yes."""
        asked = (item.counted.money.amount for item in self.asks if item.is_pledge and item.counted)
        return self.sums["pledged"] + sum(asked, ZERO)

    @property
    def committed(self) -> Decimal:
        """Signed."""
        return self.sums["committed"]

    @property
    def received(self) -> Decimal:
        """Paid in."""
        return self.sums["received"]

    @property
    def spent(self) -> Decimal:
        """Paid out, to partners or for the work itself."""
        return self.sums["spent"]

    @property
    def secured(self) -> Decimal:
        """What is committed, as the chain calls it."""
        return self.committed

    @property
    def asked(self) -> Decimal:
        """The open asks at full value."""
        return sum((item.counted.money.amount for item in self.asks if item.counted), ZERO)

    @property
    def weighted(self) -> Decimal:
        """The pipeline: the open asks, each times its chance."""
        return sum((item.weighted for item in self.asks if item.weighted is not None), ZERO)

    @property
    def missing(self) -> Decimal:
        """Target less committed, never below zero."""
        left: Decimal = self.target.amount - self.committed
        return max(left, ZERO)

    def figure(self, name: Name) -> Decimal:
        """One figure by its name."""
        amount: Decimal = self.weighted if name == "pipeline" else getattr(self, name)
        return amount


@dataclass(frozen=True, slots=True)
class TargetBook:
    """Everything behind the position of one target."""

    position: TargetPosition
    entries: Entries
    within: Days

    def counted(self, figure: Figure) -> list[tuple[Entry, Decimal | None]]:
        """The entries of one figure with what each adds to it, not rounded."""
        target = self.position.target
        found = self.entries.counted(figure, target.owner_id, self.within)
        return [(item, item.amount_in(target.currency, target.usd_rate)) for item in found]

    @property
    def apart(self) -> list[Apart]:
        """Where an agreement of the period, or with lines in it, and its lines in the ledger tell
        different sums; one query."""
        return self.entries.apart(self.position.target.owner_id, self.within)

    @property
    def left_out(self) -> int:
        """How many lines of the period are in no figure: said by an agreement, or outside."""
        return self.entries.left_out(self.position.target.owner_id, self.within)


def target_positions(
    targets: Sequence[Target], reader: Reader, *, today: date
) -> list[TargetPosition]:
    """What is committed, asked and missing toward each target, the other figures left at zero; the
    same number of queries however many rows."""
    books = target_books(targets, reader, today=today, figures=["committed"])
    return [book.position for book in books]


def target_books(
    targets: Sequence[Target],
    reader: Reader,
    *,
    today: date,
    figures: Collection[Figure] = FIGURES,
    by: Collection[By] = (),
    with_asks: bool = True,
) -> list[TargetBook]:
    """Each target with all that stands behind its figures, or only ``figures``; lines are told
    apart as for ``entries``. At most twelve queries; seven without the asks, where only the sums
    of the ledger and of agreements are wanted."""
    if not targets:
        return []
    owners = {target.owner_id for target in targets}
    cuts = [cut for target in targets for cut in period_of(target).cuts()]
    found = entries(owners, reader, figures, by=by, cuts=cuts)
    asks: list[Proposal] = []
    if with_asks:
        asked = open_asks(reader).filter(owner__in=owners)
        asks = list(asked.select_related("agreement").order_by("pk"))
    currencies = {item.currency for item in asks} | {item.currency for item in targets}
    rates = rate_table(currencies if len(currencies) > 1 else ())
    pledged = found.pledging() if any(item.stage == Stage.PLEDGED for item in asks) else set()
    return [_book(target, found, asks, rates, pledged, today) for target in targets]


def period_of(target: Target) -> Days:
    """The days of the target's period."""
    return Days(target.starts_on or date.min, target.ends_on or date.max)


def _book(
    target: Target,
    found: Entries,
    asks: Sequence[Proposal],
    rates: RateTable,
    pledged: set[int],
    today: date,
) -> TargetBook:
    within = period_of(target)
    sums: dict[Figure, Decimal] = {}
    unconverted = 0
    for figure in FIGURES:
        amounts = [
            (item.lines, item.amount_in(target.currency, target.usd_rate))
            for item in found.counted(figure, target.owner_id, within)
        ]
        total = sum((amount for _n, amount in amounts if amount is not None), ZERO)
        sums[figure] = cents(total) if total else ZERO
        unconverted += sum(lines for lines, amount in amounts if amount is None)
    asked = tuple(
        CountedAsk(
            item,
            rates.convert(Money(item.amount, item.currency), target.currency, today),
            rules.probability_of(item),
            item.stage == Stage.PLEDGED and _agreement_of(item) not in pledged,
        )
        for item in asks
        if item.owner_id == target.owner_id and may_count(item, target)
    )
    unconverted += sum(item.counted is None for item in asked)
    return TargetBook(TargetPosition(target, sums, asked, unconverted), found, within)


def may_count(ask: Proposal, target: Target) -> bool:
    """Whether an open ask can still count: not when its donor decides after the period."""
    if ask.decision_on is None or target.ends_on is None:
        return True
    return bool(ask.decision_on <= target.ends_on)


def _agreement_of(ask: Proposal) -> int | None:
    agreement = getattr(ask, "agreement", None)
    return agreement.pk if agreement is not None else None
