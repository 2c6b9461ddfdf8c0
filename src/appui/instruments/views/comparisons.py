"""Pages of comparisons: the list, the sheet, its printed form and its file."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from appui.instruments import actions, forms, listings, pictures, queries, rules, words
from appui.instruments.book import book
from appui.instruments.models import Comparison
from appui.instruments.sheet import Done, Sheet, sheet_of
from appui.kernel.access import Reader
from appui.kernel.verdict import require
from appui.needs.models import Need
from appui.portfolio.models import Activity
from appui.registry.pages import Button, PageRequest, adding, fetch, sheet_page
from appui.registry.references import proposed_reference
from appui.registry.rules import may_keep_register
from appui.ui import formats
from appui.ui.export import XLSX_TYPE
from appui.ui.facts import Fact
from appui.ui.forms import confirm_page, form_page, without_version
from appui.ui.listing import Column, list_page
from appui.ui.table import Table

CHANGE_OUTCOME = Column(
    "change",
    "",
    lambda _row: _("Change"),
    href=lambda row: reverse("instruments:outcome_edit", args=[row.pk]),
)


def comparison_list(request: PageRequest) -> HttpResponse:
    """Comparisons the reader may see."""
    return list_page(
        request,
        listings.COMPARISONS,
        queries.comparisons(request.reader),
        title=_("Instruments"),
        lead=_("Ways to pay for the same programme, compared on one sheet."),
        **adding(request, "instruments:comparison_add", _("Compare instruments")),
    )


def comparison(request: PageRequest, pk: int) -> HttpResponse:
    """The sheet of one comparison, as a page or as a workbook."""
    obj = fetch(queries.comparisons(request.reader), pk=pk)
    sheet = sheet_of(obj, request.reader)
    if request.GET.get("format") == "xlsx":
        return _file(obj, sheet)
    change = rules.may_change(obj, request.reader)
    outcomes = list(queries.outcomes(request.reader).filter(comparison=obj))
    columns = [*listings.OUTCOMES, CHANGE_OUTCOME] if change else listings.OUTCOMES
    return sheet_page(
        request,
        obj,
        template="instruments/comparison.html",
        crumbs=[(_("Instruments"), reverse("instruments:comparison_list"))],
        buttons=[
            Button(_("To print"), at("comparison_print", obj)),
            Button(_("Change"), at("comparison_edit", obj), verdict=change),
            Button(_("Copy"), at("comparison_copy", obj), verdict=change),
            Button(_("Add an option"), at("option_choose", obj), primary=True, verdict=change),
        ],
        facts=facts(obj, sheet),
        may_change=bool(change),
        outcomes=Table(columns, outcomes),
        **shown(sheet),
    )


def shown(sheet: Sheet) -> dict[str, Any]:
    """What the page and its printed form have in common."""
    rows = sheet.done
    return {
        "sheet": sheet,
        "faults": [(row.name, row.faults) for row in sheet.rows if row.faults],
        "in_money": listings.in_money(sheet),
        "cash": listings.cash_by_year(sheet),
        "risks": listings.risks(sheet),
        "short": listings.falling_short(sheet),
        "short_title": _short_title(sheet),
        "evens": listings.break_evens(sheet),
        "options": [part(row, sheet) for row in rows],
        "pays_chart": pictures.who_pays(sheet) if rows else "",
        "cash_chart": pictures.received(sheet) if rows else "",
        "numbered": [f"{number}. {row.name}" for number, row in enumerate(rows, 1)],
    }


def part(row: Done, sheet: Sheet) -> dict[str, Any]:
    """One option: its flows, what else is worth knowing, and when it is worse than a grant."""
    found = row.outcome
    return {
        "name": row.name,
        "kind": row.weighing.kind,
        "anchor": listings.anchor(row),
        "option": row.weighing.option,
        "flows": listings.flows_of(row, sheet),
        "figures": [
            (words.FIGURES[item.code], words.number(item, sheet.currency))
            for item in found.figures
            if item.value is not None
        ],
        "waterfall": listings.waterfall(found.plan.cash.served, sheet),
        "worse": [
            (words.condition(item, sheet.currency), *words.standing(item)) for item in found.worse
        ],
        "advance_rate": found.plan.advance_rate,
    }


def _short_title(sheet: Sheet) -> str:
    programme = sheet.programme
    if not programme.size:
        return _("If outcomes fall short")
    return _("If %(size)s of the outcomes are missing (probability %(chance)s)") % {
        "size": formats.percent(programme.size, 0),
        "chance": formats.percent(programme.chance, 0),
    }


def at(name: str, obj: Any) -> str:
    """Where one does something with ``obj``."""
    return reverse(f"instruments:{name}", args=[obj.pk])


def facts(obj: Comparison, sheet: Sheet) -> list[Fact]:
    """What a comparison says of its programme."""
    total = sheet.programme.total
    found = [
        Fact(_("Reference"), obj.reference),
        Fact(_("Cash needed"), formats.money(total, obj.currency)),
        Fact(
            _("Discount rate"),
            formats.percent(sheet.programme.discount, 1),
            source=obj.source,
            help=obj.discount_basis,
        ),
        Fact(
            _("Shortfall"),
            _("%(size)s of outcomes, probability %(chance)s")
            % {
                "size": formats.percent(sheet.programme.size, 0),
                "chance": formats.percent(sheet.programme.chance, 0),
            },
        ),
        Fact(_("Belongs to"), obj.owner),
        Fact(_("Seen by"), obj.get_visibility_display(), "tag", tone="plain"),
    ]
    for label, row in ((_("Need"), obj.need), (_("Programme or project"), obj.activity)):
        if row is not None:
            found.insert(1, Fact(label, row, href=row.get_absolute_url()))
    return [*found, Fact(_("Note"), obj.note)] if obj.note else found


def comparison_print(request: PageRequest, pk: int) -> HttpResponse:
    """The whole sheet on one page, with the flows of every option."""
    obj = fetch(queries.comparisons(request.reader), pk=pk)
    sheet = sheet_of(obj, request.reader)
    context = {
        "obj": obj,
        "crumbs": [
            (_("Instruments"), reverse("instruments:comparison_list")),
            (str(obj), obj.get_absolute_url()),
        ],
        "facts": facts(obj, sheet),
        "printed": True,
        **shown(sheet),
    }
    return render(request, "instruments/print.html", context)


def _file(obj: Comparison, sheet: Sheet) -> HttpResponse:
    name = f"{obj.reference}.xlsx"
    return HttpResponse(
        book(str(obj), sheet, formats.language()),
        content_type=XLSX_TYPE,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def comparison_add(request: PageRequest) -> HttpResponse:
    """Describe the programme; for a need or a project its cash is filled in."""
    require(may_keep_register(request.reader))
    return form_page(
        request,
        forms.ComparisonForm,
        act=lambda data: actions.begin_comparison(by=request.reader, **without_version(data)),
        title=_("Compare instruments"),
        submit=_("Save and weigh options"),
        cancel=reverse("instruments:comparison_list"),
        initial=_initial(
            request.GET.get("need", ""), request.GET.get("project", ""), request.reader
        ),
        kwargs={"reader": request.reader},
    )


def _initial(need: str, project: str, reader: Reader) -> dict[str, Any]:
    """What a comparison for a need or a project starts with; nothing for one not seen."""
    if need.isascii() and need.isdigit() and len(need) < 19:
        found = Need.objects.visible_to(reader).filter(pk=int(need)).first()
        if found is not None:
            years = queries.need_by_year(found)
            return _started("need", found, years)
    if project.isascii() and project.isdigit() and len(project) < 19:
        activity = Activity.objects.visible_to(reader).filter(pk=int(project)).first()
        if activity is not None:
            return _started("activity", activity, queries.budget_by_year(activity, reader))
    return {}


def _started(name: str, row: Need | Activity, years: dict[int, Any]) -> dict[str, Any]:
    return {
        name: row.pk,
        "title": row.title,
        "currency": row.currency,
        "owner": row.owner_id,
        **({"cash_need": years} if years else {}),
    }


def comparison_edit(request: PageRequest, pk: int) -> HttpResponse:
    """Change the programme of a comparison."""
    obj = fetch(queries.comparisons(request.reader), pk=pk)
    require(rules.may_change(obj, request.reader))
    return form_page(
        request,
        forms.ComparisonForm,
        act=lambda data: actions.change_comparison(obj, by=request.reader, **data),
        title=_("Change “%(name)s”") % {"name": obj},
        submit=_("Save"),
        cancel=obj.get_absolute_url(),
        kwargs={"reader": request.reader, "obj": obj},
        template="instruments/removable_form.html",
        remove_url=at("comparison_remove", obj),
    )


def comparison_copy(request: PageRequest, pk: int) -> HttpResponse:
    """Begin another comparison from this one."""
    obj = fetch(queries.comparisons(request.reader), pk=pk)
    require(rules.may_copy(obj, request.reader))
    year = timezone.localdate().year
    return confirm_page(
        request,
        act=lambda _data: actions.copy_comparison(
            obj,
            by=request.reader,
            reference=proposed_reference(Comparison, obj.owner, year),
        ),
        title=_("Copy “%(name)s”") % {"name": obj},
        question=_(
            "The copy has the same programme and options; at first only your organisation sees it."
        ),
        submit=_("Copy"),
        cancel=obj.get_absolute_url(),
        about=obj,
    )


def comparison_remove(request: PageRequest, pk: int) -> HttpResponse:
    """Remove a comparison with its options."""
    obj = fetch(queries.comparisons(request.reader), pk=pk)
    require(rules.may_change(obj, request.reader))
    return confirm_page(
        request,
        act=lambda _data: actions.remove_comparison(obj, by=request.reader),
        then=reverse("instruments:comparison_list"),
        title=_("Remove “%(name)s”") % {"name": obj},
        question=_("The comparison and its options are removed; the audit trail keeps them."),
        submit=_("Remove"),
        cancel=obj.get_absolute_url(),
        about=obj,
    )
