"""Writes of strategies, their items, the progress beside them and the strengths."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from appui.funding.models import Target
from appui.kernel import audit
from appui.kernel.access import Reader
from appui.kernel.errors import Invalid
from appui.kernel.verdict import require
from appui.questionnaires.deciding import grounds
from appui.questionnaires.models import Consultation
from appui.registry.models import Organisation, Visibility
from appui.registry.queries import keep_hidden
from appui.registry.rules import may_edit, may_write_for
from appui.strategies import queries, rules
from appui.strategies.models import (
    ABOVE,
    ItemKind,
    PlanItem,
    Progress,
    Standing,
    Strategy,
    StrategyItem,
    Strength,
)

VERBS = (
    gettext_noop("approved"),
    gettext_noop("superseded"),
    gettext_noop("version drafted"),
    gettext_noop("item added"),
    gettext_noop("item changed"),
    gettext_noop("item removed"),
    gettext_noop("progress reported"),
)
BELOW = {above: kind for kind, above in ABOVE.items()}


def draft_strategy(
    *, by: Reader, shared_with: Iterable[Organisation] = (), **fields: Any
) -> Strategy:
    """Begin a strategy: its first version, a draft."""
    strategy = Strategy(**fields)
    require(may_edit(strategy, by))
    return audit.create(strategy, by=by, shared_with=list(shared_with))


@transaction.atomic
def change_strategy(
    strategy: Strategy, *, by: Reader, version: int | None = None, **fields: Any
) -> Strategy:
    """Change what a draft says of itself; its owner stays once there is an earlier version."""
    audit.hold(strategy)
    require(rules.may_change(strategy, by))
    if "owner" in fields:
        require(may_write_for(fields["owner"].pk, by))
    if strategy.edition > 1 and {"owner", "reference"} & fields.keys():
        _stays_in_its_family(strategy, fields)
    keep_hidden(strategy, by, fields)
    return audit.update(strategy, by=by, version=version, **fields)


def _stays_in_its_family(strategy: Strategy, fields: dict[str, Any]) -> None:
    text = _("A new version keeps the reference and the owner of the one before it.")
    if fields.get("owner", strategy.owner) != strategy.owner:
        raise Invalid(text, {"owner": text})
    if fields.get("reference", strategy.reference) != strategy.reference:
        raise Invalid(text, {"reference": text})


@transaction.atomic
def share_strategy(
    strategy: Strategy, *, by: Reader, version: int | None = None, **fields: Any
) -> Strategy:
    """Say who sees an approved strategy: that is no part of what was approved."""
    audit.hold(strategy)
    require(rules.may_share(strategy, by))
    keep_hidden(strategy, by, fields)
    return audit.update(strategy, by=by, version=version, **fields)


@transaction.atomic
def approve_strategy(
    strategy: Strategy,
    *,
    by: Reader,
    today: date,
    consultations: Iterable[Consultation] = (),
    unheard: str = "",
    version: int | None = None,
) -> Strategy:
    """Freeze a draft; the version approved before it is superseded.

    The approval names the consultations it rests on, or says why there was none.
    """
    audit.hold(strategy)
    require(rules.may_approve(strategy, list(strategy.items.all()), by))
    rests_on = grounds(consultations, unheard)
    before = queries.approved_version(strategy)
    seen = _seen_as(before, strategy)
    if before is not None:
        audit.update(before, by=by, verb="superseded", state=Standing.SUPERSEDED)
    return audit.update(
        strategy,
        by=by,
        version=version,
        verb="approved",
        state=Standing.APPROVED,
        approved_on=today,
        approved_by=by.name,
        **rests_on,
        **seen,
    )


def _seen_as(before: Strategy | None, strategy: Strategy) -> dict[str, Any]:
    """Who sees the version before, for one that is still private: nobody loses sight of it."""
    if before is None or strategy.visibility != Visibility.PRIVATE:
        return {}
    return {"visibility": before.visibility, "shared_with": list(before.shared_with.all())}


@transaction.atomic
def revise_strategy(strategy: Strategy, *, by: Reader) -> Strategy:
    """Draft the next version: a copy of the approved one whose items keep their lineage.

    The draft is private, whoever sees the version it comes from.
    """
    audit.hold(strategy)
    require(rules.may_revise(strategy, queries.has_draft(strategy), by))
    names = (*Strategy.FIXED, "source_id", "owner_id")
    draft = Strategy(**{name: getattr(strategy, name) for name in names})
    draft.edition = strategy.edition + 1
    audit.create(draft, by=by, verb="version drafted")
    _copy_items(strategy, draft)
    return draft


def _copy_items(strategy: Strategy, draft: Strategy) -> None:
    """All items floor by floor, and the targets of the objectives; six queries."""
    rows = list(strategy.items.prefetch_related("targets"))
    made: dict[int | None, StrategyItem | None] = {None: None}
    for kind in ItemKind:
        floor = [row for row in rows if row.kind == kind]
        copies = StrategyItem.objects.bulk_create(
            [_copy(row, draft, made[row.parent_id]) for row in floor]
        )
        made |= {row.pk: copy for row, copy in zip(floor, copies, strict=True)}
    link = StrategyItem.targets.through
    link.objects.bulk_create(
        [
            link(strategyitem=made[row.pk], target=target)
            for row in rows
            for target in row.targets.all()
        ]
    )


def _copy(row: StrategyItem, draft: Strategy, parent: StrategyItem | None) -> StrategyItem:
    names = (*StrategyItem.COPIED, "lineage", "kind", "position")
    kept = {name: getattr(row, name) for name in names}
    return StrategyItem(strategy=draft, parent=parent, **kept)


@transaction.atomic
def discard_draft(strategy: Strategy, *, by: Reader) -> None:
    """Remove a draft with its items, each with its line in the trail; the approved version
    stands."""
    audit.hold(strategy)
    require(rules.may_change(strategy, by))
    _remove_items(list(strategy.items.all()), by)
    audit.delete(strategy, by=by)


def _remove_items(rows: Iterable[StrategyItem], by: Reader) -> None:
    """Remove items from the lowest floor up, so that none goes unsaid with what it stands under."""
    floors = list(ItemKind.values)
    for row in sorted(rows, key=lambda row: -floors.index(row.kind)):
        audit.delete(row, by=by)


@transaction.atomic
def add_item(
    strategy: Strategy,
    *,
    by: Reader,
    under: StrategyItem | None = None,
    targets: Sequence[Target] = (),
    **fields: Any,
) -> StrategyItem:
    """Add an objective, or what stands ``under`` an item: an axis, or an action."""
    audit.hold(strategy)
    require(rules.may_change(strategy, by))
    kind = BELOW.get(under.kind if under else None)
    if kind is None:
        raise Invalid(_("Nothing stands under an action."))
    if targets and kind != ItemKind.OBJECTIVE:
        raise Invalid(_("Only an objective names targets."), {"targets": _("Not here.")})
    fields.setdefault("currency", strategy.currency)
    item = StrategyItem(strategy=strategy, parent=under, kind=kind, **fields)
    audit.create(item, by=by, targets=list(targets))
    audit.record(by, "item added", strategy, {"item": [None, str(item)]})
    audit.touch(strategy)
    return item


@transaction.atomic
def change_item(
    item: StrategyItem, *, by: Reader, version: int | None = None, **fields: Any
) -> StrategyItem:
    """Change one item of a draft; raises ``Conflict`` when a colleague changed it meanwhile."""
    audit.hold(item.strategy)
    require(rules.may_change(item.strategy, by))
    if fields.get("targets") and item.kind != ItemKind.OBJECTIVE:
        raise Invalid(_("Only an objective names targets."), {"targets": _("Not here.")})
    keep_hidden(item, by, fields)
    before, seen = str(item), item.version
    if audit.update(item, by=by, version=version, **fields).version == seen:
        return item
    audit.record(by, "item changed", item.strategy, {"item": [before, str(item)]})
    audit.touch(item.strategy)
    return item


@transaction.atomic
def remove_item(item: StrategyItem, *, by: Reader) -> None:
    """Remove an item of a draft with what stands under it; the trail keeps it."""
    audit.hold(item.strategy)
    require(rules.may_change(item.strategy, by))
    audit.record(by, "item removed", item.strategy, {"item": [str(item), None]})
    audit.touch(item.strategy)
    under = Q(parent=item) | Q(parent__parent=item)
    _remove_items([item, *item.strategy.items.filter(under)], by)


def _reported(subject: StrategyItem | PlanItem) -> tuple[StrategyItem | None, PlanItem | None]:
    """The action, or the item of a plan that comes from none."""
    if isinstance(subject, StrategyItem):
        return subject, None
    return (subject.item, None) if subject.item is not None else (None, subject)


@transaction.atomic
def report_progress(
    subject: StrategyItem | PlanItem,
    *,
    by: Reader,
    state: str,
    on: date,
    today: date,
    note: str = "",
) -> Progress:
    """Say how far it is; an item of a plan that comes from an action reports on the action."""
    require(rules.may_report(subject, by))
    if on > today:
        text = _("A report cannot be of a day that is still to come.")
        raise Invalid(text, {"on": text})
    action, planned = _reported(subject)
    report = Progress(
        item=action,
        plan_item=planned,
        state=state,
        on=on,
        note=note.strip(),
        user_id=by.user_id,
        said_by=by.name[:200],
    )
    audit.create(report, by=by)
    audit.record(by, "progress reported", subject, {"state": [None, report.get_state_display()]})
    return report


def note_strength(
    *, by: Reader, shared_with: Iterable[Organisation] = (), **fields: Any
) -> Strength:
    """Add a strength, weakness, opportunity or threat."""
    entry = Strength(**fields)
    require(may_edit(entry, by))
    return audit.create(entry, by=by, shared_with=list(shared_with))


@transaction.atomic
def change_strength(
    entry: Strength, *, by: Reader, version: int | None = None, **fields: Any
) -> Strength:
    """Change an entry; one that a brief may use keeps a source."""
    audit.hold(entry)
    require(may_edit(entry, by))
    if "owner" in fields:
        require(may_write_for(fields["owner"].pk, by))
    keep_hidden(entry, by, fields)
    return audit.update(entry, by=by, version=version, **fields)


@transaction.atomic
def remove_strength(entry: Strength, *, by: Reader) -> None:
    """Remove an entry; the trail keeps it."""
    require(may_edit(entry, by))
    audit.delete(entry, by=by)
