"""Which windows a project may ask, and what to fix where it may not.

Nouns: EligibilityRule (data: expression, citation, validity), Verdict of a project at a window.
Verbs: write a rule, evaluate, search windows. The windows themselves are funding's ``Fund``.
"""
