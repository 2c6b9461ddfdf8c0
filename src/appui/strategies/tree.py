"""A strategy as a tree with its costs, and what differs between two versions."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from appui.funding.queries import TargetPosition
from appui.kernel.money import Money
from appui.strategies.models import ItemKind, Strategy, StrategyItem
from appui.strategies.models.work import Work
from appui.ui import formats


@dataclass(frozen=True, slots=True)
class Costs:
    """What some actions cost: one sum a currency, nothing converted, and how many state none."""

    sums: tuple[Money, ...]
    without: int


def costs_of(rows: Iterable[Work]) -> Costs:
    """The sums of ``rows``, by currency in alphabetical order."""
    amounts: dict[str, Decimal] = {}
    without = 0
    for row in rows:
        if row.cost is None:
            without += 1
        else:
            amounts[row.currency] = amounts.get(row.currency, Decimal(0)) + row.cost
    return Costs(tuple(Money(amounts[code], code) for code in sorted(amounts)), without)


@dataclass(frozen=True, slots=True)
class Axis:
    """An axis with its actions and what they cost."""

    item: StrategyItem
    actions: tuple[StrategyItem, ...]
    costs: Costs


@dataclass(frozen=True, slots=True)
class Objective:
    """An objective with its axes, and what was mobilised toward its targets."""

    item: StrategyItem
    axes: tuple[Axis, ...]
    positions: tuple[TargetPosition, ...]


def tree_of(
    rows: Sequence[StrategyItem], positions: Mapping[int, TargetPosition]
) -> list[Objective]:
    """The items of one version as a tree; ``positions`` by the key of the target."""
    below: dict[int | None, list[StrategyItem]] = {}
    for row in rows:
        below.setdefault(row.parent_id, []).append(row)
    return [
        Objective(
            item,
            tuple(_axis(axis, below.get(axis.pk, [])) for axis in below.get(item.pk, [])),
            tuple(positions[target.pk] for target in item.targets.all() if target.pk in positions),
        )
        for item in below.get(None, [])
    ]


def _axis(item: StrategyItem, actions: Sequence[StrategyItem]) -> Axis:
    return Axis(item, tuple(actions), costs_of(actions))


Sort = Literal["added", "removed", "changed"]
LABELS: dict[str, str | Promise] = {
    "title": _("Title"),
    "description": _("Description"),
    "parent": _("Stands under"),
    "who": _("Responsible"),
    "due_on": _("Due on"),
    "cost": _("Cost"),
    "indicator": _("Indicator"),
    "indicator_target": _("Value to reach"),
    "targets": _("Targets"),
    "summary": _("Summary"),
    "years": _("Years"),
    "currency": _("Currency"),
}
Said = dict[tuple[str, str], str]


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field before and after; ``language`` when the text is that of one language."""

    field: str
    language: str
    before: str
    after: str

    @property
    def label(self) -> str:
        """The field as shown, with its language."""
        name = str(LABELS[self.field])
        return f"{name} ({formats.language_name(self.language)})" if self.language else name


@dataclass(frozen=True, slots=True)
class ItemChange:
    """An item that one version has and the other has not, or has otherwise."""

    sort: Sort
    item: StrategyItem
    fields: tuple[FieldChange, ...] = ()

    @property
    def title(self) -> str:
        """The item as shown, as the later version has it."""
        return str(self.item)

    @property
    def kind(self) -> str:
        """What kind of item it is."""
        return str(self.item.get_kind_display())


@dataclass(frozen=True, slots=True)
class Difference:
    """What the later version changes; ``head`` are the strategy's own fields."""

    head: tuple[FieldChange, ...]
    items: tuple[ItemChange, ...]

    def __bool__(self) -> bool:
        return bool(self.head or self.items)

    def of_sort(self, sort: Sort) -> list[ItemChange]:
        """The items added, removed or changed."""
        return [change for change in self.items if change.sort == sort]


def difference(
    before: Strategy,
    after: Strategy,
    old: Sequence[StrategyItem],
    new: Sequence[StrategyItem],
) -> Difference:
    """Item by item, in the order of the later version, what was removed last."""
    was = {item.lineage: item for item in old}
    now = {item.lineage: item for item in new}
    found = [_change(was.get(key), item) for key, item in _in_order(now, new)]
    gone = [ItemChange("removed", item) for key, item in _in_order(was, old) if key not in now]
    changed = [change for change in found if change is not None]
    return Difference(_fields(_head(before), _head(after)), (*changed, *gone))


def _in_order(
    known: Mapping[UUID, StrategyItem], rows: Sequence[StrategyItem]
) -> list[tuple[UUID, StrategyItem]]:
    floors = list(ItemKind)
    ordered = sorted(rows, key=lambda item: floors.index(ItemKind(item.kind)))
    return [(item.lineage, known[item.lineage]) for item in ordered]


def _change(was: StrategyItem | None, now: StrategyItem) -> ItemChange | None:
    if was is None:
        return ItemChange("added", now)
    fields = _fields(_item(was), _item(now))
    return ItemChange("changed", now, fields) if fields else None


def _fields(before: Said, after: Said) -> tuple[FieldChange, ...]:
    keys = dict.fromkeys([*before, *after])
    return tuple(
        FieldChange(*key, before.get(key, ""), after.get(key, ""))
        for key in keys
        if before.get(key, "") != after.get(key, "")
    )


def _head(strategy: Strategy) -> Said:
    return {
        **_texts("title", strategy.title),
        **_texts("summary", strategy.summary),
        ("years", ""): strategy.years,
        ("currency", ""): strategy.currency,
    }


def _item(item: StrategyItem) -> Said:
    price = item.price
    unit = item.indicator_unit
    reach = item.indicator_target
    return {
        **_texts("title", item.title),
        **_texts("description", item.description),
        ("parent", ""): str(item.parent or ""),
        ("who", ""): item.who,
        ("due_on", ""): formats.day(item.due_on) if item.due_on else "",
        ("cost", ""): formats.money(price.amount, price.currency) if price else "",
        **_texts("indicator", item.indicator),
        ("indicator_target", ""): "" if reach is None else f"{formats.number(reach)} ({unit})",
        ("targets", ""): "; ".join(sorted(str(target) for target in item.targets.all())),
    }


def _texts(field: str, value: Any) -> Said:
    return {(field, language): text for language, text in (value or {}).items()}
