"""Work plans: derived from a strategy, frozen by approval; late work; what projects serve."""

import json
from datetime import date, timedelta
from decimal import Decimal

import pytest
from click.testing import CliRunner
from django.utils import timezone
from tests.factories import (
    TODAY,
    make_activity,
    make_deliverable,
    make_donor,
    make_form,
    make_item,
    make_mandate,
    make_organisation,
    make_person,
    make_plan,
    make_plan_item,
    make_reader,
    make_response,
    make_strategy,
    make_user,
    make_user_with_role,
)

from appui.kernel.access import Role
from appui.kernel.errors import Invalid, Refused
from appui.strategies import actions, queries
from appui.strategies.cli import strategies
from appui.strategies.models import PlanItem, StrategyItem

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(approved, editor):
    return actions.make_plan(approved, by=editor, year=2026)


def titles(plan):
    return [str(item) for item in plan.items.all()]


def test_the_actions_due_in_the_year_become_items_with_all_they_say(draft, manager, editor):
    user = make_user(display_name="Ana")
    action = draft.items.get(kind="action")
    said = {
        "responsible": user,
        "cost": Decimal(900),
        "currency": "EUR",
        "indicator": {"en": "Met"},
    }
    actions.change_item(action, by=editor, **said)
    make_item(draft, "Next year", due_on=date(2027, 1, 1))
    make_item(draft, "Some day")
    actions.approve_strategy(draft, by=manager, today=TODAY, unheard="A test.")

    plan = actions.make_plan(draft, by=editor, year=2026)

    item = plan.items.get()
    assert (str(item), item.due_on, item.who) == ("Meet donors", date(2026, 10, 15), "Ana")
    assert {name: getattr(item, name) for name in said} == said
    assert item.item == action


def test_deriving_twice_adds_only_what_is_new(plan, approved, editor, manager):
    assert actions.derive(plan, by=editor) == 0

    second = actions.revise_strategy(approved, by=editor)
    axis = second.items.get(kind="axis")
    actions.add_item(
        second, by=editor, under=axis, title={"en": "Write offers"}, due_on=date(2026, 12, 1)
    )
    actions.approve_strategy(second, by=manager, today=TODAY, unheard="A test.")

    assert actions.derive(plan, by=editor) == 1
    assert titles(plan) == ["Meet donors", "Write offers"]


def test_a_plan_is_made_once_a_year_from_an_approved_strategy(plan, approved, editor, manager):
    with pytest.raises(Invalid, match="plan of this strategy for that year"):
        actions.make_plan(approved, by=editor, year=2026)

    second = actions.revise_strategy(approved, by=editor)
    with pytest.raises(Refused, match="from an approved strategy"):
        actions.make_plan(second, by=editor, year=2027)
    actions.approve_strategy(second, by=manager, today=TODAY, unheard="A test.")
    with pytest.raises(Invalid, match="plan of this strategy for that year"):
        actions.make_plan(second, by=editor, year=2026)


def test_an_item_added_by_hand_keeps_its_project_and_where_it_comes_from(plan, owner, editor):
    activity = make_activity(owner)
    item = actions.add_plan_item(
        plan,
        by=editor,
        title={"en": "Train"},
        activity=activity,
        origin="Priority 3",
        origin_url="/answers/7/",
    )

    assert (item.activity, item.origin, item.origin_url, item.currency) == (
        activity,
        "Priority 3",
        "/answers/7/",
        "USD",
    )


@pytest.mark.parametrize(
    ("fields", "name"),
    [({"due_on": date(2027, 1, 1)}, "due_on"), ({"origin_url": "javascript:x"}, "origin_url")],
)
def test_an_item_is_of_the_year_and_its_origin_a_safe_address(plan, editor, fields, name):
    with pytest.raises(Invalid) as refused:
        actions.add_plan_item(plan, by=editor, title={"en": "Train"}, **fields)
    assert list(refused.value.fields) == [name]


def test_approval_freezes_the_plan(plan, editor, manager):
    actions.approve_plan(plan, by=manager, today=TODAY, unheard="A test.")
    item = PlanItem.objects.select_related("plan").get()

    for change in (
        lambda: actions.add_plan_item(plan, by=editor, title={"en": "More"}),
        lambda: actions.derive(plan, by=editor),
        lambda: actions.change_plan_item(item, by=editor, title={"en": "Other"}),
        lambda: actions.remove_plan_item(item, by=editor),
        lambda: actions.discard_plan(plan, by=editor),
    ):
        with pytest.raises(Refused, match="nothing in it changes"):
            change()


def test_a_manager_says_who_sees_an_approved_plan(plan, editor, manager):
    actions.approve_plan(plan, by=manager, today=TODAY, unheard="A test.")
    with pytest.raises(Refused, match="Manager"):
        actions.share_plan(plan, by=editor, visibility="public")

    assert actions.share_plan(plan, by=manager, visibility="public").visibility == "public"


def test_an_empty_plan_is_not_approved_and_an_editor_approves_none(approved, editor, manager):
    empty = make_plan(approved, 2028)
    with pytest.raises(Refused, match="It is empty"):
        actions.approve_plan(empty, by=manager, today=TODAY, unheard="A test.")
    with pytest.raises(Refused, match="Manager"):
        actions.approve_plan(empty, by=editor, today=TODAY, unheard="A test.")


def test_progress_of_a_derived_item_is_that_of_its_action(plan, approved, editor, manager):
    actions.approve_plan(plan, by=manager, today=TODAY, unheard="A test.")
    item = queries.plan_items(editor).get()
    actions.report_progress(item, by=editor, state="done", on=TODAY, today=TODAY, note="Met.")

    assert queries.plan_items(editor).get().progress == "done"
    assert queries.items(editor).get(kind="action").progress == "done"


def test_progress_of_an_item_added_by_hand_is_its_own(plan, editor, manager):
    actions.add_plan_item(plan, by=editor, title={"en": "Train"})
    actions.approve_plan(plan, by=manager, today=TODAY, unheard="A test.")
    item = queries.plan_items(editor).get(item=None)
    actions.report_progress(item, by=editor, state="under_way", on=TODAY, today=TODAY)

    found = {str(row): row.progress for row in queries.plan_items(editor)}
    assert found == {"Meet donors": "planned", "Train": "under_way"}


def late_of(owner, reader):
    return [
        (work.kind, str(work.row), work.who, work.days_late(TODAY))
        for work in queries.late_work([owner.pk], reader, today=TODAY)
    ]


def test_late_work_is_named_once_with_who_answers_for_it(plan, approved, owner, editor, manager):
    assert late_of(owner, editor) == [("strategyitem", "Meet donors", "", 38)]

    person = make_person(owner, "Rosa")
    make_plan_item(plan, "Call", due_on=date(2026, 11, 20), person=person)
    actions.approve_plan(plan, by=manager, today=TODAY, unheard="A test.")
    mandate = make_mandate(owner, make_donor("Mechanism"))
    make_deliverable(mandate, "Map", due_on=date(2026, 11, 1))
    make_deliverable(mandate, "No day")

    found = late_of(owner, editor)
    assert found == [
        ("planitem", "Meet donors", "", 38),
        ("deliverable", "Map", "Mechanism", 21),
        ("planitem", "Call", "Rosa", 2),
    ]
    groups = queries.by_person(queries.late_work([owner.pk], editor, today=TODAY))
    assert list(groups) == ["Mechanism", "Rosa", ""]


def test_what_is_done_or_dropped_is_not_late(approved, owner, editor):
    action = StrategyItem.objects.select_related("strategy").get(kind="action")
    actions.report_progress(
        action, by=editor, state="dropped", on=TODAY, today=TODAY, note="No money"
    )

    assert late_of(owner, editor) == []


def test_what_is_due_today_is_not_late(approved, owner, editor):
    make_item(approved, "Today", due_on=TODAY)

    assert [row[1] for row in late_of(owner, editor)] == ["Meet donors"]


def test_late_work_of_others_is_not_told(approved, owner):
    outsider = make_reader(Role.ADMINISTRATOR, make_organisation("Elsewhere"))

    assert late_of(owner, outsider) == []


def test_a_project_says_what_it_serves_until_it_is_taken_back(approved, owner, editor):
    activity, other = make_activity(owner, "Ports"), make_activity(owner, "Reefs")
    trace = actions.trace(activity, by=editor, item=approved.items.get(kind="action"))

    assert list(queries.untraced(editor)) == [other]
    with pytest.raises(Invalid, match="traced to that item already"):
        actions.trace(activity, by=editor, item=approved.items.get(kind="action"))
    actions.untrace(trace, by=editor)
    assert set(queries.untraced(editor)) == {activity, other}


def test_a_project_is_not_traced_to_a_draft(approved, owner, editor):
    draft = actions.revise_strategy(approved, by=editor)

    with pytest.raises(Refused, match="to an approved strategy"):
        actions.trace(make_activity(owner), by=editor, item=draft.items.get(kind="action"))


def test_another_organisations_project_is_not_traced(approved, editor):
    theirs = make_activity(make_organisation("Elsewhere"))

    with pytest.raises(Refused):
        actions.trace(theirs, by=editor, item=approved.items.get(kind="action"))


def test_the_command_prints_what_is_late_by_person(draft, manager):
    make_item(
        draft, "Long ago", due_on=timezone.localdate() - timedelta(days=5), responsible=make_user()
    )
    StrategyItem.objects.filter(title__en="Meet donors").update(due_on=None)
    actions.approve_strategy(draft, by=manager, today=TODAY, unheard="A test.")

    told = CliRunner().invoke(strategies, ["late", "--organisation", "ACS", "--format", "json"])
    text = CliRunner().invoke(strategies, ["late", "--organisation", "acs"])

    body = json.loads(told.output)
    assert body["organisation"] == "Directorate"
    assert [(row["title"], row["days_late"]) for row in body["late"]] == [({"en": "Long ago"}, 5)]
    assert "5 days  Long ago · Raise" in text.output


def test_the_command_says_when_nobody_has_that_name(db):
    told = CliRunner().invoke(strategies, ["late", "--organisation", "Nobody"])

    assert (told.exit_code, told.output) == (
        1,
        "Error: No organisation is called “Nobody”.\n",
    )


def test_a_weak_answer_makes_a_priority_and_the_priority_an_item_of_the_plan(owner, client):
    form = make_form(owner)
    response = make_response(owner, form, owner, {"q1": "no"}, submitted=True)
    priority = response.priorities.get()
    editor = make_reader(Role.EDITOR, owner)
    plan = make_plan(make_strategy(owner))

    item = actions.plan_priority(plan, priority, by=editor)

    priority.refresh_from_db()
    assert item.title == priority.title
    assert (item.origin, item.origin_url) == (str(priority), priority.get_absolute_url())
    assert (priority.state, priority.plan_label) == ("planned", str(item))
    assert priority.plan_url == item.get_absolute_url()
    client.force_login(make_user_with_role(Role.READER, owner))
    assert item.get_absolute_url() in client.get(priority.get_absolute_url()).content.decode()


def test_only_a_draft_plan_takes_up_a_priority(owner):
    form = make_form(owner)
    priority = make_response(owner, form, owner, {"q1": "no"}, submitted=True).priorities.get()
    plan = make_plan(make_strategy(owner), state="approved")

    with pytest.raises(Refused):
        actions.plan_priority(plan, priority, by=make_reader(Role.EDITOR, owner))

    priority.refresh_from_db()
    assert priority.state == "open"


def test_an_action_that_the_plan_put_off_is_not_late(approved, owner, editor):
    action = approved.items.get(kind="action")
    StrategyItem.objects.filter(pk=action.pk).update(due_on=TODAY - timedelta(days=9))
    plan = make_plan(approved, state="approved")
    make_plan_item(plan, item=action, due_on=TODAY + timedelta(days=9))

    assert late_of(owner, editor) == []


def test_a_report_is_not_of_a_day_to_come(approved, editor):
    action = StrategyItem.objects.get(kind="action")
    later = TODAY + timedelta(days=1)

    with pytest.raises(Invalid, match="still to come"):
        actions.report_progress(action, by=editor, state="done", on=later, today=TODAY)
