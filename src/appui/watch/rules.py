"""Who may do what with a signal, and in which state."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from appui.kernel.access import Reader
from appui.kernel.verdict import Verdict, refuse
from appui.registry.rules import may_edit
from appui.watch.models import Signal, State

MOVES: Mapping[State, frozenset[State]] = {
    State.OPEN: frozenset({State.DONE, State.DISMISSED}),
    State.DONE: frozenset({State.OPEN}),
    State.DISMISSED: frozenset({State.OPEN}),
}


def may_move(signal: Signal, state: str, reader: Reader) -> Verdict:
    """An editor closes a signal and opens it again."""
    if state not in MOVES[State(signal.state)]:
        return refuse(
            _("A signal that is “%(now)s” cannot become “%(then)s”.")
            % {"now": signal.get_state_display(), "then": State(state).label}
        )
    return may_edit(signal, reader)


def may_follow_up(signal: Signal, reader: Reader) -> Verdict:
    """An open signal is given to somebody, with what follows and by when."""
    allowed = may_edit(signal, reader)
    if allowed and signal.state != State.OPEN:
        return refuse(_("This signal is closed: take that back before following it up."))
    return allowed


def may_undo(signal: Signal, reader: Reader) -> Verdict:
    """The last act on a signal can be taken back once."""
    allowed = may_edit(signal, reader)
    if allowed and not signal.undo_to:
        return refuse(_("There is nothing to take back."))
    return allowed
