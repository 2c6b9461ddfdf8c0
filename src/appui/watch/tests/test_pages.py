"""The pages of the watch as people use them."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.factories import (
    error_text,
    key,
    make_agreement,
    make_donor,
    make_fund,
    make_interaction,
    make_need,
    make_organisation,
    make_person,
    make_proposal,
    make_user_with_role,
)

from appui.accounts.actions import actor
from appui.kernel.access import Role
from appui.watch import actions
from appui.watch.models import Feed, Search, Signal, Subscription

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def user(owner):
    return make_user_with_role(Role.EDITOR, owner, display_name="Ana")


@pytest.fixture
def page(client, user):
    """Open an address by its name, or send it a form; the answer."""
    client.force_login(user)

    def page(name, *arguments, send=None, **query):
        url = reverse(f"watch:{name}", args=arguments)
        if send is None:
            return client.get(url, query)
        return client.post(url, {"idempotency_key": key()} | send)

    return page


def text(answer):
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", answer.content.decode()))


def ownership(owner):
    return {"owner": owner.pk, "visibility": "private"}


def test_the_list_shows_open_signals_and_the_other_one_those_that_are_closed(
    page, make_signal, keep
):
    search = keep(title="Here")
    make_signal(search, title="Ireland")
    make_signal(search, title="Japan", state="dismissed")

    opened, closed = text(page("signal_list")), text(page("closed_list"))

    assert "Ireland · Here" in opened
    assert "Japan" not in opened
    assert "Japan · Here" in closed
    assert "40 USD in 2023, 100 USD in 2022" in opened.replace("\N{NO-BREAK SPACE}", " ")


def test_signals_are_filtered_sorted_and_exported(page, make_signal, keep, user):
    search = keep()
    make_signal(search, title="Small", after=90, responsible=user)
    make_signal(search, title="Large", after=1, kind="exit")

    by_size = text(page("signal_list", sort="difference"))
    assert by_size.index("Large") < by_size.index("Small")
    assert "Large" not in text(page("signal_list", who=user.pk))
    assert "Small" not in text(page("signal_list", kind="exit"))
    rows = page("signal_list", format="csv").content.decode().splitlines()
    assert len(rows) == 3
    assert "-99" in "".join(rows)


def test_a_signal_is_followed_up_dismissed_and_taken_back(page, make_signal, user, client):
    signal = make_signal(donor=make_donor())
    day = timezone.localdate() + DAY
    plan = {"responsible": user.pk, "follow_up": "Call", "follow_up_on": day.isoformat()}

    sent = page("signal_follow_up", signal.pk, send=plan | {"version": 1})
    assert sent.status_code == 303
    assert Signal.objects.get().responsible == user
    assert "Call" in text(client.get(reverse("home:due")))
    assert "Call" in text(client.get(reverse("home:dashboard")))
    page("signal_move", signal.pk, "dismissed", send={})
    assert Signal.objects.get().state == "dismissed"
    page("signal_undo", signal.pk, send={})
    assert Signal.objects.get().state == "open"
    assert page("signal_move", signal.pk, "nowhere").status_code == 404


def test_a_search_is_kept_run_and_changed(page, owner, make_signal):
    make_fund(owner, make_donor(), "Mine action", deadline=timezone.localdate() + DAY)
    facts = {"title": "Calls", "subject": "calls", "active": "on"} | ownership(owner)
    assert page("search_add", send=facts).status_code == 303
    search = Search.objects.get()

    assert "has not run yet" in text(page("search", search.pk))
    page("search_run", search.pk, send={})
    page("search_run", search.pk, send={})

    assert Signal.objects.filter(search=search, kind="deadline").count() == 1
    assert "Deadline near" in text(page("search", search.pk))
    changed = facts | {"title": "All calls", "version": search.version}
    assert page("search_edit", search.pk, send=changed).status_code == 303
    assert Search.objects.get().title == "All calls"


def test_a_search_by_donor_names_its_donors(page, owner):
    facts = {"title": "A", "subject": "donors"} | ownership(owner)
    answer = page("search_add", send=facts)

    assert answer.status_code == 422
    assert "Choose the donors" in error_text(answer)


def test_a_feed_is_added_and_says_why_it_cannot_be_read(page, owner):
    facts = {"title": "A", "url": "https://a.example/", "kind": "feed", "subject": "calls"}
    facts |= ownership(owner)
    assert page("feed_add", send=facts | {"pattern": "/calls/"}).status_code == 422
    assert page("feed_add", send=facts | {"url": "ftp://a.example/"}).status_code == 422
    assert page("feed_add", send=facts).status_code == 303
    Feed.objects.update(problem="fetch-private")

    shown = text(page("feed", Feed.objects.get().pk))
    assert "not on the public internet" in shown
    assert "cannot be read" in text(page("feed_list"))


def test_one_chooses_ones_own_digest(page, user):
    assert "Nobody is written to" in text(page("digest"))

    assert page("digest", send={"frequency": "weekly"}).status_code == 303
    assert page("digest", send={"frequency": "hourly"}).status_code == 422

    assert Subscription.objects.get(user=user).frequency == "weekly"


def test_a_calendar_has_an_address_of_its_own_which_a_new_one_ends(page, client, user, owner):
    donor, today = make_donor(), timezone.localdate()
    make_interaction(owner, donor, "Embassy", took_place_on=today + DAY, responsible=user)
    other = make_user_with_role(Role.EDITOR, owner)
    make_interaction(owner, donor, "Not mine", took_place_on=today + DAY, responsible=other)
    sent = client.post(reverse("watch:calendar_address"), {"idempotency_key": key()}, follow=True)
    (link,) = re.findall(r"http://testserver(/watch/calendar/[\w-]+\.ics)", sent.content.decode())
    client.logout()

    answer = client.get(link)

    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    body = answer.content.decode().replace("\r\n ", "")
    assert "SUMMARY:Meeting · Ireland · Embassy" in body
    assert f"DTSTART;VALUE=DATE:{today + DAY:%Y%m%d}" in body
    assert "Not mine" not in body
    actions.make_calendar_address(user, by=actor(user))
    assert client.get(link).status_code == 404
    assert client.get("/watch/calendar/.ics").status_code == 404


def test_a_calendar_of_somebody_who_left_is_closed(client, user):
    secret = actions.make_calendar_address(user, by=actor(user))
    user.is_active = False
    user.save()

    assert client.get(reverse("watch:calendar_file", args=[secret])).status_code == 404


def test_one_date_is_an_event(page, owner):
    fund = make_fund(owner, make_donor(), "Mine action", deadline=timezone.localdate() + DAY)
    hidden = make_fund(make_organisation("Elsewhere"), fund.organisation, deadline=fund.deadline)

    answer = page("date_file", "deadline", fund.pk)

    assert "SUMMARY:Deadline of a call · Ireland · Mine action" in answer.content.decode()
    assert page("date_file", "deadline", hidden.pk).status_code == 404
    assert page("date_file", "party", fund.pk).status_code == 404


def test_before_a_meeting_one_page_says_all_that_may_be_seen(page, owner, keep, make_signal):
    donor = make_donor("Irlande")
    same = make_donor("Eire", merged_into=donor)
    today = timezone.localdate()
    make_person(owner, "Ana Keo", organisation=same)
    make_interaction(owner, same, "Met in Geneva", follow_up="Send the plan")
    make_interaction(owner, donor, "Embassy", took_place_on=today + DAY)
    need = make_need(owner)
    make_proposal(owner, donor, need, next_action="Call them", next_action_on=today)
    make_agreement(owner, donor, title="Grant of 2024")
    make_fund(owner, donor, "Open window")
    make_signal(keep(), donor=same)
    elsewhere = make_organisation("Elsewhere")
    make_person(elsewhere, "Hidden person", organisation=donor)
    make_interaction(elsewhere, donor, "Hidden talk")
    make_agreement(elsewhere, donor, title="Hidden grant")

    shown = text(page("briefing", donor.pk))

    for words in (
        "Ana Keo",
        "Met in Geneva",
        "Send the plan",
        "Embassy",
        "Call them",
        "Grant of 2024",
        "Open window",
        "Fell by more than a quarter",
    ):
        assert words in shown, words
    assert "Hidden" not in shown
    assert page("briefing", same.pk).status_code == 404


@pytest.mark.parametrize("count", [1, 20])
def test_a_briefing_asks_as_much_however_much_is_known(
    page, owner, keep, make_signal, count, django_assert_max_num_queries
):
    donor, search = make_donor(), keep()
    for number in range(count):
        make_person(owner, f"Person {number}", organisation=donor)
        make_interaction(owner, donor, follow_up="Write")
        make_proposal(owner, donor, make_need(owner), next_action="Call")
        make_agreement(owner, donor)
        make_fund(owner, donor)
        make_signal(search, donor=donor, follow_up="Look")

    with django_assert_max_num_queries(32):
        page("briefing", donor.pk)


def test_the_page_of_a_donor_leads_to_its_briefing(client, page, make_signal):
    donor = make_donor()
    make_signal(donor=donor)

    shown = client.get(reverse("funding:donor", args=[donor.pk])).content.decode()

    assert reverse("watch:briefing", args=[donor.pk]) in shown
    assert "Fell by more than a quarter: Ireland" in shown
