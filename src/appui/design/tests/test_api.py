"""Design over the API: what pages do, programs do."""

import pytest
from tests.factories import (
    make_activity,
    make_checklist_item,
    make_consultation,
    make_organisation,
    make_paper,
    make_stage,
    make_template,
)

from appui.design.models import ChecklistItem, Comment, Move, Stage, Template, TemplateSection, Tick

pytestmark = pytest.mark.django_db


def send(page, method, path, body, **headers):
    answer = getattr(page, method)(f"/api/{path}", body, "application/json", headers=headers)
    return answer.status_code, answer.json()


def test_a_kit_is_adopted_once(page, owner):
    status, first = send(page, "post", "design-kits", {"owner_id": owner.pk})

    assert (status, first["name"]["fr"], first["position"]) == (201, "Idée", 0)
    assert send(page, "post", "design-kits", {"owner_id": owner.pk})[0] == 403
    assert page.get("/api/stages").json()["count"] == 6
    assert page.get("/api/paper-templates").json()["count"] == 5


def test_stages_are_added_renamed_moved_and_retired(page, owner):
    template, first = make_template(owner), make_stage(owner, "A")
    body = {
        "owner_id": owner.pk,
        "name": {"en": "B"},
        "required_facts": ["budget"],
        "required_paper_ids": [template.pk],
        "after_id": 0,
    }

    status, made = send(page, "post", "stages", body, idempotency_key="one")
    again = send(page, "post", "stages", body, idempotency_key="one")

    assert (status, made["position"], made["required_paper_ids"]) == (201, 0, [template.pk])
    assert again == (201, made)
    changed = send(
        page,
        "patch",
        f"stages/{made['id']}",
        {"version": 1, "name": {"en": "C"}, "is_retired": True, "after_id": first.pk},
    )[1]
    assert (changed["name"], changed["is_retired"], changed["position"]) == ({"en": "C"}, True, 1)
    assert changed["required_facts"] == ["budget"]
    assert (
        send(page, "patch", f"stages/{made['id']}", {"version": 1, "name": {"en": "D"}})[0] == 409
    )


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"required_facts": ["luck"]}, "required_facts"),
        ({"required_paper_ids": [999]}, "required_paper_ids"),
        ({"name": {}}, "name"),
        ({"after_id": 999}, "after_id"),
    ],
)
def test_a_mistake_in_a_stage_names_its_field(page, owner, change, field):
    stage = make_stage(owner)

    status, answer = send(page, "patch", f"stages/{stage.pk}", change)

    assert (status, list(answer["fields"])) == (422, [field])


def test_a_checklist_is_kept(page, owner):
    stage = make_stage(owner)
    status, item = send(page, "post", f"stages/{stage.pk}/checklist", {"text": {"en": "Ask"}})
    changed = send(
        page, "patch", f"checklist-items/{item['id']}", {"is_required": False, "is_retired": True}
    )[1]

    assert (status, item["is_required"]) == (201, True)
    assert (changed["is_required"], changed["is_retired"]) == (False, True)
    assert str(ChecklistItem.objects.get()) == "Ask"


def test_templates_and_their_sections_are_kept(page, owner):
    body = {"owner_id": owner.pk, "kind": "letter", "title": {"en": "Letter"}}
    status, made = send(page, "post", "paper-templates", body)
    path = f"paper-templates/{made['id']}"
    send(page, "post", f"{path}/sections", {"title": {"en": "Opening"}})
    section = send(page, "post", f"{path}/sections", {"title": {"en": "Head"}, "after_id": 0})[1]
    send(page, "patch", f"template-sections/{section['id']}", {"expected_words": 30})
    send(page, "patch", path, {"title": {"en": "Letter to donors"}})

    assert status == 201
    assert send(page, "post", "paper-templates", body)[0] == 422
    assert str(Template.objects.get()) == "Letter to donors"
    assert [(str(s), s.expected_words) for s in TemplateSection.objects.all()] == [
        ("Head", 30),
        ("Opening", None),
    ]


def test_a_move_over_the_api_names_its_consultations(page, owner):
    activity, heard = make_activity(owner), make_consultation(owner)
    elsewhere = make_consultation(make_organisation("Elsewhere"))
    stage = {"owner_id": owner.pk, "name": {"en": "Ready"}, "rests_on_consultations": True}
    made = send(page, "post", "stages", stage)[1]
    assert made["rests_on_consultations"] is True
    path, body = f"activities/{activity.pk}/stage", {"stage_id": made["id"]}

    status, refused = send(page, "post", path, body)
    assert (status, list(refused["fields"])) == (422, ["consultations"])
    body["consultation_ids"] = [elsewhere.pk]
    assert send(page, "post", path, body)[0] == 422
    body["consultation_ids"] = [heard.pk]
    status, moved = send(page, "post", path, body)
    assert (status, moved["consultation_ids"], moved["unheard"]) == (201, [heard.pk], "")


def test_a_project_is_ticked_and_moved(page, owner):
    activity, stage = make_activity(owner), make_stage(owner, required_facts=["budget"])
    item = make_checklist_item(stage)
    path = f"activities/{activity.pk}"

    before = page.get(f"/api/{path}/stage").json()
    ticked = send(page, "post", f"{path}/ticks", {"item_id": item.pk})[1]
    body = {"stage_id": stage.pk, "reason": "Runs already", "version": before["version"]}
    status, moved = send(page, "post", f"{path}/stage", body)

    assert [item["text"]["en"] for item in before["missing"]] == ["A budget", "Ask the countries"]
    assert [item["text"]["en"] for item in ticked["missing"]] == ["A budget"]
    assert ticked["checklist"][0]["ticked_by"] == Tick.objects.get().ticked_by
    assert (status, moved["lacked"][0]["en"], moved["reason"]) == (201, "A budget", "Runs already")
    assert send(page, "post", f"{path}/stage", body)[0] == 409
    after = page.get(f"/api/{path}/stage").json()
    assert (after["stage_id"], after["next_stage_id"], len(after["moves"])) == (stage.pk, None, 1)
    assert page.get("/api/project-stages").json()["items"][0]["stage"] == {"en": "Idea"}
    assert send(page, "post", f"{path}/ticks", {"item_id": item.pk, "done": False})[0] == 200
    assert (Tick.objects.count(), Move.objects.count()) == (0, 1)


def test_a_paper_is_written_published_and_compared(page, owner):
    activity, template = make_activity(owner), make_template(owner)
    body = {"template_id": template.pk, "title": "Note", "language": "fr"}
    status, made = send(page, "post", f"activities/{activity.pk}/papers", body)
    path, section = f"papers/{made['id']}", made["sections"][0]["id"]

    for text in ("Les terres", "Les terres minées"):
        assert send(page, "patch", path, {"texts": {section: text}})[0] == 200
        assert send(page, "post", f"{path}/versions", {"note": text})[0] == 201

    assert (status, [item["title"]["en"] for item in made["sections"]]) == (201, ["Problem", "Aim"])
    assert [item["number"] for item in page.get(f"/api/{path}/versions").json()["items"]] == [2, 1]
    changed = page.get(f"/api/{path}/differences").json()[0]
    assert (changed["title"], changed["added"], changed["pieces"]) == (
        "Problem",
        1,
        [{"change": "same", "text": "Les terres"}, {"change": "added", "text": " minées"}],
    )
    assert page.get(f"/api/{path}/differences?before=1&after=9").status_code == 404
    assert send(page, "post", f"{path}/versions", {})[0] == 422


def test_comments_are_added_answered_and_resolved(page, owner):
    paper = make_paper(make_activity(owner), make_template(owner), texts=("Mines",))
    path, section = f"papers/{paper.pk}/comments", paper.sections.get().pk

    comment = send(page, "post", path, {"section_id": section, "text": "Where?"})[1]
    reply = {"section_id": section, "text": "Here", "answers_id": comment["id"]}
    assert send(page, "post", path, reply)[1]["answers_id"] == comment["id"]
    status, settled = send(page, "post", f"comments/{comment['id']}/resolve", {"resolved": True})

    assert (status, settled["resolved_at"] is not None) == (200, True)
    assert page.get(f"/api/{path}").json()["count"] == 2
    assert Comment.objects.count() == 2


def test_what_is_of_another_organisation_is_not_there(stranger, owner):
    stage, template = make_stage(owner), make_template(owner)
    activity = make_activity(owner)
    paper = make_paper(activity, template)

    for method, path, body in (
        ("patch", f"stages/{stage.pk}", {"name": {"en": "Mine"}}),
        ("post", f"stages/{stage.pk}/checklist", {"text": {"en": "Mine"}}),
        ("patch", f"paper-templates/{template.pk}", {"title": {"en": "Mine"}}),
        ("post", f"activities/{activity.pk}/stage", {"stage_id": stage.pk}),
        ("patch", f"papers/{paper.pk}", {"title": "Mine"}),
        ("put", f"activities/{activity.pk}/theory", {"nodes": []}),
    ):
        assert send(stranger, method, path, body)[0] == 404, path
    assert str(Stage.objects.get()) == "Idea"
