"""How the accounts of funds look in lists and tables."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from appui.kernel.money import Money
from appui.registry.listings import OWNER_FILTER, address
from appui.treasury import queries
from appui.treasury.balances import Balances, Kind
from appui.treasury.models import MovementKind, PeriodState
from appui.treasury.queries.accounts import CurrencyTotal
from appui.ui.context import reader_of
from appui.ui.listing import Column, Filter, Listing

# Kinds that one column of the accounts sums, by the name the filter of movements has for them.
GROUPS: dict[str, tuple[Any, tuple[Kind, ...]]] = {
    "other-in": (
        _("Other money in: interest, refunds from projects, moved in"),
        (Kind.INTEREST, Kind.RECOVERED, Kind.MOVED_IN),
    ),
    "other-out": (
        _("Other money out: fees, refunds to donors, moved out"),
        (Kind.FEES, Kind.RETURNED, Kind.MOVED_OUT),
    ),
    "allocations": (_("Allocations and releases"), (Kind.ALLOCATED, Kind.RELEASED)),
    "payments": (_("Disbursements and expenditure"), (Kind.DISBURSED, Kind.SPENT)),
    "at-bank": (
        _("All that moves money"),
        tuple(kind for kind in Kind if kind not in (Kind.ALLOCATED, Kind.RELEASED)),
    ),
}


def _fund_address(row: Any) -> str:
    return reverse("treasury:account", args=[row.pk])


ACCOUNTS = Listing(
    name="own-funds",
    columns=(
        Column(
            "title", _("Fund"), lambda row: row.title, "multilingual", ("title",), _fund_address
        ),
        Column("owner", _("Belongs to"), lambda row: row.owner),
        Column("currency", _("Currency"), lambda row: row.currency, order_by=("currency",)),
        Column("earmarks", _("Earmarks"), lambda row: row.earmark_count, "number"),
        Column("closed", _("Closed until"), lambda row: row.closed_until, "date"),
    ),
    filters=(OWNER_FILTER,),
    search=("title",),
    order=("title",),
    empty=_("No own fund is recorded yet."),
    empty_hint=_(
        "Record it under “Windows and calls” with the kind “Own fund”; its accounts open here."
    ),
)


def moved_address(row: Any, kind: str = "") -> str:
    """The movements behind a sum of an earmark, or of a fund in one currency."""
    total = isinstance(row, CurrencyTotal)
    asked = {"kind": kind, "currency" if total else "earmark": row.currency if total else row.pk}
    asked = {key: value for key, value in asked.items() if value}
    fund = row.fund_id if hasattr(row, "fund_id") else row.fund_pk
    return f"{reverse('treasury:movements', args=[fund])}?{urlencode(asked)}"


def _sum(*kinds: Kind, less: Sequence[Kind] = ()) -> Callable[[Any], Money]:
    def value(row: Any) -> Money:
        sums = row.balances.sums()
        plus = sum((sums[kind] for kind in kinds), Decimal(0))
        return Money(plus - sum((sums[kind] for kind in less), Decimal(0)), row.currency)

    return value


def _column(key: str, label: Any, value: Callable[[Any], Money], kind: str, **more: Any) -> Column:
    return Column(key, label, value, "money", href=lambda row: moved_address(row, kind), **more)


BALANCES = (
    Column(
        "earmark",
        _("Earmark"),
        lambda row: _("Together") if isinstance(row, CurrencyTotal) else row.title,
        "multilingual",
        href=lambda row: "" if isinstance(row, CurrencyTotal) else address(row),
    ),
    _column("received", _("Received"), _sum(Kind.RECEIVED), "received"),
    _column("in", _("Other in"), _sum(*GROUPS["other-in"][1]), "other-in"),
    _column("out", _("Other out"), _sum(*GROUPS["other-out"][1]), "other-out"),
    _column(
        "allocated",
        _("Allocated"),
        _sum(Kind.ALLOCATED, less=(Kind.RELEASED,)),
        "allocations",
    ),
    Column(
        "available",
        _("Available"),
        lambda row: Money(row.balances.available, row.currency),
        "money",
        href=moved_address,
    ),
    _column("paid", _("Paid"), _sum(Kind.DISBURSED, Kind.SPENT), "payments"),
    _column("held", _("Held"), lambda row: Money(row.balances.held, row.currency), "at-bank"),
)


def _grant_address(row: Any, kind: str) -> str:
    asked = urlencode({"kind": kind, "earmark": row.earmark_id, "q": row.activity.reference})
    return f"{reverse('treasury:movements', args=[row.earmark.fund_id])}?{asked}"


def _grant_columns(first: Column) -> tuple[Column, ...]:
    def money(value: Decimal, row: Any) -> Money:
        return Money(value, row.earmark.currency)

    return (
        first,
        Column(
            "allocated",
            _("Allocated"),
            lambda row: money(row.allocated - row.released, row),
            "money",
            href=lambda row: _grant_address(row, "allocations"),
        ),
        Column(
            "paid",
            _("Paid"),
            lambda row: money(row.disbursed + row.spent, row),
            "money",
            href=lambda row: _grant_address(row, "payments"),
        ),
        Column(
            "recovered",
            _("Given back"),
            lambda row: money(row.recovered, row),
            "money",
            href=lambda row: _grant_address(row, "recovered"),
        ),
        Column("left", _("Still to be paid"), lambda row: money(row.to_pay, row), "money"),
    )


GRANTS_OF_EARMARK = _grant_columns(
    Column("project", _("Project"), lambda row: row.activity.title, "multilingual",
           href=lambda row: address(row.activity))
)  # fmt: skip
GRANTS_OF_PROJECT = _grant_columns(
    Column("earmark", _("Earmark"), lambda row: row.earmark.title, "multilingual",
           href=lambda row: address(row.earmark))
)  # fmt: skip


def standing(row: Any) -> Any:
    """The organisation that stands for the one a movement names."""
    organisation = row.organisation
    return (organisation.merged_into or organisation) if organisation else None


def state_of(row: Any) -> str:
    """Whether a movement reverses another or is reversed; empty otherwise."""
    if row.reverses_id is not None:
        return str(_("reversal"))
    return str(_("reversed")) if row.is_reversed else ""


def _kind_choices(_request: HttpRequest) -> list[tuple[str, Any]]:
    return [*MovementKind.choices, *((key, label) for key, (label, _kinds) in GROUPS.items())]


def kinds_of(value: str) -> list[str]:
    """The kinds that a choice of the filter stands for; all of them without one."""
    if not value:
        return [kind.value for kind in Kind]
    return [str(kind) for kind in GROUPS[value][1]] if value in GROUPS else [value]


def _of_kind(rows: Any, value: str) -> Any:
    return rows.filter(kind__in=kinds_of(value))


def _earmarks(request: HttpRequest) -> Any:
    match = request.resolver_match
    fund = match.kwargs["pk"] if match else None
    return queries.earmarks(reader_of(request)).filter(fund=fund)


def _earmark_choices(request: HttpRequest) -> list[tuple[str, str]]:
    return [(str(item.pk), f"{item} · {item.currency}") for item in _earmarks(request)]


def _currency_choices(request: HttpRequest) -> list[tuple[str, str]]:
    return [(code, code) for code in sorted({item.currency for item in _earmarks(request)})]


MOVEMENT_COLUMNS = (
    Column("date", _("Date"), lambda row: row.date, "date", ("date",), href=address),
    Column("kind", _("Kind"), lambda row: row.get_kind_display(), order_by=("kind",)),
    Column("earmark", _("Earmark"), lambda row: row.earmark.title, "multilingual", phone=False),
    Column(
        "project", _("Project"), lambda row: row.activity and row.activity.title, "multilingual"
    ),
    Column("who", _("From or to whom"), standing),
    Column(
        "amount",
        _("Amount"),
        lambda row: Money(row.amount, row.earmark.currency),
        "money",
        ("amount",),
    ),
    Column("state", _("State"), state_of, "tag", tone=lambda _row: "plain", phone=False),
)
MOVEMENTS = Listing(
    name="movements",
    columns=MOVEMENT_COLUMNS,
    filters=(
        Filter("kind", _("Kind"), _kind_choices, _of_kind),
        Filter(
            "earmark",
            _("Earmark"),
            _earmark_choices,
            lambda rows, value: rows.filter(earmark=value),
        ),
        Filter(
            "currency",
            _("Currency"),
            _currency_choices,
            lambda rows, value: rows.filter(earmark__currency=value),
        ),
    ),
    search=("description", "reference", "organisation__name", "activity__reference"),
    order=("-date",),
    empty=_("Nothing has moved yet."),
    empty_hint=_("Record the first receipt on the page of the accounts."),
    is_long=True,
)

PERIODS = (
    Column("period", _("Period"), str, href=address),
    Column(
        "state",
        _("State"),
        lambda row: row.get_state_display(),
        "tag",
        tone=lambda row: "" if row.state == PeriodState.CLOSED else "wait",
    ),
    Column("by", _("Closed by"), lambda row: row.closed_by),
    Column("on", _("Closed on"), lambda row: row.created_at, "date"),
    Column("reason", _("Why it was reopened"), lambda row: row.reason),
)


def _at(name: str, measure: str, label: Any) -> Column:
    return Column(
        f"{name}-{measure}",
        label,
        lambda row: Money(getattr(getattr(row, name), measure), row.earmark.currency),
        "money",
    )


EARMARK = Column(
    "earmark", _("Earmark"), lambda row: row.earmark.title, "multilingual",
    href=lambda row: address(row.earmark),
)  # fmt: skip
CLOSED_BALANCES = (
    EARMARK,
    _at("balances", "received", _("Received")),
    _at("balances", "to_pay", _("Still to be paid")),
    _at("balances", "available", _("Available")),
    _at("balances", "held", _("Held")),
)
DIFFERENCES = (
    EARMARK,
    _at("then", "held", _("Held when it was closed")),
    _at("now", "held", _("Held by the rows of today")),
    Column("moved", _("Difference"), lambda row: Money(row.moved, row.earmark.currency), "money"),
)

BANK_STATEMENTS = (
    Column("file", _("File"), lambda row: row.file_name, href=address),
    Column("account", _("Bank account"), lambda row: row.account),
    Column("from", _("From"), lambda row: row.starts_on, "date"),
    Column("to", _("To"), lambda row: row.ends_on, "date"),
    Column("closing", _("Closing balance"), lambda row: Money(row.closing, row.currency), "money"),
    Column("lines", _("Lines"), lambda row: row.line_count, "number"),
    Column("open", _("Not matched"), lambda row: row.open_count, "number"),
)


def statement_columns(words: dict[str, str], *, of_project: bool) -> tuple[Column, ...]:
    """The columns of a statement, under the words it has for them."""

    def money(name: str) -> Callable[[Any], Money | None]:
        def value(row: Any) -> Money | None:
            found = getattr(row, name)
            return None if found is None else Money(found, row.movement.earmark.currency)

        return value

    about = (
        Column("earmark", _("Earmark"), lambda row: row.movement.earmark.title, "multilingual")
        if of_project
        else Column(
            "project",
            _("Project"),
            lambda row: row.movement.activity and row.movement.activity.title,
            "multilingual",
        )
    )
    return (
        Column("date", _("Date"), lambda row: row.movement.date, "date",
               href=lambda row: address(row.movement)),
        Column("kind", _("Kind"), lambda row: row.movement.get_kind_display()),
        about,
        Column("who", _("From or to whom"), lambda row: standing(row.movement)),
        Column("amount", _("Amount"),
               lambda row: Money(row.movement.amount, row.movement.earmark.currency), "money"),
        Column("into", words["into"], money("into"), "money"),
        Column("out", words["out"], money("out"), "money"),
        Column("balance", words["balance"], money("balance"), "money"),
    )  # fmt: skip


def sums_of(balances: Balances) -> list[tuple[str, Decimal]]:
    """The sums that are not zero, by the name of their kind."""
    sums = balances.sums()
    return [(str(kind.label), sums[kind.value]) for kind in MovementKind if sums[kind.value]]
