"""Pages of what an activity is connected with, and of its budget lines as a list."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from appui.portfolio import actions, forms, listings, queries
from appui.portfolio.models import ActivityDocument, RelatedActivity
from appui.portfolio.views.activities import add_part, changeable, part_of, remove_part
from appui.registry.pages import PageRequest, fetch
from appui.ui.listing import list_page


def budget_lines(request: PageRequest, pk: int) -> HttpResponse:
    """The budget lines of an activity, those replaced among them, as a list and as a file."""
    obj = fetch(queries.activities(request.reader), pk=pk)
    return list_page(
        request,
        listings.BUDGET_LINES,
        queries.budget_lines(request.reader).filter(activity=obj),
        title=_("Budget lines of “%(name)s”") % {"name": obj},
        lead=_("What is planned by period and category; a revised line counts instead of another."),
        crumbs=[
            (_("Projects"), reverse("portfolio:activity_list")),
            (str(obj), obj.get_absolute_url()),
        ],
    )


def relation_add(request: PageRequest, pk: int) -> HttpResponse:
    """Say how another activity stands to this one."""
    obj = changeable(request, pk)
    title = _("Add a related project")
    return add_part(request, obj, forms.RelationForm, actions.relate, title, about=obj)


def relation_remove(request: PageRequest, pk: int) -> HttpResponse:
    """Take a relation back."""
    return remove_part(request, part_of(request, RelatedActivity, pk))


def document_add(request: PageRequest, pk: int) -> HttpResponse:
    """Attach a document."""
    obj = changeable(request, pk)
    title = _("Attach a document")
    return add_part(request, obj, forms.DocumentForm, actions.attach_document, title)


def document_remove(request: PageRequest, pk: int) -> HttpResponse:
    """Detach a document; the source stays."""
    return remove_part(request, part_of(request, ActivityDocument, pk))
