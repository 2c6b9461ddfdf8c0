"""Pages on which a draft is written: its sections and questions."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from appui.kernel.errors import AppuiError, Invalid, Missing
from appui.kernel.idempotency import fingerprint_of, once
from appui.kernel.verdict import require
from appui.questionnaires import queries, rules
from appui.questionnaires.actions import editing
from appui.questionnaires.forms.editing import QuestionForm, SectionForm
from appui.questionnaires.models import Question, Section
from appui.registry.pages import PageRequest, fetch
from appui.ui.forms import STALE, confirm_page, form_page, see_other, without_version


def section_add(request: PageRequest, pk: int) -> HttpResponse:
    """Add a section to a draft."""
    obj = fetch(queries.versions(request.reader), pk=pk)
    require(rules.may_change_draft(obj, request.reader))
    return form_page(
        request,
        SectionForm,
        act=lambda data: editing.add_section(obj, by=request.reader, **without_version(data)),
        title=_("Add a section"),
        submit=_("Add the section"),
        cancel=obj.get_absolute_url(),
        about=obj,
        kwargs={"reader": request.reader},
    )


def _section(request: PageRequest, pk: int) -> Section:
    found = fetch(queries.editable_sections(request.reader), pk=pk)
    require(rules.may_change_draft(found.form_version, request.reader))
    return found


def section_edit(request: PageRequest, pk: int) -> HttpResponse:
    """Change the title or help of a section."""
    obj = _section(request, pk)
    return form_page(
        request,
        SectionForm,
        act=lambda data: editing.change_section(obj, by=request.reader, **data),
        title=_("Change “%(name)s”") % {"name": obj},
        submit=_("Save"),
        cancel=obj.get_absolute_url(),
        about=obj.form_version,
        kwargs={"reader": request.reader, "obj": obj},
        template="ui/part_form.html",
        remove_url=reverse("questionnaires:section_remove", args=[pk]),
    )


def section_remove(request: PageRequest, pk: int) -> HttpResponse:
    """Remove a section that has no question left."""
    obj = _section(request, pk)
    return confirm_page(
        request,
        act=lambda _data: editing.remove_section(obj, by=request.reader),
        title=_("Remove “%(name)s”") % {"name": obj},
        question=_("Only a section without questions can be removed."),
        submit=_("Remove"),
        cancel=obj.get_absolute_url(),
        about=obj.form_version,
    )


def question_add(request: PageRequest, pk: int) -> HttpResponse:
    """Add a question at the end of a section."""
    section = _section(request, pk)

    def act(data: dict[str, object]) -> Question:
        given = without_version(data)
        given.pop("section")
        return editing.add_question(section, by=request.reader, **given)

    return form_page(
        request,
        QuestionForm,
        act=act,
        title=_("Add a question"),
        submit=_("Add the question"),
        cancel=section.get_absolute_url(),
        about=section.form_version,
        initial={"section": section.pk},
        kwargs={"reader": request.reader, "draft": section.form_version},
    )


def _question(request: PageRequest, pk: int) -> Question:
    found = fetch(queries.editable_questions(request.reader), pk=pk)
    require(rules.may_change_draft(found.form_version, request.reader))
    return found


def question_edit(request: PageRequest, pk: int) -> HttpResponse:
    """Change a question of a draft."""
    obj = _question(request, pk)
    return form_page(
        request,
        QuestionForm,
        act=lambda data: editing.change_question(obj, by=request.reader, **data),
        title=_("Change “%(name)s”") % {"name": obj},
        submit=_("Save"),
        cancel=obj.get_absolute_url(),
        about=obj.form_version,
        kwargs={"reader": request.reader, "draft": obj.form_version, "obj": obj},
        template="ui/part_form.html",
        remove_url=reverse("questionnaires:question_remove", args=[pk]),
    )


def question_remove(request: PageRequest, pk: int) -> HttpResponse:
    """Remove a question that no other hangs on."""
    obj = _question(request, pk)
    return confirm_page(
        request,
        act=lambda _data: editing.remove_question(obj, by=request.reader),
        title=_("Remove “%(name)s”") % {"name": obj},
        question=_("Answers to published versions stay as they are."),
        submit=_("Remove"),
        cancel=obj.get_absolute_url(),
        about=obj.form_version,
    )


@require_POST
def section_move(request: PageRequest, pk: int, way: str) -> HttpResponse:
    """Bring a section one place up or down."""
    obj = _section(request, pk)
    return _moved(request, obj, way, editing.move_section)


@require_POST
def question_move(request: PageRequest, pk: int, way: str) -> HttpResponse:
    """Bring a question one place up or down in its section."""
    obj = _question(request, pk)
    return _moved(request, obj, way, editing.move_question)


def _moved(
    request: PageRequest, obj: Section | Question, way: str, move: Callable[..., Any]
) -> HttpResponse:
    """Move once, however often the button is pressed on the same page; say why when refused."""
    if way not in editing.WAYS:
        raise Missing(_("There is nothing at this address, or it is not shared with you."))
    seen = request.POST.get("version", "")
    try:
        if not (seen.isascii() and seen.isdigit() and len(seen) < 10):
            raise Invalid(str(STALE))
        once(
            f"{obj._meta.model_name}-{obj.pk}-{way}-{seen}",
            by=request.reader,
            fingerprint=fingerprint_of({"path": request.path, "version": seen}),
            act=lambda: str(move(obj, way, by=request.reader, version=int(seen)).pk),
        )
    except AppuiError as error:
        messages.error(request, str(error))
    return see_other(obj.get_absolute_url())
