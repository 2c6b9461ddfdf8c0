"""How lists and tables of design look."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from appui.design.models import Stage, Template
from appui.design.queries import project_of
from appui.registry.listings import OWNER_FILTER, address, code_choices
from appui.ui.listing import Column, Filter, Listing

NOT_PLACED = "none"


def stage_label(stage: Stage | None) -> str:
    """The name of a stage; one that is retired says so."""
    if stage is None:
        return gettext("not placed yet")
    return gettext("%(stage)s (retired)") % {"stage": stage} if stage.is_retired else str(stage)


def stage_of(activity: Any) -> Stage | None:
    """Where a project stands; no query when the standing was joined."""
    standing = getattr(activity, "standing", None)
    return standing.stage if standing is not None else None


def days_since(moment: datetime | None, now: datetime) -> int | None:
    """Whole days from ``moment`` to ``now``."""
    return None if moment is None else max((now - moment).days, 0)


def _since(activity: Any) -> datetime | None:
    standing = getattr(activity, "standing", None)
    return standing.since if standing is not None else None


def _tone(activity: Any) -> str:
    stage = stage_of(activity)
    return "plain" if stage is None else "wait" if stage.is_retired else ""


def _stage_choices(request: Any) -> list[tuple[str, str]]:
    rows = Stage.objects.visible_to(request.reader).order_by("owner", "position", "pk")
    return [(NOT_PLACED, gettext("not placed yet")), *((str(s.pk), stage_label(s)) for s in rows)]


def _at_stage(rows: Any, value: str) -> Any:
    return rows.filter(standing=None) if value == NOT_PLACED else rows.filter(standing__stage=value)


PROJECT_STAGE = (
    Column("title", _("Project"), lambda row: row.title, "multilingual", ("title",), href=address),
    Column("reference", _("Reference"), lambda row: row.reference, order_by=("reference",)),
    Column(
        "stage",
        _("Stage"),
        lambda row: stage_label(stage_of(row)),
        "tag",
        ("standing__stage__position",),
        tone=_tone,
    ),
    Column("since", _("Since"), _since, "date", ("standing__since",)),
)
PROJECT_STATUS = Column("status", _("Status"), lambda row: row.status, "tag", ("status__code",))
PROJECT_FILTERS = (
    Filter("stage", _("Stage"), _stage_choices, _at_stage),
    Filter(
        "status",
        _("Status"),
        code_choices("ActivityStatus"),
        lambda rows, value: rows.filter(status=value),
    ),
    OWNER_FILTER,
)


def projects(now: datetime) -> Listing:
    """Projects by stage, with the days they have been there at ``now``."""
    days = Column(
        "days",
        _("Days at this stage"),
        lambda row: days_since(_since(row), now),
        "number",
        ("-standing__since",),
    )
    return Listing(
        name="projects-by-stage",
        columns=(*PROJECT_STAGE, days, PROJECT_STATUS),
        filters=PROJECT_FILTERS,
        search=("title", "reference"),
        order=("standing__stage__position", "standing__since"),
        empty=_("No project is recorded yet."),
        empty_hint=_("Describe a project, then say at which stage it stands."),
    )


STATE = Column(
    "state",
    _("State"),
    lambda row: _("retired") if row.is_retired else None,
    "tag",
    ("is_retired",),
    tone=lambda row: "plain",
)
STAGES = Listing(
    name="stages",
    columns=(
        Column("name", _("Stage"), lambda row: row.name, "multilingual", ("name",), href=address),
        Column("position", _("Order"), lambda row: row.position + 1, "number", ("position",)),
        Column("facts", _("Facts asked"), lambda row: len(row.required_facts), "number"),
        Column("papers", _("Papers asked"), lambda row: len(row.required_papers.all()), "number"),
        Column("forms", _("Forms asked"), lambda row: len(standing_forms(row)), "number"),
        Column("items", _("Checklist"), lambda row: len(asked_items(row)), "number"),
        Column("role", _("Who moves a project here"), lambda row: row.get_entry_role_display()),
        Column("projects", _("Projects"), lambda row: row.projects, "number", ("projects",)),
        Column("owner", _("Belongs to"), lambda row: row.owner, phone=False),
        STATE,
    ),
    filters=(OWNER_FILTER,),
    order=("owner", "position"),
    empty=_("Your organisation has no stages yet."),
    empty_hint=_("Start with the usual ones, then rename, reorder and retire them as you like."),
)


MOVES = (
    Column(
        "project", _("Project"), lambda row: row.activity, href=lambda row: address(row.activity)
    ),
    Column("stage", _("Stage"), lambda row: row.to_name, "multilingual"),
    Column("by", _("By whom"), lambda row: row.user_name),
    Column("on", _("On"), lambda row: row.at, "date"),
)


def asked_items(stage: Any) -> list[Any]:
    """What is on the checklist of a stage now; no query when it was fetched."""
    return [item for item in stage.items.all() if not item.is_retired]


def standing_forms(stage: Any) -> list[Any]:
    """The forms a stage asks for now; no query when it was fetched."""
    return [item for item in stage.asked_forms.all() if not item.is_retired]


ITEMS = (
    Column(
        "text",
        _("What is to be done"),
        lambda row: row.text,
        "multilingual",
        href=lambda row: reverse("design:item_edit", args=[row.pk]),
    ),
    Column("required", _("Required"), lambda row: _("yes") if row.is_required else _("no")),
    STATE,
)
ASKED_FORMS = (
    Column(
        "form",
        _("Form"),
        lambda row: row.form.title,
        "multilingual",
        href=lambda row: row.form.get_absolute_url(),
    ),
    Column("moment", _("When"), lambda row: row.get_moment_display()),
    Column("answer", _("Its answers must be"), lambda row: row.get_answer_display()),
    Column("most_months", _("Not older than, months"), lambda row: row.most_months, "number"),
    STATE,
)
EDIT_ASKED_FORM = Column(
    "change",
    _("Change"),
    lambda _row: _("Change"),
    href=lambda row: reverse("design:asked_form_edit", args=[row.pk]),
)
TEMPLATES = Listing(
    name="paper-templates",
    columns=(
        Column(
            "title", _("Template"), lambda row: row.title, "multilingual", ("title",), href=address
        ),
        Column("kind", _("Short name"), lambda row: row.kind, order_by=("kind",), phone=False),
        Column("sections", _("Sections"), lambda row: len(row.sections.all()), "number"),
        Column("written", _("Papers"), lambda row: row.written, "number", ("written",)),
        Column("owner", _("Belongs to"), lambda row: row.owner, phone=False),
        STATE,
    ),
    filters=(OWNER_FILTER,),
    search=("title", "kind"),
    order=("owner", "position"),
    empty=_("Your organisation has no templates yet."),
    empty_hint=_("Start with the usual ones, then change them as you like."),
)
SECTIONS = (
    Column(
        "title",
        _("Section"),
        lambda row: row.title,
        "multilingual",
        href=lambda row: reverse("design:section_edit", args=[row.pk]),
    ),
    Column("guidance", _("Guidance"), lambda row: row.guidance, "multilingual"),
    Column("words", _("Expected length, words"), lambda row: row.expected_words, "number"),
    STATE,
)


def _template_choices(request: Any) -> list[tuple[str, str]]:
    rows = Template.objects.visible_to(request.reader).order_by("owner", "position", "pk")
    return [(str(row.pk), str(row)) for row in rows]


PAPERS = Listing(
    name="papers",
    columns=(
        Column("title", _("Paper"), lambda row: row.shown_title, order_by=("title",), href=address),
        Column("template", _("Template"), lambda row: row.template),
        Column(
            "project",
            _("Project"),
            lambda row: getattr(project_of(row), "title", None),
            "multilingual",
            ("activity__title",),
        ),
        Column(
            "language",
            _("Language"),
            lambda row: row.get_language_display(),
            order_by=("language",),
            phone=False,
        ),
        Column(
            "version",
            _("Published version"),
            lambda row: row.last_version or _("draft only"),
            "tag",
            ("last_version",),
            tone=lambda row: "" if row.last_version else "plain",
        ),
        Column(
            "comments", _("Open comments"), lambda row: row.open_comments, "number", phone=False
        ),
        Column("changed", _("Changed"), lambda row: row.updated_at, "date", ("updated_at",)),
    ),
    filters=(
        Filter(
            "template",
            _("Template"),
            _template_choices,
            lambda rows, value: rows.filter(template=value),
        ),
        OWNER_FILTER,
    ),
    search=("title", "activity__title", "activity__reference"),
    order=("-updated_at",),
    empty=_("No paper is written yet."),
    empty_hint=_("Papers are begun on the page of a project."),
)
PAPERS_OF_PROJECT = tuple(
    column for column in PAPERS.columns if column.key in ("title", "template", "version", "changed")
)
