"""The run, as the system's timer starts it."""

import json
from datetime import timedelta

import pytest
from click.testing import CliRunner
from django.core import mail
from django.utils import timezone
from tests.factories import make_donor, make_fund, make_user_with_role

from appui.accounts.actions import actor
from appui.kernel.access import Role
from appui.watch import actions
from appui.watch.cli import watch
from appui.watch.models import Feed, Signal

pytestmark = pytest.mark.django_db


@pytest.fixture
def command(tmp_path, monkeypatch):
    monkeypatch.setenv("APPUI_HOME", str(tmp_path))

    def command(*options):
        return CliRunner().invoke(watch, ["run", *options])

    return command


def test_a_run_reads_looks_and_writes_and_a_second_adds_nothing(command, owner, keep, make_feed):
    make_fund(owner, make_donor(), deadline=timezone.localdate() + timedelta(days=3))
    user = make_user_with_role(Role.READER, owner)
    actions.choose_digest(user, by=actor(user), frequency="daily")
    keep("calls")
    keep("calls", active=False)
    feed = make_feed(url="http://127.0.0.1:9/feed")

    first = command("--format", "json")
    again = command("--format", "json")

    assert (first.exit_code, again.exit_code) == (0, 0)
    told = [json.loads(answer.output) for answer in (first, again)]
    assert [(t["feeds"], t["searches"], t["signals"], t["digests"]) for t in told] == [
        (1, 1, 1, 1),
        (0, 1, 0, 0),
    ]
    assert told[0]["problems"] == [{"about": feed.url, "problem": "fetch-private"}]
    assert (Signal.objects.count(), len(mail.outbox)) == (1, 1)


def test_a_run_says_in_words_what_it_did(command, keep, make_feed):
    keep("calls")
    make_feed(url="http://127.0.0.1:9/feed")

    quiet = command("--no-fetch", "--no-mail")
    assert "feeds read 0" in quiet.output
    assert Feed.objects.get().read_at is None
    loud = command()
    assert "problem: http://127.0.0.1:9/feed: fetch-private" in loud.output


def test_flows_that_cannot_be_read_stop_no_other_search(command, owner, keep, tmp_path):
    make_fund(owner, make_donor(), deadline=timezone.localdate())
    keep("calls")
    waiting = keep("flows")
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "manifest.json").write_text("{")

    answer = command()

    assert answer.exit_code == 0, answer.output
    assert "problem: flows" in answer.output
    assert Signal.objects.count() == 1
    waiting.refresh_from_db()
    assert waiting.ran_at is None
