"""Pages that mix rooms."""

from collections.abc import Sequence

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from appui.funding.queries import need_gaps, rate_rule
from appui.funding.views.gap import columns
from appui.home import listings, pictures, rules, trail
from appui.home import search as searching
from appui.home.standing import (
    Figure,
    Standing,
    open_needs,
    rows_behind,
    standing,
    workspace_of,
)
from appui.kernel.access import Role
from appui.kernel.errors import Missing
from appui.kernel.verdict import require
from appui.registry.models import Organisation
from appui.registry.pages import PageRequest
from appui.ui import formats
from appui.ui.listing import LONGEST_SEARCH, list_page
from appui.ui.table import Table
from appui.ui.templatetags.ui import Tab
from appui.watch import due as dues

NEEDS_SHOWN = 12
DUE_SHOWN = 8
CHANGES_SHOWN = 8
FIGURE_TITLES = {
    Figure.NEED: lambda: _("What is needed"),
    Figure.SECURED: lambda: _("What is secured"),
    Figure.ASKED: lambda: _("What is asked, weighted by its chance"),
    Figure.MISSING: lambda: _("What is missing"),
}


def dashboard(request: PageRequest) -> HttpResponse:
    """Where the organisation stands, what is due, what changed."""
    organisation = workspace_of(request.reader)
    if organisation is None:
        return _no_workspace(request)
    today = timezone.localdate()
    found = standing(organisation, request.reader, today=today)
    due_items = dues.due_items(organisation.pk, request.reader, today=today)
    entries = trail.seen_by(request.reader, organisation)[:CHANGES_SHOWN]
    return render(
        request,
        "home/dashboard.html",
        {
            "organisation": organisation,
            "standing": found,
            "today": today,
            "needs": _needs_table(found),
            "needs_count": len(found.position.needs),
            "uncosted": len(found.position.needs) - len(found.costed),
            "chart": _chart(found),
            "due_items": due_items[:DUE_SHOWN],
            "due_count": len(due_items),
            "late_count": sum(item.is_late for item in due_items),
            "changes": trail.changes(entries),
            "may_write": request.reader.has(Role.EDITOR, organisation.pk),
            "may_audit": bool(rules.may_audit(organisation.pk, request.reader)),
        },
    )


def _no_workspace(request: PageRequest) -> HttpResponse:
    context = {"choices": request.workspaces, "email": request.user.email}
    return render(request, "home/no_workspace.html", context)


def _needs_table(found: Standing) -> Table:
    costed = found.costed
    others = [gap for gap in found.position.needs if gap.total.need <= 0]
    return Table(listings.NEED_COLUMNS, [*costed, *others][:NEEDS_SHOWN])


def _chart(found: Standing) -> str:
    """A bar for each need; nothing when there are not two to compare."""
    bars = pictures.missing_by_need(found)
    if len(bars) < 2:
        return ""
    return pictures.bar_chart(bars, found.position.currency, formats.language())


def _workspace(request: PageRequest) -> Organisation:
    organisation = workspace_of(request.reader)
    if organisation is None:
        raise Missing(_("You do not work in an organisation yet, so there is nothing to show."))
    return organisation


def rows(request: PageRequest, figure: str) -> HttpResponse:
    """The records that make one figure of the dashboard."""
    organisation = _workspace(request)
    if figure not in list(Figure):
        raise Missing(_("There is nothing at this address, or it is not shared with you."))
    today = timezone.localdate()
    wanted = Figure(figure)
    gaps = need_gaps(open_needs(organisation, request.reader), request.reader, today=today)
    behind = rows_behind(wanted, gaps, currency=organisation.currency, today=today)
    return render(
        request,
        "home/rows.html",
        {
            "organisation": organisation,
            "title": FIGURE_TITLES[wanted](),
            "behind": behind,
            "tables": [
                (item, Table(columns(item.gap.currency), list(item.rows))) for item in behind.needs
            ],
            "rate_rule": rate_rule(organisation.currency),
            "is_missing": wanted == Figure.MISSING,
        },
    )


def due(request: PageRequest) -> HttpResponse:
    """Everything that is late or due within three months."""
    organisation = _workspace(request)
    items = dues.due_items(organisation.pk, request.reader, today=timezone.localdate())
    late = [item for item in items if item.is_late]
    coming = [item for item in items if not item.is_late]
    context = {"organisation": organisation, "late": late, "coming": coming}
    return render(request, "home/due.html", context)


def search(request: PageRequest) -> HttpResponse:
    """What the reader may see and that holds all the words typed."""
    typed = "".join(c if c.isprintable() else " " for c in request.GET.get("q", ""))
    query = " ".join(typed.split())[:LONGEST_SEARCH]
    only = request.GET.get("in", "")
    groups = searching.find(query, request.reader, only=only)
    context = {
        "search_query": query,
        "groups": groups,
        "tabs": [Tab(group.label, f"#{group.key}", count=group.total) for group in groups],
        "total": sum(group.total for group in groups),
        "too_short": bool(query) and not searching.is_long_enough(query),
        "only": only if only in searching.BY_KEY else "",
        "starts": _starts(request),
    }
    return render(request, "home/search.html", context)


def _starts(request: PageRequest) -> Sequence[tuple[str, str]]:
    """Where to begin when nothing was typed."""
    return [
        (_("Needs"), reverse("needs:need_list")),
        (_("Organisations"), reverse("registry:organisation_list")),
        (_("Places"), reverse("registry:location_list")),
    ]


def audit(request: PageRequest) -> HttpResponse:
    """Every write on what belongs to the organisation."""
    organisation = _workspace(request)
    require(rules.may_audit(organisation.pk, request.reader))
    return list_page(
        request,
        listings.AUDIT,
        trail.whole_trail(organisation, request.reader),
        title=_("Audit trail"),
        lead=_(
            "Who wrote what and when in “%(name)s”. No line is ever removed; of an erased contact "
            "only a dash remains."
        )
        % {"name": organisation},
    )
