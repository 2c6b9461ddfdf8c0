"""Writes of funding: windows, asks, agreements, the ledger, targets."""

from appui.funding.actions.agreements import (
    allocate,
    change_agreement,
    draft_agreement,
    move_agreement,
    sign_agreement,
    withdraw_allocation,
)
from appui.funding.actions.amendments import PlannedTranche, amend_agreement
from appui.funding.actions.common import Organisations
from appui.funding.actions.documents import add_document, remove_document
from appui.funding.actions.funds import (
    add_required_document,
    change_fund,
    change_required_document,
    open_fund,
    remove_required_document,
)
from appui.funding.actions.ledger import guard_lines, record_transaction, reverse_transaction
from appui.funding.actions.moves import move_proposal
from appui.funding.actions.proposals import (
    change_interaction,
    change_proposal,
    make_proposal,
    note_interaction,
    set_donor_aside,
    take_donor_back,
)
from appui.funding.actions.stages import (
    add_stage,
    adopt_stages,
    change_stage,
    remove_stage,
    restore_stage,
    retire_stage,
    shift_stage,
)
from appui.funding.actions.suggested import ask_suggested
from appui.funding.actions.targets import change_target, set_target
from appui.funding.actions.tranches import (
    add_condition,
    add_tranche,
    change_condition,
    change_tranche,
    meet_condition,
    remove_condition,
    remove_tranche,
)

__all__ = [
    "Organisations",
    "PlannedTranche",
    "add_condition",
    "add_document",
    "add_required_document",
    "add_stage",
    "add_tranche",
    "adopt_stages",
    "allocate",
    "amend_agreement",
    "ask_suggested",
    "change_agreement",
    "change_condition",
    "change_fund",
    "change_interaction",
    "change_proposal",
    "change_required_document",
    "change_stage",
    "change_target",
    "change_tranche",
    "draft_agreement",
    "guard_lines",
    "make_proposal",
    "meet_condition",
    "move_agreement",
    "move_proposal",
    "note_interaction",
    "open_fund",
    "record_transaction",
    "remove_condition",
    "remove_document",
    "remove_required_document",
    "remove_stage",
    "remove_tranche",
    "restore_stage",
    "retire_stage",
    "reverse_transaction",
    "set_donor_aside",
    "set_target",
    "shift_stage",
    "sign_agreement",
    "take_donor_back",
    "withdraw_allocation",
]
