"""Signals and problems of feeds in the reader's words."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appui.funding.models import Fund
from appui.intelligence.words import FLOW_TYPES, SOURCES
from appui.ui import formats
from appui.watch.models import Confidence, Signal, SignalKind

LONGEST_TEXT = 120
TONES: dict[str, str] = {
    SignalKind.NEW: "",
    SignalKind.RETURNED: "",
    SignalKind.UP: "",
    SignalKind.DOWN: "wait",
    SignalKind.FELL: "late",
    SignalKind.EXIT: "late",
    SignalKind.CALL_OPENED: "",
    SignalKind.DEADLINE: "late",
    SignalKind.CHANGED: "wait",
    SignalKind.STATEMENT: "plain",
}
CONFIDENCE_TONES: dict[str, str] = {
    Confidence.STRONG: "",
    Confidence.FAIR: "plain",
    Confidence.WEAK: "wait",
}
CONFIDENCE_RULES = {
    Confidence.STRONG: gettext_lazy("The source covers these years for this donor."),
    Confidence.FAIR: gettext_lazy(
        "The last year may not be published in full, or the years before are not known."
    ),
    Confidence.WEAK: gettext_lazy(
        "The donor has published nothing of that year yet: this may be silence, not an end."
    ),
}
PROBLEMS = {
    "not-a-feed": gettext_lazy("There is no RSS or Atom feed at this address."),
    "not-a-page": gettext_lazy("There is no web page at this address."),
    "empty": gettext_lazy("Nothing to list stands at this address."),
    "too-heavy": gettext_lazy("What stands at this address takes too long to read."),
    "broken": gettext_lazy("The feed is damaged: what could be read was kept."),
    "fetch-private": gettext_lazy("The address is not on the public internet."),
    "fetch-scheme": gettext_lazy("Only web addresses (http and https) are read."),
    "fetch-address": gettext_lazy("This is not a web address."),
    "fetch-password": gettext_lazy("The address holds a name or password: give one without."),
    "fetch-no-host": gettext_lazy("No machine has that name: check the address."),
    "fetch-no-connection": gettext_lazy("The server does not answer."),
    "fetch-timeout": gettext_lazy("The server is too slow."),
    "fetch-too-large": gettext_lazy("What stands there is too large for a feed."),
    "fetch-bomb": gettext_lazy("What stands there unpacks to far too much."),
    "fetch-certificate": gettext_lazy("The certificate of the server is not valid."),
    "fetch-redirects": gettext_lazy("The address sends on to others without end."),
    "fetch-404": gettext_lazy("There is nothing at this address any more."),
    "fetch-410": gettext_lazy("There is nothing at this address any more."),
    "fetch-401": gettext_lazy("The server does not let us read this address."),
    "fetch-403": gettext_lazy("The server does not let us read this address."),
}


def problem(code: str) -> str:
    """Why a feed could not be read, and which code the command line prints; empty when it was."""
    if not code:
        return ""
    return str(
        PROBLEMS.get(code) or _("The address could not be read (%(code)s).") % {"code": code}
    )


def about(signal: Signal) -> str:
    """Whom or what a signal is about, as the register names it where it knows it.

    A donor stands with its place, or with the search that says which places were meant.
    """
    if signal.year is None:
        return signal.title
    donor = signal.donor
    name = str(donor.merged_into or donor) if donor else signal.title
    return f"{name} · {signal.location or signal.search.title}"


def facts(signal: Signal) -> str:
    """What happened, in a few words: its amounts and years, or its day."""
    if signal.changes:
        return changes(signal)
    if signal.year is None or signal.after is None or signal.before is None:
        return formats.day(signal.happens_on) if signal.happens_on else ""
    amounts = {
        "year": signal.year,
        "since": signal.since or "",
        "after": _money(signal.after, signal.currency),
        "before": _money(signal.before, signal.currency),
    }
    if signal.kind == SignalKind.NEW:
        return _("%(after)s in %(year)s, nothing published before") % amounts
    if signal.kind == SignalKind.EXIT:
        return _("nothing in %(year)s, %(before)s in %(since)s") % amounts
    return _("%(after)s in %(year)s, %(before)s in %(since)s") % amounts


def changes(signal: Signal) -> str:
    """What changed in a window, field by field, as much as is kept of it."""
    parts = []
    for name, (before, after) in signal.changes.items():
        label = _rule_or_paper(name) or _field_of_window(name)
        told = {"field": label, "before": _told(name, before), "after": _told(name, after)}
        if before and after:
            parts.append(_("%(field)s: %(before)s, now %(after)s") % told)
        elif after:
            parts.append(_("%(field)s: now %(after)s") % told)
        else:
            parts.append(_("%(field)s: no longer %(before)s") % told if before else str(label))
    return "; ".join(parts)


def _rule_or_paper(name: str) -> str:
    return {"rule": _("Rule"), "document": _("Required paper")}.get(name, "")


def _field_of_window(name: str) -> str:
    field: Any = Fund._meta.get_field(name)
    return str(field.verbose_name)


def _told(name: str, text: str) -> str:
    """A side of a change as it is read: a day, an amount, or text cut short."""
    if name in ("opens_on", "deadline") and text:
        return formats.day(date.fromisoformat(text))
    if name in ("minimum", "maximum", "envelope") and text:
        return formats.number(Decimal(text))
    return text if len(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT - 1]}…"


def said_by(signal: Signal) -> str:
    """The source: a publisher, or where the flows were published and of which type they are."""
    if signal.year is None:
        return signal.said_by
    source, _slash, flow_type = signal.said_by.partition("/")
    return f"{SOURCES.get(source, source)} · {FLOW_TYPES.get(flow_type, flow_type)}"


def line(signal: Signal) -> str:
    """The signal in one line, for a digest."""
    parts = [f"{signal.get_kind_display()}: {about(signal)}", facts(signal), said_by(signal)]
    return " · ".join(part for part in parts if part)


def _money(amount: Decimal, currency: str) -> str:
    return formats.money(amount, currency, short=True)
