"""The bank beside the fund: statements taken in, lines matched by a person."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from appui.kernel.money import Money
from appui.kernel.verdict import require
from appui.registry.pages import Button, PageRequest, fetch, sheet_page
from appui.treasury import actions, forms, listings, queries, rules
from appui.treasury.models import BankLine, Movement
from appui.treasury.views.common import crumbs, own_fund, tabs
from appui.ui import formats
from appui.ui.facts import Fact
from appui.ui.forms import confirm_page, form_page
from appui.ui.table import Table


def bank(request: PageRequest, pk: int) -> HttpResponse:
    """Statements of the bank, newest first."""
    fund = own_fund(request, pk)
    rows = list(queries.bank_statements(request.reader).filter(fund=fund))
    url = reverse("treasury:bank_add", args=[pk])
    return render(
        request,
        "treasury/bank.html",
        {
            "obj": fund,
            "title": _("Bank"),
            "lead": fund,
            "crumbs": crumbs(fund),
            "tabs": tabs(fund, "treasury:bank"),
            "buttons": [
                Button(_("Take in a statement"), url, True, rules.may_keep(fund, request.reader))
            ],
            "table": Table(listings.BANK_STATEMENTS, rows),
        },
    )


def bank_add(request: PageRequest, pk: int) -> HttpResponse:
    """Take in a file of the bank."""
    fund = own_fund(request, pk)
    require(rules.may_keep(fund, request.reader))

    def act(data: dict[str, object]) -> object:
        file = data["file"]
        return actions.take_statement(
            fund,
            by=request.reader,
            name=file.name or "",  # type: ignore[attr-defined]
            content=file.read(),  # type: ignore[attr-defined]
            currency=str(data["currency"]),
            account=str(data["account"]),
            opening=data["opening"],  # type: ignore[arg-type]
            closing=data["closing"],  # type: ignore[arg-type]
        )

    return form_page(
        request,
        forms.BankFileForm,
        act=act,
        title=_("Take in a statement of the bank"),
        submit=_("Take in"),
        cancel=reverse("treasury:bank", args=[pk]),
        kwargs={"fund": fund},
        crumbs=crumbs(fund),
    )


def bank_statement(request: PageRequest, pk: int) -> HttpResponse:
    """One statement: each line with its movements, or with what it may be."""
    obj = fetch(queries.bank_statements(request.reader), pk=pk)
    found = queries.reconcile(obj)
    return sheet_page(
        request,
        obj,
        template="treasury/bank_statement.html",
        crumbs=[*crumbs(obj.fund), (_("Bank"), reverse("treasury:bank", args=[obj.fund_id]))],
        lead=f"{obj.account} · {obj.currency}" if obj.account else obj.currency,
        facts=[
            Fact(_("Bank account"), obj.account),
            Fact(_("Format"), obj.layout),
            Fact(_("From"), obj.starts_on, "date"),
            Fact(_("To"), obj.ends_on, "date"),
            Fact(_("Opening balance"), Money(obj.opening, obj.currency), "money"),
            Fact(_("Closing balance"), Money(obj.closing, obj.currency), "money"),
            Fact(_("Fund"), obj.fund, href=reverse("treasury:account", args=[obj.fund_id])),
        ],
        found=found,
        unmatched=Table(listings.MOVEMENT_COLUMNS[:-1], found.unmatched),
        may=rules.may_keep(obj.fund, request.reader),
    )


def _line(request: PageRequest, pk: int) -> BankLine:
    return fetch(queries.bank_lines(request.reader), pk=pk)


def line_match(request: PageRequest, pk: int) -> HttpResponse:
    """Say which movements a line is; the suggested ones are ticked."""
    line = _line(request, pk)
    require(rules.may_keep(line.statement.fund, request.reader))
    found = queries.reconcile(line.statement)
    shown = next(item for item in found.lines if item.line.pk == line.pk)
    choices = queries.open_movements(line.statement).filter(queries.flowing(into=line.amount > 0))
    reason = shown.reason

    def act(data: dict[str, object]) -> str:
        chosen: list[Movement] = list(data["movements"])  # type: ignore[call-overload]
        same = {item.pk for item in chosen} == {item.pk for item in shown.suggested}
        actions.accept(line, chosen, by=request.reader, reason=reason if same else "")
        return line.get_absolute_url()

    return form_page(
        request,
        forms.MatchForm,
        act=act,
        title=_("Which movements is this line?"),
        lead=" · ".join(
            (
                formats.day(line.booked_on),
                formats.money(line.amount, line.statement.currency),
                line.text,
            )
        ),
        submit=_("Match"),
        cancel=line.get_absolute_url(),
        initial={"movements": [item.pk for item in shown.suggested]},
        kwargs={"choices": choices},
        crumbs=[*crumbs(line.statement.fund), (str(line.statement), line.get_absolute_url())],
    )


def line_undo(request: PageRequest, pk: int) -> HttpResponse:
    """Take back what was said of a line."""
    line = _line(request, pk)
    require(rules.may_keep(line.statement.fund, request.reader))

    def act(_data: dict[str, object]) -> str:
        actions.undo_match(line, by=request.reader)
        return line.get_absolute_url()

    return confirm_page(
        request,
        act=act,
        title=_("Undo the match"),
        question=_("The line and its movements will be open again."),
        submit=_("Undo the match"),
        cancel=line.get_absolute_url(),
        crumbs=[*crumbs(line.statement.fund), (str(line.statement), line.get_absolute_url())],
    )
