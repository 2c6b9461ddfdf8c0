"""Stages as data: renamed, reordered, retired without loss; what a move takes."""

import re
from datetime import date

import pytest
from django.urls import reverse
from tests.factories import (
    code,
    error_text,
    key,
    make_activity,
    make_checklist_item,
    make_consultation,
    make_donor,
    make_organisation,
    make_paper,
    make_reader,
    make_stage,
    make_template,
    place,
)

from appui.design import actions
from appui.design.listings import stage_label
from appui.design.models import ChecklistItem, Move, Stage, Standing, Template, Tick
from appui.design.progress import lacks, progress_of, stated_facts
from appui.kernel import audit
from appui.kernel.access import SYSTEM, Role
from appui.kernel.errors import Conflict, Invalid, Refused
from appui.portfolio import actions as work
from appui.portfolio.models import Participation

pytestmark = pytest.mark.django_db


def names(owner):
    return [str(stage) for stage in Stage.objects.filter(owner=owner).order_by("position", "pk")]


@pytest.mark.slow
def test_an_organisation_starts_with_the_usual_stages_and_templates(owner, editor):
    actions.adopt(owner, by=editor)

    assert names(owner) == ["Idea", "Concept note", "Proposal", "Ready", "Active", "Closed"]
    assert [template.kind for template in Template.objects.all()] == [
        "concept-note",
        "logical-framework",
        "theory-of-change",
        "budget-note",
        "risk-register",
    ]
    every = [
        *(stage.name for stage in Stage.objects.all()),
        *(item.text for item in ChecklistItem.objects.all()),
        *(template.title for template in Template.objects.all()),
        *(s.guidance for t in Template.objects.all() for s in t.sections.all()),
    ]
    assert {frozenset(text) for text in every} == {frozenset(("fr", "en", "es", "ar"))}
    with pytest.raises(Refused):
        actions.adopt(owner, by=editor)


def test_a_stage_renamed_without_loss_and_history_kept(owner, activity, manager):
    """Row 4.2 of the comparison."""
    idea, note = make_stage(owner), make_stage(owner, "Concept note")
    actions.move(activity, by=manager, stage=idea)
    actions.move(activity, by=manager, stage=note)

    actions.change_stage(note, by=manager, name={"en": "Concept", "fr": "Concept"})

    standing = Standing.objects.get()
    assert (standing.stage_id, str(standing.stage)) == (note.pk, "Concept")
    assert [(str(m), m.user_name) for m in Move.objects.all()] == [
        ("Idea → Concept note", manager.name),
        (" → Idea", manager.name),
    ]
    assert audit.history(note).first().changes == {
        "name": [{"en": "Concept note"}, {"en": "Concept", "fr": "Concept"}]
    }


def test_a_project_at_a_retired_stage_stays_there_and_says_so(owner, activity, manager, page):
    idea, later = make_stage(owner), make_stage(owner, "Ready")
    actions.move(activity, by=manager, stage=idea)

    actions.change_stage(idea, by=manager, is_retired=True)

    progress = progress_of(activity)
    assert progress.standing.stage_id == idea.pk
    assert stage_label(progress.standing.stage) == "Idea (retired)"
    assert progress.next == later
    assert b"Idea (retired)" in page.get(activity.get_absolute_url()).content
    with pytest.raises(Refused, match="retired"):
        actions.move(make_activity(owner), by=manager, stage=idea)


def test_stages_are_put_in_another_order(owner, manager):
    first, second, third = (make_stage(owner, name) for name in ("A", "B", "C"))

    actions.change_stage(third, by=manager, after=None)
    assert names(owner) == ["C", "A", "B"]

    actions.change_stage(third, by=manager, after=first)
    assert names(owner) == ["A", "C", "B"]
    assert audit.history(third).first().changes == {"order": ["C, A, B", "A, C, B"]}

    actions.add_stage(owner, by=manager, name={"en": "D"}, after=second)
    actions.add_stage(owner, by=manager, name={"en": "E"})
    assert names(owner) == ["A", "C", "B", "D", "E"]


def test_only_managers_keep_the_stages(owner, editor):
    stage = make_stage(owner)

    with pytest.raises(Refused):
        actions.change_stage(stage, by=editor, name={"en": "Mine"})
    with pytest.raises(Refused):
        actions.add_stage(owner, by=editor, name={"en": "Mine"})
    with pytest.raises(Refused):
        actions.add_item(stage, by=editor, text={"en": "Mine"})


def test_two_people_who_rename_at_once_get_a_question(owner, manager):
    stage = make_stage(owner)
    actions.change_stage(stage, by=manager, version=1, name={"en": "One"})

    with pytest.raises(Conflict):
        actions.change_stage(stage, by=manager, version=1, name={"en": "Two"})
    assert str(Stage.objects.get()) == "One"


def test_a_stage_asks_no_paper_of_another_organisation(owner, manager):
    strange = make_template(make_organisation("Elsewhere"))

    with pytest.raises(Invalid, match="Not templates of this organisation"):
        actions.add_stage(owner, by=manager, name={"en": "A"}, required_papers=[strange])


def test_what_is_missing_is_said_with_where_to_fill_it_in(owner, activity, editor):
    template = make_template(owner)
    stage = make_stage(owner, required_facts=["places", "budget"], required_papers=[template])
    needed, _optional = (
        make_checklist_item(stage),
        make_checklist_item(stage, "If you can", is_required=False),
    )
    make_checklist_item(stage, "Formerly", is_retired=True)

    found = lacks(progress_of(activity), stage)

    base = f"/design/projects/{activity.pk}"
    assert [(str(lack), lack.url) for lack in found] == [
        ("Its places", f"/projects/{activity.pk}/places/"),
        ("A budget", f"/projects/{activity.pk}/budget/add/"),
        ("Concept note", f"{base}/papers/add/?template={template.pk}"),
        ("Ask the countries", f"{base}/tick/{needed.pk}/"),
    ]
    assert set(found[0].text) == {"fr", "en", "es", "ar"}
    with pytest.raises(Refused, match="Still missing: Its places; A budget; Concept note; Ask"):
        actions.move(activity, by=editor, stage=stage)
    with pytest.raises(Refused):
        actions.move(activity, by=editor, stage=stage, reason="I want to")
    assert Standing.objects.count() == 0


def test_a_retired_template_is_asked_no_more(owner, activity, manager):
    template = make_template(owner)
    stage = make_stage(owner, required_papers=[template])
    assert [str(lack) for lack in lacks(progress_of(activity), stage)] == ["Concept note"]

    actions.change_template(template, by=manager, is_retired=True)

    assert lacks(progress_of(activity), stage) == []


def test_an_editor_moves_on_once_everything_is_there(owner, activity, editor):
    template = make_template(owner)
    stage = make_stage(owner, required_facts=["places"], required_papers=[template])
    item = make_checklist_item(stage)
    work.set_places(activity, {place("KH").code: None}, by=SYSTEM)
    paper = make_paper(activity, template, texts=("Mines",))
    assert lacks(progress_of(activity), stage)[0].url == paper.get_absolute_url()
    actions.publish(paper, by=editor)
    actions.tick(activity, item, by=editor)

    move = actions.move(activity, by=editor, stage=stage)

    assert (move.lacked, move.reason) == ([], "")
    assert Standing.objects.get().stage == stage


def test_a_manager_lets_pass_with_a_reason_that_is_kept(owner, activity, manager):
    stage = make_stage(owner, required_facts=["budget"])

    with pytest.raises(Invalid, match="Say why it may pass although this is missing: A budget"):
        actions.move(activity, by=manager, stage=stage)
    move = actions.move(activity, by=manager, stage=stage, reason="Runs already")

    assert (move.reason, [text["en"] for text in move.lacked]) == ("Runs already", ["A budget"])


def test_a_leap_takes_all_that_the_stages_between_ask(owner, activity, editor):
    make_stage(owner, required_facts=["budget"])
    make_stage(owner, "Formerly", required_facts=["need"], is_retired=True)
    last = make_stage(owner, "Ready", required_facts=["sectors"])

    assert [str(lack) for lack in lacks(progress_of(activity), last)] == ["A budget", "Its sectors"]


def test_a_decision_names_its_consultations_or_says_why_there_was_none(
    owner, activity, editor, page
):
    idea = make_stage(owner)
    make_stage(owner, "Ready", rests_on_consultations=True)
    active = make_stage(owner, "Active")
    heard = make_consultation(owner)

    actions.move(activity, by=editor, stage=idea)
    with pytest.raises(Invalid, match="Name the consultations it rests on"):
        actions.move(activity, by=editor, stage=active)  # past “Ready”
    assert actions.move(activity, by=editor, stage=active, unheard="A flood").unheard == "A flood"
    assert actions.move(activity, by=editor, stage=idea, reason="Too early").unheard == ""
    url = reverse("design:move", args=[activity.pk])
    sent = {"stage": active.pk, "version": 3, "idempotency_key": key()}
    assert "Name the consultations it rests on" in error_text(page.post(url, sent))
    sent |= {"consultations": [heard.pk], "idempotency_key": key()}
    assert page.post(url, sent).status_code == 303

    last = Move.objects.first()
    assert (list(last.consultations.all()), last.unheard) == ([heard], "")
    assert heard.get_absolute_url() in page.get(activity.get_absolute_url()).content.decode()
    assert activity.get_absolute_url() in page.get(heard.get_absolute_url()).content.decode()


def test_going_back_takes_a_reason_and_nothing_else(owner, activity, editor, manager):
    idea = make_stage(owner, required_facts=["budget"])
    ready = make_stage(owner, "Ready")
    actions.move(activity, by=manager, stage=ready, reason="Runs already")

    with pytest.raises(Invalid, match="Say why it goes back"):
        actions.move(activity, by=editor, stage=idea)
    assert actions.move(activity, by=editor, stage=idea, reason="Not ready").lacked == []


def test_a_stage_is_entered_with_its_least_role(owner, activity, editor, manager):
    stage = make_stage(owner, entry_role=Role.MANAGER)

    with pytest.raises(Refused, match="Manager"):
        actions.move(activity, by=editor, stage=stage)
    assert actions.move(activity, by=manager, stage=stage).to_stage == stage


def test_a_move_from_an_old_page_is_a_conflict(owner, activity, editor):
    first, second = make_stage(owner), make_stage(owner, "Ready")
    actions.move(activity, by=editor, stage=first, version=0)

    with pytest.raises(Conflict):
        actions.move(activity, by=editor, stage=second, version=0)
    with pytest.raises(Invalid, match="at this stage already"):
        actions.move(activity, by=editor, stage=first, version=1)


def test_a_stage_of_another_organisation_is_refused(activity):
    strange = make_stage(make_organisation("Elsewhere"))

    with pytest.raises(Refused, match="not one of the organisation"):
        actions.move(activity, by=SYSTEM, stage=strange)


def test_a_move_is_never_changed(owner, activity, editor):
    move = actions.move(activity, by=editor, stage=make_stage(owner))
    move.reason = "Another"

    with pytest.raises(TypeError):
        move.save()
    with pytest.raises(TypeError):
        Move.objects.all().delete()


def test_who_ticked_what_is_kept_and_a_second_tick_changes_nothing(
    owner, activity, editor, manager
):
    item = make_checklist_item(make_stage(owner))

    actions.tick(activity, item, by=editor)
    actions.tick(activity, item, by=manager)

    assert [tick.ticked_by for tick in Tick.objects.all()] == [editor.name]
    actions.untick(activity, item, by=manager)
    actions.untick(activity, item, by=manager)
    assert Tick.objects.count() == 0
    assert [entry.verb for entry in audit.history(activity)][:2] == [
        "checklist item unticked",
        "checklist item ticked",
    ]


def test_an_item_is_ticked_with_one_press_on_the_page_of_the_project(page, owner, activity):
    item = make_checklist_item(make_stage(owner))
    shown = page.get(activity.get_absolute_url()).content.decode()
    url = reverse("design:tick", args=[activity.pk, item.pk])
    sent = re.search(rf'action="{url}">.*?name="idempotency_key" value="([^"]+)"', shown, re.S)[1]

    answer = page.post(url, {"idempotency_key": sent})

    assert (answer.status_code, answer.url) == (303, f"/projects/{activity.pk}/#way")
    assert [tick.item for tick in Tick.objects.all()] == [item]


def test_the_form_of_a_move_says_what_is_missing_and_keeps_the_reason(page, owner, activity):
    stage = make_stage(owner, required_facts=["budget"])
    url = reverse("design:move", args=[activity.pk])
    sent = {"idempotency_key": key(), "version": 0, "stage": stage.pk}

    assert b"Still missing for" in page.get(url).content
    refused = page.post(url, sent)
    moved = page.post(url, sent | {"idempotency_key": key(), "reason": "Runs already"})

    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["reason"])
    assert (moved.status_code, Move.objects.get().reason) == (303, "Runs already")


def test_another_organisation_sees_no_stage_of_a_public_project(stranger, owner, editor):
    public = make_activity(owner, visibility="public")
    stage = make_stage(owner, "Very early")
    actions.move(public, by=editor, stage=stage)

    page = stranger.get(public.get_absolute_url())

    assert (page.status_code, b"Very early" in page.content) == (200, False)
    assert stranger.get(reverse("design:move", args=[public.pk])).status_code == 403
    assert stranger.get(stage.get_absolute_url()).status_code == 404


def test_a_retired_item_is_asked_no_more_and_its_tick_stays(owner, activity, editor, manager):
    stage = make_stage(owner)
    item = make_checklist_item(stage)
    actions.tick(activity, item, by=editor)

    actions.change_item(item, by=manager, is_retired=True)

    progress = progress_of(activity)
    assert progress.checklist(stage) == []
    assert Tick.objects.count() == 1
    with pytest.raises(Invalid):
        actions.tick(make_activity(owner), item, by=editor)


def test_a_reader_neither_moves_nor_ticks(owner, activity):
    stage = make_stage(owner)
    reader = make_reader(Role.READER, owner)

    with pytest.raises(Refused):
        actions.move(activity, by=reader, stage=stage)
    with pytest.raises(Refused):
        actions.tick(activity, make_checklist_item(stage), by=reader)


def test_each_fact_is_looked_up(owner, activity):
    assert stated_facts(activity) == set()

    activity.title = {"en": "Clear", "fr": "Dépolluer"}
    activity.description = {"en": "All of it"}
    activity.planned_start, activity.planned_end = date(2026, 1, 1), date(2027, 1, 1)
    activity.aid_type = code("AidType", "C01")
    activity.save()
    work.set_places(activity, {place("KH").code: None}, by=SYSTEM)
    work.set_shares(activity, "Sector", {code().code: None}, by=SYSTEM)
    Participation.objects.create(
        activity=activity, organisation=make_donor(), role=code("OrganisationRole", "1")
    )

    assert stated_facts(activity) == {
        "second_language",
        "description",
        "planned_dates",
        "aid_type",
        "places",
        "sectors",
        "partner",
        "funder",
    }


def test_a_project_that_changes_hands_begins_anew_in_the_stages_of_its_new_owner(
    owner, activity, editor
):
    actions.move(activity, by=editor, stage=make_stage(owner))
    elsewhere = make_organisation("Elsewhere")
    first = make_stage(elsewhere, "First")
    activity.owner = elsewhere
    activity.save()

    assert progress_of(activity).next == first
    assert actions.move(activity, by=SYSTEM, stage=first).from_name == {"en": "Idea"}
