"""Obligations among what is due, and the day on which a digest speaks of them."""

from datetime import UTC, date, datetime

import pytest
from tests.factories import (
    TODAY,
    make_agreement,
    make_donor,
    make_user_with_role,
)
from tests.funds import make_duty_rule, make_obligation

from appui.kernel.access import Role
from appui.watch.digest import digest_of
from appui.watch.due import due_items
from appui.watch.models import Subscription

pytestmark = pytest.mark.django_db


def test_obligations_are_among_what_is_due(owner, editor):
    rule = make_duty_rule(owner)
    agreement = make_agreement(owner, make_donor())
    make_obligation(rule, agreement, date(2026, 11, 1))
    make_obligation(rule, agreement, date(2027, 6, 1), remind_on=date(2026, 11, 20))
    make_obligation(rule, agreement, date(2027, 6, 2), remind_on=date(2027, 5, 1))
    make_obligation(rule, agreement, date(2026, 11, 2), waived_on=TODAY, waived_reason="x")

    found = [item for item in due_items(owner.pk, editor, today=TODAY) if item.what == "obligation"]

    assert [(item.on, item.is_late) for item in found] == [
        (date(2026, 11, 1), True),
        (date(2027, 6, 1), False),  # its reminder has come
    ]


@pytest.mark.parametrize(("remind", "news"), [(22, True), (21, False)])
def test_a_digest_is_sent_on_the_day_of_the_reminder(owner, remind, news):
    user = make_user_with_role(Role.EDITOR, owner)
    remind_on = date(2026, 11, remind)
    agreement = make_agreement(owner, make_donor())
    make_obligation(
        make_duty_rule(owner), agreement, date(2027, 3, 1), remind_on=remind_on, responsible=user
    )
    held = Subscription(user=user, frequency="daily")
    now = datetime(2026, 11, 22, 12, tzinfo=UTC)

    found = digest_of(held, now)

    assert [item.on for item in found.reminders] == [date(2027, 3, 1)]
    assert found.news is news
