"""The institution's own fund: what came in for what, what was given, what is left.

Nouns: Earmark, Grant (what an earmark gives to one project), Movement (append-only), Period,
BankStatement and its lines, Match. Verbs: receive, allocate, disburse, refund, move, reverse, close
a period, reconcile, state accounts. What IATI knows is also a line of funding's ``Transaction``.
``balances``, ``matching``, ``camt`` and ``beancount`` are pure. Only those who work in the
organisation of a fund see its accounts, even where the fund itself is public.
"""
