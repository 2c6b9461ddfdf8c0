"""Documents made from live data: the donor brief as PDF and DOCX, with a source for every figure.

Nouns: Brief. Verbs: assemble, render. Holds no table of its own.
"""
