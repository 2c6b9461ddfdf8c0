"""Illustrative money for the pages of targets, ranges, what-ifs and chains."""

from decimal import Decimal

from appui.funding import actions
from appui.funding.models import Agreement, Transaction
from appui.home.examples.files import Entry, read
from appui.home.examples.shelf import Shelf, amounts, plain, texts
from appui.needs import actions as need_actions
from appui.needs.models import Need, NeedStatus
from appui.registry import actions as register
from appui.registry.models import Organisation, Visibility

OWNER = "acs"
NOTE = "Illustrative amount."
PROGRAMME = "liptako-gourma"
ASSOCIATION = "Association of the border villages (illustrative)"


def load_outlook(shelf: Shelf) -> None:
    """Needs with ranges, agreements and ledger lines of one institution, and one chain of joint
    funding; all say that they are illustrative."""
    entries = read("outlook")
    for entry in entries["need"]:
        found = Need.objects.filter(reference=entry["reference"]).first()
        shelf.needs[entry["reference"]] = shelf.put("needs", found, _state_need, shelf, entry)
    agreements = {}
    for entry in entries["agreement"]:
        known = Agreement.objects.filter(reference=entry["reference"]).first()
        agreements[entry["reference"]] = shelf.put("agreements", known, _sign, shelf, entry)
    for entry in entries["line"]:
        shelf.put("ledger lines", _written(entry), _write, shelf, entry, agreements)
    association = Organisation.objects.filter(name__en=ASSOCIATION).first()
    shelf.organisations["ngo"] = shelf.put("organisations", association, _associate, shelf)
    for entry in entries["chain"]:
        shelf.put("ledger lines", _passed(shelf, entry), _pass_on, shelf, entry)


def _own(shelf: Shelf) -> Entry:
    return {"owner": shelf.organisations[OWNER], "visibility": Visibility.PRIVATE}


def _state_need(shelf: Shelf, entry: Entry) -> Need:
    need = need_actions.state_need(
        by=shelf.by,
        locations=[shelf.places[code] for code in entry["places"]],
        goals=shelf.codes("UNSDG-Goals", entry["goals"]),
        sector=shelf.code("Sector", entry["sector"]),
        status=NeedStatus.OPEN,
        **_own(shelf),
        **plain(entry, "reference", "kind", "currency", "starts_on", "needed_by", "beneficiaries"),
        **texts(entry, "title"),
    )
    costs = ("quantity", "unit_cost", "unit_cost_low", "unit_cost_high", "stated_cost")
    for line in entry["line"]:
        need_actions.add_line(
            need,
            by=shelf.by,
            pillar=shelf.code("Pillar", line["pillar"]),
            unit=shelf.code("Unit", line["unit"]) if "unit" in line else None,
            location=shelf.places[line["location"]] if "location" in line else None,
            **plain(line, "year_from", "year_to", "unit_cost_basis"),
            **amounts(line, *costs),
        )
    return need


def _sign(shelf: Shelf, entry: Entry) -> Agreement:
    draft = actions.draft_agreement(
        by=shelf.by,
        donor=shelf.organisations[entry["donor"]],
        **_own(shelf),
        **plain(entry, "reference", "title", "currency"),
        **amounts(entry, "amount"),
    )
    agreement = actions.sign_agreement(
        draft, by=shelf.by, signed_on=entry["signed_on"], today=shelf.today
    )
    for item in entry.get("allocations", []):
        actions.allocate(
            agreement,
            by=shelf.by,
            amount=Decimal(item["amount"]),
            need=shelf.needs[item["need"]],
            pillar=shelf.code("Pillar", item["pillar"]),
            location=shelf.places[item["place"]],
            year=item["year"],
        )
    for reference, amount in entry.get("activities", []):
        actions.allocate(
            agreement,
            by=shelf.by,
            amount=Decimal(amount),
            activity=shelf.activities[reference],
        )
    return agreement


def _written(entry: Entry) -> Transaction | None:
    return Transaction.objects.filter(
        description=NOTE,
        date=entry["date"],
        value=Decimal(entry["value"]),
        transaction_type__code=entry["type"],
    ).first()


def _write(shelf: Shelf, entry: Entry, agreements: dict[str, Agreement]) -> Transaction:
    return actions.record_transaction(
        by=shelf.by,
        today=shelf.today,
        transaction_type=shelf.code("TransactionType", entry["type"]),
        value_date=entry["date"],
        provider=shelf.organisations.get(entry.get("provider", "")),
        agreement=agreements.get(entry.get("agreement", "")),
        activity=shelf.activities.get(entry.get("activity", "")),
        description=NOTE,
        **_own(shelf),
        **plain(entry, "date", "currency"),
        **amounts(entry, "value"),
    )


def _associate(shelf: Shelf) -> Organisation:
    return register.add_organisation(
        by=shelf.by,
        name={
            "en": ASSOCIATION,
            "fr": "Association des villages frontaliers (exemple)",
            "es": "Asociación de las aldeas fronterizas (ejemplo)",
            "ar": "رابطة القرى الحدودية (مثال)",
        },
    )


def _passed(shelf: Shelf, entry: Entry) -> Transaction | None:
    found = Transaction.objects.filter(
        activity=shelf.activities[PROGRAMME],
        date=entry["date"],
        value=Decimal(entry["value"]),
        transaction_type__code=entry["type"],
    )
    return found.first()


def _pass_on(shelf: Shelf, entry: Entry) -> Transaction:
    programme = shelf.activities[PROGRAMME]
    return actions.record_transaction(
        by=shelf.by,
        today=shelf.today,
        owner=programme.owner,
        visibility=Visibility.PUBLIC,
        transaction_type=shelf.code("TransactionType", entry["type"]),
        value_date=entry["date"],
        currency="USD",
        activity=programme,
        provider=shelf.organisations[entry["provider"]],
        receiver=shelf.organisations[entry["receiver"]],
        description=NOTE,
        **plain(entry, "date"),
        **amounts(entry, "value"),
    )
