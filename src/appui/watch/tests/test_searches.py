"""What saved searches find, and that they find it once."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from tests.factories import (
    at_once,
    code,
    make_donor,
    make_fund,
    make_organisation,
    make_source,
    place,
)
from tests.world import figure

from appui.kernel import audit
from appui.kernel.access import SYSTEM
from appui.watch.actions import record_finds
from appui.watch.finding import find
from appui.watch.models import FeedItem, Search, Signal
from appui.watch.queries import organisation_reader

from .conftest import NOW

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
SERIES = {
    "Ireland": {2021: 100, 2022: 100, 2023: 60},
    "Japan": {2021: 100, 2022: 100, 2023: 300},
    "Norway": {2021: 100, 2022: 100},
    "Zonta": {2023: 50},
}


def told(**where):
    rows = Signal.objects.filter(**where).order_by("title", "kind")
    return [(row.title, row.kind) for row in rows]


def test_who_gives_here_is_compared_with_the_years_before(flows, keep, run):
    ireland = make_donor("Ireland")
    search = keep(sectors=[code()], locations=[place("KH")])

    report = run(flows(**SERIES))

    assert (report.searches, report.signals, report.left_out) == (1, 4, 0)
    assert told() == [("Ireland", "fell"), ("Japan", "up"), ("Norway", "exit"), ("Zonta", "new")]
    fell = Signal.objects.get(kind="fell")
    assert (fell.donor, fell.year, fell.since) == (ireland, 2023, 2022)
    assert (fell.before, fell.after, fell.currency) == (Decimal(100), Decimal(60), "USD")
    assert (fell.difference, fell.owner) == (Decimal(-40), search.owner)
    assert fell.said_by == "appui/spend"
    assert fell.url.startswith("/flows/")
    assert "donor=" in fell.url
    assert "country=KH" in fell.url


def test_a_second_run_adds_nothing(flows, keep, run):
    keep()
    corpus = flows(**SERIES)
    run(corpus)
    before = list(Signal.objects.values_list("pk", "version"))

    again = run(corpus, now=NOW + timedelta(days=1))

    assert again.signals == 0
    assert list(Signal.objects.values_list("pk", "version")) == before
    assert Search.objects.get().ran_at == NOW + timedelta(days=1)


def test_an_absence_of_what_is_not_yet_published_is_weak(flows, keep, run):
    keep(locations=[place("KH")])
    run(flows(**SERIES))

    assert Signal.objects.get(kind="exit").confidence == "weak"  # nothing of Norway in 2023
    assert Signal.objects.get(kind="fell").confidence == "strong"
    assert Signal.objects.get(kind="new").confidence == "fair"  # nothing of it before


def test_a_donor_that_publishes_elsewhere_in_that_year_has_left(flows, keep, run):
    keep(locations=[place("KH")])
    flows("LA", Norway={2023: 10})
    run(flows("KH", **SERIES))

    assert Signal.objects.get(kind="exit").confidence == "strong"


def test_small_differences_are_no_signal(flows, keep, run):
    keep(minimum=Decimal(100))

    run(flows(**SERIES))

    assert told() == [("Japan", "up"), ("Norway", "exit")]


def test_where_donors_give_is_told_by_place(flows, keep, run):
    norway = make_donor("Norway")
    keep("donors", donors=[norway])
    flows("LA", Norway={2023: 10}, Japan={2022: 10, 2023: 10})
    place("LA", "Laos")
    run(flows("KH", **SERIES))

    found = Signal.objects.order_by("kind")
    assert [(row.kind, row.donor, str(row.location or "")) for row in found] == [
        ("exit", norway, ""),
        ("new", norway, "Laos"),
    ]
    assert found[0].title == "Norway · KH"  # a place that is not in the register is named by code


def test_a_place_whose_last_year_is_not_published_yet_has_lost_nobody(flows, keep, run):
    keep("donors", donors=[make_donor("Norway")])
    flows("LA", Norway={2022: 10, 2023: 10})
    run(flows("KH", Norway={2021: 10, 2022: 10}))

    assert told() == []


@pytest.mark.parametrize("years", [{2023: 10}, {2020: 10, 2021: 90}])
def test_one_year_alone_and_years_long_past_are_no_news(flows, keep, run, years):
    keep(locations=[place("KH")])

    assert run(flows(Norway=years)).signals == 0


def test_calls_of_the_donors_and_places_asked_open_and_close(owner, keep, run):
    donor, other = make_donor(), make_donor("Other")
    soon, lately = TODAY + timedelta(days=20), TODAY - timedelta(days=5)
    fund = make_fund(
        owner, donor, "Mine action", opens_on=lately, deadline=soon, maximum=Decimal(900)
    )
    make_fund(owner, other, "Mine action of another", deadline=soon)
    make_fund(owner, donor, "Health", deadline=soon)
    make_fund(make_organisation("Elsewhere"), donor, "Mine action hidden", deadline=soon)
    keep("calls", donors=[donor], words="MINE  áction")

    run()

    assert told() == [
        ("Mine action · Ireland", "call-opened"),
        ("Mine action · Ireland", "deadline"),
    ]
    assert {row.happens_on for row in Signal.objects.all()} == {soon, lately}
    assert Signal.objects.filter(fund=fund, donor=donor, after=900).count() == 2
    assert run().signals == 0
    audit.update(fund, by=SYSTEM, deadline=soon + timedelta(days=3))
    assert run().signals == 1  # the deadline moved


def test_statements_are_sources_and_figures_that_come_in(owner, keep, run):
    source = make_source(owner, "Landmine Monitor")
    make_source(owner, "Health Report")
    make_source(make_organisation("Elsewhere"), "Landmine Monitor hidden")
    number = figure(owner, source)
    keep("statements", words="monitor")

    run()

    assert Signal.objects.count() == 2
    assert Signal.objects.get(source=source).said_by == "Landmine Monitor"
    assert Signal.objects.get(figure=number).happens_on == date(2025, 12, 31)


def test_what_stood_there_long_before_the_search_is_no_news(owner, keep, run):
    source = make_source(owner)
    type(source).objects.filter(pk=source.pk).update(created_at=NOW - timedelta(days=400))
    keep("statements")

    assert run().signals == 0


def test_items_of_feeds_are_news_unless_they_were_there_before(keep, run, make_feed, owner):
    feed = make_feed(organisation=make_donor())
    for number, (title, known, day) in enumerate(
        [
            ("Mine action in Cambodia", False, None),
            ("Mine action in Cambodge, new", True, TODAY - timedelta(days=3)),
            ("Mine action in Cambodia, known", True, None),
            ("Mine action in Cambodia, old", False, TODAY - timedelta(days=300)),
            ("Mine action in Mali", False, None),
        ]
    ):
        FeedItem.objects.create(
            feed=feed,
            key=str(number),
            title=title,
            known_before=known,
            published_on=day,
            first_seen_at=NOW,
        )
    cambodia = place("KH", "Cambodia")
    cambodia.name = {"en": "Cambodia", "fr": "Cambodge"}
    cambodia.save()
    keep("calls", locations=[cambodia])
    keep("statements", locations=[cambodia])

    run()

    assert told() == [
        ("Mine action in Cambodge, new", "call-opened"),
        ("Mine action in Cambodia", "call-opened"),
    ]
    assert run().signals == 0


def test_a_search_sees_what_its_organisation_sees(flows, keep, run):
    elsewhere = make_organisation("Elsewhere")
    fund = make_fund(elsewhere, make_donor(), deadline=TODAY)
    keep("calls")
    keep("calls", owner=elsewhere)

    run()

    assert [(row.owner, row.fund) for row in Signal.objects.all()] == [(elsewhere, fund)]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_tell_a_signal_once(owner, keep, tmp_path):
    make_fund(owner, make_donor(), deadline=TODAY)
    search = keep("calls")
    found = find(search, organisation_reader(owner.pk), None, today=TODAY)

    outcomes, count = at_once(
        lambda: len(record_finds(search, found.drafts, left_out=0, now=NOW)),
        Signal.objects.count,
        tmp_path,
    )

    assert (sorted(outcomes), count) == ([0, 1], 1)
