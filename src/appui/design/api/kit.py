"""Stages, checklists and templates over the API."""

from typing import Annotated, Any

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Field, Router, Schema, Status
from ninja.pagination import paginate

from appui.design import actions, queries
from appui.design.models import (
    AnswerAsked,
    AskedForm,
    ChecklistItem,
    Moment,
    Stage,
    Template,
    TemplateSection,
)
from appui.design.models.stages import MOST_MONTHS
from appui.design.models.templates import MOST_WORDS
from appui.kernel.api import PROBLEMS, Id, Key, Paged, fetch, pick, pick_all, reader_of, write_once
from appui.kernel.errors import Invalid
from appui.questionnaires.queries import forms as forms_of
from appui.registry.models import Organisation

router = Router()
Line = Annotated[str, Field(pattern=r"^[^\x00]*$", max_length=2000)]
Words = dict[str, Line]
FIRST = 0
ENTRY_ROLES = r"^(editor|finance|manager|administrator)$"
Changes = dict[str, Any]


class ChecklistItemOut(Schema):
    """Something that is ticked before a project enters the stage."""

    id: int
    version: int
    text: dict[str, str]
    is_required: bool
    is_retired: bool
    position: int


class AskedFormOut(Schema):
    """A form that is answered about a project before it enters or leaves a stage."""

    id: int
    version: int
    stage_id: int
    form_id: int
    moment: str
    answer: str
    most_months: int | None
    is_retired: bool


class AskedFormIn(Schema):
    """A form to ask for; ``most_months`` is how old its answers may be, null for any age."""

    form_id: Key
    moment: Moment = Moment.ENTER
    answer: AnswerAsked = AnswerAsked.SUBMITTED
    most_months: int | None = Field(None, ge=1, le=MOST_MONTHS)


class AskedFormChange(Schema):
    """What changes of a form that is asked for; what is left out stays."""

    version: int | None = None
    moment: Moment | None = None
    answer: AnswerAsked | None = None
    most_months: int | None = Field(None, ge=1, le=MOST_MONTHS)
    is_retired: bool | None = None


class StageOut(Schema):
    """A stage of one organisation and what it asks of projects that enter it."""

    id: int
    version: int
    owner_id: int
    name: dict[str, str]
    position: int
    is_retired: bool
    entry_role: str
    rests_on_consultations: bool
    required_facts: list[str]
    required_paper_ids: list[int]
    items: list[ChecklistItemOut]
    asked_forms: list[AskedFormOut]
    projects: int

    @staticmethod
    def resolve_required_paper_ids(stage: Stage) -> list[int]:
        return [paper.pk for paper in stage.required_papers.all()]


class DesignKitIn(Schema):
    """Which organisation starts with the usual stages and templates."""

    owner_id: Key


class StageIn(Schema):
    """A new stage; ``after_id`` 0 makes it the first, null the last."""

    owner_id: Key
    name: Words
    entry_role: str = Field("editor", pattern=ENTRY_ROLES)
    rests_on_consultations: bool = False
    required_facts: list[Line] = Field([], max_length=40)
    required_paper_ids: list[Key] = Field([], max_length=40)
    after_id: int | None = Field(None, ge=0, le=2**63 - 1)


class StageChange(Schema):
    """What changes of a stage; what is left out or null stays."""

    version: int | None = None
    name: Words | None = None
    entry_role: str | None = Field(None, pattern=ENTRY_ROLES)
    rests_on_consultations: bool | None = None
    required_facts: list[Line] | None = Field(None, max_length=40)
    required_paper_ids: list[Key] | None = Field(None, max_length=40)
    is_retired: bool | None = None
    after_id: int | None = Field(None, ge=0, le=2**63 - 1)


class ChecklistItemIn(Schema):
    """A new item of a checklist."""

    text: Words
    is_required: bool = True
    after_id: int | None = Field(None, ge=0, le=2**63 - 1)


class ChecklistItemChange(Schema):
    """What changes of an item; what is left out or null stays."""

    version: int | None = None
    text: Words | None = None
    is_required: bool | None = None
    is_retired: bool | None = None
    after_id: int | None = Field(None, ge=0, le=2**63 - 1)


class TemplateSectionOut(Schema):
    """A section that new papers get."""

    id: int
    version: int
    title: dict[str, str]
    guidance: dict[str, str]
    expected_words: int | None
    is_retired: bool
    position: int


class PaperTemplateOut(Schema):
    """A kind of paper of one organisation."""

    id: int
    version: int
    owner_id: int
    kind: str
    title: dict[str, str]
    description: dict[str, str]
    is_retired: bool
    sections: list[TemplateSectionOut]


class PaperTemplateIn(Schema):
    """A new kind of paper."""

    owner_id: Key
    kind: str = Field(min_length=1, max_length=60, pattern=r"^[-a-zA-Z0-9_]+$")
    title: Words
    description: Words = {}


class PaperTemplateChange(Schema):
    """What changes of a template; what is left out or null stays."""

    version: int | None = None
    title: Words | None = None
    description: Words | None = None
    is_retired: bool | None = None


class TemplateSectionIn(Schema):
    """A new section of a template."""

    title: Words
    guidance: Words = {}
    expected_words: int | None = Field(None, ge=1, le=MOST_WORDS)
    after_id: int | None = Field(None, ge=0, le=2**63 - 1)


class TemplateSectionChange(Schema):
    """What changes of a section; what is left out or null stays."""

    version: int | None = None
    title: Words | None = None
    guidance: Words | None = None
    expected_words: int | None = Field(None, ge=1, le=MOST_WORDS)
    is_retired: bool | None = None
    after_id: int | None = Field(None, ge=0, le=2**63 - 1)


@router.post("/design-kits", response={201: StageOut, **PROBLEMS})
def adopt_design_kit(request: HttpRequest, body: DesignKitIn) -> Status[Stage]:
    """Start with the usual stages and templates; answers the first stage."""
    rows = queries.stages(reader_of(request))

    def act() -> Stage:
        made = actions.adopt(_owner(body.owner_id), by=reader_of(request))
        return fetch(rows, made.pk)

    return Status(201, write_once(request, body, rows, act))


@router.get("/stages", response={200: list[StageOut], **PROBLEMS})
@paginate(Paged)
def list_stages(request: HttpRequest) -> QuerySet[Stage]:
    """Stages of the caller's organisations."""
    return queries.stages(reader_of(request))


@router.get("/stages/{pk}", response={200: StageOut, **PROBLEMS})
def get_stage(request: HttpRequest, pk: Id) -> Stage:
    """One stage."""
    return fetch(queries.stages(reader_of(request)), pk)


@router.post("/stages", response={201: StageOut, **PROBLEMS})
def add_stage(request: HttpRequest, body: StageIn) -> Status[Stage]:
    """Add a stage."""
    rows = queries.stages(reader_of(request))

    def act() -> Stage:
        fields = _changes(body, rows, {"owner_id"})
        _with_papers(request, fields)
        made = actions.add_stage(_owner(body.owner_id), by=reader_of(request), **fields)
        return fetch(rows, made.pk)

    return Status(201, write_once(request, body, rows, act))


@router.patch("/stages/{pk}", response={200: StageOut, **PROBLEMS})
def change_stage(request: HttpRequest, pk: Id, body: StageChange) -> Stage:
    """Rename, reorder or retire a stage, or change what it asks."""
    rows = queries.stages(reader_of(request))
    stage = fetch(rows, pk)

    def act() -> Stage:
        fields = _changes(body, rows.filter(owner=stage.owner_id))
        _with_papers(request, fields)
        actions.change_stage(stage, by=reader_of(request), **fields)
        return fetch(rows, pk)

    return write_once(request, body, rows, act)


@router.post("/stages/{pk}/forms", response={201: AskedFormOut, **PROBLEMS})
def ask_form(request: HttpRequest, pk: Id, body: AskedFormIn) -> Status[AskedForm]:
    """Ask for a form at a stage."""
    reader = reader_of(request)
    stage = fetch(queries.stages(reader), pk)
    rows = queries.asked_forms(reader).filter(stage=stage)
    fields = body.model_dump(exclude={"form_id"})

    def act() -> AskedForm:
        form = pick(forms_of(reader), body.form_id, "form_id")
        return actions.ask_form(stage, by=reader, form=form, **fields)  # type: ignore[arg-type]  # pick gives None for None only

    return Status(201, write_once(request, body, rows, act))


@router.patch("/asked-forms/{pk}", response={200: AskedFormOut, **PROBLEMS})
def change_asked_form(request: HttpRequest, pk: Id, body: AskedFormChange) -> AskedForm:
    """Change when a form is asked for and what its answers must be, or retire it."""
    rows = queries.asked_forms(reader_of(request))
    asked = fetch(rows, pk)
    fields = body.model_dump(exclude_unset=True)
    return write_once(
        request,
        body,
        rows,
        lambda: actions.change_asked_form(asked, by=reader_of(request), **fields),
    )


@router.post("/stages/{pk}/checklist", response={201: ChecklistItemOut, **PROBLEMS})
def add_checklist_item(
    request: HttpRequest, pk: Id, body: ChecklistItemIn
) -> Status[ChecklistItem]:
    """Add an item to the checklist of a stage."""
    stage = fetch(queries.stages(reader_of(request)), pk)
    rows = queries.items(reader_of(request)).filter(stage=stage)

    def act() -> ChecklistItem:
        return actions.add_item(stage, by=reader_of(request), **_changes(body, rows))

    return Status(201, write_once(request, body, rows, act))


@router.patch("/checklist-items/{pk}", response={200: ChecklistItemOut, **PROBLEMS})
def change_checklist_item(request: HttpRequest, pk: Id, body: ChecklistItemChange) -> ChecklistItem:
    """Change, reorder or retire an item."""
    rows = queries.items(reader_of(request))
    item = fetch(rows, pk)
    siblings = rows.filter(stage=item.stage_id)
    return write_once(
        request,
        body,
        rows,
        lambda: actions.change_item(item, by=reader_of(request), **_changes(body, siblings)),
    )


@router.get("/paper-templates", response={200: list[PaperTemplateOut], **PROBLEMS})
@paginate(Paged)
def list_paper_templates(request: HttpRequest) -> QuerySet[Template]:
    """Templates of the caller's organisations."""
    return queries.templates(reader_of(request))


@router.post("/paper-templates", response={201: PaperTemplateOut, **PROBLEMS})
def add_paper_template(request: HttpRequest, body: PaperTemplateIn) -> Status[Template]:
    """Add a kind of paper."""
    fields = body.model_dump(exclude={"owner_id"})
    return Status(
        201,
        write_once(
            request,
            body,
            queries.templates(reader_of(request)),
            lambda: actions.add_template(_owner(body.owner_id), by=reader_of(request), **fields),
        ),
    )


@router.get("/paper-templates/{pk}", response={200: PaperTemplateOut, **PROBLEMS})
def get_paper_template(request: HttpRequest, pk: Id) -> Template:
    """One template."""
    return fetch(queries.templates(reader_of(request)), pk)


@router.patch("/paper-templates/{pk}", response={200: PaperTemplateOut, **PROBLEMS})
def change_paper_template(request: HttpRequest, pk: Id, body: PaperTemplateChange) -> Template:
    """Rename or retire a template."""
    rows = queries.templates(reader_of(request))
    template = fetch(rows, pk)
    return write_once(
        request,
        body,
        rows,
        lambda: actions.change_template(template, by=reader_of(request), **_changes(body, rows)),
    )


@router.post("/paper-templates/{pk}/sections", response={201: TemplateSectionOut, **PROBLEMS})
def add_template_section(
    request: HttpRequest, pk: Id, body: TemplateSectionIn
) -> Status[TemplateSection]:
    """Add a section to a template."""
    template = fetch(queries.templates(reader_of(request)), pk)
    rows = queries.template_sections(reader_of(request)).filter(template=template)

    def act() -> TemplateSection:
        return actions.add_section(template, by=reader_of(request), **_changes(body, rows))

    return Status(201, write_once(request, body, rows, act))


@router.patch("/template-sections/{pk}", response={200: TemplateSectionOut, **PROBLEMS})
def change_template_section(
    request: HttpRequest, pk: Id, body: TemplateSectionChange
) -> TemplateSection:
    """Change, reorder or retire a section."""
    rows = queries.template_sections(reader_of(request))
    section = fetch(rows, pk)
    siblings = rows.filter(template=section.template_id)
    return write_once(
        request,
        body,
        rows,
        lambda: actions.change_section(section, by=reader_of(request), **_changes(body, siblings)),
    )


def _changes(body: Schema, siblings: QuerySet[Any], without: set[str] | None = None) -> Changes:
    """What a body says, with ``after_id`` as the row itself; null says nothing."""
    fields = body.model_dump(exclude={"after_id", *(without or ())}, exclude_none=True)
    after = getattr(body, "after_id", None)
    if after is not None:
        fields["after"] = None if after == FIRST else pick(siblings, after, "after_id")
    return fields


def _with_papers(request: HttpRequest, fields: Changes) -> None:
    """Turn ``required_paper_ids`` into the templates; raises ``Invalid``."""
    keys = fields.pop("required_paper_ids", None)
    if keys is None:
        return
    rows = queries.templates(reader_of(request))
    fields["required_papers"] = pick_all(rows, keys, "required_paper_ids")


def _owner(key: int) -> Organisation:
    found = pick(Organisation.objects.filter(is_workspace=True), key, "owner_id")
    if found is None:
        raise Invalid("Say which organisation.", {"owner_id": "Say which organisation."})
    return found
