"""What people do with signals, searches and feeds, and how it is taken back."""

from datetime import date

import pytest
from tests.factories import make_donor, make_organisation, make_reader, make_user_with_role

from appui.kernel import audit
from appui.kernel.access import Role
from appui.kernel.errors import Conflict, Invalid, Refused
from appui.watch import actions, rules
from appui.watch.models import Search, Signal, State

pytestmark = pytest.mark.django_db
MOVES = {"open": {"done", "dismissed"}, "done": {"open"}, "dismissed": {"open"}}


@pytest.mark.parametrize("now", State.values)
@pytest.mark.parametrize("then", State.values)
def test_a_signal_moves_as_its_table_says(now, then, make_signal, editor, owner):
    signal = make_signal(state=now)

    if then in MOVES[now]:
        actions.move_signal(signal, by=editor, state=then)
        assert Signal.objects.get().state == then
    else:
        with pytest.raises(Refused):
            actions.move_signal(signal, by=editor, state=then)


def test_each_act_can_be_taken_back_once(make_signal, editor, owner):
    colleague = make_user_with_role(Role.EDITOR, owner)
    signal = make_signal()
    plan = {"responsible": colleague, "follow_up": "Call", "follow_up_on": date(2026, 12, 1)}

    actions.follow_up_signal(signal, by=editor, **plan)
    actions.undo(signal, by=editor)
    stored = Signal.objects.get()
    assert (stored.responsible, stored.follow_up, stored.follow_up_on) == (None, "", None)
    with pytest.raises(Refused, match="nothing to take back"):
        actions.undo(signal, by=editor)

    actions.follow_up_signal(signal, by=editor, **plan)
    actions.move_signal(signal, by=editor, state="dismissed")
    actions.undo(signal, by=editor)
    stored = Signal.objects.get()
    assert (stored.state, stored.responsible, stored.follow_up_on) == (
        "open",
        colleague,
        date(2026, 12, 1),
    )
    assert [entry.verb for entry in audit.history(signal)] == [
        "taken back",
        "moved to dismissed",
        "taken up",
        "taken back",
        "taken up",
    ]


def test_a_signal_is_judged_by_what_is_stored_and_wants_an_editor(make_signal, editor, owner):
    signal = make_signal()
    read_before = Signal.objects.get()
    actions.move_signal(signal, by=editor, state="dismissed")

    with pytest.raises(Refused, match="closed"):
        actions.follow_up_signal(read_before, by=editor, follow_up="Call")
    with pytest.raises(Conflict):
        actions.move_signal(read_before, by=editor, state="open", version=1)
    reader = make_reader(Role.READER, owner)
    assert not rules.may_move(signal, "open", reader)
    assert not rules.may_undo(signal, reader)
    assert not rules.may_follow_up(signal, make_reader(Role.ADMINISTRATOR, make_donor()))


def test_a_day_without_an_action_is_refused(make_signal, editor):
    with pytest.raises(Invalid, match="what is to be done"):
        actions.follow_up_signal(make_signal(), by=editor, follow_up_on=date(2026, 12, 1))


def test_a_colleague_the_editor_cannot_see_stays_responsible(make_signal, editor):
    other = make_user_with_role(Role.EDITOR, make_organisation("Elsewhere"))
    signal = make_signal(responsible=other)

    actions.follow_up_signal(signal, by=editor, responsible=None, follow_up="Call")

    assert Signal.objects.get().responsible == other


def test_one_watches_for_ones_own_organisation(owner, editor):
    elsewhere = make_organisation("Elsewhere")
    with pytest.raises(Refused):
        actions.keep_search(by=editor, owner=elsewhere, title="A", subject="calls")
    with pytest.raises(Refused):
        actions.follow_feed(by=editor, owner=elsewhere, title="A", url="https://a.example/")

    search = actions.keep_search(by=editor, owner=owner, title="A", subject="calls")
    with pytest.raises(Refused):
        actions.change_search(search, by=editor, owner=elsewhere)
    actions.change_search(search, by=editor, words="mines")
    assert Search.objects.get().words == "mines"


def test_an_address_is_read_once_an_organisation_and_anew_when_it_changes(make_feed, editor, owner):
    feed = make_feed()
    with pytest.raises(Invalid, match="read already"):
        make_feed()
    type(feed).objects.update(etag="1", problem="empty")

    actions.change_feed(feed, by=editor, title="Other")
    assert type(feed).objects.get().etag == "1"
    actions.change_feed(feed, by=editor, url="https://other.example/")
    feed = type(feed).objects.get()
    assert (feed.etag, feed.problem, feed.read_at) == ("", "", None)
