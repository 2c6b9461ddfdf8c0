"""What an agreement says on a day: its money part by part, its dates, its plan of payments."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet
from django.utils.translation import ngettext

from appui.evidence.models import Source
from appui.funding import followers, rules
from appui.funding.models import Agreement, Amendment, Condition, Tranche, Transaction
from appui.funding.queries.records import as_seen
from appui.kernel.access import Reader
from appui.kernel.money import Money
from appui.registry.rates import RateTable, rate_table
from appui.ui import formats

Planned = Mapping[str, str | int | None]


@dataclass(frozen=True, slots=True)
class MoneyPart:
    """Money that one signature brought: ``number`` is 0 for the agreement itself, else that of the
    amendment; ``signed`` holds the day and the rate it counts at."""

    number: int
    amount: Decimal
    signed: Agreement | Amendment


@dataclass(frozen=True, slots=True)
class Terms:
    """What is agreed on a day; ``amount`` is 0 before the signature."""

    amount: Money
    is_signed: bool
    ends_on: date | None
    amendments: int
    tranches: tuple[Planned, ...]


def parts_of(agreement: Agreement) -> list[MoneyPart]:
    """The money by signature, in order; the sum is the amount in force today.

    A reduction takes from the parts that it names, so that what stays keeps its rate. One query,
    none when the amendments are prefetched.
    """
    changes = list(agreement.amendments.all())
    original = changes[0].amount_before if changes else agreement.amount
    amounts = {0: original}
    signed: dict[int, Agreement | Amendment] = {0: agreement}
    for change in changes:
        added = change.amount_after - change.amount_before
        if added > 0:
            amounts[change.number], signed[change.number] = added, change
        for number, taken in change.taken.items():
            amounts[int(number)] -= Decimal(taken)
    return [MoneyPart(number, amount, signed[number]) for number, amount in amounts.items()]


def terms_on(agreement: Agreement, day: date) -> Terms:
    """What was agreed on ``day``; at most two queries."""
    changes = list(agreement.amendments.all())
    later = next((change for change in changes if change.signed_on > day), None)
    if later is None:
        amount, ends_on = agreement.amount, agreement.ends_on
        planned = plan_of(agreement.tranches.all())
    else:
        amount, ends_on = later.amount_before, later.ends_on_before
        planned = later.tranches_before
    is_signed = agreement.signed_on is not None and agreement.signed_on <= day
    return Terms(
        amount=Money(amount if is_signed else Decimal(0), agreement.currency),
        is_signed=is_signed,
        ends_on=ends_on,
        amendments=sum(change.signed_on <= day for change in changes),
        tranches=tuple(planned),
    )


def tranches(reader: Reader) -> QuerySet[Tranche]:
    """Tranches of the agreements that the reader may see, with what shows their condition met."""
    rows = Tranche.objects.filter(agreement__in=Agreement.objects.visible_to(reader))
    joined = rows.select_related("agreement__donor")
    return joined.prefetch_related(*as_seen(reader, evidence=Source))


def conditions(reader: Reader) -> QuerySet[Condition]:
    """Conditions of the agreements that the reader may see."""
    rows = Condition.objects.filter(agreement__in=Agreement.objects.visible_to(reader))
    joined = rows.select_related("agreement", "condition_type")
    return joined.prefetch_related(*as_seen(reader, evidence=Source))


def amendments(reader: Reader) -> QuerySet[Amendment]:
    """Amendments of the agreements that the reader may see, in their order."""
    rows = Amendment.objects.filter(agreement__in=Agreement.objects.visible_to(reader))
    joined = rows.select_related("agreement").order_by("agreement", "number")
    return joined.prefetch_related(*as_seen(reader, source=Source))


def before_closing(agreement: Agreement, reader: Reader, *, today: date) -> list[str]:
    """Sentences on what is still open: money that did not come in, conditions not met, and what
    rooms above know."""
    standings = tranche_standings(agreement, reader, today=today)
    missing = [item for item in standings if item.left]
    found = []
    if missing:
        left = sum((item.left for item in missing), Decimal(0))
        text = ngettext(
            "%(count)d tranche is not received whole: %(left)s is still to come.",
            "%(count)d tranches are not received whole: %(left)s is still to come.",
            len(missing),
        )
        words = {"left": formats.money(left, agreement.currency), "count": len(missing)}
        found.append(text % words)
    unmet = agreement.condition_rows.filter(met_on=None).count()
    if unmet:
        text = ngettext(
            "%(count)d condition of the donor is not met.",
            "%(count)d conditions of the donor are not met.",
            unmet,
        )
        found.append(text % {"count": unmet})
    return [*found, *followers.sentences_before_closing(agreement, today=today)]


def left_to_plan(agreement: Agreement) -> Decimal:
    """What no tranche plans yet of the amount, never below zero; one query."""
    planned = sum(agreement.tranches.values_list("amount", flat=True), Decimal(0))
    left: Decimal = agreement.amount - planned
    return max(left, Decimal(0))


def plan_of(tranches: Sequence[Tranche] | QuerySet[Tranche]) -> list[Planned]:
    """Tranches as amendments keep them."""
    return [
        {
            "number": item.number,
            "amount": f"{item.amount:.2f}",
            "due_on": item.due_on.isoformat() if item.due_on else None,
            "condition": item.condition,
        }
        for item in tranches
    ]


@dataclass(frozen=True, slots=True)
class TrancheStanding:
    """What came in of a tranche, in the agreement's currency.

    ``unconverted`` counts lines in a currency without a rate: they are in no figure.
    """

    tranche: Tranche
    received: Decimal
    unconverted: int
    state: rules.TrancheState

    @property
    def left(self) -> Decimal:
        """What is still to come, never below zero."""
        still: Decimal = self.tranche.amount - self.received
        return max(still, Decimal(0))


def tranche_standings(
    agreement: Agreement, reader: Reader, *, today: date
) -> list[TrancheStanding]:
    """Each tranche with what the ledger lines seen by the reader say came in; three queries."""
    tranches = list(agreement.tranches.prefetch_related(*as_seen(reader, evidence=Source)))
    for item in tranches:
        item.agreement = agreement
    lines = Transaction.objects.visible_to(reader).filter(tranche__in=tranches)
    sums, unknown = received_by_tranche(agreement, lines)
    return [
        TrancheStanding(
            item,
            received=sums.get(item.pk, Decimal(0)),
            unconverted=unknown.get(item.pk, 0),
            state=rules.tranche_state(item, sums.get(item.pk, Decimal(0)), today=today),
        )
        for item in tranches
    ]


def received_by_tranche(
    agreement: Agreement, lines: QuerySet[Transaction]
) -> tuple[dict[int | None, Decimal], dict[int | None, int]]:
    """Receipts among ``lines`` by key of their tranche (None without one), in the agreement's
    currency at the rate of their value date; and how many lines have no rate. Two queries."""
    found = list(
        lines.filter(transaction_type__code=rules.receipt_type(agreement)).values_list(
            "tranche_id", "value", "currency", "value_date"
        )
    )
    currencies = {currency for _key, _value, currency, _day in found} - {agreement.currency}
    rates: RateTable = rate_table({*currencies, agreement.currency} if currencies else ())
    sums: dict[int | None, Decimal] = {}
    unknown: dict[int | None, int] = {}
    for key, value, currency, day in found:
        converted = rates.convert(Money(value, currency), agreement.currency, day)
        if converted is None:
            unknown[key] = unknown.get(key, 0) + 1
        else:
            sums[key] = sums.get(key, Decimal(0)) + converted.money.amount
    return sums, unknown
