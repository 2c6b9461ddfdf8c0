"""Writes of agreements and their allocations."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from appui.funding import followers, rules
from appui.funding.actions.amendments import rooms
from appui.funding.actions.common import Organisations, may_hand_over, usd_rate
from appui.funding.actions.moves import pass_to_signed
from appui.funding.actions.tranches import check_sum
from appui.funding.models import Agreement, AgreementStatus, Allocation
from appui.kernel import audit
from appui.kernel.access import Reader
from appui.kernel.errors import Invalid
from appui.kernel.verdict import require
from appui.registry.queries import keep_hidden
from appui.ui import formats


@transaction.atomic
def draft_agreement(*, by: Reader, shared_with: Organisations = (), **fields: Any) -> Agreement:
    """Write a draft; it counts in no total until it is signed."""
    agreement = Agreement(status=AgreementStatus.DRAFT, **fields)
    require(rules.may_change_agreement(agreement, by))
    if agreement.proposal is not None:
        audit.hold(agreement.proposal)
        require(rules.may_draft_agreement(agreement.proposal, by))
    return audit.create(agreement, by=by, shared_with=list(shared_with))


@transaction.atomic
def change_agreement(
    agreement: Agreement, *, by: Reader, version: int | None = None, **fields: Any
) -> Agreement:
    """Change a draft; what is allocated of it stays within its amount, in its currency."""
    audit.hold(agreement)
    require(rules.may_change_agreement(agreement, by))
    may_hand_over(fields, by)
    keep_hidden(agreement, by, fields)
    proposal = fields.get("proposal")
    if proposal is not None and proposal.pk != agreement.proposal_id:
        require(rules.may_draft_agreement(proposal, by))
    _check_allocated(agreement, fields)
    _check_currency_of_plan(agreement, fields)
    return audit.update(agreement, by=by, version=version, **fields)


@transaction.atomic
def sign_agreement(
    agreement: Agreement, *, by: Reader, signed_on: date, today: date, version: int | None = None
) -> Agreement:
    """Make a draft count: fix its rate, sign its ask, give it to the ask's need or project.

    Raises ``Invalid`` for a date in the future, and for tranches that do not make the amount.
    Without a known rate the agreement is signed all the same, and shown as not converted.
    """
    audit.hold(agreement)
    proposal = agreement.proposal
    if proposal is not None:
        audit.hold(proposal)
    require(rules.may_sign(agreement, by))
    if signed_on > today:
        text = _("The date of signature is in the future.")
        raise Invalid(text, {"signed_on": text})
    planned = list(agreement.tranches.values_list("amount", flat=True))
    check_sum(agreement, agreement.amount, planned)
    audit.update(
        agreement,
        by=by,
        version=version,
        verb="signed",
        status=AgreementStatus.SIGNED,
        signed_on=signed_on,
        **usd_rate(agreement.currency, signed_on, "usd_rate"),
    )
    if proposal is not None:
        pass_to_signed(proposal, by=by, signed_on=signed_on)
        if not agreement.allocations.exists():
            whole = Allocation(
                agreement=agreement,
                need=proposal.need,
                activity=proposal.activity,
                amount=agreement.amount,
            )
            audit.create(whole, by=by)
    followers.tell(agreement, by=by, today=today, amendment=None)
    return agreement


@transaction.atomic
def move_agreement(
    agreement: Agreement, *, by: Reader, status: str, today: date, version: int | None = None
) -> Agreement:
    """Close, reopen or terminate a signed agreement."""
    audit.hold(agreement)
    require(rules.may_move_agreement(agreement, status, by))
    audit.update(agreement, by=by, version=version, verb=f"moved to {status}", status=status)
    followers.tell(agreement, by=by, today=today, amendment=None)
    return agreement


@transaction.atomic
def allocate(agreement: Agreement, *, by: Reader, amount: Decimal, **fields: Any) -> Allocation:
    """Give a part of an agreement to a need or project; the parts never exceed the whole.

    The money first signed goes first. An amount that also takes money of an amendment becomes one
    allocation a signature, because each has its own rate; the first of them is given back.
    """
    audit.hold(agreement)
    require(rules.may_allocate(agreement, by))
    left = agreement.amount - _given(agreement)
    if amount > left:
        text = _("Only %(left)s of this agreement is left to allocate.") % {
            "left": formats.money(left, agreement.currency)
        }
        raise Invalid(text, {"amount": text})
    changes = {item.number: item for item in agreement.amendments.all()}
    made: list[Allocation] = []
    for number, share in _shares(agreement, amount):
        row = Allocation(agreement=agreement, amount=share, amendment=changes.get(number), **fields)
        made.append(audit.create(row, by=by))
        audit.record(by, "allocated", agreement, {"allocation": [None, f"{row}"]})
    return made[0]


def _shares(agreement: Agreement, amount: Decimal) -> list[tuple[int, Decimal]]:
    """How much comes from which part of the money; an amount of nothing from the first."""
    shares: list[tuple[int, Decimal]] = []
    left = amount
    for number, room in rooms(agreement):
        share = min(room, left)
        if share > 0:
            shares.append((number, share))
            left -= share
    return shares or [(0, amount)]


@transaction.atomic
def withdraw_allocation(allocation: Allocation, *, by: Reader) -> None:
    """Free a part of an agreement again."""
    audit.hold(allocation.agreement)
    audit.hold(allocation)
    require(rules.may_allocate(allocation.agreement, by))
    audit.record(
        by, "allocation withdrawn", allocation.agreement, {"allocation": [f"{allocation}", None]}
    )
    audit.delete(allocation, by=by)


def _given(agreement: Agreement) -> Decimal:
    """What is allocated of an agreement; summed here, because SQLite sums in binary fractions."""
    return sum(agreement.allocations.values_list("amount", flat=True), Decimal(0))


def _check_allocated(agreement: Agreement, fields: Mapping[str, Any]) -> None:
    given = _given(agreement)
    if not given:
        return
    if fields.get("currency", agreement.currency) != agreement.currency:
        text = _("Parts of this agreement are allocated in %(currency)s: withdraw them first.") % {
            "currency": agreement.currency
        }
        raise Invalid(text, {"currency": text})
    if fields.get("amount", agreement.amount) < given:
        text = _("%(given)s %(currency)s of this agreement is allocated: withdraw a part first.")
        text %= {"given": given, "currency": agreement.currency}
        raise Invalid(text, {"amount": text})


def _check_currency_of_plan(agreement: Agreement, fields: Mapping[str, Any]) -> None:
    """Tranches are in the currency of the agreement: they do not silently take another."""
    changed = fields.get("currency", agreement.currency) != agreement.currency
    if changed and agreement.tranches.exists():
        text = _("Tranches of this agreement are planned in %(currency)s: remove them first.") % {
            "currency": agreement.currency
        }
        raise Invalid(text, {"currency": text})
