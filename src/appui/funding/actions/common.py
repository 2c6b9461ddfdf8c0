"""What several writes of funding need."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from appui.kernel.access import Reader
from appui.kernel.money import Money
from appui.kernel.verdict import require
from appui.registry.models import Organisation
from appui.registry.rates import rate_table
from appui.registry.rules import may_write_for

Organisations = Iterable[Organisation]


def may_hand_over(fields: Mapping[str, Any], by: Reader) -> None:
    """A record is only given to an organisation that one writes for."""
    if "owner" in fields:
        require(may_write_for(fields["owner"].pk, by))


def usd_rate(currency: str, on: date, prefix: str) -> dict[str, Any]:
    """The rate to US dollars of that day as fields ``prefix``, ``prefix_date``, ``prefix_source``;
    empty where none is known."""
    found = rate_table([currency]).convert(Money(Decimal(1), currency), "USD", on)
    if found is None:
        return {prefix: None, f"{prefix}_date": None, f"{prefix}_source": ""}
    return {
        prefix: found.rate,
        f"{prefix}_date": found.rate_date,
        f"{prefix}_source": found.rate_source,
    }
