"""What is published stays as it was, what is too large is refused, what is hidden is not named."""

import pytest
from tests.factories import (
    TODAY,
    make_consultation,
    make_need,
    make_organisation,
    make_reader,
    make_response,
    make_user_with_role,
)

from appui.kernel.access import SYSTEM, Role
from appui.kernel.errors import Invalid
from appui.questionnaires import queries
from appui.questionnaires.actions import editing
from appui.questionnaires.actions import responses as acts
from appui.questionnaires.documents import document_of
from appui.questionnaires.tests.forms import make_whole_form

pytestmark = pytest.mark.django_db
HIDDEN = "a record that is not shared with you"


@pytest.fixture
def owner():
    return make_organisation()


@pytest.fixture
def editor(owner):
    return make_reader(Role.EDITOR, owner)


def test_a_published_version_keeps_its_title(owner, editor):
    form = make_whole_form(owner)
    editing.change_form(form, by=editor, title={"en": "Renamed"}, summary={"en": "New"})
    version = queries.versions(editor).get()

    assert str(version) == "Capacity, version 1"
    assert str(make_response(owner, form)).startswith("Capacity:")
    assert document_of(version).title == {"en": "Capacity"}
    second = editing.draft_version(form, by=editor)
    assert str(second) == "Renamed, version 2"
    editing.publish_version(second, by=editor, today=TODAY)
    assert str(queries.versions(editor).get(number=1)) == "Capacity, version 1"


def test_a_form_grows_no_larger_than_it_can_be_copied(owner, editor, monkeypatch):
    monkeypatch.setattr(editing, "MOST_SECTIONS", 2)
    monkeypatch.setattr(editing, "MOST_QUESTIONS", 4)
    draft = make_whole_form(owner, published=False).versions.get()
    first, full = draft.sections.all()

    with pytest.raises(Invalid, match="at most 2 sections"):
        editing.add_section(draft, by=editor, title={"en": "More"})
    with pytest.raises(Invalid, match="at most 4 questions") as refused:
        editing.add_question(full, by=editor, kind="text", text={"en": "More?"})
    assert "section" in refused.value.fields
    with pytest.raises(Invalid, match="at most 4 questions"):
        editing.change_question(first.questions.get(code="since"), by=editor, section=full)


@pytest.fixture
def shared(owner):
    """A public response and consultation about a private need."""
    need = make_need(owner, "Secret ford", visibility="private")
    form = make_whole_form(owner)
    response = make_response(owner, form, about=need, visibility="public")
    heard = make_consultation(owner, about=need, visibility="public")
    return response, heard


def test_what_a_public_record_is_about_is_named_only_to_those_who_may_see_it(
    shared, client, editor
):
    response, heard = shared
    assert queries.responses(editor).get().about_shown == {"en": "Secret ford"}
    client.force_login(make_user_with_role(Role.EDITOR, make_organisation("Elsewhere")))

    for address in (
        response.get_absolute_url(),
        heard.get_absolute_url(),
        "/forms/responses/",
        f"/forms/responses/{response.pk}/print/",
        f"/api/responses/{response.pk}",
        "/api/responses",
    ):
        answer = client.get(address)
        told = answer.content.decode()
        assert answer.status_code == 200, address
        assert "Secret" not in told, address
    assert client.get(f"/api/responses/{response.pk}").json()["about_label"] == {"en": HIDDEN}


def test_a_priority_does_not_name_it_either(shared, client, owner):
    response, _heard = shared
    acts.save_answers(response, {"has-plan": "no"}, by=SYSTEM)
    acts.submit_response(response, by=SYSTEM, today=TODAY)
    priority = response.priorities.get()
    client.force_login(make_user_with_role(Role.EDITOR, make_organisation("Elsewhere")))

    for address in (priority.get_absolute_url(), "/priorities/"):
        answer = client.get(address)
        assert (answer.status_code, "Secret" in answer.content.decode()) == (200, False), address
