"""Amendments: the only way in which a signed agreement changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from appui.evidence.models import Source
from appui.funding import followers, rules
from appui.funding.actions.common import usd_rate
from appui.funding.actions.tranches import check_sum
from appui.funding.models import Agreement, Amendment, AmendmentKind, Tranche, Transaction
from appui.funding.queries.terms import parts_of, plan_of, received_by_tranche
from appui.kernel import audit
from appui.kernel.access import Reader
from appui.kernel.errors import Invalid
from appui.kernel.verdict import require
from appui.ui import formats

VERBS = (gettext_noop("amended"),)


@dataclass(frozen=True, slots=True)
class PlannedTranche:
    """A payment of the new plan; an existing ``number`` is changed, another one is added."""

    number: int
    amount: Decimal
    due_on: date | None = None
    condition: str | None = None


@transaction.atomic
def amend_agreement(
    agreement: Agreement,
    *,
    by: Reader,
    today: date,
    kind: str,
    signed_on: date,
    reason: str,
    amount: Decimal | None = None,
    ends_on: date | None = None,
    tranches: Sequence[PlannedTranche] | None = None,
    source: Source | None = None,
    version: int | None = None,
) -> Amendment:
    """Change the amount, the end or the plan of payments from ``signed_on``; None leaves as is.

    ``tranches`` is the whole new plan: a number that it leaves out is removed. Raises ``Invalid``,
    with nothing changed, for a date before the signature or the last amendment or in the future, an
    amount below what is allocated or received, an end before the beginning, a plan that does not
    make the amount, and an amendment that changes nothing of what it is about.
    """
    audit.hold(agreement)
    require(rules.may_amend(agreement, by))
    before = list(agreement.amendments.all())
    _check_day(agreement, before, signed_on, today)
    new_amount = agreement.amount if amount is None else amount
    new_end = agreement.ends_on if ends_on is None else ends_on
    _check_change(agreement, kind, new_amount, new_end, tranches)
    _check_floor(agreement, new_amount)
    added = new_amount - agreement.amount
    amendment = Amendment(
        agreement=agreement,
        number=len(before) + 1,
        kind=kind,
        signed_on=signed_on,
        reason=reason.strip(),
        amount_before=agreement.amount,
        amount_after=new_amount,
        ends_on_before=agreement.ends_on,
        ends_on_after=new_end,
        taken=_taken(agreement, -added) if added < 0 else {},
        tranches_before=plan_of(agreement.tranches.all()),
        source=source,
        **(usd_rate(agreement.currency, signed_on, "usd_rate") if added > 0 else {}),
    )
    _plan_anew(agreement, new_amount, tranches, by=by)
    amendment.tranches_after = plan_of(agreement.tranches.all())
    audit.create(amendment, by=by)
    seen = agreement.version
    audit.update(
        agreement, by=by, version=version, verb="amended", amount=new_amount, ends_on=new_end
    )
    if agreement.version == seen:  # the plan of payments alone is another one
        audit.touch(agreement)
        audit.record(by, "amended", agreement, {"amendment": [None, str(amendment)]})
        audit.hold(agreement)
    followers.tell(agreement, by=by, today=today, amendment=amendment)
    return amendment


def _check_day(
    agreement: Agreement, before: Sequence[Amendment], signed_on: date, today: date
) -> None:
    text = ""
    if agreement.signed_on is not None and signed_on < agreement.signed_on:
        text = _(
            "The amendment is dated %(day)s, before the agreement was signed on %(signed)s."
        ) % {"day": formats.day(signed_on), "signed": formats.day(agreement.signed_on)}
    elif before and signed_on < before[-1].signed_on:
        text = _("The amendment is dated %(day)s, before the one of %(signed)s.") % {
            "day": formats.day(signed_on),
            "signed": formats.day(before[-1].signed_on),
        }
    elif signed_on > today:
        text = _("The date of signature is in the future.")
    if text:
        raise Invalid(text, {"signed_on": text})


def _check_change(
    agreement: Agreement,
    kind: str,
    amount: Decimal,
    ends_on: date | None,
    tranches: Sequence[PlannedTranche] | None,
) -> None:
    """Refuse an amendment that leaves as it was what it is about."""
    same_end, same_amount = ends_on == agreement.ends_on, amount == agreement.amount
    was = agreement.ends_on
    if kind == AmendmentKind.EXTENSION and (
        ends_on is None or (was is not None and ends_on <= was)
    ):
        text = _("An extension ends later than the agreement does now.")
        raise Invalid(text, {"ends_on": text})
    if kind == AmendmentKind.AMOUNT and same_amount:
        text = _("The amount is what it was: write the new amount.")
        raise Invalid(text, {"amount": text})
    if kind == AmendmentKind.BUDGET and same_end and same_amount and tranches is None:
        raise Invalid(_("Nothing changes: write the new plan of payments."))


def _check_floor(agreement: Agreement, amount: Decimal) -> None:
    """Refuse an amount below what is allocated, or what came in."""
    given = sum(agreement.allocations.values_list("amount", flat=True), Decimal(0))
    sums, _unknown = received_by_tranche(agreement, Transaction.objects.filter(agreement=agreement))
    received = sum(sums.values(), Decimal(0))
    limit, text = Decimal(0), ""
    if amount < given:
        limit = given
        text = _(
            "%(limit)s of this agreement is allocated, more than %(amount)s: free a part first."
        )
    elif amount < agreement.amount and amount < received:
        limit = received
        text = _("%(limit)s of this agreement came in already, more than %(amount)s.")
    if text:
        text %= {
            "limit": formats.money(limit, agreement.currency),
            "amount": formats.money(amount, agreement.currency),
        }
        raise Invalid(text, {"amount": text})


def _taken(agreement: Agreement, less: Decimal) -> dict[str, str]:
    """From which parts a reduction takes: the last signed first, and only what is not allocated."""
    taken: dict[str, str] = {}
    for part, room in reversed(rooms(agreement)):
        share = min(room, less)
        if share > 0:
            taken[str(part)] = f"{share:.2f}"
            less -= share
    return taken


def rooms(agreement: Agreement) -> list[tuple[int, Decimal]]:
    """What is left to allocate of each part of the money, by the number of its amendment (0 is
    the original); two queries."""
    given: dict[int, Decimal] = {}
    for number, amount in agreement.allocations.values_list("amendment__number", "amount"):
        given[number or 0] = given.get(number or 0, Decimal(0)) + amount
    return [
        (part.number, part.amount - given.get(part.number, Decimal(0)))
        for part in parts_of(agreement)
    ]


def _plan_anew(
    agreement: Agreement,
    amount: Decimal,
    tranches: Sequence[PlannedTranche] | None,
    *,
    by: Reader,
) -> None:
    """Write the new plan; one that stays must still make the amount."""
    rows = {item.number: item for item in agreement.tranches.all()}
    planned = tranches
    if planned is None:
        check_sum(agreement, amount, [item.amount for item in rows.values()])
        return
    check_sum(agreement, amount, [item.amount for item in planned])
    if len({item.number for item in planned}) < len(planned):
        text = _("Each tranche has a number of its own.")
        raise Invalid(text, {"tranches": text})
    sums, _unknown = received_by_tranche(
        agreement, Transaction.objects.filter(tranche__in=rows.values())
    )
    for number, row in rows.items():
        if number not in {item.number for item in planned}:
            _keep_what_came_in(row, Decimal(0), sums)
            audit.delete(row, by=by)
    for item in planned:
        row_or_none = rows.get(item.number)
        fields: dict[str, Any] = {"amount": item.amount, "due_on": item.due_on}
        if item.condition is not None:
            fields["condition"] = item.condition
        if row_or_none is None:
            audit.create(Tranche(agreement=agreement, number=item.number, **fields), by=by)
        else:
            _keep_what_came_in(row_or_none, item.amount, sums)
            audit.update(row_or_none, by=by, **fields)


def _keep_what_came_in(row: Tranche, amount: Decimal, sums: dict[int | None, Decimal]) -> None:
    received = sums.get(row.pk, Decimal(0))
    if received > amount:
        text = _("%(received)s of tranche %(number)d came in already.") % {
            "received": formats.money(received, row.agreement.currency),
            "number": row.number,
        }
        raise Invalid(text, {"tranches": text})
