"""The API and the command line do what the pages do."""

import json

import pytest
from click.testing import CliRunner
from tests.factories import (
    make_consultation,
    make_form,
    make_organisation,
    make_response,
    make_user_with_role,
    place,
)

from appui.kernel.access import Role
from appui.kernel.errors import Invalid, Missing
from appui.questionnaires.cli import questionnaires
from appui.questionnaires.models import Consultation, Form, Priority, Response
from appui.questionnaires.tests.forms import document, make_whole_form

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return make_organisation(acronym="CMAA")


@pytest.fixture
def api(client, owner):
    client.force_login(make_user_with_role(Role.MANAGER, owner))

    def call(method, path, body=None, **headers):
        answer = client.generic(
            method, f"/api/{path}", json.dumps(body or {}), "application/json", headers=headers
        )
        return answer.status_code, answer.json() if answer.content else None

    return call


@pytest.mark.slow
def test_a_form_is_written_changed_and_published(api, owner):
    body = document().model_dump(mode="json") | {"owner_id": owner.pk}
    status, form = api("POST", "forms", body, **{"Idempotency-Key": "one"})
    again = api("POST", "forms", body, **{"Idempotency-Key": "one"})
    draft = form["versions"][0]
    assert (status, again[1]["id"], Form.objects.count()) == (201, form["id"], 1)

    content = {"sections": body["sections"][1:], "version": draft["version"]}
    assert api("POST", f"form-versions/{draft['id']}", content)[0] == 200
    assert api("POST", f"form-versions/{draft['id']}", content)[0] == 409
    status, told = api("POST", f"form-versions/{draft['id']}/publish")
    assert (status, told["status"]) == (200, "published")
    assert api("POST", f"form-versions/{draft['id']}", {"sections": []})[0] == 403

    status, second = api("POST", f"forms/{form['id']}/drafts")
    assert (status, second["content"]) == (201, {"sections": body["sections"][1:]})
    assert api("GET", f"form-versions/{second['id']}/differences?since=1") == (200, [])
    assert api("GET", f"form-versions/{second['id']}/document")[1]["title"] == {"en": "Capacity"}
    status, left = api("POST", f"form-versions/{second['id']}/discard")
    assert (status, len(left["versions"])) == (200, 1)
    status, named = api("POST", f"forms/{form['id']}", {"title": {"en": "Skills"}})
    assert (status, named["title"], named["purpose"]) == (200, {"en": "Skills"}, "needs")


@pytest.mark.slow
def test_a_response_goes_from_draft_to_priorities(api, owner):
    version = make_whole_form(owner).versions.get()
    body = {
        "form_version_id": version.pk,
        "about": f"registry.location:{place('KH').pk}",
        "made_on": "2026-11-22",
        "owner_id": owner.pk,
        "answers": {"has-plan": "yes"},
    }
    status, begun = api("POST", "responses", body)
    path = f"responses/{begun['id']}"
    assert (status, begun["answers"], begun["about"]) == (201, {"has-plan": "yes"}, body["about"])

    assert api("POST", f"{path}/submit")[1]["fields"] == {"costed": "An answer is required."}
    assert api("POST", f"{path}/answers", {"answers": {"costed": "huge"}})[0] == 422
    assert api("POST", f"{path}/answers", {"answers": {"costed": "some"}})[0] == 200
    assert api("POST", path, {"note": "Seen"})[1]["note"] == "Seen"
    status, scores = api("GET", f"{path}/scores")
    # (2 × 4 + 1 × 1) / 3; “skills” is not answered
    assert scores["overall"] == {"value": "3.00", "counted": 2, "unanswered": 1, "unknown": 0}
    assert scores["weak"] == ["costed"]
    status, submitted = api("POST", f"{path}/submit", {"priorities": []})
    assert (submitted["status"], submitted["score"]) == ("submitted", "3.00")
    status, made = api("POST", f"{path}/priorities")
    assert [one["question"] for one in made] == ["costed"]
    assert api("POST", f"{path}/priorities") == (200, [])
    assert api("DELETE", path)[0] == 403
    assert api("POST", f"{path}/reopen")[1]["status"] == "draft"


def test_a_response_is_found_by_what_it_is_about(api, owner):
    form = make_form(owner)
    kept = make_response(owner, form)
    make_response(owner, form, place("ML"))

    found = api("GET", f"responses?about={kept.about_reference}&form_id={form.pk}&status=draft")

    assert [row["id"] for row in found[1]["items"]] == [kept.pk]


def test_a_draft_is_removed_through_the_api(api, owner):
    response = make_response(owner, make_form(owner))

    assert (api("DELETE", f"responses/{response.pk}"), Response.objects.count()) == ((204, None), 0)


@pytest.mark.slow
def test_a_response_about_what_the_caller_may_not_see_is_refused(api, owner):
    hidden = make_response(make_organisation("Elsewhere"), make_form(make_organisation("Other")))
    body = {
        "form_version_id": make_form(owner).versions.get().pk,
        "about": f"questionnaires.response:{hidden.pk}",
        "made_on": "2026-11-22",
        "owner_id": owner.pk,
    }

    status, told = api("POST", "responses", body)

    assert (status, list(told["fields"])) == (422, ["about"])


@pytest.mark.slow
def test_a_priority_is_moved_through_the_api(api, owner):
    make_response(owner, make_form(owner), answers={"q1": "no"}, submitted=True)
    path = f"priorities/{Priority.objects.get().pk}"

    assert api("POST", f"{path}/move", {"state": "dropped"})[0] == 422
    plan = {"state": "planned", "plan_label": "Item 4", "plan_url": "/plans/4/"}
    assert api("POST", f"{path}/move", plan)[1]["plan_label"] == "Item 4"
    assert api("POST", path, {"urgency": "low"})[1]["urgency"] == "low"
    assert [row["state"] for row in api("GET", "priorities?state=planned")[1]["items"]] == [
        "planned"
    ]
    assert api("GET", "priorities?urgency=high")[1]["items"] == []


def test_a_consultation_is_recorded_and_given_anew(api, owner):
    place("BF")
    facts = {
        "title": {"en": "With herders"},
        "starts_on": "2026-03-10",
        "places": ["bf"],
        "asked": {"en": "What?"},
        "said": {"en": "This."},
        "people": 80,
        "women": 20,
        "organisation_ids": [owner.pk],
    }
    status, row = api("POST", "consultations", facts | {"owner_id": owner.pk})
    assert (status, row["women_share"], row["youth_share"]) == (201, "0.25", None)

    path = f"consultations/{row['id']}"
    changed = api("POST", path, facts | {"women": None, "version": row["version"]})[1]
    assert (changed["women"], changed["women_share"]) == (None, None)
    assert api("POST", path, facts | {"version": row["version"]})[0] == 409
    assert list(api("POST", path, facts | {"places": ["XX"]})[1]["fields"]) == ["places"]
    wrong = facts | {"organisation_ids": [999_999]}
    assert list(api("POST", path, wrong)[1]["fields"]) == ["organisation_ids"]
    make_consultation(owner, people=20)
    totals = api("GET", "consultations/totals")[1]
    assert (totals["people"]["total"], totals["women"]["stated"]) == (100, 0)
    assert Consultation.objects.count() == 2


def run(*arguments):
    return CliRunner().invoke(questionnaires, [*map(str, arguments)])


@pytest.mark.slow
def test_a_form_goes_from_one_office_to_another_as_a_file(owner, tmp_path):
    make_whole_form(owner)
    file = tmp_path / "form.json"

    assert run("export", "CAP", "--to", file).exit_code == 0
    assert run("import", file, "--owner", "CMAA", "--reference", "COPY").exit_code == 0

    copy = Form.objects.get(reference="COPY")
    assert (copy.owner, copy.versions.get().status) == (owner, "draft")
    assert copy.versions.get().questions.count() == 7


def test_a_file_that_is_no_form_and_an_unknown_form_are_refused(owner, tmp_path):
    file = tmp_path / "form.json"
    file.write_text('{"title": {"en": "X"}}')

    assert isinstance(run("import", file, "--owner", "CMAA").exception, Invalid)
    assert isinstance(run("import", file, "--owner", "Nobody").exception, Missing)
    assert isinstance(run("export", "NONE", "--to", file).exception, Missing)
