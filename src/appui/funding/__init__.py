"""Money asked, promised, agreed and moved, and the gap that remains.

Nouns: Fund (donor window, call, own fund), Proposal (the ask), Interaction, Agreement, Allocation,
Transaction (append-only ledger, IATI types 1–13), Target. Verbs: open a window, ask, move a
proposal on, note an exchange, sign, allocate, record a transaction, reverse it, set a target.
``gap.py`` is the pure engine. Published flows of other people's money live in ``intelligence``.
"""
