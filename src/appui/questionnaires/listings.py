"""How lists and tables of questionnaires look."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from appui.questionnaires import answering
from appui.questionnaires.models import (
    Consultation,
    Form,
    FormVersion,
    PriorityState,
    Purpose,
    Question,
    QuestionKind,
    ResponseStatus,
    Urgency,
    VersionStatus,
)
from appui.registry.listings import OWNER_FILTER, address, visibility_column
from appui.registry.models import Location
from appui.ui.context import reader_of
from appui.ui.listing import Column, Filter, Kind, Listing

VERSION_TONES: dict[str, str] = {
    VersionStatus.DRAFT: "wait",
    VersionStatus.PUBLISHED: "",
    VersionStatus.SUPERSEDED: "plain",
}
RESPONSE_TONES: dict[str, str] = {ResponseStatus.DRAFT: "wait", ResponseStatus.SUBMITTED: ""}
STATE_TONES: dict[str, str] = {
    PriorityState.OPEN: "wait",
    PriorityState.PLANNED: "",
    PriorityState.DONE: "plain",
    PriorityState.DROPPED: "plain",
}
URGENCY_TONES: dict[str, str] = {Urgency.HIGH: "late", Urgency.MEDIUM: "wait", Urgency.LOW: "plain"}


def _state_of(form: Any) -> str:
    """The status of the version that counts: the published one, else the draft."""
    return str(_leading(form).get_status_display())


def _leading(form: Any) -> Any:
    found = {version.status: version for version in form.versions.all()}
    return found.get(VersionStatus.PUBLISHED) or form.versions.all()[0]


FORMS = Listing(
    name="forms",
    columns=(
        Column("title", _("Form"), lambda row: row.title, "multilingual", ("title",), href=address),
        Column("reference", _("Reference"), lambda row: row.reference, order_by=("reference",)),
        Column(
            "purpose", _("Purpose"), lambda row: row.get_purpose_display(), order_by=("purpose",)
        ),
        Column("version", _("Version"), lambda row: _leading(row).number, "number"),
        Column(
            "status",
            _("Status"),
            _state_of,
            "tag",
            tone=lambda row: VERSION_TONES[_leading(row).status],
        ),
        Column("answered", _("Responses"), lambda row: row.answered, "number", ("answered",)),
        visibility_column(),
    ),
    filters=(
        Filter(
            "purpose",
            _("Purpose"),
            lambda _request: Purpose.choices,
            lambda rows, value: rows.filter(purpose=value),
        ),
        OWNER_FILTER,
    ),
    search=("title", "summary", "reference"),
    order=("-updated_at",),
    empty=_("No form is written yet."),
    empty_hint=_("Write the questions once, publish them, and fill them in as often as you like."),
)


def _form_choices(request: HttpRequest) -> list[tuple[str, str]]:
    visible = Form.objects.visible_to(reader_of(request))
    return [(str(form.pk), str(form)) for form in visible]


RESPONSE_COLUMNS = (
    Column(
        "about",
        _("About"),
        lambda row: row.about_shown,
        "multilingual",
        ("about_label",),
        href=address,
    ),
    Column("form", _("Form"), lambda row: row.form_version.shown_title, "multilingual"),
    Column("version", _("Version"), lambda row: row.form_version.number, "number", phone=False),
    Column("made_on", _("Date of the answers"), lambda row: row.made_on, "date", ("made_on",)),
    Column("score", _("Score"), lambda row: row.score, "number", ("score",)),
    Column(
        "status",
        _("Status"),
        lambda row: row.get_status_display(),
        "tag",
        ("status",),
        tone=lambda row: RESPONSE_TONES[row.status],
    ),
)
RESPONSES = Listing(
    name="responses",
    columns=(*RESPONSE_COLUMNS, visibility_column()),
    filters=(
        Filter(
            "form",
            _("Form"),
            _form_choices,
            lambda rows, value: rows.filter(form_version__form=value),
        ),
        Filter(
            "status",
            _("Status"),
            lambda _request: ResponseStatus.choices,
            lambda rows, value: rows.filter(status=value),
        ),
        OWNER_FILTER,
    ),
    search=("about_label", "form_version__form__title", "answered_by", "note"),
    order=("-made_on",),
    empty=_("No form is filled in yet."),
    empty_hint=_("Open a published form and fill it in about an organisation or a place."),
)


def answers_listing(version: FormVersion, questions: Sequence[Question]) -> Listing:
    """The responses to one version, with a column for each of ``questions``."""
    named = (RESPONSE_COLUMNS[0], *RESPONSE_COLUMNS[2:])
    return Listing(
        name=f"answers-{version.form.reference}-{version.number}",
        columns=(*named, *map(_answer_column, questions)),
        filters=(RESPONSES.filters[1], OWNER_FILTER),
        search=("about_label", "answered_by", "note"),
        order=("-made_on",),
        empty=_("No form is filled in yet."),
    )


NUMBERS: dict[str, Kind] = {QuestionKind.NUMBER: "number", QuestionKind.AMOUNT: "money"}


def _answer_column(question: Question) -> Column:
    return Column(
        question.code,
        str(question),
        lambda row: answering.typed(question, row),
        NUMBERS.get(question.kind, "date" if question.kind == QuestionKind.DATE else "text"),
        phone=False,
    )


PRIORITIES = Listing(
    name="priorities",
    columns=(
        Column(
            "title", _("Priority"), lambda row: row.title, "multilingual", ("title",), href=address
        ),
        Column(
            "urgency",
            _("Urgency"),
            lambda row: row.get_urgency_display(),
            "tag",
            ("rank",),
            tone=lambda row: URGENCY_TONES[row.urgency],
        ),
        Column("about", _("About"), lambda row: row.response.about_shown, "multilingual"),
        Column("owner", _("Belongs to"), lambda row: row.owner, phone=False),
        Column("plan", _("Item of the plan"), lambda row: row.plan_label),
        Column(
            "state",
            _("State"),
            lambda row: row.get_state_display(),
            "tag",
            ("state",),
            tone=lambda row: STATE_TONES[row.state],
        ),
    ),
    filters=(
        Filter(
            "state",
            _("State"),
            lambda _request: PriorityState.choices,
            lambda rows, value: rows.filter(state=value),
        ),
        Filter(
            "urgency",
            _("Urgency"),
            lambda _request: Urgency.choices,
            lambda rows, value: rows.filter(urgency=value),
        ),
        Filter(
            "form",
            _("Form"),
            _form_choices,
            lambda rows, value: rows.filter(response__form_version__form=value),
        ),
        OWNER_FILTER,
    ),
    search=("title", "reason", "plan_label"),
    order=("rank", "-updated_at"),
    empty=_("No priority yet."),
    empty_hint=_("Weak answers of a submitted form propose priorities."),
)


def places_of(row: Consultation) -> str:
    """The places of a consultation, by name."""
    return ", ".join(str(place) for place in row.places.all())


def _place_choices(request: HttpRequest) -> list[tuple[str, str]]:
    seen = Consultation.objects.visible_to(reader_of(request))
    used = seen.order_by().values("places")
    return [(item.code, str(item)) for item in Location.objects.filter(pk__in=used)]


CONSULTATIONS = Listing(
    name="consultations",
    columns=(
        Column(
            "title",
            _("Consultation"),
            lambda row: row.title,
            "multilingual",
            ("title",),
            href=address,
        ),
        Column("starts_on", _("Date"), lambda row: row.starts_on, "date", ("starts_on",)),
        Column("places", _("Places"), places_of),
        Column("people", _("People heard"), lambda row: row.people, "number", ("people",)),
        Column("women", _("Women"), lambda row: row.women, "number", ("women",)),
        Column("women_share", _("Share of women"), lambda row: row.women_share, "percent"),
        Column("youth", _("Young people"), lambda row: row.youth, "number", ("youth",)),
        Column("youth_share", _("Share of young people"), lambda row: row.youth_share, "percent"),
        visibility_column(),
    ),
    filters=(
        Filter(
            "place",
            _("Place"),
            _place_choices,
            lambda rows, value: rows.filter(places__code=value),
        ),
        Filter(
            "women",
            _("Women"),
            lambda _request: [("stated", _("Stated")), ("unstated", _("Not stated"))],
            lambda rows, value: rows.filter(women__isnull=value == "unstated"),
        ),
        OWNER_FILTER,
    ),
    search=("title", "asked", "said"),
    order=("-starts_on",),
    empty=_("No consultation is recorded yet."),
    empty_hint=_("Record whom you asked before deciding, and what they said."),
)


ANSWER_COLUMNS = (
    Column("question", _("Question"), lambda row: f"{row.number} {row.question}"),
    Column("answer", _("Answer"), lambda row: row.answer),
    Column("score", _("Score"), lambda row: row.score, "number"),
)
WEAK_COLUMN = Column(
    "weak",
    _("Weak"),
    lambda row: _("weak") if row.weak else None,
    "tag",
    tone=lambda _row: "late",
)
COMPARED_COLUMNS = (
    Column("question", _("Question"), lambda row: f"{row.item.number} {row.item.question}"),
    Column("before", _("Before"), lambda row: row.before),
    Column("after", _("Now"), lambda row: row.after),
    Column("change", _("Change of score"), lambda row: row.change, "number"),
)
RAISED_COLUMNS = (PRIORITIES.columns[0], PRIORITIES.columns[1], PRIORITIES.columns[5])
ABOUT_COLUMNS = (
    Column(
        "form", _("Form"), lambda row: row.form_version.shown_title, "multilingual", href=address
    ),
    *RESPONSE_COLUMNS[3:],
)
HEARD_COLUMNS = CONSULTATIONS.columns[:2] + CONSULTATIONS.columns[3:6]
