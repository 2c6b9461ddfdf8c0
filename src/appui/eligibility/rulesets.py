"""Rules that come with Appui, brought to a window as data: a second time changes nothing."""

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from appui.eligibility import rules
from appui.eligibility.actions import replace_rule, write_rule
from appui.eligibility.expression import read, write
from appui.eligibility.models import EligibilityRule
from appui.funding.models import Fund
from appui.kernel import audit
from appui.kernel.access import Reader
from appui.kernel.errors import Invalid
from appui.kernel.multilingual import localise
from appui.kernel.verdict import require

NAMES = ("idf",)
COPIED = ("severity", "message", "fix", "citation", "citation_url")


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many rules were added, replaced by a later edition, and left as they are."""

    added: int
    replaced: int
    kept: int


@cache
def rule_set(name: str) -> dict[str, Any]:
    """A shipped set as its file has it, numbers as Decimals; raises ``Invalid``."""
    if name not in NAMES:
        text = _("No rules of that name come with Appui. There are: %(names)s.") % {
            "names": ", ".join(NAMES)
        }
        raise Invalid(text, {"name": text})
    path = resources.files("appui.eligibility") / "data" / f"{name}.json"
    found: dict[str, Any] = read_set(path.read_text(encoding="utf-8"))
    return found


def read_set(text: str) -> dict[str, Any]:
    """A file of rules, their expressions as trees that ``expression.evaluate`` takes."""
    found: dict[str, Any] = json.loads(text)
    for rule in found["rules"]:
        rule["expression"] = read(json.dumps(rule["expression"]))
    return found


def set_choices() -> list[tuple[str, str]]:
    """Each set with each of its parts, as “idf/national”."""
    return [
        (f"{name}/{part}", f"{localise(rule_set(name)['title'])} · {localise(label)}")
        for name in NAMES
        for part, label in rule_set(name)["parts"].items()
    ]


@transaction.atomic
def load_rule_set(fund: Fund, name: str, part: str, *, by: Reader) -> Loaded:
    """Bring the rules of one part of a set to a window. Raises ``Invalid`` for an unknown one.

    A short name that the window has is left as it is, unless the shipped rule begins later than
    its latest edition: then it becomes the next one.
    """
    audit.hold(fund)
    require(rules.may_rule(fund, by))
    shipped = rule_set(name)
    if part not in shipped["parts"]:
        text = _("The set “%(name)s” has these parts: %(parts)s.") % {
            "name": name,
            "parts": ", ".join(shipped["parts"]),
        }
        raise Invalid(text, {"part": text})
    latest: dict[str, EligibilityRule] = {}
    for rule in EligibilityRule.objects.filter(fund=fund).order_by("edition"):
        latest[rule.code] = rule
    counts = {"added": 0, "replaced": 0, "kept": 0}
    for position, rule in enumerate(shipped["rules"], 1):
        if part in rule.get("parts", [part]):
            counts[_bring(fund, rule, position * 10, latest.get(rule["code"]), by)] += 1
    return Loaded(**counts)


def _bring(
    fund: Fund, given: dict[str, Any], position: int, there: EligibilityRule | None, by: Reader
) -> str:
    starts = date.fromisoformat(given["valid_from"])
    fields = {field: given[field] for field in COPIED} | {
        "expression": write(given["expression"]),
        "position": position,
        "valid_from": starts,
    }
    if there is None:
        write_rule(fund, by=by, code=given["code"], **fields)
        return "added"
    if starts <= there.valid_from:
        return "kept"
    there.fund = fund
    replace_rule(there, by=by, **fields)
    return "replaced"
