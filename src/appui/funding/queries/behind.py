"""The rows behind the figures of a target, as they are shown and told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from appui.funding.models import Agreement, Transaction
from appui.funding.queries.entries import Entry
from appui.funding.queries.targets import CountedAsk, Name, TargetBook
from appui.kernel.access import Reader
from appui.kernel.money import Money
from appui.registry.models import Organisation

Counted = tuple[Entry, Decimal | None] | CountedAsk


@dataclass(frozen=True, slots=True)
class BehindRow:
    """One row of a figure: the record, and its amount as recorded and as counted.

    ``counted`` is None when no rate was known; ``chance`` is 1 but for an ask in the pipeline.
    """

    key: str
    kind: str
    label: str
    url: str
    other: str
    day: date | None
    original: Money
    rate: str
    chance: Decimal
    counted: Decimal | None


def counted_rows(book: TargetBook, name: Name) -> list[Counted]:
    """The rows of one figure: entries with what they add, by day, then asks; no query."""
    asks = book.position.asks
    if name == "pipeline":
        return list(asks)
    found: list[Counted] = [
        *sorted(book.counted(name), key=lambda pair: (pair[0].day, pair[0].pk), reverse=True)
    ]
    if name == "pledged":
        found += [item for item in asks if item.is_pledge]
    return found


def behind(rows: Sequence[Counted], name: Name, reader: Reader) -> list[BehindRow]:
    """Those rows with their names; three queries."""
    entries = [row[0] for row in rows if not isinstance(row, CountedAsk)]
    lines = [item.pk for item in entries if not item.is_agreement]
    agreements = [item.pk for item in entries if item.is_agreement]
    known = (
        Transaction.objects.visible_to(reader).select_related("transaction_type").in_bulk(lines),
        Agreement.objects.visible_to(reader).in_bulk(agreements),
        Organisation.objects.in_bulk({item.other for item in entries if item.other}),
    )
    return [
        _ask_row(row, name) if isinstance(row, CountedAsk) else _entry_row(row, *known)
        for row in rows
    ]


def _entry_row(
    counted: tuple[Entry, Decimal | None],
    lines: dict[int, Transaction],
    agreements: dict[int, Agreement],
    others: dict[int, Organisation],
) -> BehindRow:
    entry, amount = counted
    record = agreements[entry.pk] if entry.is_agreement else lines[entry.pk]
    if isinstance(record, Agreement):
        kind, label = _("Agreement"), str(record)
        if entry.amendment:
            kind = _("Amendment %(number)d") % {"number": entry.amendment}
    else:
        kind, label = str(record.transaction_type), record.description or str(record)
    other = others.get(entry.other or 0)
    part = f"/{entry.amendment}" if entry.amendment else ""
    return BehindRow(
        key=f"{record._meta.label_lower}:{entry.pk}{part}",
        kind=kind,
        label=label,
        url=record.get_absolute_url(),
        other=str(other) if other else "",
        day=entry.day,
        original=Money(entry.amount, entry.currency),
        rate=_rate(record, entry, amount),
        chance=Decimal(1),
        counted=amount,
    )


def _rate(record: Agreement | Transaction, entry: Entry, amount: Decimal | None) -> str:
    """The rate fixed when the record was signed or written."""
    if amount is None:
        return _("no rate known: not counted")
    rate, day = (
        (entry.rate, entry.rate_date)
        if entry.is_agreement
        else (record.usd_rate, record.usd_rate_date)
    )
    if entry.currency == "USD" or amount == entry.amount or rate is None:
        return ""
    return f"{rate.normalize():f}" + (f" · {day:%Y-%m}" if day else "")


def _ask_row(item: CountedAsk, name: Name) -> BehindRow:
    ask, found = item.ask, item.counted
    rate = _("no rate known: not counted")
    if found is not None:
        rate = f"{found.rate.normalize():f} · {found.rate_date:%Y-%m}" if found.rate_source else ""
    weighted = name == "pipeline"
    return BehindRow(
        key=f"funding.proposal:{ask.pk}",
        kind=ask.get_stage_display(),
        label=str(ask),
        url=ask.get_absolute_url(),
        other=str(ask.donor.merged_into or ask.donor),
        day=ask.decision_on,
        original=Money(ask.amount, ask.currency),
        rate=rate,
        chance=item.chance if weighted else Decimal(1),
        counted=item.weighted if weighted else found.money.amount if found else None,
    )
