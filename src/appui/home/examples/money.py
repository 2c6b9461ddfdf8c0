"""Agreements, targets, funds and exchanges with donors of the examples."""

from decimal import Decimal

from appui.funding import actions
from appui.funding.models import Agreement, Fund, Interaction, Target
from appui.home.examples.files import Entry, read
from appui.home.examples.shelf import Shelf, amounts, plain, texts
from appui.registry.models import Visibility


def load_funding(shelf: Shelf) -> None:
    """What the sources state of money: no ask is stated, so none is recorded."""
    entries = read("funding")
    for entry in entries["agreement"]:
        agreement = Agreement.objects.filter(reference=entry["reference"]).first()
        shelf.put("agreements", agreement, _add_agreement, shelf, entry)
    for entry in entries["target"]:
        target = Target.objects.filter(title__en=entry["title"]["en"]).first()
        shelf.put("targets", target, _add_target, shelf, entry)
    for entry in entries["fund"]:
        fund = Fund.objects.filter(title__en=entry["title"]["en"]).first()
        shelf.put("funds", fund, _add_fund, shelf, entry)
    for entry in entries["interaction"]:
        exchange = Interaction.objects.filter(summary=entry["summary"]).first()
        shelf.put("exchanges", exchange, _add_exchange, shelf, entry)


def _add_agreement(shelf: Shelf, entry: Entry) -> Agreement:
    draft = actions.draft_agreement(
        by=shelf.by,
        donor=shelf.organisations[entry["donor"]],
        source=shelf.source(entry),
        **shelf.owned(entry),
        **plain(entry, "reference", "title", "kind", "currency", "conditions"),
        **plain(entry, "starts_on", "ends_on"),
        **amounts(entry, "amount"),
    )
    agreement = actions.sign_agreement(
        draft, by=shelf.by, signed_on=entry["signed_on"], today=shelf.today
    )
    for item in entry["allocations"]:
        actions.allocate(
            agreement,
            by=shelf.by,
            amount=Decimal(item["amount"]),
            need=shelf.needs[item["need"]],
            pillar=shelf.code("Pillar", item["pillar"]),
            year=item["year"],
        )
    return agreement


def _add_target(shelf: Shelf, entry: Entry) -> Target:
    return actions.set_target(
        by=shelf.by,
        source=shelf.source(entry),
        **shelf.owned(entry),
        **plain(entry, "currency", "starts_on", "ends_on"),
        **amounts(entry, "amount"),
        **texts(entry, "title"),
    )


def _add_fund(shelf: Shelf, entry: Entry) -> Fund:
    return actions.open_fund(
        by=shelf.by,
        organisation=shelf.organisations[entry["organisation"]],
        source=shelf.source(entry),
        **shelf.owned(entry),
        **plain(entry, "kind", "currency", "conditions", "url"),
        **amounts(entry, "minimum", "maximum"),
        **texts(entry, "title"),
    )


def _add_exchange(shelf: Shelf, entry: Entry) -> Interaction:
    return actions.note_interaction(
        by=shelf.by,
        organisation=shelf.organisations[entry["organisation"]],
        kind=shelf.code("InteractionKind", entry["kind"]),
        **shelf.owned(entry, Visibility.PRIVATE),
        **plain(entry, "took_place_on", "summary", "note"),
    )
