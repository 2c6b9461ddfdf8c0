"""How asks and exchanges look in lists."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from appui.funding.listings.common import (
    donor_address,
    donor_choices,
    donor_of,
    linked,
    of_donor,
    standing_organisation,
)
from appui.funding.models import Proposal, Stage
from appui.funding.rules import probability_of
from appui.kernel.money import Money
from appui.registry.listings import OWNER_FILTER, address, code_choices
from appui.ui.listing import Column, Filter, Listing

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
            lambda row: row.get_stage_display(),
            "tag",
            ("stage",),
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
            lambda _request: Stage.choices,
            lambda rows, value: rows.filter(stage=value),
        ),
        Filter("donor", _("Donor"), donor_choices(Proposal), of_donor),
        OWNER_FILTER,
    ),
    search=("title", "reference", "donor__name", "next_action"),
    order=("-updated_at",),
    empty=_("No ask is recorded yet."),
    empty_hint=_("Open a need: it shows which donors are likely, and one press makes the ask."),
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


def follow_up_word(row: Any) -> str:
    """The state of what follows; empty when nothing does."""
    if not row.follow_up:
        return ""
    return str(_("done") if row.followed_up else _("to do"))
