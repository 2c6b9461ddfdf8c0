"""Questions to the corpus: sums, the rows behind them, and the choices of a filter.

Every answer names its view; sums keep flow types and sources apart. Money is Decimal.
"""

from appui.intelligence.corpus.aggregates import Aggregate, aggregates
from appui.intelligence.corpus.filters import BY, VIEWS, FilterError, FlowFilter, View
from appui.intelligence.corpus.opening import Corpus, corpus_folder, open_corpus
from appui.intelligence.corpus.profile import (
    ConstantSum,
    CurrencySum,
    Marked,
    Pace,
    Seen,
    Sizes,
    constants,
    currencies,
    markers,
    pace,
    seen,
    sizes,
)
from appui.intelligence.corpus.questions import (
    Boundary,
    Choice,
    Choices,
    FileHeld,
    FlowRow,
    FlowSum,
    Unconverted,
    boundary,
    choices,
    count_rows,
    files_held,
    flow_rows,
    gifts,
    sum_flows,
    year_after,
)

__all__ = [
    "BY",
    "VIEWS",
    "Aggregate",
    "Boundary",
    "Choice",
    "Choices",
    "ConstantSum",
    "Corpus",
    "CurrencySum",
    "FileHeld",
    "FilterError",
    "FlowFilter",
    "FlowRow",
    "FlowSum",
    "Marked",
    "Pace",
    "Seen",
    "Sizes",
    "Unconverted",
    "View",
    "aggregates",
    "boundary",
    "choices",
    "constants",
    "corpus_folder",
    "count_rows",
    "currencies",
    "files_held",
    "flow_rows",
    "gifts",
    "markers",
    "open_corpus",
    "pace",
    "seen",
    "sizes",
    "sum_flows",
    "year_after",
]
