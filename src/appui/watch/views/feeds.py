"""Feeds and pages of calls that are read."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from appui.kernel.verdict import require
from appui.registry.pages import Button, PageRequest, adding, fetch, sheet_page
from appui.registry.rules import may_edit, may_keep_register
from appui.ui.facts import Fact
from appui.ui.forms import form_page, without_version
from appui.ui.listing import list_page
from appui.ui.table import Table
from appui.watch import actions, forms, listings, queries, words
from appui.watch.views.tabs import tabs

ITEMS_SHOWN = 100


def feed_list(request: PageRequest) -> HttpResponse:
    """The addresses that are read."""
    return list_page(
        request,
        listings.FEEDS,
        queries.feeds(request.reader),
        template="ui/tabbed_list.html",
        title=_("Feeds"),
        lead=_("Feeds and pages of calls that are read on every run; each item is kept once."),
        tabs=tabs("watch:feed_list"),
        **adding(request, "watch:feed_add", _("Add a feed")),
    )


def feed(request: PageRequest, pk: int) -> HttpResponse:
    """One feed with its items."""
    obj = fetch(queries.feeds(request.reader).select_related("owner"), pk=pk)
    whose = (obj.organisation.merged_into or obj.organisation) if obj.organisation else None
    return sheet_page(
        request,
        obj,
        template="watch/feed.html",
        crumbs=[(_("Feeds"), reverse("watch:feed_list"))],
        lead=obj.get_kind_display(),
        buttons=[
            Button(
                _("Change"),
                reverse("watch:feed_edit", args=[pk]),
                False,
                may_edit(obj, request.reader),
            )
        ],
        facts=[
            Fact(_("Address"), obj.url, href=obj.url),
            Fact(_("Kind"), obj.get_kind_display()),
            *([Fact(_("Only links whose address holds"), obj.pattern)] if obj.pattern else []),
            Fact(_("It announces"), obj.get_subject_display()),
            Fact(
                _("Whose"),
                whose,
                href=reverse("funding:donor", args=[whose.pk]) if whose else None,
            ),
            Fact(
                _("State"),
                listings.feed_word(obj),
                "tag",
                tone="late" if obj.problem else "",
                help=words.problem(obj.problem),
            ),
            Fact(_("Last read"), obj.read_at, "date"),
            Fact(_("Belongs to"), obj.owner),
            Fact(_("Seen by"), obj.get_visibility_display(), "tag", tone="plain"),
        ],
        items=Table(listings.ITEM_COLUMNS, list(obj.items.all()[:ITEMS_SHOWN])),
        problem=words.problem(obj.problem),
    )


def feed_add(request: PageRequest) -> HttpResponse:
    """Begin to read an address."""
    require(may_keep_register(request.reader))
    return form_page(
        request,
        forms.FeedForm,
        act=lambda data: actions.follow_feed(by=request.reader, **without_version(data)),
        title=_("Add a feed"),
        submit=_("Add"),
        cancel=reverse("watch:feed_list"),
        kwargs={"reader": request.reader},
        initial={"active": True, "organisation": request.GET.get("donor")},
    )


def feed_edit(request: PageRequest, pk: int) -> HttpResponse:
    """Change what is read."""
    obj = fetch(queries.feeds(request.reader), pk=pk)
    require(may_edit(obj, request.reader))
    return form_page(
        request,
        forms.FeedForm,
        act=lambda data: actions.change_feed(obj, by=request.reader, **data),
        title=_("Change “%(name)s”") % {"name": obj},
        submit=_("Save"),
        cancel=obj.get_absolute_url(),
        kwargs={"reader": request.reader, "obj": obj},
    )
