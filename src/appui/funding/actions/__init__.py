"""Writes of funding: windows, asks, agreements, the ledger, targets."""

from appui.funding.actions.agreements import (
    allocate,
    change_agreement,
    draft_agreement,
    move_agreement,
    sign_agreement,
    withdraw_allocation,
)
from appui.funding.actions.common import Organisations
from appui.funding.actions.funds import change_fund, open_fund
from appui.funding.actions.ledger import guard_lines, record_transaction, reverse_transaction
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

__all__ = [
    "Organisations",
    "allocate",
    "change_agreement",
    "change_fund",
    "change_interaction",
    "change_proposal",
    "change_target",
    "draft_agreement",
    "guard_lines",
    "make_proposal",
    "move_agreement",
    "move_proposal",
    "note_interaction",
    "open_fund",
    "record_transaction",
    "reverse_transaction",
    "set_donor_aside",
    "set_target",
    "sign_agreement",
    "take_donor_back",
    "withdraw_allocation",
]
