"""Writes of funding: asks, agreements, the ledger."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from appui.funding import rules
from appui.funding.models import (
    Agreement,
    AgreementStatus,
    Allocation,
    Fund,
    Interaction,
    Proposal,
    SetAside,
    Stage,
    Target,
    Transaction,
)
from appui.kernel import audit
from appui.kernel.access import Reader
from appui.kernel.errors import Invalid
from appui.kernel.money import Money
from appui.kernel.verdict import require
from appui.needs.models import Need
from appui.registry.models import Organisation
from appui.registry.queries import keep_hidden
from appui.registry.rates import rate_table
from appui.registry.rules import may_edit, may_write_for

Organisations = Iterable[Organisation]


def open_fund(
    *,
    by: Reader,
    sectors: Iterable[Any] = (),
    locations: Iterable[Any] = (),
    shared_with: Organisations = (),
    **fields: Any,
) -> Fund:
    """Record a window, a call or an own fund."""
    fund = Fund(**fields)
    require(may_edit(fund, by))
    return audit.create(
        fund,
        by=by,
        sectors=list(sectors),
        locations=list(locations),
        shared_with=list(shared_with),
    )


@transaction.atomic
def change_fund(fund: Fund, *, by: Reader, version: int | None = None, **fields: Any) -> Fund:
    """Change what is known of a window."""
    audit.hold(fund)
    require(may_edit(fund, by))
    _may_hand_over(fields, by)
    keep_hidden(fund, by, fields)
    return audit.update(fund, by=by, version=version, **fields)


def make_proposal(
    *,
    by: Reader,
    shared_with: Organisations = (),
    evidence: Mapping[str, object] | None = None,
    **fields: Any,
) -> Proposal:
    """Record an ask; ``evidence`` keeps what the ranking said when it was born from it."""
    proposal = Proposal(evidence=dict(evidence or {}), **fields)
    require(may_edit(proposal, by))
    _check_fund(proposal.fund, proposal.donor)
    return audit.create(proposal, by=by, shared_with=list(shared_with))


@transaction.atomic
def change_proposal(
    proposal: Proposal, *, by: Reader, version: int | None = None, **fields: Any
) -> Proposal:
    """Change an ask that is not signed yet."""
    audit.hold(proposal)
    require(rules.may_change_proposal(proposal, by))
    _may_hand_over(fields, by)
    keep_hidden(proposal, by, fields)
    _check_fund(fields.get("fund", proposal.fund), fields.get("donor", proposal.donor))
    return audit.update(proposal, by=by, version=version, **fields)


@transaction.atomic
def move_proposal(
    proposal: Proposal,
    *,
    by: Reader,
    stage: str,
    outcome_reason: str = "",
    version: int | None = None,
    today: date,
) -> Proposal:
    """Pass an ask to another stage; a refusal or withdrawal wants its reason."""
    audit.hold(proposal)
    require(rules.may_move_proposal(proposal, stage, by))
    if stage in (Stage.REFUSED, Stage.WITHDRAWN) and not outcome_reason.strip():
        text = _("Say why: the next ask learns from it.")
        raise Invalid(text, {"outcome_reason": text})
    changes: dict[str, Any] = {"stage": stage}
    if outcome_reason.strip():
        changes["outcome_reason"] = outcome_reason.strip()
    if stage == Stage.PROPOSAL and proposal.submitted_on is None:
        changes["submitted_on"] = today
    return audit.update(proposal, by=by, version=version, verb=f"moved to {stage}", **changes)


def set_donor_aside(need: Need, *, by: Reader, donor: str, reason: str) -> SetAside:
    """Say that a suggested donor is not for this need; it is remembered until taken back."""
    require(may_edit(need, by))
    return audit.create(SetAside(need=need, owner=need.owner, donor=donor, reason=reason), by=by)


@transaction.atomic
def take_donor_back(row: SetAside, *, by: Reader) -> None:
    """Let a donor that was set aside be suggested again."""
    audit.hold(row)
    require(may_edit(row, by))
    audit.delete(row, by=by)


def note_interaction(*, by: Reader, shared_with: Organisations = (), **fields: Any) -> Interaction:
    """Record a meeting, call, letter or event with a donor."""
    interaction = Interaction(**fields)
    require(may_edit(interaction, by))
    return audit.create(interaction, by=by, shared_with=list(shared_with))


@transaction.atomic
def change_interaction(
    interaction: Interaction, *, by: Reader, version: int | None = None, **fields: Any
) -> Interaction:
    """Change what was noted, or mark its follow-up as done."""
    audit.hold(interaction)
    require(may_edit(interaction, by))
    _may_hand_over(fields, by)
    keep_hidden(interaction, by, fields)
    return audit.update(interaction, by=by, version=version, **fields)


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
    _may_hand_over(fields, by)
    keep_hidden(agreement, by, fields)
    proposal = fields.get("proposal")
    if proposal is not None and proposal.pk != agreement.proposal_id:
        require(rules.may_draft_agreement(proposal, by))
    _check_allocated(agreement, fields)
    return audit.update(agreement, by=by, version=version, **fields)


@transaction.atomic
def sign_agreement(
    agreement: Agreement, *, by: Reader, signed_on: date, today: date, version: int | None = None
) -> Agreement:
    """Make a draft count: fix its rate, sign its ask, give it to the ask's need or project.

    Raises ``Invalid`` for a date in the future. Without a known rate the agreement is signed all
    the same, and shown as not converted.
    """
    audit.hold(agreement)
    proposal = agreement.proposal
    if proposal is not None:
        audit.hold(proposal)
    require(rules.may_sign(agreement, by))
    if signed_on > today:
        text = _("The date of signature is in the future.")
        raise Invalid(text, {"signed_on": text})
    audit.update(
        agreement,
        by=by,
        version=version,
        verb="signed",
        status=AgreementStatus.SIGNED,
        signed_on=signed_on,
        **_usd_rate(agreement.currency, signed_on, "usd_rate"),
    )
    if proposal is not None:
        audit.update(proposal, by=by, verb="moved to signed", stage=Stage.SIGNED)
        if not agreement.allocations.exists():
            whole = Allocation(
                agreement=agreement,
                need=proposal.need,
                activity=proposal.activity,
                amount=agreement.amount,
            )
            audit.create(whole, by=by)
    return agreement


@transaction.atomic
def move_agreement(
    agreement: Agreement, *, by: Reader, status: str, version: int | None = None
) -> Agreement:
    """Close, reopen or terminate a signed agreement."""
    audit.hold(agreement)
    require(rules.may_move_agreement(agreement, status, by))
    return audit.update(agreement, by=by, version=version, verb=f"moved to {status}", status=status)


@transaction.atomic
def allocate(agreement: Agreement, *, by: Reader, amount: Decimal, **fields: Any) -> Allocation:
    """Give a part of an agreement to a need or project; the parts never exceed the whole."""
    audit.hold(agreement)
    require(rules.may_allocate(agreement, by))
    left = agreement.amount - _given(agreement)
    if amount > left:
        text = _("Only %(left)s %(currency)s of this agreement is left to allocate.") % {
            "left": left,
            "currency": agreement.currency,
        }
        raise Invalid(text, {"amount": text})
    allocation = audit.create(Allocation(agreement=agreement, amount=amount, **fields), by=by)
    audit.record(by, "allocated", agreement, {"allocation": [None, f"{allocation}"]})
    return allocation


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


def record_transaction(
    *, by: Reader, today: date, shared_with: Organisations = (), **fields: Any
) -> Transaction:
    """Add a line to the ledger; its value in US dollars is fixed now and never moves."""
    line = Transaction(**fields)
    require(rules.may_keep_ledger(line.owner_id, by))
    if line.date > today:
        text = _("A transaction in the future has not happened yet.")
        raise Invalid(text, {"date": text})
    _fix_usd_value(line)
    return audit.create(line, by=by, shared_with=list(shared_with))


@transaction.atomic
def reverse_transaction(line: Transaction, *, by: Reader, today: date, reason: str) -> Transaction:
    """Cancel a line with an equal and opposite one; both stay."""
    Transaction.objects.select_for_update().get(pk=line.pk)
    require(rules.may_reverse(line, by))
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
        "activity",
        "agreement",
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


def set_target(*, by: Reader, shared_with: Organisations = (), **fields: Any) -> Target:
    """Set an amount to mobilise."""
    target = Target(**fields)
    require(rules.may_set_target(target.owner_id, by))
    return audit.create(target, by=by, shared_with=list(shared_with))


@transaction.atomic
def change_target(
    target: Target, *, by: Reader, version: int | None = None, **fields: Any
) -> Target:
    """Change a target; the trail keeps what it was."""
    audit.hold(target)
    require(rules.may_set_target(target.owner_id, by))
    _may_hand_over(fields, by)
    keep_hidden(target, by, fields)
    return audit.update(target, by=by, version=version, **fields)


def _may_hand_over(fields: Mapping[str, Any], by: Reader) -> None:
    """A record is only given to an organisation that one writes for."""
    if "owner" in fields:
        require(may_write_for(fields["owner"].pk, by))


def _check_fund(fund: Fund | None, donor: Organisation) -> None:
    if fund is not None and fund.organisation.standing_id != donor.standing_id:
        text = _("This window belongs to “%(donor)s”.") % {"donor": fund.organisation}
        raise Invalid(text, {"fund": text})


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


def _usd_rate(currency: str, on: date, prefix: str) -> dict[str, Any]:
    found = rate_table([currency]).convert(Money(Decimal(1), currency), "USD", on)
    if found is None:
        return {prefix: None, f"{prefix}_date": None, f"{prefix}_source": ""}
    return {
        prefix: found.rate,
        f"{prefix}_date": found.rate_date,
        f"{prefix}_source": found.rate_source,
    }


def _fix_usd_value(line: Transaction) -> None:
    found = rate_table([line.currency]).convert(
        Money(line.value, line.currency), "USD", line.value_date
    )
    if found is not None:
        line.usd_value = found.money.amount
        line.usd_rate = found.rate
        line.usd_rate_date = found.rate_date
        line.usd_rate_source = found.rate_source
