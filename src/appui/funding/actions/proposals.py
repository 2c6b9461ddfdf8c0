"""Writes of asks and exchanges."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from appui.funding import rules
from appui.funding.actions.common import Organisations, may_hand_over
from appui.funding.actions.moves import begin
from appui.funding.models import Fund, Interaction, Proposal, SetAside
from appui.funding.queries.pipeline import first_of, stages_of
from appui.kernel import audit
from appui.kernel.access import Reader
from appui.kernel.errors import Invalid
from appui.kernel.verdict import require
from appui.needs.models import Need
from appui.registry.models import Organisation
from appui.registry.queries import keep_hidden
from appui.registry.rules import may_edit


@transaction.atomic
def make_proposal(
    *,
    by: Reader,
    shared_with: Organisations = (),
    evidence: Mapping[str, object] | None = None,
    made_on: date | None = None,
    **fields: Any,
) -> Proposal:
    """Record an ask at the first stage; ``evidence`` keeps what the ranking said when it was born
    from it. ``made_on`` is today unless told."""
    proposal = Proposal(evidence=dict(evidence or {}), **fields)
    require(may_edit(proposal, by))
    _check_fund(proposal.fund, proposal.donor)
    proposal.pipeline_stage = first_of(stages_of(proposal.owner_id), proposal.stage).row
    made = audit.create(proposal, by=by, shared_with=list(shared_with))
    begin(made, by=by, on=made_on or timezone.localdate())
    return made


@transaction.atomic
def change_proposal(
    proposal: Proposal, *, by: Reader, version: int | None = None, **fields: Any
) -> Proposal:
    """Change an ask that is not signed yet."""
    audit.hold(proposal)
    require(rules.may_change_proposal(proposal, by))
    may_hand_over(fields, by)
    keep_hidden(proposal, by, fields)
    _check_fund(fields.get("fund", proposal.fund), fields.get("donor", proposal.donor))
    if "owner" in fields and fields["owner"].pk != proposal.owner_id:  # its stages are others
        fields["pipeline_stage"] = first_of(stages_of(fields["owner"].pk), proposal.stage).row
    return audit.update(proposal, by=by, version=version, **fields)


def set_donor_aside(need: Need, *, by: Reader, donor: str, reason: str) -> SetAside:
    """Say that a suggested donor is not for this need; it is remembered until taken back."""
    require(may_edit(need, by))
    return audit.create(SetAside(need=need, owner=need.owner, donor=donor, reason=reason), by=by)


@transaction.atomic
def take_donor_back(row: SetAside, *, by: Reader) -> None:
    """Let a donor that was set aside be suggested again."""
    audit.hold(row)
    require(may_edit(row, by))
    audit.delete(row, by=by)


def note_interaction(*, by: Reader, shared_with: Organisations = (), **fields: Any) -> Interaction:
    """Record a meeting, call, letter or event with a donor."""
    interaction = Interaction(**fields)
    require(may_edit(interaction, by))
    return audit.create(interaction, by=by, shared_with=list(shared_with))


@transaction.atomic
def change_interaction(
    interaction: Interaction, *, by: Reader, version: int | None = None, **fields: Any
) -> Interaction:
    """Change what was noted, or mark its follow-up as done."""
    audit.hold(interaction)
    require(may_edit(interaction, by))
    may_hand_over(fields, by)
    keep_hidden(interaction, by, fields)
    return audit.update(interaction, by=by, version=version, **fields)


def _check_fund(fund: Fund | None, donor: Organisation) -> None:
    if fund is not None and fund.organisation.standing_id != donor.standing_id:
        text = _("This window belongs to “%(donor)s”.") % {"donor": fund.organisation}
        raise Invalid(text, {"fund": text})
