"""Where two publishers disagree; figures of Cambodia as the Monitor and the authority gave them."""

from datetime import date
from decimal import Decimal

import pytest

from appui.evidence import actions, queries
from appui.evidence.panels import conflict_panel_for, figures_of_place
from appui.registry.models import Location

END_2022, APRIL_2023 = date(2022, 12, 31), date(2023, 4, 4)
YEAR_2022 = (date(2022, 1, 1), END_2022)


def values(found):
    return [[claim.value for claim in conflict.claims] for conflict in found]


def test_the_monitor_and_the_authority_disagree_and_neither_is_dropped(editor, record, cambodia):
    monitor = record("681.28", END_2022, "Monitor")
    authority = record("563", APRIL_2023, "Authority")

    found = queries.conflicts(editor)

    assert [item.claims for item in found] == [(authority, monitor)]
    assert (found[0].measure.code, found[0].location, found[0].unit.code) == (
        "mined_area_ap",
        cambodia,
        "km2",
    )
    # (681.28 - 563) / 681.28 = 118.28 / 681.28 = 0.17361
    assert found[0].spread.quantize(Decimal("0.00001")) == Decimal("0.17361")


@pytest.mark.parametrize(
    ("value", "disagree"), [("681.28", False), ("677.9", False), ("677.87", True)]
)
def test_up_to_half_a_per_cent_is_agreement(editor, record, value, disagree):
    record("681.28", END_2022, "Monitor")
    record(value, APRIL_2023, "Authority")

    assert bool(queries.conflicts(editor)) is disagree


@pytest.mark.parametrize(("day", "disagree"), [(date(2023, 7, 3), True), (date(2023, 7, 4), False)])
def test_dates_more_than_184_days_apart_are_not_compared(editor, record, day, disagree):
    record("681.28", END_2022, "Monitor")
    record("563", day, "Authority")

    assert bool(queries.conflicts(editor)) is disagree


def test_a_conflict_stays_when_a_publisher_moves_on(editor, record):
    record("681.28", END_2022, "Monitor")
    record("563", APRIL_2023, "Authority")
    record("469", date(2025, 3, 6), "Authority")

    assert values(queries.conflicts(editor)) == [[Decimal(563), Decimal("681.28")]]


def test_a_figure_is_held_against_the_nearest_in_time_only(editor, record):
    record("690", END_2022, "Monitor")
    record("690", date(2022, 12, 1), "Authority")
    record("640", date(2023, 3, 1), "Authority")

    assert queries.conflicts(editor) == []


def test_one_publisher_does_not_contradict_itself(editor, record):
    record("681.28", END_2022, "Monitor")
    record("563", APRIL_2023, " monitor ")

    assert queries.conflicts(editor) == []


def test_a_replaced_vintage_is_no_claim(editor, record):
    first = record("681.28", END_2022, "Monitor")
    record("563", APRIL_2023, "Authority")
    actions.revise_figure(first, by=editor, value=Decimal("563"))

    assert queries.conflicts(editor) == []


def test_other_units_details_and_places_are_never_compared(editor, record):
    mali = Location.objects.create(kind="country", code="ML", name={"en": "Mali"})
    record("681.28", END_2022, "Monitor")
    record("681280000", END_2022, "Authority", unit="m2")
    record("1697", END_2022, "Third", detail={"en": "All hazards"})
    record("5", END_2022, "Fourth", location=mali)

    assert queries.conflicts(editor) == []
    mixed = queries.mixed_units(editor)
    assert [sorted(unit.code for unit in item.units) for item in mixed] == [["km2", "m2"]]


def test_periods_are_compared_when_both_ends_lie_near(editor, record):
    record("146.05", YEAR_2022, "Authority", measure="area_released")
    record("147.9", YEAR_2022, "Monitor", measure="area_released")
    record("600", (date(2018, 1, 1), END_2022), "Third", measure="area_released")

    assert values(queries.conflicts(editor)) == [[Decimal("147.9"), Decimal("146.05")]]


def test_three_publishers_stand_in_one_conflict(editor, record):
    for value, publisher in (("100", "One"), ("100.1", "Two"), ("120", "Three")):
        record(value, END_2022, publisher)

    assert [len(item.claims) for item in queries.conflicts(editor)] == [3]


def test_nobody_sees_a_conflict_with_a_figure_hidden_from_them(outsider, record, cite):
    record("681.28", END_2022, "Monitor", source=cite(visibility="public"), visibility="public")
    record("563", APRIL_2023, "Authority")

    assert queries.conflicts(outsider) == []


def test_conflicts_take_one_query_however_many(editor, record, django_assert_num_queries):
    for number in range(1, 9):
        record(str(number), END_2022, f"Publisher {number}")

    with django_assert_num_queries(1):
        assert len(queries.conflicts(editor)) == 1


def test_the_panel_of_a_place_shows_its_figures_and_conflicts(editor, outsider, record, cambodia):
    record("681.28", END_2022, "Monitor")
    record("563", APRIL_2023, "Authority")

    panel = figures_of_place(cambodia, editor)
    claims = panel.context["disagreements"][0].claims
    assert panel.count == 2
    assert [claim.said_by for claim in claims] == ["Authority", "Monitor"]
    assert conflict_panel_for([cambodia], editor).count == 1
    assert figures_of_place(cambodia, outsider) is None
    assert conflict_panel_for([cambodia], outsider) is None
