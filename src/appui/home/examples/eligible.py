"""Rules of the examples' windows, two calls that are made up, and answers about projects."""

import json
from typing import Any

from appui.eligibility import actions
from appui.eligibility.models import EligibilityRule, Statement
from appui.eligibility.rulesets import load_rule_set
from appui.funding import actions as funding
from appui.funding.models import Fund
from appui.home.examples.files import Entry, read
from appui.home.examples.shelf import Shelf, amounts, plain, texts
from appui.portfolio.models import Activity
from appui.registry.queries import code


def load_eligibility(shelf: Shelf) -> None:
    """The rules that come with Appui at the windows of the fund they are of, then the rest."""
    entries = read("eligibility")
    for entry in entries["rules"]:
        fund = Fund.objects.get(title__en=entry["window"])
        known = EligibilityRule.objects.filter(fund=fund).count()
        if known:
            shelf.kept["rules"] += known
        else:
            done = load_rule_set(fund, entry["set"], entry["part"], by=shelf.by)
            shelf.created["rules"] += done.added
    for entry in entries["call"]:
        found = Fund.objects.filter(title__en=entry["title"]["en"]).first()
        shelf.put("funds", found, _add_call, shelf, entry)
    for entry in entries["answer"]:
        _answer(shelf, entry)


def _add_call(shelf: Shelf, entry: Entry) -> Fund:
    fund = funding.open_fund(
        by=shelf.by,
        organisation=shelf.organisations[entry["organisation"]],
        languages=shelf.codes("Language", entry["languages"]),
        locations=[shelf.places[value] for value in entry.get("places", ())],
        sectors=shelf.codes("Sector", entry.get("sectors", ())),
        earmarking=code("EarmarkingCategory", entry["earmarking"]),
        **shelf.owned(entry),
        **plain(entry, "kind", "currency", "conditions", "opens_on", "deadline", "verified_on"),
        **plain(entry, "earmarking_note"),
        **amounts(entry, "minimum", "maximum", "envelope", "cost_share"),
        **texts(entry, "title"),
    )
    for paper in entry["paper"]:
        funding.add_required_document(fund, by=shelf.by, kind=paper["kind"], title=paper["title"])
    for rule in entry["rule"]:
        fields: dict[str, Any] = plain(rule, "code", "severity", "citation", "valid_from")
        fields |= texts(rule, "message", "fix")
        actions.write_rule(fund, by=shelf.by, expression=json.dumps(rule["expression"]), **fields)
    return fund


def _answer(shelf: Shelf, entry: Entry) -> None:
    activity = Activity.objects.get(reference=entry["project"])
    found = Statement.objects.filter(activity=activity, fact=entry["fact"]).first()
    shelf.put(
        "answers",
        found,
        actions.answer,
        activity,
        by=shelf.by,
        today=shelf.today,
        source=shelf.source(entry),
        **plain(entry, "fact", "value", "said_by", "said_on", "note"),
    )
