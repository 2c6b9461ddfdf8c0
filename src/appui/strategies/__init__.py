"""Strategies: what an institution means to do and to raise, year by year, and who does it.

Nouns: a strategy and its versions, its items (objective, axis, action), a strength or weakness, a
request for an expert with its mandate and deliverables. Verbs: draft, compare, revise, approve,
derive a year's plan, report progress.
"""
