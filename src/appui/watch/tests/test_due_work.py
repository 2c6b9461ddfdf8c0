"""What is due of strategies, work plans and experts' mandates."""

from datetime import date

import pytest
from tests.factories import (
    TODAY,
    code,
    make_deliverable,
    make_donor,
    make_item,
    make_mandate,
    make_person,
    make_plan,
    make_plan_item,
    make_strategy,
)

from appui.funding.actions import change_interaction, note_interaction
from appui.watch.due import due_items

pytestmark = pytest.mark.django_db


def test_actions_plans_and_deliverables_with_a_day_are_due(owner, editor):
    strategy = make_strategy(owner, state="approved")
    make_item(strategy, "Meet donors", due_on=date(2026, 10, 15))
    plan = make_plan(strategy, state="approved")
    make_plan_item(plan, "Round table", due_on=date(2026, 12, 1))
    mandate = make_mandate(owner, make_donor("Mechanism"))
    make_deliverable(mandate, "Map", due_on=date(2026, 12, 2))
    make_deliverable(mandate, "No day")

    found = due_items(owner.pk, editor, today=TODAY)

    assert [(item.what, item.text, item.about, item.is_late) for item in found] == [
        ("strategyitem", "Meet donors", "Raise", True),
        ("planitem", "Round table", "Work plan 2026 · Raise", False),
        ("deliverable", "Map", "An expert", False),
    ]


def test_a_meeting_gives_its_follow_up_as_a_task_until_it_is_done(owner, editor):
    donor = make_donor("Ireland")
    met = note_interaction(
        by=editor,
        owner=owner,
        organisation=donor,
        kind=code("InteractionKind", "meeting"),
        took_place_on=date(2026, 11, 20),
        summary="Met the desk officer",
        follow_up="Send the budget",
        follow_up_on=date(2026, 11, 30),
        responsible_id=editor.user_id,
    )

    (task,) = due_items(owner.pk, editor, today=TODAY)

    assert (task.what, task.text, task.on) == ("follow-up", "Send the budget", date(2026, 11, 30))
    assert (task.key, task.is_yours, task.is_late) == (met.pk, True, False)
    (late,) = due_items(owner.pk, editor, today=date(2026, 12, 1))
    assert late.is_late
    change_interaction(met, by=editor, followed_up=True)
    assert due_items(owner.pk, editor, today=TODAY) == []


def test_drafts_are_not_due(owner, editor):
    make_item(make_strategy(owner), "Meet donors", due_on=date(2026, 10, 15))

    assert due_items(owner.pk, editor, today=TODAY) == []


def test_the_work_of_a_contact_is_not_nobodys(owner, editor):
    plan = make_plan(make_strategy(owner, state="approved"))
    make_plan_item(plan, "Theirs", person=make_person(owner), due_on=date(2026, 12, 1))
    make_plan_item(plan, "Nobody", due_on=date(2026, 12, 1))
    type(plan).objects.filter(pk=plan.pk).update(state="approved")

    found = {item.text: item.is_nobodys for item in due_items(owner.pk, editor, today=TODAY)}

    assert found == {"Theirs": False, "Nobody": True}
