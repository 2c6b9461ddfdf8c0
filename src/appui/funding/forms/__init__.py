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
from appui.funding.forms.funds import FundForm, RequiredDocumentForm
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
    "ConditionForm",
    "DocumentForm",
    "FundForm",
    "InteractionForm",
    "MeetForm",
    "MoveForm",
    "NewStageForm",
    "ProposalForm",
    "RequiredDocumentForm",
    "RetireForm",
    "ReverseForm",
    "SetAsideForm",
    "SignForm",
    "StageForm",
    "TargetForm",
    "TrancheForm",
    "TransactionForm",
]
