"""Who said what, when: sources and figures with their vintages.

Nouns: Source (a publication), Figure (one value of one measure, for a place and a date, from one
source). Verbs: cite, record a figure, revise it (the earlier vintage stays). Two publishers may
disagree: both figures are kept and the conflict is shown. Does not hold published aid flows.
"""
