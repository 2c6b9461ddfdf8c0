"""The audit trail as people may read it: by colleagues what they see, by managers the whole."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any, cast

from django.apps import apps
from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.urls import NoReverseMatch
from django.utils.translation import gettext as _

from appui.kernel.access import Reader
from appui.kernel.models import AuditEntry
from appui.registry.models import Membership, Organisation, Owned

GONE = ("deleted", "erased")
SHARED = (
    "registry.organisation",
    "registry.organisationalias",
    "registry.organisationidentifier",
    "registry.exchangerate",
)


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the trail as shown; ``url`` is empty when the record has no page or is gone."""

    entry: AuditEntry
    verb: str
    kind: str
    url: str


def owned_models() -> list[type[Owned]]:
    """Every model whose rows belong to an organisation and have a page."""
    return [model for model in apps.get_models() if issubclass(model, Owned)]


def seen_by(reader: Reader, organisation: Organisation) -> QuerySet[AuditEntry]:
    """What was done to records the reader may see, and to those of ``organisation`` now gone."""
    owned = owned_models()
    visible = [
        Q(Exists(_visible(model, reader).filter(pk=OuterRef("object_id"))))
        & Q(model=model._meta.label_lower)
        for model in owned
    ]
    labels = [model._meta.label_lower for model in owned]
    gone = Q(organisation_id=organisation.pk, model__in=labels, verb__in=GONE)
    shared = Q(model__in=SHARED)
    return _entries().filter(reduce(or_, visible) | gone | shared)


def _visible(model: type[Owned], reader: Reader) -> QuerySet[Any]:
    manager: Any = model._default_manager
    rows: QuerySet[Any] = manager.visible_to(reader)
    return rows


def whole_trail(organisation: Organisation, reader: Reader) -> QuerySet[AuditEntry]:
    """Every write on what belongs to ``organisation``, and by its members on what all share.

    A superuser also sees the writes that belong to no organisation.
    """
    own = Q(organisation_id=organisation.pk)
    if reader.is_superuser:
        return _entries().filter(own | Q(organisation_id=None))
    members = Membership.objects.filter(organisation=organisation).values("user")
    by_members = Q(organisation_id=None, model__in=SHARED, user_id__in=members)
    return _entries().filter(own | by_members)


def _entries() -> QuerySet[AuditEntry]:
    return cast("QuerySet[AuditEntry]", AuditEntry.objects.all())


def changes(entries: Iterable[AuditEntry]) -> list[Change]:
    """The lines as shown; one query, to know which records are gone."""
    found = list(entries)
    gone = _gone(found)
    return [
        Change(entry, _(entry.verb), kind_of(entry), "" if key in gone else url_of(entry))
        for entry in found
        for key in [(entry.model, entry.object_id)]
    ]


def _gone(entries: Sequence[AuditEntry]) -> set[tuple[str, int]]:
    if not entries:
        return set()
    pairs = {(entry.model, entry.object_id) for entry in entries}
    wanted = reduce(or_, (Q(model=model, object_id=key) for model, key in pairs))
    return set(_entries().filter(wanted, verb__in=GONE).values_list("model", "object_id"))


def model_of(entry: AuditEntry) -> type[Model] | None:
    """The model the entry speaks of; None when this version of Appui has it no more."""
    try:
        return apps.get_model(entry.model)
    except (LookupError, ValueError):
        return None


def kind_of(entry: AuditEntry) -> str:
    """What kind of record it is, in the reader's language."""
    model = model_of(entry)
    return str(model._meta.verbose_name) if model else entry.model


def field_label(entry: AuditEntry, name: str) -> str:
    """What a field of the record is called, in the reader's language."""
    model = model_of(entry)
    known = {field.name: field for field in model._meta.get_fields()} if model else {}
    return str(getattr(known.get(name), "verbose_name", None) or _(name))


def url_of(entry: AuditEntry) -> str:
    """The record's page, from its key alone; empty when its address needs more than the key."""
    model = model_of(entry)
    if model is None or not issubclass(model, Owned | Organisation):
        return ""
    make: Any = model
    try:
        return str(make(pk=entry.object_id).get_absolute_url())
    except NoReverseMatch:
        return ""


def of_request(request: HttpRequest) -> QuerySet[AuditEntry]:
    """The whole trail of the organisation in which the person behind the request works."""
    reader: Reader = request.reader  # type: ignore[attr-defined]
    known: list[Organisation] = request.workspaces  # type: ignore[attr-defined]
    chosen = next((item for item in known if item.pk == reader.workspace_id), None)
    return whole_trail(chosen, reader) if chosen else _entries().none()
