"""One run of the watch: read the feeds, look with every search, write the digests."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal

from django.db import transaction
from django.utils import translation

from appui.intelligence.corpus import Corpus
from appui.intelligence.published import published
from appui.kernel.errors import Unavailable
from appui.watch.actions import record_finds
from appui.watch.apart import Question, read_apart
from appui.watch.feeds import Contents, Item
from appui.watch.fetching import Fetched, FetchError, fetch
from appui.watch.finding import OVER_FLOWS, find
from appui.watch.models import Feed, FeedItem, FeedKind, Search, Signal
from appui.watch.queries import organisation_reader

READ_AGAIN = timedelta(minutes=30)  # a feed is not asked more often, however often one runs
Fetch = Callable[..., Fetched]


@dataclass(slots=True)
class RunReport:
    """What a run did; ``problems`` are sentences by the address or title they speak of."""

    feeds: int = 0
    items: int = 0
    searches: int = 0
    signals: int = 0
    left_out: int = 0
    digests: int = 0
    problems: list[tuple[str, str]] = field(default_factory=list)


def read_feeds(
    feeds: Iterable[Feed], report: RunReport, *, now: datetime, get: Fetch = fetch
) -> None:
    """Read each feed that was not read in the last half hour; one that fails stops no other."""
    for feed in feeds:
        if feed.read_at is not None and now - feed.read_at < READ_AGAIN:
            continue
        report.feeds += 1
        made, problem = _read(feed, now, get)
        report.items += made
        if problem:
            report.problems.append((feed.url, problem))


def _read(feed: Feed, now: datetime, get: Fetch) -> tuple[int, str]:
    """How many items are new, and what was wrong."""
    try:
        fetched = get(feed.url, etag=feed.etag, modified=feed.modified)
    except FetchError as error:
        return 0, _noted(feed, now, error.code, {})
    if fetched.body is None:
        _noted(feed, now, "", {})
        return 0, ""
    contents = _contents(feed, fetched)
    made = _kept(feed, contents.items, now)
    conditions = {"etag": fetched.etag, "modified": fetched.modified} if contents.items else {}
    return made, _noted(feed, now, contents.problem, conditions)


def _contents(feed: Feed, fetched: Fetched) -> Contents:
    kind: Literal["feed", "page"] = "page" if feed.kind == FeedKind.PAGE else "feed"
    question = Question(kind, fetched.url, fetched.content_type, feed.pattern)
    return read_apart(question, fetched.body or b"")


@transaction.atomic
def _kept(feed: Feed, items: Iterable[Item], now: datetime) -> int:
    """Store each item once; those of the first reading were there before one began to watch."""
    Feed.objects.select_for_update().get(pk=feed.pk)
    known = set(feed.items.values_list("key", flat=True))
    made = FeedItem.objects.bulk_create(
        FeedItem(
            feed=feed,
            key=item.key,
            title=item.title,
            url=item.url,
            summary=item.summary,
            published_on=item.published_on,
            first_seen_at=now,
            known_before=not known,
        )
        for item in items
        if item.key not in known
    )
    return len(made)


def _noted(feed: Feed, now: datetime, problem: str, conditions: dict[str, str]) -> str:
    """Keep when the feed was read and how it went, outside the trail of what people write."""
    changes = {"read_at": now, "problem": problem, **conditions}
    Feed.objects.filter(pk=feed.pk).update(**changes)
    for name, value in changes.items():
        setattr(feed, name, value)
    return problem


def flows_of(report: RunReport) -> Corpus | None:
    """The published flows; None, with a problem in the report, when they cannot be read."""
    try:
        return published()
    except Unavailable as error:
        report.problems.append(("flows", str(error)))
        return None


def run_searches(
    searches: Iterable[Search],
    report: RunReport,
    corpus: Corpus | None,
    *,
    now: datetime,
    today: date,
) -> list[Signal]:
    """Look with each search and keep what it did not know; the new signals.

    Without flows, searches over them wait for the next run.
    """
    made: list[Signal] = []
    for search in searches:
        if corpus is None and search.subject in OVER_FLOWS:
            continue
        reader = organisation_reader(search.owner_id)
        with translation.override("en"):  # a title that is kept is the same whoever runs
            found = find(search, reader, corpus, today=today)
        new = record_finds(
            search, found.drafts, left_out=found.left_out, now=now, trail_seen=found.trail_seen
        )
        report.searches += 1
        report.signals += len(new)
        report.left_out += found.left_out
        made += new
    return made
