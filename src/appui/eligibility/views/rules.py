"""Rules of windows: one rule with its editions, writing, trying, replacing, bringing in."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from appui.eligibility import actions, expression, forms, listings, queries, rules, rulesets, words
from appui.eligibility.models import EligibilityRule
from appui.eligibility.verdicts import RuleVerdict
from appui.funding.models import Fund
from appui.kernel.errors import Invalid
from appui.kernel.verdict import require
from appui.portfolio.models import Activity
from appui.registry.pages import Button, PageRequest, fetch, sheet_page
from appui.ui.facts import Fact
from appui.ui.forms import confirm_page, form_page, without_version
from appui.ui.table import Table

EXAMPLES = (
    '{"between": ["amount", 50000, 200000]}',
    '{"at_most": [{"sum": ["staff_share", "office_share"]}, 30]}',
    '{"if": [{"is": "regional"}, {"at_least": [{"count": "endorsing_states"}, 2]}]}',
    '{"not": {"is": "emergency"}}',
    '{"includes_any": ["sectors", ["15250", "15220"]]}',
)


def rule(request: PageRequest, pk: int) -> HttpResponse:
    """One rule: its expression, its source, its editions, and what it says of a project."""
    obj = fetch(queries.rules(request.reader), pk=pk)
    editions = list(
        queries.rules(request.reader).filter(fund=obj.fund_id, code=obj.code).order_by("-edition")
    )
    today = timezone.localdate()
    project = listings.chosen(request)
    tried = None
    if project is not None:
        tried = queries.judge(obj.tree, project, obj.fund, request.reader, day=today)
    return sheet_page(
        request,
        obj,
        template="eligibility/rule.html",
        crumbs=[
            (_("Windows and calls"), reverse("funding:fund_list")),
            (str(obj.fund), obj.fund.get_absolute_url()),
        ],
        lead=obj.get_severity_display(),
        buttons=_buttons(obj, editions[0].edition, request),
        facts=_facts(obj, editions, request),
        expression=obj.expression,
        editions=Table(listings.EDITIONS, editions),
        named=[
            {"name": name, "label": words.label(name)} for name in expression.facts_of(obj.tree)
        ],
        projects=Activity.objects.visible_to(request.reader).order_by("reference"),
        project=project,
        tried=_shown(tried),
    )


def _facts(
    obj: EligibilityRule, editions: list[EligibilityRule], request: PageRequest
) -> list[Fact]:
    applies = obj in queries.in_force(editions, timezone.localdate())
    return [
        Fact(
            _("State"),
            _("in force") if applies else _("not in force today"),
            "tag",
            tone="" if applies else "plain",
        ),
        Fact(_("Window or call"), obj.fund, href=obj.fund.get_absolute_url()),
        Fact(_("Short name"), obj.code),
        Fact(_("Edition"), obj.edition, "number"),
        Fact(_("When it does not hold"), obj.get_severity_display()),
        Fact(_("Applies from"), obj.valid_from, "date"),
        Fact(_("Applies until"), obj.valid_until, "date"),
        Fact(_("Address of the source"), obj.citation_url, href=obj.citation_url or None),
        Fact(_("Belongs to"), obj.fund.owner),
    ]


def _buttons(obj: EligibilityRule, latest: int, request: PageRequest) -> list[Button]:
    reader, today = request.reader, timezone.localdate()
    if obj.valid_from > today:
        may = rules.may_change(obj, reader, today=today)
        return [
            Button(_("Remove"), reverse("eligibility:rule_remove", args=[obj.pk]), False, may),
            Button(_("Change"), reverse("eligibility:rule_edit", args=[obj.pk]), True, may),
        ]
    may = rules.may_replace(obj, latest, reader)
    return [Button(_("Replace"), reverse("eligibility:rule_replace", args=[obj.pk]), True, may)]


def rule_add(request: PageRequest, pk: int) -> HttpResponse:
    """Write a rule of a window."""
    fund = _fund(request, pk)
    return _editor(
        request,
        forms.RuleForm,
        fund,
        act=lambda data: actions.write_rule(fund, by=request.reader, **without_version(data)),
        title=_("Write a rule of “%(window)s”") % {"window": fund},
        submit=_("Add the rule"),
        cancel=fund.get_absolute_url(),
        initial={"valid_from": timezone.localdate(), "citation_url": fund.url},
    )


def rule_edit(request: PageRequest, pk: int) -> HttpResponse:
    """Change a rule that does not apply yet."""
    obj = fetch(queries.rules(request.reader), pk=pk)
    today = timezone.localdate()
    require(rules.may_change(obj, request.reader, today=today))
    return _editor(
        request,
        forms.ChangeRuleForm,
        obj.fund,
        act=lambda data: actions.change_rule(obj, by=request.reader, today=today, **data),
        title=_("Change “%(name)s”") % {"name": obj},
        submit=_("Save"),
        cancel=obj.get_absolute_url(),
        obj=obj,
    )


def rule_replace(request: PageRequest, pk: int) -> HttpResponse:
    """Write the next edition of a rule; the earlier one stays to be read."""
    obj = fetch(queries.rules(request.reader), pk=pk)
    require(rules.may_replace(obj, queries.latest_edition(obj), request.reader))
    return _editor(
        request,
        forms.ChangeRuleForm,
        obj.fund,
        act=lambda data: actions.replace_rule(obj, by=request.reader, **data),
        title=_("Replace “%(name)s”") % {"name": obj},
        submit=_("Write the next edition"),
        cancel=obj.get_absolute_url(),
        initial={"valid_from": timezone.localdate()},
        obj=obj,
    )


def _editor(
    request: PageRequest,
    form_class: type[forms.RuleForm],
    fund: Fund,
    *,
    obj: EligibilityRule | None = None,
    initial: dict[str, Any] | None = None,
    **page: Any,
) -> HttpResponse:
    """The form of a rule with its words and examples; “Try it” judges a project, saving nothing."""
    aside: dict[str, Any] = {
        "examples": EXAMPLES,
        "words": words.vocabulary(),
        "also": ("try", _("Try it")),
    }
    kwargs = {"reader": request.reader, "obj": obj}
    if request.method == "POST" and "try" in request.POST:
        form = form_class(request.POST, initial=initial or {}, **kwargs)
        shown = {name: page[name] for name in ("title", "submit", "cancel")}
        tried = _try(request, form, fund)
        context = {**aside, **shown, "form": form, "tried": tried}
        return render(request, "eligibility/rule_form.html", context, status=200 if tried else 422)
    return form_page(
        request,
        form_class,
        template="eligibility/rule_form.html",
        kwargs=kwargs,
        initial=initial,
        about=obj or fund,
        **aside,
        **page,
    )


def _try(request: PageRequest, form: forms.RuleForm, fund: Fund) -> dict[str, Any] | None:
    """What the expression of the form says of the project it names; a mistake goes to its field."""
    form.is_valid()  # other fields may still be empty
    for name in [name for name in form.errors if name not in ("expression", "project")]:
        del form.errors[name]
    text, project = form.cleaned_data.get("expression"), form.cleaned_data.get("project")
    if project is None and "project" not in form.errors:
        form.add_error("project", _("Choose the project to try it on."))
    if not text:
        return None
    try:
        tree = actions.well_written(text)
    except Invalid as error:
        form.add_error("expression", str(error))
        return None
    if project is None:
        return None
    found = queries.judge(tree, project, fund, request.reader, day=timezone.localdate())
    return {"project": project, **(_shown(found) or {})}


def _shown(found: RuleVerdict | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "truth": words.truth(found.truth),
        "tone": words.truth_tone(found),
        "used": used(found),
        "missing": [words.label(name) for name in found.missing],
    }


def used(found: RuleVerdict) -> list[tuple[str, str, str]]:
    """The facts that a rule read: label, value and where it comes from."""
    return [
        (words.label(name), words.value(name, known), words.origin(known))
        for name, known in found.used
    ]


def rule_remove(request: PageRequest, pk: int) -> HttpResponse:
    """Take away a rule that does not apply yet."""
    obj = fetch(queries.rules(request.reader), pk=pk)
    today, back = timezone.localdate(), obj.fund.get_absolute_url()
    require(rules.may_change(obj, request.reader, today=today))
    return confirm_page(
        request,
        act=lambda _data: actions.remove_rule(obj, by=request.reader, today=today),
        then=back,
        title=_("Remove “%(name)s”") % {"name": obj},
        question=_("It does not apply yet, so no verdict rests on it."),
        submit=_("Remove"),
        cancel=obj.get_absolute_url(),
        about=obj,
    )


def rules_load(request: PageRequest, pk: int) -> HttpResponse:
    """Bring rules that come with Appui to a window."""
    fund = _fund(request, pk)

    def act(data: dict[str, Any]) -> str:
        name, _slash, part = data["rules"].partition("/")
        rulesets.load_rule_set(fund, name, part, by=request.reader)
        return f"{fund.get_absolute_url()}#rules"

    return form_page(
        request,
        forms.LoadForm,
        act=act,
        title=_("Bring rules to “%(window)s”") % {"window": fund},
        lead=_("Rules that the window has already stay as they are."),
        submit=_("Bring in"),
        cancel=fund.get_absolute_url(),
        about=fund,
    )


def _fund(request: PageRequest, pk: int) -> Fund:
    fund = fetch(queries.windows(request.reader), pk=pk)
    require(rules.may_rule(fund, request.reader))
    return fund
