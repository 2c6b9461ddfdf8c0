"""What an institution was promised, got and spent: each amount once, from agreements and ledger.

One boundary: money that comes to the owner of the records, and money that leaves it.

- pledged: incoming pledges (IATI type 13) that no signed agreement has taken up
- committed: signed and closed agreements at their day of signature, what an amendment adds at its
  own, and incoming commitments (type 11) that name none of them
- received: incoming funds (type 1); spent: disbursements (3) and expenditures (4)

A line that names an agreement of the same owner speaks of the same money as that agreement, which
then decides. A reversal counts on the day of the line it reverses. A line between two others (its
receiver, or for spending its giver, is stated and is not the owner) is outside the boundary.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from django.db.models import F
from django.db.models.functions import Coalesce

from appui.funding import rules
from appui.funding.models import Agreement, AgreementStatus, Transaction
from appui.funding.queries.terms import parts_of
from appui.kernel.access import Reader
from appui.kernel.money import cents

Figure = Literal["pledged", "committed", "received", "spent"]
State = Literal["counted", "same", "unsigned", "outside"]
FIGURES: tuple[Figure, ...] = ("pledged", "committed", "received", "spent")
FIGURE_OF: Mapping[str, Figure] = {
    "13": "pledged",
    "11": "committed",
    "1": "received",
    "3": "spent",
    "4": "spent",
}
TYPES_OF: Mapping[Figure, tuple[str, ...]] = {
    figure: tuple(code for code, told in FIGURE_OF.items() if told == figure) for figure in FIGURES
}


@dataclass(slots=True)
class Entry:
    """What one signature of an agreement brought, or a ledger line. ``usd`` is its value in dollars
    as fixed when it was signed or written, None where no rate was known then; ``other`` is who gave
    it, or who was paid; ``amendment`` is the number of the amendment that was signed, 0 for the
    agreement itself, with its rate to dollars."""

    figure: Figure
    is_agreement: bool
    pk: int
    owner: int
    day: date
    amount: Decimal
    currency: str
    usd: Decimal | None
    other: int | None
    agreement: int | None
    activity: int | None
    state: State = "counted"
    amendment: int = 0
    rate: Decimal | None = None
    rate_date: date | None = None

    def amount_in(self, currency: str, rate: Decimal | None) -> Decimal | None:
        """The amount in ``currency``, whose own rate to dollars is ``rate``; None without one."""
        if self.currency == currency:
            return self.amount
        if currency == "USD" or self.usd is None:
            return self.usd
        return cents(self.usd / rate) if rate else None


@dataclass(frozen=True, slots=True)
class Apart:
    """An agreement whose commitment lines in the ledger tell another sum than it does."""

    agreement: int
    owner: int
    signed: bool
    amount: Decimal
    currency: str
    in_ledger: Decimal


@dataclass(frozen=True, slots=True)
class Entries:
    """All entries of some owners, counted or not, and where agreement and ledger disagree."""

    all: tuple[Entry, ...]
    apart: tuple[Apart, ...]

    def counted(
        self, figure: Figure, owner: int, within: Callable[[date], bool] = lambda _day: True
    ) -> list[Entry]:
        """The entries that make one figure of one owner."""
        return [
            item
            for item in self.all
            if item.figure == figure
            and item.state == "counted"
            and item.owner == owner
            and within(item.day)
        ]

    def left_out(self, owner: int, within: Callable[[date], bool]) -> list[Entry]:
        """The entries of one owner that no figure counts."""
        return [
            item
            for item in self.all
            if item.state != "counted" and item.owner == owner and within(item.day)
        ]


@dataclass(frozen=True, slots=True)
class _Signed:
    """What the ledger's lines are held against."""

    owner: int
    status: str
    entries: tuple[Entry, ...]
    amount: Decimal
    currency: str


def entries(
    owners: Collection[int], reader: Reader, figures: Collection[Figure] = FIGURES
) -> Entries:
    """Everything that the reader may see of those owners; three queries however many rows."""
    agreements = _agreements(owners, reader)
    lines = _lines(owners, reader, figures)
    told: dict[int, dict[str, Decimal]] = {}
    for line in lines:
        line.state = _state(line, agreements, told)
    signed = [entry for item in agreements.values() for entry in item.entries]
    kept = signed if "committed" in figures else []
    return Entries((*kept, *lines), tuple(_apart(agreements, told)))


def _agreements(owners: Collection[int], reader: Reader) -> dict[int, _Signed]:
    rows = Agreement.objects.visible_to(reader).filter(owner__in=owners).order_by("pk")
    return {
        item.pk: _Signed(
            item.owner_id,
            item.status,
            tuple(_signed(item)) if item.status in rules.COUNTING else (),
            item.amount,
            item.currency,
        )
        for item in rows.select_related("donor").prefetch_related("amendments")
    }


def _signed(agreement: Agreement) -> Iterator[Entry]:
    for part in parts_of(agreement):
        day, rate = part.signed.signed_on, part.signed.usd_rate
        if day is None or not part.amount:
            continue
        known = part.amount if agreement.currency == "USD" else None
        yield Entry(
            figure="committed",
            is_agreement=True,
            pk=agreement.pk,
            owner=agreement.owner_id,
            day=day,
            amount=part.amount,
            currency=agreement.currency,
            usd=cents(part.amount * rate) if known is None and rate is not None else known,
            other=agreement.donor.standing_id,
            agreement=agreement.pk,
            activity=None,
            amendment=part.number,
            rate=rate,
            rate_date=part.signed.usd_rate_date,
        )


def _lines(owners: Collection[int], reader: Reader, figures: Collection[Figure]) -> list[Entry]:
    types = [code for figure in figures for code in TYPES_OF[figure]]
    rows = Transaction.objects.visible_to(reader).filter(
        owner__in=owners, transaction_type__code__in=types
    )
    found = []
    for (
        code,
        pk,
        owner,
        day,
        value,
        currency,
        usd,
        giver,
        taker,
        agreement,
        activity,
    ) in rows.order_by("pk").values_list(
        "transaction_type__code",
        "pk",
        "owner",
        Coalesce("reverses__date", "date"),
        "value",
        "currency",
        "usd_value",
        Coalesce("provider__merged_into", F("provider")),
        Coalesce("receiver__merged_into", F("receiver")),
        "agreement",
        "activity",
    ):
        figure = FIGURE_OF[code]
        ours, other = (giver, taker) if figure == "spent" else (taker, giver)
        state: State = "counted" if ours is None or ours == owner else "outside"
        value_usd = value if currency == "USD" else usd
        found.append(
            Entry(
                figure,
                False,
                pk,
                owner,
                day,
                value,
                currency,
                value_usd,
                other,
                agreement,
                activity,
                state,
            )
        )
    return found


def _state(
    line: Entry, agreements: Mapping[int, _Signed], told: dict[int, dict[str, Decimal]]
) -> State:
    """Whether a line counts, or its agreement does; commitments told in the ledger are summed."""
    agreement = agreements.get(line.agreement or 0)
    if line.state == "outside" or agreement is None or agreement.owner != line.owner:
        return line.state
    if line.figure == "committed":
        sums = told.setdefault(line.agreement or 0, {})
        sums[line.currency] = sums.get(line.currency, Decimal(0)) + line.amount
        return "same" if agreement.entries else "unsigned"
    if line.figure == "pledged" and agreement.status != AgreementStatus.DRAFT:
        return "same"
    return "counted"


def _apart(
    agreements: Mapping[int, _Signed], told: Mapping[int, Mapping[str, Decimal]]
) -> Iterable[Apart]:
    for key, sums in told.items():
        item = agreements[key]
        in_ledger = sums.get(item.currency, Decimal(0))
        if not item.entries or set(sums) != {item.currency} or in_ledger != item.amount:
            yield Apart(key, item.owner, bool(item.entries), item.amount, item.currency, in_ledger)
