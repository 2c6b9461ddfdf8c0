"""Statements to donors, of projects and of earmarks."""

from datetime import date
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from appui.kernel.errors import Invalid, Missing
from appui.kernel.money import Money
from appui.registry.pages import PageRequest
from appui.treasury import asked, listings, printing, queries
from appui.treasury.queries.statements import Statement
from appui.treasury.views.common import crumbs, own_fund, tabs
from appui.ui import formats
from appui.ui.table import Table


def statement(request: PageRequest, pk: int) -> HttpResponse:
    """Choose about whom and which days; then the statement itself."""
    fund = own_fund(request, pk)
    today = timezone.localdate()
    choices = asked.subjects(fund, request.reader)
    about = choices.find(request.GET.get("about", ""))
    note = ""
    try:
        starts_on, ends_on = asked.days(_day(request, "from"), _day(request, "to"), today)
    except Invalid as error:
        note, (starts_on, ends_on) = str(error), queries.year_to(today)
    found = None
    if about is not None:
        found = queries.statement(
            fund, about, starts_on=starts_on, ends_on=ends_on, most=queries.MOST_ON_PAGE
        )
    return render(
        request,
        "treasury/statement.html",
        {
            "obj": fund,
            "title": printing.title_of(found) if found else _("Statements"),
            "lead": formats.period(starts_on, ends_on) if found else str(fund),
            "crumbs": crumbs(fund),
            "tabs": tabs(fund, "treasury:statement"),
            "choices": choices.options(request.GET.get("about", "")),
            "starts_on": starts_on,
            "ends_on": ends_on,
            "note": note,
            "found": found,
            "accounts": _accounts(found) if found else [],
            "gifts": _gifts(found),
            "files": _files(pk, request.GET.get("about", ""), starts_on, ends_on),
        },
        status=422 if note else 200,
    )


def _accounts(found: Statement) -> list[tuple[object, Table, list[tuple[str, Money]], str]]:
    columns = listings.statement_columns(found.words, of_project=found.of_project)
    return [
        (
            account,
            Table(columns, account.lines),
            [
                (label, Money(value, account.currency))
                for label, value in printing.facts_of(found, account)
            ],
            printing.cut_note(account),
        )
        for account in found.accounts
    ]


def _gifts(found: Statement | None) -> Table | None:
    gifts = list(found.gifts) if found else []
    return Table(listings.MOVEMENT_COLUMNS, gifts) if gifts else None


def _files(pk: int, about: str, starts_on: date, ends_on: date) -> list[tuple[str, str]]:
    said = urlencode({"about": about, "from": starts_on, "to": ends_on})
    return [
        (label, f"{reverse('treasury:statement_file', args=[pk, kind])}?{said}")
        for kind, label in (("pdf", _("Download as PDF")), ("xlsx", _("Download as Excel")))
    ]


def _day(request: PageRequest, name: str) -> date | None:
    text = request.GET.get(name, "")
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        said = _("“%(text)s” is not a day: write year-month-day.") % {"text": text[:20]}
        raise Invalid(said, {name: said}) from error


def statement_file(request: PageRequest, pk: int, kind: str) -> HttpResponse:
    """The statement as PDF or Excel, in the reader's language."""
    fund = own_fund(request, pk)
    today = timezone.localdate()
    about = asked.subjects(fund, request.reader).find(request.GET.get("about", ""))
    if about is None:
        raise Missing(_("There is nothing at this address, or it is not shared with you."))
    starts_on, ends_on = asked.days(_day(request, "from"), _day(request, "to"), today)
    found = queries.statement(fund, about, starts_on=starts_on, ends_on=ends_on)
    made = printing.statement_file(found, kind, language=formats.language(), today=today)
    return HttpResponse(
        made.content,
        content_type=made.content_type,
        headers={"Content-Disposition": f'attachment; filename="{made.name}"'},
    )
