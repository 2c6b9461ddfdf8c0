"""How much of a change in dollars is volume, and how much is the exchange rate. Pure.

For one donor in one currency, with amounts L in that currency and values V in dollars as fixed
when written, before (0) and after (1), and fx = V ÷ L:

    ΔV = V₁ − V₀ = ΔL·fx₀ + L₁·Δfx        (volume + rate)

Volume is rounded to the cent and the rate effect is what is left of ΔV, so that the two make the
change exactly. What was nothing before has no rate before: all of it is volume, at the rate after.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Self

EXACT = Context(prec=60, rounding=ROUND_HALF_EVEN)
ZERO, CENT = Decimal(0), Decimal("0.01")
Amounts = Mapping[tuple[str, str], tuple[Decimal, Decimal]]


@dataclass(frozen=True, slots=True)
class Effect:
    """The change of one donor in one currency; ``usd`` figures to the cent.

    ``volume`` + ``rate`` = ``after_usd`` − ``before_usd``.
    """

    donor: str
    currency: str
    before: Decimal
    after: Decimal
    before_usd: Decimal
    after_usd: Decimal
    volume: Decimal

    @property
    def change(self) -> Decimal:
        """What changed in dollars."""
        return self.after_usd - self.before_usd

    @property
    def rate(self) -> Decimal:
        """The part of the change that the exchange rate makes."""
        return self.change - self.volume

    @classmethod
    def of(
        cls,
        donor: str,
        currency: str,
        before: tuple[Decimal, Decimal],
        after: tuple[Decimal, Decimal],
    ) -> Self:
        """From ``(amount, dollars)`` before and after."""
        (local_0, usd_0), (local_1, usd_1) = before, after
        if local_0 == 0:
            volume = usd_1 - usd_0
        else:
            volume = EXACT.divide(EXACT.multiply(local_1 - local_0, usd_0), local_0)
        return cls(
            donor, currency, local_0, local_1, usd_0, usd_1, volume.quantize(CENT, context=EXACT)
        )


@dataclass(frozen=True, slots=True)
class Total:
    """The sums over all donors, in dollars to the cent."""

    before_usd: Decimal
    after_usd: Decimal
    volume: Decimal
    rate: Decimal

    @property
    def change(self) -> Decimal:
        """What changed; equal to ``volume`` + ``rate``."""
        return self.after_usd - self.before_usd


def effects(before: Amounts, after: Amounts) -> list[Effect]:
    """One effect a donor and currency that either side has, the largest change first.

    ``before`` and ``after`` give ``(amount, dollars)`` by ``(donor, currency)``.
    """
    nothing = (ZERO, ZERO)
    found = [
        Effect.of(*key, before.get(key, nothing), after.get(key, nothing))
        for key in sorted({*before, *after})
    ]
    return sorted(found, key=lambda item: (-abs(item.change), item.donor, item.currency))


def total(items: Iterable[Effect]) -> Total:
    """The sums of several effects."""
    found = list(items)
    return Total(
        sum((item.before_usd for item in found), ZERO),
        sum((item.after_usd for item in found), ZERO),
        sum((item.volume for item in found), ZERO),
        sum((item.rate for item in found), ZERO),
    )
