"""Targets from one ledger: pledged, committed, received, spent, asked; past figures stay."""

import json
from datetime import date
from decimal import Decimal

import pytest
from click.testing import CliRunner
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.factories import (
    TODAY,
    code,
    make_agreement,
    make_donor,
    make_draft,
    make_ledger_line,
    make_need,
    make_organisation,
    make_proposal,
    make_rate,
    make_reader,
    make_target,
    make_user_with_role,
)

from appui.funding import actions
from appui.funding.models import Target
from appui.funding.queries import CountedRows, behind, target_books
from appui.funding.queries.entries import STATES
from appui.funding.queries.targets import NAMES
from appui.kernel.access import Role
from appui.outlook.cli.targets import targets as command

pytestmark = pytest.mark.django_db
D = Decimal
IN_2026 = {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 12, 31)}


@pytest.fixture
def owner():
    return make_organisation("Directorate", acronym="ACS")


@pytest.fixture
def donor():
    return make_donor("European Union")


@pytest.fixture
def reader(owner):
    return make_reader(Role.READER, owner)


def line(owner, agreement, value, kind, day=date(2026, 4, 1), **fields):
    return make_ledger_line(
        owner,
        agreement,
        value,
        transaction_type=code("TransactionType", kind),
        date=day,
        value_date=day,
        **fields,
    )


def book(target, reader):
    return target_books([target], reader, today=TODAY)[0]


def figures(target, reader):
    position = book(target, reader).position
    return {name: position.figure(name) for name in NAMES}


def test_four_figures_and_the_pipeline_come_from_one_ledger(owner, donor, reader):
    target = make_target(owner, "1000", **IN_2026)
    signed = make_agreement(owner, donor, "300")
    fund_line = make_draft(owner, donor, "50")
    line(owner, signed, "300", "11")  # the same money as the agreement: not counted again
    line(owner, signed, "120", "1")
    line(owner, signed, "-20", "1")
    line(owner, signed, "70", "4")
    line(owner, signed, "15", "3")
    line(owner, fund_line, "50", "13")
    line(owner, signed, "300", "13")  # taken up by the signed agreement
    make_proposal(owner, donor, make_need(owner), "200")  # 30 %
    make_proposal(owner, donor, make_need(owner), "40", stage="pledged")  # 80 %

    assert figures(target, reader) == {
        "pledged": 90,  # 50 of the ledger + the ask of 40
        "committed": 300,
        "received": 100,
        "spent": 85,
        "pipeline": 92,  # 200 × 0.3 + 40 × 0.8
    }
    assert book(target, reader).position.missing == 700


def test_each_figure_is_the_sum_of_its_rows_to_the_cent(owner, donor, reader):
    target = make_target(owner, "1000")
    signed = make_agreement(
        owner,
        donor,
        "33.33",
        currency="EUR",
        usd_rate=D("1.1"),
        usd_rate_date=date(2026, 3, 1),
    )
    for kind in ("1", "3", "4"):
        line(owner, signed, "10.01", kind)
    line(owner, make_draft(owner, donor), "7.77", "13")
    make_proposal(owner, donor, make_need(owner), "33.33", probability=33)
    make_proposal(owner, donor, make_need(owner), "12.34", stage="pledged")
    found = book(target, reader)

    for name in NAMES:
        rows = behind(CountedRows(found, name)[:], name, found, reader)
        assert rows
        assert sum(row.counted for row in rows) == found.position.figure(name)
    assert found.position.committed == D("36.66")  # 33.33 × 1.1 = 36.663


def test_past_figures_do_not_move_when_rates_arrive(owner, donor):
    manager = make_reader(Role.MANAGER, owner)
    make_rate("EUR", date(2026, 3, 1), "1.10")
    make_rate("XOF", date(2026, 3, 1), "0.0017")
    make_rate("EUR", date.today().replace(day=1), "1.10", "Its day")  # a target takes that
    in_dollars = make_target(owner, "1000", **IN_2026)
    in_euros = actions.set_target(
        by=manager,
        owner=owner,
        title={"en": "Euros"},
        amount=D(1000),
        currency="EUR",
        **IN_2026,
    )
    for currency in ("EUR", "XOF", "USD"):
        draft = make_draft(owner, donor, "1000", currency=currency)
        signed = actions.sign_agreement(draft, by=manager, signed_on=date(2026, 3, 10), today=TODAY)
        for kind in ("1", "4"):
            actions.record_transaction(
                by=manager,
                today=TODAY,
                owner=owner,
                agreement=signed,
                transaction_type=code("TransactionType", kind),
                date=date(2026, 3, 12),
                value_date=date(2026, 3, 12),
                value=D(500),
                currency=currency,
            )
    before = [figures(target, manager) for target in (in_dollars, in_euros)]
    # dollars: 1,000 × 1.10 + 1,000 × 0.0017 + 1,000; in euros at 1.10: 1,000 + 1.70/1.1 + 909.09
    assert [found["committed"] for found in before] == [D("2101.70"), D("1910.64")]

    for month in (1, 2, 4, 11):
        make_rate("EUR", date(2026, month, 1), "1.9", "ECB")
        make_rate("XOF", date(2026, month, 1), "0.9", "ECB")
    make_rate("EUR", date(2026, 3, 1), "1.7", "Another")  # even for the same month
    make_rate("XOF", date(2026, 3, 1), "0.7", "Another")

    assert [figures(target, manager) for target in (in_dollars, in_euros)] == before


def test_a_reversal_takes_its_line_out_of_the_period_it_stood_in(owner, donor):
    finance = make_reader(Role.FINANCE, owner)
    target = make_target(owner, "10", starts_on=date(2020, 1, 1), ends_on=date(2020, 12, 31))
    wrong = line(owner, make_agreement(owner, donor), "99", "1", date(2020, 5, 5))
    assert figures(target, finance)["received"] == 99

    actions.reverse_transaction(wrong, by=finance, today=TODAY, reason="Typed twice")

    assert figures(target, finance)["received"] == 0


def test_money_between_two_others_is_outside_and_a_merged_name_is_the_owner(owner, donor, reader):
    other, former = make_organisation("Other"), make_organisation("Former", merged_into=owner)
    target = make_target(owner, "100")
    signed = make_agreement(owner, donor, "100")
    line(owner, signed, "10", "1", receiver=owner)
    line(owner, signed, "20", "1", receiver=former)
    line(owner, signed, "40", "1", receiver=other)
    line(owner, signed, "5", "4", provider=other)
    found = book(target, reader)

    assert (found.position.received, found.position.spent) == (30, 0)
    assert found.left_out == 2
    states = found.entries.lines_of(owner.pk).values_list("state", flat=True)
    assert [STATES[place] for place in states] == ["outside", "outside"]


def test_an_agreement_and_a_ledger_that_differ_are_shown(owner, donor, reader):
    target = make_target(owner, "1000")
    signed = make_agreement(owner, donor, "300")
    draft = make_draft(owner, donor, "50")
    line(owner, signed, "280", "11")
    line(owner, draft, "50", "11")
    found = book(target, reader)

    assert found.position.committed == 300
    assert {(item.agreement, item.in_ledger, item.signed) for item in found.apart} == {
        (signed.pk, 280, True),
        (draft.pk, 50, False),
    }


def test_what_differs_is_shown_with_the_targets_it_concerns(owner, donor, reader):
    later = make_target(owner, "1000", starts_on=date(2020, 1, 1), ends_on=date(2020, 12, 31))
    signed = make_agreement(owner, donor, "300", signed_on=date(2019, 5, 1))
    line(owner, signed, "280", "11", date(2019, 5, 2))
    assert book(later, reader).apart == []

    line(owner, signed, "5", "11", date(2020, 5, 2))
    assert [(item.agreement, item.in_ledger) for item in book(later, reader).apart] == [
        (signed.pk, 285)
    ]


def test_what_had_no_rate_is_in_no_figure_and_said(owner, donor, reader):
    target = make_target(owner, "1000")
    signed = make_agreement(owner, donor, "300", currency="KHR")
    line(owner, signed, "10", "1", currency="KHR", usd_value=None)
    position = book(target, reader).position

    assert (position.committed, position.received, position.unconverted) == (0, 0, 2)


def test_an_ask_decided_after_the_period_is_not_in_the_pipeline(owner, donor, reader):
    target = make_target(owner, "1000", **IN_2026)
    make_proposal(owner, donor, make_need(owner), "100", decision_on=date(2027, 1, 1))
    make_proposal(owner, donor, make_need(owner), "100", decision_on=date(2026, 12, 31))

    assert book(target, reader).position.weighted == 30


def test_a_stranger_sees_only_what_is_shared(owner, donor):
    target = make_target(owner, "1000", visibility="public")
    make_agreement(owner, donor, "300")
    make_agreement(owner, donor, "7", visibility="public")
    stranger = make_reader(Role.ADMINISTRATOR, make_organisation("Elsewhere"))

    assert book(target, stranger).position.committed == 7


def test_the_number_of_queries_does_not_grow(owner, donor, reader):
    targets = [make_target(owner, "1000"), make_target(owner, "50", currency="EUR")]
    counts = []
    for _round in range(2):
        for _item in range(3):
            signed = make_agreement(owner, donor, "1")
            line(owner, signed, "1", "1")
            make_proposal(owner, donor, make_need(owner), "1", currency="XOF")
        with CaptureQueriesContext(connection) as seen:
            for found in target_books(targets, reader, today=TODAY):
                for name in NAMES:
                    CountedRows(found, name)[:]
        counts.append(len(seen))

    assert counts[0] == counts[1] <= 12


def test_its_pages_open_on_the_rows_and_tell_the_boundary(client, owner, donor):
    client.force_login(make_user_with_role(Role.READER, owner))
    target = make_target(owner, "1000", **IN_2026)
    signed = make_agreement(owner, donor, "300")
    line(owner, signed, "280", "11")
    for day in (date(2026, 2, 1), date(2026, 8, 1)):
        line(owner, signed, "60", "1", day)

    page = client.get(target.get_absolute_url()).content.decode()
    assert page.count("2026-08") >= 1  # the history, month by month
    for words in ("Pledged", "Weighted pipeline", "Said twice, differently", "within the period"):
        assert words in page
    assert f"/targets/{target.pk}/rows/received/" in page
    assert f'src="/targets/{target.pk}/history.svg?by=month"' in page
    picture = client.get(f"/targets/{target.pk}/history.svg?by=month")
    assert (picture.status_code, picture["Content-Type"]) == (200, "image/svg+xml")
    assert "Received" in picture.content.decode()
    empty = make_target(owner, "5", starts_on=date(1999, 1, 1), ends_on=date(1999, 2, 1))
    assert client.get(f"/targets/{empty.pk}/history.svg").status_code == 404
    assert client.get(target.get_absolute_url() + "?by=year").status_code == 200
    rows = client.get(f"/targets/{target.pk}/rows/received/").content.decode()
    assert rows.count("European Union") == 0  # no giver is stated
    assert "2 rows" in rows
    table = client.get(f"/targets/{target.pk}/rows/committed/?format=csv").content.decode()
    assert "300" in table.splitlines()[1]
    assert client.get(f"/targets/{target.pk}/rows/nothing/").status_code == 404


def test_the_api_tells_the_same_standing_rows_and_history(client, owner, donor):
    client.force_login(make_user_with_role(Role.READER, owner))
    target = make_target(owner, "1000", **IN_2026)
    signed = make_agreement(owner, donor, "300")
    line(owner, signed, "60.50", "1", date(2026, 8, 1))

    standing = client.get(f"/api/targets/{target.pk}/standing").json()
    assert (standing["committed"], standing["received"], standing["missing"]) == (
        "300.00",
        "60.50",
        "700.00",
    )
    (row,) = client.get(f"/api/targets/{target.pk}/rows/received").json()
    assert (row["counted"], row["day"]) == ("60.50", "2026-08-01")
    spans = client.get(f"/api/targets/{target.pk}/history?by=quarter").json()
    assert [(span["label"], span["sums"]["received"]) for span in spans] == [
        ("2026-Q1", "0.00"),
        ("2026-Q2", "0.00"),
        ("2026-Q3", "60.50"),
    ]
    assert client.get(f"/api/targets/{target.pk}/rows/nothing").status_code == 422
    client.force_login(make_user_with_role(Role.ADMINISTRATOR, make_organisation("Elsewhere")))
    assert client.get(f"/api/targets/{target.pk}/standing").status_code == 404


def test_changing_the_currency_takes_the_rate_of_today(owner):
    manager = make_reader(Role.MANAGER, owner)
    target = make_target(owner, "10")
    make_rate("EUR", timezone.localdate().replace(day=1), "1.25")

    actions.change_target(target, by=manager, currency="EUR")
    assert Target.objects.get().usd_rate == D("1.25")
    make_rate("EUR", timezone.localdate().replace(day=1), "1.5", "Another")
    actions.change_target(target, by=manager, amount=D(20))
    assert Target.objects.get().usd_rate == D("1.25")


def test_the_command_shows_a_target_by_number_or_title(owner, donor):
    target = make_target(owner, "1000")
    line(owner, make_agreement(owner, donor, "300"), "60", "1")

    ran = CliRunner().invoke(command, ["show", "raise", "--format", "json", "--rows"])
    told = json.loads(ran.output)
    assert (told["id"], told["committed"], told["received"]) == (target.pk, "300.00", "60.00")
    assert [row["counted"] for row in told["rows"]["received"]] == ["60.00"]
    plain = CliRunner().invoke(command, ["show", str(target.pk), "--rows"])
    assert "committed" in plain.output
    make_target(owner, "1")
    for asked, says in (("raise", "Several targets"), ("nothing", "No target is called")):
        ran = CliRunner().invoke(command, ["show", asked])
        assert ran.exit_code != 0
        assert says in ran.output
