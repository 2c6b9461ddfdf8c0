"""Intake: old files brought in, without losing a good row or keeping a bad one.

Nouns: a batch (one file brought in), its cells' issues, a mapping that is remembered. Verbs: read,
guess, map, try, bring in, report, undo. It owns no record of its own: what it brings in is written
by the actions of the rooms below.
"""
