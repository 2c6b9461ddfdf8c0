"""How lists and tables of strategies, plans and mandates look."""

from dataclasses import replace
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from appui.accounts.models import User
from appui.kernel.multilingual import localise
from appui.portfolio.listings import STATUS
from appui.registry.listings import OWNER_FILTER, address, visibility_column
from appui.registry.models import Person
from appui.strategies.models import (
    OPEN_WORK,
    ExpertRequest,
    ItemKind,
    Plan,
    ProgressState,
    RequestState,
    Standing,
)
from appui.strategies.queries import OpenWork
from appui.ui import formats
from appui.ui.context import reader_of
from appui.ui.listing import Column, Filter, Listing

STANDING_TONES: dict[str, str] = {
    Standing.DRAFT: "wait",
    Standing.APPROVED: "",
    Standing.SUPERSEDED: "plain",
}
PROGRESS_TONES: dict[str, str] = {
    ProgressState.PLANNED: "plain",
    ProgressState.UNDER_WAY: "wait",
    ProgressState.DONE: "",
    ProgressState.DROPPED: "plain",
}
REQUEST_TONES: dict[str, str] = {
    RequestState.ASKED: "wait",
    RequestState.AGREED: "wait",
    RequestState.MANDATED: "",
    RequestState.CLOSED: "plain",
    RequestState.REFUSED: "late",
}


def is_late(row: Any) -> bool:
    """Whether an open action or item of a plan is past its day."""
    past = row.due_on is not None and row.due_on < timezone.localdate()
    return bool(past and row.progress in OPEN_WORK)


def progress(row: Any) -> str:
    """How far it is, and whether it is late."""
    label = ProgressState(row.progress).label
    return str(_("%(state)s, late") % {"state": label}) if is_late(row) else str(label)


def next_state(row: Any) -> str:
    """What one most likely has to report."""
    begun = row.progress == ProgressState.PLANNED
    return ProgressState.UNDER_WAY if begun else str(row.progress)


def progress_tone(row: Any) -> str:
    """How the state looks."""
    return "late" if is_late(row) else PROGRESS_TONES[row.progress]


def indicator(row: Any) -> str:
    """“Donors met · 12 (organisation)”, as much of it as is stated."""
    told = localise(row.indicator).text
    if row.indicator_target is None:
        return told
    return f"{told} · {formats.number(row.indicator_target)} ({row.indicator_unit})"


STATE_FILTER = Filter(
    "state",
    _("State"),
    lambda _request: Standing.choices,
    lambda rows, value: rows.filter(state=value),
)
STATE = Column(
    "state",
    _("State"),
    lambda row: row.get_state_display(),
    "tag",
    ("state",),
    tone=lambda row: STANDING_TONES[row.state],
)
STRATEGIES = Listing(
    name="strategies",
    columns=(
        Column(
            "title", _("Strategy"), lambda row: row.title, "multilingual", ("title",), href=address
        ),
        Column("reference", _("Reference"), lambda row: row.reference, order_by=("reference",)),
        Column("edition", _("Version"), lambda row: row.edition, "number", ("edition",)),
        Column("years", _("Years"), lambda row: row.years, order_by=("year_from", "year_to")),
        Column("actions", _("Actions"), lambda row: row.actions, "number", ("actions",)),
        STATE,
        Column(
            "approved_on", _("Approved on"), lambda row: row.approved_on, "date", ("approved_on",)
        ),
        visibility_column(),
    ),
    filters=(STATE_FILTER, OWNER_FILTER),
    search=("title", "summary", "reference"),
    order=("reference", "-edition"),
    empty=_("No strategy is recorded yet."),
    empty_hint=_("Begin with a draft: its objectives, their axes, and the actions under them."),
)
VERSIONS = (
    Column("edition", _("Version"), lambda row: row.edition, "number", href=address),
    Column(
        "state",
        _("State"),
        lambda row: row.get_state_display(),
        "tag",
        tone=lambda row: STANDING_TONES[row.state],
    ),
    Column("approved_on", _("Approved on"), lambda row: row.approved_on, "date"),
    Column("approved_by", _("Approved by"), lambda row: row.approved_by),
    Column(
        "compare",
        _("Differences"),
        lambda row: (
            _("from version %(number)d") % {"number": row.edition - 1} if row.edition > 1 else ""
        ),
        href=lambda row: reverse("strategies:compare", args=[row.pk]) if row.edition > 1 else "",
    ),
)

TITLE = Column("title", _("Action"), lambda row: row.title, "multilingual", ("title",), address)
WORK = (
    Column("who", _("Responsible"), lambda row: row.who),
    Column("due_on", _("Due on"), lambda row: row.due_on, "date", ("due_on",)),
    Column("cost", _("Cost"), lambda row: row.price, "money", ("currency", "cost")),
    Column("indicator", _("Indicator"), indicator, phone=False),
    Column("progress", _("State"), progress, "tag", ("progress",), tone=progress_tone),
)
ACTIONS = (TITLE, *(column for column in WORK if column.key != "indicator"))
PRINTED = (TITLE, *WORK)


def _above(row: Any) -> str:
    return str(row.parent or "")


PROGRESS_FILTER = Filter(
    "progress",
    _("State"),
    lambda _request: ProgressState.choices,
    lambda rows, value: rows.filter(progress=value),
)
ITEMS = Listing(
    name="strategy-items",
    columns=(
        Column("title", _("Item"), lambda row: row.title, "multilingual", ("title",), address),
        Column("kind", _("Kind"), lambda row: row.get_kind_display(), order_by=("kind",)),
        Column("above", _("Stands under"), _above, phone=False),
        *WORK,
    ),
    filters=(
        Filter(
            "kind",
            _("Kind"),
            lambda _request: ItemKind.choices,
            lambda rows, value: rows.filter(kind=value),
        ),
        PROGRESS_FILTER,
    ),
    search=("title", "description"),
    order=("kind", "position"),
    empty=_("The strategy has no objective yet."),
    empty_hint=_("Add an objective on the page of the strategy."),
    page_size=200,
)

PLANS = Listing(
    name="work-plans",
    columns=(
        Column("plan", _("Work plan"), str, href=address),
        Column("year", _("Year"), lambda row: row.year, "year", ("year",)),
        Column(
            "count",
            pgettext_lazy("of a plan", "Items"),
            lambda row: row.count,
            "number",
            ("count",),
        ),
        STATE,
        Column(
            "approved_on", _("Approved on"), lambda row: row.approved_on, "date", ("approved_on",)
        ),
        visibility_column(),
    ),
    filters=(
        Filter(
            "state",
            _("State"),
            lambda _request: [pair for pair in Standing.choices if pair[0] != "superseded"],
            lambda rows, value: rows.filter(state=value),
        ),
        OWNER_FILTER,
    ),
    search=("strategy__title", "strategy__reference"),
    order=("-year",),
    empty=_("No work plan yet."),
    empty_hint=_("Derive the plan of a year from an approved strategy."),
)


def _people_of(plan: Plan) -> Any:
    """Whoever is responsible for an item: colleagues as “u7”, contacts as “p7”."""

    def choices(request: HttpRequest) -> list[tuple[str, str]]:
        users = User.objects.filter(pk__in=plan.items.values("responsible")).order_by("pk")
        people = Person.objects.visible_to(reader_of(request))
        contacts = people.filter(pk__in=plan.items.values("person"))
        return [
            *((f"u{user.pk}", str(user)) for user in users),
            *((f"p{person.pk}", str(person)) for person in contacts),
            ("nobody", str(_("Nobody"))),
        ]

    return choices


def _of_person(rows: Any, value: str) -> Any:
    if value == "nobody":
        return rows.filter(responsible=None, person=None)
    key = int(value[1:])
    return rows.filter(Q(responsible=key) if value.startswith("u") else Q(person=key))


def _serves(row: Any) -> str:
    return str(row.item or "")


def plan_items(plan: Plan) -> Listing:
    """The items of one plan, narrowed by person, state and quarter."""
    return Listing(
        name=f"work-plan-{plan.year}",
        columns=(
            Column("title", _("To do"), lambda row: row.title, "multilingual", ("title",), address),
            *WORK,
            Column(
                "item",
                _("Action of the strategy"),
                _serves,
                href=lambda row: row.item.get_absolute_url() if row.item else "",
                phone=False,
            ),
            Column(
                "activity",
                _("Project"),
                lambda row: str(row.activity or ""),
                href=lambda row: row.activity.get_absolute_url() if row.activity else "",
                phone=False,
            ),
        ),
        filters=(
            Filter("person", _("Responsible"), _people_of(plan), _of_person),
            PROGRESS_FILTER,
            Filter(
                "quarter",
                _("Quarter"),
                lambda _request: [(str(n), _("Quarter %(n)d") % {"n": n}) for n in range(1, 5)],
                lambda rows, value: rows.filter(due_on__quarter=int(value)),
            ),
        ),
        search=("title", "description"),
        order=("due_on",),
        empty=_("The plan is empty."),
        empty_hint=_("Derive it from the strategy, or add an item."),
    )


UNTRACED = Listing(
    name="untraced-projects",
    columns=(
        Column(
            "title", _("Project"), lambda row: row.title, "multilingual", ("title",), href=address
        ),
        Column("reference", _("Reference"), lambda row: row.reference, order_by=("reference",)),
        STATUS,
        Column(
            "trace",
            _("Trace"),
            lambda _row: _("Say what it serves"),
            href=lambda row: reverse("strategies:trace_add", args=[row.pk]),
        ),
    ),
    filters=(OWNER_FILTER,),
    search=("title", "reference"),
    order=("reference",),
    empty=_("Every project is traced to a strategy."),
    empty_hint=_("New projects appear here until somebody says which item they serve."),
)


def _expert(row: ExpertRequest) -> str:
    mandate = getattr(row, "mandate", None)
    return mandate.expert if mandate else ""


def _delivered(row: Any) -> str:
    if not row.due:
        return ""
    return str(_("%(done)d of %(all)d") % {"done": row.delivered, "all": row.due})


REQUESTS = Listing(
    name="expert-mandates",
    columns=(
        Column(
            "subject",
            _("Subject"),
            lambda row: row.subject,
            "multilingual",
            ("subject",),
            href=address,
        ),
        Column("reference", _("Reference"), lambda row: row.reference, order_by=("reference",)),
        Column("asked_by", _("Who asks"), lambda row: row.asked_by, phone=False),
        Column("expert", _("Expert"), _expert),
        Column(
            "state",
            _("State"),
            lambda row: row.get_state_display(),
            "tag",
            ("state",),
            tone=lambda row: REQUEST_TONES[row.state],
        ),
        Column("delivered", _("Delivered"), _delivered, order_by=("delivered",)),
        Column("late", _("Late"), lambda row: row.late or None, "number", ("late",)),
        visibility_column(),
    ),
    filters=(
        Filter(
            "state",
            _("State"),
            lambda _request: RequestState.choices,
            lambda rows, value: rows.filter(state=value),
        ),
        OWNER_FILTER,
    ),
    search=("subject", "description", "reference"),
    order=("-created_at",),
    empty=_("No expert is asked for yet."),
    empty_hint=_("Ask for one: the subject, for when, and the terms of reference."),
)


def deliverable_state(row: Any) -> str:
    """Delivered, late or awaited."""
    if row.delivered_on is not None:
        return str(_("Delivered"))
    return str(_("Late") if _is_overdue(row) else _("Awaited"))


def _is_overdue(row: Any) -> bool:
    return row.due_on is not None and row.due_on < timezone.localdate()


def _deliverable_tone(row: Any) -> str:
    if row.delivered_on is not None:
        return ""
    return "late" if _is_overdue(row) else "plain"


def _ended_in(row: Any) -> str:
    return str(row.document or row.event or "")


READ_DELIVERABLE = Column("title", _("Deliverable"), lambda row: row.title, "multilingual")
EDITABLE_DELIVERABLE = replace(
    READ_DELIVERABLE, href=lambda row: reverse("strategies:deliverable_edit", args=[row.pk])
)
DELIVERABLES = (
    Column("form", _("Ends in"), lambda row: row.get_form_display()),
    Column(
        "due_on",
        _("Due on"),
        lambda row: formats.day(row.due_on) if row.due_on else _("not stated"),
    ),
    Column("state", _("State"), deliverable_state, "tag", tone=_deliverable_tone),
    Column(
        "ended_in",
        _("Ended in"),
        _ended_in,
        href=lambda row: row.document.get_absolute_url() if row.document else "",
    ),
)
DELIVER = Column(
    "deliver",
    _("Deliver"),
    lambda row: _("Change") if row.delivered_on else _("Mark delivered"),
    href=lambda row: reverse("strategies:deliverable_deliver", args=[row.pk]),
)


def deliverable_columns(*, changeable: bool) -> list[Column]:
    """The columns for those who may change a deliverable, or only read it."""
    if changeable:
        return [EDITABLE_DELIVERABLE, *DELIVERABLES, DELIVER]
    return [READ_DELIVERABLE, *DELIVERABLES]


def _days_late(work: OpenWork) -> int:
    return work.days_late(timezone.localdate())


KINDS = {
    "strategyitem": _("Action of the strategy"),
    "planitem": _("Item of the work plan"),
    "deliverable": _("Deliverable of an expert"),
}
LATE = (
    Column("what", _("What"), lambda work: str(work.row), href=lambda work: address(work.row)),
    Column("kind", _("Kind"), lambda work: KINDS[work.kind]),
    Column("about", _("Of"), lambda work: work.about, phone=False),
    Column("due_on", _("Due on"), lambda work: work.due_on, "date"),
    Column("days", _("Days late"), _days_late, "number"),
)
