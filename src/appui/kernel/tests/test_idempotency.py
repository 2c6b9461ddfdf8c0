"""A request with a key is done once."""

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.factories import at_once

from appui.kernel.access import ANONYMOUS, SYSTEM, Reader
from appui.kernel.errors import Invalid
from appui.kernel.idempotency import fingerprint_of, forget_old_keys, once
from appui.kernel.models import IdempotencyKey

ANA, BEN = Reader(user_id=1, name="Ana"), Reader(user_id=2, name="Ben")
BODY = fingerprint_of({"amount": "10"})


class Act:
    """Counts how often it is done and answers with the count."""

    def __init__(self):
        self.done = 0

    def __call__(self):
        self.done += 1
        return f"/needs/{self.done}/"


@pytest.mark.django_db
def test_the_same_key_and_body_is_done_once_and_answers_the_same():
    act = Act()

    answers = [once("k", by=ANA, fingerprint=BODY, act=act) for _time in range(3)]

    assert (answers, act.done) == (["/needs/1/"] * 3, 1)


@pytest.mark.django_db
@pytest.mark.parametrize("reader", [ANA, ANONYMOUS, SYSTEM])
def test_the_same_key_with_another_body_is_refused(reader):
    act = Act()
    once("k", by=reader, fingerprint=BODY, act=act)

    with pytest.raises(Invalid):
        once("k", by=reader, fingerprint=fingerprint_of({"amount": "11"}), act=act)

    assert act.done == 1


@pytest.mark.django_db
def test_two_people_may_use_the_same_key():
    act = Act()

    assert once("k", by=ANA, fingerprint=BODY, act=act) == "/needs/1/"
    assert once("k", by=BEN, fingerprint=BODY, act=act) == "/needs/2/"


@pytest.mark.django_db
def test_an_act_that_fails_leaves_no_key_and_can_be_sent_again():
    def fail():
        raise Invalid("No.")

    with pytest.raises(Invalid):
        once("k", by=ANA, fingerprint=BODY, act=fail)

    assert IdempotencyKey.objects.count() == 0
    assert once("k", by=ANA, fingerprint=BODY, act=Act()) == "/needs/1/"


@pytest.mark.django_db
def test_keys_are_forgotten_after_two_days():
    once("k", by=ANA, fingerprint=BODY, act=Act())
    now = timezone.now()

    assert forget_old_keys(now=now + timedelta(hours=47)) == 0
    assert forget_old_keys(now=now + timedelta(hours=49)) == 1


def test_a_fingerprint_does_not_depend_on_the_order_of_fields_and_takes_any_text():
    assert fingerprint_of({"a": 1, "b": 2}) == fingerprint_of({"b": 2, "a": 1})
    assert fingerprint_of({"a": "\ud800"}) != fingerprint_of({"a": "\ud801"})


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_two_at_the_same_moment_are_done_once(tmp_path):
    act = Act()

    answers, stored = at_once(
        lambda: once("k", by=ANA, fingerprint=BODY, act=act), IdempotencyKey.objects.count, tmp_path
    )

    assert (answers, act.done, stored) == (["/needs/1/", "/needs/1/"], 1, 1)
