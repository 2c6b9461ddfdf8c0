"""The instruments there are, in the order of the sheet."""

from __future__ import annotations

from appui.instruments.engine.budget_line import BUDGET_LINE
from appui.instruments.engine.debt_swap import DEBT_SWAP
from appui.instruments.engine.front_loading import FRONT_LOADING
from appui.instruments.engine.grant import GRANT
from appui.instruments.engine.matching import MATCHING
from appui.instruments.engine.outcomes import OUTCOMES
from appui.instruments.engine.partnership import PARTNERSHIP
from appui.instruments.engine.trust_fund import TRUST_FUND

INSTRUMENTS = {
    instrument.key: instrument
    for instrument in (
        GRANT,
        OUTCOMES,
        FRONT_LOADING,
        MATCHING,
        DEBT_SWAP,
        TRUST_FUND,
        BUDGET_LINE,
        PARTNERSHIP,
    )
}
