"""What the pages below show of the watch."""

from collections.abc import Mapping
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from appui.funding.models import Fund
from appui.kernel.access import Reader
from appui.kernel.panels import RenderedPanel
from appui.registry.models import Code, Location, Organisation
from appui.registry.rules import may_keep_register
from appui.watch import words
from appui.watch.digest import Line
from appui.watch.queries import signals_about

SHOWN = 5


def before_a_meeting(organisation: Organisation, reader: Reader) -> RenderedPanel | None:
    """The newest signals about a donor, and the way to its briefing."""
    if organisation.merged_into_id is not None:
        return None
    rows = signals_about(organisation, reader)
    found = list(rows[:SHOWN])
    context = {
        "signals": [Line(words.line(item), item.get_absolute_url()) for item in found],
        "briefing_url": reverse("watch:briefing", args=[organisation.pk]),
    }
    title = _("Before a meeting")
    return RenderedPanel("watch", title, "watch/_meeting.html", context, region="aside")


def fund_in_calendar(fund: Fund, reader: Reader) -> RenderedPanel | None:
    """The deadline of a call as an event."""
    if fund.deadline is None:
        return None
    context = {"url": reverse("watch:date_file", args=["deadline", fund.pk])}
    return RenderedPanel("calendar", _("Calendar"), "watch/_calendar.html", context, region="aside")


def keep_window_search(asked: Mapping[str, str], reader: Reader) -> RenderedPanel | None:
    """From windows one looks for to a saved search that tells of new and changed ones; ``asked``
    is the query of their list. Two queries."""
    if not may_keep_register(reader):
        return None
    place = Location.objects.filter(code=asked.get("place", "")[:2]).first()
    theme = Code.objects.of("Sector").filter(code=asked.get("theme", "")).first()
    carried = {
        "subject": "calls",
        "locations": place.pk if place else "",
        "sectors": theme.pk if theme else "",
        "words": asked.get("q", "")[:200],
        "size": asked.get("size", ""),
        "activity": asked.get("project", ""),
    }
    query = urlencode({name: value for name, value in carried.items() if value})
    context = {"url": f"{reverse('watch:search_add')}?{query}"}
    title = _("Be told of new and changed windows")
    return RenderedPanel("keep", title, "watch/_keep_search.html", context)
