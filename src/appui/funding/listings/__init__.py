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
from appui.funding.listings.proposals import (
    ASKS,
    INTERACTIONS,
    MOVES,
    PROPOSALS,
    STAGE_TONES,
    WINDOW,
    follow_up_word,
    is_overdue,
    look_words,
)
from appui.funding.listings.targets import APART, LEFT_OUT, SPANS, TARGETS, behind_of, figures_of
from appui.funding.listings.tranches import AMENDMENTS, condition_columns, tranche_columns

__all__ = [
    "AGREEMENTS",
    "AMENDMENTS",
    "APART",
    "ASKS",
    "DONORS",
    "FUNDS",
    "INTERACTIONS",
    "LEFT_OUT",
    "MOVES",
    "PROPOSALS",
    "SPANS",
    "STAGE_TONES",
    "STATUS_TONES",
    "TARGETS",
    "TRANSACTIONS",
    "WINDOW",
    "behind_of",
    "checked_tone",
    "checked_word",
    "condition_columns",
    "document_columns",
    "donor_address",
    "donor_of",
    "figures_of",
    "follow_up_word",
    "is_overdue",
    "ledger_word",
    "linked",
    "look_words",
    "of_donor",
    "open_word",
    "standing_organisation",
    "tranche_columns",
]
