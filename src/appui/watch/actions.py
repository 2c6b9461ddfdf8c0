"""Writes of the watch: searches, feeds, signals, subscriptions."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop

from appui.accounts.models import User
from appui.kernel import audit
from appui.kernel.access import SYSTEM, Reader
from appui.kernel.verdict import require
from appui.registry.models import Organisation
from appui.registry.queries import keep_hidden
from appui.registry.rules import may_edit, may_write_for
from appui.watch import rules
from appui.watch.changes import last_entry
from appui.watch.finding import Draft
from appui.watch.models import Feed, Frequency, Search, Signal, Subscription

# Verbs of the trail, stored in English and translated when shown.
VERBS = (
    gettext_noop("moved to done"),
    gettext_noop("moved to dismissed"),
    gettext_noop("found"),
    gettext_noop("taken up"),
    gettext_noop("taken back"),
    gettext_noop("calendar address made"),
    gettext_noop("unsubscribed"),
)
UNDONE = ("state", "responsible_id", "follow_up", "follow_up_on")
Organisations = Iterable[Organisation]


def keep_search(
    *,
    by: Reader,
    donors: Iterable[Any] = (),
    locations: Iterable[Any] = (),
    sectors: Iterable[Any] = (),
    shared_with: Organisations = (),
    **fields: Any,
) -> Search:
    """Keep criteria under a name; the next run looks with them."""
    search = Search(trail_seen=last_entry(), **fields)
    require(may_edit(search, by))
    return audit.create(
        search,
        by=by,
        donors=list(donors),
        locations=list(locations),
        sectors=list(sectors),
        shared_with=list(shared_with),
    )


def follow_feed(*, by: Reader, shared_with: Organisations = (), **fields: Any) -> Feed:
    """Begin to read an address regularly."""
    feed = Feed(**fields)
    require(may_edit(feed, by))
    return audit.create(feed, by=by, shared_with=list(shared_with))


@transaction.atomic
def change_search(
    search: Search, *, by: Reader, version: int | None = None, **fields: Any
) -> Search:
    """Change the criteria; signals found before stay."""
    _may_change(search, by, fields)
    return audit.update(search, by=by, version=version, **fields)


@transaction.atomic
def change_feed(feed: Feed, *, by: Reader, version: int | None = None, **fields: Any) -> Feed:
    """Change what is known of a feed; at another address it is read from the beginning."""
    _may_change(feed, by, fields)
    if fields.get("url", feed.url) != feed.url:
        fields |= {"etag": "", "modified": "", "read_at": None, "problem": ""}
    return audit.update(feed, by=by, version=version, **fields)


def _may_change(obj: Search | Feed, by: Reader, fields: dict[str, Any]) -> None:
    audit.hold(obj)
    require(may_edit(obj, by))
    if "owner" in fields:
        require(may_write_for(fields["owner"].pk, by))
    keep_hidden(obj, by, fields)


@transaction.atomic
def record_finds(
    search: Search,
    drafts: Iterable[Draft],
    *,
    left_out: int,
    now: datetime,
    trail_seen: int | None = None,
) -> list[Signal]:
    """Keep what a search found and did not know; the same finds again add nothing."""
    held = Search.objects.select_for_update().get(pk=search.pk)
    wanted = {draft.key: draft for draft in drafts}
    known = set(
        Signal.objects.filter(search=held, key__in=list(wanted)).values_list("key", flat=True)
    )
    made = [
        audit.create(
            Signal(
                search=held,
                key=key,
                owner_id=held.owner_id,
                responsible_id=held.responsible_id,
                **draft.fields,
            ),
            by=SYSTEM,
            verb="found",
        )
        for key, draft in reversed(wanted.items())  # lists begin with the newest: the largest
        if key not in known
    ]
    looked = {"ran_at": now, "left_out": left_out}
    if trail_seen is not None:
        looked["trail_seen"] = trail_seen
    Search.objects.filter(pk=held.pk).update(**looked)
    return made


@transaction.atomic
def follow_up_signal(
    signal: Signal, *, by: Reader, version: int | None = None, **fields: Any
) -> Signal:
    """Give a signal to somebody, with what follows and by when."""
    audit.hold(signal)
    require(rules.may_follow_up(signal, by))
    keep_hidden(signal, by, fields)
    before = _undoable(signal)
    audit.update(signal, by=by, version=version, verb="taken up", **fields)
    return _remember(signal, before)


@transaction.atomic
def move_signal(signal: Signal, *, by: Reader, state: str, version: int | None = None) -> Signal:
    """Close a signal as done or not for us, or open it again."""
    audit.hold(signal)
    require(rules.may_move(signal, state, by))
    before = _undoable(signal)
    audit.update(signal, by=by, version=version, verb=f"moved to {state}", state=state)
    return _remember(signal, before)


@transaction.atomic
def undo(signal: Signal, *, by: Reader, version: int | None = None) -> Signal:
    """Take back the last act on the signal."""
    audit.hold(signal)
    require(rules.may_undo(signal, by))
    back = dict(signal.undo_to or {})
    user = back.pop("responsible_id", None)
    responsible = User.objects.filter(pk=user).first() if user else None
    day = back.pop("follow_up_on", None)
    audit.update(
        signal,
        by=by,
        version=version,
        verb="taken back",
        responsible=responsible,
        follow_up_on=date.fromisoformat(day) if day else None,
        **back,
    )
    return _remember(signal, None)


def _remember(signal: Signal, before: dict[str, Any] | None) -> Signal:
    """Keep what the act changed, outside the trail, which has it as the act's own line."""
    if before != _undoable(signal):
        signal.undo_to = before
        Signal.objects.filter(pk=signal.pk).update(undo_to=before)
    return signal


def _undoable(signal: Signal) -> dict[str, Any]:
    day = signal.follow_up_on
    values = {name: getattr(signal, name) for name in UNDONE}
    return values | {"follow_up_on": day.isoformat() if day else None}


@transaction.atomic
def choose_digest(
    user: User, *, by: Reader, frequency: str, version: int | None = None
) -> Subscription:
    """How often the person is written to."""
    return audit.update(_subscription(user, by), by=by, version=version, frequency=frequency)


@transaction.atomic
def unsubscribe(user: User) -> None:
    """Write to the person no more; whoever holds the link of a digest may ask for it."""
    held = Subscription.objects.select_for_update().filter(user=user).first()
    if held is not None and held.frequency != Frequency.OFF:
        audit.update(held, by=SYSTEM, verb="unsubscribed", frequency=Frequency.OFF)


@transaction.atomic
def make_calendar_address(user: User, *, by: Reader) -> str:
    """A new secret for the person's calendar, which is stored nowhere; the old one stops."""
    held = _subscription(user, by)
    secret = secrets.token_urlsafe(32)
    audit.update(held, by=by, verb="calendar address made", calendar_digest=digest_of(secret))
    return secret


def digest_of(secret: str) -> str:
    """What is stored of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _subscription(user: User, by: Reader) -> Subscription:
    held = Subscription.objects.select_for_update().filter(user=user).first()
    return held or audit.create(Subscription(user=user), by=by)
