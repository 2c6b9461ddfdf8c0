"""A window that changes is told once; a meeting leaves something to do (mission row 0.6)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from tests.factories import (
    code,
    key,
    make_activity,
    make_donor,
    make_fund,
    make_interaction,
    make_organisation,
    make_user_with_role,
    place,
)
from tests.world import budget_line

from appui.eligibility.actions import write_rule
from appui.funding import actions as funding
from appui.kernel.access import SYSTEM, Role
from appui.watch import words
from appui.watch.due import due_items
from appui.watch.models import Search, Signal

from .conftest import NOW

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
FAR = TODAY + timedelta(days=200)


@pytest.fixture
def window(owner):
    return make_fund(owner, make_donor(), deadline=FAR, maximum=Decimal(500))


def told():
    return [words.facts(row) for row in Signal.objects.filter(kind="changed").order_by("pk")]


def test_a_changed_window_alerts_once(keep, run, window):
    search = keep("calls")
    assert run().signals == 0

    funding.change_fund(window, by=SYSTEM, maximum=Decimal(900), conditions="In English only.")

    assert run().signals == 1
    assert [run().signals, run().signals] == [0, 0]
    signal = Signal.objects.get()
    assert (signal.kind, signal.fund, signal.search) == ("changed", window, search)
    assert signal.changes == {
        "maximum": ["500.00", "900.00"],
        "conditions": ["", "In English only."],
    }
    assert words.facts(signal) == ("Largest grant: 500, now 900; Conditions: now In English only.")


def test_several_changes_between_two_runs_are_one_signal_and_a_later_one_another(keep, run, window):
    keep("calls")
    funding.change_fund(window, by=SYSTEM, maximum=Decimal(600))
    funding.change_fund(window, by=SYSTEM, maximum=Decimal(700))

    assert run().signals == 1
    assert told() == ["Largest grant: 500, now 700"]

    funding.change_fund(window, by=SYSTEM, deadline=FAR + timedelta(days=1))

    assert run().signals == 1
    assert told()[1].startswith("Deadline: ")


def test_what_was_changed_back_or_only_checked_is_no_change(keep, run, window):
    keep("calls")
    funding.change_fund(window, by=SYSTEM, maximum=Decimal(600))
    funding.change_fund(window, by=SYSTEM, maximum=Decimal(500), verified_on=TODAY)

    assert run().signals == 0


def test_what_changed_before_the_search_was_kept_is_not_told(keep, run, window):
    funding.change_fund(window, by=SYSTEM, maximum=Decimal(600))
    keep("calls")

    assert run().signals == 0


def test_a_deadline_that_moved_near_is_told_as_a_deadline_and_not_again(keep, run, window):
    keep("calls")
    funding.change_fund(window, by=SYSTEM, deadline=TODAY + timedelta(days=10))

    assert run().signals == 1
    assert Signal.objects.get().kind == "deadline"
    assert run().signals == 0


def test_a_new_rule_and_a_new_paper_change_a_window(keep, run, window):
    keep("calls")
    write_rule(
        window,
        by=SYSTEM,
        code="short",
        expression='{"at_most": ["months", 12]}',
        message={"en": "It lasts a year at most."},
        citation="One year.",
        valid_from=date(2026, 12, 1),
    )
    funding.add_required_document(window, by=SYSTEM, kind="budget", title={"en": "Budget"})

    assert run().signals == 1
    assert told() == ["Rule: now It lasts a year at most.; Required paper: now Budget"]


def test_of_a_window_of_others_only_what_it_says_now_is_told(keep, run):
    elsewhere = make_organisation("Elsewhere")
    fund = make_fund(elsewhere, make_donor(), visibility="public", maximum=Decimal(500))
    keep("calls")
    funding.change_fund(fund, by=SYSTEM, maximum=Decimal(900))

    run()

    assert told() == ["Largest grant: now 900"]


def test_a_search_with_size_and_project_finds_windows_that_take_them(owner, keep, run):
    soon = TODAY + timedelta(days=20)
    small = make_fund(owner, make_donor("A"), "Small", deadline=soon, maximum=Decimal(100))
    fits = make_fund(owner, make_donor("B"), "Fits", deadline=soon, maximum=Decimal(900))
    away = make_fund(owner, make_donor("C"), "Away", deadline=soon)
    away.locations.set([place("ML")])
    project = make_activity(owner)
    project.places.create(location=place("KH"))
    budget_line(project, "500")
    keep("calls", size=Decimal(500))
    keep("calls", activity=project)

    run()

    found = {(row.search.activity_id, row.fund_id) for row in Signal.objects.all()}
    assert found == {(None, fits.pk), (None, away.pk), (project.pk, fits.pk)}
    assert small.pk not in {fund for _project, fund in found}


def test_the_search_of_windows_is_carried_into_a_saved_search(client, owner):
    client.force_login(make_user_with_role(Role.EDITOR, owner))
    project = make_activity(owner)
    fund = make_fund(owner, make_donor())
    fund.locations.set([place("KH")])
    fund.sectors.set([code()])
    asked = {"project": project.pk, "place": "KH", "theme": "15250", "size": "100000"}
    page = client.get(reverse("eligibility:window_list"), asked).content.decode()
    url = page.split('href="/watch/searches/add/')[1].split('"')[0].replace("&amp;", "&")

    form = client.get(f"/watch/searches/add/{url}").context["form"]

    assert form.initial["subject"] == "calls"
    sent = {
        "idempotency_key": key(),
        "title": "For our project",
        "subject": "calls",
        "active": "on",
        "locations": form.initial["locations"],
        "sectors": form.initial["sectors"],
        "size": form.initial["size"],
        "activity": form.initial["activity"],
        "owner": owner.pk,
        "visibility": "private",
    }
    assert client.post("/watch/searches/add/", sent).status_code == 303
    kept = Search.objects.get()
    assert (kept.activity, kept.size, kept.locations.get().code) == (project, 100_000, "KH")


def test_a_meeting_leaves_something_to_do_until_it_is_done(owner, editor):
    make_interaction(
        owner,
        make_donor(),
        "Met the donor in Geneva",
        follow_up="Send the concept note",
        follow_up_on=TODAY + timedelta(days=7),
    )

    (due,) = due_items(owner.pk, editor, today=TODAY)

    assert (due.what, due.text, due.on) == (
        "follow-up",
        "Send the concept note",
        TODAY + timedelta(days=7),
    )
