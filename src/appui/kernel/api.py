"""What every part of the API shares: paging, keys, problems, writes that are done once."""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Annotated, Any, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from ninja import Field, Path, Schema
from ninja.pagination import LimitOffsetPagination

from appui.kernel.access import ANONYMOUS, Reader
from appui.kernel.errors import Invalid, Missing
from appui.kernel.idempotency import fingerprint_of, once

M = TypeVar("M", bound=Model)
Id = Annotated[int, Path(ge=1, le=2**63 - 1)]
Key = Annotated[int, Field(ge=1, le=2**63 - 1)]
Amount = Annotated[
    str, Field(pattern=r"^-?[0-9]{1,13}(\.[0-9]{1,2})?$", examples=["1250000.00"], max_length=17)
]
CurrencyCode = Annotated[str, Field(pattern=r"^[A-Z]{3}$", examples=["USD"])]
LARGEST_KEY = 80


class Problem(Schema):
    """Why a call was refused, as a sentence; ``fields`` names the fields at fault."""

    message: str
    fields: dict[str, str] = {}


PROBLEMS: dict[int, Any] = {400: Any, 401: Any, 403: Problem, 404: Problem, 409: Problem, 422: Any}


class Paged(LimitOffsetPagination):
    """``limit`` at most 500, ``offset`` at most a million."""

    class Input(Schema):
        limit: int = Field(50, ge=1, le=500)
        offset: int = Field(0, ge=0, le=1_000_000)


def reader_of(request: HttpRequest) -> Reader:
    """Who calls."""
    reader: Reader = getattr(request, "reader", ANONYMOUS)
    return reader


def fetch(rows: QuerySet[M], pk: int) -> M:
    """The row with that key among ``rows``; raises ``Missing``."""
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Missing(f"There is no {rows.model._meta.verbose_name} {pk} that you may see.")
    return found


def pick(rows: QuerySet[M], pk: int | None, field: str) -> M | None:
    """The row that ``field`` of a body points at, None for None; raises ``Invalid``."""
    if pk is None:
        return None
    found = rows.filter(pk=pk).first()
    if found is None:
        text = f"There is no {rows.model._meta.verbose_name} {pk} that you may use."
        raise Invalid(text, {field: text})
    return found


def pick_all(rows: QuerySet[M], keys: Iterable[int], field: str) -> list[M]:
    """The rows that ``field`` of a body points at, each once; raises ``Invalid`` naming the first
    that is not there. One query."""
    wanted = list(dict.fromkeys(keys))
    found = rows.in_bulk(wanted)
    for key in wanted:
        if key not in found:
            pick(rows, key, field)
    return [found[key] for key in wanted]


def decimal(value: str | None) -> Decimal | None:
    """An ``Amount`` of a body as a Decimal."""
    return None if value is None else Decimal(value)


def write_once(
    request: HttpRequest,
    body: Schema,
    rows: QuerySet[M],
    act: Callable[[], M],
    *,
    beside: Mapping[str, object] | None = None,
) -> M:
    """Do ``act`` once for the header ``Idempotency-Key``; without the header, each call acts.

    ``beside`` tells what was sent beside the body, such as the digest of a file. A repeated key
    with the same body answers the same record; with another body it is refused.
    """
    key = request.headers.get("Idempotency-Key", "")
    if not key:
        return act()
    if len(key) > LARGEST_KEY:
        raise Invalid(f"Idempotency-Key holds at most {LARGEST_KEY} characters.")
    answer = once(
        key,
        by=reader_of(request),
        fingerprint=fingerprint_of(
            {"path": request.path, "body": body.model_dump(mode="json"), **(beside or {})}
        ),
        act=lambda: str(act().pk),
    )
    return fetch(rows, int(answer))
