"""Likely donors for a need, and the ask that is born from one of them."""

from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from appui.funding import actions, forms, queries
from appui.funding.models import SetAside
from appui.funding.suggestions import Suggestion, Suggestions, missing_dollars, suggest
from appui.kernel.errors import Missing
from appui.kernel.verdict import require
from appui.needs.models import Need
from appui.needs.queries import needs_with_lines
from appui.registry.pages import PageRequest, fetch
from appui.registry.rules import may_edit
from appui.ui import formats
from appui.ui.forms import confirm_page, form_page, parse_amount, without_version

SHOWN = 20


def need_donors(request: PageRequest, pk: int) -> HttpResponse:
    """Donors for a need: those already there apart from the new ones, reasons with their rows."""
    need = fetch(needs_with_lines(request.reader), pk=pk)
    found, notes = _suggestions(request, need)
    context = {"need": need, "found": found, "notes": notes, "shown": SHOWN}
    return render(request, "funding/need_donors.html", context)


def _suggestions(request: PageRequest, need: Need) -> tuple[Suggestions, list[str]]:
    today = timezone.localdate()
    text = request.GET.get("amount", "").strip()
    amount = parse_amount(text, formats.language()) if text else None
    notes = []
    if text and (amount is None or amount <= 0):
        notes.append(
            _("“%(value)s” is not an amount; a tenth of the gap is used.") % {"value": text[:30]}
        )
        amount = None
    gap = queries.need_gap(need, request.reader, today=today)
    found = suggest(
        need,
        gap,
        request.reader,
        today=today,
        country=request.GET.get("country", ""),
        amount=amount,
    )
    return found, notes


def need_ask(request: PageRequest, pk: int) -> HttpResponse:
    """An ask from a suggestion: filled in, with the reasons kept; the donor joins the register."""
    need = fetch(needs_with_lines(request.reader), pk=pk)
    require(may_edit(need, request.reader))
    found, _notes = _suggestions(request, need)
    item = found.named(request.GET.get("donor", ""))
    if item is None:
        raise Missing(_("This donor is not among those suggested for the need."))

    today = timezone.localdate()
    missing = missing_dollars(queries.need_gap(need, request.reader, today=today), today)
    return form_page(
        request,
        forms.AskForm,
        act=lambda data: actions.ask_suggested(
            found, item, by=request.reader, today=today, **without_version(data)
        ),
        title=_("Ask “%(donor)s”") % {"donor": item.organisation or item.name},
        lead=str(need),
        submit=_("Record the ask"),
        cancel=need.get_absolute_url(),
        template="funding/need_ask.html",
        kwargs={"reader": request.reader, "known": item.organisation is not None},
        initial=_initial(need, item, found.amount, missing),
        item=item,
    )


def need_set_aside(request: PageRequest, pk: int) -> HttpResponse:
    """Say why a suggested donor is not for the need; it is not suggested again until undone."""
    need = fetch(needs_with_lines(request.reader), pk=pk)
    require(may_edit(need, request.reader))
    name = request.GET.get("donor", "").strip()[:300]
    if not name:
        raise Missing(_("This donor is not among those suggested for the need."))
    back = reverse("funding:need_donors", args=[need.pk])
    return form_page(
        request,
        forms.SetAsideForm,
        act=lambda data: actions.set_donor_aside(
            need, by=request.reader, donor=name, reason=data["reason"]
        ),
        then=back,
        title=_("“%(donor)s” is not for us") % {"donor": name},
        lead=str(need),
        submit=_("Set aside"),
        cancel=back,
        about=need,
    )


def set_aside_undo(request: PageRequest, pk: int) -> HttpResponse:
    """Let a donor be suggested again."""
    row = fetch(SetAside.objects.visible_to(request.reader), pk=pk)
    require(may_edit(row, request.reader))
    back = reverse("funding:need_donors", args=[row.need_id])
    return confirm_page(
        request,
        act=lambda _data: actions.take_donor_back(row, by=request.reader),
        then=back,
        title=_("Suggest “%(donor)s” again") % {"donor": row.donor},
        question=_("It was set aside: %(reason)s") % {"reason": row.reason},
        submit=_("Suggest again"),
        cancel=back,
    )


def _initial(
    need: Need, item: Suggestion, amount: Decimal | None, missing: Decimal | None
) -> dict[str, Any]:
    """The ask as filled in: the donor's usual size, never above ``missing``, else ``amount``."""
    size = item.typical or amount
    if size and missing:
        size = min(size, missing)
    donor = item.organisation
    short = slugify(donor.acronym or item.name if donor else item.name)[:20].upper()
    return {
        "reference": f"{need.reference[:18]}-{short}".strip("-"),
        "title": f"{need} · {donor or item.name}"[:300],
        "need": need.pk,
        "donor": donor.pk if donor else None,
        "amount": size.quantize(Decimal(1)) if size else None,
        "currency": "USD",
        "owner": need.owner_id,
    }
