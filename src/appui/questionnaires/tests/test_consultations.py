"""Consultations: parts of those heard, shares, sums that never take “not stated” for zero."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from tests.factories import (
    error_text,
    key,
    make_activity,
    make_consultation,
    make_organisation,
    make_reader,
    make_user_with_role,
    place,
)

from appui.kernel import panels
from appui.kernel.access import SYSTEM, Role
from appui.kernel.errors import Invalid, Refused
from appui.questionnaires import queries
from appui.questionnaires.actions.consultations import change_consultation
from appui.questionnaires.models import Consultation

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return make_organisation()


@pytest.fixture
def page(client, owner):
    client.force_login(make_user_with_role(Role.EDITOR, owner))
    return client


def sent(owner, **changes):
    return {
        "idempotency_key": key(),
        "title_en": "With herders",
        "starts_on": "2026-03-10",
        "places": [place("BF").pk],
        "asked_en": "What is closed?",
        "said_en": "Two passages.",
        "owner": owner.pk,
        "visibility": "private",
    } | changes


@pytest.mark.parametrize(
    ("people", "women", "youth", "shares"),
    [
        (84, 21, 42, (Decimal("0.25"), Decimal("0.5"))),
        (84, 0, 84, (Decimal(0), Decimal(1))),
        (84, None, None, (None, None)),
        (None, 21, 42, (None, None)),
        (0, 0, 0, (None, None)),
    ],
)
def test_a_share_is_computed_only_when_both_numbers_are_stated(owner, people, women, youth, shares):
    row = make_consultation(owner, people=people, women=women, youth=youth)

    assert (row.women_share, row.youth_share) == shares


@pytest.mark.parametrize("part", ["women", "men", "youth", "with_disabilities"])
def test_a_part_is_never_above_the_people_heard(owner, part):
    with pytest.raises(Invalid, match="A part is larger"):
        make_consultation(owner, people=10, **{part: 11})

    assert make_consultation(owner, **{part: 11}).people is None


def test_women_and_men_together_are_never_above_the_people_heard(owner):
    with pytest.raises(Invalid, match="Women and men together"):
        make_consultation(owner, people=10, women=6, men=5)

    assert make_consultation(owner, people=12, women=6, men=5).men == 5


def test_a_consultation_does_not_end_before_it_begins(owner):
    with pytest.raises(Invalid, match="ends before it begins"):
        make_consultation(owner, starts_on=date(2026, 2, 2), ends_on=date(2026, 2, 1))


def test_sums_leave_out_what_is_not_stated_and_say_how_many_state_it(owner):
    make_consultation(owner, people=84, women=31, youth=0)
    make_consultation(owner, people=46, youth=38)
    make_consultation(owner, women=9)

    found = queries.heard(queries.consultations(SYSTEM))

    assert found.consultations == 3
    assert found.people == queries.Stated(130, 2, 130, 130)
    assert found.women == queries.Stated(40, 2, 31, 84)
    assert found.youth == queries.Stated(38, 2, 38, 130)
    assert found.men == queries.Stated(0, 0, 0, 0)


@pytest.mark.slow
def test_the_list_says_who_was_heard_and_shows_a_dash_where_nobody_states_it(page, owner):
    make_consultation(owner, people=84, women=21)
    make_consultation(owner, people=46)

    answer = page.get(reverse("questionnaires:consultation_list"))

    shown = {str(fact.label): (fact.value, fact.help) for fact in answer.context["totals"]}
    assert shown["Women"] == (
        21,
        "stated by 1 consultation of 2; 25% of the 84 people of those that state both",
    )
    assert shown["Men"] == (None, "stated by 0 consultations of 2")


def test_a_consultation_is_recorded_through_the_form(page, owner):
    answer = page.post(
        reverse("questionnaires:consultation_add"), sent(owner, people="84", women="", men="0")
    )

    row = Consultation.objects.get()
    assert (answer.status_code, answer.url) == (303, row.get_absolute_url())
    assert (row.people, row.women, row.men) == (84, None, 0)
    assert page.get(answer.url).context["facts"][1].value == "not stated"


@pytest.mark.slow
def test_a_mistake_comes_back_with_its_reason(page, owner):
    url = reverse("questionnaires:consultation_add")

    too_many = page.post(url, sent(owner, people="3", women="4"))
    assert (too_many.status_code, error_text(too_many)) == (
        422,
        "A part is larger than the number of people heard.",
    )
    assert list(page.post(url, sent(owner, asked_en="")).context["form"].errors) == ["asked"]
    assert Consultation.objects.count() == 0


def test_a_consultation_about_a_record_is_shown_on_its_page(page, owner):
    activity = make_activity(owner)
    url = reverse("questionnaires:consultation_add")

    page.post(f"{url}?about=portfolio.activity:{activity.pk}", sent(owner))

    row = Consultation.objects.get()
    shown = page.get(activity.get_absolute_url()).context["panels"]
    panel = next(one for one in shown if one.slug == "questionnaires")
    assert (row.about_reference, panel.count) == (f"portfolio.activity:{activity.pk}", 1)


def test_nothing_is_recorded_about_what_one_may_not_see(page, owner):
    hidden = make_activity(make_organisation("Elsewhere"))
    url = reverse("questionnaires:consultation_add")

    for about in (
        f"portfolio.activity:{hidden.pk}",
        "accounts.user:1",
        "no",
        "a.b:1",
        "x:" + "9" * 30,
    ):
        assert page.get(url, {"about": about}).status_code == 404


def test_a_change_keeps_what_it_is_about(owner):
    activity = make_activity(owner)
    row = make_consultation(owner, about=activity)

    change_consultation(row, by=make_reader(Role.EDITOR, owner), women=5)

    assert (row.women, row.about_id) == (5, activity.pk)
    with pytest.raises(Refused, match="takes the role"):
        change_consultation(row, by=make_reader(Role.READER, owner), women=6)


def test_a_room_above_shows_on_it_which_decisions_rest_on_it(page, owner, monkeypatch):
    seen = []
    monkeypatch.setattr(panels, "_panels", {})
    panels.register("questionnaires.consultation", 10, lambda obj, _reader: seen.append(obj))
    row = make_consultation(owner)
    page.get(row.get_absolute_url())

    assert seen == [row]
