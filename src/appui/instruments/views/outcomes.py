"""Pages of what a programme delivers."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from appui.instruments import actions, forms, queries, rules
from appui.instruments.models import Comparison
from appui.kernel.verdict import require
from appui.registry.pages import PageRequest, fetch
from appui.ui.forms import confirm_page, form_page, without_version


def outcome_add(request: PageRequest, pk: int) -> HttpResponse:
    """Say what the programme delivers."""
    obj = fetch(queries.comparisons(request.reader), pk=pk)
    require(rules.may_change(obj, request.reader))

    def act(data: dict[str, Any]) -> Comparison:
        actions.add_outcome(obj, by=request.reader, **without_version(data))
        return obj

    return form_page(
        request,
        forms.OutcomeForm,
        act=act,
        title=_("Add an outcome"),
        submit=_("Add the outcome"),
        cancel=obj.get_absolute_url(),
        kwargs={"reader": request.reader},
        about=obj,
    )


def outcome_edit(request: PageRequest, pk: int) -> HttpResponse:
    """Change what the programme delivers."""
    item = fetch(queries.outcomes(request.reader), pk=pk)
    require(rules.may_change(item.comparison, request.reader))
    return form_page(
        request,
        forms.OutcomeForm,
        act=lambda data: actions.change_outcome(item, by=request.reader, **data),
        then=item.comparison.get_absolute_url(),
        title=_("Change “%(name)s”") % {"name": item},
        submit=_("Save"),
        cancel=item.comparison.get_absolute_url(),
        kwargs={"reader": request.reader, "obj": item},
        template="instruments/removable_form.html",
        remove_url=reverse("instruments:outcome_remove", args=[pk]),
        about=item.comparison,
    )


def outcome_remove(request: PageRequest, pk: int) -> HttpResponse:
    """Remove an outcome."""
    item = fetch(queries.outcomes(request.reader), pk=pk)
    require(rules.may_change(item.comparison, request.reader))
    return confirm_page(
        request,
        act=lambda _data: actions.remove_outcome(item, by=request.reader),
        then=item.comparison.get_absolute_url(),
        title=_("Remove “%(name)s”") % {"name": item},
        question=_("The audit trail of the comparison keeps it."),
        submit=_("Remove"),
        cancel=item.comparison.get_absolute_url(),
        about=item.comparison,
    )
