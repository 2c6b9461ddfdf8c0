"""Writes of tranches and conditions: planned in the draft, met once the agreement is signed."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from appui.evidence.models import Source
from appui.funding import rules
from appui.funding.models import Agreement, Condition, Tranche
from appui.kernel import audit
from appui.kernel.access import Reader
from appui.kernel.errors import Invalid
from appui.kernel.verdict import require
from appui.registry.queries import keep_hidden
from appui.ui import formats

VERBS = (
    gettext_noop("tranche added"),
    gettext_noop("tranche changed"),
    gettext_noop("tranche removed"),
    gettext_noop("condition added"),
    gettext_noop("condition changed"),
    gettext_noop("condition removed"),
    gettext_noop("condition met"),
    gettext_noop("tranche"),
    gettext_noop("condition"),
)


@transaction.atomic
def add_tranche(
    agreement: Agreement, *, by: Reader, number: int | None = None, **fields: Any
) -> Tranche:
    """Plan a payment of a draft; it takes the next number. The plan may not exceed the amount."""
    audit.hold(agreement)
    require(rules.may_change_agreement(agreement, by))
    if number is None:
        number = (agreement.tranches.aggregate(last=Max("number"))["last"] or 0) + 1
    _check_room(agreement, fields["amount"], without=None)
    row = audit.create(Tranche(agreement=agreement, number=number, **fields), by=by)
    audit.record(by, "tranche added", agreement, {"tranche": [None, str(row)]})
    return row


@transaction.atomic
def change_tranche(
    row: Tranche, *, by: Reader, version: int | None = None, **fields: Any
) -> Tranche:
    """Change a payment that a draft plans."""
    audit.hold(row.agreement)
    require(rules.may_change_agreement(row.agreement, by))
    keep_hidden(row, by, fields)
    if "amount" in fields:
        _check_room(row.agreement, fields["amount"], without=row)
    before, seen = str(row), row.version
    if audit.update(row, by=by, version=version, **fields).version != seen:
        audit.record(by, "tranche changed", row.agreement, {"tranche": [before, str(row)]})
    return row


@transaction.atomic
def remove_tranche(row: Tranche, *, by: Reader) -> None:
    """Take a payment out of the plan of a draft."""
    audit.hold(row.agreement)
    audit.hold(row)
    require(rules.may_change_agreement(row.agreement, by))
    audit.record(by, "tranche removed", row.agreement, {"tranche": [str(row), None]})
    audit.delete(row, by=by)


@transaction.atomic
def add_condition(agreement: Agreement, *, by: Reader, **fields: Any) -> Condition:
    """Note a condition of a draft."""
    audit.hold(agreement)
    require(rules.may_change_agreement(agreement, by))
    row = audit.create(Condition(agreement=agreement, **fields), by=by)
    audit.record(by, "condition added", agreement, {"condition": [None, str(row)]})
    return row


@transaction.atomic
def change_condition(
    row: Condition, *, by: Reader, version: int | None = None, **fields: Any
) -> Condition:
    """Change a condition of a draft."""
    audit.hold(row.agreement)
    require(rules.may_change_agreement(row.agreement, by))
    keep_hidden(row, by, fields)
    before, seen = str(row), row.version
    if audit.update(row, by=by, version=version, **fields).version != seen:
        audit.record(by, "condition changed", row.agreement, {"condition": [before, str(row)]})
    return row


@transaction.atomic
def remove_condition(row: Condition, *, by: Reader) -> None:
    """Take a condition out of a draft."""
    audit.hold(row.agreement)
    audit.hold(row)
    require(rules.may_change_agreement(row.agreement, by))
    audit.record(by, "condition removed", row.agreement, {"condition": [str(row), None]})
    audit.delete(row, by=by)


@transaction.atomic
def meet_condition(
    row: Tranche | Condition,
    *,
    by: Reader,
    met_on: date | None,
    today: date,
    evidence: Source | None = None,
    version: int | None = None,
) -> Tranche | Condition:
    """Say on which day the condition of a tranche or of the agreement was met, and what shows it.

    Without a day it counts as not met again. Raises ``Invalid`` for a day to come, and for a
    tranche without a condition.
    """
    audit.hold(row.agreement)
    require(rules.may_meet(row.agreement, by))
    if isinstance(row, Tranche) and not row.condition:
        raise Invalid(_("This tranche has no condition."))
    if met_on is not None and met_on > today:
        text = _("This day is in the future: a condition is met once it is met.")
        raise Invalid(text, {"met_on": text})
    fields: dict[str, Any] = {"evidence": evidence}
    keep_hidden(row, by, fields)
    audit.update(row, by=by, version=version, verb="condition met", met_on=met_on, **fields)
    return row


def check_sum(agreement: Agreement, amount: Decimal, planned: list[Decimal]) -> None:
    """Refuse a plan of payments that does not make the amount; an agreement may have none."""
    if planned and sum(planned) != amount:
        text = _("The tranches make %(sum)s, the agreement %(amount)s: they must be the same.") % {
            "sum": formats.money(sum(planned, Decimal(0)), agreement.currency),
            "amount": formats.money(amount, agreement.currency),
        }
        raise Invalid(text, {"tranches": text})


def _check_room(agreement: Agreement, amount: Decimal, without: Tranche | None) -> None:
    others = agreement.tranches.all() if without is None else without.others()
    planned = sum(others.values_list("amount", flat=True), Decimal(0))
    if planned + amount > agreement.amount:
        text = _(
            "With %(sum)s planned already, only %(left)s of the agreement's %(amount)s is left."
        ) % {
            "sum": formats.money(planned, agreement.currency),
            "left": formats.money(agreement.amount - planned, agreement.currency),
            "amount": formats.money(agreement.amount, agreement.currency),
        }
        raise Invalid(text, {"amount": text})
