"""Digests: what is new for one person and what they have to do, by e-mail, if they asked for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from smtplib import SMTPException
from typing import Final

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from appui.accounts.models import User
from appui.kernel.access import Reader
from appui.registry.queries import reader_of
from appui.ui import formats
from appui.watch import words
from appui.watch.due import Due, due_items
from appui.watch.models import Frequency, Signal, State, Subscription
from appui.watch.queries import signals
from appui.watch.running import RunReport

PERIODS: Final = {Frequency.DAILY: timedelta(days=1), Frequency.WEEKLY: timedelta(days=7)}
AHEAD: Final = timedelta(days=7)
MOST_LINES: Final = 40
SALT: Final = "appui.watch.unsubscribe"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a digest with the address it leads to."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Digest:
    """What a person is told; ``news`` says whether it is worth a mail."""

    signals: Sequence[Signal]
    reminders: Sequence[Due]
    news: bool


def send_digests(report: RunReport, *, now: datetime) -> None:
    """Write to everyone whose digest is due and has news; a mail that fails is due again."""
    wanting = Subscription.objects.exclude(frequency=Frequency.OFF).filter(user__is_active=True)
    for key, address in wanting.order_by("pk").values_list("pk", "user__email"):
        try:
            report.digests += _send(key, now)
        except (SMTPException, OSError) as error:
            report.problems.append((address, f"mail-failed: {error}"))


@transaction.atomic
def _send(key: int, now: datetime) -> int:
    """Send one digest when it is due; 1 when it was sent."""
    held = Subscription.objects.select_for_update().select_related("user").get(pk=key)
    if not is_due(held, now):
        return 0
    with translation.override(held.user.language):
        found = digest_of(held, now)
        if not found.news:
            return 0
        message(held.user, found).send()
    Subscription.objects.filter(pk=held.pk).update(sent_at=now)
    return 1


def is_due(held: Subscription, now: datetime) -> bool:
    """Whether as many days have begun since the last digest as the person chose to wait."""
    if held.frequency == Frequency.OFF:
        return False
    if held.sent_at is None:
        return True
    days = timezone.localdate(now) - timezone.localdate(held.sent_at)
    return days >= PERIODS[Frequency(held.frequency)]


def digest_of(held: Subscription, now: datetime) -> Digest:
    """Open signals found since the last digest, and what is late or due within a week, in words
    of the active language.

    What is due reminds on its own only when its day falls before the next digest, or the day of
    its reminder came since the last one.
    """
    reader = reader_of(held.user)
    period = PERIODS[Frequency(held.frequency)]
    since = held.sent_at or now - period
    own = list(reader.organisation_ids())
    found = list(signals(reader).filter(owner__in=own, state=State.OPEN, created_at__gt=since))
    found.sort(key=lambda signal: signal.responsible_id != held.user_id)
    today = timezone.localdate(now)
    reminders = own_dates(reader, today=today, ahead=AHEAD)
    soon = any(
        today <= item.on <= today + period
        or (item.remind_on is not None and today - period < item.remind_on <= today)
        for item in reminders
    )
    return Digest(found, reminders, news=bool(found) or soon)


def own_dates(reader: Reader, *, today: date, ahead: timedelta) -> list[Due]:
    """What is due in all the person's organisations and is theirs, or nobody's."""
    found = {
        (item.what, item.key): item
        for organisation in sorted(reader.organisation_ids())
        for item in due_items(organisation, reader, today=today, ahead=ahead)
        if item.is_yours or item.is_nobodys
    }
    return sorted(found.values(), key=lambda item: (item.on, not item.is_yours, item.url))


def message(user: User, found: Digest) -> EmailMessage:
    """The mail, in the active language; any program can take the person off the list."""
    off = absolute(reverse("watch:unsubscribe", args=[signing.dumps(user.pk, salt=SALT)]))
    context = {
        "name": user.get_full_name(),
        "signals": [
            Line(words.line(item), absolute(item.get_absolute_url()))
            for item in found.signals[:MOST_LINES]
        ],
        "others": max(len(found.signals) - MOST_LINES, 0),
        "reminders": [_reminder(item) for item in found.reminders[:MOST_LINES]],
        "all_url": absolute(reverse("watch:signal_list")),
        "settings_url": absolute(reverse("watch:digest")),
        "unsubscribe_url": off,
    }
    return EmailMessage(
        subject=_subject(found),
        body=render_to_string("watch/digest.txt", context),
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[user.email],
        headers={
            "List-Unsubscribe": f"<{off}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
        },
    )


def absolute(path: str) -> str:
    """The address as people outside the pages use it: in mails and calendars."""
    return f"{settings.SITE_URL.rstrip('/')}{path}"


def subscriber(token: str) -> User | None:
    """Whose digest the link of a mail belongs to; None for a link that was not made here."""
    try:
        key = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    return User.objects.filter(pk=key).first()


def _subject(found: Digest) -> str:
    count = len(found.signals)
    if not count:
        return _("Appui: what is due")
    return ngettext("Appui: %(count)d signal", "Appui: %(count)d signals", count) % {"count": count}


def _reminder(item: Due) -> Line:
    late = _("late") if item.is_late else ""
    parts = [formats.day(item.on), late, str(item.label), item.text, item.about]
    return Line(" · ".join(part for part in parts if part), absolute(item.url))
