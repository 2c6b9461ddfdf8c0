"""Budgets and planned disbursements: money announced for a period ahead."""

from __future__ import annotations

from datetime import date

from appui.intelligence.ingest import codes
from appui.intelligence.ingest.iati.amounts import Money, read_money
from appui.intelligence.ingest.iati.draft import Draft
from appui.intelligence.ingest.iati.record import (
    Element,
    Record,
    at_line,
    dated,
    first_of_each,
    keep,
    keep_rest,
    party,
)
from appui.intelligence.ingest.rows import PlannedDisbursementRow

ORIGINAL, REVISED = "1", "2"
LONGEST_DAYS = 370
Period = tuple[date | None, date | None]


_PARTS = frozenset(("period-start", "period-end", "value"))
_PLANNED = _PARTS | {"provider-org", "receiver-org"}
_OWN = frozenset(("type", "status"))


def read_budgets(draft: Draft) -> None:
    """Add the budgets; an original is superseded when the same period has a revised one.

    A budget without a usable value is refused, and kept as it stands.
    """
    if not draft.budgets:
        return
    numbered = list(enumerate(draft.budgets, 1))
    parts = [first_of_each(draft, e, "budget", no, _PARTS) for no, e in numbered]
    periods = [_period(draft, part, "budget", no) for no, part in enumerate(parts, 1)]
    kinds = [codes.code("budget-type", e.get("type")) or ORIGINAL for e in draft.budgets]
    revised = {p for p, kind in zip(periods, kinds, strict=True) if kind == REVISED}
    items = zip(numbered, parts, periods, kinds, strict=True)
    for (number, element), part, period, kind in items:
        money = read_money(draft, element, part.get("value"), period[0], "period-start", number)
        if money is None:
            keep(draft, element, "budget", number)
            continue
        if not _OWN.issuperset(element.keys()):
            keep_rest(draft, element, "budget", number, _OWN, children=None)
        superseded = kind == ORIGINAL and period in revised
        _add_budget(draft, element, number, period, kind, money, superseded=superseded)


def read_planned_disbursement(draft: Draft, element: Element) -> None:
    number, path = draft.next_count("planned-disbursement"), "planned-disbursement"
    parts = first_of_each(draft, element, path, number, _PLANNED)
    period = _period(draft, parts, path, number)
    money = read_money(draft, element, parts.get("value"), period[0], "period-start", number)
    if money is None:
        keep(draft, element, path, number)
        return
    if not _OWN.issuperset(element.keys()) or element.get("status"):
        keep_rest(draft, element, path, number, _OWN - {"status"}, children=None)
    provider = party(draft, parts.get("provider-org"), f"{path}/provider-org", number)
    receiver = party(draft, parts.get("receiver-org"), f"{path}/receiver-org", number)
    draft.reading.rows["planned_disbursements"].append(
        PlannedDisbursementRow(
            file_no=draft.reading.file_no,
            activity_key=draft.key,
            ordinal=number,
            line=at_line(element),
            type=codes.code("budget-type", element.get("type")),
            period_start=period[0],
            period_end=period[1],
            amount=money.units,
            value_date=money.value_date,
            usd=money.cents,
            pricing=money.pricing,
            provider=provider.written,
            receiver=receiver.written,
        )
    )


def _period(draft: Draft, parts: dict[str, Element], path: str, number: int) -> Period:
    start = dated(draft, parts.get("period-start"), f"{path}/period-start", number)
    end = dated(draft, parts.get("period-end"), f"{path}/period-end", number)
    return start, end


def period_problem(record: Record, element: Element, period: Period) -> str | None:
    start, end = period
    if start is None or end is None:
        return "incomplete"
    found = None
    if end < start:
        found = "period-reversed"
    elif (end - start).days > LONGEST_DAYS:
        found = "period-long"
    if found:
        record.problem(found, element, f"{element.tag}/period-end", f"{start} to {end}")
    return found


def _add_budget(
    draft: Draft,
    element: Element,
    number: int,
    period: Period,
    kind: str,
    money: Money,
    *,
    superseded: bool,
) -> None:
    file_no, key = draft.reading.file_no, draft.key
    draft.reading.rows["budgets"].append(
        (  # a BudgetRow
            file_no,
            key,
            number,
            at_line(element),
            kind,
            element.get("status"),
            period[0],
            period[1],
            period_problem(draft, element, period),
            superseded,
            money.units,
            money.value_date,
            money.cents,
            money.pricing,
        )
    )
    divided = draft.pattern(period[0].year if period[0] else None, "period-start")
    rows = draft.reading.rows["budget_splits"]
    for split_no, (cell, units, cents) in enumerate(divided.divide(money.units, money.cents), 1):
        rows.append((file_no, key, number, split_no, cell, units, cents))  # a BudgetSplitRow
