"""Who may do what with money, and in which state."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appui.funding.models import (
    Agreement,
    AgreementStatus,
    Proposal,
    Stage,
    Tranche,
    Transaction,
)
from appui.kernel.access import Reader, Role
from appui.kernel.verdict import Verdict, refuse
from appui.registry.rules import may_edit, may_write_for

COUNTING = (AgreementStatus.SIGNED, AgreementStatus.CLOSED)


@dataclass(frozen=True, slots=True)
class StageRule:
    """What a stage usually means: its probability (0 to 1) and the moves it allows."""

    probability: Decimal
    moves: frozenset[Stage]


# Usual probabilities of fund-raising practice; each ask may state its own.
STAGES: Mapping[Stage, StageRule] = {
    Stage.LEAD: StageRule(
        Decimal("0.1"), frozenset({Stage.PROPOSAL, Stage.PLEDGED, Stage.REFUSED, Stage.WITHDRAWN})
    ),
    Stage.PROPOSAL: StageRule(
        Decimal("0.3"), frozenset({Stage.LEAD, Stage.PLEDGED, Stage.REFUSED, Stage.WITHDRAWN})
    ),
    Stage.PLEDGED: StageRule(
        Decimal("0.8"), frozenset({Stage.PROPOSAL, Stage.REFUSED, Stage.WITHDRAWN})
    ),
    Stage.SIGNED: StageRule(Decimal(1), frozenset()),
    Stage.REFUSED: StageRule(Decimal(0), frozenset({Stage.LEAD})),
    Stage.WITHDRAWN: StageRule(Decimal(0), frozenset({Stage.LEAD})),
}
OPEN_STAGES = (Stage.LEAD, Stage.PROPOSAL, Stage.PLEDGED)
LOST_STAGES = (Stage.REFUSED, Stage.WITHDRAWN)
# Days without news after which an open ask of a usual stage is stale.
STALE_AFTER: Mapping[Stage, int] = {Stage.LEAD: 90, Stage.PROPOSAL: 60, Stage.PLEDGED: 45}

AGREEMENT_MOVES: Mapping[AgreementStatus, frozenset[AgreementStatus]] = {
    AgreementStatus.DRAFT: frozenset({AgreementStatus.SIGNED}),
    AgreementStatus.SIGNED: frozenset({AgreementStatus.CLOSED, AgreementStatus.TERMINATED}),
    AgreementStatus.CLOSED: frozenset({AgreementStatus.SIGNED}),
    AgreementStatus.TERMINATED: frozenset(),
}


def probability_of(proposal: Proposal) -> Decimal:
    """The chance given by a person, else the usual one of the stage; 0 to 1."""
    usual = STAGES[Stage(proposal.stage)].probability
    if proposal.stage not in OPEN_STAGES:
        return usual
    if proposal.probability is not None:
        return Decimal(proposal.probability) / 100
    own = proposal.pipeline_stage
    return usual if own is None else Decimal(own.probability) / 100


def may_keep_stages(owner_id: int | None, reader: Reader) -> Verdict:
    """The stages of asks are kept by the administrators of the organisation."""
    return may_write_for(owner_id, reader, Role.ADMINISTRATOR)


def may_change_proposal(proposal: Proposal, reader: Reader) -> Verdict:
    """An editor changes an ask until it is signed."""
    allowed = may_edit(proposal, reader)
    if allowed and proposal.stage == Stage.SIGNED:
        return refuse(_("This ask is signed: its agreement holds what was agreed."))
    return allowed


def may_move_proposal(proposal: Proposal, stage: str, reader: Reader) -> Verdict:
    """Whether the ask may pass to ``stage``; only signing an agreement makes it signed."""
    if stage == Stage.SIGNED:
        return refuse(_("Sign the agreement: the ask then becomes signed by itself."))
    if stage not in STAGES[Stage(proposal.stage)].moves:
        return refuse(
            _("An ask that is “%(now)s” cannot become “%(then)s”.")
            % {"now": proposal.get_stage_display(), "then": Stage(stage).label}
        )
    return may_edit(proposal, reader)


def may_draft_agreement(proposal: Proposal, reader: Reader) -> Verdict:
    """A finance officer writes the agreement of an open ask that has none yet."""
    if proposal.stage not in OPEN_STAGES:
        return refuse(
            _("An ask that is “%(now)s” cannot become an agreement.")
            % {"now": proposal.get_stage_display()}
        )
    if Agreement.objects.filter(proposal=proposal).exists():
        return refuse(_("This ask already has an agreement."))
    return may_edit(proposal, reader, Role.FINANCE)


def may_change_agreement(agreement: Agreement, reader: Reader) -> Verdict:
    """What was signed does not change; a draft does."""
    allowed = may_edit(agreement, reader, Role.FINANCE)
    if allowed and agreement.status != AgreementStatus.DRAFT:
        return refuse(_("A signed agreement does not change: record an amendment."))
    return allowed


def may_amend(agreement: Agreement, reader: Reader) -> Verdict:
    """A manager amends an agreement that is signed and runs; a draft is changed instead."""
    allowed = may_edit(agreement, reader, Role.MANAGER)
    if not allowed:
        return allowed
    if agreement.status == AgreementStatus.DRAFT:
        return refuse(_("This agreement is not signed yet: change the draft, not the agreement."))
    if agreement.status != AgreementStatus.SIGNED:
        return refuse(_("This agreement no longer runs."))
    return allowed


def may_meet(agreement: Agreement, reader: Reader) -> Verdict:
    """A finance officer says that a condition is met, until the agreement no longer runs."""
    return may_allocate(agreement, reader)


def receipt_type(agreement: Agreement) -> str:
    """The IATI type of a ledger line that pays a tranche: incoming funds for whoever receives,
    disbursement where the agreement stands in the donor's own books."""
    return "3" if agreement.owner_id == agreement.donor.standing_id else "1"


class TrancheState(TextChoices):
    """Where a tranche stands, from its condition and the ledger."""

    EXPECTED = "expected", gettext_lazy("Expected")
    OVERDUE = "overdue", gettext_lazy("Overdue")
    CONDITION = "condition", gettext_lazy("Condition not met")
    PART = "part", gettext_lazy("Received in part")
    RECEIVED = "received", gettext_lazy("Received")


def tranche_state(tranche: Tranche, received: Decimal, *, today: date) -> TrancheState:
    """Where a tranche stands; money that came in counts before its condition and its day."""
    if received >= tranche.amount:
        return TrancheState.RECEIVED
    if received > 0:
        return TrancheState.PART
    if tranche.condition and tranche.met_on is None:
        return TrancheState.CONDITION
    if tranche.due_on is not None and tranche.due_on < today:
        return TrancheState.OVERDUE
    return TrancheState.EXPECTED


def may_move_agreement(agreement: Agreement, status: str, reader: Reader) -> Verdict:
    """Signing, closing and terminating take a manager."""
    if status not in AGREEMENT_MOVES[AgreementStatus(agreement.status)]:
        return refuse(
            _("An agreement that is “%(now)s” cannot become “%(then)s”.")
            % {
                "now": agreement.get_status_display(),
                "then": AgreementStatus(status).label,
            }
        )
    return may_edit(agreement, reader, Role.MANAGER)


def may_sign(agreement: Agreement, reader: Reader) -> Verdict:
    """A draft is signed by a manager while its ask, if it has one, is open."""
    proposal = agreement.proposal
    if agreement.status == AgreementStatus.DRAFT and proposal and proposal.stage not in OPEN_STAGES:
        return refuse(
            _("The ask of this agreement is “%(now)s”: take it up again before signing.")
            % {"now": proposal.get_stage_display()}
        )
    return may_move_agreement(agreement, AgreementStatus.SIGNED, reader)


def may_allocate(agreement: Agreement, reader: Reader) -> Verdict:
    """A finance officer allocates the money of an agreement that still runs."""
    allowed = may_edit(agreement, reader, Role.FINANCE)
    if allowed and agreement.status in (AgreementStatus.CLOSED, AgreementStatus.TERMINATED):
        return refuse(_("This agreement no longer runs."))
    return allowed


def may_keep_ledger(owner_id: int | None, reader: Reader) -> Verdict:
    """The ledger is kept by finance officers."""
    return may_write_for(owner_id, reader, Role.FINANCE)


def may_reverse(line: Transaction, reader: Reader) -> Verdict:
    """A line is reversed once; a reversal is not reversed again."""
    if line.reverses_id is not None:
        return refuse(_("This line is itself a reversal: record the right transaction anew."))
    if Transaction.objects.filter(reverses=line).exists():
        return refuse(_("This line is already reversed."))
    return may_keep_ledger(line.owner_id, reader)


def may_set_target(owner_id: int | None, reader: Reader) -> Verdict:
    """Targets are set by managers."""
    return may_write_for(owner_id, reader, Role.MANAGER)
