"""The page one reads, or prints, before a meeting with a donor."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from appui.funding import listings as funding
from appui.funding.views.donors import Giving
from appui.registry.models import Organisation
from appui.registry.pages import PageRequest, fetch
from appui.ui.listing import Column
from appui.ui.table import Table
from appui.watch import listings
from appui.watch.briefing import briefing_of

GIVING_SHOWN = 10
SIGNALS = frozenset({"about", "kind", "facts", "difference", "confidence"})


def briefing(request: PageRequest, pk: int) -> HttpResponse:
    """All that is known of a donor and may be seen by the reader, on one page."""
    rows = Organisation.objects.select_related("organisation_type", "country")
    donor = fetch(rows.filter(merged_into=None), pk=pk)
    today = timezone.localdate()
    found = briefing_of(donor, request.reader, today=today)
    exchanges = [c for c in funding.INTERACTIONS.columns if c.key != "with"]
    context = {
        "donor": donor,
        "today": today,
        "found": found,
        "actions": Table(_action_columns(), found.next_actions),
        "meetings": Table(exchanges[:3], found.meetings),
        "exchanges": Table(exchanges, found.exchanges),
        "asks": Table(_without(funding.PROPOSALS.columns, "donor"), found.asks),
        "agreements": Table(
            _without(funding.AGREEMENTS.columns, "donor", "visibility"), found.agreements
        ),
        "windows": Table(_without(funding.FUNDS.columns, "donor", "visibility"), found.windows),
        "signals": Table([c for c in listings.SIGNALS.columns if c.key in SIGNALS], found.signals),
        "people": Table(_people_columns(), found.people),
        "giving": _newest(found.giving),
    }
    return render(request, "watch/briefing.html", context)


def _newest(giving: Giving | None) -> Table | None:
    """The head of the published giving, so that the page stays short."""
    return Table(giving.table.columns, giving.table.objects[:GIVING_SHOWN]) if giving else None


def _without(columns: tuple[Column, ...], *keys: str) -> list[Column]:
    return [column for column in columns if column.key not in keys]


def _action_columns() -> list[Column]:
    return [
        Column("text", _("To do"), lambda row: row.text or row.about, href=lambda row: row.url),
        Column("on", _("By"), lambda row: row.on, "date"),
        Column("about", _("About"), lambda row: row.about),
        Column("who", _("Responsible"), lambda row: row.who),
    ]


def _people_columns() -> list[Column]:
    return [
        Column("name", _("Contact"), lambda row: row.name, href=lambda row: row.get_absolute_url()),
        Column("job", _("Job title"), lambda row: row.job_title),
        Column("email", _("E-mail"), lambda row: row.email),
        Column("phone", _("Telephone"), lambda row: row.phone),
        Column("language", _("Preferred language"), lambda row: row.language, phone=False),
        Column("note", _("Note"), lambda row: row.note, phone=False),
    ]
