"""What the writes of what hangs on an activity share."""

from typing import TypeVar

from appui.kernel import audit
from appui.kernel.access import Reader
from appui.kernel.models import Record
from appui.kernel.verdict import require
from appui.portfolio import rules
from appui.portfolio.models import Activity

R = TypeVar("R", bound=Record)


def hold(activity: Activity, by: Reader, version: int | None) -> None:
    """Check that ``by`` may change the activity and saw its present state; locks its row."""
    require(rules.may_change(activity, by))
    audit.update(Activity.objects.get(pk=activity.pk), by=by, version=version)


def hang_on(part: R, activity: Activity, by: Reader) -> R:
    audit.create(part, by=by)
    note(activity, by, f"{part._meta.verbose_name_raw} added", [None, str(part)])
    return part


def note(
    activity: Activity, by: Reader, verb: str, change: list[str | None], what: str = ""
) -> None:
    """A line in the trail of the activity, whose version rises; none when nothing differs.

    ``what`` changed is the noun of ``verb`` unless told.
    """
    if change[0] != change[1]:
        audit.record(by, verb, activity, {what or verb.rsplit(" ", 1)[0]: change})
        audit.touch(activity)
