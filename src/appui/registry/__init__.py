"""Who and where: organisations, people, memberships, places, code lists, exchange rates.

Nouns: Organisation (with aliases, identifiers side by side, a merge that can be undone), Person,
Membership, Invitation, Location, CodeList, Code, ExchangeRate; ``Owned`` for what belongs to an
organisation. Verbs: add, change, merge, undo the merge, invite, accept, load reference data,
convert. Does not hold needs, projects or money movements.
"""
