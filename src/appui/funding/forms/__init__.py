"""Forms of funding."""

from appui.funding.forms.agreements import AgreementForm, AllocationForm, SignForm
from appui.funding.forms.funds import DocumentForm, FundForm
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
    "AmendmentForm",
    "AskForm",
    "DocumentForm",
    "ConditionForm",
    "FundForm",
    "InteractionForm",
    "MeetForm",
    "MoveForm",
    "NewStageForm",
    "ProposalForm",
    "RetireForm",
    "ReverseForm",
    "SetAsideForm",
    "SignForm",
    "StageForm",
    "TargetForm",
    "TrancheForm",
    "TransactionForm",
]
