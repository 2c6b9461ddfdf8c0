"""What a need costs, how it moves, and what it refuses."""

from datetime import date
from decimal import Decimal

import pytest
from tests.factories import (
    code,
    make_line,
    make_need,
    make_organisation,
    make_reader,
    make_source,
    place,
)

from appui.kernel import audit
from appui.kernel.access import SYSTEM, Role
from appui.kernel.errors import Conflict, Invalid, Refused
from appui.needs import actions, rules
from appui.needs.listings import source_mark, unit_cost
from appui.needs.models import Need, NeedLine
from appui.needs.queries import cost_of, needs_with_lines

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return make_organisation()


@pytest.fixture
def editor(owner):
    return make_reader(Role.EDITOR, owner)


@pytest.fixture
def need(owner):
    return make_need(owner)


def add(need, editor, **fields):
    fields = {"pillar": code("Pillar", "clearance"), "year_from": 2024, "year_to": 2025} | fields
    return actions.add_line(need, by=editor, **fields)


def test_the_cambodian_unit_cost_follows_from_the_stated_total(need, editor):
    line = add(
        need,
        editor,
        quantity=Decimal(563_000_000),
        unit=code("Unit", "m2"),
        stated_cost=Decimal(138_000_000),
    )

    assert line.cost == Decimal("138000000.00")
    assert line.cost_per_unit.quantize(Decimal("0.0001")) == Decimal("0.2451")
    assert unit_cost(line) == "0.2451 USD/m²"
    assert line.years == "2024–2025"


def test_a_cost_is_quantity_times_unit_cost_plus_the_fixed_part_to_the_cent(need, editor):
    line = add(
        need,
        editor,
        quantity=Decimal("1000.5"),
        unit=code("Unit", "m2"),
        unit_cost=Decimal("0.245115"),
        fixed_cost=Decimal("10.10"),
    )

    assert line.cost == Decimal("255.34")
    assert line.cost_per_unit == Decimal("0.245115")


def test_a_fixed_cost_stands_alone_and_has_no_unit_cost(need, editor):
    line = add(need, editor, fixed_cost=Decimal("99.99"))

    assert (line.cost, line.cost_per_unit, unit_cost(line)) == (Decimal("99.99"), None, "")
    assert cost_of([line, line]) == Decimal("199.98")
    assert cost_of([]) == 0


M2 = {"quantity": Decimal(5), "unit": "m2"}


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({}, "Give either"),
        ({"stated_cost": 10, "unit_cost": 2, **M2}, "Give either"),
        ({"stated_cost": 10, "fixed_cost": 2}, "Give either"),
        ({"unit_cost": 2}, "Give either"),
        (M2, "Give either"),
        ({"stated_cost": 10, "quantity": 5}, "in which unit"),
        ({"stated_cost": -1}, "check the sign"),
        ({"stated_cost": Decimal("10000000000000")}, "check the unit"),
        ({"stated_cost": 1, "year_from": 2026, "year_to": 2025}, "before the first"),
        ({"stated_cost": 1, "year_from": 1889}, "1990"),
        ({"stated_cost": 1, "year_to": 2101}, "2100"),
        ({"stated_cost": 1, "quantity": -5, "unit": "m2"}, "greater than or equal"),
    ],
)
def test_a_line_whose_cost_is_not_known_one_way_is_refused(need, editor, fields, says):
    if "unit" in fields:
        fields = fields | {"unit": code("Unit", fields["unit"])}

    with pytest.raises(Invalid, match=says):
        add(need, editor, **fields)

    assert NeedLine.objects.count() == 0
    assert [entry.verb for entry in audit.history(need)] == ["created"]


def test_a_code_of_another_list_is_refused(need, editor):
    with pytest.raises(Invalid) as refused:
        add(need, editor, pillar=code("Sector"), stated_cost=1)

    assert list(refused.value.fields) == ["pillar"]


MOVES = {
    "draft": {"open": Role.EDITOR},
    "open": {"closed": Role.MANAGER, "draft": Role.EDITOR},
    "closed": {"open": Role.MANAGER},
}


@pytest.mark.parametrize("now", MOVES)
@pytest.mark.parametrize("then", ["draft", "open", "closed"])
@pytest.mark.parametrize("role", [Role.READER, Role.EDITOR, Role.FINANCE, Role.MANAGER])
def test_each_move_is_allowed_as_the_table_says(owner, now, then, role):
    need = make_need(owner, status=now)
    wanted = MOVES[now].get(then)
    allowed = wanted is not None and role.includes(wanted)

    assert bool(rules.may_move(need, then, make_reader(role, owner))) is allowed


def test_a_move_is_written_with_its_name(need, owner):
    actions.move_need(need, by=make_reader(Role.MANAGER, owner), status="closed")

    assert Need.objects.get().status == "closed"
    assert audit.history(need)[0].verb == "moved to closed"


def test_a_closed_need_refuses_changes_of_itself_and_of_its_lines(owner, editor):
    need = make_need(owner)
    line = make_line(need)
    actions.move_need(need, by=make_reader(Role.MANAGER, owner), status="closed")
    line = NeedLine.objects.select_related("need").get(pk=line.pk)

    for change in (
        lambda: actions.change_need(need, by=editor, kind="service"),
        lambda: add(need, editor, stated_cost=1),
        lambda: actions.change_line(line, by=editor, stated_cost=1),
        lambda: actions.remove_line(line, by=editor),
    ):
        with pytest.raises(Refused, match="closed"):
            change()


def test_the_currency_is_fixed_once_there_are_lines(need, editor):
    actions.change_need(need, by=editor, currency="EUR")
    add(need, editor, stated_cost=1)

    with pytest.raises(Refused, match="in EUR"):
        actions.change_need(need, by=editor, currency="USD")
    actions.change_need(need, by=editor, currency="EUR", kind="service")
    assert Need.objects.get().currency == "EUR"


def test_a_line_changed_is_told_on_the_need_and_raises_its_version(need, editor):
    line = add(need, editor, stated_cost=Decimal(10))
    seen = Need.objects.get().version

    actions.change_line(line, by=editor, version=1, stated_cost=Decimal(20))
    assert audit.history(need)[0].changes == {
        "line": ["clearance 2024–2025: 10.00 USD", "clearance 2024–2025: 20.00 USD"]
    }
    assert Need.objects.get().version == seen + 1

    with pytest.raises(Conflict):
        actions.change_line(line, by=editor, version=1, stated_cost=Decimal(30))
    actions.remove_line(line, by=editor)
    assert audit.history(need)[0].verb == "line removed"
    assert not NeedLine.objects.exists()


def test_a_line_saved_unchanged_writes_nothing(need, editor):
    line = add(need, editor, stated_cost=Decimal(10))
    before = (Need.objects.get().version, len(audit.history(need)))

    actions.change_line(line, by=editor, version=1, stated_cost=Decimal("10.00"))

    assert (Need.objects.get().version, len(audit.history(need))) == before


def test_a_need_wants_dates_in_order_and_a_reference_of_its_own(owner, editor):
    facts = {
        "by": editor,
        "owner": owner,
        "title": {"en": "Clear"},
        "sector": code(),
        "locations": [place("KH")],
    }
    actions.state_need(reference="KHM-1", **facts)

    with pytest.raises(Invalid, match="ends before it begins"):
        actions.state_need(
            reference="KHM-2", starts_on=date(2026, 2, 1), needed_by=date(2026, 1, 1), **facts
        )
    with pytest.raises(Invalid) as refused:
        actions.state_need(reference="KHM-1", **facts)
    assert list(refused.value.fields) == ["reference"]
    assert Need.objects.count() == 1


def test_a_need_is_stated_and_given_away_by_editors_of_both_sides(owner, need, editor):
    elsewhere = make_organisation("Elsewhere")
    with pytest.raises(Refused):
        actions.state_need(
            by=editor,
            owner=elsewhere,
            locations=[],
            reference="X",
            title={"en": "X"},
            sector=code(),
        )
    with pytest.raises(Refused):
        actions.change_need(need, by=editor, owner=elsewhere)

    actions.change_need(need, by=SYSTEM, owner=elsewhere)
    assert Need.objects.get(pk=need.pk).owner == elsewhere


def test_needs_with_their_lines_take_as_many_queries_for_one_as_for_three(
    owner, editor, django_assert_num_queries
):
    for number in (1, 3):
        while Need.objects.count() < number:
            make_line(make_need(owner))
        with django_assert_num_queries(3):
            for need in needs_with_lines(editor):
                assert cost_of(need.lines.all()) == 100
                assert [str(item) for item in need.locations.all()] == ["KH"]
                assert str(need.sector) == "15250"


def test_a_need_is_judged_by_what_is_stored_not_by_what_was_read(need, owner):
    manager = make_reader(Role.MANAGER, owner)
    line = make_line(need)
    before, line_before = Need.objects.get(), NeedLine.objects.select_related("need").get()
    actions.move_need(need, by=manager, status="closed")

    with pytest.raises(Refused, match="closed"):
        actions.change_need(before, by=manager, beneficiaries=1)
    before.status = "open"
    with pytest.raises(Refused):
        actions.move_need(before, by=manager, status="draft")
    before.status = "open"
    with pytest.raises(Refused, match="closed"):
        add(before, manager, fixed_cost=Decimal(1))
    with pytest.raises(Refused, match="closed"):
        actions.change_line(line_before, by=manager, stated_cost=Decimal(1))
    line_before.need.status = "open"
    with pytest.raises(Refused, match="closed"):
        actions.remove_line(line_before, by=manager)
    assert NeedLine.objects.get() == line


def test_a_source_that_an_editor_cannot_see_stays_when_they_save(need, editor):
    hidden = make_source(make_organisation("Elsewhere"))
    actions.change_need(need, by=SYSTEM, source=hidden)
    line = make_line(need, source=hidden)

    actions.change_need(need, by=editor, source=None)
    actions.change_line(line, by=editor, source=None, stated_cost=Decimal(7))

    assert Need.objects.get().source == NeedLine.objects.get().source == hidden
    actions.change_need(need, by=SYSTEM, source=None)
    assert Need.objects.get().source is None


def test_a_private_source_is_not_named_on_a_shared_need(owner):
    need = make_need(owner, visibility="public")
    make_line(need, "1", source=make_source(owner))
    make_line(need, "2")
    outsider = make_reader(Role.EDITOR, make_organisation("Elsewhere"))

    for reader, marks in [
        (outsider, ["not shared with you", "not stated"]),
        (make_reader(Role.READER, owner), [f"S{need.lines.first().source_id}", "not stated"]),
    ]:
        lines = needs_with_lines(reader).get().lines.all()
        assert [source_mark(line) for line in lines] == marks
