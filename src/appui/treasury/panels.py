"""What the pages below show of a fund's accounts, to those who work in its organisation."""

from django.urls import reverse
from django.utils.translation import gettext as _

from appui.funding.models import Fund, FundKind, Transaction
from appui.kernel.access import Reader
from appui.kernel.panels import RenderedPanel
from appui.portfolio.models import Activity
from appui.treasury import listings, queries
from appui.ui.table import Table


def fund_accounts(fund: Fund, reader: Reader) -> RenderedPanel | None:
    """The way from an own fund to its accounts."""
    if fund.kind != FundKind.OWN or reader.role_in(fund.owner_id) is None:
        return None
    return RenderedPanel(
        "accounts",
        _("Accounts"),
        "treasury/_way_panel.html",
        {"url": reverse("treasury:account", args=[fund.pk]), "label": _("Open the accounts")},
    )


def line_of_a_fund(line: Transaction, reader: Reader) -> RenderedPanel | None:
    """The movement that a line of the ledger is."""
    found = queries.movements(reader).filter(transaction=line.pk).first()
    if found is None:
        return None
    return RenderedPanel(
        "movement",
        _("Movement of the fund"),
        "treasury/_way_panel.html",
        {
            "url": found.get_absolute_url(),
            "label": f"{found.earmark.fund} · {found.get_kind_display()}",
        },
    )


def project_grants(activity: Activity, reader: Reader) -> RenderedPanel | None:
    """What own funds gave to a project."""
    rows = list(queries.grants(reader).filter(activity=activity))
    if not rows:
        return None
    return RenderedPanel(
        "grants",
        _("From own funds"),
        "ui/_table_panel.html",
        {"table": Table(listings.GRANTS_OF_PROJECT, rows)},
        count=len(rows),
    )
