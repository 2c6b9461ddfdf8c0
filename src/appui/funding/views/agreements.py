"""Agreements, their signature and their allocations."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from appui.funding import actions, forms, listings, queries, rules
from appui.funding.models import Agreement, AgreementStatus, Allocation, Proposal
from appui.funding.views.ledger import last_lines
from appui.kernel.access import Reader, Role
from appui.kernel.errors import Missing
from appui.kernel.money import Money, cents
from appui.kernel.verdict import require
from appui.needs.models import Need
from appui.portfolio.models import Activity
from appui.registry.forms import NO_SUCH_DAY
from appui.registry.pages import Button, PageRequest, adding, fetch, sheet_page
from appui.registry.queries import shown
from appui.registry.rules import may_keep_register
from appui.ui.facts import Fact
from appui.ui.forms import DONE, PageForm, confirm_page, form_page, without_version
from appui.ui.listing import Column, list_page
from appui.ui.table import Table

MOVE_LABELS = {
    AgreementStatus.CLOSED: lambda: _("Close"),
    AgreementStatus.TERMINATED: lambda: _("Terminate"),
    AgreementStatus.SIGNED: lambda: _("Reopen"),
}


def agreement_list(request: PageRequest) -> HttpResponse:
    """What was agreed."""
    return list_page(
        request,
        listings.AGREEMENTS,
        queries.agreements(request.reader),
        title=_("Agreements"),
        lead=_("Only signed and closed agreements count as secured money."),
        **adding(request, "funding:agreement_add", _("Draft an agreement"), Role.FINANCE),
    )


def agreement(request: PageRequest, pk: int) -> HttpResponse:
    """One agreement with its allocations and what moved on its account."""
    obj = fetch(queries.agreements(request.reader), pk=pk)
    donor = obj.donor.merged_into or obj.donor
    proposal = shown(obj.proposal, request.reader)
    source = shown(obj.source, request.reader)
    allocations = list(obj.allocations.select_related("need", "activity", "pillar", "location"))
    given = sum((item.amount for item in allocations), Decimal(0))
    _hide_what_is_not_shared(allocations, request.reader)
    may_allocate = rules.may_allocate(obj, request.reader)
    may_change = bool(rules.may_change_agreement(obj, request.reader))
    may_meet = bool(rules.may_meet(obj, request.reader))
    today = timezone.localdate()
    standings = queries.tranche_standings(obj, request.reader, today=today)
    changes = list(queries.amendments(request.reader).filter(agreement=obj))
    return sheet_page(
        request,
        obj,
        template="funding/agreement.html",
        crumbs=[(_("Agreements"), reverse("funding:agreement_list"))],
        lead=f"{obj.reference} · {donor}",
        buttons=_agreement_buttons(obj, request),
        facts=[
            Fact(
                _("Status"), obj.get_status_display(), "tag", tone=listings.STATUS_TONES[obj.status]
            ),
            Fact(_("Kind"), obj.get_kind_display()),
            Fact(_("Donor"), donor, href=reverse("funding:donor", args=[donor.pk])),
            Fact(_("Amount"), Money(obj.amount, obj.currency), "money", source=source),
            *_rate_facts(obj),
            Fact(_("Earmarking"), obj.earmarking),
            Fact(_("Earmark"), obj.earmark),
            Fact(_("Signed on"), obj.signed_on, "date"),
            Fact(_("From"), obj.starts_on, "date"),
            Fact(_("To"), obj.ends_on, "date"),
            *_validity(obj, today),
            Fact(
                _("Proposal"),
                proposal,
                href=proposal.get_absolute_url() if proposal else None,
            ),
            Fact(_("Conditions"), obj.conditions),
            Fact(_("Source"), source, href=source.get_absolute_url() if source else None),
            Fact(_("Belongs to"), obj.owner),
            Fact(_("Seen by"), obj.get_visibility_display(), "tag", tone="plain"),
        ],
        allocations=Table(_allocation_columns(obj, bool(may_allocate)), allocations),
        left=Money(obj.amount - given, obj.currency),
        may_allocate=may_allocate,
        tranches=Table(
            listings.tranche_columns(obj, changeable=may_change, meetable=may_meet), standings
        ),
        still_to_plan=Money(queries.left_to_plan(obj), obj.currency) if standings else None,
        conditions=Table(
            listings.condition_columns(changeable=may_change, meetable=may_meet),
            list(queries.conditions(request.reader).filter(agreement=obj)),
        ),
        amendments=Table(listings.AMENDMENTS, changes),
        may_change=may_change,
        **_as_of(request, obj),
        ledger=last_lines(request.reader, "agreement", obj),
    )


def _validity(obj: Agreement, today: date) -> list[Fact]:
    """Whether a signed agreement is in force today."""
    if obj.status != AgreementStatus.SIGNED:
        return []
    if obj.is_in_force(today):
        return [Fact(_("Validity"), _("in force"), "tag")]
    begun = obj.starts_on is None or obj.starts_on <= today
    text = _("ended") if begun else _("not begun yet")
    return [Fact(_("Validity"), text, "tag", tone="late" if begun else "plain")]


def _as_of(request: PageRequest, obj: Agreement) -> dict[str, Any]:
    """The terms on the day that the address names; nothing without one."""
    asked = request.GET.get("on", "")
    if not asked:
        return {"as_of": "", "terms": None}
    try:
        day = date.fromisoformat(asked)
    except ValueError:
        return {"as_of": "", "terms": None, "no_such_day": str(NO_SUCH_DAY)}
    terms = queries.terms_on(obj, day)
    planned = [
        (item["number"], Money(Decimal(str(item["amount"])), obj.currency))
        for item in terms.tranches
    ]
    return {"as_of": day, "terms": terms, "planned": planned}


def _hide_what_is_not_shared(allocations: list[Allocation], reader: Reader) -> None:
    """Take needs and projects that the reader may not see out of what is shown; two queries."""
    needs = {item.need_id for item in allocations if item.need_id}
    activities = {item.activity_id for item in allocations if item.activity_id}
    seen_needs = set(Need.objects.visible_to(reader).filter(pk__in=needs))
    seen_activities = set(Activity.objects.visible_to(reader).filter(pk__in=activities))
    for item in allocations:
        item.need = item.need if item.need in seen_needs else None
        item.activity = item.activity if item.activity in seen_activities else None


def _agreement_buttons(obj: Agreement, request: PageRequest) -> list[Button]:
    reader, status = request.reader, AgreementStatus(obj.status)
    buttons = [
        Button(
            _("Change"),
            reverse("funding:agreement_edit", args=[obj.pk]),
            False,
            rules.may_change_agreement(obj, reader),
        )
    ]
    if status == AgreementStatus.DRAFT:
        sign = rules.may_sign(obj, reader)
        return [
            *buttons,
            Button(_("Sign"), reverse("funding:agreement_sign", args=[obj.pk]), True, sign),
        ]
    if status == AgreementStatus.SIGNED:
        url = reverse("funding:agreement_amend", args=[obj.pk])
        buttons = [Button(_("Amend"), url, False, rules.may_amend(obj, reader))]
    for target in AgreementStatus:
        if target in rules.AGREEMENT_MOVES[status]:
            url = reverse("funding:agreement_move", args=[obj.pk, target])
            verdict = rules.may_move_agreement(obj, target, reader)
            buttons.append(Button(MOVE_LABELS[target](), url, False, verdict))
    return buttons


def _rate_facts(obj: Agreement) -> list[Fact]:
    """The amount in US dollars, each part at the rate of its own signature."""
    if obj.currency == "USD" or obj.signed_on is None:
        return []
    parts = [part for part in queries.parts_of(obj) if part.amount]
    if any(part.signed.usd_rate is None for part in parts):
        return [Fact(_("In US dollars"), _("no rate known"), "tag", tone="late")]
    usd = sum(
        (cents(part.amount * (part.signed.usd_rate or Decimal(0))) for part in parts), Decimal(0)
    )
    rates = [
        _("at %(rate)s, %(month)s, %(source)s")
        % {
            "rate": (part.signed.usd_rate or Decimal(0)).normalize(),
            "month": f"{part.signed.usd_rate_date:%Y-%m}",
            "source": part.signed.usd_rate_source,
        }
        for part in parts
    ]
    return [Fact(_("In US dollars"), Money(usd, "USD"), "money", help="; ".join(rates))]


def _allocation_columns(obj: Agreement, changeable: bool) -> list[Column]:
    columns = [
        Column(
            "to",
            pgettext("to whom or what", "To"),
            lambda row: row.need or row.activity or _("not shared with you"),
            href=lambda row: (
                (row.need or row.activity).get_absolute_url() if row.need or row.activity else ""
            ),
        ),
        Column("pillar", _("Pillar"), lambda row: row.pillar or _("not stated")),
        Column("place", _("Place"), lambda row: row.location or _("not stated"), phone=False),
        Column("year", _("Year"), lambda row: row.year, "year"),
        Column("amount", _("Amount"), lambda row: Money(row.amount, obj.currency), "money"),
        Column(
            "earmark",
            _("Required by the donor"),
            lambda row: _("yes") if row.is_earmark else "",
            phone=False,
        ),
    ]
    if changeable:
        columns.append(
            Column(
                "withdraw",
                _("Withdraw"),
                lambda row: _("Withdraw"),
                href=lambda row: reverse("funding:allocation_withdraw", args=[row.pk]),
            )
        )
    return columns


def agreement_add(request: PageRequest) -> HttpResponse:
    """Draft an agreement, from an ask when the address names one."""
    require(may_keep_register(request.reader, Role.FINANCE))
    return form_page(
        request,
        forms.AgreementForm,
        act=lambda data: actions.draft_agreement(by=request.reader, **without_version(data)),
        title=_("Draft an agreement"),
        submit=_("Save the draft"),
        cancel=reverse("funding:agreement_list"),
        kwargs={"reader": request.reader},
        initial=_from_proposal(request),
    )


def _from_proposal(request: PageRequest) -> dict[str, Any]:
    """What a draft takes over from its ask."""
    asked = request.GET.get("proposal", "")
    rows = queries.proposals(request.reader)
    obj: Proposal | None = rows.filter(pk=asked).first() if asked.isdecimal() else None
    if obj is None:
        return {}
    return {
        "proposal": obj.pk,
        "reference": obj.reference,
        "title": obj.title,
        "donor": obj.donor.standing_id,
        "amount": obj.amount,
        "currency": obj.currency,
        "owner": obj.owner_id,
        "visibility": obj.visibility,
    }


def agreement_edit(request: PageRequest, pk: int) -> HttpResponse:
    """Change a draft."""
    obj = fetch(queries.agreements(request.reader), pk=pk)
    require(rules.may_change_agreement(obj, request.reader))
    return form_page(
        request,
        forms.AgreementForm,
        act=lambda data: actions.change_agreement(obj, by=request.reader, **data),
        title=_("Change “%(name)s”") % {"name": obj},
        submit=_("Save"),
        cancel=obj.get_absolute_url(),
        kwargs={"reader": request.reader, "obj": obj},
    )


def agreement_sign(request: PageRequest, pk: int) -> HttpResponse:
    """Make a draft count from its date of signature."""
    obj = fetch(queries.agreements(request.reader), pk=pk)
    require(rules.may_sign(obj, request.reader))
    return form_page(
        request,
        forms.SignForm,
        act=lambda data: actions.sign_agreement(
            obj, by=request.reader, today=timezone.localdate(), **data
        ),
        title=_("Sign “%(name)s”") % {"name": obj},
        lead=_("Once signed, the amount counts as secured and changes only by amendment."),
        submit=_("Sign"),
        cancel=obj.get_absolute_url(),
        initial={"version": obj.version, "signed_on": timezone.localdate()},
    )


def agreement_move(request: PageRequest, pk: int, status: str) -> HttpResponse:
    """Close, reopen or terminate a signed agreement."""
    obj = fetch(queries.agreements(request.reader), pk=pk)
    if status not in MOVE_LABELS or obj.status == AgreementStatus.DRAFT:
        raise Missing(_("There is nothing at this address, or it is not shared with you."))
    require(rules.may_move_agreement(obj, status, request.reader))
    label = MOVE_LABELS[AgreementStatus(status)]()
    today = timezone.localdate()
    ends = status in (AgreementStatus.CLOSED, AgreementStatus.TERMINATED)
    return form_page(
        request,
        PageForm,
        act=lambda _data: actions.move_agreement(
            obj, by=request.reader, status=status, today=today
        ),
        template="funding/agreement_move.html",
        still_open=queries.before_closing(obj, request.reader, today=today) if ends else [],
        title=f"{label} · {obj}",
        success=DONE,
        question=_("It will be shown as “%(status)s”. A terminated agreement no longer counts.")
        % {"status": AgreementStatus(status).label},
        submit=label,
        cancel=obj.get_absolute_url(),
    )


def allocation_add(request: PageRequest, pk: int) -> HttpResponse:
    """Give a part of an agreement to a need or project."""
    obj = fetch(queries.agreements(request.reader), pk=pk)
    require(rules.may_allocate(obj, request.reader))
    return form_page(
        request,
        forms.AllocationForm,
        act=lambda data: actions.allocate(obj, by=request.reader, **without_version(data)),
        then=obj.get_absolute_url(),
        title=_("Allocate money of “%(name)s”") % {"name": obj},
        submit=_("Allocate"),
        cancel=obj.get_absolute_url(),
        kwargs={"reader": request.reader, "agreement": obj},
        initial=_still_free(obj),
    )


def _still_free(obj: Agreement) -> dict[str, Any]:
    """What is left of the agreement, for what its ask was for."""
    given = sum(item.amount for item in obj.allocations.all())
    asked = (
        {"need": obj.proposal.need_id, "activity": obj.proposal.activity_id} if obj.proposal else {}
    )
    return asked | {"amount": obj.amount - given}


def allocation_withdraw(request: PageRequest, pk: int) -> HttpResponse:
    """Free a part of an agreement again."""
    visible = Agreement.objects.visible_to(request.reader)
    rows = Allocation.objects.filter(agreement__in=visible).select_related("agreement")
    item = fetch(rows, pk=pk)
    require(rules.may_allocate(item.agreement, request.reader))
    back = item.agreement.get_absolute_url()
    return confirm_page(
        request,
        act=lambda _data: actions.withdraw_allocation(item, by=request.reader),
        then=back,
        title=_("Withdraw the allocation of %(amount)s") % {"amount": item},
        question=_("The money can then be allocated otherwise; the history keeps this."),
        submit=_("Withdraw"),
        cancel=back,
    )
