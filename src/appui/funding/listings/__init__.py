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
from appui.funding.listings.funds import FUNDS, open_word
from appui.funding.listings.ledger import TRANSACTIONS, ledger_word
from appui.funding.listings.proposals import INTERACTIONS, PROPOSALS, STAGE_TONES, follow_up_word
from appui.funding.listings.targets import (
    APART,
    LEFT_OUT,
    SPANS,
    TARGETS,
    behind_of,
    figures_of,
)

__all__ = [
    "AGREEMENTS",
    "APART",
    "DONORS",
    "FUNDS",
    "INTERACTIONS",
    "LEFT_OUT",
    "PROPOSALS",
    "SPANS",
    "STAGE_TONES",
    "STATUS_TONES",
    "TARGETS",
    "TRANSACTIONS",
    "behind_of",
    "donor_address",
    "donor_of",
    "figures_of",
    "follow_up_word",
    "ledger_word",
    "linked",
    "of_donor",
    "open_word",
    "standing_organisation",
]
