"""What the pages of a fund's accounts share: the fund of an address, its tabs, its crumbs."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from appui.funding.models import Fund
from appui.registry.pages import PageRequest, fetch
from appui.treasury import queries
from appui.ui.templatetags.ui import Tab

Crumbs = list[tuple[Any, str]]


def own_fund(request: PageRequest, pk: int) -> Fund:
    """The fund whose accounts the reader may see; raises ``Missing``."""
    return fetch(queries.funds(request.reader), pk=pk)


def tabs(fund: Fund, current: str) -> list[Tab]:
    """The parts of a fund's accounts."""
    items = [
        ("treasury:account", _("Balances")),
        ("treasury:movements", _("Movements")),
        ("treasury:statement", _("Statements")),
        ("treasury:periods", _("Periods")),
        ("treasury:bank", _("Bank")),
    ]
    return [Tab(label, reverse(name, args=[fund.pk]), name == current) for name, label in items]


def crumbs(fund: Fund | None = None) -> Crumbs:
    """The list of funds, then the fund."""
    found: Crumbs = [(_("Own funds"), reverse("treasury:account_list"))]
    if fund is not None:
        found.append((str(fund), reverse("treasury:account", args=[fund.pk])))
    return found
