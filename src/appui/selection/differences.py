"""What differs between a version of criteria and the one it replaces."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from appui.kernel.errors import Invalid
from appui.kernel.multilingual import localise
from appui.selection.appraised import weighed
from appui.selection.models import CriteriaSet, Criterion
from appui.ui import formats


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is not as it was; an empty side was not there."""

    what: str
    before: str
    after: str


def of_criteria(new: CriteriaSet) -> list[Change]:
    """Criteria added, removed and changed, told apart by their titles, and the new weights."""
    old = new.replaces
    if old is None:
        return []
    before, after = _shown(old), _shown(new)
    found = [
        Change(_("Scale"), *sides)
        for sides in [(f"{old.lowest} – {old.highest}", f"{new.lowest} – {new.highest}")]
        if sides[0] != sides[1]
    ]
    if old.weighing != new.weighing:
        sides = (old.get_weighing_display(), new.get_weighing_display())
        found.append(Change(_("How weights are found"), *map(str, sides)))
    for title in dict.fromkeys([*before, *after]):
        sides = (before.get(title, ""), after.get(title, ""))
        if sides[0] != sides[1]:
            found.append(Change(title, *sides))
    return found


def _shown(criteria_set: CriteriaSet) -> dict[str, str]:
    """Each criterion by its title in its language of origin: weight, direction and side."""
    items: list[Criterion] = list(criteria_set.criteria.all())
    try:
        shares: list[Any] = [formats.percent(share, 1) for share in weighed(criteria_set).shares]
    except Invalid:
        shares = [""] * len(items)
    return {
        localise(item.title).text: " · ".join(
            part
            for part in (
                share,
                str(_("less is better") if item.less_is_better else _("more is better")),
                item.get_axis_display(),
                localise(item.guidance).text,
            )
            if part
        )
        for item, share in zip(items, shares, strict=True)
    }
