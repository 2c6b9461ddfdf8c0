"""Pages of runs: what was chosen and why, decisions against it, the signature, and comparisons."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from appui.kernel.errors import Missing
from appui.kernel.verdict import require
from appui.questionnaires.models import Consultation
from appui.registry.pages import Button, PageRequest, fetch, sheet_page
from appui.selection import forms, queries, rules, words
from appui.selection.actions import run as actions
from appui.selection.models import PortfolioRun
from appui.selection.queries import Compared, Line, compared, lines_of, spent_of
from appui.selection.views.search import before
from appui.ui import formats
from appui.ui.export import KINDS, file_response
from appui.ui.facts import Fact
from appui.ui.forms import confirm_page, form_page
from appui.ui.listing import Column
from appui.ui.table import Table

MOST_COMPARED = 6


def run(request: PageRequest, pk: int) -> HttpResponse:
    """One run; ``?format=xlsx`` or ``csv`` gives its projects."""
    obj = _run(request, pk)
    lines = lines_of(obj, request.reader)
    names = queries.names_of(obj, request.reader)
    columns = _columns(obj, names)
    wanted = request.GET.get("format", "")
    if wanted in KINDS:
        return file_response(f"run-{obj.pk}", wanted, columns, lines)
    override = rules.may_override(obj, request.reader)
    if override:
        columns = [*columns, _decide_column(obj)]
    return sheet_page(
        request,
        obj,
        template="selection/run.html",
        crumbs=[
            (_("Selection"), reverse("selection:scenario_list")),
            (str(obj.scenario), obj.scenario.get_absolute_url()),
        ],
        buttons=_buttons(obj, request),
        facts=_facts(obj),
        chosen=Table(columns, [line for line in lines if line.chosen]),
        out=Table(columns, [line for line in lines if not line.chosen]),
        envelopes=Table(_envelope_columns(obj), spent_of(obj)),
        worth=words.worth(obj.worth, obj.inputs["currency"]),
        lists=_lists(obj),
        firmness=words.firmness(Decimal(obj.plan["gap"])),
        summary=words.count(len(obj.plan["chosen"]), len(obj.inputs["projects"])),
        money=obj.plan["money"],
        currency=obj.inputs["currency"],
        objective=Decimal(obj.plan["objective"]),
        left_out=[
            (words.name(item["key"], names), words.left_out(item["code"]))
            for item in obj.left_out
            if item["key"] in names
        ],
        hidden=len(obj.names) - len(names),
        overrides=[_override_of(item, names) for item in obj.overrides],
        heard=list(Consultation.objects.visible_to(request.reader).filter(runs=obj)),
    )


def _buttons(obj: PortfolioRun, request: PageRequest) -> list[Button]:
    if obj.is_signed:
        return []
    return [
        Button(
            _("Discard"),
            reverse("selection:run_discard", args=[obj.pk]),
            verdict=rules.may_override(obj, request.reader),
        ),
        Button(
            _("Sign"),
            reverse("selection:run_sign", args=[obj.pk]),
            primary=True,
            verdict=rules.may_sign(obj, request.reader),
        ),
    ]


def _facts(obj: PortfolioRun) -> list[Fact]:
    signed = [
        Fact(_("Signed by"), obj.signed_by),
        Fact(_("Signed"), obj.signed_at, "date"),
    ]
    return [
        Fact(_("State"), _("Signed") if obj.is_signed else _("Not signed"), "tag"),
        *(signed if obj.is_signed else []),
        Fact(_("Computed"), obj.created_at, "date"),
        Fact(_("Scenario"), obj.scenario, href=obj.scenario.get_absolute_url()),
        *(
            [Fact(_("Decides against"), obj.follows, href=obj.follows.get_absolute_url())]
            if obj.follows
            else []
        ),
        Fact(
            _("Inputs"),
            obj.digest[:16],
            help=_("The same inputs give the same choice; their SHA-256 begins like this."),
        ),
        Fact(_("Belongs to"), obj.owner),
        Fact(_("Seen by"), obj.get_visibility_display(), "tag", tone="plain"),
    ]


def _columns(obj: PortfolioRun, names: words.Names) -> list[Column]:
    currency = obj.inputs["currency"]

    def paid(line: Line) -> str:
        return ", ".join(f"{fund} {formats.amount(sum_, 0)}" for fund, sum_ in line.paid)

    def told(line: Line) -> str:
        return paid(line) if line.chosen else words.reason(line.reason, names, currency)

    return [
        Column(
            "project",
            _("Project"),
            lambda line: line.title,
            "multilingual",
            href=lambda line: reverse("portfolio:activity", args=[line.pk]),
        ),
        Column("asked", _("Asks for, %(currency)s") % {"currency": currency}, _asked_of, "number"),
        Column("value", _("Points"), lambda line: line.value.quantize(Decimal("0.1")), "number"),
        Column("why", _("Paid by, or why not"), told),
    ]


def _asked_of(line: Line) -> int:
    return line.asked


def _decide_column(obj: PortfolioRun) -> Column:
    def address(line: Line) -> str:
        return reverse("selection:run_override", args=[obj.pk, line.key])

    return Column(
        "decide",
        _("Decide otherwise"),
        lambda line: _("Take out") if line.chosen else _("Put in"),
        href=address,
    )


def _envelope_columns(obj: PortfolioRun) -> list[Column]:
    currency = obj.inputs["currency"]
    return [
        Column("envelope", _("Envelope"), lambda row: row[0]),
        Column("year", _("Year"), lambda row: row[1], "year"),
        Column("holds", _("Holds, %(currency)s") % {"currency": currency}, _second, "number"),
        Column("given", _("Given"), lambda row: row[3], "number"),
        Column("left", _("Not given"), lambda row: row[2] - row[3], "number"),
    ]


def _second(row: Sequence[Any]) -> Any:
    return row[2]


def _lists(obj: PortfolioRun) -> list[str]:
    """What people's lists would reach with the same money."""
    best = Decimal(obj.plan["objective"])
    labels = {
        "by_value": _("By score until the money is gone: %(share)s of these points."),
        "by_ratio": _("By score per cost: %(share)s of these points."),
    }
    found = []
    for name, listed in obj.lists.items():
        share = Decimal(listed["objective"]) / best if best else Decimal(1)
        text = labels[name] % {"share": formats.percent(share)}
        if not listed["keeps_the_rules"]:
            text += " " + _("It breaks a rule.")
        found.append(text)
    return found


def _override_of(item: dict[str, Any], names: words.Names) -> dict[str, Any]:
    told = _("“%(name)s” was put in.") if item["put"] == "in" else _("“%(name)s” was taken out.")
    cost = Decimal(item["cost"])
    worth = _("gains %(cost)s points") if cost < 0 else _("costs %(cost)s points")
    return {
        "what": told % {"name": words.name(item["key"], names)},
        "rule": _rule_set_aside(item.get("rule", "")),
        "reason": item["reason"],
        "by": item["by"],
        "cost": worth % {"cost": formats.number(abs(cost), 1)},
    }


def _rule_set_aside(rule: str) -> str:
    """What a decision sets aside, in words; empty for nothing."""
    return {
        "in": _("A rule of the scenario says it must be in: this decision sets it aside."),
        "out": _("By the rules of the scenario it must be out: this decision sets them aside."),
    }.get(rule, "")


def run_override(request: PageRequest, pk: int, key: str) -> HttpResponse:
    """Decide against the plan about one project."""
    obj = _run(request, pk)
    require(rules.may_override(obj, request.reader))
    line = next((item for item in lines_of(obj, request.reader) if item.key == key), None)
    if line is None:
        raise Missing(_("There is nothing at this address, or it is not shared with you."))
    name = words.name(key, obj.names)
    title = _("Take “%(name)s” out") if line.chosen else _("Put “%(name)s” in")
    put_in = not line.chosen
    lead = _("Appui chooses anew around your decision. The reason and what it costs stay with it.")
    aside = _rule_set_aside(actions.rule_against(obj, key, put_in=put_in))
    return form_page(
        request,
        forms.OverrideForm,
        act=before(
            request,
            forms.OverrideForm,
            lambda data: actions.find_otherwise(
                obj, by=request.reader, key=key, put_in=put_in, reason=data["reason"]
            ),
            lambda found: actions.keep(obj.scenario, found, by=request.reader),
        ),
        title=title % {"name": name},
        lead=f"{lead} {aside}".rstrip(),
        submit=_("Decide"),
        cancel=obj.get_absolute_url(),
        about=obj.scenario,
    )


def run_sign(request: PageRequest, pk: int) -> HttpResponse:
    """Sign a run."""
    obj = _run(request, pk)
    require(rules.may_sign(obj, request.reader))
    return form_page(
        request,
        forms.SignForm,
        act=lambda data: actions.sign(obj, by=request.reader, **data),
        title=_("Sign “%(name)s”") % {"name": obj},
        lead=_("From then on nothing in this run can change, and it cannot be removed."),
        submit=_("Sign"),
        cancel=obj.get_absolute_url(),
        about=obj.scenario,
        kwargs={"reader": request.reader},
        initial={"version": obj.version},
    )


def run_discard(request: PageRequest, pk: int) -> HttpResponse:
    """Remove a run that nobody signed."""
    obj = _run(request, pk)
    require(rules.may_override(obj, request.reader))
    back: str = obj.scenario.get_absolute_url()
    return confirm_page(
        request,
        act=lambda _data: actions.discard(obj, by=request.reader),
        then=back,
        title=_("Discard “%(name)s”") % {"name": obj},
        question=_("The history keeps that it was there; the same scenario gives it again."),
        submit=_("Discard"),
        cancel=back,
        about=obj.scenario,
    )


def compare(request: PageRequest) -> HttpResponse:
    """Runs side by side: ``?run=1&run=2``."""
    asked = [key for key in request.GET.getlist("run") if key.isascii() and key.isdigit()]
    keys = [int(key) for key in asked if len(key) <= 18][:MOST_COMPARED]
    found = {item.pk: item for item in queries.runs(request.reader).filter(pk__in=keys)}
    runs = [found[key] for key in dict.fromkeys(keys) if key in found]
    if not runs:
        raise Missing(_("There is nothing at this address, or it is not shared with you."))
    rows = compared(runs, request.reader)
    names = {key: named for item in runs for key, named in item.names.items()}
    rows.sort(key=lambda row: (not row.differs, words.name(row.key, names)))
    columns = [
        Column("project", _("Project"), lambda row: words.name(row.key, names)),
        *(Column(f"run{at}", str(item), _cell(at)) for at, item in enumerate(runs)),
        Column("differs", _("Differs"), lambda row: _("differs") if row.differs else "", "tag"),
    ]
    wanted = request.GET.get("format", "")
    if wanted in KINDS:
        return file_response("runs", wanted, columns, rows)
    context = {
        "runs": runs,
        "table": Table(columns, rows),
        "totals": Table(_total_columns(), runs),
        "query": "&".join(f"run={item.pk}" for item in runs),
        "crumbs": [(_("Selection"), reverse("selection:scenario_list"))],
    }
    return render(request, "selection/compare.html", context)


def _cell(at: int) -> Any:
    def cell(row: Compared) -> str:
        amount = row.paid[at]
        return str(_("out")) if amount is None else formats.amount(amount, 0)

    return cell


def _total_columns() -> list[Column]:
    return [
        Column("run", _("Choice"), str, href=lambda item: item.get_absolute_url()),
        Column("method", _("Method"), lambda item: item.get_method_display()),
        Column(
            "certainty",
            _("Weight of certainty"),
            lambda item: formats.percent(Decimal(item.inputs["certainty"])),
        ),
        Column("in", _("Projects in"), lambda item: len(item.plan["chosen"]), "number"),
        Column(
            "money",
            _("Money"),
            lambda item: formats.money(item.plan["money"], item.inputs["currency"]),
        ),
        Column("value", _("Points of value"), lambda item: _points(item.plan["value"]), "number"),
        Column("signed", _("Signed by"), lambda item: item.signed_by),
    ]


def _points(written: str) -> Decimal:
    return Decimal(written).quantize(Decimal("0.1"))


def _run(request: PageRequest, pk: int) -> PortfolioRun:
    return fetch(queries.runs(request.reader).select_related("scenario__owner"), pk=pk)
