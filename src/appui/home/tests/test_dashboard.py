"""The dashboard, the rows behind its figures, and what is due."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from appui.funding.queries import need_gaps
from appui.home import pictures
from appui.home.standing import Figure, open_needs, rows_behind, standing
from appui.home.tests.records import (
    TODAY,
    add_line,
    make_agreement,
    make_donor,
    make_fund,
    make_interaction,
    make_member,
    make_need,
    make_proposal,
    make_target,
    make_workspace,
    reader_for,
)
from appui.registry.models import ExchangeRate
from appui.registry.queries import reader_of
from appui.watch import due as dues

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def signed_in(client, organisation=None, role="editor", **fields):
    user = make_member(organisation, role, **fields)
    client.force_login(user)
    return user


def a_euro_is_a_dollar_ten():
    ExchangeRate.objects.create(
        currency="EUR", month=date(2026, 3, 1), usd_per_unit=Decimal("1.10"), source="ECB"
    )


def test_the_standing_is_the_sum_of_the_open_needs():
    a_euro_is_a_dollar_ten()
    owner, donor = make_workspace(), make_donor()
    clearing, school = make_need(owner, cost=1000), make_need(owner, cost=200, currency="EUR")
    make_need(owner, cost=5000, status="draft")
    make_agreement(owner, donor, 300, need=clearing)
    make_agreement(owner, donor, 500, need=school, currency="EUR")
    make_proposal(owner, donor, clearing, 400)

    found = standing(owner, reader_for(owner), today=TODAY).position

    assert found.need == Decimal("1220.00")
    assert found.secured == Decimal("850.00")
    assert (found.asked, found.weighted) == (Decimal(400), Decimal("120.00"))
    assert found.missing == Decimal("700.00")


@pytest.mark.parametrize("figure", list(Figure))
def test_the_rows_behind_a_figure_sum_to_it(figure):
    a_euro_is_a_dollar_ten()
    owner, donor = make_workspace(), make_donor()
    clearing, school = make_need(owner, cost=1000), make_need(owner, cost=200, currency="EUR")
    add_line(clearing, 50, who_pays="state")
    make_agreement(owner, donor, 500, need=school)
    make_proposal(owner, donor, clearing, 400)
    reader = reader_for(owner)
    found = standing(owner, reader, today=TODAY).position
    gaps = need_gaps(open_needs(owner, reader), reader, today=TODAY)

    behind = rows_behind(figure, gaps, currency="USD", today=TODAY)

    shown = {
        Figure.NEED: found.need,
        Figure.SECURED: found.secured,
        Figure.ASKED: found.weighted,
        Figure.MISSING: found.missing,
    }
    assert behind.total == shown[figure]
    assert behind.total > 0


def test_the_chart_shows_the_largest_first_and_tells_namesakes_apart():
    a_euro_is_a_dollar_ten()
    owner = make_workspace()
    make_need(owner, title="School", cost=100, reference="a")
    make_need(owner, title="School", cost=100, reference="b", currency="EUR")
    make_need(owner, title="Clearing of the land in all nine provinces", cost=500)
    make_need(owner, title="No cost yet")

    found = standing(owner, reader_for(owner), today=TODAY)

    assert pictures.missing_by_need(found) == (
        ("Clearing of the land in all n…", Decimal("500.00")),
        ("b", Decimal("110.00")),
        ("a", Decimal("100.00")),
    )


def test_targets_whose_period_holds_today_are_shown_else_the_last_that_ended():
    owner = make_workspace()
    make_target(owner, 500, starts_on=date(2019, 1, 1), ends_on=date(2019, 12, 31))
    make_target(owner, 600, starts_on=date(2020, 1, 1), ends_on=date(2020, 12, 31))
    make_target(owner, 700, starts_on=date(2027, 1, 1), ends_on=date(2027, 12, 31))
    reader = reader_for(owner)
    (ended,) = standing(owner, reader, today=TODAY).targets
    assert ended.target.amount == 600

    make_target(owner, 1000, starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31))
    make_agreement(owner, make_donor(), 250)
    (found,) = standing(owner, reader, today=TODAY).targets
    assert (found.target.amount, found.secured, found.missing) == (1000, 250, 750)


def test_what_is_due_is_late_first_and_says_what_is_yours():
    owner, donor = make_workspace(), make_donor()
    user = make_member(owner)
    need, day = make_need(owner), timedelta(days=1)
    make_proposal(
        owner,
        donor,
        need,
        next_action="Call",
        next_action_on=TODAY + 3 * day,
        decision_on=TODAY - day,
        responsible=user,
    )
    make_proposal(owner, donor, need, stage="refused", next_action_on=TODAY)
    make_interaction(owner, donor, follow_up="Send the budget", follow_up_on=TODAY - 2 * day)
    make_interaction(owner, donor, follow_up_on=TODAY, followed_up=True)
    make_fund(owner, donor, deadline=TODAY)
    make_fund(owner, donor, deadline=TODAY - day)
    make_agreement(owner, donor, ends_on=TODAY + 90 * day)
    make_agreement(owner, donor, ends_on=TODAY + 91 * day)

    found = dues.due_items(owner.pk, reader_of(user), today=TODAY)

    assert [(item.what, item.text, item.is_late, item.is_yours) for item in found] == [
        ("follow-up", "Send the budget", True, False),
        ("decision", "", True, True),
        ("deadline", "", False, False),
        ("action", "Call", False, True),
        ("end", "", False, False),
    ]


def fill(owner, count):
    donor, today = make_donor(), timezone.localdate()
    for _number in range(count):
        need = make_need(owner, cost=1000)
        make_proposal(owner, donor, need, next_action_on=today, decision_on=today)
        make_agreement(owner, donor, 100, need=need, ends_on=today)
        make_interaction(owner, donor, follow_up_on=today)
        make_fund(owner, donor, deadline=today)
        make_target(owner)


@pytest.mark.parametrize("address", ["/", "/due/", "/position/missing/"])
def test_a_page_asks_as_often_for_300_records_as_for_3(
    client, address, django_assert_max_num_queries
):
    few, many = make_workspace("Few"), make_workspace("Many")
    fill(few, 3)
    fill(many, 300)
    counts = []
    for owner in (few, many):
        signed_in(client, owner)
        with django_assert_max_num_queries(40) as asked:
            assert client.get(address).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_the_dashboard_shows_the_figures_with_links_to_their_rows(client):
    owner, donor = make_workspace("Authority"), make_donor()
    need = make_need(owner, cost=138_000_000)
    make_agreement(owner, donor, 60_000_000, need=need)
    signed_in(client, owner)

    page = client.get("/", headers={"accept-language": "en"}).content.decode()

    assert '<a href="/position/missing/"><bdi title="78,000,000\xa0USD">' in page
    assert need.get_absolute_url() in page
    assert "Nothing is due in the next three months." in page


def test_what_changed_links_to_the_record_and_hides_what_is_private_elsewhere(client):
    owner, other = make_workspace("Ours"), make_workspace("Theirs")
    make_need(owner, title="Clear the land")
    make_need(other, title="Secret plan")
    make_need(other, title="Open plan", visibility="public")
    signed_in(client, owner)

    page = client.get("/").content.decode()

    assert ("Clear the land" in page, "Secret plan" in page, "Open plan" in page) == (
        True,
        False,
        True,
    )


def test_a_first_visit_says_what_to_do(client):
    signed_in(client, make_workspace())
    page = client.get("/", headers={"accept-language": "en"}).content.decode()
    assert "Begin with what is lacking" in page
    assert page.count('href="/needs/add/"') == 1


def test_a_reader_is_not_told_to_write(client):
    signed_in(client, make_workspace(), "reader")
    page = client.get("/").content.decode()
    assert 'href="/needs/add/"' not in page


def test_someone_without_an_organisation_is_told_whom_to_ask(client):
    user = signed_in(client)
    page = client.get("/")
    assert page.status_code == 200
    assert f"invite {user.email}" in page.content.decode()
    assert client.get("/due/").status_code == 404


def test_a_superuser_chooses_where_to_work(client):
    owner = make_workspace("Authority")
    signed_in(client, is_superuser=True)
    assert f'name="workspace" value="{owner.pk}"' in client.get("/").content.decode()
    client.post("/workspace/", {"workspace": owner.pk})
    assert "Authority</h1>" in client.get("/").content.decode()


def test_an_unknown_figure_is_not_found_and_a_stranger_signs_in_first(client):
    assert client.get("/").status_code == 302
    signed_in(client, make_workspace())
    assert client.get("/position/nothing/").status_code == 404


@pytest.mark.parametrize("address", ["/", "/due/", "/position/need/", "/search/?q=land"])
def test_pages_read_from_the_right_in_arabic(client, address):
    owner = make_workspace()
    make_need(owner, title="Clear the land", cost=1000)
    client.force_login(make_member(owner))
    client.cookies["django_language"] = "ar"
    page = client.get(address).content.decode()
    assert 'dir="rtl"' in page
