"""The accounts of the Special Fund of the Association of Caribbean States, all illustrative.

No source states what is in the fund. The first receipt, 873.18 for two earmarks of 611.23 and
261.95, is the sum that programs reckoning in binary fractions refuse.
"""

from datetime import date
from decimal import Decimal
from typing import Any

from appui.funding.models import Fund
from appui.home.examples.files import Entry, read
from appui.home.examples.shelf import Shelf, amounts, texts
from appui.registry.actions import add_organisation
from appui.treasury import actions
from appui.treasury.actions import Part
from appui.treasury.models import Earmark


def load_treasury(shelf: Shelf) -> None:
    """Earmarks, movements, a closed period and a statement of the bank, once."""
    content = read("treasury")
    fund = Fund.objects.filter(title__en=content["fund"]).select_related("owner").first()
    if fund is None:
        return
    known = Earmark.objects.filter(fund=fund).first()
    shelf.put("fund accounts", known, _keep_accounts, shelf, fund, content)


def _keep_accounts(shelf: Shelf, fund: Fund, content: Entry) -> Earmark:
    by, today = shelf.by, shelf.today
    for entry in content["donor"]:
        shelf.organisations[entry["key"]] = add_organisation(
            by=by, is_donor=True, **texts(entry, "name")
        )
    earmarks = {"": actions.general_earmark(fund, by=by)}
    for entry in content["earmark"]:
        earmarks[entry["code"]] = actions.open_earmark(
            fund,
            by=by,
            code=entry["code"],
            currency=entry.get("currency", fund.currency),
            donor=shelf.organisations.get(entry.get("donor", "")),
            restriction=entry["restriction"],
            opened_on=date(2026, 1, 1),
            **texts(entry, "title"),
        )
    for entry in content["movement"]:
        _move(shelf, fund, earmarks, entry)
    actions.close_period(
        fund, by=by, today=today, starts_on=date(2026, 1, 1), ends_on=date(2026, 6, 30)
    )
    for entry in content["statement"]:
        actions.take_statement(
            fund,
            by=by,
            name=entry["name"],
            content=entry["content"].strip().encode(),
            currency=fund.currency,
            **amounts(entry, "opening", "closing"),
        )
    return earmarks[""]


def _move(shelf: Shelf, fund: Fund, earmarks: dict[str, Earmark], entry: Entry) -> None:
    common: dict[str, Any] = {
        "by": shelf.by,
        "today": shelf.today,
        "amount": Decimal(entry["amount"]),
        "date": entry["date"],
        "description": entry.get("description", ""),
    }
    if entry["kind"] == "moved_out":
        actions.move(earmarks[entry["earmark"]], to=earmarks[entry["to"]], **common)
        return
    common["organisation"] = shelf.organisations.get(entry.get("organisation", ""))
    common["reference"] = entry.get("reference", "")
    if entry["kind"] == "received":
        parts = [Part(earmarks[code], Decimal(amount)) for code, amount in entry["parts"].items()]
        actions.receive(fund, currency=entry.get("currency", fund.currency), parts=parts, **common)
        return
    project = shelf.activities.get(entry.get("project", ""))
    actions.record(earmarks[entry["earmark"]], kind=entry["kind"], activity=project, **common)
