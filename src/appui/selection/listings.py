"""How lists and tables of selection look."""

from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from appui.registry.listings import OWNER_FILTER, address
from appui.selection.models import Envelope, Method, Weighing
from appui.ui import formats
from appui.ui.listing import Column, Filter, Listing

TITLE = Column("title", _("Title"), lambda row: row.title, "multilingual", ("title",), href=address)


def _edit(name: str, label: Any) -> Column:
    return Column(
        name.rpartition("_")[2],
        label,
        lambda row: label,
        href=lambda row: reverse(f"selection:{name}", args=[row.pk]),
    )


def set_state(row: Any) -> Any:
    if not row.is_published:
        return _("Draft")
    return _("Replaced") if hasattr(row, "replaced_by") else _("In use")


CRITERIA_SETS = Listing(
    name="criteria",
    columns=(
        TITLE,
        Column("number", _("Version"), lambda row: row.number, "year", ("number",)),
        Column("criteria", _("Criteria"), lambda row: row.criteria_count, "number"),
        Column("weighing", _("Weights"), lambda row: row.get_weighing_display(), phone=False),
        Column(
            "state",
            _("State"),
            set_state,
            "tag",
            ("published_at",),
            tone=lambda row: "" if row.is_published else "wait",
        ),
    ),
    filters=(
        Filter(
            "weighing",
            _("How weights are found"),
            lambda _request: Weighing.choices,
            lambda rows, value: rows.filter(weighing=value),
        ),
        OWNER_FILTER,
    ),
    search=("title", "description"),
    order=("-updated_at",),
    empty=_("There are no criteria yet."),
    empty_hint=_("Say what a project is judged by, and what counts more."),
)
CRITERIA = (
    Column("title", _("Criterion"), lambda row: row.title, "multilingual"),
    Column("guidance", _("What to look at"), lambda row: row.guidance, "multilingual", phone=False),
    Column("axis", _("Side of the picture"), lambda row: row.get_axis_display(), phone=False),
    Column(
        "direction",
        _("Better is"),
        lambda row: _("less") if row.less_is_better else _("more"),
    ),
)
EDIT_CRITERION = _edit("criterion_edit", _("Change"))
MOVE_UP = _edit("criterion_up", _("Move up"))


def appraisal_state(row: Any) -> Any:
    return _("Closed") if row.is_closed else _("Open")


APPRAISALS = Listing(
    name="appraisals",
    columns=(
        TITLE,
        Column("projects", _("Projects"), lambda row: row.candidate_count, "number"),
        Column("reviewers", _("Reviewers"), lambda row: row.reviewer_count, "number", phone=False),
        Column(
            "reviews",
            _("Reviews given"),
            lambda row: (
                _("%(given)d of %(asked)d")
                % {"given": row.review_count, "asked": row.candidate_count * row.reviewer_count}
            ),
        ),
        Column("due", _("Due on"), lambda row: row.due_on, "date", ("due_on",)),
        Column(
            "state",
            _("State"),
            appraisal_state,
            "tag",
            ("closed_at",),
            tone=lambda row: "plain" if row.is_closed else "",
        ),
    ),
    filters=(
        Filter(
            "state",
            _("State"),
            lambda _request: [("open", _("Open")), ("closed", _("Closed"))],
            lambda rows, value: rows.filter(closed_at__isnull=value == "open"),
        ),
        OWNER_FILTER,
    ),
    search=("title",),
    order=("-updated_at",),
    empty=_("No project has been appraised yet."),
    empty_hint=_("Choose criteria, projects and reviewers; the page then says what they think."),
)
CANDIDACIES = (
    Column(
        "appraisal",
        _("Appraisal"),
        lambda row: row.appraisal.title,
        "multilingual",
        href=lambda row: address(row.appraisal),
    ),
    Column("due", _("Due on"), lambda row: row.appraisal.due_on, "date"),
    Column("state", _("State"), lambda row: appraisal_state(row.appraisal), "tag"),
)
REVIEWERS = (
    Column("user", _("Reviewer"), lambda row: row.user),
    Column("deadline", _("Due on"), lambda row: row.deadline, "date"),
    Column("given", _("Given"), lambda row: row.given, "number"),
    Column("late", _("Of them late"), lambda row: row.late, "number"),
    Column("conflicts", _("Conflicts of interest"), lambda row: row.conflicts, "number"),
)
EDIT_REVIEWER = _edit("reviewer_edit", _("Deadline"))

SCENARIOS = Listing(
    name="scenarios",
    columns=(
        TITLE,
        Column(
            "appraisal",
            _("Appraisal"),
            lambda row: row.appraisal.title,
            "multilingual",
            phone=False,
        ),
        Column("method", _("Method"), lambda row: row.get_method_display(), phone=False),
        Column("certainty", _("Weight of certainty"), lambda row: f"{row.certainty} %"),
        Column("runs", _("Choices"), lambda row: row.run_count, "number"),
        Column(
            "signed",
            _("Signed"),
            lambda row: _("Signed") if row.signed_count else "",
            "tag",
        ),
    ),
    filters=(
        Filter(
            "method",
            _("Method"),
            lambda _request: Method.choices,
            lambda rows, value: rows.filter(method=value),
        ),
        OWNER_FILTER,
    ),
    search=("title",),
    order=("-updated_at",),
    empty=_("No scenario is written yet."),
    empty_hint=_("Say which money there is and under which rules; Appui finds the best choice."),
)


def _money_of(envelope: Envelope) -> str:
    return ", ".join(
        f"{item.year}: {formats.amount(item.amount, 0)}" for item in envelope.years.all()
    )


def _open_to(envelope: Envelope) -> Any:
    named = [str(item) for item in (*envelope.locations.all(), *envelope.sectors.all())]
    if len(named) > 4:
        return ", ".join(named[:3]) + " …"
    return ", ".join(named) or _("all")


ENVELOPES = (
    Column("title", _("Envelope"), lambda row: row.title),
    Column("years", _("How much, by year"), _money_of),
    Column("open", _("Open to"), _open_to),
    Column("certainty", _("How certain"), lambda row: f"{row.certainty} %"),
    Column("minimum", _("Smallest grant"), lambda row: row.minimum, "number", phone=False),
    Column("maximum", _("Largest grant"), lambda row: row.maximum, "number", phone=False),
)
EDIT_ENVELOPE = _edit("envelope_edit", _("Change"))
RULES = (
    Column(
        "activity", _("Project"), lambda row: row.activity, href=lambda row: address(row.activity)
    ),
    Column("kind", _("Rule"), lambda row: row.get_kind_display()),
    Column("other", _("Other project"), lambda row: row.other or ""),
    Column("reason", _("Why"), lambda row: row.reason, phone=False),
)
REMOVE_RULE = _edit("rule_remove", _("Remove"))
BALANCES = (
    Column("group", _("Place or sector"), str),
    Column("least", _("At least"), lambda row: f"{row.least} %"),
    Column("most", _("At most"), lambda row: f"{row.most} %"),
)
REMOVE_BALANCE = _edit("balance_remove", _("Remove"))
DECISIONS = (
    Column("run", _("Choice"), str, href=address),
    Column("decision", _("Decision"), lambda row: row.decision, phone=False),
    Column("signed", _("Signed by"), lambda row: row.signed_by),
    Column("on", _("Signed"), lambda row: row.signed_at, "date"),
)
RUNS = (
    Column("number", _("Choice"), lambda row: f"{_('Choice')} {row.number}", href=address),
    Column("made", _("Computed"), lambda row: row.created_at, "date"),
    Column("chosen", _("Projects in"), lambda row: len(row.plan["chosen"]), "number"),
    Column(
        "money", _("Money"), lambda row: formats.money(row.plan["money"], row.inputs["currency"])
    ),
    Column("objective", _("Points"), lambda row: formats.number(Decimal(row.plan["objective"]), 1)),
    Column("overrides", _("Decided otherwise"), lambda row: len(row.overrides), "number"),
    Column("signed", _("Signed by"), lambda row: row.signed_by, phone=False),
)
