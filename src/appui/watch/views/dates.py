"""Dates for calendar programs: one event, or a person's whole calendar by its own address."""

from datetime import UTC, timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from appui.kernel.errors import Missing
from appui.registry.pages import PageRequest
from appui.registry.queries import reader_of
from appui.ui.forms import confirm_page
from appui.ui.ics import CONTENT_TYPE, Event, calendar
from appui.watch import actions
from appui.watch.digest import absolute, own_dates
from appui.watch.due import Due, due_items
from appui.watch.queries import calendar_owner

CALENDAR_AHEAD = timedelta(days=366)
ANY_DAY = timedelta(days=3660)


def date_file(request: PageRequest, what: str, pk: int) -> HttpResponse:
    """One thing that is due, as an event to put in a calendar."""
    today = timezone.localdate()
    owners = {*request.reader.organisation_ids(), request.reader.workspace_id or 0}
    for owner in owners:
        for item in due_items(owner, request.reader, today=today, ahead=ANY_DAY):
            if (item.what, item.key) == (what, pk):
                return _file([item], name=item.about, file=f"{what}-{pk}")
    raise Missing(_("There is nothing at this address, or it is not shared with you."))


@never_cache
@login_not_required
def calendar_file(request: HttpRequest, secret: str) -> HttpResponse:
    """The dates of whoever made this address, read by a calendar program that cannot sign in."""
    user = calendar_owner(actions.digest_of(secret))
    if user is None:
        raise Missing(_("This calendar is not there any more. Make a new address in Appui."))
    with translation.override(user.language):
        items = own_dates(reader_of(user), today=timezone.localdate(), ahead=CALENDAR_AHEAD)
        return _file(items, name=f"Appui · {user.get_full_name()}", file="appui")


def calendar_address(request: PageRequest) -> HttpResponse:
    """Make an address for one's calendar; an earlier one stops."""

    def act(_data: object) -> str:
        secret = actions.make_calendar_address(request.user, by=request.reader)
        link = request.build_absolute_uri(reverse("watch:calendar_file", args=[secret]))
        messages.success(
            request,
            _("Subscribe to this address in your calendar. It is shown only now: %(link)s")
            % {"link": link},
        )
        return reverse("watch:digest")

    return confirm_page(
        request,
        act=act,
        title=_("Make a calendar address"),
        question=_(
            "Whoever has the address can read your dates: keep it to yourself. An earlier address "
            "stops working."
        ),
        submit=_("Make the address"),
        cancel=reverse("watch:digest"),
    )


def _file(items: list[Due], *, name: str, file: str) -> HttpResponse:
    body = calendar([_event(item) for item in items], name=name, now=timezone.now().astimezone(UTC))
    headers = {"Content-Disposition": f'attachment; filename="{file}.ics"'}
    return HttpResponse(body, content_type=CONTENT_TYPE, headers=headers)


def _event(item: Due) -> Event:
    text = f"{item.label}: {item.text}" if item.text else str(item.label)
    return Event(
        uid=f"{item.what}-{item.key}@appui",
        on=item.on,
        summary=f"{text} · {item.about}",
        description=item.about,
        url=absolute(item.url),
    )
