"""What is done with the money: activities in IATI terms.

Nouns: Activity (programme, project, technical assistance, initiative), Participation (an
organisation in an IATI role), ActivityPlace, ActivityClassification (shares of one vocabulary make
100), ActivityIdentifier, BudgetLine (a revised line replaces the original). Verbs: describe,
change, take part, classify, budget, revise. Agreements and payments live in ``funding``.
"""
