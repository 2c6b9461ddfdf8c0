"""Ways to pay for the same programme, compared on one sheet.

Nouns: Comparison (one programme, its cash need by year, the instruments weighed). Verbs: describe a
programme, weigh instruments, keep what was said. ``engine`` holds the formulas, pure.
It does not record money: agreements and the ledger do.
"""
