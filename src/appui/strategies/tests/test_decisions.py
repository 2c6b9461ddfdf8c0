"""What approvals rest on, what goes with its lines, and what a reader is not told."""

from datetime import date, timedelta

import pytest
from tests.factories import (
    TODAY,
    make_consultation,
    make_form,
    make_item,
    make_organisation,
    make_plan_item,
    make_reader,
    make_response,
    make_source,
    make_strength,
    make_user_with_role,
)
from tests.world import figure

from appui.kernel.access import Role
from appui.kernel.errors import Invalid, Refused
from appui.kernel.models import AuditEntry
from appui.questionnaires.models import Priority
from appui.strategies import actions, queries

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(approved, editor):
    return actions.make_plan(approved, by=editor, year=2026)


@pytest.fixture
def outsider():
    return make_reader(Role.EDITOR, make_organisation("Elsewhere"))


def test_an_approval_names_the_consultations_it_rests_on_or_why_there_was_none(
    draft, manager, owner, page
):
    heard = make_consultation(owner, "With herders")
    with pytest.raises(Invalid, match="Name the consultations"):
        actions.approve_strategy(draft, by=manager, today=TODAY)

    answer = page(
        "strategy_approve", draft.pk, send={"consultations": [heard.pk], "version": draft.version}
    )

    draft.refresh_from_db()
    assert (answer.status_code, draft.state) == (303, "approved")
    assert list(draft.consultations.all()) == [heard]
    assert "With herders" in page("strategy", draft.pk).content.decode()


def test_a_plan_says_why_nobody_was_consulted(plan, manager, page, owner, call):
    with pytest.raises(Invalid, match="Name the consultations"):
        actions.approve_plan(plan, by=manager, today=TODAY)
    heard = make_consultation(owner)

    body = {"consultation_ids": [heard.pk], "unheard": "x"}
    refused = call("POST", f"plans/{plan.pk}/approve", body)
    assert (refused.status_code, list(refused.json()["fields"])) == (422, ["unheard"])
    later = make_consultation(owner, starts_on=date.today() + timedelta(days=1))
    body = {"consultation_ids": [later.pk]}
    refused = call("POST", f"plans/{plan.pk}/approve", body)
    assert (refused.status_code, list(refused.json()["fields"])) == (422, ["consultations"])
    said = call("POST", f"plans/{plan.pk}/approve", {"consultation_ids": [heard.pk]}).json()

    assert (said["state"], said["consultation_ids"], said["unheard"]) == (
        "approved",
        [heard.pk],
        "",
    )
    assert "With herders" in page("plan", plan.pk).content.decode()


def test_a_consultation_that_is_not_shared_cannot_be_named(plan, call):
    strange = make_consultation(make_organisation("Elsewhere"))

    answer = call("POST", f"plans/{plan.pk}/approve", {"consultation_ids": [strange.pk]})

    assert (answer.status_code, "consultation_ids" in answer.json()["fields"]) == (422, True)


def test_a_public_plan_does_not_tell_the_title_of_a_private_strategy(
    plan, manager, outsider, owner, client
):
    type(plan.strategy).objects.update(title={"en": "Hidden aim"})
    actions.share_plan(plan, by=manager, visibility="public")

    seen = queries.plans(outsider).get()
    assert str(seen) == "Work plan 2026 · Directorate"
    item = queries.plan_items(outsider).first()
    assert str(item.plan) == "Work plan 2026 · Directorate"
    assert str(queries.plans(manager).get()) == "Work plan 2026 · Hidden aim"
    client.force_login(make_user_with_role(Role.EDITOR, make_organisation("Third")))
    for address in (plan.get_absolute_url(), f"/plans/{plan.pk}/print/", "/plans/"):
        answer = client.get(address)
        assert (answer.status_code, "Hidden aim" in answer.content.decode()) == (200, False), (
            address
        )


def test_a_frozen_plan_does_not_advise_a_new_version(plan, manager, editor):
    actions.approve_plan(plan, by=manager, today=TODAY, unheard="A test.")

    with pytest.raises(Refused, match="only progress is reported"):
        actions.add_plan_item(plan, by=editor, title={"en": "More"})


def removed(model):
    rows = AuditEntry.objects.filter(verb="deleted", model=f"strategies.{model}")
    return sorted(rows.values_list("label", flat=True))


def test_all_that_goes_with_an_item_or_a_draft_has_its_line(draft, editor):
    objective = draft.items.get(kind="objective")
    actions.remove_item(objective, by=editor)
    assert removed("strategyitem") == [
        "Meet donors",
        "axis of Meet donors",
        "objective of axis of Meet donors",
    ]

    make_item(draft, "Again")
    actions.discard_draft(draft, by=editor)
    assert len(removed("strategyitem")) == 6
    assert removed("strategy") == ["Raise"]


def test_a_discarded_plan_leaves_a_line_for_each_item(plan, editor):
    make_plan_item(plan, "By hand")
    actions.discard_plan(plan, by=editor)

    assert removed("planitem") == ["By hand", "Meet donors"]


@pytest.mark.parametrize("whole", [False, True])
def test_a_priority_is_open_again_once_its_item_is_gone(plan, editor, owner, whole):
    response = make_response(owner, make_form(owner), answers={"q1": "no"}, submitted=True)
    priority = Priority.objects.get(response=response)
    item = actions.plan_priority(plan, priority, by=editor)
    assert priority.state == "planned"

    if whole:
        actions.discard_plan(plan, by=editor)
    else:
        actions.remove_plan_item(item, by=editor)

    priority.refresh_from_db()
    assert (priority.state, priority.plan_label, priority.plan_url) == ("open", "", "")


def test_a_strength_does_not_tell_the_hidden_source_of_its_figure(owner, outsider, manager):
    source = make_source(owner)
    known = figure(owner, source, visibility="public")
    make_strength(owner, usable=True, figure=known, visibility="public")

    assert queries.strengths(outsider).get().figure == known
    assert queries.strengths(outsider).get().said_by is None
    assert queries.strengths(manager).get().said_by == source
