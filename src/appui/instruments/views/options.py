"""Pages of options: one instrument with its parameters, and how they move the result."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from appui.instruments import actions, forms, listings, queries, rules, words
from appui.instruments.engine.catalogue import INSTRUMENTS
from appui.instruments.engine.parameters import Kind, Parameter
from appui.instruments.engine.sensitivity import movable, sensitivity
from appui.instruments.models import Comparison, Option
from appui.instruments.sheet import Sheet, Weighing, programme_of, weighing_of
from appui.instruments.views.comparisons import at, part
from appui.kernel.errors import Missing
from appui.kernel.verdict import require
from appui.registry.pages import Button, PageRequest, fetch, sheet_page
from appui.ui import formats
from appui.ui.facts import Fact
from appui.ui.forms import confirm_page, form_page, without_version
from appui.ui.table import Table


def option_choose(request: PageRequest, pk: int) -> HttpResponse:
    """Which instrument to weigh."""
    obj = fetch(queries.comparisons(request.reader), pk=pk)
    require(rules.may_change(obj, request.reader))
    outcomes = obj.outcomes.exists()
    context = {
        "obj": obj,
        "crumbs": [
            (_("Instruments"), reverse("instruments:comparison_list")),
            (str(obj), obj.get_absolute_url()),
        ],
        "choices": [
            (
                label,
                words.PURPOSES[key],
                reverse("instruments:option_add", args=[pk, key])
                if outcomes or not INSTRUMENTS[key].needs_outcomes
                else "",
            )
            for key, label in words.INSTRUMENTS
        ],
        "outcome_url": at("outcome_add", obj),
    }
    return render(request, "instruments/choose.html", context)


def option_add(request: PageRequest, pk: int, instrument: str) -> HttpResponse:
    """Weigh one more instrument."""
    obj = fetch(queries.comparisons(request.reader), pk=pk)
    require(rules.may_change(obj, request.reader))
    if instrument not in INSTRUMENTS:
        raise Missing(_("There is no instrument called “%(value)s”.") % {"value": instrument})

    def act(data: dict[str, Any]) -> Comparison:
        given = without_version(data)
        actions.add_option(obj, by=request.reader, instrument=instrument, **given)
        return obj

    return form_page(
        request,
        forms.OptionForm,
        act=act,
        title=dict(words.INSTRUMENTS)[instrument],
        submit=_("Add the option"),
        cancel=obj.get_absolute_url(),
        kwargs={
            "reader": request.reader,
            "instrument": INSTRUMENTS[instrument],
            "outcomes": list(obj.outcomes.all()),
        },
        about=obj,
    )


def option(request: PageRequest, pk: int) -> HttpResponse:
    """One option: what was given, who pays and receives, and what moves the result."""
    obj = fetch(queries.options(request.reader), pk=pk)
    comparison = obj.comparison
    programme = programme_of(
        comparison, queries.outcomes(request.reader).filter(comparison=comparison)
    )
    found = weighing_of(obj, programme)
    sheet = Sheet(programme, (found,))
    change = rules.may_change(comparison, request.reader)
    return sheet_page(
        request,
        obj,
        template="instruments/option.html",
        lead=words.PURPOSES[obj.instrument],
        crumbs=[
            (_("Instruments"), reverse("instruments:comparison_list")),
            (str(comparison), comparison.get_absolute_url()),
        ],
        buttons=[Button(_("Change"), at("option_edit", obj), verdict=change)],
        facts=_facts(obj, found),
        given=_given(obj, found, sheet.currency),
        faults=found.faults,
        part=part(sheet.done[0], sheet) if sheet.done else None,
        in_money=listings.in_money(sheet, linked=False) if sheet.done else None,
        evens=listings.break_evens(sheet),
        moves=_moves(found, sheet),
    )


def _moves(found: Weighing, sheet: Sheet) -> list[tuple[str, Any]]:
    if found.outcome is None:
        return []
    return [
        (
            words.label(found.instrument.key, parameter.key),
            listings.steps(
                parameter,
                sensitivity(found.instrument, sheet.programme, found.values, parameter),
                sheet,
            ),
        )
        for parameter in movable(found.instrument, found.values)
    ]


def _given(obj: Option, found: Weighing, currency: str) -> Table:
    """The parameters as a person writes them."""
    rows = [
        (words.label(obj.instrument, parameter.key), _told(parameter, found, currency))
        for parameter in found.instrument.parameters
        if found.values.has(parameter.key)
    ]
    return Table(listings.GIVEN, rows)


def _facts(obj: Option, found: Weighing) -> list[Fact]:
    return [
        Fact(_("Instrument"), found.kind),
        Fact(_("Who said so"), obj.basis or _("nobody: an assumption"), source=obj.source),
    ]


def _told(parameter: Parameter, found: Weighing, currency: str) -> str:
    """A parameter as a person writes it."""
    value = found.values.given[parameter.key]
    if isinstance(value, str):
        return str(words.CHOICES[value])
    if not hasattr(value, "items"):
        number = found.values.number(parameter.key)
        if parameter.kind in (Kind.SHARE, Kind.RATE):
            return formats.percent(number, 2 if number * 100 % 1 else 0)
        return (
            formats.money(number, currency)
            if parameter.kind is Kind.AMOUNT
            else formats.number(number)
        )
    table = found.values.names(parameter.key)
    return " · ".join(f"{name}: {formats.number(number)}" for name, number in table.items())


def option_edit(request: PageRequest, pk: int) -> HttpResponse:
    """Change the parameters of an option."""
    obj = fetch(queries.options(request.reader), pk=pk)
    require(rules.may_change(obj.comparison, request.reader))
    return form_page(
        request,
        forms.OptionForm,
        act=lambda data: actions.change_option(obj, by=request.reader, **data),
        title=_("Change “%(name)s”") % {"name": obj},
        submit=_("Save"),
        cancel=obj.get_absolute_url(),
        kwargs={
            "reader": request.reader,
            "obj": obj,
            "instrument": INSTRUMENTS[obj.instrument],
            "outcomes": list(obj.comparison.outcomes.all()),
        },
        template="instruments/removable_form.html",
        remove_url=at("option_remove", obj),
    )


def option_remove(request: PageRequest, pk: int) -> HttpResponse:
    """Remove an option."""
    obj = fetch(queries.options(request.reader), pk=pk)
    require(rules.may_change(obj.comparison, request.reader))
    return confirm_page(
        request,
        act=lambda _data: actions.remove_option(obj, by=request.reader),
        then=obj.comparison.get_absolute_url(),
        title=_("Remove “%(name)s”") % {"name": obj},
        question=_("The audit trail of the comparison keeps it."),
        submit=_("Remove"),
        cancel=obj.get_absolute_url(),
        about=obj,
    )
