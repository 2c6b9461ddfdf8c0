"""Needs and activities of the examples."""

from appui.home.examples.files import Entry, read
from appui.home.examples.shelf import Shelf, amounts, plain, texts
from appui.kernel import audit
from appui.needs import actions as need_actions
from appui.needs.models import Need, NeedStatus
from appui.portfolio.models import (
    Activity,
    ActivityClassification,
    ActivityIdentifier,
    ActivityPlace,
    BudgetLine,
    Participation,
)


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
    activity = Activity(
        status=shelf.code("ActivityStatus", entry["status"]),
        scope=shelf.code("ActivityScope", entry["scope"]),
        aid_type=shelf.code("AidType", entry["aid_type"]) if "aid_type" in entry else None,
        source=shelf.source(entry),
        **shelf.owned(entry),
        **plain(entry, "reference", "kind", "currency", "planned_start", "planned_end"),
        **texts(entry, "title", "description"),
    )
    needs = [shelf.needs[key] for key in entry.get("needs", [])]
    audit.create(activity, by=shelf.by, needs=needs)
    _hang_on(shelf, activity, entry)
    return activity


def _hang_on(shelf: Shelf, activity: Activity, entry: Entry) -> None:
    for item in entry.get("identifiers", []):
        audit.create(ActivityIdentifier(activity=activity, **item), by=shelf.by)
    for item in entry["participations"]:
        audit.create(
            Participation(
                activity=activity,
                organisation=shelf.organisations[item["organisation"]],
                role=shelf.code("OrganisationRole", item["role"]),
                **plain(item, "note"),
            ),
            by=shelf.by,
        )
    for item in entry["places"]:
        place = shelf.places[item["code"]]
        share = amounts(item, "percentage")
        audit.create(ActivityPlace(activity=activity, location=place, **share), by=shelf.by)
    for item in entry["classifications"]:
        audit.create(
            ActivityClassification(
                activity=activity,
                code=shelf.code(item["list"], item["code"]),
                **plain(item, "reason"),
                **amounts(item, "percentage"),
            ),
            by=shelf.by,
        )
    for item in entry.get("budget", []):
        audit.create(
            BudgetLine(
                activity=activity,
                budget_type=shelf.code("BudgetType", item["type"]),
                budget_status=shelf.code("BudgetStatus", item["status"]),
                source=shelf.source(item),
                **plain(item, "period_start", "period_end", "currency", "value_date"),
                **amounts(item, "amount"),
            ),
            by=shelf.by,
        )
