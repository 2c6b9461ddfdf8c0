"""The pipeline of the Association of Caribbean States, all illustrative."""

from datetime import date, datetime, time, timedelta

from django.utils.timezone import make_aware

from appui.funding import actions
from appui.funding.models import Fund, PipelineStage, Proposal
from appui.home.examples.choosing import ILLUSTRATIVE
from appui.home.examples.files import Entry, read
from appui.home.examples.shelf import Shelf, amounts, plain
from appui.registry.models import Visibility

OWNER = "acs"


def load_asks(shelf: Shelf) -> None:
    """One stage of its own, a window, and asks with the moves that led them where they are."""
    entries = read("asks")
    owner = shelf.organisations[OWNER]
    stage = PipelineStage.objects.filter(owner=owner, name__en=entries["stage"]["name"]["en"])
    shelf.put(
        "stages of asks", stage.first(), actions.add_stage, owner, by=shelf.by, **entries["stage"]
    )
    windows = {}
    for entry in entries["window"]:
        known = Fund.objects.filter(title__en=entry["title"]["en"]).first()
        windows[entry["key"]] = shelf.put("funds", known, _add_window, shelf, entry)
    for entry in entries["ask"]:
        ask = Proposal.objects.filter(reference=entry["reference"]).first()
        shelf.put("asks", ask, _add_ask, shelf, entry, windows.get(entry.get("window", "")))


def _add_window(shelf: Shelf, entry: Entry) -> Fund:
    return actions.open_fund(
        by=shelf.by,
        organisation=shelf.organisations[entry["organisation"]],
        kind="window",
        currency="EUR",
        title=entry["title"],
        conditions=ILLUSTRATIVE["fr"],
        **shelf.owned({"owner": OWNER}, Visibility.PRIVATE),
    )


def _day(shelf: Shelf, days: int | None) -> date | None:
    return None if days is None else shelf.today + timedelta(days=days)


def _add_ask(shelf: Shelf, entry: Entry, window: Fund | None) -> Proposal:
    ask = actions.make_proposal(
        by=shelf.by,
        donor=shelf.organisations[entry["donor"]],
        activity=shelf.activities[entry["project"]],
        fund=window,
        made_on=_day(shelf, entry["made"]),
        decision_on=_day(shelf, entry.get("decision")),
        next_action_on=_day(shelf, entry.get("next_day")),
        **plain(entry, "reference", "title", "currency", "next_action"),
        **amounts(entry, "amount"),
        **shelf.owned({"owner": OWNER}, Visibility.PRIVATE),
    )
    for move in entry["moves"]:
        actions.move_proposal(
            ask,
            by=shelf.by,
            stage=move["stage"],
            moved_on=_day(shelf, move["day"]),
            loss_reason=move.get("loss", ""),
            outcome_reason=move.get("reason", ""),
            today=shelf.today,
        )
    if "signed" in entry:
        _sign(shelf, entry, ask)
    if "quiet" in entry:  # as if nobody had touched it since
        since = shelf.today - timedelta(days=entry["quiet"])
        Proposal.objects.filter(pk=ask.pk).update(
            updated_at=make_aware(datetime.combine(since, time.min))
        )
    return ask


def _sign(shelf: Shelf, entry: Entry, ask: Proposal) -> None:
    draft = actions.draft_agreement(
        by=shelf.by,
        proposal=ask,
        donor=ask.donor,
        reference=f"{entry['reference']}-agreement",
        title=ask.title,
        amount=ask.amount,
        currency=ask.currency,
        conditions=ILLUSTRATIVE["fr"],
        **shelf.owned({"owner": OWNER}, Visibility.PRIVATE),
    )
    signed_on = shelf.today + timedelta(days=entry["signed"])
    actions.sign_agreement(draft, by=shelf.by, signed_on=signed_on, today=shelf.today)
