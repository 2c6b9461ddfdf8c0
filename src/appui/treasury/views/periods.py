"""Periods of a fund: closing, what was closed, reopening."""

from datetime import date, timedelta

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from appui.kernel.verdict import require
from appui.registry.pages import Button, PageRequest, fetch, sheet_page
from appui.treasury import actions, forms, listings, queries, rules
from appui.treasury.actions.periods import last_closed
from appui.treasury.models import Period, PeriodBalance
from appui.treasury.views.common import crumbs, own_fund, tabs
from appui.ui.facts import Fact
from appui.ui.forms import form_page
from appui.ui.table import Table


def periods(request: PageRequest, pk: int) -> HttpResponse:
    """The closings of a fund, newest first."""
    fund = own_fund(request, pk)
    rows = list(queries.periods(request.reader).filter(fund=fund))
    url = reverse("treasury:period_close", args=[pk])
    return render(
        request,
        "treasury/periods.html",
        {
            "obj": fund,
            "title": _("Periods"),
            "lead": fund,
            "crumbs": crumbs(fund),
            "tabs": tabs(fund, "treasury:periods"),
            "buttons": [
                Button(_("Close a period"), url, True, rules.may_close(fund, request.reader))
            ],
            "table": Table(listings.PERIODS, rows),
            "until": last_closed(fund),
        },
    )


def period(request: PageRequest, pk: int) -> HttpResponse:
    """One closing: the balances then, and what differs by the rows of today."""
    obj = fetch(queries.periods(request.reader), pk=pk)
    kept = PeriodBalance.objects.filter(period__in=_visible(request, pk)).select_related("earmark")
    now = queries.sums_by_earmark(obj.fund, until=obj.ends_on)
    return sheet_page(
        request,
        obj,
        template="treasury/period.html",
        crumbs=[*crumbs(obj.fund), (_("Periods"), reverse("treasury:periods", args=[obj.fund_id]))],
        lead=str(obj.fund),
        buttons=[
            Button(
                _("Reopen"),
                reverse("treasury:period_reopen", args=[pk]),
                False,
                rules.may_reopen(obj, request.reader),
            )
        ],
        facts=[
            Fact(_("State"), obj.get_state_display(), "tag"),
            Fact(_("From"), obj.starts_on, "date"),
            Fact(_("To"), obj.ends_on, "date"),
            Fact(_("Closed by"), obj.closed_by),
            Fact(_("Closed on"), obj.created_at, "date"),
            Fact(_("Reopened by"), obj.reopened_by),
            Fact(_("Why it was reopened"), obj.reason),
        ],
        balances=Table(listings.CLOSED_BALANCES, list(kept)),
        differences=Table(listings.DIFFERENCES, queries.differences(obj, now)),
    )


def _visible(request: PageRequest, pk: int) -> QuerySet[Period]:
    return queries.periods(request.reader).filter(pk=pk)


def period_close(request: PageRequest, pk: int) -> HttpResponse:
    """Close the accounts up to a day."""
    fund = own_fund(request, pk)
    require(rules.may_close(fund, request.reader))
    today = timezone.localdate()
    starts_on, ends_on = _next(last_closed(fund), today)
    return form_page(
        request,
        forms.PeriodForm,
        act=lambda data: actions.close_period(
            fund, by=request.reader, today=today, starts_on=data["starts_on"],
            ends_on=data["ends_on"],
        ),
        title=_("Close a period"),
        lead=_(
            "Nothing can be dated within a closed period; the balances of every earmark are kept."
        ),
        submit=_("Close the period"),
        cancel=reverse("treasury:periods", args=[pk]),
        initial={"starts_on": starts_on, "ends_on": ends_on},
        crumbs=crumbs(fund),
    )  # fmt: skip


def _next(closed: date | None, today: date) -> tuple[date, date]:
    """The month after the last closed one, else the year so far up to the last whole month."""
    end_of_last_month = today.replace(day=1) - timedelta(days=1)
    if closed is None:
        return end_of_last_month.replace(month=1, day=1), end_of_last_month
    begin = closed + timedelta(days=1)
    month_end = (begin.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return begin, month_end


def period_reopen(request: PageRequest, pk: int) -> HttpResponse:
    """Open the last closed period again."""
    obj = fetch(queries.periods(request.reader), pk=pk)
    require(rules.may_reopen(obj, request.reader))
    return form_page(
        request,
        forms.ReasonForm,
        act=lambda data: actions.reopen_period(obj, by=request.reader, now=timezone.now(), **data),
        title=_("Reopen the period %(name)s") % {"name": obj},
        submit=_("Reopen"),
        cancel=obj.get_absolute_url(),
        initial={"version": obj.version},
        crumbs=[*crumbs(obj.fund), (str(obj), obj.get_absolute_url())],
    )
