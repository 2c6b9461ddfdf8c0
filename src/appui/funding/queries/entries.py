"""What an institution was promised, got and spent: each amount once, from agreements and ledger.

One boundary: money that comes to the owner of the records, and money that leaves it.

- pledged: incoming pledges (IATI type 13) that no signed agreement has taken up
- committed: signed and closed agreements at their day of signature, what an amendment adds at its
  own, and incoming commitments (type 11) that name none of them
- received: incoming funds (type 1); spent: disbursements (3) and expenditures (4)

A line that names an agreement of the same owner speaks of the same money as that agreement, which
then decides. A reversal counts on the day of the line it reverses. A line between two others (its
receiver, or for spending its giver, is stated and is not the owner) is outside the boundary.

The lines of the ledger are summed in the database, however many there are.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Literal

from babel.numbers import list_currencies
from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    Count,
    ExpressionWrapper,
    F,
    Min,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, StrIndex, Substr

from appui.funding import rules
from appui.funding.models import Agreement, AgreementStatus, Transaction
from appui.funding.queries.terms import MoneyPart, parts_of
from appui.kernel.access import Reader
from appui.kernel.fields import COMMON
from appui.kernel.money import cents
from appui.kernel.sums import Cents, of_cents
from appui.registry.models import Organisation
from appui.registry.queries import codes_by_value, standing_keys

Figure = Literal["pledged", "committed", "received", "spent"]
State = Literal["counted", "same", "unsigned", "outside"]
STATES: tuple[State, ...] = ("counted", "same", "unsigned", "outside")
COUNTED, SAME, UNSIGNED, OUTSIDE = range(len(STATES))
By = Literal["month", "year", "agreement", "activity", "other"]
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

EVERY = Q()
KNOWN_CURRENCIES = " ".join([*COMMON, *sorted(list_currencies() - set(COMMON))])
CURRENCY_AT = {KNOWN_CURRENCIES.find(code) + 1: code for code in KNOWN_CURRENCIES.split()}
MONTHS = 10**6  # more than a year and a month take, as in 202412


@dataclass(frozen=True, slots=True)
class Days:
    """Days from the first to the last, both included."""

    first: date = date.min
    last: date = date.max

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def cuts(self) -> list[date]:
        """The days at which something begins or ends: the first, and the one after the last."""
        found = [self.first] if self.first > date.min else []
        return found + ([self.last + timedelta(days=1)] if self.last < date.max else [])

    @classmethod
    def of_years(cls, first: int, last: int) -> "Days":
        """The days of some years, both included; those that a calendar has."""
        kept = [min(max(year, date.min.year), date.max.year) for year in (first, last)]
        return cls(date(kept[0], 1, 1), date(kept[1], 12, 31))


ALWAYS = Days()


@dataclass(slots=True)
class Entry:
    """What one signature of an agreement brought (``part``), or the sum of some ledger lines that
    are alike; ``lines`` is how many, ``day`` the first of their days. ``usd`` is the value in
    dollars as fixed when it was signed or written, None where no rate was known then. ``other`` is
    who gave it, or who was paid; it, the agreement and the activity of lines are None unless they
    were asked by."""

    figure: Figure
    owner: int
    state: State
    day: date
    amount: Decimal
    currency: str
    usd: Decimal | None
    other: int | None
    agreement: int | None
    activity: int | None
    lines: int = 1
    part: MoneyPart | None = None

    def amount_in(self, currency: str, rate: Decimal | None) -> Decimal | None:
        """See ``amount_in``."""
        return amount_in(self.amount, self.currency, self.usd, currency, rate)


def amount_in(
    amount: Decimal, own: str, usd: Decimal | None, currency: str, rate: Decimal | None
) -> Decimal | None:
    """An amount in ``currency``, whose own rate to dollars is ``rate``; None without one.

    By way of dollars it is not rounded, so that sums are, once."""
    if own == currency:
        return amount
    if currency == "USD" or usd is None:
        return usd
    return usd / rate if rate else None


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
    """All entries of some owners, counted or not; ``lines`` are those of the ledger one by one,
    with ``day``, ``state`` (a place in ``STATES``) and ``other``, not read yet."""

    all: tuple[Entry, ...]
    lines: QuerySet[Any, Any]
    _agreements: Mapping[int, "_Held"]
    _types: Mapping[str, int]

    def counted(self, figure: Figure, owner: int, within: Days = ALWAYS) -> list[Entry]:
        """The entries that make one figure of one owner."""
        return [
            item
            for item in self.all
            if item.figure == figure
            and item.state == "counted"
            and item.owner == owner
            and item.day in within
        ]

    def left_out(self, owner: int, within: Days = ALWAYS) -> int:
        """How many lines of one owner no figure counts."""
        return sum(
            item.lines
            for item in self.all
            if item.state != "counted" and item.owner == owner and item.day in within
        )

    def lines_of(
        self, owner: int, within: Days = ALWAYS, figure: Figure | None = None
    ) -> QuerySet[Any, Any]:
        """The lines that make one figure of one owner, newest first; without ``figure`` those that
        no figure counts."""
        rows = self.lines.filter(owner=owner).order_by("-day", "-pk")
        if within.first > date.min:
            rows = rows.filter(day__gte=within.first)
        if within.last < date.max:
            rows = rows.filter(day__lte=within.last)
        if figure is None:
            return rows.exclude(state=COUNTED)
        types = [self._types[code] for code in TYPES_OF[figure]]
        return rows.filter(state=COUNTED, transaction_type__in=types)

    def pledging(self) -> set[int]:
        """The agreements that pledges of the ledger name; one query."""
        rows = self.lines.filter(transaction_type=self._types["13"], agreement__isnull=False)
        return set(rows.order_by().values_list("agreement", flat=True).distinct())

    def apart(self, owner: int, within: Days = ALWAYS) -> list[Apart]:
        """Where an agreement and its commitment lines tell different sums, if it has a signature or
        a line within those days; one query at most."""
        if not any(item.state in ("same", "unsigned") for item in self.all):
            return []
        rows = self.lines.filter(
            owner=owner, transaction_type=self._types["11"], state__in=(SAME, UNSIGNED)
        )
        told: dict[int, dict[str, Decimal]] = {}
        concerned = {
            key
            for key, held in self._agreements.items()
            if any(part.day in within for part in held.parts)
        }
        inside = Q(day__gte=within.first, day__lte=within.last)
        for key, currency, total, some in (
            rows.order_by("agreement")
            .values_list("agreement", "currency")
            .annotate(total=Sum(Cents(F("value"))), some=Count("pk", filter=inside))
        ):
            told.setdefault(key, {})[currency] = of_cents(total)
            if some:
                concerned.add(key)
        return [
            Apart(key, owner, bool(held.parts), held.amount, held.currency, in_ledger)
            for key, sums in told.items()
            if key in concerned
            for held in (self._agreements[key],)
            for in_ledger in (sums.get(held.currency, Decimal(0)),)
            if not held.parts or set(sums) != {held.currency} or in_ledger != held.amount
        ]


@dataclass(frozen=True, slots=True)
class _Held:
    """An agreement as the ledger's lines are held against it."""

    owner: int
    status: str
    parts: tuple[Entry, ...]
    amount: Decimal
    currency: str


def entries(
    owners: Collection[int],
    reader: Reader,
    figures: Collection[Figure] = FIGURES,
    *,
    by: Collection[By] = (),
    within: Days = ALWAYS,
    cuts: Collection[date] = (),
    among: Q = EVERY,
) -> Entries:
    """Everything that the reader may see of those owners within those days; at most five queries
    however many rows. Lines are told apart by what ``by`` says, and those before one of ``cuts``
    from those on and after it; only the lines ``among`` are read."""
    agreements = _agreements(owners, reader)
    known = codes_by_value("TransactionType", FIGURE_OF)
    types = {code: known[code].pk if code in known else 0 for code in FIGURE_OF}
    lines = _lines(owners, reader, figures, agreements, types).filter(among)
    signed = [
        entry
        for item in agreements.values()
        for entry in item.parts
        if "committed" in figures and entry.day in within
    ]
    sums = list(_sums(lines, owners, by, within, cuts, types))
    standing = standing_keys({item.other for item in sums if item.other})
    for item in sums:
        item.other = standing.get(item.other or 0, item.other)
    return Entries((*signed, *sums), lines, agreements, types)


def _agreements(owners: Collection[int], reader: Reader) -> dict[int, _Held]:
    rows = Agreement.objects.visible_to(reader).filter(owner__in=owners).order_by("pk")
    return {
        item.pk: _Held(
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
            owner=agreement.owner_id,
            state="counted",
            day=day,
            amount=part.amount,
            currency=agreement.currency,
            usd=cents(part.amount * rate) if known is None and rate is not None else known,
            other=agreement.donor.standing_id,
            agreement=agreement.pk,
            activity=None,
            part=part,
        )


def _lines(
    owners: Collection[int],
    reader: Reader,
    figures: Collection[Figure],
    agreements: Mapping[int, _Held],
    types: Mapping[str, int],
) -> QuerySet[Any, Any]:
    """The lines that speak of those figures, each with its ``day``, ``state`` and ``other``."""
    rows = Transaction.objects.visible_to(reader).filter(
        owner__in=owners,
        transaction_type__in=[types[code] for figure in figures for code in TYPES_OF[figure]],
    )
    spent = Q(transaction_type__in=[types[code] for code in TYPES_OF["spent"]])
    return rows.annotate(
        day=Coalesce("reverses__date", "date"),
        ours=Case(When(spent, then=F("provider")), default=F("receiver")),
        other=Case(When(spent, then=F("receiver")), default=F("provider")),
    ).annotate(state=_state(owners, agreements, types))


def _state(
    owners: Collection[int], agreements: Mapping[int, _Held], types: Mapping[str, int]
) -> Case:
    """Whether a line counts, or its agreement does."""
    names = {owner: [owner] for owner in owners}
    for former in Organisation.objects.filter(merged_into__in=owners):
        names[former.standing_id].append(former.pk)
    inside = Q(ours__isnull=True)
    for owner, known in names.items():
        inside |= Q(owner=owner, ours__in=known)

    def of(keys: list[int]) -> Q:
        found = Q(pk__in=[])
        for owner in owners:
            found |= Q(owner=owner, agreement__in=[k for k in keys if agreements[k].owner == owner])
        return found

    signed = [key for key, held in agreements.items() if held.parts]
    unsigned = [key for key, held in agreements.items() if not held.parts]
    taken_up = [key for key, held in agreements.items() if held.status != AgreementStatus.DRAFT]
    commitment, pledge = (Q(transaction_type=types[code]) for code in ("11", "13"))
    return Case(
        When(commitment & inside & of(signed), then=Value(SAME)),
        When(commitment & inside & of(unsigned), then=Value(UNSIGNED)),
        When(pledge & inside & of(taken_up), then=Value(SAME)),
        When(inside, then=Value(COUNTED)),
        default=Value(OUTSIDE),
        output_field=BigIntegerField(),
    )


def _sums(
    lines: QuerySet[Any, Any],
    owners: Collection[int],
    by: Collection[By],
    within: Days,
    cuts: Collection[date],
    types: Mapping[str, int],
) -> Iterator[Entry]:
    """The sums of lines that are alike; one query."""
    codes = {pk: code for code, pk in types.items()}
    if within.first > date.min:
        lines = lines.filter(day__gte=within.first)
    if within.last < date.max:
        lines = lines.filter(day__lte=within.last)
    passed = sorted(set(cuts))
    keys: list[str] = [key for key in by if key not in ("month", "year")]
    if len(owners) > 1:
        keys.append("owner")
    found = (
        lines.order_by()
        .annotate(slot=_slot(passed, by))
        .values("slot", *keys)
        .annotate(
            first=Min("day"),
            amount=Sum(Cents(F("value"))),
            usd=Sum(Cents(F("usd_value"))),
            lines=Count("pk"),
        )
    )
    (alone,) = owners if len(owners) == 1 else (0,)
    for row in found:
        told, place = divmod(row["slot"], len(KNOWN_CURRENCIES))
        kind, is_known = divmod(told // (MONTHS * (len(passed) + 1)), 2)
        amount, currency = of_cents(row["amount"]), CURRENCY_AT[place]
        in_usd = amount if currency == "USD" else of_cents(row["usd"] or 0)
        yield Entry(
            figure=FIGURE_OF[codes[kind // len(STATES)]],
            owner=row.get("owner", alone),
            state=STATES[kind % len(STATES)],
            day=row["first"],
            amount=amount,
            currency=currency,
            usd=in_usd if is_known else None,
            other=row.get("other"),
            agreement=row.get("agreement"),
            activity=row.get("activity"),
            lines=row["lines"],
        )


def _slot(cuts: Sequence[date], by: Collection[By]) -> Any:
    """Type, state, whether dollars are known, the cuts passed, the month or year, and the place of
    the currency among ``KNOWN_CURRENCIES`` as one whole number: a database sorts the lines by it
    much faster than by six values."""
    in_dollars = Q(currency="USD") | Q(usd_value__isnull=False)
    slot: Any = F("transaction_type") * len(STATES) + F("state")
    slot = slot * 2 + _one_if(in_dollars)
    slot = slot * (MONTHS * (len(cuts) + 1))
    for cut in cuts:
        slot = slot + _one_if(Q(day__gte=cut)) * MONTHS
    day = Cast("day", CharField())
    if "year" in by or "month" in by:
        slot = slot + Cast(Substr(day, 1, 4), BigIntegerField()) * 100
    if "month" in by:
        slot = slot + Cast(Substr(day, 6, 2), BigIntegerField())
    at = StrIndex(Value(KNOWN_CURRENCIES), F("currency"))
    slot = slot * len(KNOWN_CURRENCIES) + at
    return ExpressionWrapper(slot, output_field=BigIntegerField())


def _one_if(condition: Q) -> Case:
    return Case(When(condition, then=Value(1)), default=Value(0), output_field=BigIntegerField())
