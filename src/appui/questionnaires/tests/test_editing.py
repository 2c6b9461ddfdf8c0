"""Writing a form: versions, conditions, moves, differences."""

from decimal import Decimal

import pytest
from tests.factories import TODAY, make_organisation, make_reader, make_response

from appui.kernel.access import Role
from appui.kernel.errors import Conflict, Invalid, Refused
from appui.questionnaires.actions import editing
from appui.questionnaires.differences import Detail, differences
from appui.questionnaires.documents import content_of, document_of
from appui.questionnaires.models import Option, Question
from appui.questionnaires.tests.forms import CONTENT, document, make_whole_form

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return make_organisation()


@pytest.fixture
def editor(owner):
    return make_reader(Role.EDITOR, owner)


@pytest.fixture
def draft(owner):
    return make_whole_form(owner, published=False).versions.get()


def codes(version):
    return list(version.questions.values_list("code", flat=True))


def test_a_form_as_data_comes_back_as_it_was_written(draft):
    assert document_of(draft) == document()


def test_a_new_form_has_an_empty_draft_that_cannot_be_published(owner, editor):
    form = editing.make_form(by=editor, owner=owner, reference="F", title={"en": "Form"})

    draft = form.versions.get()
    assert (draft.number, draft.status) == (1, "draft")
    with pytest.raises(Refused, match="asks nothing yet"):
        editing.publish_version(draft, by=editor, today=TODAY)


@pytest.mark.slow
def test_publishing_freezes_a_version_and_replaces_the_one_before(draft, editor):
    editing.publish_version(draft, by=editor, today=TODAY)
    second = editing.draft_version(draft.form, by=editor)
    editing.publish_version(second, by=editor, today=TODAY)

    draft.refresh_from_db()
    assert (draft.status, second.status, second.published_on) == ("superseded", "published", TODAY)
    with pytest.raises(Refused, match="prepare a new version"):
        editing.add_section(second, by=editor, title={"en": "More"})


def test_a_new_draft_asks_what_the_latest_version_asks(draft, editor):
    editing.publish_version(draft, by=editor, today=TODAY)

    second = editing.draft_version(draft.form, by=editor)

    assert (second.number, content_of(second)) == (2, content_of(draft))
    with pytest.raises(Refused, match="has a draft already"):
        editing.draft_version(draft.form, by=editor)


def test_a_draft_is_discarded_unless_it_is_the_first(draft, editor):
    with pytest.raises(Refused, match="first version"):
        editing.discard_draft(draft, by=editor)
    editing.publish_version(draft, by=editor, today=TODAY)
    second = editing.draft_version(draft.form, by=editor)

    form = editing.discard_draft(second, by=editor)

    assert [version.number for version in form.versions.all()] == [1]
    assert Question.objects.count() == len(codes(draft))


def test_questions_are_added_with_codes_that_nothing_else_has(draft, editor):
    section = draft.sections.get(code="people")

    first = editing.add_question(section, by=editor, kind="text", text={"en": "Who?"})
    second = editing.add_question(section, by=editor, kind="text", text={"en": "Why?"})

    assert [first.code, second.code] == ["q1", "q2"]
    assert codes(draft)[-2:] == ["q1", "q2"]


def test_the_code_of_a_question_that_went_is_not_given_to_another(draft, editor):
    section = draft.sections.get(code="people")
    editing.add_question(section, by=editor, kind="text", text={"en": "Who?"})
    editing.publish_version(draft, by=editor, today=TODAY)
    second = editing.draft_version(draft.form, by=editor)
    editing.remove_question(second.questions.get(code="q1"), by=editor)

    added = editing.add_question(
        second.sections.get(code="people"), by=editor, kind="text", text={"en": "Why?"}
    )

    assert added.code == "q2"


def test_a_question_moves_up_and_down_and_stays_at_the_ends(draft, editor):
    def moved(code, way):
        editing.move_question(draft.questions.get(code=code), way, by=editor)
        return codes(draft)[3:]

    assert moved("staff", "up") == ["staff", "skills", "budget", "remarks"]
    assert moved("staff", "up") == ["staff", "skills", "budget", "remarks"]
    assert moved("skills", "down") == ["staff", "budget", "skills", "remarks"]


def test_a_move_on_an_old_page_is_a_conflict(draft, editor):
    question = draft.questions.get(code="staff")
    seen = draft.version
    editing.move_question(question, "up", by=editor, version=seen)

    with pytest.raises(Conflict, match="changed by someone else"):
        editing.move_question(question, "up", by=editor, version=seen)


def test_a_question_cannot_stand_before_the_one_it_hangs_on(draft, editor):
    before = codes(draft)

    with pytest.raises(Invalid, match="“Is it costed\\?” is asked only after “Is there a plan\\?”"):
        editing.move_question(draft.questions.get(code="costed"), "up", by=editor)

    assert codes(draft) == before


def test_a_section_cannot_stand_before_the_one_its_questions_hang_on(draft, editor):
    staff = draft.questions.get(code="staff")
    plan = draft.questions.get(code="has-plan")
    editing.change_question(staff, by=editor, only_if=plan, only_if_answer="no")

    with pytest.raises(Invalid, match="cannot stand before it"):
        editing.move_section(draft.sections.get(code="people"), "up", by=editor)


def test_a_section_moves_where_no_condition_is_in_the_way(draft, editor):
    editing.move_section(draft.sections.get(code="people"), "up", by=editor)

    assert codes(draft)[:2] == ["skills", "staff"]


def test_a_condition_looks_only_at_an_earlier_question(draft, editor):
    first, last = draft.questions.get(code="has-plan"), draft.questions.get(code="costed")

    with pytest.raises(Invalid, match="only look at an earlier question"):
        editing.change_question(first, by=editor, only_if=last, only_if_answer="all")
    with pytest.raises(Invalid, match="only look at an earlier question"):
        editing.change_question(first, by=editor, only_if=first, only_if_answer="yes")


def test_a_condition_wants_an_answer_that_the_question_offers(draft, editor):
    plan, staff = draft.questions.get(code="has-plan"), draft.questions.get(code="staff")

    with pytest.raises(Invalid, match="does not offer this answer"):
        editing.change_question(staff, by=editor, only_if=plan, only_if_answer="maybe")
    with pytest.raises(Invalid, match="does not offer this answer"):
        editing.change_question(staff, by=editor, only_if=plan, only_if_answer="")


def test_an_option_that_a_condition_wants_cannot_go(draft, editor):
    costed = draft.questions.get(code="costed")
    left = [option for option in costed.choices if option.code != "all"]

    with pytest.raises(Invalid, match="no longer offers"):
        editing.change_question(costed, by=editor, options=left)


def test_a_question_that_another_hangs_on_cannot_be_removed(draft, editor):
    with pytest.raises(Invalid, match="“Is it costed\\?” is asked only after this question"):
        editing.remove_question(draft.questions.get(code="has-plan"), by=editor)

    editing.remove_question(draft.questions.get(code="remarks"), by=editor)
    assert "remarks" not in codes(draft)


def test_a_section_with_questions_cannot_be_removed(draft, editor):
    section = editing.add_section(draft, by=editor, title={"en": "More"})
    with pytest.raises(Invalid, match="Remove the questions"):
        editing.remove_section(draft.sections.get(code="people"), by=editor)

    editing.remove_section(section, by=editor)
    assert draft.sections.count() == 2


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"kind": "one"}, "at least two options"),
        ({"kind": "one", "options": [Option("a", {"en": "A"})]}, "at least two options"),
        ({"kind": "text", "options": [Option("a", {"en": "A"})]}, "Only choices have options"),
        ({"kind": "number", "weak_at": 1, "priority": {"en": "Do"}}, "scores first"),
        ({"kind": "yesno", "weak_at": 1}, "scores first"),
        (
            {"kind": "yesno", "options": [Option("", {}, Decimal(1))], "weak_at": 1},
            "which priority a weak answer proposes",
        ),
        ({"kind": "text", "priority": {"en": "Do"}}, "from which score down"),
        ({"kind": "text", "weight": 0}, "greater than or equal to 0.01"),
        ({"kind": "text", "text": {}}, "cannot be blank"),
    ],
)
def test_a_question_that_says_too_little_or_too_much_is_refused(draft, editor, fields, reason):
    given = {"text": {"en": "Well?"}} | fields

    with pytest.raises(Invalid, match=reason):
        editing.add_question(draft.sections.all()[0], by=editor, **given)


def test_content_that_is_wrong_changes_nothing(draft, editor):
    wrong = [
        CONTENT[1],
        {"code": "x", "title": {"en": "X"}, "questions": [CONTENT[0]["questions"][1]]},
    ]
    before = content_of(draft)

    with pytest.raises(Invalid, match="“costed” hangs on “has-plan”"):
        editing.write_content(draft, document(wrong), by=editor)

    assert content_of(draft) == before


@pytest.mark.slow
def test_the_difference_between_two_versions_names_what_is_new_gone_and_changed(draft, editor):
    editing.publish_version(draft, by=editor, today=TODAY)
    second = editing.draft_version(draft.form, by=editor)
    editing.remove_question(second.questions.get(code="remarks"), by=editor)
    editing.add_question(
        second.sections.get(code="people"), by=editor, kind="text", text={"en": "Who?"}
    )
    editing.change_question(second.questions.get(code="staff"), by=editor, required=True)
    editing.move_question(second.questions.get(code="budget"), "down", by=editor)

    found = differences(draft, second)

    assert [(one.kind, one.number, one.question.code) for one in found] == [
        ("changed", "2.2", "staff"),
        ("added", "2.3", "q1"),
        ("removed", "2.4", "remarks"),
    ]
    assert [(str(one.label), one.before, one.after) for one in found[0].details] == [
        ("An answer is required", "no", "yes")
    ]
    assert differences(draft, draft) == []


def test_a_question_that_stands_elsewhere_is_a_difference_and_its_neighbours_are_not(draft, editor):
    editing.publish_version(draft, by=editor, today=TODAY)
    second = editing.draft_version(draft.form, by=editor)
    for _time in range(2):
        editing.move_question(second.questions.get(code="skills"), "down", by=editor)

    found = differences(draft, second)

    assert [(one.question.code, one.details) for one in found] == [
        ("skills", [Detail(found[0].details[0].label, "2.1", "2.3")])
    ]


def test_answers_to_an_older_version_stay_readable_under_it(draft, editor, owner):
    editing.publish_version(draft, by=editor, today=TODAY)
    response = make_response(owner, draft.form, answers={"has-plan": "no", "remarks": "Old words"})
    second = editing.draft_version(draft.form, by=editor)
    editing.remove_question(second.questions.get(code="remarks"), by=editor)
    editing.publish_version(second, by=editor, today=TODAY)

    response.refresh_from_db()
    assert (response.form_version.number, response.form_version.status) == (1, "superseded")
    assert response.answers["remarks"] == "Old words"
    assert response.form_version.questions.filter(code="remarks").exists()


def test_a_reader_and_an_outsider_write_nothing(draft, owner):
    for reader in (
        make_reader(Role.READER, owner),
        make_reader(Role.EDITOR, make_organisation("B")),
    ):
        with pytest.raises(Refused, match="takes the role"):
            editing.add_section(draft, by=reader, title={"en": "More"})
        with pytest.raises(Refused, match="takes the role"):
            editing.change_form(draft.form, by=reader, title={"en": "Mine"})
