"""Forms that a stage asks for: answered, approved and fresh enough, or the project waits."""

from datetime import date, timedelta

import pytest
from django.utils.timezone import localdate
from tests.factories import (
    key,
    make_activity,
    make_form,
    make_organisation,
    make_response,
    make_stage,
)

from appui.design import actions
from appui.design.asked import months_before
from appui.design.models import AskedForm, Move
from appui.design.progress import answers_for, lacks, progress_of
from appui.kernel import audit
from appui.kernel.access import SYSTEM
from appui.kernel.errors import Invalid, Refused
from appui.questionnaires.actions import responses

pytestmark = pytest.mark.django_db
YES = {"q1": "yes"}


@pytest.fixture
def idea(owner):
    return make_stage(owner)


@pytest.fixture
def ready(owner):
    return make_stage(owner, "Ready")


@pytest.fixture
def form(owner):
    return make_form(owner, "Do no harm")


def missing(activity, stage, today=None):
    return [str(lack) for lack in lacks(progress_of(activity), stage, today=today)]


def states(activity, stage):
    return [answer.state for answer in answers_for(progress_of(activity), stage)]


def test_a_project_enters_once_the_form_is_approved(owner, activity, ready, form, editor, manager):
    """The gate of row 3.5: do no harm is checked before a project is ready."""
    actions.ask_form(ready, by=manager, form=form, answer="approved")
    version = form.versions.get()
    fill = f"/forms/responses/add/?about=portfolio.activity:{activity.pk}&form={version.pk}"
    (lack,) = lacks(progress_of(activity), ready)
    assert (str(lack), lack.url) == ("The form “Do no harm” answered", fill)
    with pytest.raises(Refused, match="Still missing: The form “Do no harm” answered"):
        actions.move(activity, by=editor, stage=ready)

    response = make_response(owner, form, activity, YES, made_on=localdate())
    assert missing(activity, ready) == ["The form “Do no harm” submitted"]

    responses.submit_response(response, by=editor, today=localdate())
    assert missing(activity, ready) == ["The form “Do no harm” approved by a manager"]
    with pytest.raises(Refused):
        responses.approve_response(response, by=editor, today=localdate())

    responses.approve_response(response, by=manager, today=localdate())
    assert (response.approved_by, missing(activity, ready)) == (manager.name, [])
    actions.move(activity, by=editor, stage=ready)
    assert Move.objects.get().lacked == []


def test_reopening_takes_the_approval_back(owner, activity, form, manager):
    response = make_response(owner, form, activity, YES, submitted=True)
    responses.approve_response(response, by=manager, today=localdate())

    responses.reopen_response(response, by=manager)

    assert (response.approved_on, response.approved_by) == (None, "")
    assert audit.history(response).first().verb == "reopened"
    with pytest.raises(Refused, match="not submitted yet"):
        responses.approve_response(response, by=manager, today=localdate())


def test_answers_grow_too_old(owner, activity, ready, form, manager):
    """Asked not older than 6 months on 2026-08-31: 2026-02-28 still counts, a day earlier not."""
    actions.ask_form(ready, by=manager, form=form, most_months=6)
    day = date(2026, 8, 31)
    assert months_before(day, 6) == date(2026, 2, 28)
    make_response(owner, form, activity, YES, submitted=True, made_on=date(2026, 2, 27))

    assert missing(activity, ready, day) == [
        "The form “Do no harm” answered within the last 6 months"
    ]

    make_response(owner, form, activity, YES, submitted=True, made_on=date(2026, 2, 28))
    assert missing(activity, ready, day) == []
    assert missing(activity, ready, day + timedelta(days=1)) != []  # 1 September: from 1 March on


def test_a_form_asked_before_leaving_is_asked_of_those_who_are_there(
    owner, activity, idea, ready, form, manager, editor
):
    actions.ask_form(idea, by=manager, form=form, moment="leave")
    assert missing(activity, idea) == []
    actions.move(activity, by=editor, stage=idea)

    assert missing(activity, ready) == ["The form “Do no harm” answered"]
    assert missing(make_activity(owner), ready) == ["The form “Do no harm” answered"]


def test_answers_of_other_organisations_or_other_projects_do_not_count(
    owner, activity, ready, form, manager
):
    actions.ask_form(ready, by=manager, form=form)
    make_response(make_organisation("Elsewhere"), form, activity, YES, submitted=True)
    make_response(owner, form, make_activity(owner), YES, submitted=True)

    assert states(activity, ready) == ["none"]


def test_an_answer_to_an_earlier_version_of_the_form_counts(owner, activity, ready, form, manager):
    from appui.questionnaires.actions import editing  # noqa: PLC0415 - one test wants it

    actions.ask_form(ready, by=manager, form=form)
    make_response(owner, form, activity, YES, submitted=True)
    editing.publish_version(editing.draft_version(form, by=SYSTEM), by=SYSTEM, today=localdate())

    assert states(activity, ready) == ["done"]


def test_a_form_is_asked_once_and_retired_without_loss(owner, activity, ready, form, manager):
    asked = actions.ask_form(ready, by=manager, form=form)
    with pytest.raises(Invalid, match="asked for here already"):
        actions.ask_form(ready, by=manager, form=form)

    actions.change_asked_form(asked, by=manager, is_retired=True)

    assert missing(activity, ready) == []
    assert [entry.verb for entry in audit.history(ready)][:2] == [
        "form asked for changed",
        "form asked for added",
    ]


def test_the_page_of_the_project_shows_which_forms_are_answered(
    owner, activity, ready, form, manager, page
):
    actions.ask_form(ready, by=manager, form=form)
    shown = page.get(activity.get_absolute_url()).content.decode()
    assert "Forms for “Ready”" in shown
    assert "not answered" in shown

    response = make_response(owner, form, activity, YES, submitted=True)
    shown = page.get(activity.get_absolute_url()).content.decode()
    assert f'<a href="{response.get_absolute_url()}">' in shown


def test_both_doors_ask_and_change(page, ready, form, owner):
    sent = page.post(
        f"/design/stages/{ready.pk}/forms/add/",
        {
            "form": form.pk,
            "moment": "enter",
            "answer": "approved",
            "most_months": "12",
            "idempotency_key": key(),
        },
    )
    asked = AskedForm.objects.get()
    assert (sent.status_code, asked.answer, asked.most_months) == (303, "approved", 12)

    other = make_form(owner, "Capacity")
    body = {"form_id": other.pk, "moment": "leave"}
    made = page.post(f"/api/stages/{ready.pk}/forms", body, "application/json").json()
    assert (made["moment"], made["answer"], made["most_months"]) == ("leave", "submitted", None)
    patch = f"/api/asked-forms/{made['id']}"
    assert page.patch(patch, {"most_months": 6}, "application/json").json()["most_months"] == 6
    assert page.patch(patch, {"most_months": None}, "application/json").json() == (
        made | {"version": 3}
    )
    assert page.patch(patch, {"most_months": 0}, "application/json").status_code == 422
    strange = make_form(make_organisation("Elsewhere"))
    refused = page.post(
        f"/api/stages/{ready.pk}/forms", {"form_id": strange.pk}, "application/json"
    )
    assert refused.status_code == 422


def test_the_api_tells_how_far_the_answers_are(page, owner, activity, ready, form, manager):
    asked = actions.ask_form(ready, by=manager, form=form, answer="approved")
    response = make_response(owner, form, activity, YES, submitted=True)

    told = page.get(f"/api/activities/{activity.pk}/stage").json()

    assert told["forms"] == [
        {
            "asked_form_id": asked.pk,
            "form_id": form.pk,
            "response_id": response.pk,
            "state": "not_approved",
            "url": response.get_absolute_url(),
        }
    ]
    approved = page.post(f"/api/responses/{response.pk}/approve", content_type="application/json")
    assert (approved.status_code, approved.json()["approved_on"]) == (200, str(localdate()))
    assert page.get(f"/api/activities/{activity.pk}/stage").json()["missing"] == []


def test_approving_is_asked_on_a_page_of_its_own(page, owner, activity, form):
    response = make_response(owner, form, activity, YES, submitted=True)
    address = f"/forms/responses/{response.pk}/approve/"
    assert page.get(address).status_code == 200

    page.post(address, {"idempotency_key": key()})

    response.refresh_from_db()
    assert response.approved_on == localdate()
    assert page.get(address).status_code == 403


def test_a_strangers_stage_is_not_there(stranger, ready):
    assert stranger.get(f"/design/stages/{ready.pk}/forms/add/").status_code == 404
    body = {"form_id": 1}
    assert (
        stranger.post(f"/api/stages/{ready.pk}/forms", body, "application/json").status_code == 404
    )
