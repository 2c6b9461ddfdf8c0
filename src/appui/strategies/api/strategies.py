"""Strategies, their items, progress and strengths over the API."""

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Router, Schema, Status
from ninja.pagination import paginate

from appui.evidence.models import Figure, Source
from appui.funding.models import Target
from appui.kernel.api import (
    PROBLEMS,
    CurrencyCode,
    Id,
    Key,
    Paged,
    fetch,
    pick,
    pick_all,
    reader_of,
    write_once,
)
from appui.kernel.errors import Missing
from appui.registry.models import Visibility
from appui.registry.ownership import Keys, OwnershipChange, changes, organisations
from appui.strategies import actions, queries, tree
from appui.strategies.api.common import (
    ApprovalIn,
    ProgressIn,
    ProgressOut,
    Removed,
    SeenVersion,
    Text,
    WorkIn,
    WorkOut,
    grounds,
    owner,
    work,
)
from appui.strategies.models import (
    ItemKind,
    Progress,
    Standing,
    Strategy,
    StrategyItem,
    Strength,
    SwotKind,
)

router = Router()


class StrategyOut(Schema):
    """One version of a strategy."""

    id: int
    version: int
    reference: str
    edition: int
    title: Text
    summary: Text
    year_from: int
    year_to: int
    currency: str
    state: str
    approved_on: date | None
    approved_by: str
    consultation_ids: list[int]
    unheard: str
    source_id: int | None = Field(None, alias="source.pk")
    owner_id: int
    visibility: str

    @staticmethod
    def resolve_consultation_ids(obj: Strategy) -> list[int]:
        return [one.pk for one in obj.consultations.all()]


class StrategyIn(Schema):
    """The first version of a strategy, a draft."""

    reference: str = Field(min_length=1, max_length=40, pattern=r"^[-a-zA-Z0-9_]+$")
    title: Text
    summary: Text = {}
    year_from: int = Field(ge=1990, le=2100)
    year_to: int = Field(ge=1990, le=2100)
    currency: CurrencyCode = "USD"
    source_id: Key | None = None
    owner_id: Key
    visibility: Visibility = Visibility.PRIVATE
    shared_with_ids: Keys = []


class StrategyChange(OwnershipChange):
    """What a draft says of itself; who sees it, alone, changes once it is approved."""

    reference: str | None = Field(None, min_length=1, max_length=40, pattern=r"^[-a-zA-Z0-9_]+$")
    source_id: Key | None = None
    title: Text | None = None
    summary: Text | None = None
    year_from: int | None = Field(None, ge=1990, le=2100)
    year_to: int | None = Field(None, ge=1990, le=2100)
    currency: CurrencyCode | None = None


class StrategyItemOut(WorkOut):
    """An objective, an axis or an action; ``lineage`` is the same in every version."""

    strategy_id: int
    lineage: str
    parent_id: int | None
    kind: str
    position: int
    target_ids: list[int]

    @staticmethod
    def resolve_lineage(item: StrategyItem) -> str:
        return str(item.lineage)

    @staticmethod
    def resolve_target_ids(item: StrategyItem) -> list[int]:
        return [target.pk for target in item.targets.all()]


class StrategyItemIn(WorkIn):
    """A new item: an objective, or with ``under_id`` what stands under that item."""

    under_id: Key | None = None
    position: int = Field(0, ge=0, le=32767)
    target_ids: list[Key] = Field([], max_length=50)


class StrategyItemChange(StrategyItemIn):
    """An item as it is to be; ``version`` is that which the caller saw."""

    version: int | None = Field(None, ge=0, le=2**31 - 1)


class FieldChangeOut(Schema):
    """One field before and after."""

    field: str
    language: str
    before: str
    after: str


class ItemChangeOut(Schema):
    """An item added, removed or changed."""

    sort: str
    item_id: int
    title: Text
    fields: list[FieldChangeOut]


class DifferenceOut(Schema):
    """What a version changes of an earlier one."""

    from_edition: int
    to_edition: int
    head: list[FieldChangeOut]
    items: list[ItemChangeOut]


class StrengthOut(Schema):
    """A strength, weakness, opportunity or threat with its source."""

    id: int
    version: int
    kind: str
    text: Text
    usable: bool
    position: int
    source_id: int | None = Field(None, alias="source.pk")
    figure_id: int | None = Field(None, alias="figure.pk")
    owner_id: int
    visibility: str


class StrengthIn(Schema):
    """An entry of the four quarters; one that is ``usable`` in a brief names a source or figure."""

    kind: SwotKind
    text: Text
    usable: bool = False
    source_id: Key | None = None
    figure_id: Key | None = None
    position: int = Field(0, ge=0, le=32767)
    owner_id: Key
    visibility: Visibility = Visibility.PRIVATE
    shared_with_ids: Keys = []


class StrengthChange(StrengthIn):
    """An entry as it is to be; ``version`` is that which the caller saw."""

    version: int | None = Field(None, ge=0, le=2**31 - 1)


@router.get("/strategies", response={200: list[StrategyOut], **PROBLEMS})
@paginate(Paged)
def list_strategies(request: HttpRequest, state: Standing | None = None) -> QuerySet[Strategy]:
    """Versions of strategies the caller may see."""
    rows = queries.strategies(reader_of(request))
    return rows.filter(state=state) if state else rows


@router.post("/strategies", response={201: StrategyOut, **PROBLEMS})
def draft_strategy(request: HttpRequest, body: StrategyIn) -> Status[Strategy]:
    """Draft a strategy."""

    def act() -> Strategy:
        return actions.draft_strategy(
            by=reader_of(request),
            owner=owner(body.owner_id),
            source=_source(request, body.source_id),
            shared_with=organisations(body.shared_with_ids, "shared_with_ids"),
            **body.model_dump(exclude={"owner_id", "source_id", "shared_with_ids"}),
        )

    return Status(201, write_once(request, body, queries.strategies(reader_of(request)), act))


@router.get("/strategies/{pk}", response={200: StrategyOut, **PROBLEMS})
def get_strategy(request: HttpRequest, pk: Id) -> Strategy:
    """One version of a strategy."""
    return _strategy(request, pk)


@router.post("/strategies/{pk}", response={200: StrategyOut, **PROBLEMS})
def change_strategy(request: HttpRequest, pk: Id, body: StrategyChange) -> Strategy:
    """Change what a draft says of itself, or who sees an approved strategy."""
    obj, by = _strategy(request, pk), reader_of(request)
    fields: dict[str, Any] = changes(body, "source_id")
    if body.source_id is not None:
        fields["source"] = _source(request, body.source_id)
    if not obj.is_draft and set(fields) <= {"version", "visibility", "shared_with"}:
        return actions.share_strategy(obj, by=by, **fields)
    return actions.change_strategy(obj, by=by, **fields)


@router.delete("/strategies/{pk}", response={200: Removed, **PROBLEMS})
def discard_draft(request: HttpRequest, pk: Id) -> Removed:
    """Remove a draft."""
    actions.discard_draft(_strategy(request, pk), by=reader_of(request))
    return Removed()


@router.post("/strategies/{pk}/approve", response={200: StrategyOut, **PROBLEMS})
def approve_strategy(request: HttpRequest, pk: Id, body: ApprovalIn) -> Strategy:
    """Freeze a draft; the version approved before is superseded."""
    return actions.approve_strategy(
        _strategy(request, pk),
        by=reader_of(request),
        today=timezone.localdate(),
        **grounds(request, body),
    )


@router.post("/strategies/{pk}/revise", response={201: StrategyOut, **PROBLEMS})
def revise_strategy(request: HttpRequest, pk: Id, body: SeenVersion) -> Status[Strategy]:
    """Draft the next version from the approved one."""
    by, obj = reader_of(request), _strategy(request, pk)
    rows = queries.strategies(by)
    made = write_once(request, body, rows, lambda: actions.revise_strategy(obj, by=by))
    return Status(201, made)


@router.get("/strategies/{pk}/differences", response={200: DifferenceOut, **PROBLEMS})
def differences(request: HttpRequest, pk: Id, edition: int | None = None) -> DifferenceOut:
    """What a version changes of ``edition``, else of the one before it."""
    reader, after = reader_of(request), _strategy(request, pk)
    rows = queries.versions(after, reader).exclude(pk=pk)
    wanted = {"edition__lt": after.edition} if edition is None else {"edition": edition}
    before = rows.filter(**wanted).first()
    if before is None:
        raise Missing("There is no other version to compare with.")
    items = queries.items(reader)
    found = tree.difference(
        before, after, list(items.filter(strategy=before)), list(items.filter(strategy=after))
    )
    return DifferenceOut(
        from_edition=before.edition,
        to_edition=after.edition,
        head=[_field(change) for change in found.head],
        items=[_item_change(change) for change in found.items],
    )


def _item_change(change: tree.ItemChange) -> ItemChangeOut:
    return ItemChangeOut(
        sort=change.sort,
        item_id=change.item.pk,
        title=change.item.title,
        fields=[_field(field) for field in change.fields],
    )


def _field(change: tree.FieldChange) -> FieldChangeOut:
    return FieldChangeOut(
        field=change.field, language=change.language, before=change.before, after=change.after
    )


@router.get("/strategies/{pk}/items", response={200: list[StrategyItemOut], **PROBLEMS})
@paginate(Paged)
def list_items(request: HttpRequest, pk: Id) -> QuerySet[StrategyItem]:
    """The items of one version."""
    return queries.items(reader_of(request)).filter(strategy=_strategy(request, pk))


@router.post("/strategies/{pk}/items", response={201: StrategyItemOut, **PROBLEMS})
def add_item(request: HttpRequest, pk: Id, body: StrategyItemIn) -> Status[StrategyItem]:
    """Add an objective, an axis or an action to a draft."""
    obj = _strategy(request, pk)
    rows = queries.items(reader_of(request)).filter(strategy=obj)

    def act() -> StrategyItem:
        return actions.add_item(
            obj,
            by=reader_of(request),
            under=pick(rows, body.under_id, "under_id"),
            position=body.position,
            targets=_targets(request, body.target_ids),
            **work(request, body),
        )

    return Status(201, fetch(rows, write_once(request, body, rows, act).pk))


@router.get("/strategy-items/{pk}", response={200: StrategyItemOut, **PROBLEMS})
def get_item(request: HttpRequest, pk: Id) -> StrategyItem:
    """One item."""
    return fetch(queries.items(reader_of(request)), pk)


@router.post("/strategy-items/{pk}", response={200: StrategyItemOut, **PROBLEMS})
def change_item(request: HttpRequest, pk: Id, body: StrategyItemChange) -> StrategyItem:
    """Change an item of a draft; 409 when a colleague changed it since ``version``."""
    item = fetch(queries.items(reader_of(request)), pk)
    fields = work(request, body) | {"position": body.position}
    if item.kind == ItemKind.OBJECTIVE or body.target_ids:
        fields["targets"] = _targets(request, body.target_ids)
    return actions.change_item(item, by=reader_of(request), version=body.version, **fields)


@router.delete("/strategy-items/{pk}", response={200: Removed, **PROBLEMS})
def remove_item(request: HttpRequest, pk: Id) -> Removed:
    """Remove an item of a draft with what stands under it."""
    actions.remove_item(fetch(queries.items(reader_of(request)), pk), by=reader_of(request))
    return Removed()


@router.get("/strategy-items/{pk}/progress", response={200: list[ProgressOut], **PROBLEMS})
@paginate(Paged)
def list_progress(request: HttpRequest, pk: Id) -> QuerySet[Progress]:
    """What was reported of an action, the latest first."""
    reader = reader_of(request)
    return queries.reports_of(fetch(queries.items(reader), pk), reader)


@router.post("/strategy-items/{pk}/progress", response={201: ProgressOut, **PROBLEMS})
def report_progress(request: HttpRequest, pk: Id, body: ProgressIn) -> Status[Progress]:
    """Say how far an action of an approved strategy is."""
    item, by = fetch(queries.items(reader_of(request)), pk), reader_of(request)
    fields = body.model_dump()
    rows = queries.reports_of(item, by)
    made = write_once(
        request,
        body,
        rows,
        lambda: actions.report_progress(item, by=by, today=timezone.localdate(), **fields),
    )
    return Status(201, made)


@router.get("/strengths", response={200: list[StrengthOut], **PROBLEMS})
@paginate(Paged)
def list_strengths(
    request: HttpRequest, kind: SwotKind | None = None, usable: bool | None = None
) -> QuerySet[Strength]:
    """Strengths, weaknesses, opportunities and threats the caller may see."""
    rows = queries.strengths(reader_of(request))
    rows = rows.filter(kind=kind) if kind else rows
    return rows if usable is None else rows.filter(usable=usable)


@router.post("/strengths", response={201: StrengthOut, **PROBLEMS})
def note_strength(request: HttpRequest, body: StrengthIn) -> Status[Strength]:
    """Add an entry."""

    def act() -> Strength:
        return actions.note_strength(by=reader_of(request), **_strength(request, body))

    return Status(201, write_once(request, body, queries.strengths(reader_of(request)), act))


@router.post("/strengths/{pk}", response={200: StrengthOut, **PROBLEMS})
def change_strength(request: HttpRequest, pk: Id, body: StrengthChange) -> Strength:
    """Change an entry."""
    entry = fetch(queries.strengths(reader_of(request)), pk)
    fields = _strength(request, body)
    return actions.change_strength(entry, by=reader_of(request), version=body.version, **fields)


@router.delete("/strengths/{pk}", response={200: Removed, **PROBLEMS})
def remove_strength(request: HttpRequest, pk: Id) -> Removed:
    """Remove an entry."""
    entry = fetch(queries.strengths(reader_of(request)), pk)
    actions.remove_strength(entry, by=reader_of(request))
    return Removed()


def _strength(request: HttpRequest, body: StrengthIn) -> dict[str, Any]:
    figures = Figure.objects.visible_to(reader_of(request))
    return {
        "owner": owner(body.owner_id),
        "source": _source(request, body.source_id),
        "figure": pick(figures, body.figure_id, "figure_id"),
        "shared_with": organisations(body.shared_with_ids, "shared_with_ids"),
        **body.model_dump(include={"kind", "text", "usable", "position", "visibility"}),
    }


def _strategy(request: HttpRequest, pk: int) -> Strategy:
    return fetch(queries.strategies(reader_of(request)), pk)


def _source(request: HttpRequest, pk: int | None) -> Source | None:
    return pick(Source.objects.visible_to(reader_of(request)), pk, "source_id")


def _targets(request: HttpRequest, keys: list[int]) -> list[Target]:
    return pick_all(Target.objects.visible_to(reader_of(request)), keys, "target_ids")
