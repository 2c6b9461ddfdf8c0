"""How lists and tables of funding look."""

from appui.funding.listings.agreements import AGREEMENTS, STATUS_TONES
from appui.funding.listings.common import (
    DONORS,
    donor_address,
    donor_of,
    linked,
    of_donor,
    standing_organisation,
)
from appui.funding.listings.funds import (
    FUNDS,
    checked_tone,
    checked_word,
    document_columns,
    open_word,
)
from appui.funding.listings.ledger import TRANSACTIONS, ledger_word
from appui.funding.listings.proposals import INTERACTIONS, PROPOSALS, STAGE_TONES, follow_up_word
from appui.funding.listings.targets import TARGETS

__all__ = [
    "AGREEMENTS",
    "DONORS",
    "FUNDS",
    "INTERACTIONS",
    "PROPOSALS",
    "STAGE_TONES",
    "STATUS_TONES",
    "TARGETS",
    "TRANSACTIONS",
    "checked_tone",
    "checked_word",
    "document_columns",
    "donor_address",
    "donor_of",
    "follow_up_word",
    "ledger_word",
    "linked",
    "of_donor",
    "open_word",
    "standing_organisation",
]
