"""Tables of funding, one file a noun-family."""

from appui.funding.models.agreement import Agreement, AgreementKind, AgreementStatus, Allocation
from appui.funding.models.amendment import Amendment, AmendmentKind
from appui.funding.models.fund import Fund, FundKind, RequiredDocument, RequiredDocumentKind
from appui.funding.models.ledger import Transaction
from appui.funding.models.pipeline import (
    AskDocument,
    DocumentFile,
    DocumentKind,
    PipelineStage,
    StageMove,
)
from appui.funding.models.proposal import Interaction, LossReason, Proposal, Stage
from appui.funding.models.setaside import SetAside
from appui.funding.models.target import Target
from appui.funding.models.tranche import Condition, Tranche

__all__ = [
    "Agreement",
    "AgreementKind",
    "AgreementStatus",
    "Allocation",
    "Amendment",
    "AmendmentKind",
    "AskDocument",
    "Condition",
    "DocumentFile",
    "DocumentKind",
    "Fund",
    "FundKind",
    "Interaction",
    "LossReason",
    "PipelineStage",
    "Proposal",
    "RequiredDocument",
    "RequiredDocumentKind",
    "SetAside",
    "Stage",
    "StageMove",
    "Target",
    "Tranche",
    "Transaction",
]
