"""Whose a record is and who sees it, as the bodies of the API say it."""

from collections.abc import Collection
from typing import Annotated, Any

from ninja import Field, Schema

from appui.kernel.api import Key, pick
from appui.registry.models import Organisation, Visibility

Keys = Annotated[list[Key], Field(max_length=200)]


class OwnershipChange(Schema):
    """Whose the record is to be and who sees it; what is left out or null stays.

    ``shared_with_ids`` counts while ``visibility`` is “partners”. ``version`` is that which the
    caller saw: with another one stored, 409.
    """

    version: int | None = Field(None, ge=0, le=2**31 - 1)
    owner_id: Key | None = None
    visibility: Visibility | None = None
    shared_with_ids: Keys | None = None


OWNERSHIP_NAMES = frozenset(("owner_id", "shared_with_ids"))


def ownership(body: Schema) -> dict[str, Any]:
    """``owner`` and ``shared_with``, where a body names them; raises ``Invalid``."""
    found: dict[str, Any] = {}
    owner_id = getattr(body, "owner_id", None)
    if owner_id is not None:
        found["owner"] = pick(Organisation.objects.filter(is_workspace=True), owner_id, "owner_id")
    keys = getattr(body, "shared_with_ids", None)
    if keys is not None:
        found["shared_with"] = organisations(keys, "shared_with_ids")
    return found


def organisations(keys: list[int], field: str) -> list[Organisation]:
    """The standing organisations of all these keys; raises ``Invalid`` naming one that is not."""
    rows = Organisation.objects.standing()
    found = rows.in_bulk(keys)
    for key in keys:
        if key not in found:
            pick(rows, key, field)
    return list(found.values())


def changes(body: Schema, *without: str) -> dict[str, Any]:
    """What a body is to change, for the act of a room: null says nothing. Raises ``Invalid``."""
    plain = body.model_dump(exclude={*OWNERSHIP_NAMES, *without}, exclude_none=True)
    return plain | ownership(body)


def sent(body: Schema, clearable: Collection[str], *without: str) -> dict[str, Any]:
    """What a body names to change: null clears what is ``clearable`` and says nothing elsewhere.
    Raises ``Invalid``."""
    plain = body.model_dump(exclude={*OWNERSHIP_NAMES, *without}, exclude_unset=True)
    kept = {name: value for name, value in plain.items() if value is not None or name in clearable}
    return kept | ownership(body)
