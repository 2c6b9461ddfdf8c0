"""Needs and activities of the examples."""

from decimal import Decimal
from itertools import groupby
from operator import itemgetter

from appui.home.examples.files import Entry, read
from appui.home.examples.shelf import Shelf, amounts, plain, texts
from appui.needs import actions as need_actions
from appui.needs.models import Need, NeedStatus
from appui.portfolio import actions as activity_actions
from appui.portfolio.models import Activity


def load_needs(shelf: Shelf) -> None:
    """The needs with their lines; a need whose source states no cost has none."""
    for entry in read("needs")["need"]:
        found = Need.objects.filter(reference=entry["reference"]).first()
        shelf.needs[entry["reference"]] = shelf.put("needs", found, _state_need, shelf, entry)


def _state_need(shelf: Shelf, entry: Entry) -> Need:
    need = need_actions.state_need(
        by=shelf.by,
        locations=[shelf.places[code] for code in entry["places"]],
        goals=shelf.codes("UNSDG-Goals", entry["goals"]),
        sector=shelf.code("Sector", entry["sector"]),
        status=NeedStatus.OPEN,
        source=shelf.source(entry),
        **shelf.owned(entry),
        **plain(entry, "reference", "kind", "currency", "starts_on", "needed_by", "beneficiaries"),
        **texts(entry, "title", "summary"),
    )
    for line in entry.get("line", []):
        _add_line(shelf, need, line)
    return need


def _add_line(shelf: Shelf, need: Need, line: Entry) -> None:
    need_actions.add_line(
        need,
        by=shelf.by,
        pillar=shelf.code("Pillar", line["pillar"]),
        unit=shelf.code("Unit", line["unit"]) if "unit" in line else None,
        source=shelf.source(line),
        **plain(line, "year_from", "year_to", "who_pays"),
        **amounts(line, "quantity", "unit_cost", "fixed_cost", "stated_cost"),
        **texts(line, "detail"),
    )


def load_activities(shelf: Shelf) -> None:
    """The activities with everything that hangs on them."""
    for entry in read("activities")["activity"]:
        found = Activity.objects.filter(reference=entry["reference"]).first()
        shelf.activities[entry["reference"]] = shelf.put(
            "activities", found, _add_activity, shelf, entry
        )


def _add_activity(shelf: Shelf, entry: Entry) -> Activity:
    activity = activity_actions.describe_activity(
        by=shelf.by,
        needs=[shelf.needs[key] for key in entry.get("needs", [])],
        status=shelf.code("ActivityStatus", entry["status"]),
        scope=shelf.code("ActivityScope", entry["scope"]),
        aid_type=shelf.code("AidType", entry["aid_type"]) if "aid_type" in entry else None,
        source=shelf.source(entry),
        **shelf.owned(entry),
        **plain(entry, "reference", "kind", "currency", "planned_start", "planned_end"),
        **texts(entry, "title", "description"),
    )
    for item in entry.get("identifiers", []):
        activity_actions.add_identifier(activity, by=shelf.by, **item)
    _add_participations(shelf, activity, entry["participations"])
    activity_actions.set_places(activity, _shares(entry["places"]), by=shelf.by)
    _classify(shelf, activity, entry["classifications"])
    for item in entry.get("budget", []):
        _add_budget_line(shelf, activity, item)
    return activity


def _add_participations(shelf: Shelf, activity: Activity, items: list[Entry]) -> None:
    for item in items:
        activity_actions.add_participation(
            activity,
            by=shelf.by,
            organisation=shelf.organisations[item["organisation"]],
            role=shelf.code("OrganisationRole", item["role"]),
            **plain(item, "note"),
        )


def _shares(items: list[Entry]) -> dict[str, Decimal | None]:
    """The share of each code; None where the source states none."""
    return {item["code"]: amounts(item, "percentage").get("percentage") for item in items}


def _classify(shelf: Shelf, activity: Activity, items: list[Entry]) -> None:
    for codelist, group in groupby(items, itemgetter("list")):
        codes = list(group)
        activity_actions.set_shares(
            activity,
            codelist,
            _shares(codes),
            by=shelf.by,
            reasons={item["code"]: item["reason"] for item in codes},
        )


def _add_budget_line(shelf: Shelf, activity: Activity, item: Entry) -> None:
    activity_actions.add_budget_line(
        activity,
        by=shelf.by,
        budget_type=shelf.code("BudgetType", item["type"]),
        budget_status=shelf.code("BudgetStatus", item["status"]),
        source=shelf.source(item),
        **plain(item, "period_start", "period_end", "currency", "value_date"),
        **amounts(item, "amount"),
    )
