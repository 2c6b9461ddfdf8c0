"""How asks and exchanges look in lists."""

from dataclasses import replace
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from appui.funding.actions.stages import STAGE_RETIRED
from appui.funding.listings.common import (
    donor_address,
    donor_choices,
    donor_of,
    linked,
    of_donor,
    standing_organisation,
)
from appui.funding.models import Proposal, Stage
from appui.funding.queries.pipeline import name_then, stages_of
from appui.funding.rules import OPEN_STAGES, probability_of
from appui.kernel.money import Money
from appui.registry.listings import OWNER_FILTER, address, code_choices
from appui.ui.context import reader_of
from appui.ui.listing import Column, Filter, Listing, Text

STAGE_TONES: dict[str, str] = {
    Stage.LEAD: "plain",
    Stage.PROPOSAL: "wait",
    Stage.PLEDGED: "wait",
    Stage.SIGNED: "",
    Stage.REFUSED: "late",
    Stage.WITHDRAWN: "plain",
}


PROPOSALS = Listing(
    name="proposals",
    columns=(
        Column("title", _("Ask"), lambda row: row.title, order_by=("title",), href=address),
        Column(
            "reference",
            _("Reference"),
            lambda row: row.reference,
            order_by=("reference",),
            phone=False,
        ),
        Column("donor", _("Donor"), donor_of, href=donor_address),
        Column(
            "for",
            _("For"),
            lambda row: row.need or row.activity or _("not shared with you"),
            href=lambda row: linked(row.need or row.activity),
        ),
        Column(
            "stage",
            _("Stage"),
            lambda row: row.stage_name,
            "tag",
            ("stage", "pipeline_stage__position"),
            tone=lambda row: STAGE_TONES[row.stage],
        ),
        Column(
            "amount", _("Asked"), lambda row: Money(row.amount, row.currency), "money", ("amount",)
        ),
        Column("chance", _("Chance"), probability_of, "percent"),
        Column("next", _("Next action"), lambda row: row.next_action, phone=False),
        Column("next_on", _("By"), lambda row: row.next_action_on, "date", ("next_action_on",)),
    ),
    filters=(
        Filter(
            "stage",
            _("Stage"),
            lambda request: _stage_choices(request),
            lambda rows, value: _at_stage(rows, value),
        ),
        Filter("donor", _("Donor"), donor_choices(Proposal), of_donor),
        OWNER_FILTER,
    ),
    search=("title", "reference", "donor__name", "next_action"),
    order=("-updated_at",),
    empty=_("No ask is recorded yet."),
    empty_hint=_("Open a need: it shows which donors are likely, and one press makes the ask."),
)


WINDOW = Column(
    "fund",
    _("Window or call"),
    lambda row: row.fund,
    href=lambda row: linked(row.fund),
)


def _asks() -> Listing:
    """Asks with all that their own list shows; rows come from ``queries.asks``."""
    more = (
        Column(
            "decision",
            _("Decision expected"),
            lambda row: row.decision_on,
            "date",
            ("decision_on",),
            phone=False,
        ),
        Column("next", _("Next action"), lambda row: next_words(row), phone=False),
        Column(
            "look",
            _("To look at"),
            lambda row: look_words(row),
            "tag",
            tone=lambda _row: "late",
        ),
    )
    columns = {column.key: column for column in (*PROPOSALS.columns, *more)}
    order = "title donor for stage look amount chance decision next next_on"
    look = Filter(
        "look",
        _("To look at"),
        lambda _request: [
            ("stale", _("stale")),
            ("overdue", _("next action overdue")),
            ("unplanned", _("no next action")),
        ],
        lambda rows, value: _to_look_at(rows, value),
    )
    stage, *others = PROPOSALS.filters
    return replace(
        PROPOSALS,
        columns=tuple(columns[key] for key in order.split()),
        filters=(stage, look, *others),
    )


INTERACTIONS = Listing(
    name="exchanges",
    columns=(
        Column(
            "summary", _("Exchange"), lambda row: row.summary, order_by=("summary",), href=address
        ),
        Column("on", _("On"), lambda row: row.took_place_on, "date", ("took_place_on",)),
        Column(
            "with",
            _("With"),
            standing_organisation,
            href=lambda row: reverse("funding:donor", args=[row.organisation.standing_id]),
        ),
        Column("kind", _("Kind"), lambda row: row.kind, order_by=("kind__code",)),
        Column("follow_up", _("What follows"), lambda row: row.follow_up),
        Column("by", _("By"), lambda row: row.follow_up_on, "date", ("follow_up_on",)),
        Column(
            "done",
            _("Done"),
            lambda row: follow_up_word(row),
            "tag",
            ("followed_up",),
            tone=lambda row: "" if row.followed_up else "wait",
        ),
    ),
    filters=(
        Filter(
            "kind",
            _("Kind"),
            code_choices("InteractionKind"),
            lambda rows, value: rows.filter(kind=value),
        ),
        Filter(
            "open",
            _("Follow-up"),
            lambda _request: [("yes", _("still to do"))],
            lambda rows, _value: rows.filter(followed_up=False).exclude(follow_up=""),
        ),
        OWNER_FILTER,
    ),
    search=("summary", "note", "follow_up", "organisation__name"),
    order=("-took_place_on",),
    empty=_("No exchange is noted yet."),
    empty_hint=_("Note meetings and letters: what was said, by whom, and what follows."),
)


def _stage_choices(request: HttpRequest) -> list[tuple[str, Text]]:
    """The kinds of stage, then the stages of the reader's organisation that are named otherwise."""
    own = stages_of(reader_of(request).workspace_id)
    more = [(line.code, line.name) for line in own if line.code not in Stage.values]
    return [*Stage.choices, *more]


def _at_stage(rows: Any, value: str) -> Any:
    if value in Stage.values:
        return rows.filter(stage=value)
    return rows.filter(pipeline_stage__code=value)


def _to_look_at(rows: Any, value: str) -> Any:
    """Of rows that know whether they are stale (``queries.asks``)."""
    rows = rows.filter(stage__in=OPEN_STAGES)
    if value == "stale":
        return rows.filter(is_stale=True)
    if value == "overdue":
        return rows.filter(next_action_on__lt=timezone.localdate())
    return rows.filter(next_action="", next_action_on=None)


def is_overdue(row: Any) -> bool:
    """Whether the next action of an open ask should have been done."""
    day = row.next_action_on
    return row.stage in OPEN_STAGES and day is not None and day < timezone.localdate()


def next_words(row: Any) -> str:
    """What is to be done next, and by whom."""
    return " · ".join(str(part) for part in (row.next_action, row.responsible) if part)


def look_words(row: Any) -> str:
    """What is wrong with an ask, in words; empty when nothing is."""
    found = [
        str(word)
        for word, wrong in (
            (_("overdue"), is_overdue(row)),
            (_("stale"), getattr(row, "is_stale", False)),
        )
        if wrong
    ]
    return " · ".join(found)


MOVES = (
    Column("on", _("On"), lambda row: row.moved_on, "date"),
    Column(
        "from",
        pgettext_lazy("from whom or what", "From"),
        lambda row: name_then(row.from_name, row.from_category),
    ),
    Column(
        "to",
        pgettext_lazy("to whom or what", "To"),
        lambda row: name_then(row.to_name, row.to_category),
    ),
    Column("why", _("Reason"), lambda row: why_words(row)),
    Column("by", _("By whom"), lambda row: row.user_name, phone=False),
)


def why_words(row: Any) -> str:
    """The kind of reason and the reason of a move."""
    kind = row.get_loss_reason_display() if row.loss_reason else ""
    reason = gettext(row.reason) if row.reason == STAGE_RETIRED else row.reason
    return " · ".join(str(part) for part in (kind, reason) if part)


ASKS = _asks()


def follow_up_word(row: Any) -> str:
    """The state of what follows; empty when nothing does."""
    if not row.follow_up:
        return ""
    return str(_("done") if row.followed_up else _("to do"))
