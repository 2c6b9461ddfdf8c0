"""What the matcher and the quarantine say, in the reader's words."""

from django.utils.translation import gettext_lazy

REASONS = {
    "same-words": gettext_lazy("The same words: %(words)s"),
    "shared-words": gettext_lazy("Words in common: %(words)s"),
    "contained": gettext_lazy("One name within the other: %(words)s"),
    "misspelt": gettext_lazy("Nearly the same spelling: %(words)s"),
    "acronym": gettext_lazy("The same acronym: %(words)s"),
    "initials": gettext_lazy("One is the initials of the other: %(words)s"),
    "same-country": gettext_lazy("The same country: %(words)s"),
    "other-country": gettext_lazy("Against: other countries, %(words)s"),
    "other-number": gettext_lazy("Against: other numbers, %(words)s"),
    "part-of": gettext_lazy("Against: one is a part of the other, %(words)s"),
    "two-references": gettext_lazy("Against: two references, %(words)s"),
    "same-register-number": gettext_lazy("The same number in a publisher's list: %(words)s"),
}
BASES = {
    "reference": gettext_lazy("the same reference"),
    "name": gettext_lazy("the same name"),
    "known-reference": gettext_lazy("a known code of this donor"),
    "known-name": gettext_lazy("a known name of this donor"),
    "same-name": gettext_lazy("the same name, spelt otherwise"),
    "register": gettext_lazy("a name or identifier in your register"),
    "decision": gettext_lazy("a person judged so"),
}
OUTLIERS = {
    "outlier": gettext_lazy(
        "%(times)s times the usual largest line of this reporter (%(usual)s, the 99th percentile)."
    ),
    "beyond-any-real-line": gettext_lazy(
        "More than fifty thousand million dollars in one line: beyond any real one."
    ),
}
STANDINGS = {
    "waiting": gettext_lazy("Waits for a person"),
    "kept-out": gettext_lazy("Kept out of totals"),
    "released": gettext_lazy("Counted in totals"),
}
