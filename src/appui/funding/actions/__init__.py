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
from appui.funding.actions.funds import change_fund, open_fund
from appui.funding.actions.ledger import record_transaction, reverse_transaction
from appui.funding.actions.proposals import (
    change_interaction,
    change_proposal,
    make_proposal,
    move_proposal,
    note_interaction,
    set_donor_aside,
    take_donor_back,
)
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
    "add_tranche",
    "allocate",
    "amend_agreement",
    "change_agreement",
    "change_condition",
    "change_fund",
    "change_interaction",
    "change_proposal",
    "change_target",
    "change_tranche",
    "draft_agreement",
    "make_proposal",
    "meet_condition",
    "move_agreement",
    "move_proposal",
    "note_interaction",
    "open_fund",
    "record_transaction",
    "remove_condition",
    "remove_tranche",
    "reverse_transaction",
    "set_donor_aside",
    "set_target",
    "sign_agreement",
    "take_donor_back",
    "withdraw_allocation",
]
