"""Who may do what with a need, and in which state."""

from django.utils.translation import gettext as _

from appui.kernel.access import Reader, Role
from appui.kernel.verdict import Verdict, allow, refuse
from appui.needs.models import Need, NeedStatus
from appui.registry.rules import may_edit

# The allowed moves of a need; docs/architecture.md draws from it.
MOVES: dict[str, frozenset[str]] = {
    NeedStatus.DRAFT: frozenset({NeedStatus.OPEN}),
    NeedStatus.OPEN: frozenset({NeedStatus.CLOSED, NeedStatus.DRAFT}),
    NeedStatus.CLOSED: frozenset({NeedStatus.OPEN}),
}


def may_change(need: Need, reader: Reader) -> Verdict:
    """An editor changes a need and its lines until it is closed."""
    allowed = may_edit(need, reader)
    if allowed and need.status == NeedStatus.CLOSED:
        return refuse(_("This need is closed: reopen it before changing it."))
    return allowed


def may_move(need: Need, status: str, reader: Reader) -> Verdict:
    """Opening takes an editor, closing and reopening a manager."""
    if status not in MOVES[need.status]:
        return refuse(
            _("A need that is “%(now)s” cannot become “%(then)s”.")
            % {"now": need.get_status_display(), "then": NeedStatus(status).label}
        )
    closing = NeedStatus.CLOSED in (status, need.status)
    return may_edit(need, reader, Role.MANAGER if closing else Role.EDITOR)


def may_change_currency(need: Need) -> Verdict:
    """The amounts of lines are in the need's currency, so it is fixed once there are lines."""
    if need.lines.exists():
        return refuse(
            _("The lines of this need are in %(currency)s: remove them before changing currency.")
            % {"currency": need.currency}
        )
    return allow()
