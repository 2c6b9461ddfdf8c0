"""Writes of a project's way: its moves between stages and the ticks of its checklist."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from appui.design import rules
from appui.design.models import ChecklistItem, Move, Stage, Standing, Tick
from appui.design.progress import Lack, Progress, lacks, progress_of, rests_on_consultations
from appui.kernel import audit
from appui.kernel.access import Reader
from appui.kernel.errors import Conflict, Invalid
from appui.kernel.verdict import require
from appui.portfolio.models import Activity
from appui.questionnaires.deciding import grounds
from appui.questionnaires.models import Consultation
from appui.registry.rules import may_edit

# Verbs and nouns of the trail, stored in English and translated when shown.
VERBS = (
    gettext_noop("moved to another stage"),
    gettext_noop("design stage"),
    gettext_noop("checklist item"),
    gettext_noop("checklist item ticked"),
    gettext_noop("checklist item unticked"),
)


@transaction.atomic
def move(
    activity: Activity,
    *,
    by: Reader,
    stage: Stage,
    reason: str = "",
    consultations: Iterable[Consultation] = (),
    unheard: str = "",
    version: int | None = None,
) -> Move:
    """Move a project to another stage; ``version`` is that of the ``Standing`` the person saw, 0
    before the first.

    Forward takes all that the stages on the way ask, or a manager's reason; backward a reason.
    Where a stage on the way says so, the move names the consultations it rests on, or says why
    nobody was consulted.
    """
    audit.hold(activity)
    require(rules.may_enter(stage, activity, by))
    progress = progress_of(activity)
    _refuse_stale(progress, version)
    standing = progress.standing
    if standing is not None and standing.stage_id == stage.pk:
        raise Invalid(_("The project is at this stage already."), {"stage": _("It is here now.")})
    missing = lacks(progress, stage)
    _check(progress, stage, missing, reason.strip(), by)
    heard, why = list(consultations), unheard.strip()
    if heard or why or rests_on_consultations(progress, stage):
        rests_on = grounds(heard, why)
    else:
        rests_on = {"consultations": [], "unheard": ""}
    before = standing.stage if standing else None
    done = Move(activity=activity, from_stage=before, to_stage=stage, reason=reason.strip())
    done.lacked, done.unheard = [lack.text for lack in missing], rests_on["unheard"]
    _stand(progress, stage, by)
    return _record(done, rests_on["consultations"], by)


def _record(done: Move, heard: list[Consultation], by: Reader) -> Move:
    """Keep a move with the names of now, and a line in the trail of the project."""
    before = done.from_stage.name if done.from_stage else {}
    done.from_name, done.to_name, done.user_name = before, done.to_stage.name, by.name[:200]
    audit.create(done, by=by, verb="moved to another stage", consultations=heard)
    change = {"design stage": [before or None, done.to_name]}
    audit.record(by, "moved to another stage", done.activity, change)
    return done


def _refuse_stale(progress: Progress, version: int | None) -> None:
    """Refuse a move from a page that shows another stage than the present one."""
    stored = progress.standing.version if progress.standing else 0
    if version is not None and version != stored:
        raise Conflict(
            _("Someone else moved this project meanwhile: look again, then decide."), stored
        )


def _check(progress: Progress, stage: Stage, missing: list[Lack], reason: str, by: Reader) -> None:
    backward = stage.pk in {behind.pk for behind in progress.behind}
    if missing:
        require(rules.may_override(progress.activity, by, [str(lack) for lack in missing]))
    if reason or not (missing or backward):
        return
    text = (
        _("Say why it goes back.")
        if backward
        else _("Say why it may pass although this is missing: %(missing)s.")
        % {"missing": "; ".join(str(lack) for lack in missing)}
    )
    raise Invalid(text, {"reason": text})


def _stand(progress: Progress, stage: Stage, by: Reader) -> None:
    if progress.standing is None:
        audit.create(Standing(activity=progress.activity, stage=stage), by=by)
    else:
        audit.update(progress.standing, by=by, stage=stage, since=timezone.now())


@transaction.atomic
def tick(activity: Activity, item: ChecklistItem, *, by: Reader) -> None:
    """Say that an item is done; said twice, the first stays."""
    audit.hold(activity)
    require(may_edit(activity, by))
    if item.stage.owner_id != activity.owner_id or item.is_retired:
        raise Invalid(_("This item is not on the list of this project."))
    if Tick.objects.filter(activity=activity, item=item).exists():
        return
    audit.create(Tick(activity=activity, item=item, ticked_by=by.name[:200]), by=by)
    audit.record(by, "checklist item ticked", activity, {"checklist item": [None, item.text]})


@transaction.atomic
def untick(activity: Activity, item: ChecklistItem, *, by: Reader) -> None:
    """Take a tick back; the trail keeps that it was there."""
    audit.hold(activity)
    require(may_edit(activity, by))
    found = Tick.objects.filter(activity=activity, item=item).first()
    if found is None:
        return
    audit.delete(found, by=by)
    audit.record(by, "checklist item unticked", activity, {"checklist item": [item.text, None]})
