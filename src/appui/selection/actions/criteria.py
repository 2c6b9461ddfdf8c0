"""Writes of criteria sets."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from appui.kernel import audit
from appui.kernel.access import Reader
from appui.kernel.errors import Invalid
from appui.kernel.verdict import require
from appui.registry.models import Organisation
from appui.registry.queries import keep_hidden
from appui.registry.rules import may_edit, may_write_for
from appui.selection import rules
from appui.selection.appraised import weighed
from appui.selection.models import CriteriaSet, Criterion, Judgement

Pair = tuple[int, int]


def draft_criteria(
    *, by: Reader, shared_with: Iterable[Organisation] = (), **fields: Any
) -> CriteriaSet:
    """Begin a criteria set."""
    made = CriteriaSet(**fields)
    require(may_edit(made, by))
    return audit.create(made, by=by, verb="drafted", shared_with=list(shared_with))


@transaction.atomic
def change_criteria(
    criteria_set: CriteriaSet, *, by: Reader, version: int | None = None, **fields: Any
) -> CriteriaSet:
    """Change a draft."""
    audit.hold(criteria_set)
    require(rules.may_change_criteria(criteria_set, by))
    if "owner" in fields:
        require(may_write_for(fields["owner"].pk, by))
    keep_hidden(criteria_set, by, fields)
    return audit.update(criteria_set, by=by, version=version, **fields)


@transaction.atomic
def add_criterion(criteria_set: CriteriaSet, *, by: Reader, **fields: Any) -> Criterion:
    """Add a criterion at the end."""
    _hold(criteria_set, by)
    last = criteria_set.criteria.order_by("-position").values_list("position", flat=True).first()
    made = Criterion(criteria_set=criteria_set, position=(last or 0) + 1, **fields)
    audit.create(made, by=by, verb="criterion added")
    _note(criteria_set, by, "criterion added", made)
    return made


@transaction.atomic
def change_criterion(
    criterion: Criterion, *, by: Reader, version: int | None = None, **fields: Any
) -> Criterion:
    """Change a criterion of a draft."""
    _hold(criterion.criteria_set, by)
    audit.update(criterion, by=by, version=version, **fields)
    _note(criterion.criteria_set, by, "criterion changed", criterion)
    return criterion


@transaction.atomic
def remove_criterion(criterion: Criterion, *, by: Reader) -> None:
    """Take a criterion out of a draft, and the judgements on it."""
    _hold(criterion.criteria_set, by)
    _note(criterion.criteria_set, by, "criterion removed", criterion)
    audit.delete(criterion, by=by)


@transaction.atomic
def move_criterion(criterion: Criterion, *, by: Reader, up: bool) -> None:
    """Exchange its place with its neighbour's; at the end nothing changes."""
    _hold(criterion.criteria_set, by)
    order = list(criterion.criteria_set.criteria.all())
    at = order.index(criterion)
    to = at - 1 if up else at + 1
    if not 0 <= to < len(order):
        return
    order[at], order[to] = order[to], order[at]
    for position, item in enumerate(order, 1):
        audit.update(item, by=by, position=position)


@transaction.atomic
def judge(
    criteria_set: CriteriaSet,
    preferences: Mapping[Pair, int],
    *,
    by: Reader,
    version: int | None = None,
) -> None:
    """Put exactly these judgements, by the keys of two criteria in either order.

    ``preferences`` are on Saaty's scale as ``Judgement`` has it; 1 says that both count the same.
    """
    _hold(criteria_set, by)
    audit.update(criteria_set, by=by, version=version)  # only to compare the versions
    preferences = dict(_in_one_order(*item) for item in preferences.items())
    known = {item.pk: item for item in criteria_set.criteria.all()}
    strange = [pair for pair in preferences if not known.keys() >= set(pair)]
    if strange:
        raise Invalid(_("A judgement names a criterion of another set."))
    stored = {(item.first_id, item.second_id): item for item in criteria_set.judgements.all()}
    for pair, item in stored.items():
        if pair not in preferences:
            audit.delete(item, by=by)
    for pair, preference in preferences.items():
        if pair in stored:
            audit.update(stored[pair], by=by, preference=preference)
        else:
            first, second = (known[key] for key in pair)
            made = Judgement(
                criteria_set=criteria_set, first=first, second=second, preference=preference
            )
            audit.create(made, by=by, verb="judged")
    audit.record(by, "judged", criteria_set)
    audit.touch(criteria_set)


@transaction.atomic
def publish(criteria_set: CriteriaSet, *, by: Reader, version: int | None = None) -> CriteriaSet:
    """Freeze a set whose weights can be found."""
    audit.hold(criteria_set)
    require(rules.may_publish(criteria_set, by))
    if not criteria_set.criteria.exists():
        raise Invalid(_("Add a criterion first."))
    weighed(criteria_set)
    return audit.update(
        criteria_set, by=by, version=version, verb="published", published_at=timezone.now()
    )


@transaction.atomic
def next_version(criteria_set: CriteriaSet, *, by: Reader) -> CriteriaSet:
    """A draft that starts as the published set stands."""
    audit.hold(criteria_set)
    require(rules.may_follow(criteria_set, by))
    made = CriteriaSet(
        number=criteria_set.number + 1,
        replaces=criteria_set,
        **{
            name: getattr(criteria_set, name)
            for name in (
                "owner",
                "visibility",
                "title",
                "description",
                "weighing",
                "lowest",
                "highest",
            )
        },
    )
    audit.create(made, by=by, verb="drafted", shared_with=list(criteria_set.shared_with.all()))
    _copy(criteria_set, made, by)
    return made


def _in_one_order(pair: Pair, preference: int) -> tuple[Pair, int]:
    """The criterion made first stands first, wherever it stands in the list now."""
    if pair[0] < pair[1]:
        return pair, preference
    return (pair[1], pair[0]), preference if preference == 1 else -preference


def _copy(old: CriteriaSet, new: CriteriaSet, by: Reader) -> None:
    copies = {}
    for item in old.criteria.all():
        names = ("position", "title", "guidance", "axis", "less_is_better", "points")
        made = Criterion(criteria_set=new, **{name: getattr(item, name) for name in names})
        copies[item.pk] = audit.create(made, by=by, verb="criterion added")
    keys = {key: item.pk for key, item in copies.items()}
    judged = {
        (keys[item.first_id], keys[item.second_id]): item.preference
        for item in old.judgements.all()
    }
    if judged:
        judge(new, judged, by=by)


def _hold(criteria_set: CriteriaSet, by: Reader) -> None:
    audit.hold(criteria_set)
    require(rules.may_change_criteria(criteria_set, by))


def _note(criteria_set: CriteriaSet, by: Reader, verb: str, criterion: Criterion) -> None:
    """A line in the trail of the set, whose version rises: its weights are others now."""
    audit.record(by, verb, criteria_set, {"criteria": [None, str(criterion)]})
    audit.touch(criteria_set)
