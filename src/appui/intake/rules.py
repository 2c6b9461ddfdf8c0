"""Who may bring a file in, how far it is, and who may undo it."""

from django.utils.translation import gettext as _

from appui.intake.kinds import KINDS
from appui.intake.models import Batch, KindOfRow, Stage, StoredFile
from appui.kernel.access import Reader, Role
from appui.kernel.verdict import Verdict, allow, refuse
from appui.registry.rules import may_edit

# What may follow each stage; a file that was undone is brought in again as another one.
MOVES: dict[str, frozenset[str]] = {
    Stage.CHOOSING: frozenset({Stage.MAPPING}),
    Stage.MAPPING: frozenset({Stage.MAPPING, Stage.CHECKING}),
    Stage.CHECKING: frozenset({Stage.MAPPING, Stage.CHECKING, Stage.CHECKED}),
    Stage.CHECKED: frozenset({Stage.MAPPING, Stage.CHECKING, Stage.BRINGING}),
    Stage.BRINGING: frozenset({Stage.DONE}),
    Stage.DONE: frozenset({Stage.UNDOING}),
    Stage.UNDOING: frozenset({Stage.UNDONE}),
    Stage.UNDONE: frozenset(),
}
AT_WORK = (Stage.CHECKING, Stage.BRINGING, Stage.UNDOING)


def may_work_on(batch: Batch, reader: Reader) -> Verdict:
    """An editor of the organisation; for contributions a finance officer, and to take contacts
    back a manager."""
    kind = KINDS[batch.kind] if batch.kind else None
    if kind is None:
        return may_edit(batch, reader)
    return may_edit(batch, reader, kind.undo_role if batch.stage == Stage.UNDOING else kind.role)


def may_bring(kind: str, batch: Batch, reader: Reader) -> Verdict:
    """Whether rows of that kind may be brought in for the organisation."""
    return may_edit(batch, reader, KINDS[kind].role)


def may_pass_to(batch: Batch, stage: str, reader: Reader) -> Verdict:
    """Whether the batch may pass to ``stage``."""
    if stage not in MOVES[batch.stage]:
        return refuse(
            _("A file that is “%(now)s” cannot become “%(then)s”.")
            % {"now": batch.get_stage_display(), "then": Stage(stage).label}
        )
    if stage == Stage.MAPPING:
        return may_edit(batch, reader)  # the kind is a guess; ``may_bring`` judges the chosen one
    return may_work_on(batch, reader)


def may_undo(batch: Batch, reader: Reader) -> Verdict:
    """Erasing contacts takes a manager, as on their own pages."""
    allowed = may_pass_to(batch, Stage.UNDOING, reader)
    if not allowed:
        return allowed
    return may_edit(batch, reader, KINDS[batch.kind].undo_role)


def may_remove(batch: Batch, reader: Reader) -> Verdict:
    """The stored file and its rows can go whenever nothing is half done."""
    if batch.stage in (Stage.BRINGING, Stage.UNDOING):
        return refuse(_("The file is being worked on: let it finish first."))
    return may_edit(batch, reader)


def may_report(batch: Batch) -> Verdict:
    """The report is the file as it came: none once the file is forgotten."""
    if StoredFile.objects.filter(batch=batch).exists():
        return allow()
    return refuse(_("The file is forgotten, because it held personal data of erased contacts."))


def may_start(reader: Reader) -> Verdict:
    """Whoever writes for some organisation may bring a file in."""
    if reader.has_anywhere(Role.EDITOR):
        return allow()
    return refuse(
        _("This takes the role “%(role)s” in one of the organisations.")
        % {"role": Role.EDITOR.label}
    )


def kinds_for(batch: Batch, reader: Reader) -> list[KindOfRow]:
    """The kinds that the reader may bring in for the organisation of the batch."""
    return [kind for kind in KindOfRow if may_bring(kind, batch, reader)]
