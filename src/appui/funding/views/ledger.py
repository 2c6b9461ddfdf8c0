"""The ledger."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from appui.funding import actions, forms, listings, queries, rules
from appui.funding.models import Agreement, Transaction
from appui.kernel.access import Reader, Role
from appui.kernel.money import Money
from appui.kernel.verdict import require
from appui.portfolio.models import Activity
from appui.registry.pages import Button, PageRequest, adding, fetch, sheet_page
from appui.registry.queries import shown
from appui.registry.rules import may_keep_register
from appui.ui.facts import Fact
from appui.ui.forms import form_page, without_version
from appui.ui.listing import list_page
from appui.ui.table import Table

LINES_SHOWN = 20


def transaction_list(request: PageRequest) -> HttpResponse:
    """Lines of the ledger."""
    return list_page(
        request,
        listings.TRANSACTIONS,
        queries.ledger(request.reader),
        title=_("Ledger"),
        lead=_("Lines are added, never changed; a mistake is reversed by another line."),
        **adding(request, "funding:transaction_add", _("Record a transaction"), Role.FINANCE),
    )


def transaction(request: PageRequest, pk: int) -> HttpResponse:
    """One line."""
    obj = fetch(queries.ledger(request.reader), pk=pk)
    source = shown(obj.source, request.reader)
    usd = Money(obj.usd_value, "USD") if obj.usd_value is not None else None
    rate = (
        _("at %(rate)s, %(month)s, %(source)s")
        % {
            "rate": obj.usd_rate.normalize(),
            "month": f"{obj.usd_rate_date:%Y-%m}",
            "source": obj.usd_rate_source,
        }
        if obj.usd_rate is not None and obj.currency != "USD"
        else ""
    )
    return sheet_page(
        request,
        obj,
        title=f"{obj.transaction_type} · {obj}",
        crumbs=[(_("Ledger"), reverse("funding:transaction_list"))],
        lead=obj.description,
        buttons=[
            Button(
                _("Reverse"),
                reverse("funding:transaction_reverse", args=[pk]),
                False,
                rules.may_reverse(obj, request.reader),
            )
        ],
        facts=[
            Fact(_("Type"), f"{obj.transaction_type.code} · {obj.transaction_type}"),
            Fact(_("Date"), obj.date, "date"),
            Fact(_("Value date"), obj.value_date, "date"),
            Fact(_("Value"), Money(obj.value, obj.currency), "money", source=source),
            Fact(
                _("In US dollars"), usd or _("no rate known"), "money" if usd else "text", help=rate
            ),
            Fact(pgettext("from whom or what", "From"), obj.provider),
            *_activity_fact(_("From their project"), obj.provider_activity),
            Fact(pgettext("to whom or what", "To"), obj.receiver),
            *_activity_fact(_("To their project"), obj.receiver_activity),
            Fact(
                _("Agreement"),
                obj.agreement,
                href=obj.agreement.get_absolute_url() if obj.agreement else None,
            ),
            *_tranche_fact(obj),
            Fact(
                _("Project"),
                obj.activity,
                href=obj.activity.get_absolute_url() if obj.activity else None,
            ),
            Fact(_("Fund"), obj.fund, href=obj.fund.get_absolute_url() if obj.fund else None),
            Fact(
                _("Reverses"),
                obj.reverses,
                href=obj.reverses.get_absolute_url() if obj.reverses else None,
            ),
            Fact(_("State"), listings.ledger_word(obj), "tag", tone="late"),
            Fact(_("Belongs to"), obj.owner),
        ],
    )


def _tranche_fact(obj: Transaction) -> list[Fact]:
    """The tranche that the line pays, where its agreement is shown."""
    if obj.tranche is None or obj.agreement is None:
        return []
    return [Fact(_("Tranche"), str(obj.tranche.number), href=obj.tranche.get_absolute_url())]


def _activity_fact(label: str, activity: Activity | None) -> list[Fact]:
    return [] if activity is None else [Fact(label, activity, href=activity.get_absolute_url())]


def transaction_add(request: PageRequest) -> HttpResponse:
    """Add a line to the ledger."""
    require(may_keep_register(request.reader, Role.FINANCE))
    today = timezone.localdate()
    return form_page(
        request,
        forms.TransactionForm,
        act=lambda data: actions.record_transaction(
            by=request.reader, today=today, **without_version(data)
        ),
        title=_("Record a transaction"),
        submit=_("Write the line"),
        cancel=reverse("funding:transaction_list"),
        kwargs={"reader": request.reader},
        initial=_carried(request) | {"date": today, "value_date": today},
    )


def _carried(request: PageRequest) -> dict[str, Any]:
    """What the agreement in the address says of a line: who pays whom, in which currency."""
    asked = request.GET.get("agreement", "")
    rows = queries.agreements(request.reader)
    found = rows.filter(pk=asked).first() if asked.isdecimal() else None
    if found is None:
        return {}
    tranche = request.GET.get("tranche", "")
    return {
        "agreement": found.pk,
        "tranche": tranche if tranche.isdecimal() else None,
        "currency": found.currency,
        "provider": found.donor.standing_id,
        "receiver": found.owner_id,
    }


def transaction_reverse(request: PageRequest, pk: int) -> HttpResponse:
    """Cancel a line with an equal and opposite one."""
    obj = fetch(queries.ledger(request.reader), pk=pk)
    require(rules.may_reverse(obj, request.reader))
    return form_page(
        request,
        forms.ReverseForm,
        act=lambda data: actions.reverse_transaction(
            obj, by=request.reader, today=timezone.localdate(), reason=data["reason"]
        ),
        title=_("Reverse the line “%(name)s”") % {"name": obj},
        submit=_("Reverse"),
        cancel=obj.get_absolute_url(),
    )


def last_lines(reader: Reader, of: str, record: Agreement | Activity) -> dict[str, Any]:
    """The last lines of the ledger of an agreement or project, how many there are in all, and where
    those are; three queries beside those of the lines."""
    rows = queries.ledger(reader).filter((of, record))
    return {
        "table": Table(
            [column for column in listings.TRANSACTIONS.columns if column.key != "of"],
            list(rows.order_by("-date", "-pk")[:LINES_SHOWN]),
        ),
        "count": rows.count(),
        "all_url": f"{reverse('funding:transaction_list')}?{urlencode({of: record.pk})}",
    }
