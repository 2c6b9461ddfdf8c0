"""Moves of asks from stage to stage, each remembered."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from appui.funding import rules
from appui.funding.models import LossReason, Proposal, Stage, StageMove
from appui.funding.queries.pipeline import StageLine, first_of, line_at, line_of, stages_of
from appui.kernel import audit
from appui.kernel.access import Reader
from appui.kernel.errors import Invalid
from appui.kernel.verdict import require


@transaction.atomic
def move_proposal(
    proposal: Proposal,
    *,
    by: Reader,
    stage: str,
    today: date,
    loss_reason: str = "",
    outcome_reason: str = "",
    moved_on: date | None = None,
    version: int | None = None,
) -> Proposal:
    """Pass an ask to another stage, told by its code or by what it counts as.

    A refusal or withdrawal wants the kind of reason and the reason. ``moved_on`` is today unless
    told; it lies neither in the future nor before the last move.
    """
    audit.hold(proposal)
    lines = stages_of(proposal.owner_id)
    target = _stage_called(lines, stage)
    now = line_at(lines, proposal)
    if target.category == now.category and target.code != now.code and now.is_open:
        require(rules.may_change_proposal(proposal, by))
    else:
        require(rules.may_move_proposal(proposal, target.category, by))
    day = _day_of_move(proposal, moved_on, today)
    changes: dict[str, Any] = {}
    reason = outcome_reason.strip()
    if target.category in rules.LOST_STAGES:
        _require_reason(loss_reason, reason)
        changes["loss_reason"] = loss_reason
    elif loss_reason:
        text = _("A kind of reason is given only when the ask is refused or withdrawn.")
        raise Invalid(text, {"loss_reason": text})
    else:
        changes["loss_reason"] = ""
    if reason:
        changes["outcome_reason"] = reason
    if target.category == Stage.PROPOSAL and proposal.submitted_on is None:
        changes["submitted_on"] = day
    return pass_to(
        proposal, target, by=by, moved_on=day, reason=reason, version=version, changes=changes
    )


def _stage_called(lines: list[StageLine], name: str) -> StageLine:
    for line in lines:
        if line.code == name and not line.is_retired:
            return line
    if name in Stage.values:
        return first_of(lines, name)
    text = _("There is no stage “%(name)s” in use.") % {"name": name[:40]}
    raise Invalid(text, {"stage": text})


def _require_reason(loss_reason: str, reason: str) -> None:
    fields: dict[str, str] = {}
    if loss_reason not in LossReason.values:
        fields["loss_reason"] = _("Choose the kind of reason.")
    if not reason:
        fields["outcome_reason"] = _("Say why: the next ask learns from it.")
    if fields:
        raise Invalid(" ".join(fields.values()), fields)


def _day_of_move(proposal: Proposal, moved_on: date | None, today: date) -> date:
    day = moved_on or today
    last = _last_day(proposal)
    if day > today:
        text = _("The day of the move is in the future.")
        raise Invalid(text, {"moved_on": text})
    if last is not None and day < last:
        if moved_on is None:
            return last
        text = _("The ask moved last on %(day)s: give that day or a later one.") % {
            "day": last.isoformat()
        }
        raise Invalid(text, {"moved_on": text})
    return day


def _last_day(proposal: Proposal) -> date | None:
    last = StageMove.objects.filter(proposal=proposal).order_by("-moved_on").first()
    return None if last is None else last.moved_on


def pass_to_signed(proposal: Proposal, *, by: Reader, signed_on: date) -> Proposal:
    """Say that the agreement of an ask is signed; within the transaction of the signature."""
    last = _last_day(proposal)
    target = first_of(stages_of(proposal.owner_id), Stage.SIGNED)
    return pass_to(proposal, target, by=by, moved_on=max(signed_on, last or signed_on))


def pass_to(
    proposal: Proposal,
    target: StageLine,
    *,
    by: Reader,
    moved_on: date,
    reason: str = "",
    version: int | None = None,
    changes: dict[str, Any] | None = None,
) -> Proposal:
    """Put an ask at a stage and remember the move; whoever calls has asked the rules."""
    before = line_of(proposal)
    moved = audit.update(
        proposal,
        by=by,
        version=version,
        verb=f"moved to {target.category.value}",
        stage=target.category,
        pipeline_stage=target.row,
        **(changes or {}),
    )
    _remember(moved, before, target, by=by, moved_on=moved_on, reason=reason)
    return moved


def begin(proposal: Proposal, *, by: Reader, on: date) -> None:
    """Remember the first stage of a new ask."""
    _remember(proposal, None, line_of(proposal), by=by, moved_on=on, reason="")


def _remember(
    proposal: Proposal,
    before: StageLine | None,
    after: StageLine,
    *,
    by: Reader,
    moved_on: date,
    reason: str,
) -> None:
    StageMove.objects.create(
        proposal=proposal,
        from_code=before.code if before else "",
        from_category=before.category if before else "",
        from_name=before.row.name if before and before.row else {},
        to_code=after.code,
        to_category=after.category,
        to_name=after.row.name if after.row else {},
        moved_on=moved_on,
        loss_reason=proposal.loss_reason,
        reason=reason,
        user_id=by.user_id,
        user_name=by.name[:200],
    )
