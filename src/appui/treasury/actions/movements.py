"""Writes of movements: one transaction each, under the lock of the fund and its earmark."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from appui.funding.actions import record_transaction, reverse_transaction
from appui.funding.models import Agreement, Fund, Tranche, Transaction
from appui.kernel import audit
from appui.kernel.access import Reader
from appui.kernel.errors import Invalid
from appui.kernel.fields import LARGEST_AMOUNT
from appui.kernel.money import Money, cents
from appui.kernel.verdict import require
from appui.portfolio.models import Activity
from appui.registry.models import Code, Organisation
from appui.registry.rates import rate_table
from appui.treasury import balances, rules
from appui.treasury.actions.earmarks import general_earmark
from appui.treasury.actions.guards import refuse_overdrawing
from appui.treasury.actions.periods import refuse_closed_day
from appui.treasury.balances import OF_PROJECTS, Kind
from appui.treasury.models import Earmark, Grant, Movement
from appui.ui import formats

VERBS = (gettext_noop("movement recorded"), gettext_noop("movement reversed"))

# The line of the ledger that a movement is: IATI type and sign of its value. Source: the code list
# TransactionType of IATI 2.03 (https://iatistandard.org/en/iati-standard/203/codelists/transactiontype/).
# Interest earned on deposits is 1, “funds received for use on the activity, from an external or
# internal source”; 5 “Interest payment” is interest *paid* on a loan. 7 “Reimbursement” pays
# for costs that a recipient already bore, not money given back: what is given back corrects, with a
# negative value as IATI allows, the type it was first reported under (1 or 3). A release corrects
# the commitment (2). Moving money between two earmarks of one fund is no transaction at all.
IATI: dict[str, tuple[str, int]] = {
    Kind.RECEIVED: ("1", 1),
    Kind.INTEREST: ("1", 1),
    Kind.RETURNED: ("1", -1),
    Kind.ALLOCATED: ("2", 1),
    Kind.RELEASED: ("2", -1),
    Kind.DISBURSED: ("3", 1),
    Kind.RECOVERED: ("3", -1),
    Kind.SPENT: ("4", 1),
    Kind.FEES: ("4", 1),
}
MOVED = (Kind.MOVED_IN, Kind.MOVED_OUT)


@dataclass(frozen=True, slots=True)
class Part:
    """What of a receipt is for which earmark; None for what has no purpose."""

    earmark: Earmark | None
    amount: Decimal


@dataclass(frozen=True, slots=True)
class _Paid:
    """An amount in the earmark's currency, and what it was paid in."""

    amount: Decimal
    original: Money
    rate: Decimal | None = None
    rate_date: date | None = None
    rate_source: str = ""


@transaction.atomic
def receive(
    fund: Fund,
    *,
    by: Reader,
    today: date,
    amount: Decimal,
    currency: str,
    date: date,
    parts: Sequence[Part] = (),
    value_date: date | None = None,
    **about: Any,
) -> list[Movement]:
    """Money that came in, in one sum, for one or several earmarks: one movement each.

    The parts make the whole to the cent, in the currency paid and, converted, in that of the
    earmarks. Without parts it is unearmarked. ``tranche`` says which payment of an agreement it is.
    Raises ``Invalid`` where no rate is known.
    """
    audit.hold(fund)
    require(rules.may_keep(fund, by))
    _check_amount(amount, "amount")
    parts = [part for part in parts if part.amount] or [Part(None, amount)]
    total = sum((part.amount for part in parts), Decimal(0))
    if total != amount:
        text = _(
            "The parts make %(total)s and the receipt is %(amount)s: %(difference)s too much or "
            "too little."
        )
        text %= {
            "total": formats.money(total, currency),
            "amount": formats.money(amount, currency),
            "difference": formats.money(abs(total - amount), currency),
        }
        raise Invalid(text, {"amount": text})
    places = [part.earmark or general_of(fund, by, currency) for part in parts]
    paid = _converted(places, [part.amount for part in parts], currency, value_date or date)
    return [
        _write(
            earmark,
            by=by,
            today=today,
            kind=Kind.RECEIVED,
            paid=each,
            date=date,
            value_date=value_date or date,
            **about,
        )
        for earmark, each in zip(places, paid, strict=True)
    ]


def general_of(fund: Fund, by: Reader, currency: str) -> Earmark:
    """The general earmark in the currency paid where there is one, else in that of the fund."""
    same = Earmark.objects.filter(fund=fund, currency=currency, is_general=True).exists()
    return general_earmark(fund, by=by, currency=currency if same else fund.currency)


@transaction.atomic
def record(
    earmark: Earmark,
    *,
    by: Reader,
    today: date,
    kind: str,
    amount: Decimal,
    date: date,
    value_date: date | None = None,
    **about: Any,
) -> Movement:
    """Any movement but receipts (``receive``) and moves between earmarks (``move``)."""
    audit.hold(earmark.fund)
    require(rules.may_keep(earmark.fund, by))
    if kind in (Kind.RECEIVED, *MOVED) or kind not in set(Kind):
        raise Invalid(_("Receipts and moves between earmarks have actions of their own."))
    return _write(
        earmark,
        by=by,
        today=today,
        kind=kind,
        paid=_Paid(amount, Money(amount, earmark.currency)),
        date=date,
        value_date=value_date or date,
        **about,
    )


@transaction.atomic
def move(
    earmark: Earmark,
    *,
    by: Reader,
    today: date,
    to: Earmark,
    amount: Decimal,
    date: date,
    description: str = "",
) -> Movement:
    """Money of one earmark that becomes another's, in the same fund and currency."""
    audit.hold(earmark.fund)
    require(rules.may_keep(earmark.fund, by))
    text = ""
    if to.pk == earmark.pk or to.fund_id != earmark.fund_id:
        text = _("Choose another earmark of the same fund.")
    elif to.currency != earmark.currency:
        text = _("Money does not move from %(one)s to %(other)s: record the exchange at the bank.")
        text %= {"one": earmark.currency, "other": to.currency}
    if text:
        raise Invalid(text, {"to": text})
    common: dict[str, Any] = {
        "by": by,
        "today": today,
        "paid": _Paid(amount, Money(amount, earmark.currency)),
        "date": date,
        "value_date": date,
        "description": description,
    }
    out = _write(earmark, kind=Kind.MOVED_OUT, **common)
    _write(to, kind=Kind.MOVED_IN, moved_from=out, **common)
    return out


@transaction.atomic
def reverse(movement: Movement, *, by: Reader, today: date, reason: str) -> Movement:
    """Cancel a movement with an equal and opposite one, dated today; both stay.

    Refused where what came in is already promised, or what was promised already paid.
    """
    audit.hold(movement.earmark.fund)
    require(rules.may_reverse(movement, by))
    if not reason.strip():
        text = _("Say why the movement is reversed.")
        raise Invalid(text, {"reason": text})
    other = Movement.objects.filter(moved_from=movement).select_related("earmark__fund").first()
    if other is not None:
        _opposite(other, by=by, today=today, reason=reason)
    return _opposite(movement, by=by, today=today, reason=reason)


def _opposite(movement: Movement, *, by: Reader, today: date, reason: str) -> Movement:
    day = max(today, movement.date)
    line = None
    if movement.transaction is not None:
        line = reverse_transaction(
            movement.transaction, by=by, today=today, reason=reason, of_the_fund=True
        )
    copied = ("kind", "value_date", "original_currency", "rate", "rate_date", "rate_source")
    made = Movement(
        **{name: getattr(movement, name) for name in copied},
        fund=movement.fund,
        earmark=movement.earmark,
        activity=movement.activity,
        organisation=movement.organisation,
        agreement=movement.agreement,
        date=day,
        amount=-movement.amount,
        original=-movement.original,
        description=reason.strip()[:300],
        reverses=movement,
        transaction=line,
    )
    return _store(made, by=by, verb="movement reversed")


def _write(
    earmark: Earmark,
    *,
    by: Reader,
    today: date,
    kind: str,
    paid: _Paid,
    date: date,
    value_date: date,
    activity: Activity | None = None,
    organisation: Organisation | None = None,
    agreement: Agreement | None = None,
    tranche: Tranche | None = None,
    reference: str = "",
    description: str = "",
    moved_from: Movement | None = None,
) -> Movement:
    """Check, add the line of the ledger, add the movement; the fund is locked."""
    _check_amount(paid.amount, "amount")
    _check_project(earmark, kind, activity)
    if date > today:
        text = _("A movement in the future has not happened yet.")
        raise Invalid(text, {"date": text})
    if kind not in OF_PROJECTS:
        activity = None
    if agreement is None and tranche is not None:
        agreement = tranche.agreement
    made = Movement(
        fund=earmark.fund,
        earmark=earmark,
        kind=kind,
        date=date,
        value_date=value_date,
        amount=paid.amount,
        original=paid.original.amount,
        original_currency=paid.original.currency,
        rate=paid.rate,
        rate_date=paid.rate_date,
        rate_source=paid.rate_source,
        activity=activity,
        organisation=organisation,
        agreement=agreement or (earmark.agreement if kind == Kind.RECEIVED else None),
        reference=reference.strip(),
        description=description.strip(),
        moved_from=moved_from,
    )
    if kind not in MOVED:
        made.transaction = _ledger_line(made, tranche, by=by, today=today)
    return _store(made, by=by, verb="movement recorded")


def _store(made: Movement, *, by: Reader, verb: str) -> Movement:
    """Write the movement and bring the kept sums to it; refuses what would overdraw."""
    earmark = Earmark.objects.select_for_update().get(pk=made.earmark_id)
    refuse_closed_day(made.earmark.fund, made.date)
    _refuse_closed_earmark(earmark, made.date)
    refuse_overdrawing(earmark, made)
    now = earmark.balances.after(made.kind, made.amount)
    _refuse_beyond_measure(getattr(now, made.kind))
    Earmark.objects.filter(pk=earmark.pk).update(
        **{made.kind: getattr(now, made.kind)}, available=now.available
    )
    if made.activity is not None:
        _keep_grant(made, made.activity)
    made.earmark.refresh_from_db(fields=[made.kind, "available"])
    return audit.create(made, by=by, verb=verb)


def _refuse_beyond_measure(kept: Decimal) -> None:
    """A sum that is kept has the bound of any amount: SQLite tells cents apart up to there."""
    if abs(kept) > LARGEST_AMOUNT:
        text = _("The sum would pass %(most)s, the most that is kept to the cent: check the unit.")
        text %= {"most": formats.amount(LARGEST_AMOUNT)}
        raise Invalid(text, {"amount": text})


def _keep_grant(made: Movement, activity: Activity) -> None:
    grant, _new = Grant.objects.get_or_create(earmark=made.earmark, activity=activity)
    now = grant.balances.after(made.kind, made.amount)
    Grant.objects.filter(pk=grant.pk).update(
        **{made.kind: getattr(now, made.kind)}, to_pay=now.to_pay, paid=now.paid
    )


def _ledger_line(
    made: Movement, tranche: Tranche | None, *, by: Reader, today: date
) -> Transaction:
    """The same money as IATI knows it, in the currency paid."""
    code, sign = IATI[made.kind]
    fund, incoming = made.earmark.fund, made.kind in balances.INTO
    inside, outside = fund.owner, made.organisation
    if made.kind == Kind.RETURNED:
        incoming = True  # a correction of what the donor gave
    if made.kind == Kind.RECOVERED:
        incoming = False  # a correction of what was paid out
    return record_transaction(
        by=by,
        today=today,
        of_the_fund=True,
        transaction_type=Code.named("TransactionType", code, "kind"),
        date=made.date,
        value_date=made.value_date,
        value=sign * made.original,
        currency=made.original_currency,
        provider=outside if incoming else inside,
        receiver=inside if incoming else outside,
        receiver_activity=None if incoming else made.activity,
        activity=made.activity,
        agreement=made.agreement,
        tranche=tranche,
        fund=fund,
        description=made.description,
        owner=fund.owner,
    )


def _converted(
    places: Sequence[Earmark], amounts: Sequence[Decimal], currency: str, day: date
) -> list[_Paid]:
    """Each part in the currency of its earmark; parts of one currency sum to the cent."""
    rates = rate_table({currency, *(earmark.currency for earmark in places)})
    running: dict[str, tuple[Decimal, Decimal]] = {}
    found = []
    for earmark, amount in zip(places, amounts, strict=True):
        _check_amount(amount, "amount")
        before, before_converted = running.get(earmark.currency, (Decimal(0), Decimal(0)))
        whole = rates.convert(Money(before + amount, currency), earmark.currency, day)
        if whole is None:
            text = _(
                "No rate from %(one)s to %(other)s is known for %(month)s: record one, or receive "
                "it in an earmark in %(one)s."
            )
            text %= {"one": currency, "other": earmark.currency, "month": f"{day:%Y-%m}"}
            raise Invalid(text, {"currency": text})
        running[earmark.currency] = (before + amount, whole.money.amount)
        same = currency == earmark.currency
        found.append(
            _Paid(
                whole.money.amount - before_converted,
                Money(amount, currency),
                None if same else whole.rate,
                None if same else whole.rate_date,
                "" if same else whole.rate_source[:200],
            )
        )
    return found


def _check_amount(amount: Decimal, field: str) -> None:
    text = ""
    if amount <= 0:
        text = _("The amount must be above zero.")
    elif amount != cents(amount):
        text = _("An amount has at most two decimals.")
    if text:
        raise Invalid(text, {field: text})


def _check_project(earmark: Earmark, kind: str, activity: Activity | None) -> None:
    if kind not in OF_PROJECTS:
        return
    text = ""
    if activity is None:
        text = _("Say which project.")
    elif earmark.activity_id is not None and earmark.activity_id != activity.pk:
        text = _("The money of “%(earmark)s” is only for the project “%(project)s”.")
        text %= {"earmark": earmark, "project": earmark.activity}
    if text:
        raise Invalid(text, {"activity": text})


def _refuse_closed_earmark(earmark: Earmark, day: date) -> None:
    text = ""
    if earmark.closed_on is not None:
        text = _("“%(earmark)s” is closed: nothing moves in it any more.") % {"earmark": earmark}
    elif earmark.opened_on is not None and day < earmark.opened_on:
        text = _("“%(earmark)s” opened on %(day)s, after that day.")
        text %= {"earmark": earmark, "day": formats.day(earmark.opened_on)}
    if text:
        raise Invalid(text, {"date": text})
