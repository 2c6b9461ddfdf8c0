"""Watch: searches kept over published flows, donors, calls and statements, and what they signal.

Nouns: a saved search, a feed (RSS, Atom or a page of calls) with its items, a signal, a person's
subscription (digest and calendar). Verbs: keep a search, follow a feed, run, dismiss, follow up,
undo, write digests. Also what is due, and the page one reads before a meeting. It owns no money
and no contact: those are recorded in the rooms below.
"""
