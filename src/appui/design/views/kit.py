"""Pages of an organisation's stages, checklists and templates."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from appui.design import actions, forms, listings, queries, rules
from appui.design.facts import FACTS
from appui.design.models import Stage, Template
from appui.kernel.errors import Invalid
from appui.kernel.verdict import require
from appui.registry.models import Organisation
from appui.registry.pages import Button, PageRequest, fetch, sheet_page
from appui.registry.queries import workspaces
from appui.ui.facts import Fact
from appui.ui.forms import PageForm, confirm_page, form_page, without_version
from appui.ui.listing import list_page
from appui.ui.table import Table


def adopt(request: PageRequest, pk: int) -> HttpResponse:
    """Start with the usual stages and templates."""
    owner = fetch(workspaces(request.reader), pk=pk)
    has_kit = Stage.objects.visible_to(request.reader).filter(owner=owner).exists()
    require(rules.may_adopt(owner.pk, request.reader, has_kit=has_kit))
    return confirm_page(
        request,
        act=lambda _data: _to_list(actions.adopt(owner, by=request.reader)),
        title=_("Start with the usual stages and templates"),
        question=_(
            "“%(name)s” gets its own copy of six stages, from idea to closed, and of five "
            "templates of papers. Managers can then change everything."
        )
        % {"name": owner},
        submit=_("Start"),
        cancel=reverse("design:stage_list"),
    )


def _to_list(_stage: Stage) -> str:
    return reverse("design:stage_list")


def stage_list(request: PageRequest) -> HttpResponse:
    """Stages of the reader's organisations, in their order."""
    return list_page(
        request,
        listings.STAGES,
        queries.stages(request.reader),
        title=_("Stages of projects"),
        lead=_("The way of your projects, and what each stage asks of those who enter it."),
        **_first_button(request, "design:stage_add", _("Add a stage")),
    )


def _first_button(request: PageRequest, address: str, label: str) -> dict[str, str]:
    """Add a row; or, while the organisation has no kit, start with the usual one."""
    reader, owner = request.reader, request.reader.workspace_id
    if owner is None:
        return {}
    has_kit = Stage.objects.visible_to(reader).filter(owner=owner).exists()
    if rules.may_adopt(owner, reader, has_kit=has_kit):
        url = reverse("design:adopt", args=[owner])
        return {"new_url": url, "new_label": _("Start with the usual ones")}
    if has_kit and rules.may_keep_kit(owner, reader):
        return {"new_url": reverse(address), "new_label": label}
    return {}


def stage(request: PageRequest, pk: int) -> HttpResponse:
    """One stage: what it asks, and its history."""
    obj: Any = fetch(queries.stages(request.reader), pk=pk)
    change = rules.may_keep_kit(obj.owner_id, request.reader)
    return sheet_page(
        request,
        obj,
        template="design/stage.html",
        crumbs=[(_("Stages of projects"), reverse("design:stage_list"))],
        lead=_("retired") if obj.is_retired else "",
        buttons=[Button(_("Change"), reverse("design:stage_edit", args=[pk]), False, change)],
        facts=[
            Fact(_("Order"), obj.position + 1, "number"),
            Fact(_("Who moves a project here"), obj.get_entry_role_display()),
            Fact(_("Names its consultations"), _("yes") if obj.rests_on_consultations else _("no")),
            Fact(_("Projects there now"), obj.projects, "number"),
            Fact(_("Belongs to"), obj.owner),
        ],
        may_change=change,
        asked_facts=[FACTS[slug].label for slug in obj.required_facts],
        asked_papers=list(obj.required_papers.all()),
        items=Table(listings.ITEMS if change else _unlinked(listings.ITEMS), list(obj.items.all())),
        asked_forms=Table(
            [*listings.ASKED_FORMS, *([listings.EDIT_ASKED_FORM] if change else [])],
            list(obj.asked_forms.all()),
        ),
    )


def stage_add(request: PageRequest) -> HttpResponse:
    """Add a stage to the organisation one works in."""
    owner = _own_workspace(request)
    siblings = list(queries.stages(request.reader).filter(owner=owner).order_by("position", "pk"))
    return form_page(
        request,
        forms.StageForm,
        act=lambda data: actions.add_stage(owner, by=request.reader, **without_version(data)),
        title=_("Add a stage"),
        submit=_("Add"),
        cancel=reverse("design:stage_list"),
        kwargs={
            "reader": request.reader,
            "siblings": siblings,
            "templates": _templates_of(request, owner),
        },
    )


def stage_edit(request: PageRequest, pk: int) -> HttpResponse:
    """Rename, reorder or retire a stage, or change what it asks."""
    obj = fetch(queries.stages(request.reader), pk=pk)
    require(rules.may_keep_kit(obj.owner_id, request.reader))
    siblings = queries.stages(request.reader).filter(owner=obj.owner_id)
    return form_page(
        request,
        forms.StageForm,
        act=lambda data: actions.change_stage(obj, by=request.reader, **data),
        title=_("Change “%(name)s”") % {"name": obj},
        submit=_("Save"),
        cancel=obj.get_absolute_url(),
        kwargs={
            "reader": request.reader,
            "obj": obj,
            "siblings": list(siblings.order_by("position", "pk")),
            "templates": _templates_of(request, obj.owner),
        },
    )


def _templates_of(request: PageRequest, owner: Organisation) -> Any:
    return queries.templates(request.reader).filter(owner=owner).order_by("position", "pk")


def _own_workspace(request: PageRequest) -> Organisation:
    """The organisation the reader works in now; refuses those who are no managers there."""
    owner = workspaces(request.reader).filter(pk=request.reader.workspace_id or 0).first()
    if owner is None:
        raise Invalid(_("Choose an organisation to work in first."))
    require(rules.may_keep_kit(owner.pk, request.reader))
    return owner


def item_add(request: PageRequest, pk: int) -> HttpResponse:
    """Add an item to the checklist of a stage."""
    obj = fetch(queries.stages(request.reader), pk=pk)
    return _add_part(
        request, obj, forms.ItemForm, actions.add_item, list(obj.items.all()), _("Add an item")
    )


def item_edit(request: PageRequest, pk: int) -> HttpResponse:
    """Change or retire an item of a checklist."""
    item = fetch(queries.items(request.reader), pk=pk)
    siblings = list(queries.items(request.reader).filter(stage=item.stage_id))
    return _edit_part(request, item, item.stage, forms.ItemForm, actions.change_item, siblings)


def form_ask(request: PageRequest, pk: int) -> HttpResponse:
    """Ask for a form at a stage."""
    obj = fetch(queries.stages(request.reader), pk=pk)
    require(rules.may_keep_kit(obj.owner_id, request.reader))
    return form_page(
        request,
        forms.AskForm,
        act=lambda data: actions.ask_form(obj, by=request.reader, **without_version(data)),
        then=obj.get_absolute_url(),
        title=_("Ask for a form"),
        about=obj,
        submit=_("Add"),
        cancel=obj.get_absolute_url(),
        lead=_("A project passes once the form is answered about it."),
        kwargs={"reader": request.reader},
    )


def asked_form_edit(request: PageRequest, pk: int) -> HttpResponse:
    """Change what is asked of the answers to a form, or retire it."""
    asked = fetch(queries.asked_forms(request.reader), pk=pk)
    require(rules.may_keep_kit(asked.stage.owner_id, request.reader))
    return form_page(
        request,
        forms.AskedFormEditForm,
        act=lambda data: actions.change_asked_form(asked, by=request.reader, **data),
        then=asked.stage.get_absolute_url(),
        title=_("Change “%(name)s”") % {"name": asked},
        about=asked.stage,
        submit=_("Save"),
        cancel=asked.stage.get_absolute_url(),
        kwargs={"reader": request.reader, "obj": asked},
    )


def template_list(request: PageRequest) -> HttpResponse:
    """Templates of the reader's organisations."""
    return list_page(
        request,
        listings.TEMPLATES,
        queries.templates(request.reader),
        title=_("Templates of papers"),
        lead=_("What papers of your organisation are made of: sections with guidance."),
        **_first_button(request, "design:template_add", _("Add a template")),
    )


def template(request: PageRequest, pk: int) -> HttpResponse:
    """One template with its sections."""
    obj: Any = fetch(queries.templates(request.reader), pk=pk)
    change = rules.may_keep_kit(obj.owner_id, request.reader)
    return sheet_page(
        request,
        obj,
        template="design/template.html",
        crumbs=[(_("Templates of papers"), reverse("design:template_list"))],
        lead=_("retired") if obj.is_retired else "",
        buttons=[Button(_("Change"), reverse("design:template_edit", args=[pk]), False, change)],
        facts=[
            Fact(_("What it is for"), obj.description, "multilingual"),
            Fact(_("Short name"), obj.kind),
            Fact(_("Papers"), obj.written, "number"),
            Fact(_("Belongs to"), obj.owner),
        ],
        may_change=change,
        sections=Table(
            listings.SECTIONS if change else _unlinked(listings.SECTIONS), list(obj.sections.all())
        ),
    )


def _unlinked(columns: Any) -> list[Any]:
    """The same columns for those who may not change what they lead to."""
    return [replace(column, href=None) for column in columns]


def template_add(request: PageRequest) -> HttpResponse:
    """Add a template to the organisation one works in."""
    owner = _own_workspace(request)
    return form_page(
        request,
        forms.TemplateForm,
        act=lambda data: actions.add_template(owner, by=request.reader, **without_version(data)),
        title=_("Add a template"),
        submit=_("Add"),
        cancel=reverse("design:template_list"),
        kwargs={"reader": request.reader},
    )


def template_edit(request: PageRequest, pk: int) -> HttpResponse:
    """Rename or retire a template."""
    obj = fetch(queries.templates(request.reader), pk=pk)
    require(rules.may_keep_kit(obj.owner_id, request.reader))
    return form_page(
        request,
        forms.TemplateEditForm,
        act=lambda data: actions.change_template(obj, by=request.reader, **data),
        title=_("Change “%(name)s”") % {"name": obj},
        submit=_("Save"),
        cancel=obj.get_absolute_url(),
        kwargs={"reader": request.reader, "obj": obj},
    )


def section_add(request: PageRequest, pk: int) -> HttpResponse:
    """Add a section to a template."""
    obj = fetch(queries.templates(request.reader), pk=pk)
    return _add_part(
        request,
        obj,
        forms.SectionForm,
        actions.add_section,
        list(obj.sections.all()),
        _("Add a section"),
    )


def section_edit(request: PageRequest, pk: int) -> HttpResponse:
    """Change or retire a section of a template."""
    section = fetch(queries.template_sections(request.reader), pk=pk)
    siblings = list(queries.template_sections(request.reader).filter(template=section.template_id))
    return _edit_part(
        request, section, section.template, forms.SectionForm, actions.change_section, siblings
    )


def _add_part(
    request: PageRequest,
    whole: Stage | Template,
    form: type[PageForm],
    act: Callable[..., Any],
    siblings: list[Any],
    title: str,
) -> HttpResponse:
    """A form whose row hangs on a stage or a template; ends on the page of the whole."""
    require(rules.may_keep_kit(whole.owner_id, request.reader))
    return form_page(
        request,
        form,
        act=lambda data: act(whole, by=request.reader, **without_version(data)),
        then=whole.get_absolute_url(),
        title=title,
        about=whole,
        submit=_("Add"),
        cancel=whole.get_absolute_url(),
        kwargs={"reader": request.reader, "siblings": siblings},
    )


def _edit_part(
    request: PageRequest,
    part: Any,
    whole: Stage | Template,
    form: type[PageForm],
    act: Callable[..., Any],
    siblings: list[Any],
) -> HttpResponse:
    require(rules.may_keep_kit(whole.owner_id, request.reader))
    return form_page(
        request,
        form,
        act=lambda data: act(part, by=request.reader, **data),
        then=whole.get_absolute_url(),
        title=_("Change “%(name)s”") % {"name": part},
        about=whole,
        submit=_("Save"),
        cancel=whole.get_absolute_url(),
        kwargs={"reader": request.reader, "obj": part, "siblings": siblings},
    )
