"""Tranches, conditions and amendments of an agreement."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from appui.funding import actions, forms, queries, rules
from appui.funding.models import Agreement, Condition, Tranche
from appui.kernel.verdict import require
from appui.registry.pages import PageRequest, fetch
from appui.ui.forms import confirm_page, form_page, without_version


def tranche_add(request: PageRequest, pk: int) -> HttpResponse:
    """Plan a payment of a draft."""
    obj = _draft(request, pk)
    return form_page(
        request,
        forms.TrancheForm,
        act=lambda data: actions.add_tranche(obj, by=request.reader, **without_version(data)),
        title=_("Plan a tranche of “%(name)s”") % {"name": obj},
        submit=_("Plan the tranche"),
        initial={"amount": queries.left_to_plan(obj) or None},
        kwargs={"reader": request.reader, "agreement": obj},
        **_back(obj),
    )


def tranche_edit(request: PageRequest, pk: int) -> HttpResponse:
    """Change a payment of a draft."""
    row = _tranche(request, pk, rules.may_change_agreement)
    return form_page(
        request,
        forms.TrancheForm,
        act=lambda data: actions.change_tranche(row, by=request.reader, **data),
        title=_("Change tranche %(number)d") % {"number": row.number},
        submit=_("Save"),
        kwargs={"reader": request.reader, "obj": row, "agreement": row.agreement},
        **_back(row.agreement),
    )


def tranche_remove(request: PageRequest, pk: int) -> HttpResponse:
    """Take a payment out of a draft."""
    row = _tranche(request, pk, rules.may_change_agreement)
    return confirm_page(
        request,
        act=lambda _data: actions.remove_tranche(row, by=request.reader),
        title=_("Remove tranche %(number)d") % {"number": row.number},
        question=_("The history of the agreement keeps it."),
        submit=_("Remove"),
        **_back(row.agreement),
    )


def tranche_meet(request: PageRequest, pk: int) -> HttpResponse:
    """Say that the condition of a payment is met."""
    row = _tranche(request, pk, rules.may_meet)
    return _meet_page(request, row, _("Condition of tranche %(number)d") % {"number": row.number})


def condition_add(request: PageRequest, pk: int) -> HttpResponse:
    """Note a condition of a draft."""
    obj = _draft(request, pk)
    return form_page(
        request,
        forms.ConditionForm,
        act=lambda data: actions.add_condition(obj, by=request.reader, **without_version(data)),
        title=_("Add a condition of “%(name)s”") % {"name": obj},
        submit=_("Add the condition"),
        kwargs={"reader": request.reader},
        **_back(obj),
    )


def condition_edit(request: PageRequest, pk: int) -> HttpResponse:
    """Change a condition of a draft."""
    row = _condition(request, pk, rules.may_change_agreement)
    return form_page(
        request,
        forms.ConditionForm,
        act=lambda data: actions.change_condition(row, by=request.reader, **data),
        title=_("Change “%(name)s”") % {"name": row},
        submit=_("Save"),
        kwargs={"reader": request.reader, "obj": row},
        **_back(row.agreement),
    )


def condition_remove(request: PageRequest, pk: int) -> HttpResponse:
    """Take a condition out of a draft."""
    row = _condition(request, pk, rules.may_change_agreement)
    return confirm_page(
        request,
        act=lambda _data: actions.remove_condition(row, by=request.reader),
        title=_("Remove “%(name)s”") % {"name": row},
        question=_("The history of the agreement keeps it."),
        submit=_("Remove"),
        **_back(row.agreement),
    )


def condition_meet(request: PageRequest, pk: int) -> HttpResponse:
    """Say that a condition is met."""
    row = _condition(request, pk, rules.may_meet)
    return _meet_page(request, row, str(row))


def agreement_amend(request: PageRequest, pk: int) -> HttpResponse:
    """Change a signed agreement by an amendment."""
    obj = fetch(queries.agreements(request.reader), pk=pk)
    require(rules.may_amend(obj, request.reader))
    return form_page(
        request,
        forms.AmendmentForm,
        act=lambda data: actions.amend_agreement(
            obj, by=request.reader, today=timezone.localdate(), **data
        ),
        title=_("Amend “%(name)s”") % {"name": obj},
        lead=_(
            "What was agreed before is kept, and figures of earlier dates do not move. "
            "An amendment cannot be changed once it is recorded."
        ),
        submit=_("Record the amendment"),
        initial={"version": obj.version, "signed_on": timezone.localdate()},
        kwargs={"reader": request.reader, "agreement": obj},
        **_back(obj),
    )


def _meet_page(request: PageRequest, row: Tranche | Condition, title: str) -> HttpResponse:
    return form_page(
        request,
        forms.MeetForm,
        act=lambda data: actions.meet_condition(
            row, by=request.reader, today=timezone.localdate(), **data
        ),
        title=title,
        lead=row.condition if isinstance(row, Tranche) else "",
        submit=_("Save"),
        initial={"met_on": row.met_on or timezone.localdate()},
        kwargs={"reader": request.reader, "obj": row},
        **_back(row.agreement),
    )


def _draft(request: PageRequest, pk: int) -> Agreement:
    obj = fetch(queries.agreements(request.reader), pk=pk)
    require(rules.may_change_agreement(obj, request.reader))
    return obj


def _tranche(request: PageRequest, pk: int, rule: Callable[..., Any]) -> Tranche:
    row = fetch(queries.tranches(request.reader), pk=pk)
    require(rule(row.agreement, request.reader))
    return row


def _condition(request: PageRequest, pk: int, rule: Callable[..., Any]) -> Condition:
    row = fetch(queries.conditions(request.reader), pk=pk)
    require(rule(row.agreement, request.reader))
    return row


def _back(obj: Agreement) -> dict[str, Any]:
    """Every form here leads back to its agreement."""
    address = obj.get_absolute_url()
    return {"then": address, "cancel": address, "about": obj}
