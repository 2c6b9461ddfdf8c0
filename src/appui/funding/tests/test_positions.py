"""The gap of needs, positions and targets: which money counts, at which rate, for whom."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.factories import (
    TODAY,
    code,
    make_agreement,
    make_donor,
    make_draft,
    make_line,
    make_need,
    make_organisation,
    make_proposal,
    make_rate,
    make_reader,
    make_source,
    make_target,
    place,
)

from appui.funding.gap import Kind
from appui.funding.queries import need_gap, need_gaps, position, running, target_positions
from appui.kernel.access import SYSTEM, Role
from appui.needs.queries import needs_with_lines
from appui.registry.actions import merge_organisations

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return make_organisation("Authority", acronym="CMAA")


@pytest.fixture
def donor():
    return make_donor()


@pytest.fixture
def reader(owner):
    return make_reader(Role.READER, owner)


@pytest.fixture
def need(owner):
    need = make_need(owner, reference="KHM-2024-2025")
    make_line(need, "1000", year_from=2024, year_to=2025)
    return need


def figures(gap):
    names = ("need", "secured", "asked", "weighted", "missing")
    return tuple(getattr(gap.total, name) for name in names)


def test_what_the_state_and_the_organisation_pay_is_secured(need, reader):
    make_line(need, "300", who_pays="state")
    make_line(need, "50", who_pays="own")

    gap = need_gap(need, reader, today=TODAY)

    assert figures(gap) == (1350, 350, 0, 0, 1000)
    assert [row.label for row in gap.rows if row.kind == Kind.SECURED] == [
        "The State · clearance 2026",
        "The organisation itself · clearance 2026",
    ]


def test_agreements_count_at_the_month_of_signature_and_asks_at_this_month(
    owner, donor, need, reader
):
    make_rate("EUR", date(2026, 3, 1), "1.10")
    make_rate("EUR", date(2026, 11, 1), "1.20")
    make_agreement(owner, donor, "100", currency="EUR", need=need)
    make_proposal(owner, donor, need, "100", currency="EUR")

    gap = need_gap(need, reader, today=TODAY)

    assert figures(gap) == (1000, 110, 120, 36, 890)
    dates = {row.kind: row.counted.rate_date for row in gap.rows if row.kind != Kind.NEED}
    assert dates == {Kind.SECURED: date(2026, 3, 1), Kind.ASKED: date(2026, 11, 1)}
    assert "month they were signed" in gap.rate_rule


def test_a_need_in_euros_counts_dollars_over_the_rate_of_the_month(owner, donor, reader):
    make_rate("EUR", date(2026, 3, 1), "1.25")
    need = make_need(owner, currency="EUR")
    make_line(need, "1000")
    make_agreement(owner, donor, "100", need=need)

    assert figures(need_gap(need, reader, today=TODAY)) == (1000, 80, 0, 0, 920)


def test_money_in_a_currency_without_a_rate_is_shown_and_not_added(owner, donor, need, reader):
    make_agreement(owner, donor, "400000", currency="KHR", need=need)
    make_proposal(owner, donor, need, "5", currency="KHR")

    gap = need_gap(need, reader, today=TODAY)

    assert figures(gap) == (1000, 0, 0, 0, 1000)
    assert [(row.original.amount, row.original.currency) for row in gap.unconverted] == [
        (400000, "KHR"),
        (5, "KHR"),
    ]


def test_drafts_ended_asks_and_other_needs_do_not_count(owner, donor, need, reader):
    other = make_need(owner)
    make_agreement(owner, donor, "1", need=other)
    make_proposal(owner, donor, other)
    for stage in ("signed", "refused", "withdrawn"):
        make_proposal(owner, donor, need, stage=stage)
    make_draft(owner, donor, need=need)

    assert figures(need_gap(need, reader, today=TODAY)) == (1000, 0, 0, 0, 1000)


def test_an_outsider_counts_what_is_shared_and_is_told_so(owner, donor, reader):
    need = make_need(owner, visibility="public")
    make_line(need, "1000")
    make_agreement(owner, donor, "100", need=need)
    make_agreement(owner, donor, "10", need=need, visibility="public")
    make_proposal(owner, donor, need, "77")
    outsider = make_reader(Role.READER, make_organisation("Elsewhere"))

    theirs, ours = (need_gap(need, who, today=TODAY) for who in (outsider, reader))

    assert (figures(theirs)[1:3], figures(ours)[1:3]) == ((10, 0), (110, 77))
    assert theirs.boundary.endswith("Only what is shared with you is counted.")
    assert "shared with you" not in ours.boundary


def test_a_merged_donor_is_shown_by_the_name_that_stands(owner, donor, need, reader):
    old = make_donor("Irlande")
    make_agreement(owner, old, "1", need=need)
    make_proposal(owner, old, need)
    merge_organisations(old, into=donor, by=SYSTEM)

    rows = need_gap(need, reader, today=TODAY).rows

    assert {row.donor for row in rows if row.kind != Kind.NEED} == {"Ireland"}


def test_cells_of_every_dimension_make_the_whole(owner, donor, need, reader):
    make_line(need, "200", pillar="victims", location=place("KH-1"), year_from=2030, year_to=2030)
    make_agreement(owner, donor, "90", need=need)
    agreement = make_agreement(owner, donor, "60")
    agreement.allocations.create(
        need=need, amount=60, pillar=code("Pillar", "victims"), location=place("KH"), year=2025
    )
    make_proposal(owner, donor, need, "10")

    gap = need_gap(need, reader, today=TODAY)

    for dimension in ("pillar", "place", "years"):
        for name in ("need", "secured", "asked", "weighted"):
            cells = gap.by(dimension)
            assert sum(getattr(cell, name) for cell in cells) == getattr(gap.total, name)
            for cell in cells:
                rows = gap.rows_of(cell.parts_of(Kind.SECURED))
                assert sum(row.counted.money.amount for row in rows) == cell.secured
    assert [cell.label for cell in gap.by("years")] == ["2024–2025", "2030", None]


def test_a_gap_takes_as_many_queries_for_one_row_as_for_thirty(owner, donor, reader):
    make_rate("EUR", date(2026, 3, 1), "1.10")
    counts = []
    for rows in (1, 30):
        need = make_need(owner, reference=f"N{rows}")
        for _number in range(rows):
            make_line(need, source=make_source(owner))
            make_agreement(
                owner, make_donor(), need=need, currency="EUR", source=make_source(owner)
            )
            make_proposal(owner, make_donor(), need, currency="EUR")
        found = needs_with_lines(reader).get(pk=need.pk)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            gap = need_gap(found, reader, today=TODAY)
            assert len([(str(row.source), row.url) for row in gap.rows]) == 3 * rows
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 6


def test_many_needs_take_as_many_queries_as_one(owner, donor, reader):
    counts = []
    for number in (1, 5):
        needs = [make_need(owner) for _number in range(number)]
        for need in needs:
            make_line(need)
            make_agreement(owner, donor, need=need)
        found = list(needs_with_lines(reader).filter(pk__in=[need.pk for need in needs]))
        with CaptureQueriesContext(connection) as queries:
            gaps = need_gaps(found, reader, today=TODAY)
        assert [figures(gap)[1] for gap in gaps] == [100] * number
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_a_position_sums_needs_and_keeps_each_surplus_to_itself(owner, donor, reader):
    make_rate("EUR", date(2026, 11, 1), "1.20")
    short, rich, euros = make_need(owner), make_need(owner), make_need(owner, currency="EUR")
    for need in (short, rich, euros):
        make_line(need, "100")
    make_agreement(owner, donor, "250", need=rich)
    riel = make_need(owner, currency="KHR")
    make_line(riel, "5")

    whole = position([short, rich, euros, riel], reader, currency="USD", today=TODAY)

    assert (whole.need, whole.secured, whole.missing) == (320, 250, 220)
    assert whole.unconverted == 1


def test_agreements_signed_within_the_period_count_toward_a_target(owner, donor, reader):
    make_rate("EUR", date(2026, 1, 1), "1.10")
    make_rate("EUR", date(2026, 11, 1), "1.20")
    target = make_target(owner, "1000", starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31))
    for day, amount, currency in [
        (date(2025, 12, 31), "1", "USD"),
        (date(2026, 1, 1), "10", "EUR"),
        (date(2026, 12, 31), "20", "USD"),
        (date(2027, 1, 1), "2", "USD"),
        (date(2026, 6, 1), "3", "KHR"),
    ]:
        fixed = {"usd_rate": Decimal("1.10")} if currency == "EUR" else {}
        make_agreement(owner, donor, amount, currency=currency, signed_on=day, **fixed)
    make_agreement(make_organisation("Elsewhere"), donor, "999", visibility="public")
    make_proposal(owner, donor, make_need(owner), "100", currency="EUR")

    (found,) = target_positions([target], reader, today=TODAY)

    assert (found.secured, found.asked, found.weighted, found.missing) == (31, 120, 36, 969)
    assert found.unconverted == 1


def test_a_target_surpassed_misses_nothing(owner, donor, reader):
    target = make_target(owner, "10")
    make_agreement(owner, donor, "25")

    (found,) = target_positions([target], reader, today=TODAY)

    assert (found.secured, found.missing) == (25, 0)


def test_running_agreements_are_signed_and_not_ended(owner, donor, reader):
    ends = {
        "open": make_agreement(owner, donor),
        "last day": make_agreement(owner, donor, ends_on=TODAY),
        "ended": make_agreement(owner, donor, ends_on=date(2026, 11, 21)),
        "closed": make_agreement(owner, donor, status="closed"),
        "draft": make_draft(owner, donor),
    }

    found = set(running(reader, today=TODAY))

    assert {name for name, agreement in ends.items() if agreement in found} == {"open", "last day"}
