"""Tables of reports, typed in or imported: who gave how much to a place in which year.

Nouns: a *published table* (one edition of one source), a *bad cell*. Verbs: read, keep. The lines
join the corpus like any file: a newer edition of the same source supersedes the lines of an older
one that speak of the same, and both are kept.
"""
