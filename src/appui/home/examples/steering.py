"""Strategies, strengths, work plans and the mandate of an expert of the examples."""

from appui.accounts.models import User
from appui.funding.models import Target
from appui.home.examples.files import Entry, read
from appui.home.examples.shelf import Shelf, amounts, plain, texts
from appui.questionnaires.models import Consultation
from appui.strategies import actions
from appui.strategies.models import (
    ExpertRequest,
    ProgressState,
    RequestState,
    Strategy,
    StrategyItem,
    Strength,
)

PLANNED_YEARS = (2026, 2027)  # the first is approved, the second still a draft


def load_strategies(shelf: Shelf) -> None:
    """What the sources state of strategies, strengths and an expert's mandate."""
    entries = read("strategies")
    for entry in entries["strategy"]:
        strategy = Strategy.objects.filter(reference=entry["reference"], edition=1).first()
        shelf.put("strategies", strategy, _add_strategy, shelf, entry)
    for position, entry in enumerate(entries["strength"], 1):
        strength = Strength.objects.filter(text__en=entry["text"]["en"]).first()
        shelf.put("strengths", strength, _add_strength, shelf, entry, position)
    for entry in entries["request"]:
        request = ExpertRequest.objects.filter(reference=entry["reference"]).first()
        shelf.put("mandates", request, _add_request, shelf, entry)


def _add_strategy(shelf: Shelf, entry: Entry) -> Strategy:
    strategy = actions.draft_strategy(
        by=shelf.by,
        source=shelf.source(entry),
        **shelf.owned(entry),
        **plain(entry, "reference", "currency", "year_from", "year_to"),
        **texts(entry, "title", "summary"),
    )
    made = _add_items(shelf, strategy, entry)
    actions.approve_strategy(strategy, by=shelf.by, today=shelf.today, **_grounds(strategy))
    _plan(shelf, strategy)
    _report(shelf, entry, made)
    _revise(shelf, strategy, entry, made)
    return strategy


def _add_items(shelf: Shelf, strategy: Strategy, entry: Entry) -> dict[str, StrategyItem]:
    """All items in their order; the actions by their key."""
    who = User.objects.get(email=entry["responsible"])
    made: dict[str, StrategyItem] = {}
    for rank, item in enumerate(entry["objective"], 1):
        fields = texts(item, "title", "description")
        targets = list(Target.objects.filter(title__en=item.get("target", "")))
        objective = actions.add_item(
            strategy, by=shelf.by, targets=targets, position=rank, responsible=who, **fields
        )
        for number, part in enumerate(item["axis"], 1):
            fields = texts(part, "title", "description")
            axis = actions.add_item(
                strategy, by=shelf.by, under=objective, position=number, **fields
            )
            for place, action in enumerate(part["action"], 1):
                fields = _work(shelf, action) | {"position": place, "responsible": who}
                made[action["key"]] = actions.add_item(strategy, by=shelf.by, under=axis, **fields)
    return made


def _work(shelf: Shelf, entry: Entry) -> Entry:
    unit = entry.get("indicator_unit")
    return {
        **plain(entry, "due_on"),
        **amounts(entry, "cost", "indicator_target"),
        **texts(entry, "title", "indicator"),
        **({"indicator_unit": shelf.code("Unit", unit)} if unit else {}),
    }


def _plan(shelf: Shelf, strategy: Strategy) -> None:
    first, *later = PLANNED_YEARS
    plan = actions.make_plan(strategy, by=shelf.by, year=first, visibility=strategy.visibility)
    actions.approve_plan(plan, by=shelf.by, today=shelf.today, **_grounds(strategy))
    for year in later:
        actions.make_plan(strategy, by=shelf.by, year=year)


def _grounds(strategy: Strategy) -> Entry:
    """The consultations of the organisation, on which its examples rest."""
    heard = list(Consultation.objects.filter(owner=strategy.owner_id)[:2])
    why = "Exemple illustratif : aucune consultation n’est jointe."
    return {"consultations": heard, "unheard": "" if heard else why}


def _report(shelf: Shelf, entry: Entry, made: dict[str, StrategyItem]) -> None:
    for action in _actions(entry):
        if "state" in action:
            actions.report_progress(
                made[action["key"]],
                by=shelf.by,
                state=ProgressState(action["state"]),
                on=action["reported_on"],
                today=max(shelf.today, action["reported_on"]),
                note=action["note"],
            )


def _actions(entry: Entry) -> list[Entry]:
    axes = [axis for objective in entry["objective"] for axis in objective["axis"]]
    return [action for axis in axes for action in axis["action"]]


def _revise(shelf: Shelf, strategy: Strategy, entry: Entry, made: dict[str, StrategyItem]) -> None:
    """The draft of the next version, with what it says otherwise."""
    draft = actions.revise_strategy(strategy, by=shelf.by)
    copies = {copy.lineage: copy for copy in draft.items.select_related("strategy")}
    for change in entry["revision"]:
        copy = copies[made[change["key"]].lineage]
        actions.change_item(copy, by=shelf.by, **_work(shelf, change))


def _add_strength(shelf: Shelf, entry: Entry, position: int) -> Strength:
    return actions.note_strength(
        by=shelf.by,
        position=position,
        source=shelf.source(entry),
        figure=shelf.figures.get(entry.get("figure", "")),
        **shelf.owned(entry),
        **plain(entry, "kind", "usable"),
        **texts(entry, "text"),
    )


def _add_request(shelf: Shelf, entry: Entry) -> ExpertRequest:
    request = actions.request_expert(
        by=shelf.by,
        asked_by=shelf.organisations[entry["asked_by"]],
        asked_of=shelf.organisations[entry["asked_of"]],
        source=shelf.source(entry),
        **shelf.owned(entry),
        **plain(entry, "reference"),
        **texts(entry, "subject", "description"),
    )
    actions.move_request(request, by=shelf.by, state=RequestState.AGREED)
    expert = shelf.organisations[entry["expert"]]
    mandate = actions.give_mandate(request, by=shelf.by, organisation=expert)
    for position, item in enumerate(entry["deliverable"], 1):
        fields = plain(item, "form") | texts(item, "title")
        actions.add_deliverable(mandate, by=shelf.by, position=position, **fields)
    return request
