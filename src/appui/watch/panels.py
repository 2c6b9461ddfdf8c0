"""What the pages below show of the watch."""

from django.urls import reverse
from django.utils.translation import gettext as _

from appui.funding.models import Fund
from appui.kernel.access import Reader
from appui.kernel.panels import RenderedPanel
from appui.registry.models import Organisation
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
