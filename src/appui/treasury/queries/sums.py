"""The balances that movements make, summed in the database."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet

from appui.funding.models import Fund
from appui.kernel.sums import summed
from appui.treasury.balances import Balances
from appui.treasury.models import Movement


def sums_by_earmark(
    fund: Fund, *, until: date | None = None, rows: QuerySet[Movement] | None = None
) -> Mapping[int, Balances]:
    """The balances of each earmark of a fund at the end of a day, from its movements; one query.

    Earmarks without a movement are not in it.
    """
    chosen: QuerySet[Movement] = Movement.objects.all() if rows is None else rows
    chosen = chosen.filter(fund=fund)
    if until is not None:
        chosen = chosen.filter(date__lte=until)
    found: dict[int, dict[str, Decimal]] = {}
    for (earmark, kind), total in summed(chosen, "earmark_id", "kind").items():
        found.setdefault(earmark, {})[kind] = total
    return {earmark: Balances.of(sums) for earmark, sums in found.items()}


def balances_of(rows: QuerySet[Movement]) -> Balances:
    """The balances that those movements make; one query. They must be of one currency."""
    return Balances.of({kind: total for (kind,), total in summed(rows, "kind").items()})
