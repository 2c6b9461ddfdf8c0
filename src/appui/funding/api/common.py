"""What the parts of this API share: which rows, owners and organisations a call may name."""

from typing import TypeVar

from django.db.models import QuerySet
from django.http import HttpRequest

from appui.kernel.api import pick, reader_of
from appui.registry.models import Organisation, Owned, OwnedQuerySet

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
