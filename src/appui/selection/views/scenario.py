"""Pages of scenarios: money and rules, and what was chosen under them."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from appui.funding.models import Fund
from appui.kernel.access import Reader
from appui.kernel.errors import Invalid
from appui.kernel.verdict import require
from appui.registry.pages import Button, PageRequest, adding, fetch, sheet_page
from appui.registry.rules import may_keep_register
from appui.selection import forms, listings, queries, rules, words
from appui.selection.actions import run as run_actions
from appui.selection.actions import scenario as actions
from appui.selection.models import Envelope, Scenario
from appui.selection.problems import Built, build
from appui.selection.views.search import before
from appui.ui import formats
from appui.ui.facts import Fact
from appui.ui.forms import PageForm, confirm_page, form_page, without_version
from appui.ui.listing import Column, list_page
from appui.ui.table import Table


def scenario_list(request: PageRequest) -> HttpResponse:
    """Scenarios the reader may see."""
    return list_page(
        request,
        listings.SCENARIOS,
        queries.scenarios(request.reader),
        title=_("Selection"),
        lead=_("Which projects to fund, and who pays what: money, rules, and the best choice."),
        **adding(request, "selection:scenario_add", _("Write a scenario")),
    )


def scenario(request: PageRequest, pk: int) -> HttpResponse:
    """One scenario with its money, rules and runs."""
    obj, reader = _scenario(request, pk), request.reader
    change = rules.may_change_scenario(obj, request.reader)
    built, fault = _built(obj, reader)
    runs = list(queries.runs_of(obj, reader))
    return sheet_page(
        request,
        obj,
        template="selection/scenario.html",
        crumbs=[(_("Selection"), reverse("selection:scenario_list"))],
        buttons=[
            Button(_("Change"), _at("scenario_edit", obj), verdict=change),
            Button(_("Copy"), _at("scenario_copy", obj), verdict=change),
            Button(_("Choose"), _at("choose", obj), primary=True, verdict=change),
        ],
        facts=_facts(obj),
        may_change=bool(change),
        envelopes=_table(
            obj, request, queries.envelopes(reader), listings.ENVELOPES, listings.EDIT_ENVELOPE
        ),
        rules=_table(
            obj, request, queries.scenario_rules(reader), listings.RULES, listings.REMOVE_RULE
        ),
        balances=_table(
            obj, request, queries.balances(reader), listings.BALANCES, listings.REMOVE_BALANCE
        ),
        runs=Table(listings.RUNS, runs),
        compare_url=_compare_url(obj, request),
        fault=fault,
        left_out=Table(_left_out_columns(built), _left_out(built)) if built else None,
        offered=_offered(built),
    )


def _at(name: str, obj: Any) -> str:
    return reverse(f"selection:{name}", args=[obj.pk])


def _built(obj: Scenario, reader: Reader) -> tuple[Built | None, str]:
    try:
        return build(obj, reader), ""
    except Invalid as error:
        return None, str(error)


def _offered(built: Built | None) -> str:
    """How much money meets how many projects."""
    if built is None:
        return ""
    problem = built.problem
    asked = sum(item.total for item in problem.projects)
    given = sum(sum(item.envelopes.values()) for item in problem.funds)
    return _("%(count)d projects ask for %(asked)s; the envelopes hold %(given)s.") % {
        "count": len(problem.projects),
        "asked": formats.money(asked, problem.currency),
        "given": formats.money(given, problem.currency),
    }


def _left_out(built: Built) -> list[dict[str, Any]]:
    order = {code: at for at, code in enumerate(words.LEFT_OUT_ORDER)}
    return sorted(built.left_out, key=lambda item: (order[item["code"]], item["key"]))


def _left_out_columns(built: Built | None) -> list[Column]:
    names = built.names if built else {}
    return [
        Column("project", _("Project"), lambda item: words.name(item["key"], names)),
        Column("why", _("Why it cannot be chosen"), lambda item: words.left_out(item["code"])),
    ]


def _facts(obj: Scenario) -> list[Fact]:
    return [
        Fact(_("Appraisal"), obj.appraisal, href=obj.appraisal.get_absolute_url()),
        Fact(_("Method"), obj.get_method_display()),
        Fact(_("Weight of certain money"), f"{obj.certainty} %"),
        Fact(_("Most funders of one project"), obj.most_funders, "number"),
        Fact(_("Currency"), obj.currency),
        Fact(_("Belongs to"), obj.owner),
        Fact(_("Seen by"), obj.get_visibility_display(), "tag", tone="plain"),
    ]


def _table(
    obj: Scenario, request: PageRequest, rows: QuerySet[Any], columns: Sequence[Column], act: Column
) -> Table:
    shown = [*columns, act] if rules.may_change_scenario(obj, request.reader) else columns
    return Table(shown, list(rows.filter(scenario=obj)))


def _compare_url(obj: Scenario, request: PageRequest) -> str:
    """The last run of each scenario of the same appraisal, side by side; empty for one alone."""
    rows = queries.runs(request.reader).filter(scenario__appraisal=obj.appraisal_id)
    latest: dict[int, int] = {}
    for scenario, pk in rows.order_by("pk").values_list("scenario", "pk"):
        latest[scenario] = pk
    if len(latest) < 2:
        return ""
    return reverse("selection:compare") + "?" + "&".join(f"run={pk}" for pk in latest.values())


def scenario_add(request: PageRequest) -> HttpResponse:
    """Write a scenario."""
    require(may_keep_register(request.reader))
    return form_page(
        request,
        forms.ScenarioForm,
        act=lambda data: actions.draft_scenario(by=request.reader, **without_version(data)),
        title=_("Write a scenario"),
        submit=_("Record the scenario"),
        cancel=reverse("selection:scenario_list"),
        kwargs={"reader": request.reader},
        initial={name: request.GET[name] for name in ("appraisal",) if name in request.GET},
    )


def scenario_edit(request: PageRequest, pk: int) -> HttpResponse:
    """Change a scenario."""
    obj = _changeable(request, pk)
    return form_page(
        request,
        forms.ScenarioForm,
        act=lambda data: actions.change_scenario(obj, by=request.reader, **data),
        title=_("Change “%(name)s”") % {"name": obj},
        submit=_("Save"),
        cancel=obj.get_absolute_url(),
        kwargs={"reader": request.reader, "obj": obj},
    )


def scenario_copy(request: PageRequest, pk: int) -> HttpResponse:
    """Another scenario with the same money and rules."""
    obj = _changeable(request, pk)
    return form_page(
        request,
        forms.CopyForm,
        act=lambda data: actions.copy_scenario(obj, by=request.reader, **without_version(data)),
        title=_("Copy “%(name)s”") % {"name": obj},
        submit=_("Copy"),
        cancel=obj.get_absolute_url(),
        about=obj,
        kwargs={"reader": request.reader},
        initial={"title": obj.title},
    )


def envelope_add(request: PageRequest, pk: int) -> HttpResponse:
    """Add money; ``?fund=KEY`` begins with what is known of a window."""
    obj = _changeable(request, pk)
    return form_page(
        request,
        forms.EnvelopeForm,
        act=lambda data: actions.add_envelope(obj, by=request.reader, **without_version(data)),
        then=obj.get_absolute_url(),
        title=_("Add an envelope"),
        submit=_("Add"),
        cancel=obj.get_absolute_url(),
        about=obj,
        kwargs=_envelope_options(request, obj),
        initial=_of_window(request, obj),
        template="selection/envelope_form.html",
        windows=_windows(request, obj),
    )


def _envelope_options(request: PageRequest, obj: Scenario) -> dict[str, Any]:
    built, _fault = _built(obj, request.reader)
    asked = {year for item in built.problem.projects for year in item.asked} if built else set()
    return {
        "reader": request.reader,
        "years": forms.years_offered(asked),
        "currency": obj.currency,
    }


def _windows(request: PageRequest, obj: Scenario) -> list[tuple[str, str]]:
    """Windows whose facts an envelope can begin with: those in the scenario's currency."""
    rows = Fund.objects.visible_to(request.reader).filter(currency=obj.currency)
    return [
        (f"?fund={item.pk}", f"{item.organisation} · {item}")
        for item in rows.select_related("organisation")[:50]
    ]


def _of_window(request: PageRequest, obj: Scenario) -> dict[str, Any]:
    key = request.GET.get("fund", "")
    if not key.isascii() or not key.isdigit() or len(key) > 18:
        return {}
    found = Fund.objects.visible_to(request.reader).filter(pk=key, currency=obj.currency).first()
    if found is None:
        return {}
    return {
        "title": str(found)[:120],
        "organisation": found.organisation,
        "fund": found,
        "minimum": found.minimum,
        "maximum": found.maximum,
        "locations": list(found.locations.all()),
        "sectors": list(found.sectors.all()),
    }


def envelope_edit(request: PageRequest, pk: int) -> HttpResponse:
    """Change an envelope."""
    item = _envelope(request, pk)
    back: str = item.scenario.get_absolute_url()
    return form_page(
        request,
        forms.EnvelopeForm,
        act=lambda data: actions.change_envelope(item, by=request.reader, **data),
        then=back,
        title=_("Change “%(name)s”") % {"name": item},
        submit=_("Save"),
        cancel=back,
        about=item.scenario,
        kwargs=_envelope_options(request, item.scenario) | {"obj": item},
        template="ui/part_form.html",
        remove_url=reverse("selection:envelope_remove", args=[pk]),
    )


def envelope_remove(request: PageRequest, pk: int) -> HttpResponse:
    """Take the money out."""
    item = _envelope(request, pk)
    return _confirm_removal(request, item, actions.remove_envelope)


def rule_add(request: PageRequest, pk: int) -> HttpResponse:
    """Add a rule."""
    obj = _changeable(request, pk)
    return form_page(
        request,
        forms.RuleForm,
        act=lambda data: actions.add_rule(obj, by=request.reader, **without_version(data)),
        then=obj.get_absolute_url(),
        title=_("Add a rule"),
        submit=_("Add"),
        cancel=obj.get_absolute_url(),
        about=obj,
        kwargs={
            "reader": request.reader,
            "activities": queries.under_appraisal(obj.appraisal, request.reader),
        },
    )


def rule_remove(request: PageRequest, pk: int) -> HttpResponse:
    """Drop a rule."""
    item = fetch(queries.scenario_rules(request.reader), pk=pk)
    return _confirm_removal(request, item, actions.remove_rule)


def balance_add(request: PageRequest, pk: int) -> HttpResponse:
    """Add a balance."""
    obj = _changeable(request, pk)
    return form_page(
        request,
        forms.BalanceForm,
        act=lambda data: actions.add_balance(obj, by=request.reader, **without_version(data)),
        then=obj.get_absolute_url(),
        title=_("Add a balance"),
        submit=_("Add"),
        cancel=obj.get_absolute_url(),
        about=obj,
        kwargs={"reader": request.reader},
    )


def balance_remove(request: PageRequest, pk: int) -> HttpResponse:
    """Drop a balance."""
    item = fetch(queries.balances(request.reader), pk=pk)
    return _confirm_removal(request, item, actions.remove_balance)


def _confirm_removal(request: PageRequest, item: Any, act: Any) -> HttpResponse:
    require(rules.may_change_scenario(item.scenario, request.reader))
    back: str = item.scenario.get_absolute_url()
    return confirm_page(
        request,
        act=lambda _data: act(item, by=request.reader),
        then=back,
        title=_("Remove “%(name)s”") % {"name": item},
        question=_("Runs that were computed with it stay as they are."),
        submit=_("Remove"),
        cancel=back,
        about=item.scenario,
    )


def choose(request: PageRequest, pk: int) -> HttpResponse:
    """Let Appui find the best choice."""
    obj = _changeable(request, pk)
    return confirm_page(
        request,
        act=before(
            request,
            PageForm,
            lambda _data: run_actions.find(obj, by=request.reader),
            lambda found: run_actions.keep(obj, found, by=request.reader),
        ),
        title=_("Choose projects by “%(name)s”") % {"name": obj},
        question=_(
            "Appui looks for the best choice for up to %(seconds)d seconds and keeps it as a run, "
            "with everything it came from."
        )
        % {"seconds": run_actions.SECONDS},
        submit=_("Choose"),
        cancel=obj.get_absolute_url(),
        about=obj,
    )


def _scenario(request: PageRequest, pk: int) -> Scenario:
    return fetch(queries.scenarios(request.reader), pk=pk)


def _changeable(request: PageRequest, pk: int) -> Scenario:
    obj = _scenario(request, pk)
    require(rules.may_change_scenario(obj, request.reader))
    return obj


def _envelope(request: PageRequest, pk: int) -> Envelope:
    item = fetch(queries.envelopes(request.reader), pk=pk)
    require(rules.may_change_scenario(item.scenario, request.reader))
    return item
