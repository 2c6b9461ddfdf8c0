"""Writes of an organisation's stages, checklists and templates."""

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from appui.design import rules
from appui.design.models import AskedForm, ChecklistItem, Stage, Template, TemplateSection
from appui.kernel import audit
from appui.kernel.access import Reader
from appui.kernel.errors import Invalid
from appui.kernel.models import Record
from appui.kernel.verdict import require
from appui.questionnaires.models import Form
from appui.registry.models import Organisation

# Verbs and nouns of the trail, stored in English and translated when shown.
VERBS = (
    gettext_noop("checklist item"),
    gettext_noop("checklist item added"),
    gettext_noop("checklist item changed"),
    gettext_noop("form asked for"),
    gettext_noop("form asked for added"),
    gettext_noop("form asked for changed"),
    gettext_noop("section of a template"),
    gettext_noop("section of a template added"),
    gettext_noop("section of a template changed"),
    gettext_noop("order"),
    gettext_noop("put in another place"),
)
DATA = Path(__file__).resolve().parent.parent / "data"
MOST_ROWS = 60
R = TypeVar("R", bound=Record)


class Unmoved:
    """Says that a row keeps its place."""


UNMOVED = Unmoved()
Place = Record | Unmoved | None


@transaction.atomic
def adopt(owner: Organisation, *, by: Reader) -> Stage:
    """Give an organisation a copy of the usual templates and stages; answers the first stage."""
    audit.hold(owner)
    has_kit = Stage.objects.filter(owner=owner).exists()
    require(rules.may_adopt(owner.pk, by, has_kit=has_kit))
    made = {
        entry["kind"]: _copy_template(owner, position, entry, by)
        for position, entry in enumerate(_read("templates")["template"])
    }
    stages = [
        _copy_stage(owner, position, entry, made, by)
        for position, entry in enumerate(_read("stages")["stage"])
    ]
    return stages[0]


def _read(name: str) -> dict[str, Any]:
    with (DATA / f"{name}.toml").open("rb") as stream:
        return tomllib.load(stream)


def _copy_template(
    owner: Organisation, position: int, entry: dict[str, Any], by: Reader
) -> Template:
    known = Template.objects.filter(owner=owner, kind=entry["kind"]).first()
    if known is not None:
        return known
    fields = {name: entry[name] for name in ("kind", "title", "description")}
    made = audit.create(Template(owner=owner, position=position, **fields), by=by)
    for place, section in enumerate(entry["section"]):
        part = TemplateSection(
            template=made,
            position=place,
            title=section["title"],
            guidance=section["guidance"],
            expected_words=section["words"],
        )
        audit.create(part, by=by)
    return made


def _copy_stage(
    owner: Organisation,
    position: int,
    entry: dict[str, Any],
    made: dict[str, Template],
    by: Reader,
) -> Stage:
    stage = Stage(
        owner=owner,
        position=position,
        name=entry["name"],
        entry_role=entry["entry_role"],
        required_facts=entry["facts"],
        rests_on_consultations=entry.get("consultations", False),
    )
    audit.create(stage, by=by, required_papers=[made[kind] for kind in entry["papers"]])
    for place, item in enumerate(entry.get("item", [])):
        asked = ChecklistItem(
            stage=stage, position=place, text=item["text"], is_required=item["required"]
        )
        audit.create(asked, by=by)
    return stage


@transaction.atomic
def add_stage(
    owner: Organisation,
    *,
    by: Reader,
    after: Place = UNMOVED,
    required_papers: Iterable[Template] = (),
    **fields: Any,
) -> Stage:
    """Add a stage after another; last unless told, first with None."""
    require(rules.may_keep_kit(owner.pk, by))
    papers = _own(owner.pk, required_papers)
    return _add(
        Stage(owner=owner, **fields),
        Stage.objects.filter(owner=owner),
        after,
        by,
        required_papers=papers,
    )


@transaction.atomic
def change_stage(
    stage: Stage, *, by: Reader, version: int | None = None, after: Place = UNMOVED, **fields: Any
) -> Stage:
    """Rename a stage, change what it asks, retire it, or put it in another place.

    Projects that stand there stay; their history keeps the names of then.
    """
    audit.hold(stage)
    require(rules.may_keep_kit(stage.owner_id, by))
    if "required_papers" in fields:
        fields["required_papers"] = _own(stage.owner_id, fields["required_papers"])
    audit.update(stage, by=by, version=version, **fields)
    _put_after(stage, Stage.objects.filter(owner=stage.owner_id), after, by)
    return stage


@transaction.atomic
def add_item(stage: Stage, *, by: Reader, after: Place = UNMOVED, **fields: Any) -> ChecklistItem:
    """Ask one more thing of projects that enter the stage."""
    require(rules.may_keep_kit(stage.owner_id, by))
    item = ChecklistItem(stage=stage, **fields)
    _add(item, ChecklistItem.objects.filter(stage=stage), after, by)
    audit.record(by, "checklist item added", stage, {"checklist item": [None, item.text]})
    return item


@transaction.atomic
def change_item(
    item: ChecklistItem,
    *,
    by: Reader,
    version: int | None = None,
    after: Place = UNMOVED,
    **fields: Any,
) -> ChecklistItem:
    """Change, retire or move one thing that a stage asks; who ticked it stays recorded."""
    audit.hold(item)
    require(rules.may_keep_kit(item.stage.owner_id, by))
    before, seen = dict(item.text), item.version
    if audit.update(item, by=by, version=version, **fields).version != seen:
        change = {"checklist item": [before, item.text]}
        audit.record(by, "checklist item changed", item.stage, change)
    _put_after(item, ChecklistItem.objects.filter(stage=item.stage_id), after, by)
    return item


@transaction.atomic
def ask_form(stage: Stage, *, by: Reader, form: Form, **fields: Any) -> AskedForm:
    """Ask that a form is answered about a project before it enters or leaves the stage."""
    require(rules.may_keep_kit(stage.owner_id, by))
    asked = AskedForm(stage=stage, form=form, **fields)
    audit.create(asked, by=by)
    audit.record(by, "form asked for added", stage, {"form asked for": [None, form.title]})
    return asked


@transaction.atomic
def change_asked_form(
    asked: AskedForm, *, by: Reader, version: int | None = None, **fields: Any
) -> AskedForm:
    """Change when a form is asked for, how far and how fresh its answers must be, or retire it."""
    audit.hold(asked)
    require(rules.may_keep_kit(asked.stage.owner_id, by))
    before, seen = dict(asked.form.title), asked.version
    if audit.update(asked, by=by, version=version, **fields).version != seen:
        change = {"form asked for": [before, asked.form.title]}
        audit.record(by, "form asked for changed", asked.stage, change)
    return asked


@transaction.atomic
def add_template(owner: Organisation, *, by: Reader, **fields: Any) -> Template:
    """Add a kind of paper."""
    require(rules.may_keep_kit(owner.pk, by))
    return _add(Template(owner=owner, **fields), Template.objects.filter(owner=owner), UNMOVED, by)


@transaction.atomic
def change_template(
    template: Template, *, by: Reader, version: int | None = None, **fields: Any
) -> Template:
    """Rename or retire a kind of paper; papers written from it stay as they are."""
    audit.hold(template)
    require(rules.may_keep_kit(template.owner_id, by))
    return audit.update(template, by=by, version=version, **fields)


@transaction.atomic
def add_section(
    template: Template, *, by: Reader, after: Place = UNMOVED, **fields: Any
) -> TemplateSection:
    """Add a section; papers that are begun do not get it."""
    require(rules.may_keep_kit(template.owner_id, by))
    section = TemplateSection(template=template, **fields)
    _add(section, TemplateSection.objects.filter(template=template), after, by)
    change = {"section of a template": [None, section.title]}
    audit.record(by, "section of a template added", template, change)
    return section


@transaction.atomic
def change_section(
    section: TemplateSection,
    *,
    by: Reader,
    version: int | None = None,
    after: Place = UNMOVED,
    **fields: Any,
) -> TemplateSection:
    """Change, retire or move a section; papers that are begun keep theirs."""
    audit.hold(section)
    require(rules.may_keep_kit(section.template.owner_id, by))
    before, seen = dict(section.title), section.version
    if audit.update(section, by=by, version=version, **fields).version != seen:
        change = {"section of a template": [before, section.title]}
        audit.record(by, "section of a template changed", section.template, change)
    _put_after(section, TemplateSection.objects.filter(template=section.template_id), after, by)
    return section


def _own(owner_id: int, papers: Iterable[Template]) -> list[Template]:
    """The templates, when all are of that organisation."""
    found = list(papers)
    strange = [str(paper) for paper in found if paper.owner_id != owner_id]
    if strange:
        text = _("Not templates of this organisation: %(names)s.") % {"names": ", ".join(strange)}
        raise Invalid(text, {"required_papers": text})
    return found


def _add(obj: R, siblings: QuerySet[R], after: Place, by: Reader, **many: Any) -> R:
    """Insert a row at the end, then put it in its place."""
    row: Any = obj
    row.position = siblings.count()
    if siblings.filter(is_retired=False).count() >= MOST_ROWS:
        raise Invalid(_("There are %(count)d already: retire some.") % {"count": MOST_ROWS})
    audit.create(obj, by=by, **many)
    _put_after(obj, siblings, after, by)
    return obj


def _put_after(obj: R, siblings: QuerySet[R], after: Place, by: Reader) -> None:
    """Number ``siblings`` anew with ``obj`` after ``after``; a line in the trail if it moved."""
    if isinstance(after, Unmoved):
        return
    standing: list[Any] = list(siblings.select_for_update().order_by("position", "pk"))
    others = [row for row in standing if row.pk != obj.pk]
    place = (
        0
        if after is None
        else 1
        + next((index for index, row in enumerate(others) if row.pk == after.pk), len(others) - 1)
    )
    wanted: list[Any] = [*others[:place], obj, *others[place:]]
    moved = [row.pk for row in standing] != [row.pk for row in wanted]
    for position, row in enumerate(wanted):
        row.position = position
    siblings.model._default_manager.bulk_update(wanted, ["position"])
    if moved:
        order = [", ".join(map(str, rows)) for rows in (standing, wanted)]
        audit.record(by, "put in another place", obj, {"order": order})
