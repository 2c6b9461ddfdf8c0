"""Movements of a fund."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from appui.kernel.errors import Missing
from appui.kernel.money import Money
from appui.kernel.sums import summed
from appui.kernel.verdict import require
from appui.registry.pages import Button, PageRequest, fetch, sheet_page
from appui.registry.queries import shown
from appui.treasury import actions, forms, listings, queries, rules
from appui.treasury.actions import Part
from appui.treasury.balances import Kind
from appui.treasury.models import Movement, MovementKind
from appui.treasury.views.accounts import OFFERED
from appui.treasury.views.common import crumbs, own_fund, tabs
from appui.ui import formats
from appui.ui import listing as lists
from appui.ui.facts import Fact
from appui.ui.forms import form_page, without_version


def movements(request: PageRequest, pk: int) -> HttpResponse:
    """All movements of a fund, with the sums of those that are listed."""
    fund = own_fund(request, pk)
    rows = queries.movements_of(fund)
    view = lists.read(request, listings.MOVEMENTS)
    sums = (
        summed(lists.filtered(view, rows), "earmark__currency", "kind")
        if view.query
        else _kept_sums(request, pk, {shown.key: shown.value for shown in view.filters})
    )
    totals = [
        (currency, MovementKind(kind).label, Money(total, currency))
        for (currency, kind), total in sorted(sums.items())
        if total
    ]
    return lists.list_page(
        request,
        listings.MOVEMENTS,
        rows,
        template="treasury/movements.html",
        title=_("Movements"),
        lead=str(fund),
        crumbs=crumbs(fund),
        tabs=tabs(fund, "treasury:movements"),
        totals=totals,
    )


def _kept_sums(
    request: PageRequest, pk: int, asked: dict[str, str]
) -> dict[tuple[str, str], Decimal]:
    """The sums of what the filters leave, as the earmarks keep them: no row is added up."""
    rows = queries.earmarks(request.reader).filter(fund=pk)
    if asked["earmark"]:
        rows = rows.filter(pk=asked["earmark"])
    if asked["currency"]:
        rows = rows.filter(currency=asked["currency"])
    kinds = listings.kinds_of(asked["kind"])
    return {
        (total.currency, kind): total.balances.sums()[kind]
        for total in queries.totals(rows)
        for kind in kinds
    }


def movement(request: PageRequest, pk: int) -> HttpResponse:
    """One movement."""
    obj = fetch(queries.movements(request.reader), pk=pk)
    fund = obj.earmark.fund
    return sheet_page(
        request,
        obj,
        title=f"{obj.get_kind_display()} · {formats.money(obj.amount, obj.earmark.currency)}",
        lead=obj.description,
        crumbs=[*crumbs(fund), (_("Movements"), reverse("treasury:movements", args=[fund.pk]))],
        buttons=[
            Button(
                _("Reverse"),
                reverse("treasury:movement_reverse", args=[pk]),
                False,
                rules.may_reverse(obj, request.reader),
            )
        ],
        facts=_facts(request, obj),
    )


def _facts(request: PageRequest, obj: Movement) -> list[Fact]:
    agreement, project = shown(obj.agreement, request.reader), shown(obj.activity, request.reader)
    usd = obj.transaction.usd_value if obj.transaction else None
    match = getattr(obj, "match", None)
    return [
        Fact(_("Earmark"), obj.earmark, href=obj.earmark.get_absolute_url()),
        Fact(_("Date"), obj.date, "date"),
        Fact(_("Value date"), obj.value_date, "date"),
        Fact(_("Amount"), Money(obj.amount, obj.earmark.currency), "money"),
        *_paid(obj),
        Fact(
            _("In US dollars"),
            Money(usd, "USD") if usd is not None else _("no rate known"),
            "money" if usd is not None else "text",
        ),
        Fact(_("Project"), project, href=project.get_absolute_url() if project else None),
        Fact(_("From or to whom"), listings.standing(obj)),
        Fact(_("Agreement"), agreement, href=agreement.get_absolute_url() if agreement else None),
        Fact(_("Reference at the bank"), obj.reference),
        Fact(
            _("Line of the bank"), match.line if match else None,
            href=match.line.get_absolute_url() if match else None,
        ),
        _linked(_("Line of the ledger"), obj.transaction),
        _linked(_("Reverses"), obj.reverses),
        _linked(_("Reversed by"), getattr(obj, "reversed_by", None)),
        _linked(_("Other side of the move"), obj.moved_from or getattr(obj, "moved_to", None)),
    ]  # fmt: skip


def _linked(label: str, obj: Any) -> Fact:
    return Fact(label, obj, href=obj.get_absolute_url() if obj else None)


def _paid(obj: Movement) -> list[Fact]:
    if obj.rate is None or obj.rate_date is None:
        return []
    said = _("at %(rate)s, %(month)s, %(source)s") % {
        "rate": formats.number(obj.rate),
        "month": f"{obj.rate_date:%Y-%m}",
        "source": obj.rate_source,
    }
    paid = Money(obj.original, obj.original_currency)
    return [Fact(_("Paid in"), paid, "money", help=said)]


def receipt_add(request: PageRequest, pk: int) -> HttpResponse:
    """Money that came in, for one or several earmarks."""
    fund = own_fund(request, pk)
    require(rules.may_keep(fund, request.reader))
    template = forms.ReceiptForm(fund=fund, reader=request.reader)

    def act(data: dict[str, Any]) -> str:
        parts = [Part(earmark, amount) for earmark, amount in template.parts(data)]
        made = actions.receive(
            fund, by=request.reader, today=timezone.localdate(), parts=parts,
            **without_version(data),
        )  # fmt: skip
        if len(made) == 1:
            return made[0].get_absolute_url()
        return reverse("treasury:account", args=[pk])

    return form_page(
        request,
        forms.ReceiptForm,
        act=act,
        title=_("Record a receipt"),
        submit=_("Record the receipt"),
        cancel=reverse("treasury:account", args=[pk]),
        initial={"date": timezone.localdate()},
        kwargs={"fund": fund, "reader": request.reader},
        crumbs=crumbs(fund),
    )


def movement_add(request: PageRequest, pk: int, kind: str) -> HttpResponse:
    """A movement of one kind."""
    fund = own_fund(request, pk)
    if kind not in OFFERED:
        raise Missing(_("There is nothing at this address, or it is not shared with you."))
    require(rules.may_keep(fund, request.reader))
    label = MovementKind(kind).label
    today = timezone.localdate()
    return form_page(
        request,
        forms.MovementForm,
        act=lambda data: _record(request, kind, today, without_version(data)),
        title=label,
        lead=str(fund),
        submit=_("Record the movement"),
        cancel=reverse("treasury:account", args=[pk]),
        initial={"date": today, **_asked(request)},
        kwargs={"fund": fund, "kind": kind, "reader": request.reader},
        crumbs=crumbs(fund),
    )


def _asked(request: PageRequest) -> dict[str, str]:
    """The earmark and the project that the address names."""
    asked = {name: request.GET.get(name, "") for name in ("earmark", "activity")}
    return {name: value for name, value in asked.items() if value.isdecimal()}


def _record(request: PageRequest, kind: str, today: date, data: dict[str, Any]) -> Movement:
    earmark = data.pop("earmark")
    amount: Decimal = data.pop("amount")
    if kind == Kind.MOVED_OUT:
        return actions.move(earmark, by=request.reader, today=today, amount=amount, **data)
    return actions.record(earmark, by=request.reader, today=today, kind=kind, amount=amount, **data)


def movement_reverse(request: PageRequest, pk: int) -> HttpResponse:
    """Cancel a movement with an equal and opposite one."""
    obj = fetch(queries.movements(request.reader), pk=pk)
    require(rules.may_reverse(obj, request.reader))
    return form_page(
        request,
        forms.ReasonForm,
        act=lambda data: actions.reverse(
            obj, by=request.reader, today=timezone.localdate(), reason=data["reason"]
        ),
        title=_("Reverse the movement “%(name)s”") % {"name": obj},
        submit=_("Reverse"),
        cancel=obj.get_absolute_url(),
        crumbs=[*crumbs(obj.earmark.fund), (str(obj), obj.get_absolute_url())],
    )
