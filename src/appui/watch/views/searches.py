"""Saved searches."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from appui.intelligence.published import published
from appui.kernel.money import Money
from appui.kernel.verdict import require
from appui.registry.pages import Button, PageRequest, adding, fetch, sheet_page
from appui.registry.queries import shown
from appui.registry.rules import may_edit, may_keep_register
from appui.ui.facts import Fact
from appui.ui.forms import confirm_page, form_page, without_version
from appui.ui.listing import list_page
from appui.ui.table import Table
from appui.watch import actions, forms, listings, queries
from appui.watch.finding import OVER_FLOWS
from appui.watch.models import State
from appui.watch.running import RunReport, run_searches
from appui.watch.views.tabs import tabs

SIGNALS_SHOWN = 50


def search_list(request: PageRequest) -> HttpResponse:
    """What is watched."""
    return list_page(
        request,
        listings.SEARCHES,
        queries.searches(request.reader),
        template="ui/tabbed_list.html",
        title=_("Saved searches"),
        lead=_("What is looked at on every run; what changed becomes a signal, once."),
        tabs=tabs("watch:search_list"),
        **adding(request, "watch:search_add", _("Keep a search")),
    )


def search(request: PageRequest, pk: int) -> HttpResponse:
    """One search with what it found."""
    obj = fetch(queries.searches(request.reader).select_related("owner", "activity"), pk=pk)
    may_change = may_edit(obj, request.reader)
    found = queries.signals(request.reader).filter(search=obj, state=State.OPEN)
    minimum = None if obj.minimum is None else Money(obj.minimum, "USD")
    size = None if obj.size is None else Money(obj.size, "USD")
    activity = shown(obj.activity, request.reader)
    return sheet_page(
        request,
        obj,
        template="watch/search.html",
        crumbs=[(_("Saved searches"), reverse("watch:search_list"))],
        lead=obj.get_subject_display(),
        buttons=[
            Button(_("Change"), reverse("watch:search_edit", args=[pk]), False, may_change),
            Button(_("Run now"), reverse("watch:search_run", args=[pk]), True, may_change),
        ],
        facts=[
            Fact(_("What to watch"), obj.get_subject_display()),
            Fact(_("Donors"), ", ".join(str(item) for item in obj.donors.all())),
            Fact(_("Places"), ", ".join(str(item) for item in obj.locations.all())),
            Fact(_("Sectors"), ", ".join(f"{c.code} {c}" for c in obj.sectors.all())),
            Fact(_("Words"), obj.words),
            Fact(_("Smallest difference"), minimum, "money"),
            Fact(_("Amount to ask"), size, "money"),
            Fact(
                _("Project that may ask"),
                activity,
                href=activity.get_absolute_url() if activity else None,
            ),
            Fact(
                _("State"),
                _("runs") if obj.active else _("stopped"),
                "tag",
                tone="" if obj.active else "plain",
            ),
            Fact(_("Last run"), obj.ran_at, "date"),
            Fact(_("Responsible"), obj.responsible),
            Fact(_("Belongs to"), obj.owner),
            Fact(_("Seen by"), obj.get_visibility_display(), "tag", tone="plain"),
        ],
        signals=Table(
            [c for c in listings.SIGNALS.columns if c.key in SHOWN], list(found[:SIGNALS_SHOWN])
        ),
    )


SHOWN = frozenset({"about", "kind", "facts", "difference", "confidence", "by"})


def search_add(request: PageRequest) -> HttpResponse:
    """Keep a search."""
    require(may_keep_register(request.reader))
    carried = {name: request.GET.getlist(name) for name in ("donors", "locations", "sectors")}
    told = {name: request.GET.get(name, "") for name in ("words", "size", "activity")}
    subject = request.GET.get("subject", "")
    return form_page(
        request,
        forms.SearchForm,
        act=lambda data: actions.keep_search(by=request.reader, **without_version(data)),
        title=_("Keep a search"),
        submit=_("Keep"),
        cancel=reverse("watch:search_list"),
        kwargs={"reader": request.reader},
        initial={"active": True, "subject": subject}
        | {name: values for name, values in carried.items() if values}
        | {name: value for name, value in told.items() if value},
    )


def search_edit(request: PageRequest, pk: int) -> HttpResponse:
    """Change what a search looks at."""
    obj = fetch(queries.searches(request.reader), pk=pk)
    require(may_edit(obj, request.reader))
    return form_page(
        request,
        forms.SearchForm,
        act=lambda data: actions.change_search(obj, by=request.reader, **data),
        title=_("Change “%(name)s”") % {"name": obj},
        submit=_("Save"),
        cancel=obj.get_absolute_url(),
        kwargs={"reader": request.reader, "obj": obj},
    )


def search_run(request: PageRequest, pk: int) -> HttpResponse:
    """Look now with one search, without waiting for the next run."""
    obj = fetch(queries.searches(request.reader), pk=pk)
    require(may_edit(obj, request.reader))

    def act(_data: dict[str, Any]) -> str:
        now = timezone.now()
        report = RunReport()
        corpus = published() if obj.subject in OVER_FLOWS else None
        run_searches([obj], report, corpus, now=now, today=timezone.localdate(now))
        return obj.get_absolute_url()

    return confirm_page(
        request,
        act=act,
        title=_("Run “%(name)s” now") % {"name": obj},
        question=_("What it finds and does not know yet becomes a signal."),
        submit=_("Run now"),
        cancel=obj.get_absolute_url(),
    )
