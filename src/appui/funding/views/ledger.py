"""The ledger and the targets."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from appui.funding import actions, forms, listings, queries, rules
from appui.funding.models import Target
from appui.kernel.access import Role
from appui.kernel.money import Money
from appui.kernel.verdict import require
from appui.registry.pages import Button, PageRequest, adding, fetch, sheet_page
from appui.registry.queries import shown
from appui.registry.rules import may_keep_register
from appui.ui.facts import Fact
from appui.ui.forms import form_page, without_version
from appui.ui.listing import list_page
from appui.ui.table import Table


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
            Fact(_("From"), obj.provider),
            Fact(_("To"), obj.receiver),
            Fact(
                _("Agreement"),
                obj.agreement,
                href=obj.agreement.get_absolute_url() if obj.agreement else None,
            ),
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
    return {
        "agreement": found.pk,
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


def target_list(request: PageRequest) -> HttpResponse:
    """What organisations have set out to mobilise."""
    rows = Target.objects.visible_to(request.reader).select_related("owner", "source")
    return list_page(
        request,
        listings.TARGETS,
        rows,
        title=_("Targets"),
        **adding(request, "funding:target_add", _("Set a target"), Role.MANAGER),
    )


def target(request: PageRequest, pk: int) -> HttpResponse:
    """One target and what counts toward it."""
    rows = Target.objects.visible_to(request.reader).select_related("owner", "source")
    obj = fetch(rows, pk=pk)
    reader = request.reader
    source = shown(obj.source, reader)
    (position,) = queries.target_positions([obj], reader, today=timezone.localdate())
    signed = queries.agreements(reader).filter(owner=obj.owner, status__in=rules.COUNTING)
    asks = queries.proposals(reader).filter(owner=obj.owner, stage__in=rules.OPEN_STAGES)
    return sheet_page(
        request,
        obj,
        template="funding/target.html",
        crumbs=[(_("Targets"), reverse("funding:target_list"))],
        lead=str(obj.owner),
        buttons=[
            Button(
                _("Change"),
                reverse("funding:target_edit", args=[pk]),
                True,
                rules.may_set_target(obj.owner_id, reader),
            )
        ],
        facts=[
            Fact(_("Amount to mobilise"), Money(obj.amount, obj.currency), "money", source=source),
            Fact(_("From"), obj.starts_on, "date"),
            Fact(_("To"), obj.ends_on, "date"),
            Fact(_("Source"), source, href=source.get_absolute_url() if source else None),
            Fact(_("Seen by"), obj.get_visibility_display(), "tag", tone="plain"),
        ],
        position=position,
        basis=_(
            "Counts agreements of this organisation signed within the period; asks are not "
            "deducted from what is missing."
        )
        + " "
        + queries.rate_rule(obj.currency),
        signed=Table(
            listings.AGREEMENTS.columns,
            [item for item in signed if queries.counts_toward(item, obj)],
        ),
        asks=Table(listings.PROPOSALS.columns, list(asks)),
    )


def target_add(request: PageRequest) -> HttpResponse:
    """Set an amount to mobilise."""
    require(may_keep_register(request.reader, Role.MANAGER))
    return form_page(
        request,
        forms.TargetForm,
        act=lambda data: actions.set_target(by=request.reader, **without_version(data)),
        title=_("Set a target"),
        submit=_("Set"),
        cancel=reverse("funding:target_list"),
        kwargs={"reader": request.reader},
    )


def target_edit(request: PageRequest, pk: int) -> HttpResponse:
    """Change a target."""
    obj = fetch(Target.objects.visible_to(request.reader), pk=pk)
    require(rules.may_set_target(obj.owner_id, request.reader))
    return form_page(
        request,
        forms.TargetForm,
        act=lambda data: actions.change_target(obj, by=request.reader, **data),
        title=_("Change “%(name)s”") % {"name": obj},
        submit=_("Save"),
        cancel=obj.get_absolute_url(),
        kwargs={"reader": request.reader, "obj": obj},
    )
