"""Money: Decimal and currency, never a float; a converted amount keeps what it came from."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal

CENT = Decimal("0.01")


def cents(value: Decimal) -> Decimal:
    """``value`` rounded half to even to two decimals."""
    return value.quantize(CENT, rounding=ROUND_HALF_EVEN)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in major units of an ISO 4217 currency."""

    amount: Decimal
    currency: str

    def __add__(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            raise ValueError(f"Cannot add {other.currency} to {self.currency}.")
        return Money(self.amount + other.amount, self.currency)


@dataclass(frozen=True, slots=True)
class Converted:
    """``original`` seen in another currency; ``rate`` is units of ``money.currency`` for one
    unit of the original, as published on ``rate_date`` by ``rate_source``."""

    original: Money
    money: Money
    rate: Decimal
    rate_date: date
    rate_source: str
