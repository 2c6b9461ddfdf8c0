"""Own funds, their balances and their earmarks."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from appui.funding.models import Fund
from appui.kernel.access import Reader
from appui.kernel.money import Money
from appui.kernel.verdict import require
from appui.registry.pages import Button, PageRequest, fetch, sheet_page
from appui.registry.queries import shown
from appui.treasury import actions, forms, listings, queries, rules
from appui.treasury.balances import Kind
from appui.treasury.exporting import beancount_lines
from appui.treasury.models import Earmark, MovementKind
from appui.treasury.views.common import crumbs, own_fund, tabs
from appui.ui.facts import Fact
from appui.ui.forms import form_page, without_version
from appui.ui.listing import list_page
from appui.ui.table import Table

RECENT = 10
# What the accounts offer to record, in the order of the money's way.
OFFERED = (
    Kind.ALLOCATED,
    Kind.DISBURSED,
    Kind.SPENT,
    Kind.RELEASED,
    Kind.RECOVERED,
    Kind.RETURNED,
    Kind.INTEREST,
    Kind.FEES,
    Kind.MOVED_OUT,
)


def account_list(request: PageRequest) -> HttpResponse:
    """Own funds of the organisations the reader works in."""
    rows = queries.with_counts(queries.funds(request.reader))
    return list_page(
        request,
        listings.ACCOUNTS,
        rows,
        title=_("Own funds"),
        lead=_("What came in for what, what was given to which project, what is left."),
    )


def account(request: PageRequest, pk: int) -> HttpResponse:
    """The balances of a fund, earmark by earmark."""
    fund = own_fund(request, pk)
    rows = list(queries.earmarks(request.reader).filter(fund=fund))
    tables = [
        (
            total.currency,
            Table(
                listings.BALANCES,
                [item for item in rows if item.currency == total.currency],
                footer=total,
            ),
        )
        for total in queries.totals(rows)
    ]
    recent = queries.movements_of(fund).order_by("-date", "-pk")[:RECENT]
    may = rules.may_keep(fund, request.reader)
    return render(
        request,
        "treasury/account.html",
        {
            "obj": fund,
            "title": str(fund),
            "lead": fund.owner,
            "crumbs": crumbs(),
            "tabs": tabs(fund, "treasury:account"),
            "buttons": _buttons(fund, request.reader),
            "tables": tables,
            "recent": Table(listings.MOVEMENT_COLUMNS, list(recent)),
            "offered": _offered(fund) if may and rows else [],
            "may": may,
        },
    )


def _buttons(fund: Fund, reader: Reader) -> list[Button]:
    may = rules.may_keep(fund, reader)
    return [
        Button(_("Beancount"), reverse("treasury:beancount", args=[fund.pk])),
        Button(_("Open an earmark"), reverse("treasury:earmark_add", args=[fund.pk]), False, may),
        Button(_("Record a receipt"), reverse("treasury:receipt_add", args=[fund.pk]), True, may),
    ]


def _offered(fund: Fund) -> list[tuple[str, str]]:
    return [
        (
            str(MovementKind(kind).label),
            reverse("treasury:movement_add", args=[fund.pk, kind.value]),
        )
        for kind in OFFERED
    ]


def earmark(request: PageRequest, pk: int) -> HttpResponse:
    """One earmark: its sums, what it gave to projects, its last movements."""
    obj = fetch(queries.earmarks(request.reader), pk=pk)
    rows = queries.movements_of(obj.fund).filter(earmark=obj).order_by("-date", "-pk")
    grants = list(queries.grants(request.reader).filter(earmark=obj))
    return sheet_page(
        request,
        obj,
        template="treasury/earmark.html",
        crumbs=crumbs(obj.fund),
        lead=f"{obj.code} · {obj.currency}",
        buttons=[
            Button(_("Statement"), _statement_of(obj)),
            Button(
                _("Change"),
                reverse("treasury:earmark_edit", args=[pk]),
                False,
                rules.may_keep(obj.fund, request.reader),
            ),
        ],
        facts=_facts(obj, request.reader),
        balances=Table(listings.BALANCES[1:], [obj]),
        sums=[
            (label, Money(amount, obj.currency)) for label, amount in listings.sums_of(obj.balances)
        ],
        grants=Table(listings.GRANTS_OF_EARMARK, grants),
        recent=Table(listings.MOVEMENT_COLUMNS, list(rows[:RECENT])),
        all_url=listings.moved_address(obj),
    )


def _statement_of(obj: Earmark) -> str:
    return f"{reverse('treasury:statement', args=[obj.fund_id])}?about=earmark-{obj.pk}"


def _facts(obj: Earmark, reader: Reader) -> list[Fact]:
    agreement = shown(obj.agreement, reader)
    project = shown(obj.activity, reader)
    return [
        Fact(_("Fund"), obj.fund, href=reverse("treasury:account", args=[obj.fund_id])),
        Fact(_("Donor"), obj.donor),
        Fact(_("Agreement"), agreement, href=agreement.get_absolute_url() if agreement else None),
        Fact(_("What the money may be used for"), obj.restriction),
        Fact(_("Place"), obj.location),
        Fact(_("Theme"), obj.theme),
        Fact(
            _("Only for the project"), project, href=project.get_absolute_url() if project else None
        ),
        Fact(_("Opened on"), obj.opened_on, "date"),
        Fact(_("Closed on"), obj.closed_on, "date"),
        Fact(_("Belongs to"), obj.fund.owner),
    ]


def earmark_add(request: PageRequest, pk: int) -> HttpResponse:
    """Set money of a fund apart for something."""
    fund = own_fund(request, pk)
    require(rules.may_keep(fund, request.reader))
    return form_page(
        request,
        forms.EarmarkForm,
        act=lambda data: actions.open_earmark(fund, by=request.reader, **without_version(data)),
        title=_("Open an earmark"),
        submit=pgettext("button", "Open"),
        cancel=reverse("treasury:account", args=[pk]),
        initial={"currency": fund.currency, "opened_on": timezone.localdate()},
        kwargs={"reader": request.reader},
        crumbs=crumbs(fund),
    )


def earmark_edit(request: PageRequest, pk: int) -> HttpResponse:
    """Change what an earmark is for, or close it."""
    obj = fetch(queries.earmarks(request.reader), pk=pk)
    require(rules.may_keep(obj.fund, request.reader))
    return form_page(
        request,
        forms.EarmarkForm,
        act=lambda data: actions.change_earmark(
            obj, by=request.reader, today=timezone.localdate(), **data
        ),
        title=_("Change “%(name)s”") % {"name": obj},
        submit=_("Save"),
        cancel=obj.get_absolute_url(),
        kwargs={"reader": request.reader, "obj": obj},
        crumbs=[*crumbs(obj.fund), (str(obj), obj.get_absolute_url())],
    )


def beancount(request: PageRequest, pk: int) -> HttpResponse:
    """The accounts as a Beancount file."""
    fund = own_fund(request, pk)
    return HttpResponse(
        "\n".join(beancount_lines(fund)) + "\n",
        content_type="text/plain; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="fund-{pk}.beancount"'},
    )
