"""Writes of the stages that an organisation's asks pass through."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from appui.funding import rules
from appui.funding.actions.moves import pass_to
from appui.funding.models import PipelineStage, Proposal, Stage, StageMove
from appui.funding.queries.pipeline import others_like, own_line, usual_names, usual_stage
from appui.kernel import audit
from appui.kernel.access import Reader
from appui.kernel.errors import Invalid
from appui.kernel.verdict import require
from appui.registry.models import Organisation

# Verbs of the trail, stored in English and translated when shown.
VERBS = (
    gettext_noop("retired"),
    gettext_noop("taken into use again"),
    gettext_noop("put in another place"),
)
STAGE_RETIRED = gettext_noop("The stage it stood at was retired.")
MOST_STAGES = 40


@transaction.atomic
def adopt_stages(owner: Organisation, *, by: Reader) -> PipelineStage:
    """Give an organisation its own copy of the usual stages, to be edited; its asks stand at them.

    Answers the first stage; refused when it has its own already.
    """
    audit.hold(owner)
    require(rules.may_keep_stages(owner.pk, by))
    if PipelineStage.objects.filter(owner=owner).exists():
        raise Invalid(_("Your organisation has its own stages already: change those."))
    made = []
    for position, category in enumerate(Stage):
        usual = usual_stage(category)
        row = PipelineStage(
            owner=owner,
            code=usual.code,
            name=usual_names(category),
            category=category,
            position=position,
            probability=int(usual.probability * 100),
            stale_after=usual.stale_after,
        )
        made.append(audit.create(row, by=by))
        asks = Proposal.objects.filter(owner=owner, pipeline_stage=None, stage=category)
        asks.update(pipeline_stage=row)
    return made[0]


@transaction.atomic
def add_stage(owner: Organisation, *, by: Reader, code: str = "", **fields: Any) -> PipelineStage:
    """Add a stage after the others that count as the same; without a code it gets one of its name.

    An organisation that still has the usual stages gets its own copy of them first.
    """
    audit.hold(owner)
    require(rules.may_keep_stages(owner.pk, by))
    rows = list(PipelineStage.objects.filter(owner=owner))
    if not rows:
        adopt_stages(owner, by=by)
        rows = list(PipelineStage.objects.filter(owner=owner))
    if len(rows) >= MOST_STAGES:
        raise Invalid(_("An organisation has at most %(count)d stages.") % {"count": MOST_STAGES})
    stage = PipelineStage(
        owner=owner, code=code or _code_of(fields.get("name"), rows), position=len(rows), **fields
    )
    audit.create(stage, by=by)
    same = [row.position for row in rows if row.category == stage.category]
    place = max(same) + 1 if same else len(rows)
    _renumber([*rows[:place], stage, *rows[place:]])
    return stage


def _code_of(name: object, rows: list[PipelineStage]) -> str:
    texts = [text for text in name.values() if text] if isinstance(name, dict) else []
    plain = next((found for text in texts if (found := slugify(text)[:36])), "stage")
    taken = {row.code for row in rows}
    return next(
        code
        for code in (plain, *(f"{plain}-{number}" for number in range(2, MOST_STAGES + 3)))
        if code not in taken
    )


@transaction.atomic
def change_stage(
    stage: PipelineStage, *, by: Reader, version: int | None = None, **fields: Any
) -> PipelineStage:
    """Rename a stage or change its usual chance and days; asks stay where they are, and their
    history keeps the names of then."""
    audit.hold(stage)
    require(rules.may_keep_stages(stage.owner_id, by))
    return audit.update(stage, by=by, version=version, **fields)


@transaction.atomic
def shift_stage(stage: PipelineStage, *, by: Reader, step: int) -> PipelineStage:
    """Put a stage one place up (-1) or down (1); at either end it stays."""
    audit.hold(stage.owner)
    audit.hold(stage)
    require(rules.may_keep_stages(stage.owner_id, by))
    rows = list(PipelineStage.objects.filter(owner=stage.owner_id))
    place = next(i for i, row in enumerate(rows) if row.pk == stage.pk)
    other = place + step
    if 0 <= other < len(rows):
        rows[place], rows[other] = rows[other], rows[place]
        _renumber(rows)
        audit.record(by, "put in another place", stage, {"position": [str(place), str(other)]})
    return stage


def _renumber(rows: list[PipelineStage]) -> None:
    for position, row in enumerate(rows):
        if row.position != position:
            row.position = position
            PipelineStage.objects.filter(pk=row.pk).update(position=position)


@transaction.atomic
def retire_stage(
    stage: PipelineStage,
    *,
    by: Reader,
    today: date,
    into: PipelineStage | None = None,
    version: int | None = None,
) -> PipelineStage:
    """Offer a stage no more; the asks that stand there pass to ``into``, which counts as the same.

    Refused for the last stage of what it counts as.
    """
    audit.hold(stage.owner)
    audit.hold(stage)
    require(rules.may_keep_stages(stage.owner_id, by))
    _require_another(stage)
    asks = list(Proposal.objects.select_for_update().filter(pipeline_stage=stage).order_by("pk"))
    if asks:
        target = _target_of(stage, into, len(asks))
        for ask in asks:
            pass_to(ask, own_line(target), by=by, moved_on=today, reason=STAGE_RETIRED)
    return audit.update(stage, by=by, version=version, verb="retired", is_retired=True)


def _require_another(stage: PipelineStage) -> None:
    if not others_like(stage).exists():
        raise Invalid(
            _(
                "“%(name)s” is the only stage in use that counts as “%(category)s”: "
                "add another first."
            )
            % {"name": stage, "category": stage.get_category_display()}
        )


def _target_of(stage: PipelineStage, into: PipelineStage | None, count: int) -> PipelineStage:
    if into is None:
        text = ngettext(
            "%(count)d ask stands at “%(name)s”: say which stage it passes to.",
            "%(count)d asks stand at “%(name)s”: say which stage they pass to.",
            count,
        ) % {"count": count, "name": stage}
        raise Invalid(text, {"into": text})
    same = into.owner_id == stage.owner_id and into.category == stage.category
    if not same or into.is_retired or into.pk == stage.pk:
        text = _("Choose a stage in use that counts as “%(category)s”.") % {
            "category": stage.get_category_display()
        }
        raise Invalid(text, {"into": text})
    return into


@transaction.atomic
def restore_stage(stage: PipelineStage, *, by: Reader, version: int | None = None) -> PipelineStage:
    """Offer a retired stage again."""
    audit.hold(stage)
    require(rules.may_keep_stages(stage.owner_id, by))
    return audit.update(
        stage, by=by, version=version, verb="taken into use again", is_retired=False
    )


@transaction.atomic
def remove_stage(stage: PipelineStage, *, by: Reader) -> None:
    """Delete a stage that no ask ever stood at; one that was used is retired instead."""
    audit.hold(stage.owner)
    audit.hold(stage)
    require(rules.may_keep_stages(stage.owner_id, by))
    moves = StageMove.objects.filter(proposal__owner=stage.owner_id)
    if (
        stage.proposals.exists()
        or moves.filter(to_code=stage.code).exists()
        or moves.filter(from_code=stage.code).exists()
    ):
        raise Invalid(
            _("Asks stand or stood at “%(name)s”: retire it, so that their history keeps it.")
            % {"name": stage}
        )
    if not stage.is_retired:
        _require_another(stage)
    owner_id = stage.owner_id
    audit.delete(stage, by=by)
    _renumber(list(PipelineStage.objects.filter(owner=owner_id)))
