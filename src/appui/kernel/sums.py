"""Exact sums of money, in the database: cents are whole numbers, which no engine rounds."""

from decimal import Decimal
from typing import Any

from django.db.models import BigIntegerField, F, Func, QuerySet, Sum


class Cents(Func):
    """An amount as a whole number of cents: SQLite adds decimals up as binary fractions."""

    template = "CAST(ROUND(%(expressions)s * 100) AS BIGINT)"
    output_field = BigIntegerField()


def of_cents(total: int) -> Decimal:
    """A whole number of cents as an amount, with two decimals."""
    return Decimal(total).scaleb(-2)


def summed(rows: QuerySet[Any], *keys: str) -> dict[tuple[Any, ...], Decimal]:
    """The sum of ``amount`` for each of ``keys``; exact; one query."""
    found = rows.order_by().values_list(*keys).annotate(total=Sum(Cents(F("amount"))))
    return {tuple(row[:-1]): of_cents(row[-1]) for row in found}
