"""Forms of funding."""

from appui.funding.forms.agreements import AgreementForm, AllocationForm, SignForm
from appui.funding.forms.funds import DocumentForm, FundForm
from appui.funding.forms.ledger import ReverseForm, TransactionForm
from appui.funding.forms.proposals import (
    AskForm,
    DocumentForm,
    InteractionForm,
    MoveForm,
    NewStageForm,
    ProposalForm,
    RetireForm,
    SetAsideForm,
    StageForm,
)
from appui.funding.forms.targets import TargetForm

__all__ = [
    "AgreementForm",
    "AllocationForm",
    "AskForm",
    "DocumentForm",
    "FundForm",
    "InteractionForm",
    "MoveForm",
    "NewStageForm",
    "ProposalForm",
    "RetireForm",
    "ReverseForm",
    "SetAsideForm",
    "SignForm",
    "StageForm",
    "TargetForm",
    "TransactionForm",
]
