"""One project: the windows it may ask, one verdict in full, and the answers it rests on."""

from collections.abc import Iterable

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from appui.eligibility import actions, forms, listings, queries, rules, words
from appui.eligibility.models import Statement
from appui.eligibility.verdicts import ORDER, RuleVerdict, WindowVerdict
from appui.eligibility.views.rules import used
from appui.eligibility.vocabulary import stated_facts
from appui.funding.models import Fund
from appui.kernel.verdict import require
from appui.portfolio.models import Activity
from appui.registry.pages import PageRequest, fetch
from appui.ui.forms import confirm_page, form_page, without_version
from appui.ui.table import Table


def project(request: PageRequest, pk: int) -> HttpResponse:
    """The windows that are open, as they judge the project, and what people said of it."""
    obj = fetch(Activity.objects.visible_to(request.reader), pk=pk)
    today = timezone.localdate()
    found = list(queries.open_windows(request.reader, day=today))
    judged = queries.verdicts([obj], found, request.reader, day=today)
    by_fund = {fund: verdict for (_pk, fund), verdict in judged.items()}
    funds = sorted_windows(found, by_fund)
    may = rules.may_answer(obj, request.reader)
    answers = list(queries.statements(request.reader).filter(activity=obj))
    columns = [*listings.ANSWERS, *([listings.WITHDRAW] if may else [])]
    listing = listings.with_verdict(listings.WINDOWS_OF_PROJECT, by_fund, obj)
    return render(
        request,
        "eligibility/project.html",
        {
            "obj": obj,
            "crumbs": _crumbs(obj),
            "windows": Table(listing.columns, funds),
            "counts": _counts(judged.values()),
            "answers": Table(columns, answers),
            "questions": _questions(judged.values(), obj) if may else [],
            "may_answer": may,
            "day": today,
        },
    )


def _crumbs(obj: Activity) -> list[tuple[str, str]]:
    return [(_("Projects"), reverse("portfolio:activity_list")), (str(obj), obj.get_absolute_url())]


def sorted_windows(funds: list[Fund], judged: dict[int, WindowVerdict]) -> list[Fund]:
    """Those the project may ask first, each group by deadline."""
    return sorted(funds, key=lambda fund: ORDER[judged[fund.pk].standing])


def _counts(judged: Iterable[WindowVerdict]) -> list[tuple[str, str, int]]:
    found = [item.standing for item in judged]
    return [
        (str(label), words.TONES[standing], found.count(standing))
        for standing, label in words.STANDINGS.items()
    ]


def _questions(judged: Iterable[WindowVerdict], obj: Activity) -> list[tuple[str, str]]:
    """The questions that would settle a verdict, each once, with where to answer."""
    missing = [name for item in judged for name in item.missing]
    url = reverse("eligibility:answer_add", args=[obj.pk])
    return [
        (str(stated_facts()[name].question), f"{url}?fact={name}")
        for name in dict.fromkeys(missing)
        if name in stated_facts()
    ]


def check(request: PageRequest, pk: int, fund: int) -> HttpResponse:
    """One project at one window: each rule with its verdict, facts, sentence and what to fix."""
    obj = fetch(Activity.objects.visible_to(request.reader), pk=pk)
    window = fetch(queries.windows(request.reader), pk=fund)
    today = timezone.localdate()
    found = queries.verdict(obj, window, request.reader, day=today)
    return render(
        request,
        "eligibility/check.html",
        {
            "obj": obj,
            "window": window,
            "crumbs": [*_crumbs(obj), (_("Windows"), reverse("eligibility:project", args=[pk]))],
            "verdict": found,
            "standing": words.standing(found),
            "tone": words.tone(found),
            "rows": [_row(item, found) for item in found.rules],
            "to_fix": words.to_fix(found) if found.standing != "eligible" else [],
            "day": today,
            "may_answer": rules.may_answer(obj, request.reader),
        },
    )


def _row(item: RuleVerdict, found: WindowVerdict) -> dict[str, object]:
    url = reverse("eligibility:rule", args=[item.rule.pk]) if item.rule.pk else ""
    return {
        "rule": item.rule,
        "url": url,
        "truth": words.truth(item.truth),
        "tone": words.truth_tone(item),
        "used": used(item),
        "remedy": words.remedy(item, found.sheet),
    }


def answer_add(request: PageRequest, pk: int) -> HttpResponse:
    """Answer a question about the project that no table answers."""
    obj = fetch(Activity.objects.visible_to(request.reader), pk=pk)
    require(rules.may_answer(obj, request.reader))
    today = timezone.localdate()
    back = reverse("eligibility:project", args=[pk])
    return form_page(
        request,
        forms.AnswerForm,
        act=lambda data: actions.answer(
            obj, by=request.reader, today=today, **without_version(data)
        ),
        title=_("Answer a question about “%(name)s”") % {"name": obj},
        lead=_("It is kept with who said it and when; a later answer stands in its place."),
        submit=_("Record the answer"),
        cancel=back,
        initial={"fact": request.GET.get("fact", ""), "said_on": today},
        kwargs={"reader": request.reader},
        about=obj,
    )


def withdraw(request: PageRequest, pk: int) -> HttpResponse:
    """Take an answer back."""
    obj: Statement = fetch(queries.statements(request.reader), pk=pk)
    require(rules.may_answer(obj.activity, request.reader))
    back = obj.get_absolute_url()
    return confirm_page(
        request,
        act=lambda _data: actions.withdraw(obj, by=request.reader),
        then=back,
        title=_("Withdraw the answer “%(answer)s”") % {"answer": words.label(obj.fact)},
        question=_("The answer before it counts again, if there is one. The history keeps it."),
        submit=_("Withdraw"),
        cancel=back,
        about=obj.activity,
    )
