"""Design: a project on its way from idea to closed, and the papers written on the way.

Nouns: a stage with its checklist, a move between stages, a template, a paper and its versions, a
comment, a theory of change. Verbs: move, write, compare, comment, draw, test. The project itself
is an activity of portfolio.
"""
