"""Pages of forms and their versions."""

import json

from django.http import HttpResponse
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from appui.kernel.verdict import Verdict, require
from appui.questionnaires import documents, listings, queries, rules
from appui.questionnaires.actions import editing
from appui.questionnaires.differences import differences
from appui.questionnaires.forms.editing import FormForm
from appui.questionnaires.models import Form, FormVersion, VersionStatus
from appui.registry.pages import Button, PageRequest, adding, fetch, sheet_page
from appui.registry.queries import shown
from appui.registry.rules import may_edit, may_keep_register
from appui.ui.facts import Fact
from appui.ui.forms import confirm_page, form_page, without_version
from appui.ui.listing import Column, list_page
from appui.ui.table import Table
from appui.ui.templatetags.ui import Tab


def tabs_of(current: str) -> list[Tab]:
    """The lists of this room: forms, and what was answered."""
    lists = {"form_list": _("Forms"), "response_list": _("Responses")}
    return [
        Tab(label, reverse(f"questionnaires:{name}"), name == current)
        for name, label in lists.items()
    ]


def form_list(request: PageRequest) -> HttpResponse:
    """Forms the reader may see."""
    return list_page(
        request,
        listings.FORMS,
        queries.forms(request.reader),
        template="questionnaires/list.html",
        title=_("Forms"),
        lead=_("Questions written once, published, and answered again and again."),
        list_tabs=tabs_of("form_list"),
        **adding(request, "questionnaires:form_add", _("Write a form")),
    )


def _form(request: PageRequest, pk: int) -> Form:
    return fetch(queries.forms(request.reader), pk=pk)


def form(request: PageRequest, pk: int) -> HttpResponse:
    """One form: its versions, and what can be done with it."""
    obj = _form(request, pk)
    versions = list(obj.versions.all())
    return sheet_page(
        request,
        obj,
        template="questionnaires/form.html",
        crumbs=[(_("Forms"), reverse("questionnaires:form_list"))],
        lead=f"{obj.reference} · {obj.get_purpose_display()}",
        buttons=_form_buttons(obj, versions, request),
        facts=[
            Fact(_("Purpose"), obj.get_purpose_display()),
            Fact(_("Responses"), obj.answered, "number"),  # type: ignore[attr-defined]
            Fact(_("Belongs to"), obj.owner),
            Fact(_("Seen by"), obj.get_visibility_display(), "tag", tone="plain"),
        ],
        versions=Table(_version_columns(), versions),
    )


def _version_columns() -> list[Column]:
    return [
        Column(
            "number",
            _("Version"),
            lambda row: _("Version %(number)d") % {"number": row.number},
            href=lambda row: row.get_absolute_url(),
        ),
        Column(
            "status",
            _("Status"),
            lambda row: row.get_status_display(),
            "tag",
            tone=lambda row: listings.VERSION_TONES[row.status],
        ),
        Column("published", _("Published on"), lambda row: row.published_on, "date"),
    ]


def _form_buttons(obj: Form, versions: list[FormVersion], request: PageRequest) -> list[Button]:
    reader = request.reader
    published = next((one for one in versions if one.status == VersionStatus.PUBLISHED), None)
    draft = next((one for one in versions if one.status == VersionStatus.DRAFT), None)
    found = [
        Button(
            _("Change"),
            reverse("questionnaires:form_edit", args=[obj.pk]),
            False,
            may_edit(obj, reader),
        )
    ]
    if draft is not None:
        found.append(Button(_("Write the questions"), draft.get_absolute_url(), published is None))
    else:
        url = reverse("questionnaires:version_add", args=[obj.pk])
        verdict = rules.may_draft(obj, reader, has_draft=False)
        found.append(Button(_("Prepare a new version"), url, False, verdict))
    if published is not None:
        found.append(_fill_in(published, request))
    return found


def _fill_in(version: FormVersion, request: PageRequest) -> Button:
    url = f"{reverse('questionnaires:response_add')}?form={version.pk}"
    return Button(_("Fill in"), url, True, rules.may_fill_in(version, request.reader))


def form_add(request: PageRequest) -> HttpResponse:
    """Write a form."""
    require(may_keep_register(request.reader))

    def act(data: dict[str, object]) -> str:
        made = editing.make_form(by=request.reader, **without_version(data))
        return made.versions.get().get_absolute_url()

    return form_page(
        request,
        FormForm,
        act=act,
        title=_("Write a form"),
        submit=_("Go on to the questions"),
        cancel=reverse("questionnaires:form_list"),
        kwargs={"reader": request.reader},
    )


def form_edit(request: PageRequest, pk: int) -> HttpResponse:
    """Change the facts of a form."""
    obj = _form(request, pk)
    require(may_edit(obj, request.reader))
    return form_page(
        request,
        FormForm,
        act=lambda data: editing.change_form(obj, by=request.reader, **data),
        title=_("Change “%(name)s”") % {"name": obj},
        submit=_("Save"),
        cancel=obj.get_absolute_url(),
        kwargs={"reader": request.reader, "obj": obj},
    )


def version_add(request: PageRequest, pk: int) -> HttpResponse:
    """Copy the latest version into a new draft."""
    obj = _form(request, pk)
    drafts = [one for one in obj.versions.all() if one.status == VersionStatus.DRAFT]
    require(rules.may_draft(obj, request.reader, has_draft=bool(drafts)))
    return confirm_page(
        request,
        act=lambda _data: editing.draft_version(obj, by=request.reader),
        title=_("Prepare a new version"),
        question=_(
            "It begins with the questions of the latest version. What was answered stays as it "
            "is, under the version it answers."
        ),
        submit=_("Prepare a new version"),
        cancel=obj.get_absolute_url(),
        about=obj,
    )


def _version(request: PageRequest, pk: int) -> FormVersion:
    return fetch(queries.versions(request.reader), pk=pk)


def version(request: PageRequest, pk: int) -> HttpResponse:
    """What one version asks; a draft is changed here."""
    obj = _version(request, pk)
    parts = queries.outline(obj)
    may_change = rules.may_change_draft(obj, request.reader)
    return sheet_page(
        request,
        obj,
        template="questionnaires/version.html",
        crumbs=_crumbs(obj, request),
        title=str(obj),
        lead=_lead(obj, may_change),
        buttons=_version_buttons(obj, len(queries.questions_in(parts)), request),
        facts=_version_facts(obj),
        parts=parts,
        may_change=may_change,
        others=[one for one in obj.form.versions.all() if one.pk != obj.pk],
    )


def _crumbs(obj: FormVersion, request: PageRequest) -> list[tuple[str, str]]:
    """The list, and the form where the reader sees more of it than a version they were shown."""
    found = [(_("Forms"), reverse("questionnaires:form_list"))]
    if shown(obj.form, request.reader) is not None:
        found.append((str(obj.form), obj.form.get_absolute_url()))
    return found


def _lead(obj: FormVersion, may_change: Verdict) -> str:
    if obj.status != VersionStatus.DRAFT:
        return _("Frozen: answers to this version stay readable under it.")
    return _("Add sections, then questions; publish when it is complete.") if may_change else ""


def _version_facts(obj: FormVersion) -> list[Fact]:
    return [
        Fact(
            _("Status"),
            obj.get_status_display(),
            "tag",
            tone=listings.VERSION_TONES[obj.status],
        ),
        Fact(_("Published on"), obj.published_on, "date"),
        Fact(_("Purpose"), obj.form.get_purpose_display()),
        Fact(_("Belongs to"), obj.form.owner),
    ]


def _version_buttons(obj: FormVersion, questions: int, request: PageRequest) -> list[Button]:
    reader = request.reader
    found = [Button(_("Save as a file"), reverse("questionnaires:version_file", args=[obj.pk]))]
    if obj.status == VersionStatus.DRAFT:
        publish = rules.may_publish(obj, reader, questions=questions)
        discard = rules.may_discard(obj, reader)
        url = reverse("questionnaires:version_discard", args=[obj.pk])
        found.append(Button(_("Discard this draft"), url, False, discard))
        url = reverse("questionnaires:version_publish", args=[obj.pk])
        return [*found, Button(_("Publish"), url, True, publish)]
    url = reverse("questionnaires:version_answers", args=[obj.pk])
    found.append(Button(_("Answers"), url))
    return [*found, _fill_in(obj, request)] if obj.status == VersionStatus.PUBLISHED else found


def version_publish(request: PageRequest, pk: int) -> HttpResponse:
    """Freeze a draft and let it be filled in."""
    obj = _version(request, pk)
    require(rules.may_publish(obj, request.reader, questions=obj.questions.count()))
    return confirm_page(
        request,
        act=lambda _data: editing.publish_version(obj, by=request.reader, today=localdate()),
        title=_("Publish “%(name)s”") % {"name": obj},
        question=_(
            "From then on it can be filled in and no longer changes; it replaces the version "
            "published before."
        ),
        submit=_("Publish"),
        cancel=obj.get_absolute_url(),
        about=obj,
    )


def version_discard(request: PageRequest, pk: int) -> HttpResponse:
    """Remove a draft that follows a published version."""
    obj = _version(request, pk)
    require(rules.may_discard(obj, request.reader))
    return confirm_page(
        request,
        act=lambda _data: editing.discard_draft(obj, by=request.reader),
        title=_("Discard “%(name)s”") % {"name": obj},
        question=_("What you changed in this draft is lost; the published version stays."),
        submit=_("Discard this draft"),
        cancel=obj.get_absolute_url(),
        about=obj,
        tone="danger",
    )


def version_file(request: PageRequest, pk: int) -> HttpResponse:
    """The version as JSON, to be given to another office."""
    obj = _version(request, pk)
    text = json.dumps(
        documents.document_of(obj).model_dump(mode="json"), ensure_ascii=False, indent=2
    )
    name = f"{obj.form.reference}-{obj.number}.json"
    return HttpResponse(
        text,
        content_type="application/json; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def version_compare(request: PageRequest, pk: int, number: int) -> HttpResponse:
    """What a version asks otherwise than another one of its form."""
    obj = _version(request, pk)
    other = fetch(queries.versions(request.reader).filter(form=obj.form_id), number=number)
    before, after = sorted((obj, other), key=lambda one: one.number)
    return sheet_page(
        request,
        obj,
        template="questionnaires/compare.html",
        crumbs=[*_crumbs(obj, request), (str(obj), obj.get_absolute_url())],
        title=_("From version %(before)d to version %(after)d")
        % {"before": before.number, "after": after.number},
        facts=_version_facts(after),
        differences=differences(before, after),
        panels=[],
        entries=[],
    )


def version_answers(request: PageRequest, pk: int) -> HttpResponse:
    """The responses to one version; the files to save have a column for each question."""
    obj = _version(request, pk)
    as_file = bool(request.GET.get("format"))
    questions = queries.questions_in(queries.outline(obj)) if as_file else []
    return list_page(
        request,
        listings.answers_listing(obj, questions),
        queries.responses(request.reader).filter(form_version=obj),
        title=_("Answers to “%(name)s”") % {"name": obj},
        lead=_("The files to download have a column for each question."),
        crumbs=[*_crumbs(obj, request), (str(obj), obj.get_absolute_url())],
    )
