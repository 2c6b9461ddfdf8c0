"""What a file of the bank says, whichever its format: an account over some days. Pure."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

YEARS = range(1950, 2101)  # no statement of a bank is of another one


class Unreadable(ValueError):
    """The file cannot be taken; ``code`` says why and ``about`` names what is at fault."""

    def __init__(self, code: str, **about: str) -> None:
        super().__init__(code)
        self.code, self.about = code, about


@dataclass(frozen=True, slots=True)
class FileLine:
    """One booked entry; ``amount`` is negative for money that left the account."""

    booked_on: date
    amount: Decimal
    value_on: date | None = None
    text: str = ""
    reference: str = ""
    counterparty: str = ""
    is_reversal: bool = False


@dataclass(frozen=True, slots=True)
class BankFile:
    """An account; balances are None where the file does not state them."""

    layout: str
    lines: tuple[FileLine, ...]
    starts_on: date
    ends_on: date
    account: str = ""
    currency: str = ""
    opening: Decimal | None = None
    closing: Decimal | None = None

    @property
    def total(self) -> Decimal:
        """The sum of the lines."""
        return sum((line.amount for line in self.lines), Decimal(0))
