"""What the calls on a fund's accounts share."""

from django.http import HttpRequest

from appui.funding.models import Fund
from appui.kernel.api import fetch, pick, reader_of
from appui.portfolio.models import Activity
from appui.registry.models import Organisation
from appui.treasury import queries
from appui.treasury.models import Earmark


def own_fund(request: HttpRequest, pk: int) -> Fund:
    """The fund whose accounts the caller may see; raises ``Missing``."""
    return fetch(queries.funds(reader_of(request)), pk)


def earmark_of(request: HttpRequest, fund: Fund, pk: int | None, field: str) -> Earmark | None:
    """The earmark of that fund that a body names; raises ``Invalid``."""
    return pick(queries.earmarks(reader_of(request)).filter(fund=fund), pk, field)


def organisation(pk: int | None, field: str) -> Organisation | None:
    """The organisation that a body names, unless merged; raises ``Invalid``."""
    return pick(Organisation.objects.standing(), pk, field)


def project(request: HttpRequest, pk: int | None, field: str) -> Activity | None:
    """The project that a body names; raises ``Invalid``."""
    return pick(Activity.objects.visible_to(reader_of(request)), pk, field)
