"""Pages of appraisals, reviews and results."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from appui.kernel.access import Role
from appui.kernel.verdict import require
from appui.portfolio.models import Activity
from appui.registry.pages import Button, PageRequest, adding, fetch, sheet_page
from appui.registry.rules import may_keep_register
from appui.selection import forms, listings, queries, rules
from appui.selection.actions import appraisal as actions
from appui.selection.actions.criteria import draft_criteria
from appui.selection.models import Appraisal, Candidate, CriteriaSet, Review, Reviewer
from appui.ui.facts import Fact
from appui.ui.forms import confirm_page, form_page, without_version
from appui.ui.listing import list_page
from appui.ui.table import Table


def appraisal_list(request: PageRequest) -> HttpResponse:
    """Appraisals the reader may see."""
    return list_page(
        request,
        listings.APPRAISALS,
        queries.appraisals(request.reader),
        title=_("Appraisals"),
        lead=_("Projects scored by several reviewers, by the same criteria."),
        template="selection/appraisal_list.html",
        **adding(request, "selection:appraisal_add", _("Open an appraisal")),
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """A reviewer with what has come from them so far."""

    reviewer: Reviewer
    pk: int
    user: Any
    deadline: Any
    given: int
    late: int
    conflicts: int


def appraisal(request: PageRequest, pk: int) -> HttpResponse:
    """One appraisal: its projects, and how far the reviewers are."""
    obj = _appraisal(request, pk)
    reader = request.reader
    change = rules.may_change_appraisal(obj, reader)
    return sheet_page(
        request,
        obj,
        template="selection/appraisal.html",
        crumbs=[(_("Appraisals"), reverse("selection:appraisal_list"))],
        buttons=_buttons(obj, request),
        facts=_facts(obj),
        may_change=bool(change),
        projects=_projects(obj, request),
        mine=_mine(obj, request),
        reviewers=Table(
            [*listings.REVIEWERS, *([listings.EDIT_REVIEWER] if change else [])],
            _asked(obj) if request.reader.has(Role.READER, obj.owner_id) else [],
        ),
        scenarios=list(queries.scenarios(reader).filter(appraisal=obj)),
        may_see_results=rules.may_see_results(obj, reader),
    )


def _buttons(obj: Appraisal, request: PageRequest) -> list[Button]:
    closing = rules.may_close(obj, request.reader)
    if obj.is_closed:
        last = Button(_("Open again"), _at("appraisal_reopen", obj), verdict=closing)
    else:
        last = Button(_("Close"), _at("appraisal_close", obj), verdict=closing)
    change = rules.may_change_appraisal(obj, request.reader)
    seen = rules.may_see_results(obj, request.reader)
    return [
        Button(_("Change"), _at("appraisal_edit", obj), verdict=change),
        last,
        Button(_("Results"), _at("results", obj), primary=True, verdict=seen),
    ]


def _at(name: str, obj: Any) -> str:
    return reverse(f"selection:{name}", args=[obj.pk])


def _facts(obj: Appraisal) -> list[Fact]:
    return [
        Fact(_("State"), listings.appraisal_state(obj), "tag"),
        Fact(_("Criteria"), obj.criteria_set, href=obj.criteria_set.get_absolute_url()),
        Fact(_("Reviews are due on"), obj.due_on, "date"),
        *([Fact(_("Money there is"), obj.budget, "number")] if obj.budget is not None else []),
        Fact(_("Currency"), obj.currency),
        Fact(_("Closed"), obj.closed_at, "date"),
        Fact(_("Belongs to"), obj.owner),
        Fact(_("Seen by"), obj.get_visibility_display(), "tag", tone="plain"),
    ]


def _asked(obj: Appraisal) -> list[Asked]:
    """The reviewers with their counts; two queries."""
    reviewers = list(obj.reviewers.select_related("user"))
    given: Counter[int] = Counter()
    late: Counter[int] = Counter()
    conflicts: Counter[int] = Counter()
    by_key = {item.pk: item for item in reviewers}
    for review in queries.reviews(obj).filter(submitted_on__isnull=False):
        reviewer = by_key[review.reviewer_id]
        reviewer.appraisal = obj
        review.reviewer = reviewer
        given[reviewer.pk] += 1
        late[reviewer.pk] += review.is_late
        conflicts[reviewer.pk] += review.has_conflict
    for item in reviewers:
        item.appraisal = obj
    return [
        Asked(r, r.pk, r.user, r.deadline, given[r.pk], late[r.pk], conflicts[r.pk])
        for r in reviewers
    ]


def _projects(obj: Appraisal, request: PageRequest) -> dict[str, Any]:
    rows = list(queries.under_appraisal(obj, request.reader))
    return {"rows": rows, "hidden": obj.candidates.count() - len(rows)}


@dataclass(frozen=True, slots=True)
class Mine:
    """A project with one's own review of it."""

    candidate: Candidate
    review: Review | None
    url: str


def _mine(obj: Appraisal, request: PageRequest) -> list[Mine]:
    """What the reader is asked to review, the open ones first; two queries, none for others."""
    reader = request.reader
    if not obj.reviewers.filter(user=reader.user_id or 0).exists():
        return []
    reviews = queries.reviews(obj).filter(reviewer__user=reader.user_id)
    written = {item.candidate_id: item for item in reviews.select_related("reviewer__appraisal")}
    found = [
        Mine(item, written.get(item.pk), _at("review", item))
        for item in queries.candidates(reader).filter(appraisal=obj)
    ]
    return sorted(
        found, key=lambda item: item.review is not None and bool(item.review.submitted_on)
    )


def appraisal_add(request: PageRequest) -> HttpResponse:
    """Open an appraisal."""
    require(may_keep_register(request.reader))
    if not _are_criteria(request):
        return form_page(
            request,
            forms.CriteriaForm,
            act=lambda data: _drafted(request, data),
            title=_("Write criteria first"),
            lead=_("An appraisal needs published criteria, and none is published yet."),
            submit=_("Record the criteria"),
            cancel=reverse("selection:appraisal_list"),
            kwargs={"reader": request.reader},
        )
    return form_page(
        request,
        forms.AppraisalForm,
        act=lambda data: actions.open_appraisal(by=request.reader, **without_version(data)),
        title=_("Open an appraisal"),
        submit=_("Open it"),
        cancel=reverse("selection:appraisal_list"),
        kwargs={"reader": request.reader},
    )


def _are_criteria(request: PageRequest) -> bool:
    return queries.published_criteria(request.reader).exists()


def _drafted(request: PageRequest, data: dict[str, Any]) -> CriteriaSet:
    return draft_criteria(by=request.reader, **without_version(data))


def appraisal_edit(request: PageRequest, pk: int) -> HttpResponse:
    """Change an appraisal."""
    obj = _changeable(request, pk)
    return form_page(
        request,
        forms.AppraisalForm,
        act=lambda data: actions.change_appraisal(obj, by=request.reader, **data),
        title=_("Change “%(name)s”") % {"name": obj},
        submit=_("Save"),
        cancel=obj.get_absolute_url(),
        kwargs={"reader": request.reader, "obj": obj},
    )


def candidates(request: PageRequest, pk: int) -> HttpResponse:
    """Which projects are appraised."""
    obj = _changeable(request, pk)
    return form_page(
        request,
        forms.CandidatesForm,
        act=lambda data: actions.set_candidates(obj, by=request.reader, **data),
        then=obj.get_absolute_url(),
        title=_("Projects under appraisal"),
        submit=_("Save"),
        cancel=obj.get_absolute_url(),
        about=obj,
        kwargs={"activities": Activity.objects.visible_to(request.reader)},
        initial={
            "activities": list(queries.under_appraisal(obj, request.reader)),
            "version": obj.version,
        },
    )


def reviewer_add(request: PageRequest, pk: int) -> HttpResponse:
    """Ask a person for reviews."""
    obj = _changeable(request, pk)
    return form_page(
        request,
        forms.ReviewerForm,
        act=lambda data: actions.add_reviewer(obj, by=request.reader, **data),
        then=obj.get_absolute_url(),
        title=_("Ask a reviewer"),
        submit=_("Ask this person"),
        cancel=obj.get_absolute_url(),
        about=obj,
        kwargs={"reader": request.reader},
        initial={"version": obj.version},
    )


def reviewer_edit(request: PageRequest, pk: int) -> HttpResponse:
    """Give a reviewer another deadline."""
    item = _reviewer(request, pk)
    back: str = item.appraisal.get_absolute_url()
    return form_page(
        request,
        forms.DeadlineForm,
        act=lambda data: actions.change_reviewer(item, by=request.reader, **data),
        then=back,
        title=_("Deadline of %(name)s") % {"name": item},
        submit=_("Save"),
        cancel=back,
        about=item.appraisal,
        kwargs={"reader": request.reader, "obj": item},
        template="ui/part_form.html",
        remove_url=reverse("selection:reviewer_remove", args=[pk]),
    )


def reviewer_remove(request: PageRequest, pk: int) -> HttpResponse:
    """No longer ask a person."""
    item = _reviewer(request, pk)
    back: str = item.appraisal.get_absolute_url()
    return confirm_page(
        request,
        act=lambda _data: actions.remove_reviewer(item, by=request.reader),
        then=back,
        title=_("Remove “%(name)s”") % {"name": item},
        question=_("Only a person who has written no review can be removed."),
        submit=_("Remove"),
        cancel=back,
        about=item.appraisal,
    )


def review(request: PageRequest, pk: int) -> HttpResponse:
    """One's own review of a project."""
    candidate = fetch(queries.candidates(request.reader), pk=pk)
    obj = candidate.appraisal
    asked = obj.reviewers.filter(user=request.reader.user_id or 0).first()
    require(rules.may_review(asked, obj, request.reader))
    written = queries.own_review(candidate, request.reader)

    def write(data: dict[str, Any]) -> str:
        scores = {key: actions.Given(*given) for key, given in data.pop("scores").items()}
        actions.write_review(candidate, by=request.reader, today=localdate(), scores=scores, **data)
        return obj.get_absolute_url()

    return form_page(
        request,
        forms.ReviewForm,
        act=write,
        title=_("Review of “%(name)s”") % {"name": candidate},
        submit=_("Submit the review"),
        cancel=obj.get_absolute_url(),
        about=obj,
        kwargs={
            "criteria": list(obj.criteria_set.criteria.all()),
            "criteria_set": obj.criteria_set,
            "review": written,
        },
        initial={"version": written.version} if written else {},
        template="selection/review.html",
        candidate=candidate,
        written=written,
        deadline=asked.deadline if asked else None,
        overdue=asked is not None and localdate() > asked.deadline,
    )


def appraisal_close(request: PageRequest, pk: int) -> HttpResponse:
    """No score is taken any more."""
    obj = _appraisal(request, pk)
    require(rules.may_close(obj, request.reader))
    return confirm_page(
        request,
        act=lambda _data: actions.close_appraisal(obj, by=request.reader),
        title=_("Close “%(name)s”") % {"name": obj},
        question=_("No score is taken any more, and every reader sees the results."),
        submit=_("Close"),
        cancel=obj.get_absolute_url(),
        about=obj,
    )


def appraisal_reopen(request: PageRequest, pk: int) -> HttpResponse:
    """Take scores again."""
    obj = _appraisal(request, pk)
    require(rules.may_close(obj, request.reader))
    return confirm_page(
        request,
        act=lambda _data: actions.reopen_appraisal(obj, by=request.reader),
        title=_("Open “%(name)s” again") % {"name": obj},
        question=_("Scores can change again. What was chosen from the old ones stays as it is."),
        submit=_("Open again"),
        cancel=obj.get_absolute_url(),
        about=obj,
    )


def _appraisal(request: PageRequest, pk: int) -> Appraisal:
    return fetch(queries.appraisals(request.reader), pk=pk)


def _changeable(request: PageRequest, pk: int) -> Appraisal:
    obj = _appraisal(request, pk)
    require(rules.may_change_appraisal(obj, request.reader))
    return obj


def _reviewer(request: PageRequest, pk: int) -> Reviewer:
    item = fetch(queries.reviewers(request.reader), pk=pk)
    require(rules.may_change_appraisal(item.appraisal, request.reader))
    return item
