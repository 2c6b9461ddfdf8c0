"""Published aid flows: reading them in, asking sums of them, ranking likely donors.

Nouns: a *corpus* (Parquet tables on disk), a *flow* (one transaction, split by sector,
place and year), a *view* (which of the overlapping reports are counted), a *ranked donor*.
Verbs: ingest, sum, list, rank, backtest. It writes nothing about the institution itself:
needs, proposals and agreements live in the rooms above.
"""
