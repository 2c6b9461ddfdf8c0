"""How lists of the watch look."""

from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from appui.kernel.money import Money
from appui.registry.listings import OWNER_FILTER, address, visibility_column
from appui.ui.context import reader_of
from appui.ui.listing import Column, Filter, Listing
from appui.watch import words
from appui.watch.models import Confidence, FeedKind, Search, Signal, SignalKind, Subject


def difference(signal: Signal) -> Money | None:
    """What is more or less than before, or the amount of a call."""
    amount = signal.difference if signal.difference is not None else signal.after
    return None if amount is None else Money(amount, signal.currency)


def _searches(request: HttpRequest) -> list[tuple[str, str]]:
    rows = Search.objects.visible_to(reader_of(request))
    return [(str(row.pk), row.title) for row in rows]


def _of_person(request: HttpRequest) -> list[tuple[str, Any]]:
    return [(str(reader_of(request).user_id), _("me")), ("nobody", _("nobody yet"))]


def _given_to(rows: Any, value: str) -> Any:
    return rows.filter(responsible=None if value == "nobody" else value)


SIGNALS = Listing(
    name="signals",
    columns=(
        Column("about", _("About"), words.about, order_by=("title",), href=address),
        Column(
            "kind",
            _("Signal"),
            lambda row: row.get_kind_display(),
            "tag",
            ("kind",),
            tone=lambda row: words.TONES[row.kind],
        ),
        Column("facts", _("What happened"), words.facts, order_by=("happens_on", "year")),
        Column("difference", _("Difference"), difference, "money", ("change",)),
        Column(
            "confidence",
            _("Confidence"),
            lambda row: row.get_confidence_display(),
            "tag",
            ("confidence",),
            tone=lambda row: words.CONFIDENCE_TONES[row.confidence],
            phone=False,
        ),
        Column("source", _("Source"), words.said_by, order_by=("said_by",), phone=False),
        Column(
            "found",
            _("Found on"),
            lambda row: timezone.localdate(row.created_at),
            "date",
            ("created_at",),
            phone=False,
        ),
        Column("who", _("Responsible"), lambda row: row.responsible, phone=False),
        Column("by", _("Follow-up by"), lambda row: row.follow_up_on, "date", ("follow_up_on",)),
    ),
    filters=(
        Filter(
            "kind",
            _("Signal"),
            lambda _request: SignalKind.choices,
            lambda rows, value: rows.filter(kind=value),
        ),
        Filter(
            "search", _("Saved search"), _searches, lambda rows, value: rows.filter(search=value)
        ),
        Filter(
            "confidence",
            _("Confidence"),
            lambda _request: Confidence.choices,
            lambda rows, value: rows.filter(confidence=value),
        ),
        Filter("who", _("Given to"), _of_person, _given_to),
        OWNER_FILTER,
    ),
    search=("title", "donor__name", "said_by", "follow_up"),
    order=("-created_at",),
    empty=_("No signal yet."),
    empty_hint=_("Keep a search: what it finds appears here after the next run."),
)

SEARCHES = Listing(
    name="saved-searches",
    columns=(
        Column(
            "title", _("Saved search"), lambda row: row.title, order_by=("title",), href=address
        ),
        Column(
            "subject",
            _("What to watch"),
            lambda row: row.get_subject_display(),
            order_by=("subject",),
        ),
        Column(
            "open",
            _("Open signals"),
            lambda row: row.open_signals,
            "number",
            ("open_signals",),
            href=lambda row: f"{reverse('watch:signal_list')}?search={row.pk}",
        ),
        Column("ran", _("Last run"), lambda row: row.ran_at, "date", ("ran_at",)),
        Column("who", _("Responsible"), lambda row: row.responsible, phone=False),
        Column(
            "active",
            _("State"),
            lambda row: _("runs") if row.active else _("stopped"),
            "tag",
            ("active",),
            tone=lambda row: "" if row.active else "plain",
        ),
        visibility_column(),
    ),
    filters=(
        Filter(
            "subject",
            _("What to watch"),
            lambda _request: Subject.choices,
            lambda rows, value: rows.filter(subject=value),
        ),
        OWNER_FILTER,
    ),
    search=("title", "words"),
    order=("title",),
    empty=_("No search is kept yet."),
    empty_hint=_("Say which donors, places and sectors matter: changes are told from then on."),
)

FEEDS = Listing(
    name="feeds",
    columns=(
        Column("title", _("Feed"), lambda row: row.title, order_by=("title",), href=address),
        Column("kind", _("Kind"), lambda row: row.get_kind_display(), order_by=("kind",)),
        Column(
            "whose",
            _("Whose"),
            lambda row: row.organisation and (row.organisation.merged_into or row.organisation),
        ),
        Column("items", _("Items"), lambda row: row.count, "number", ("count",)),
        Column("read", _("Last read"), lambda row: row.read_at, "date", ("read_at",)),
        Column(
            "state",
            _("State"),
            lambda row: feed_word(row),
            "tag",
            tone=lambda row: "late" if row.problem else "" if row.active else "plain",
        ),
        visibility_column(),
    ),
    filters=(
        Filter(
            "kind",
            _("Kind"),
            lambda _request: FeedKind.choices,
            lambda rows, value: rows.filter(kind=value),
        ),
        Filter(
            "state",
            _("State"),
            lambda _request: [("problem", _("cannot be read"))],
            lambda rows, _value: rows.filter(~Q(problem="")),
        ),
        OWNER_FILTER,
    ),
    search=("title", "url", "organisation__name"),
    order=("title",),
    empty=_("No feed is read yet."),
    empty_hint=_("Give the address of a feed, or of a page that lists calls for proposals."),
)


def feed_word(feed: Any) -> str:
    """Whether the feed is read, and how the last reading went."""
    if feed.problem:
        return str(_("cannot be read"))
    return str(_("is read") if feed.active else _("stopped"))


ITEM_COLUMNS = (
    Column("title", _("Title"), lambda row: row.title, href=lambda row: row.url),
    Column("published", _("Published on"), lambda row: row.published_on, "date"),
    Column("seen", _("First seen"), lambda row: row.first_seen_at, "date"),
)
