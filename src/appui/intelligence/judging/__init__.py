"""What people judge of published flows: which names are one organisation, which amounts are real.

Nouns: pair, amount, judgement. Verbs: judge, undo, bring up to date (let the corpus follow). The
matching itself is ``ingest.matching``, the quarantine's rule ``sql/quarantine.sql``.
"""
