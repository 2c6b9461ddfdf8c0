"""Pages of criteria sets."""

from itertools import combinations
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from appui.kernel.errors import Invalid
from appui.kernel.verdict import require
from appui.registry.pages import Button, PageRequest, adding, fetch, sheet_page
from appui.registry.rules import may_keep_register
from appui.selection import differences, forms, listings, queries, rules
from appui.selection.actions import criteria as actions
from appui.selection.appraised import Weighed, weighed
from appui.selection.models import CriteriaSet, Criterion, Weighing
from appui.ui.cells import bdi
from appui.ui.facts import Fact
from appui.ui.formats import percent
from appui.ui.forms import confirm_page, form_page, see_other, without_version
from appui.ui.listing import Column, list_page
from appui.ui.table import Table


def criteria_list(request: PageRequest) -> HttpResponse:
    """Criteria sets the reader may see."""
    return list_page(
        request,
        listings.CRITERIA_SETS,
        queries.criteria_sets(request.reader),
        title=_("Criteria"),
        lead=_("What projects are judged by, and what counts more. Published versions stay."),
        **adding(request, "selection:criteria_add", _("Write criteria")),
    )


def criteria(request: PageRequest, pk: int) -> HttpResponse:
    """One criteria set with its weights."""
    obj = _criteria(request, pk)
    change = rules.may_change_criteria(obj, request.reader)
    found, fault = _weights(obj)
    follow = Button(
        _("New version"),
        reverse("selection:criteria_next", args=[pk]),
        verdict=rules.may_follow(obj, request.reader),
    )
    publish = Button(
        _("Publish"),
        reverse("selection:criteria_publish", args=[pk]),
        primary=True,
        verdict=rules.may_publish(obj, request.reader),
    )
    edit = Button(_("Change"), reverse("selection:criteria_edit", args=[pk]), verdict=change)
    return sheet_page(
        request,
        obj,
        template="selection/criteria.html",
        crumbs=[(_("Criteria"), reverse("selection:criteria_list"))],
        buttons=[follow] if obj.is_published else [edit, publish],
        facts=_facts(obj),
        table=_table(obj, found, may_change=bool(change)),
        fault=fault,
        judged=_judged(obj, found),
        may_change=bool(change),
        is_pairwise=obj.weighing == Weighing.PAIRWISE,
        changes=differences.of_criteria(obj) if obj.replaces_id else [],
    )


def _weights(obj: CriteriaSet) -> tuple[Weighed | None, str]:
    try:
        return weighed(obj), ""
    except Invalid as error:
        return None, str(error)


def _facts(obj: CriteriaSet) -> list[Fact]:
    return [
        Fact(_("State"), listings.set_state(obj), "tag"),
        Fact(_("Version"), obj.number, "year"),
        Fact(_("Scale"), f"{obj.lowest} – {obj.highest}"),
        Fact(_("How weights are found"), obj.get_weighing_display()),
        Fact(_("Published"), obj.published_at, "date"),
        *(
            [Fact(_("Replaces"), obj.replaces, href=obj.replaces.get_absolute_url())]
            if obj.replaces
            else []
        ),
        Fact(_("Belongs to"), obj.owner),
        Fact(_("Seen by"), obj.get_visibility_display(), "tag", tone="plain"),
    ]


def _table(obj: CriteriaSet, found: Weighed | None, *, may_change: bool) -> Table:
    items = list(obj.criteria.all())
    shares = dict(zip((item.pk for item in items), found.shares, strict=True)) if found else {}

    def weight(item: Criterion) -> Any:
        return bdi(percent(shares[item.pk], 1)) if item.pk in shares else ""

    columns = [*listings.CRITERIA, Column("weight", _("Weight"), weight, "year")]
    if may_change:
        columns += [listings.MOVE_UP, listings.EDIT_CRITERION]
    return Table(columns, items)


def _judged(obj: CriteriaSet, found: Weighed | None) -> dict[str, Any] | None:
    """The consistency of judgements, and the one that agrees least with the others."""
    if found is None or found.judged is None:
        return None
    items, worst = list(obj.criteria.all()), found.judged.worst
    shown: dict[str, Any] = {
        "ratio": found.judged.ratio,
        "is_consistent": found.judged.is_consistent,
    }
    if worst:
        shown |= {
            "first": items[worst.first],
            "second": items[worst.second],
            "given": worst.given,
            "implied": worst.implied,
        }
    return shown


def criteria_add(request: PageRequest) -> HttpResponse:
    """Begin a criteria set."""
    require(may_keep_register(request.reader))
    return form_page(
        request,
        forms.CriteriaForm,
        act=lambda data: actions.draft_criteria(by=request.reader, **without_version(data)),
        title=_("Write criteria"),
        submit=_("Record the criteria"),
        cancel=reverse("selection:criteria_list"),
        kwargs={"reader": request.reader},
    )


def criteria_edit(request: PageRequest, pk: int) -> HttpResponse:
    """Change a draft."""
    obj = _changeable(request, pk)
    return form_page(
        request,
        forms.CriteriaForm,
        act=lambda data: actions.change_criteria(obj, by=request.reader, **data),
        title=_("Change “%(name)s”") % {"name": obj},
        submit=_("Save"),
        cancel=obj.get_absolute_url(),
        kwargs={"reader": request.reader, "obj": obj},
    )


def criteria_publish(request: PageRequest, pk: int) -> HttpResponse:
    """Freeze a draft."""
    obj = _criteria(request, pk)
    require(rules.may_publish(obj, request.reader))
    return confirm_page(
        request,
        act=lambda data: actions.publish(obj, by=request.reader, **data),
        initial={"version": obj.version},
        title=_("Publish “%(name)s”") % {"name": obj},
        question=_("Published criteria do not change any more; a new version replaces them."),
        submit=_("Publish"),
        cancel=obj.get_absolute_url(),
        about=obj,
    )


def criteria_next(request: PageRequest, pk: int) -> HttpResponse:
    """A new version of published criteria."""
    obj = _criteria(request, pk)
    require(rules.may_follow(obj, request.reader))
    return confirm_page(
        request,
        act=lambda _data: actions.next_version(obj, by=request.reader),
        title=_("New version of “%(name)s”") % {"name": obj},
        question=_("It begins as a draft with the same criteria. Appraisals keep their version."),
        submit=_("Make a new version"),
        cancel=obj.get_absolute_url(),
        about=obj,
    )


def criterion_add(request: PageRequest, pk: int) -> HttpResponse:
    """Add a criterion."""
    obj = _changeable(request, pk)
    return form_page(
        request,
        forms.CriterionForm,
        act=lambda data: actions.add_criterion(obj, by=request.reader, **without_version(data)),
        then=obj.get_absolute_url(),
        title=_("Add a criterion"),
        submit=_("Add"),
        cancel=obj.get_absolute_url(),
        about=obj,
        kwargs={"reader": request.reader},
    )


def criterion_edit(request: PageRequest, pk: int) -> HttpResponse:
    """Change a criterion."""
    item = _criterion(request, pk)
    back: str = item.criteria_set.get_absolute_url()
    return form_page(
        request,
        forms.CriterionForm,
        act=lambda data: actions.change_criterion(item, by=request.reader, **data),
        then=back,
        title=_("Change “%(name)s”") % {"name": item},
        submit=_("Save"),
        cancel=back,
        about=item.criteria_set,
        kwargs={"reader": request.reader, "obj": item},
        template="ui/part_form.html",
        remove_url=reverse("selection:criterion_remove", args=[pk]),
    )


def criterion_remove(request: PageRequest, pk: int) -> HttpResponse:
    """Take a criterion out."""
    item = _criterion(request, pk)
    back: str = item.criteria_set.get_absolute_url()
    return confirm_page(
        request,
        act=lambda _data: actions.remove_criterion(item, by=request.reader),
        then=back,
        title=_("Remove “%(name)s”") % {"name": item},
        question=_("The weights of the other criteria grow in proportion."),
        submit=_("Remove"),
        cancel=back,
        about=item.criteria_set,
    )


def criterion_up(request: PageRequest, pk: int) -> HttpResponse:
    """Put a criterion one place higher."""
    item = _criterion(request, pk)
    back: str = item.criteria_set.get_absolute_url()
    return confirm_page(
        request,
        act=lambda _data: actions.move_criterion(item, by=request.reader, up=True),
        then=back,
        title=_("Move “%(name)s” up") % {"name": item},
        question=_("It changes places with the criterion before it."),
        submit=pgettext("to another place", "Move"),
        cancel=back,
        about=item.criteria_set,
    )


def judgements(request: PageRequest, pk: int) -> HttpResponse:
    """All pairs of criteria, at once."""
    obj = _changeable(request, pk)
    pairs = list(combinations(obj.criteria.all(), 2))
    if not pairs:
        return see_other(obj.get_absolute_url())
    given = {}
    for item in obj.judgements.all():
        other = item.preference if item.preference == 1 else -item.preference
        given[item.first_id, item.second_id] = item.preference
        given[item.second_id, item.first_id] = other
    return form_page(
        request,
        forms.JudgementsForm,
        act=lambda data: actions.judge(obj, by=request.reader, **data),
        then=obj.get_absolute_url(),
        title=_("Which of two counts more"),
        lead=_("As much, or up to nine times as much. Appui then says how well it fits together."),
        submit=_("Save"),
        cancel=obj.get_absolute_url(),
        about=obj,
        kwargs={"pairs": pairs, "given": given},
        initial={"version": obj.version},
    )


def _criteria(request: PageRequest, pk: int) -> CriteriaSet:
    rows = queries.criteria_sets(request.reader).select_related("replaces")
    return fetch(rows.prefetch_related("criteria", "judgements"), pk=pk)


def _changeable(request: PageRequest, pk: int) -> CriteriaSet:
    obj = _criteria(request, pk)
    require(rules.may_change_criteria(obj, request.reader))
    return obj


def _criterion(request: PageRequest, pk: int) -> Criterion:
    item = fetch(queries.criteria(request.reader), pk=pk)
    require(rules.may_change_criteria(item.criteria_set, request.reader))
    return item
