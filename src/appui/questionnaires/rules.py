"""Who may do what with forms, responses, priorities and consultations, and in which state."""

from django.utils.translation import gettext as _

from appui.kernel.access import Reader, Role
from appui.kernel.verdict import Verdict, refuse
from appui.questionnaires.models import (
    Form,
    FormVersion,
    Priority,
    PriorityState,
    Response,
    ResponseStatus,
    VersionStatus,
)
from appui.registry.rules import may_edit, may_keep_register

# The allowed moves of a priority.
PRIORITY_MOVES: dict[str, frozenset[str]] = {
    PriorityState.OPEN: frozenset(
        {PriorityState.PLANNED, PriorityState.DONE, PriorityState.DROPPED}
    ),
    PriorityState.PLANNED: frozenset(
        {PriorityState.OPEN, PriorityState.DONE, PriorityState.DROPPED}
    ),
    PriorityState.DONE: frozenset({PriorityState.OPEN}),
    PriorityState.DROPPED: frozenset({PriorityState.OPEN}),
}


def may_change_draft(version: FormVersion, reader: Reader) -> Verdict:
    """What a form asks changes in a draft only."""
    allowed = may_edit(version.form, reader)
    if allowed and version.status != VersionStatus.DRAFT:
        return refuse(_("This version is published: prepare a new version to change it."))
    return allowed


def may_publish(version: FormVersion, reader: Reader, *, questions: int) -> Verdict:
    """A draft with at least one question."""
    allowed = may_change_draft(version, reader)
    if allowed and not questions:
        return refuse(_("This version asks nothing yet: add a question before publishing it."))
    return allowed


def may_discard(version: FormVersion, reader: Reader) -> Verdict:
    """A draft that follows a published version; the first draft is the form itself."""
    allowed = may_change_draft(version, reader)
    if allowed and version.number == 1:
        return refuse(_("This is the first version of the form: change it instead."))
    return allowed


def may_draft(form: Form, reader: Reader, *, has_draft: bool) -> Verdict:
    """One draft at a time."""
    allowed = may_edit(form, reader)
    if allowed and has_draft:
        return refuse(_("This form has a draft already: change that one."))
    return allowed


def may_fill_in(version: FormVersion | None, reader: Reader) -> Verdict:
    """Any editor who sees a form may fill in its published version."""
    if version is None or version.status != VersionStatus.PUBLISHED:
        return refuse(_("Only a published version can be filled in."))
    return may_keep_register(reader)


def may_answer(response: Response, reader: Reader) -> Verdict:
    """A submitted response is frozen."""
    allowed = may_edit(response, reader)
    if allowed and response.status == ResponseStatus.SUBMITTED:
        return refuse(_("This response is submitted: a manager can reopen it."))
    return allowed


def may_reopen(response: Response, reader: Reader) -> Verdict:
    """A manager opens a submitted response again."""
    allowed = may_edit(response, reader, Role.MANAGER)
    if allowed and response.status != ResponseStatus.SUBMITTED:
        return refuse(_("This response is not submitted yet."))
    return allowed


def may_approve(response: Response, reader: Reader) -> Verdict:
    """A manager approves what is submitted, once."""
    allowed = may_edit(response, reader, Role.MANAGER)
    if allowed and response.status != ResponseStatus.SUBMITTED:
        return refuse(_("This response is not submitted yet."))
    if allowed and response.approved_on is not None:
        return refuse(_("This response is approved already."))
    return allowed


def may_raise(response: Response, reader: Reader) -> Verdict:
    """Weak answers make priorities once they are submitted."""
    allowed = may_edit(response, reader)
    if allowed and response.status != ResponseStatus.SUBMITTED:
        return refuse(_("This response is not submitted yet."))
    return allowed


def may_move(priority: Priority, state: str, reader: Reader) -> Verdict:
    """An editor moves a priority."""
    if state not in PRIORITY_MOVES[priority.state]:
        return refuse(
            _("A priority that is “%(now)s” cannot become “%(then)s”.")
            % {"now": priority.get_state_display(), "then": PriorityState(state).label}
        )
    return may_edit(priority, reader)


def may_plan(priority: Priority, reader: Reader) -> Verdict:
    """Planned again, under another item, is allowed too."""
    if priority.state == PriorityState.PLANNED:
        return may_edit(priority, reader)
    return may_move(priority, PriorityState.PLANNED, reader)
