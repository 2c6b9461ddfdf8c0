"""What is due, by which rule, and the document that fulfils it.

Nouns: ObligationRule (data), Obligation. Verbs: compute what is due, fulfil, waive, remind.
Agreements themselves are funding's; deadlines of a treaty have no agreement.
"""
