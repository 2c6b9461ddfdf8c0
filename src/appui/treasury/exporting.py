"""The accounts of a fund as Beancount, from its movements; two queries."""

from collections.abc import Iterator

from appui.funding.models import Fund
from appui.treasury.beancount import BeanEarmark, BeanMovement, ledger
from appui.treasury.models import Earmark, Movement


def beancount_lines(fund: Fund) -> Iterator[str]:
    """The lines of the file, in the order of days."""
    earmarks = [
        BeanEarmark(item.pk, item.code, str(item), item.currency)
        for item in Earmark.objects.filter(fund=fund)
    ]
    rows = Movement.objects.filter(fund=fund).select_related("organisation", "activity")
    return ledger(str(fund), earmarks, map(_movement, rows.order_by("date", "pk").iterator()))


def _movement(row: Movement) -> BeanMovement:
    foreign = row.rate is not None
    return BeanMovement(
        key=row.pk,
        earmark=row.earmark_id,
        day=row.date,
        kind=row.kind,
        amount=row.amount,
        payee=str(row.organisation or ""),
        narration=row.description,
        project=row.activity.reference if row.activity else "",
        original=f"{row.original} {row.original_currency}" if foreign else "",
        reverses=row.reverses_id,
    )
