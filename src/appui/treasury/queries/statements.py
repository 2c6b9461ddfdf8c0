"""Statements: opening balance, lines, closing balance, for an earmark, a donor or a project."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from appui.funding.models import Fund
from appui.kernel.sums import summed
from appui.portfolio.models import Activity
from appui.registry.models import Organisation
from appui.treasury.balances import Balances, cash, payment, promise
from appui.treasury.models import Earmark, Movement
from appui.treasury.queries.accounts import shown

MOST_LINES = 20_000
MOST_ON_PAGE = 100
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class StatementLine:
    """A movement with the balance after it; columns that it does not touch are None."""

    movement: Movement
    into: Decimal | None
    out: Decimal | None
    balance: Decimal


@dataclass(frozen=True, slots=True)
class Account:
    """One currency of a statement: ``opening`` + ``into`` - ``out`` = ``closing``."""

    currency: str
    opening: Decimal
    into: Decimal
    out: Decimal
    closing: Decimal
    then: Balances
    lines: Sequence[StatementLine]
    count: int

    @property
    def is_cut(self) -> bool:
        """Whether there are more lines than are shown; the sums hold all of them."""
        return self.count > len(self.lines)


@dataclass(frozen=True, slots=True)
class Statement:
    """What a fund says to a donor or of a project, from a day to a day, both included."""

    fund: Fund
    about: Earmark | Organisation | Activity
    starts_on: date
    ends_on: date
    accounts: Sequence[Account]
    gifts: Sequence[Movement]

    @property
    def of_project(self) -> bool:
        """Whether the balance is what is promised to a project, and not money held."""
        return isinstance(self.about, Activity)

    @property
    def words(self) -> dict[str, str]:
        """What the columns are called."""
        if self.of_project:
            return {
                "into": _("Allocated"),
                "out": _("Paid or released"),
                "balance": _("Still to be paid"),
                "rule": _(
                    "The balance is what is allocated to the project and not yet paid. A refund "
                    "gives up that part of the allocation, so it does not change the balance."
                ),
            }
        return {
            "into": _("In"),
            "out": _("Out"),
            "balance": _("Held"),
            "rule": _(
                "The balance is the money held. An allocation promises money and does not move it."
            ),
        }


def statement(
    fund: Fund,
    about: Earmark | Organisation | Activity,
    *,
    starts_on: date,
    ends_on: date,
    most: int = MOST_LINES,
) -> Statement:
    """The statement, one account a currency; a fixed number of queries.

    For a donor: the earmarks that bear its name, and apart what it gave to others. Sums come from
    the database in whole cents and hold every line, however many are shown.
    """
    earmarks = list(Earmark.objects.filter(fund=fund))
    rows = Movement.objects.filter(fund=fund)
    gifts: Sequence[Movement] = ()
    if isinstance(about, Activity):
        rows = rows.filter(activity=about)
    elif isinstance(about, Earmark):
        rows = Movement.objects.filter(earmark=about)
    else:
        own, gifts = _of_donor(earmarks, about, rows, starts_on, ends_on)
        rows = Movement.objects.filter(earmark__in=own)
    currencies = {item.pk: item.currency for item in earmarks}
    accounts = _accounts(rows, currencies, about, starts_on, ends_on, most)
    return Statement(fund, about, starts_on, ends_on, accounts, gifts)


def _of_donor(
    earmarks: list[Earmark],
    donor: Organisation,
    rows: QuerySet[Movement],
    starts_on: date,
    ends_on: date,
) -> tuple[list[int], Sequence[Movement]]:
    """The keys of the donor's earmarks, and its receipts in others within the days."""
    same = {donor.pk, *donor.merged.values_list("pk", flat=True)}
    own = [item.pk for item in earmarks if item.donor_id in same]
    given = rows.filter(kind__in=("received", "returned"), organisation__in=same)
    given = given.filter(date__range=(starts_on, ends_on)).exclude(earmark__in=own)
    return own, list(shown(given).order_by("date", "pk")[:MOST_LINES])


def _accounts(
    rows: QuerySet[Movement],
    currencies: dict[int, str],
    about: object,
    starts_on: date,
    ends_on: date,
    most: int,
) -> list[Account]:
    of_project = isinstance(about, Activity)
    before = _by_currency(rows.filter(date__lt=starts_on), currencies)
    within = _by_currency(rows.filter(date__range=(starts_on, ends_on)), currencies)
    chosen = rows.filter(date__range=(starts_on, ends_on)).order_by("date", "pk")
    listed: dict[str, list[Movement]] = {}
    for movement in shown(chosen)[:most]:
        listed.setdefault(movement.earmark.currency, []).append(movement)
    counts = _counts(chosen, currencies)
    names = {*before, *within}
    if isinstance(about, Earmark):
        names.add(about.currency)
    return [
        _account(
            currency,
            before.get(currency, Balances()),
            within.get(currency, Balances()),
            listed.get(currency, []),
            counts.get(currency, 0),
            of_project=of_project,
        )
        for currency in sorted(names)
    ]


def _by_currency(rows: QuerySet[Movement], currencies: dict[int, str]) -> dict[str, Balances]:
    found: dict[str, Balances] = {}
    for (earmark, kind), total in summed(rows, "earmark_id", "kind").items():
        currency = currencies[earmark]
        found[currency] = found.get(currency, Balances()).after(kind, total)
    return found


def _counts(rows: QuerySet[Movement], currencies: dict[int, str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for earmark, count in rows.order_by().values_list("earmark_id").annotate(count=Count("pk")):
        found[currencies[earmark]] = found.get(currencies[earmark], 0) + count
    return found


def _account(
    currency: str,
    before: Balances,
    within: Balances,
    movements: Sequence[Movement],
    count: int,
    *,
    of_project: bool,
) -> Account:
    opening = before.to_pay if of_project else before.held
    balance, lines = opening, []
    for movement in movements:
        change = (promise if of_project else cash)(movement.kind, movement.amount)
        balance += change
        into, out = _sides(movement.kind, movement.amount, of_project=of_project)
        lines.append(StatementLine(movement, into, out, balance))
    into, out = ZERO, ZERO
    for kind, amount in within.sums().items():
        plus, minus = _sides(kind, amount, of_project=of_project)
        into, out = into + (plus or ZERO), out + (minus or ZERO)
    return Account(
        currency, opening, into, out, opening + into - out, before + within, lines, count
    )


def _sides(
    kind: str, amount: Decimal, *, of_project: bool
) -> tuple[Decimal | None, Decimal | None]:
    """What a kind adds on which side; a reversal is negative on the side of what it reverses."""
    measure = promise if of_project else cash
    sign = measure(kind, Decimal(1))
    if not sign:
        return None, None
    return (amount, None) if sign > 0 else (None, amount)


def year_to(day: date) -> tuple[date, date]:
    """The days a statement is about unless told: from the first of January."""
    return day.replace(month=1, day=1), day


def given_back(account: Account) -> Decimal:
    """What the project gave back, up to the end of the statement."""
    return account.then.recovered


def net_paid(account: Account) -> Decimal:
    """What the project was paid and has not given back, up to the end of the statement."""
    return sum((payment(kind, value) for kind, value in account.then.sums().items()), ZERO)
