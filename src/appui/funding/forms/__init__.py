"""Forms of funding."""

from appui.funding.forms.agreements import (
    AgreementForm,
    AllocationForm,
    AmendmentForm,
    ConditionForm,
    MeetForm,
    SignForm,
    TrancheForm,
)
from appui.funding.forms.funds import FundForm
from appui.funding.forms.ledger import ReverseForm, TransactionForm
from appui.funding.forms.proposals import (
    AskForm,
    InteractionForm,
    MoveForm,
    ProposalForm,
    SetAsideForm,
)
from appui.funding.forms.targets import TargetForm

__all__ = [
    "AgreementForm",
    "AllocationForm",
    "AmendmentForm",
    "AskForm",
    "ConditionForm",
    "FundForm",
    "InteractionForm",
    "MeetForm",
    "MoveForm",
    "ProposalForm",
    "ReverseForm",
    "SetAsideForm",
    "SignForm",
    "TargetForm",
    "TrancheForm",
    "TransactionForm",
]
