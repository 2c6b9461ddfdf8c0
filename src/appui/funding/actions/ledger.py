"""Writes of the ledger: lines are added and reversed, never changed."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from appui.funding import rules
from appui.funding.actions.common import Organisations
from appui.funding.models import Transaction
from appui.kernel import audit
from appui.kernel.access import Reader
from appui.kernel.errors import Invalid
from appui.kernel.money import Money
from appui.kernel.verdict import require
from appui.registry.rates import rate_table

_guards: list[Callable[[Transaction], None]] = []


def guard_lines(guard: Callable[[Transaction], None]) -> None:
    """Have ``guard`` look at every line before it is written or reversed; it raises to refuse.

    For rooms above that keep accounts of their own.
    """
    if guard not in _guards:
        _guards.append(guard)


def record_transaction(
    *,
    by: Reader,
    today: date,
    shared_with: Organisations = (),
    of_the_fund: bool = False,
    **fields: Any,
) -> Transaction:
    """Add a line to the ledger; its value in US dollars is fixed now and never moves.

    ``of_the_fund`` when the accounts of the line's fund write it, which have checked it already.
    """
    line = Transaction(**fields)
    require(rules.may_keep_ledger(line.owner_id, by))
    for guard in () if of_the_fund else _guards:
        guard(line)
    if line.date > today:
        text = _("A transaction in the future has not happened yet.")
        raise Invalid(text, {"date": text})
    _check_tranche(line)
    _fix_usd_value(line)
    return audit.create(line, by=by, shared_with=list(shared_with))


@transaction.atomic
def reverse_transaction(
    line: Transaction, *, by: Reader, today: date, reason: str, of_the_fund: bool = False
) -> Transaction:
    """Cancel a line with an equal and opposite one; both stay."""
    line = Transaction.objects.select_for_update().get(pk=line.pk)  # whole, whatever ``by`` sees
    require(rules.may_reverse(line, by))
    for guard in () if of_the_fund else _guards:
        guard(line)
    if not reason.strip():
        text = _("Say why the line is reversed.")
        raise Invalid(text, {"reason": text})
    copied = (
        "owner",
        "visibility",
        "transaction_type",
        "value_date",
        "currency",
        "usd_rate",
        "usd_rate_date",
        "usd_rate_source",
        "provider",
        "receiver",
        "provider_activity",
        "receiver_activity",
        "activity",
        "agreement",
        "tranche",
        "fund",
        "source",
    )
    opposite = Transaction(
        **{name: getattr(line, name) for name in copied},
        date=max(today, line.date),
        value=-line.value,
        usd_value=-line.usd_value if line.usd_value is not None else None,
        description=reason.strip()[:300],
        reverses=line,
    )
    seen_by = list(line.shared_with.all())
    return audit.create(opposite, by=by, verb="reversed", shared_with=seen_by)


def _check_tranche(line: Transaction) -> None:
    """A tranche is paid on account of its own agreement, by a line of the type that pays."""
    if line.tranche is None:
        return
    text = ""
    agreement = line.tranche.agreement
    if line.agreement_id != agreement.pk:
        text = _("This tranche belongs to the agreement “%(name)s”: choose that agreement.")
    elif line.transaction_type.code != rules.receipt_type(agreement):
        text = _("A tranche is paid by a line of type %(code)s.")
    if text:
        text %= {"name": agreement, "code": rules.receipt_type(agreement)}
        raise Invalid(text, {"tranche": text})


def _fix_usd_value(line: Transaction) -> None:
    found = rate_table([line.currency]).convert(
        Money(line.value, line.currency), "USD", line.value_date
    )
    if found is not None:
        line.usd_value = found.money.amount
        line.usd_rate = found.rate
        line.usd_rate_date = found.rate_date
        line.usd_rate_source = found.rate_source
