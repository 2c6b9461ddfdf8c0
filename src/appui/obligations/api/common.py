"""What the calls on obligations share."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field

from appui.accounts.models import User
from appui.kernel.api import pick, reader_of
from appui.registry.models import Organisation
from appui.registry.queries import colleagues

Line = Annotated[str, Field(pattern=r"^[^\x00]*$", max_length=5000)]
Address = Annotated[str, Field(pattern=r"^(https?://[^\s\x00]+)?$", max_length=500)]
Seen = Annotated[int | None, Field(ge=1, le=2**31 - 1)]


def owner(pk: int) -> Any:
    """The workspace that ``owner_id`` of a body points at; raises ``Invalid``."""
    return pick(Organisation.objects.filter(is_workspace=True), pk, "owner_id")


def person(request: HttpRequest, pk: int | None) -> User | None:
    """The colleague that ``responsible_id`` of a body points at; raises ``Invalid``."""
    people = User.objects.filter(pk__in=colleagues(reader_of(request)).values("pk"))
    return pick(people, pk, "responsible_id")
