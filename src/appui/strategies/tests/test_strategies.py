"""Strategies: versions, what freezes, what differs, what it costs, what is reported."""

from decimal import Decimal

import pytest
from tests.factories import (
    TODAY,
    code,
    make_agreement,
    make_donor,
    make_item,
    make_organisation,
    make_person,
    make_reader,
    make_strategy,
    make_target,
)

from appui.funding.queries import target_positions
from appui.kernel.access import Role
from appui.kernel.errors import Conflict, Invalid, Refused
from appui.kernel.money import Money
from appui.strategies import actions, queries
from appui.strategies.models import Progress, Standing, Strategy, StrategyItem
from appui.strategies.tree import costs_of, difference, tree_of

pytestmark = pytest.mark.django_db


def action_of(strategy):
    return StrategyItem.objects.select_related("strategy").get(strategy=strategy, kind="action")


def items(reader, strategy):
    return list(queries.items(reader).filter(strategy=strategy))


def said(found):
    return [
        (change.sort, change.title, [(f.field, f.before, f.after) for f in change.fields])
        for change in found.items
    ]


def test_the_tree_has_objectives_axes_and_actions(owner, editor):
    strategy = actions.draft_strategy(
        by=editor, owner=owner, reference="rm", title={"en": "Raise"}, year_from=2026, year_to=2027
    )
    objective = actions.add_item(strategy, by=editor, title={"en": "100 million"})
    axis = actions.add_item(strategy, by=editor, under=objective, title={"en": "Events"})
    actions.add_item(strategy, by=editor, under=axis, title={"en": "Conference"})

    (found,) = tree_of(items(editor, strategy), {})

    assert str(found.item) == "100 million"
    assert [(str(a.item), [str(x) for x in a.actions]) for a in found.axes] == [
        ("Events", ["Conference"])
    ]


def test_nothing_stands_under_an_action(draft, editor):
    with pytest.raises(Invalid, match="Nothing stands under an action"):
        actions.add_item(draft, by=editor, under=action_of(draft), title={"en": "More"})


def test_only_actions_have_a_cost_and_a_day(draft, editor):
    with pytest.raises(Invalid, match="Only an action has a cost and a day"):
        actions.add_item(draft, by=editor, title={"en": "Objective"}, cost=Decimal(10))


def test_a_value_to_reach_says_of_what_and_in_which_unit(draft, editor):
    action = action_of(draft)
    with pytest.raises(Invalid) as refused:
        actions.change_item(action, by=editor, indicator_target=Decimal(12))
    assert refused.value.fields["indicator"] == "Say what the value to reach measures."

    with pytest.raises(Invalid, match="in which unit"):
        actions.change_item(
            action, by=editor, indicator={"en": "Donors met"}, indicator_target=Decimal(12)
        )


def test_costs_say_their_currency_and_how_many_have_none(draft, editor):
    axis = action_of(draft).parent
    for cost, currency in ((100, "USD"), (50, "USD"), (7, "EUR")):
        actions.add_item(
            draft, by=editor, under=axis, title={"en": "A"}, cost=Decimal(cost), currency=currency
        )

    found = costs_of(draft.items.filter(kind="action"))

    assert found.sums == (Money(Decimal(7), "EUR"), Money(Decimal(150), "USD"))
    assert found.without == 1


def test_approval_freezes_the_strategy_and_its_items(approved, editor, manager):
    action = action_of(approved)

    assert (approved.state, approved.approved_on, approved.approved_by) == (
        Standing.APPROVED,
        TODAY,
        manager.name,
    )
    for change in (
        lambda: actions.change_strategy(approved, by=editor, title={"en": "Other"}),
        lambda: actions.change_item(action, by=editor, cost=Decimal(1)),
        lambda: actions.add_item(approved, by=editor, title={"en": "More"}),
        lambda: actions.remove_item(action, by=editor),
        lambda: actions.discard_draft(approved, by=editor),
    ):
        with pytest.raises(Refused, match="draft a new version instead"):
            change()


def test_what_is_frozen_does_not_change_even_past_the_rule(approved):
    action = action_of(approved)
    for obj in (approved, action):
        obj.title = {"en": "Other"}
        with pytest.raises(Exception, match="nothing in it changes"):
            obj.full_clean()


def test_a_manager_says_who_sees_an_approved_strategy(approved, editor, manager):
    with pytest.raises(Refused):
        actions.share_strategy(approved, by=editor, visibility="public")

    assert actions.share_strategy(approved, by=manager, visibility="public").visibility == "public"


def test_an_editor_does_not_approve_and_nobody_approves_without_an_action(owner, draft, manager):
    empty = make_strategy(owner)
    with pytest.raises(Refused, match="Manager"):
        actions.approve_strategy(
            draft, by=make_reader(Role.EDITOR, owner), today=TODAY, unheard="A test."
        )
    with pytest.raises(Refused, match="no action yet"):
        actions.approve_strategy(empty, by=manager, today=TODAY, unheard="A test.")


def test_the_next_version_supersedes_the_one_before(approved, editor, manager):
    second = actions.revise_strategy(approved, by=editor)

    assert (second.edition, second.state, second.items.count()) == (2, Standing.DRAFT, 3)
    actions.approve_strategy(second, by=manager, today=TODAY, unheard="A test.")
    states = dict(Strategy.objects.values_list("edition", "state"))
    assert states == {1: Standing.SUPERSEDED, 2: Standing.APPROVED}


def test_a_draft_is_private_and_is_seen_as_the_version_before_once_approved(
    approved, editor, manager
):
    actions.share_strategy(approved, by=manager, visibility="public")
    second = actions.revise_strategy(approved, by=editor)
    assert second.visibility == "private"

    assert (
        actions.approve_strategy(second, by=manager, today=TODAY, unheard="A test.").visibility
        == "public"
    )


def test_there_is_one_draft_at_a_time_and_only_from_the_approved_version(approved, editor):
    draft = actions.revise_strategy(approved, by=editor)

    with pytest.raises(Refused, match="being drafted already"):
        actions.revise_strategy(approved, by=editor)
    with pytest.raises(Refused, match="from the approved one"):
        actions.revise_strategy(draft, by=editor)


def test_a_new_version_keeps_its_reference(approved, editor):
    draft = actions.revise_strategy(approved, by=editor)

    with pytest.raises(Invalid, match="keeps the reference"):
        actions.change_strategy(draft, by=editor, reference="other")


def test_the_difference_of_two_versions_is_shown_item_by_item(approved, owner, editor):
    target = make_target(owner)
    draft = actions.revise_strategy(approved, by=editor)
    same = items(editor, draft)
    assert not difference(approved, draft, items(editor, approved), same)

    action = action_of(draft)
    objective = action.parent.parent
    actions.change_item(action, by=editor, title={"en": "Meet twelve donors"}, cost=Decimal(9000))
    actions.change_item(objective, by=editor, targets=[target])
    actions.add_item(draft, by=editor, under=action.parent, title={"en": "Write offers"})
    actions.change_strategy(draft, by=editor, year_to=2030)

    found = difference(approved, draft, items(editor, approved), items(editor, draft))
    assert [(f.label, f.before, f.after) for f in found.head] == [
        ("Years", "2026–2028", "2026–2030")
    ]
    assert said(found) == [
        ("changed", str(objective), [("targets", "", "Raise")]),
        (
            "changed",
            "Meet twelve donors",
            [
                ("title", "Meet donors", "Meet twelve donors"),
                ("cost", "", "9,000\N{NO-BREAK SPACE}USD"),
            ],
        ),
        ("added", "Write offers", []),
    ]

    actions.remove_item(action_of_title(draft, "Meet twelve donors"), by=editor)
    found = difference(approved, draft, items(editor, approved), items(editor, draft))
    assert ("removed", "Meet donors", []) in said(found)


def action_of_title(strategy, title):
    return next(row for row in strategy.items.all() if str(row) == title)


def test_two_editors_of_one_item_get_a_conflict_not_a_loss(draft, owner, editor):
    mine, theirs = action_of(draft), action_of(draft)
    colleague = make_reader(Role.EDITOR, owner)
    actions.change_item(theirs, by=colleague, version=1, title={"en": "Theirs"})

    with pytest.raises(Conflict):
        actions.change_item(mine, by=editor, version=1, title={"en": "Mine"})
    assert str(action_of(draft)) == "Theirs"


def test_two_editors_of_two_items_do_not_disturb_each_other(draft, owner, editor):
    action = action_of(draft)
    axis = action.parent
    actions.change_item(axis, by=editor, version=1, title={"en": "Axis of mine"})

    changed = actions.change_item(
        action, by=make_reader(Role.EDITOR, owner), version=1, title={"en": "Theirs"}
    )

    assert str(changed) == "Theirs"


def test_an_objective_shows_what_was_mobilised_as_funding_computes_it(draft, owner, editor):
    target = make_target(owner, "1000")
    make_agreement(owner, make_donor(), "250")
    objective = action_of(draft).parent.parent
    actions.change_item(objective, by=editor, targets=[target])

    positions = {p.target.pk: p for p in target_positions([target], editor, today=TODAY)}
    (found,) = tree_of(items(editor, draft), positions)

    assert [(p.secured, p.missing) for p in found.positions] == [(Decimal(250), Decimal(750))]


def test_only_an_objective_names_targets(draft, owner, editor):
    with pytest.raises(Invalid, match="Only an objective names targets"):
        actions.change_item(action_of(draft), by=editor, targets=[make_target(owner)])


def test_progress_stands_beside_the_item_and_goes_on_in_the_next_version(approved, editor):
    action = action_of(approved)
    actions.report_progress(
        action, by=editor, state="under_way", on=TODAY, today=TODAY, note="Two met."
    )
    draft = actions.revise_strategy(approved, by=editor)

    found = {row.strategy_id: row.progress for row in queries.items(editor).filter(kind="action")}

    assert found == {approved.pk: "under_way", draft.pk: "under_way"}
    assert action_of(approved).version == 1
    assert queries.reports_of(action_of(draft), editor).get().note == "Two met."


def test_what_is_dropped_says_why(approved, editor):
    with pytest.raises(Invalid, match="Say why it is dropped"):
        actions.report_progress(
            action_of(approved), by=editor, state="dropped", on=TODAY, today=TODAY
        )

    actions.report_progress(
        action_of(approved), by=editor, state="dropped", on=TODAY, today=TODAY, note="No"
    )
    assert Progress.objects.get().note == "No"


def test_progress_is_reported_on_actions_that_are_approved(draft, approved, editor):
    sketch = actions.revise_strategy(approved, by=editor)
    for item, reason in (
        (action_of(sketch), "once it is approved"),
        (action_of(approved).parent, "reported on actions"),
    ):
        with pytest.raises(Refused, match=reason):
            actions.report_progress(item, by=editor, state="done", on=TODAY, today=TODAY)


def test_progress_is_never_rewritten(approved, editor):
    report = actions.report_progress(
        action_of(approved), by=editor, state="done", on=TODAY, today=TODAY
    )

    with pytest.raises(TypeError, match="append-only"):
        report.save()
    with pytest.raises(TypeError, match="append-only"):
        report.delete()


def test_an_outsider_sees_nothing_and_a_partner_what_is_shared(approved, manager):
    outsider = make_reader(Role.ADMINISTRATOR, make_organisation("Elsewhere"))
    assert list(queries.strategies(outsider)) == []
    assert list(queries.items(outsider)) == []

    actions.share_strategy(approved, by=manager, visibility="public")
    assert [str(row) for row in queries.items(outsider).filter(kind="action")] == ["Meet donors"]


def test_sharing_shares_how_far_it_is_and_not_what_was_noted(approved, manager):
    action = action_of(approved)
    actions.report_progress(
        action, by=manager, state="under_way", on=TODAY, today=TODAY, note="Internal"
    )
    actions.share_strategy(approved, by=manager, visibility="public")
    outsider = make_reader(Role.READER, make_organisation("Elsewhere"))

    assert queries.items(outsider).get(kind="action").progress == "under_way"
    assert list(queries.reports_of(action, outsider)) == []


def test_the_items_of_a_version_take_as_many_queries_however_many(
    approved, editor, django_assert_num_queries
):
    person = make_person(approved.owner)
    StrategyItem.objects.update(person=person)
    with django_assert_num_queries(3):
        items(editor, approved)
    for number in range(3):
        make_item(approved, f"More {number}", indicator={"en": "A"}, person=person)
    StrategyItem.objects.update(indicator_unit=code("Unit", "person"))

    with django_assert_num_queries(3):
        [(row.who, row.indicator_unit.code) for row in items(editor, approved)]
