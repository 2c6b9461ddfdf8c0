"""Which published donors are one organisation: a pure engine, no Django and no database.

``settle`` merges what is certain by rules and by what people decided; ``candidates`` proposes the
other pairs with a score and the reasons for it. Both give the same answer for the same input in
any order.
"""

from appui.intelligence.ingest.matching.known import Known, known_donors
from appui.intelligence.ingest.matching.names import Written, written
from appui.intelligence.ingest.matching.pairs import Pair, Reason, candidates
from appui.intelligence.ingest.matching.rules import (
    Decided,
    Mention,
    Organisation,
    Registered,
    Settled,
    settle,
)

__all__ = [
    "Decided",
    "Known",
    "Mention",
    "Organisation",
    "Pair",
    "Reason",
    "Registered",
    "Settled",
    "Written",
    "candidates",
    "known_donors",
    "settle",
    "written",
]
