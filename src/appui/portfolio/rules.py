"""Who may do what with an activity and what hangs on it."""

from django.utils.translation import gettext as _

from appui.kernel.access import Reader
from appui.kernel.verdict import Verdict, allow, refuse
from appui.portfolio.models import Activity, BudgetLine
from appui.registry.rules import may_edit

may_change = may_edit


def may_revise(line: BudgetLine, reader: Reader) -> Verdict:
    """An editor revises the line that counts; one that is replaced is settled."""
    allowed = may_edit(line.activity, reader)
    if allowed and line.is_replaced:
        return refuse(_("Another line replaces this one: revise that one."))
    return allowed


def may_be_part_of(activity: Activity, parent: Activity | None) -> Verdict:
    """The parts of an activity never close a circle; one query for each level above."""
    above = parent
    while above is not None:
        if above.pk == activity.pk:
            return refuse(
                _("“%(parent)s” is itself a part of “%(name)s”.")
                % {"parent": parent, "name": activity}
            )
        above = above.parent
    return allow()


def may_stand_beside(activity: Activity, other: Activity) -> Verdict:
    """What is above or below in the tree is a whole or a part, nothing else besides."""
    if may_be_part_of(activity, other) and may_be_part_of(other, activity):
        return allow()
    return refuse(
        _("“%(name)s” and “%(other)s” are a whole and its part already.")
        % {"name": activity, "other": other}
    )
