"""What the calls of outlook share."""

from decimal import Decimal
from typing import Annotated

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Schema

from appui.kernel.api import reader_of
from appui.kernel.errors import Missing
from appui.registry.models import Organisation

Year = Annotated[int, Field(ge=1990, le=2100)]
CENT = Decimal("0.01")


class ConcentrationOut(Schema):
    """How concentrated the money is; ``effective`` is 1 ÷ ``hhi``."""

    count: int
    hhi: Decimal
    effective: Decimal
    top: str
    top_share: Decimal


def workspace(request: HttpRequest) -> Organisation:
    """The organisation the caller works in; raises ``Missing`` when there is none."""
    found = Organisation.objects.filter(pk=reader_of(request).workspace_id or 0).first()
    if found is None:
        raise Missing(_("You do not work in an organisation yet, so there is nothing to show."))
    return found
