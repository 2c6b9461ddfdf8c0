"""What the parts of this API share: which rows, owners and organisations a call may name."""

from typing import Any, TypeVar

from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from ninja import Schema

from appui.evidence.models import Source
from appui.kernel.api import pick, reader_of
from appui.registry.models import Organisation, Owned, OwnedQuerySet
from appui.registry.ownership import OWNERSHIP_NAMES, ownership

M = TypeVar("M", bound=Owned)
Text = dict[str, str]


def visible(request: HttpRequest, model: type[M], *joins: str) -> QuerySet[M]:
    """Rows of ``model`` the caller may see."""
    rows = OwnedQuerySet[M](model).visible_to(reader_of(request))
    return rows.select_related(*joins) if joins else rows


def owner(pk: int) -> Organisation | None:
    """The workspace that ``owner_id`` of a body points at; raises ``Invalid``."""
    return pick(Organisation.objects.filter(is_workspace=True), pk, "owner_id")


def organisation(pk: int | None, field: str) -> Organisation | None:
    """The organisation that ``field`` of a body points at, unless merged; raises ``Invalid``."""
    return pick(Organisation.objects.standing(), pk, field)


def with_source(request: HttpRequest, rows: QuerySet[M]) -> QuerySet[M]:
    """``rows`` with their sources, None where the caller may not see it; one query more."""
    return rows.prefetch_related(Prefetch("source", visible(request, Source)))


def source(request: HttpRequest, pk: int | None) -> Source | None:
    """The source that ``source_id`` of a body points at; raises ``Invalid``."""
    return pick(visible(request, Source), pk, "source_id")


def sent(body: Schema, *needed: str) -> dict[str, Any]:
    """What a body is to change, for the act: what is left out stays, and null empties a field.

    Of the fields that are ``needed``, of who owns the record and of who sees it, null says nothing.
    Raises ``Invalid``.
    """
    kept = {*needed, "visibility"}
    plain = body.model_dump(exclude_unset=True, exclude={*OWNERSHIP_NAMES})
    told = {name: value for name, value in plain.items() if value is not None or name not in kept}
    return told | ownership(body)
