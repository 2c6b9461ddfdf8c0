"""Digests: only who asked, only with news, in their language, and stopped without signing in."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.urls import reverse
from tests.factories import (
    make_donor,
    make_fund,
    make_interaction,
    make_need,
    make_organisation,
    make_proposal,
    make_user_with_role,
)

from appui.accounts.actions import actor
from appui.kernel.access import Role
from appui.watch import actions
from appui.watch.digest import send_digests
from appui.watch.models import Signal, Subscription
from appui.watch.running import RunReport

from .conftest import NOW

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
TODAY = NOW.date()


@pytest.fixture
def user(owner):
    return make_user_with_role(Role.READER, owner, display_name="Ana", email="ana@example.org")


@pytest.fixture
def ask(user):
    def ask(frequency):
        actions.choose_digest(user, by=actor(user), frequency=frequency)

    return ask


def send(now=NOW):
    """What the report counts; the mails are in ``mail.outbox``, emptied first."""
    mail.outbox.clear()
    report = RunReport()
    send_digests(report, now=now)
    assert report.digests == len(mail.outbox)
    return report


def make_old(signal, days):
    Signal.objects.filter(pk=signal.pk).update(created_at=NOW - days * DAY)


@pytest.fixture
def signal(make_signal):
    found = make_signal()
    make_old(found, 0)
    return found


def test_nobody_is_written_to_unless_they_ask(user, signal, ask):
    assert send().digests == 0
    ask("daily")
    assert send().digests == 1
    ask("off")
    assert send(NOW + 2 * DAY).digests == 0


def test_a_signal_is_told_once(user, signal, ask, make_signal):
    ask("daily")

    assert send().digests == 1
    assert send().digests == 0  # the same day
    assert send(NOW + DAY).digests == 0  # nothing new
    later = make_signal(title="Japan")
    Signal.objects.filter(pk=later.pk).update(created_at=NOW + DAY)
    assert send(NOW + 2 * DAY).digests == 1
    assert "Japan" in mail.outbox[0].body
    assert "Ireland" not in mail.outbox[0].body


def test_a_weekly_digest_waits_a_week(user, signal, ask, make_signal):
    ask("weekly")
    send()
    Signal.objects.filter(pk=make_signal(title="Japan").pk).update(created_at=NOW + DAY)

    assert send(NOW + 6 * DAY).digests == 0
    assert send(NOW + 7 * DAY).digests == 1


def test_a_digest_says_what_happened_and_how_to_stop_it(user, signal, ask, settings):
    settings.SITE_URL = "https://appui.example/"
    ask("daily")
    send()

    (letter,) = mail.outbox
    assert letter.to == ["ana@example.org"]
    assert letter.subject == "Appui: 1 signal"
    assert "Fell by more than a quarter: Ireland · Watch" in letter.body
    assert "40 USD in 2023, 100 USD in 2022" in letter.body.replace("\N{NO-BREAK SPACE}", " ")
    assert f"https://appui.example{signal.get_absolute_url()}" in letter.body
    link = letter.extra_headers["List-Unsubscribe"].strip("<>")
    assert link.startswith("https://appui.example/watch/digest/stop/")
    assert link in letter.body
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


@pytest.mark.parametrize(
    ("language", "words"), [("fr", "Bonjour Ana"), ("es", "Hola, Ana"), ("ar", "Ana")]
)
def test_a_digest_is_in_the_persons_language(user, signal, ask, language, words):
    user.language = language
    user.save()
    ask("daily")
    send()

    assert words in mail.outbox[0].body
    assert "Hello" not in mail.outbox[0].body


def test_a_digest_is_of_ones_own_organisations_and_open_signals(
    user, ask, make_signal, keep, editor
):
    hidden = make_signal(keep(owner=make_organisation("Elsewhere")), title="Hidden")
    dismissed = make_signal(title="Dismissed")
    actions.move_signal(dismissed, by=editor, state="dismissed")
    for item in (hidden, dismissed):
        make_old(item, 0)
    ask("daily")

    assert send().digests == 0


def test_reminders_are_ones_own_or_nobodys_and_come_before_their_day(owner, user, ask):
    donor = make_donor()
    other = make_user_with_role(Role.EDITOR, owner)
    facts = {"next_action": "Call them", "next_action_on": TODAY + DAY}
    make_proposal(owner, donor, make_need(owner), responsible=user, **facts)
    make_proposal(
        owner,
        donor,
        make_need(owner),
        responsible=other,
        **facts | {"next_action": "Of another"},
    )
    make_interaction(owner, donor, follow_up="Send the budget", follow_up_on=TODAY - DAY)
    make_interaction(owner, donor, "Round table", took_place_on=TODAY + 5 * DAY)
    make_fund(owner, donor, "Far call", deadline=TODAY + 8 * DAY)
    ask("daily")

    assert send().digests == 1
    body = mail.outbox[0].body
    assert mail.outbox[0].subject == "Appui: what is due"
    for text in ("Call them", "Send the budget", "late", "Round table"):
        assert text in body
    for text in ("Of another", "Far call"):
        assert text not in body


def test_what_is_due_is_named_in_the_persons_language(owner, user, ask):
    donor = make_donor({"fr": "Irlande", "en": "Ireland"})
    make_interaction(owner, donor, follow_up="Écrire", follow_up_on=TODAY)
    user.language = "fr"
    user.save()
    ask("daily")
    send()

    assert "Irlande" in mail.outbox[0].body


def test_what_is_only_late_writes_no_new_mail(owner, user, ask):
    make_interaction(owner, make_donor(), follow_up="Old", follow_up_on=date(2026, 1, 1))
    ask("daily")

    assert send().digests == 0


def test_a_mail_that_fails_is_due_again(user, signal, ask, settings):
    ask("daily")
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    report = RunReport()
    send_digests(report, now=NOW)

    assert report.digests == 0
    assert report.problems[0][0] == "ana@example.org"
    assert Subscription.objects.get().sent_at is None


def test_the_link_of_a_mail_stops_the_digest_without_signing_in(client, user, signal, ask):
    ask("daily")
    send()
    link = mail.outbox[0].extra_headers["List-Unsubscribe"].strip("<>")
    path = link.removeprefix("http://localhost:8000")

    assert client.get(path).status_code == 200  # a scanner that opens links stops nothing
    assert Subscription.objects.get().frequency == "daily"
    answer = client.post(path, {"List-Unsubscribe": "One-Click"})
    assert (answer.status_code, Subscription.objects.get().frequency) == (200, "off")
    assert client.post(path).status_code == 200
    assert send(NOW + 9 * DAY).digests == 0


def test_a_link_of_our_own_making_stops_nothing(client, user, ask):
    ask("daily")

    assert client.post(reverse("watch:unsubscribe", args=["1:forged"])).status_code == 404
    assert Subscription.objects.get().frequency == "daily"
