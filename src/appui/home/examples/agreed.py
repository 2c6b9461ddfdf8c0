"""An agreement with tranches, an amendment and obligations, and a treaty, of the examples."""

from decimal import Decimal

from appui.accounts.models import User
from appui.funding import actions
from appui.funding.models import Agreement
from appui.home.examples.files import Entry, read
from appui.home.examples.shelf import Shelf, amounts, plain
from appui.obligations import actions as duties
from appui.obligations.models import Obligation, TreatyDuty
from appui.registry.models import Visibility


def load_agreed(shelf: Shelf) -> None:
    """What an agreement asks: illustrative, since no source states the terms of one."""
    entries = read("agreed")
    for entry in entries["agreement"]:
        agreement = Agreement.objects.filter(reference=entry["reference"]).first()
        shelf.put("agreements", agreement, _add_agreement, shelf, entry)
    for entry in entries["duty"]:
        known = TreatyDuty.objects.filter(
            owner=shelf.organisations[entry["owner"]], treaty=entry["treaty"]
        )
        shelf.put("treaties", known.first(), _add_duty, shelf, entry)


def _add_agreement(shelf: Shelf, entry: Entry) -> Agreement:
    by, today = shelf.by, shelf.today
    draft = actions.draft_agreement(
        by=by,
        donor=shelf.organisations[entry["donor"]],
        earmarking=shelf.code("EarmarkingCategory", entry["earmarking"]),
        **shelf.owned(entry, Visibility.PRIVATE),
        **plain(entry, "reference", "title", "currency", "starts_on", "ends_on", "earmark"),
        **amounts(entry, "amount"),
    )
    for item in entry["tranche"]:
        fields = plain(item, "due_on", "condition") | amounts(item, "amount")
        actions.add_tranche(draft, by=by, **fields)
    for item in entry["condition"]:
        kind = shelf.code("ConditionType", item["type"])
        row = actions.add_condition(draft, by=by, text=item["text"], condition_type=kind)
        if "met_on" in item:
            met_on = item["met_on"]
            actions.meet_condition(row, by=by, met_on=met_on, today=max(today, met_on))
    signed = actions.sign_agreement(
        draft, by=by, signed_on=entry["signed_on"], today=max(today, entry["signed_on"])
    )
    _pay(shelf, signed, entry["receipt"])
    _settle(shelf, signed, entry)
    _amend(shelf, signed, entry["amendment"])
    return signed


def _pay(shelf: Shelf, agreement: Agreement, entry: Entry) -> None:
    actions.record_transaction(
        by=shelf.by,
        today=max(shelf.today, entry["date"]),
        owner=agreement.owner,
        transaction_type=shelf.code("TransactionType", "1"),
        date=entry["date"],
        value_date=entry["date"],
        currency=agreement.currency,
        provider=agreement.donor,
        receiver=agreement.owner,
        agreement=agreement,
        tranche=agreement.tranches.get(number=entry["tranche"]),
        **amounts(entry, "value"),
    )


def _settle(shelf: Shelf, agreement: Agreement, entry: Entry) -> None:
    """One duty is done before the amendment; somebody is named for all of them."""
    who = User.objects.get(email=entry["responsible"])
    for row in Obligation.objects.filter(agreement=agreement).select_related("rule"):
        duties.assign(row, by=shelf.by, responsible=who)
        done = entry["done"]
        if row.rule.code == done["rule"]:
            duties.fulfil(
                row,
                by=shelf.by,
                today=max(shelf.today, done["done_on"]),
                **plain(done, "done_on", "document_url"),
            )


def _amend(shelf: Shelf, agreement: Agreement, entry: Entry) -> None:
    days = list(agreement.tranches.values_list("number", "due_on"))
    actions.amend_agreement(
        agreement,
        by=shelf.by,
        today=max(shelf.today, entry["signed_on"]),
        tranches=[
            actions.PlannedTranche(number, Decimal(amount), due_on)
            for (number, due_on), amount in zip(days, entry["tranches"], strict=True)
        ],
        **plain(entry, "signed_on", "kind", "ends_on", "reason"),
        **amounts(entry, "amount"),
    )


def _add_duty(shelf: Shelf, entry: Entry) -> TreatyDuty:
    return duties.follow_treaty(
        by=shelf.by,
        today=shelf.today,
        responsible=User.objects.get(email=entry["responsible"]),
        **shelf.owned(entry, Visibility.PRIVATE),
        **plain(entry, "treaty", "starts_on"),
    )
