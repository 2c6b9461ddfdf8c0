"""What is lacking: needs and their lines, with quantity, place, year and cost.

Nouns: Need, NeedLine. Verbs: state a need, change it, add, change and remove lines, close it.
Does not know who gives money: proposals, agreements and the gap live in ``funding``.
"""
