"""Where the institution stands toward what it set out to do, and what could go wrong.

Nouns: position of a target, range of a gap, concentration, what-if, attribution, vintages compared.
It reads the ledger, agreements and asks, and writes nothing into them.
"""
