"""What the engine answers, as sentences a minister understands, in the reader's language."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from appui.kernel.multilingual import localise
from appui.selection.optimum.conflicts import Rule
from appui.ui import formats

Names = Mapping[str, Mapping[str, Any]]


def name(key: str, names: Names) -> str:
    """The title of a project; one that ``names`` does not have is not shared with the reader."""
    if key not in names:
        return _("a project not shared with you")
    return localise(names[key]["title"]).text


def quoted(text: str) -> str:
    """In the quotation marks of the reader's language."""
    return _("“%(name)s”") % {"name": text}


def several(keys: Sequence[str], names: Names) -> str:
    """Their titles, one after the other."""
    return ", ".join(quoted(name(key, names)) for key in keys)


def reason(said: Mapping[str, Any], names: Names, currency: str) -> str:
    """Why a project is in or out, from ``Reason.as_json``."""
    others = several(said["others"], names)
    code = said["code"]
    if code == "displaced":
        return _displaced(said, others, currency)
    if code == "rules":
        told = "; ".join(rule(Rule(item[0], tuple(item[1])), names) for item in said["rules"])
        return _("Forbidden by these rules together: %(rules)s.") % {"rules": told}
    return {
        "mandatory": _("In, because a rule demands it."),
        "chosen": _("In: it belongs to the best choice."),
        "excluded": _("Out, because a rule or a decision excludes it."),
        "no-fund": _("No envelope may pay it: its place or its sector is open to none."),
        "cannot-pay": _(
            "Needs %(missing)s more from an envelope open to it, whatever else is left out."
        ),
        "alternative": _("%(others)s was taken instead."),
        "requires": _("Makes no sense without %(others)s, which is out."),
    }[code] % {"others": others, "missing": formats.money(said["missing"], currency)}


def _displaced(said: Mapping[str, Any], others: str, currency: str) -> str:
    parts = []
    if others:
        parts.append(_("Displaced by %(others)s.") % {"others": others})
    if said["missing"] > 0:
        parts.append(
            _("Needs %(missing)s more from an envelope open to it.")
            % {"missing": formats.money(said["missing"], currency)}
        )
    if said["loss"] is None:
        return " ".join(parts) or _("Displaced by others.")
    loss = formats.number(Decimal(said["loss"]), 1)
    if Decimal(said["loss"]) > 0:
        told = _("Bringing it in would lose %(loss)s points.")
        if not said["exact"]:
            told = _("Bringing it in would lose at least %(loss)s points.")
        parts.append(told % {"loss": loss})
    else:
        parts.append(_("Another choice that has it is worth as much."))
    return " ".join(parts)


ABOUT_PROJECTS = frozenset(
    ("mandatory", "excluded", "requires", "alternatives", "funders", "no-fund")
)


def rule(item: Rule, names: Names) -> str:
    """A rule of the problem in words."""
    projects = item.kind in ABOUT_PROJECTS
    about = [name(key, names) if projects else key for key in item.about]
    first, second = (*about, "", "")[:2]
    sentence = {
        "mandatory": _("“%(first)s” must be in"),
        "excluded": _("“%(first)s” must be out"),
        "requires": _("“%(first)s” makes no sense without “%(second)s”"),
        "alternatives": _("only one of these may be in: %(all)s"),
        "at-least": _("the smallest grant of %(all)s"),
        "at-most": _("the largest grant of %(all)s"),
        "funders": _("the most funders that may pay “%(first)s”"),
        "least": _("the least share for %(all)s"),
        "most": _("the largest share for %(all)s"),
        "envelope": _("the envelope %(all)s"),
        "no-fund": _("no envelope may pay “%(first)s”"),
    }[item.kind]
    return sentence % {"first": first, "second": second, "all": ", ".join(about)}


LEFT_OUT_ORDER = ("unscored", "no-budget", "no-rate", "funded", "part-of")


def left_out(code: str) -> str:
    """Why a project was not among those to choose from."""
    return {
        "unscored": _("Not scored on every criterion yet."),
        "no-budget": _("Its budget is not stated."),
        "no-rate": _("A part of its budget has no exchange rate."),
        "funded": _("All its money is found already."),
        "part-of": _("The project it is a part of is to be chosen as a whole."),
    }[code]


def firmness(gap: Decimal) -> str:
    """How good a plan is known to be."""
    if not gap:
        return _("No choice is better: this is proven.")
    return _("No choice can be better by more than %(gap)s.") % {"gap": formats.percent(gap, 3)}


def worth(gains: Sequence[Mapping[str, Any]], currency: str) -> list[str]:
    """What more money in one envelope would bring, the most first; then where it brings nothing."""
    order = sorted(gains, key=lambda item: (-Decimal(item["adds"]), item["fund"], item["year"]))
    useful = [item for item in order if Decimal(item["adds"])]
    told = [
        _("%(more)s more in %(fund)s for %(year)s would add %(adds)s points.")
        % {
            "more": formats.money(item["more"], currency),
            "fund": quoted(item["fund"]),
            "year": item["year"],
            "adds": formats.number(Decimal(item["adds"]), 1),
        }
        for item in useful
    ]
    if len(useful) < len(order):
        more = formats.money(order[0]["more"], currency)
        none = _("In any one of the envelopes, %(more)s more would add nothing.")
        rest = _("In any other envelope or year, %(more)s more would add nothing.")
        told.append((rest if useful else none) % {"more": more})
    return told


def count(chosen: int, whole: int) -> str:
    """How many of the projects are in."""
    return ngettext(
        "%(chosen)d of %(whole)d project", "%(chosen)d of %(whole)d projects", whole
    ) % {"chosen": chosen, "whole": whole}
