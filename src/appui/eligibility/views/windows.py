"""Windows by what one looks for, projects against windows, and the projects of one window."""

from dataclasses import replace
from typing import Any, cast

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from appui.eligibility import listings, queries
from appui.kernel.panels import panels_for
from appui.portfolio.models import Activity
from appui.registry.pages import PageRequest, fetch
from appui.ui import export
from appui.ui.listing import Listing, fill_table, filtered, list_page, read, sorted_rows
from appui.ui.templatetags.ui import Tab

WINDOWS_SHOWN = 8
WINDOWS_EXPORTED = 50


def tabs(current: str) -> list[Tab]:
    """The windows one looks for, and all projects against all windows."""
    items = [
        ("eligibility:window_list", _("Windows to ask")),
        ("eligibility:matrix", _("Projects and windows")),
    ]
    return [Tab(label, reverse(name), name == current) for name, label in items]


def window_list(request: PageRequest) -> HttpResponse:
    """Windows that are not closed, by eligibility, place, theme, deadline and size."""
    today = timezone.localdate()
    project = listings.chosen(request)
    listing = listings.window_search(request, project, today=today)
    rows = queries.open_windows(request.reader, day=today)
    if project is not None:
        judged = queries.verdicts([project], rows, request.reader, day=today)
        listing = listings.with_verdict(
            listing, {fund: item for (_pk, fund), item in judged.items()}, project
        )
    return list_page(
        request,
        listing,
        rows,
        template="eligibility/window_list.html",
        title=_("Windows to ask"),
        lead=_("Choose a project to see which windows it may ask, and what to fix for the others."),
        tabs=tabs("eligibility:window_list"),
        panels=panels_for(cast("Any", request.GET), request.reader, page="eligibility.search"),
    )


def matrix(request: PageRequest) -> HttpResponse:
    """All projects against the windows that are open: verdicts of one page at a time."""
    today = timezone.localdate()
    windows = queries.open_windows(request.reader, day=today)
    total = windows.count()
    wanted = request.GET.get("format", "")
    shown = list(windows[: WINDOWS_EXPORTED if wanted in export.KINDS else WINDOWS_SHOWN])
    context = {
        "title": _("Projects and windows"),
        "lead": _("Which project may ask which open window, by the rules in force today."),
        "tabs": tabs("eligibility:matrix"),
        "left_out": max(total - len(shown), 0),
    }
    rows = Activity.objects.visible_to(request.reader).select_related("status", "owner")
    return judged_page(
        request,
        listings.MATRIX,
        rows,
        lambda found: listings.matrix(
            shown, queries.verdicts(found, shown, request.reader, day=today)
        ),
        "eligibility/matrix.html",
        context,
    )


def projects(request: PageRequest, pk: int) -> HttpResponse:
    """The projects that the reader may see, as one window judges them."""
    today = timezone.localdate()
    fund = fetch(queries.windows(request.reader), pk=pk)
    name = f"projects-at-window-{pk}"
    context = {
        "title": _("Projects at “%(window)s”") % {"window": fund},
        "lead": _("What the rules in force today say of each project, and what to fix."),
        "crumbs": [
            (_("Windows and calls"), reverse("funding:fund_list")),
            (str(fund), fund.get_absolute_url()),
        ],
    }
    rows = Activity.objects.visible_to(request.reader).select_related("status", "owner")

    def columns(found: list[Activity]) -> Listing:
        judged = queries.verdicts(found, [fund], request.reader, day=today)
        return replace(listings.MATRIX, name=name, columns=listings.at_window(fund, judged))

    return judged_page(
        request, replace(listings.MATRIX, name=name), rows, columns, "ui/list_page.html", context
    )


def judged_page(
    request: PageRequest,
    listing: Listing,
    rows: Any,
    columns: Any,
    template: str,
    context: dict[str, Any],
) -> HttpResponse:
    """A list whose columns are made for the rows of its page: ``columns`` gives the list for them,
    so that verdicts are found for a page at once and for no other row."""
    view = read(request, listing)
    found = sorted_rows(view, filtered(view, rows))
    wanted = request.GET.get("format", "")
    if wanted in export.KINDS:
        everything = list(found)
        whole = columns(everything)
        return export.file_response(whole.name, wanted, whole.columns, everything)
    page = Paginator(found, listing.page_size).get_page(request.GET.get("page") or 1)
    page.object_list = list(page.object_list)
    view.listing = columns(page.object_list)
    fill_table(view, page)
    fragment = request.headers.get("HX-Request") == "true"
    return render(
        request, "ui/_listing.html" if fragment else template, {**context, "listing": view}
    )
