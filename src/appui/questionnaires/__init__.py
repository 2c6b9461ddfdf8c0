"""Questionnaires: forms with versions, conditions and scores, what was answered, who was heard.

Nouns: a form and its versions, a response about any record, a priority that a weak answer makes, a
consultation. Verbs: draft, publish, answer, submit, score, consult. It does not know what is done
about a priority: plans stand in a room above.
"""
