"""Amounts as whole ten-thousandths (``units``) and dollars as whole cents: exact, never floats."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Context, Decimal, InvalidOperation
from functools import lru_cache
from typing import Final

AMOUNT_PLACES: Final = 4
USD_PLACES: Final = 2
UNITS_PER_CENT: Final = 100
LARGEST: Final = Decimal(900_000_000_000_000)  # what 18 digits hold with four decimals
_EXACT: Final = Context(prec=60, rounding=ROUND_HALF_EVEN)
_THOUSANDS: Final = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]*)?")


Amount = tuple[int | None, str | None]  # None when refused; a code of the report, or None


def read_amount(text: str | None) -> Amount:
    """An amount as written in a file; commas or spaces between thousands are taken out and said."""
    written = (text or "").strip()
    whole, _, part = written.partition(".")
    if (
        whole.isdecimal()
        and len(whole) < 15
        and len(part) <= AMOUNT_PLACES
        and (part.isdecimal() or not part)
    ):
        return int(whole + part.ljust(AMOUNT_PLACES, "0")), None  # most are: four times faster
    try:
        return _checked(Decimal(written), None)
    except InvalidOperation:
        pass
    joined = re.sub(r"[\s\u00a0\u202f]", "", written)
    if _THOUSANDS.fullmatch(joined):
        joined = joined.replace(",", "")
    try:
        return _checked(Decimal(joined), "amount-cleaned")
    except InvalidOperation:
        return None, "amount-missing" if not written else "amount-not-a-number"


def _checked(number: Decimal, problem: str | None) -> Amount:
    if not number.is_finite():
        return None, "amount-not-a-number"
    if number.adjusted() > 15 or abs(number) > LARGEST:
        return None, "amount-absurd"
    return int(_EXACT.to_integral_value(_EXACT.scaleb(number, AMOUNT_PLACES))), problem


def to_usd_cents(units: int, usd_per_unit: Decimal | None) -> int | None:
    """Dollars in cents, half to even; None without a rate or beyond what the column holds."""
    return None if usd_per_unit is None else cents_at(units, ratio(usd_per_unit))


def cents_at(units: int, ratio: tuple[int, int]) -> int | None:
    """Like to_usd_cents, at the ratio of a rate."""
    numerator, denominator = ratio
    cents, rest = divmod(units * numerator, denominator)
    if 2 * rest > denominator or (2 * rest == denominator and cents % 2):
        cents += 1
    return cents if abs(cents) < 10**17 else None


@lru_cache(maxsize=4096)
def ratio(usd_per_unit: Decimal) -> tuple[int, int]:
    """Cents for one ten-thousandth of the currency, as a fraction of whole numbers."""
    numerator, denominator = usd_per_unit.as_integer_ratio()
    return numerator, denominator * UNITS_PER_CENT


def allocate(total: int, weights: Sequence[int]) -> list[int]:
    """Split ``total`` by ``weights`` so that the parts sum to it exactly.

    Largest remainder; what is equal goes to the earlier part. Signs are kept.
    """
    if len(weights) == 1:
        return [total]
    whole = sum(weights)
    size = abs(total)
    parts = [size * weight // whole for weight in weights]
    left = size - sum(parts)
    if left:
        by_remainder = sorted(range(len(weights)), key=lambda i: -(size * weights[i] % whole))
        for i in by_remainder[:left]:
            parts[i] += 1
    return parts if total >= 0 else [-part for part in parts]


def allocate_amount(units: int, weights: Sequence[int]) -> list[int]:
    """Like allocate, in whole cents when the amount itself is in whole cents."""
    if units % UNITS_PER_CENT:
        return allocate(units, weights)
    return [part * UNITS_PER_CENT for part in allocate(units // UNITS_PER_CENT, weights)]
