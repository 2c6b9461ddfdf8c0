"""Facts, verdicts and mistakes in expressions, in the reader's words."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from appui.eligibility.expression import Problem, Truth
from appui.eligibility.facts import FactSheet, Known
from appui.eligibility.verdicts import RuleVerdict, Standing, WindowVerdict
from appui.eligibility.vocabulary import by_name
from appui.ui import formats

FEW = 2  # facts that a list names
STANDINGS: dict[Standing, Promise] = {
    "eligible": gettext_lazy("Eligible"),
    "not-eligible": gettext_lazy("Not eligible"),
    "unknown": gettext_lazy("Not known yet"),
}
TONES: dict[Standing, str] = {"eligible": "", "not-eligible": "late", "unknown": "wait"}
ORIGINS: dict[str, Promise] = {
    "ask": gettext_lazy("the ask at this window"),
    "budget": gettext_lazy("the budget of the project"),
    "project": gettext_lazy("the record of the project"),
    "places": gettext_lazy("the places of the project"),
    "scope": gettext_lazy("the scope of the project"),
    "sectors": gettext_lazy("the sectors of the project"),
    "owner": gettext_lazy("the organisation that owns the project"),
}
PROBLEMS: dict[str, Promise] = {
    "too-large": gettext_lazy("It is too long or too deep: divide it into several rules."),
    "wants-object": gettext_lazy(
        "“%(given)s” stands where an object with one key is wanted, such as {…: …} with one of: "
        "%(wanted)s."
    ),
    "unknown-word": gettext_lazy("“%(given)s” is no word here. Use one of: %(wanted)s."),
    "wants-tests": gettext_lazy("A list of one or more tests is wanted."),
    "wants-values": gettext_lazy("A list of one or more values is wanted."),
    "wants-count": gettext_lazy("“%(given)s” stands where a list of %(wanted)s parts is wanted."),
    "unknown-fact": gettext_lazy("“%(given)s” is no fact that fits. Use one of: %(wanted)s."),
    "wrong-kind": gettext_lazy(
        "The fact “%(given)s” does not fit: one of this kind is wanted: %(wanted)s."
    ),
    "wants-text": gettext_lazy("“%(given)s” stands where a text in quotes is wanted."),
    "wants-texts": gettext_lazy("“%(given)s” stands where a list of texts in quotes is wanted."),
    "too-great": gettext_lazy("The number %(given)s is too great."),
}


def standing(verdict: WindowVerdict) -> str:
    """The standing in a word or two."""
    if not verdict.has_rules:
        return _("No rule recorded")
    return str(STANDINGS[verdict.standing])


def tone(verdict: WindowVerdict) -> str:
    """How the standing looks."""
    return TONES[verdict.standing] if verdict.has_rules else "plain"


def truth(value: Truth) -> str:
    """Whether one rule holds."""
    if value is None:
        return _("not known")
    return _("holds") if value else _("does not hold")


def truth_tone(item: RuleVerdict) -> str:
    """How the verdict of one rule looks."""
    if item.truth is None:
        return "wait"
    if item.truth:
        return ""
    return "late" if item.rule.severity == "must" else "wait"


def label(name: str) -> str:
    """A fact by its name."""
    fact = by_name().get(name)
    return str(fact.label) if fact else name


def value(name: str, known: Known) -> str:
    """What a fact says, as one reads it."""
    found, fact = known.value, by_name()[name]
    if isinstance(found, bool):
        return _("yes") if found else _("no")
    if isinstance(found, Decimal):
        if known.currency:
            return formats.money(found, known.currency)
        return formats.number(found)
    if isinstance(found, tuple):
        return ", ".join(found) if found else _("none")
    return str(dict(fact.choices).get(found, found))


def origin(known: Known) -> str:
    """Where a fact comes from: a table, or who said it and when; with the rate of an amount."""
    if known.statement is not None:
        said = known.statement
        return _("%(who)s, %(day)s") % {"who": said.said_by, "day": formats.day(said.said_on)}
    parts = [str(ORIGINS[known.origin])]
    for item in known.converted[:3]:
        parts.append(
            _("%(original)s at %(rate)s on %(day)s, %(source)s")
            % {
                "original": formats.money(item.original.amount, item.original.currency),
                "rate": formats.number(item.rate),
                "day": formats.day(item.rate_date),
                "source": item.rate_source,
            }
        )
    return "; ".join(parts)


def remedy(item: RuleVerdict, sheet: FactSheet) -> str:
    """What to do so that the rule holds: settle what is missing, or what the rule advises."""
    if item.truth:
        return ""
    if item.truth is False:
        return item.rule.fix
    return " ".join(missing(name, sheet) for name in item.missing)


def missing(name: str, sheet: FactSheet) -> str:
    """Which fact is missing, and where it is recorded."""
    if name in sheet.unconverted:
        return _("%(fact)s: no exchange rate is known for that day.") % {"fact": label(name)}
    return _("%(fact)s is not known. %(remedy)s") % {
        "fact": label(name),
        "remedy": by_name()[name].remedy if name in by_name() else "",
    }


def to_fix(verdict: WindowVerdict) -> list[str]:
    """What stands between the project and the window, what excludes first; each sentence once."""
    if not verdict.has_rules:
        return [_("No rule of this window is recorded: add them on its page.")]
    found = [item.rule.fix or item.rule.message for item in verdict.failed]
    stated = [name for name in verdict.missing if by_name()[name].is_stated]
    if stated:
        found.append(_("To be answered: %(facts)s.") % {"facts": ", ".join(map(label, stated))})
    held = [name for name in verdict.missing if name not in stated]
    return list(dict.fromkeys([*found, *(missing(name, verdict.sheet) for name in held)]))


def in_short(verdict: WindowVerdict) -> str:
    """The first things to fix, as a list has room for them."""
    if verdict.failed:
        return " ".join(item.rule.fix or item.rule.message for item in verdict.failed[:2])
    if verdict.standing == "eligible" or not verdict.has_rules or len(verdict.missing) <= FEW:
        return " ".join(to_fix(verdict)) if verdict.standing != "eligible" else ""
    more = len(verdict.missing) - FEW
    return ngettext(
        "To be known: %(facts)s, and %(count)d more.",
        "To be known: %(facts)s, and %(count)d more.",
        more,
    ) % {"facts": ", ".join(map(label, verdict.missing[:FEW])), "count": more}


def problem(found: Problem) -> str:
    """What is wrong with an expression, and where."""
    text = str(PROBLEMS[found.code]) % {"given": found.given, "wanted": found.wanted}
    if not found.place:
        return text
    return _("At %(place)s: %(text)s") % {"place": " › ".join(found.place), "text": text}


def vocabulary() -> Sequence[Mapping[str, str]]:
    """The facts an expression may name: name, kind and label."""
    names = {
        "yes-no": _("yes or no"),
        "number": _("number"),
        "amount": _("amount in the currency of the window"),
        "text": _("word"),
        "list": _("list of codes"),
    }
    return [
        {"name": fact.name, "kind": names[fact.kind], "label": str(fact.label)}
        for fact in by_name().values()
    ]
