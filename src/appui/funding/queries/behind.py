"""The rows behind the figures of a target, as they are shown and told."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, overload

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from appui.funding.models import Agreement, Amendment, Target, Transaction
from appui.funding.queries.entries import Entry, amount_in
from appui.funding.queries.targets import CountedAsk, Name, TargetBook
from appui.kernel.access import Reader
from appui.kernel.money import Money, cents
from appui.registry.models import Organisation

Row = Any  # an Entry with its part, a Transaction with its day and other, or a CountedAsk


@dataclass(frozen=True, slots=True)
class BehindRow:
    """One row of a figure: the record, and its amount as recorded and as counted, to the cent.

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


class CountedRows(Sequence[Row]):
    """The rows of one figure: what was signed, newest first, then the lines of the ledger, newest
    first, then asks. The lines are read when they are asked for."""

    def __init__(self, book: TargetBook, name: Name) -> None:
        target, asks = book.position.target, book.position.asks
        self._before: list[Row] = []
        self._after: list[Row] = []
        self._lines: QuerySet[Any, Any] = Transaction.objects.none()
        self._many = 0
        if name == "pipeline":
            self._after = list(asks)
            return
        found = [item for item, _amount in book.counted(name)]
        parts = [item for item in found if item.part]
        self._before += sorted(parts, key=lambda item: (item.day, item.agreement), reverse=True)
        self._many = sum(item.lines for item in found if not item.part)
        self._lines = book.entries.lines_of(target.owner_id, book.within, name).select_related(
            "transaction_type"
        )
        if name == "pledged":
            self._after = [item for item in asks if item.is_pledge]

    def __len__(self) -> int:
        return len(self._before) + self._many + len(self._after)

    @overload
    def __getitem__(self, at: int) -> Row: ...
    @overload
    def __getitem__(self, at: slice) -> list[Row]: ...
    def __getitem__(self, at: int | slice) -> Row | list[Row]:
        if isinstance(at, int):
            return self[at : at + 1][0] if at >= 0 else self[len(self) + at]
        first, last, _step = at.indices(len(self))
        before, many = len(self._before), self._many
        lines = slice(max(0, first - before), min(many, max(0, last - before)))
        return [
            *self._before[first:last],
            *self._read(lines),
            *self._after[max(0, first - before - many) : max(0, last - before - many)],
        ]

    def _read(self, at: slice) -> list[Any]:
        """Sorted by their keys alone, which is faster than with all that a line holds."""
        if at.start >= at.stop:
            return []
        if at == slice(0, self._many):
            return list(self._lines)
        keys = list(self._lines.values_list("pk", flat=True)[at])
        known = self._lines.in_bulk(keys)
        return [known[key] for key in keys]


def behind(rows: Iterable[Row], name: Name, book: TargetBook, reader: Reader) -> list[BehindRow]:
    """Those rows of a target with their names; two queries."""
    found = list(rows)
    agreements = {row.agreement for row in found if isinstance(row, Entry)}
    known = Agreement.objects.visible_to(reader).in_bulk(agreements)
    others = Organisation.objects.select_related("merged_into").in_bulk(
        {row.other for row in found if not isinstance(row, CountedAsk) and row.other}
    )
    target = book.position.target
    told = []
    for row in found:
        if isinstance(row, CountedAsk):
            told.append(_ask_row(row, name))
            continue
        other = others.get(row.other or 0)
        with_whom = str(other.merged_into or other) if other else ""
        if isinstance(row, Entry):
            told.append(_signed_row(row, known[row.agreement or 0], with_whom, target))
        else:
            told.append(_line_row(row, with_whom, target))
    return told


def _signed_row(entry: Entry, agreement: Agreement, other: str, target: Target) -> BehindRow:
    number = entry.part.number if entry.part else 0
    amount = entry.amount_in(target.currency, target.usd_rate)
    signed = entry.part.signed if entry.part else agreement
    return BehindRow(
        key=f"{agreement._meta.label_lower}:{agreement.pk}" + (f"/{number}" if number else ""),
        kind=_("Amendment %(number)d") % {"number": number} if number else _("Agreement"),
        label=str(agreement),
        url=agreement.get_absolute_url(),
        other=other,
        day=entry.day,
        original=Money(entry.amount, entry.currency),
        rate=_rate(entry.currency, signed, target, amount),
        chance=Decimal(1),
        counted=None if amount is None else cents(amount),
    )


def _line_row(line: Any, other: str, target: Target) -> BehindRow:
    usd = line.value if line.currency == "USD" else line.usd_value
    amount = amount_in(line.value, line.currency, usd, target.currency, target.usd_rate)
    return BehindRow(
        key=f"{line._meta.label_lower}:{line.pk}",
        kind=str(line.transaction_type),
        label=line.description or str(line),
        url=line.get_absolute_url(),
        other=other,
        day=line.day,
        original=Money(line.value, line.currency),
        rate=_rate(line.currency, line, target, amount),
        chance=Decimal(1),
        counted=None if amount is None else cents(amount),
    )


def _rate(
    currency: str,
    fixed: Agreement | Amendment | Transaction,
    target: Target,
    amount: Decimal | None,
) -> str:
    """The rate fixed when the record was signed or written."""
    if amount is None:
        return _("no rate known: not counted")
    if currency in ("USD", target.currency) or fixed.usd_rate is None:
        return ""
    day = fixed.usd_rate_date
    return f"{fixed.usd_rate.normalize():f}" + (f" · {day:%Y-%m}" if day else "")


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
