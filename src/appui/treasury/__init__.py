"""The institution's own fund: what came in for what, what was given, what is left.

Nouns: Earmark, Grant out of the fund, Period, BankStatement and its lines. Verbs: receive,
allocate, disburse, refund, close a period, reconcile, state accounts. The lines are funding's
``Transaction``.
"""
