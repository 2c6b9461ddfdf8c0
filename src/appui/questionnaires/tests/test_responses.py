"""Answering, submitting, comparing; weak answers become priorities."""

from datetime import date
from decimal import Decimal

import pytest
from tests.factories import (
    TODAY,
    at_once,
    make_organisation,
    make_reader,
    make_response,
    place,
)

from appui.kernel import audit
from appui.kernel.access import SYSTEM, Role
from appui.kernel.errors import Conflict, Invalid, Refused
from appui.questionnaires import queries
from appui.questionnaires.actions import editing, priorities, responses
from appui.questionnaires.comparing import compare
from appui.questionnaires.models import Priority, Response
from appui.questionnaires.tests.forms import make_whole_form

pytestmark = pytest.mark.django_db
WEAK = {"has-plan": "yes", "costed": "none"}


@pytest.fixture
def owner():
    return make_organisation()


@pytest.fixture
def editor(owner):
    return make_reader(Role.EDITOR, owner)


@pytest.fixture
def manager(owner):
    return make_reader(Role.MANAGER, owner)


@pytest.fixture
def form(owner):
    return make_whole_form(owner)


@pytest.fixture
def response(owner, form):
    return make_response(owner, form)


def test_only_a_published_version_is_filled_in(owner, form, editor):
    draft = editing.draft_version(form, by=SYSTEM)

    with pytest.raises(Refused, match="Only a published version"):
        responses.begin_response(draft, by=editor, owner=owner, about=place("KH"), made_on=TODAY)


def test_a_response_names_its_subject_as_the_trail_does(response):
    assert (response.about_reference, response.about_label) == (
        f"registry.location:{place('KH').pk}",
        {"en": "KH"},
    )


def test_answers_are_kept_in_one_form_and_an_empty_one_is_taken_away(response, editor):
    sent = {
        "has-plan": "yes",
        "skills": ["data", "law"],
        "staff": "12.50",
        "budget": {"amount": "1000", "currency": "USD"},
        "since": "2026-01-31",
        "remarks": "  Well.  ",
    }
    responses.save_answers(response, sent, by=editor)
    responses.save_answers(response, {"remarks": " ", "staff": None}, by=editor)

    assert response.answers == {
        "has-plan": "yes",
        "skills": ["law", "data"],
        "budget": {"amount": "1000.00", "currency": "USD"},
        "since": "2026-01-31",
    }


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("has-plan", "maybe"),
        ("has-plan", ["yes"]),
        ("costed", {"code": "all"}),
        ("skills", "law"),
        ("skills", ["law", "magic"]),
        ("staff", "many"),
        ("staff", "NaN"),
        ("staff", "1e99"),
        ("staff", "0.00001"),
        ("staff", 1.5),
        ("budget", "100"),
        ("budget", {"amount": "100"}),
        ("budget", {"amount": "100", "currency": "XYZ"}),
        ("budget", {"amount": "-1", "currency": "USD"}),
        ("budget", {"amount": "1.005", "currency": "USD"}),
        ("since", "2026-02-30"),
        ("remarks", 12),
        ("remarks", "nul \x00"),
        ("remarks", "x" * 10_001),
        ("nothing", "x"),
    ],
)
def test_what_is_no_answer_is_refused_at_its_question(response, editor, code, value):
    with pytest.raises(Invalid) as refusal:
        responses.save_answers(response, {code: value}, by=editor)

    assert list(refusal.value.fields) == [code]


def test_submitting_wants_every_required_question_that_is_asked(response, editor):
    with pytest.raises(Invalid, match="1 required question is not answered") as refusal:
        responses.submit_response(response, by=editor, today=TODAY)
    assert list(refusal.value.fields) == ["has-plan"]

    responses.save_answers(response, {"has-plan": "yes"}, by=editor)
    with pytest.raises(Invalid) as refusal:
        responses.submit_response(response, by=editor, today=TODAY)
    assert list(refusal.value.fields) == ["costed"]


def test_submitting_freezes_scores_and_drops_hidden_answers(response, editor):
    responses.save_answers(
        response, {"has-plan": "no", "costed": "all", "since": "2026-01-01"}, by=editor
    )

    responses.submit_response(response, by=editor, today=TODAY)

    assert (response.status, response.submitted_on) == ("submitted", TODAY)
    assert (response.answers, response.score) == ({"has-plan": "no"}, Decimal("0.00"))
    with pytest.raises(Refused, match="a manager can reopen it"):
        responses.save_answers(response, {"has-plan": "yes"}, by=editor)
    with pytest.raises(Refused, match="a manager can reopen it"):
        responses.change_response(response, by=editor, made_on=date(2020, 1, 1))


def test_saving_over_what_another_saved_is_a_conflict(response, editor):
    seen = response.version
    responses.save_answers(Response.objects.get(), {"has-plan": "no"}, by=editor, version=seen)

    with pytest.raises(Conflict):
        responses.save_answers(response, {"has-plan": "yes"}, by=editor, version=seen)


def test_the_trail_tells_answers_in_a_line(response, editor):
    responses.save_answers(
        response,
        {"has-plan": "no", "skills": ["law"], "budget": {"amount": "5", "currency": "USD"}},
        by=editor,
    )

    entry = audit.history(response)[0]
    assert (entry.verb, entry.changes["answers"]) == (
        "answered",
        ["", "budget: 5.00 USD; has-plan: no; skills: law"],
    )


def made():
    return [(str(one), one.urgency, one.state) for one in Priority.objects.order_by("pk")]


def test_chosen_weak_answers_become_priorities_with_their_reason(owner, form, editor):
    response = make_response(owner, form, answers=WEAK)

    responses.submit_response(response, by=editor, today=TODAY, priorities=["costed"])

    priority = Priority.objects.get()
    assert made() == [("Cost the plan", "high", "open")]
    assert (priority.response, priority.question.code) == (response, "costed")
    assert (priority.owner, priority.answer_score) == (owner, Decimal("0.00"))


def test_an_unticked_weak_answer_makes_no_priority_until_it_is_asked_for(owner, form, editor):
    response = make_response(owner, form, answers=WEAK)
    responses.submit_response(response, by=editor, today=TODAY, priorities=[])
    assert made() == []

    responses.raise_priorities(response, by=editor)
    assert made() == [("Cost the plan", "high", "open")]


def test_a_strong_answer_cannot_be_made_a_priority(owner, form, editor):
    response = make_response(owner, form, answers={"has-plan": "yes", "costed": "all"})

    with pytest.raises(Invalid, match="No weak answer to: costed"):
        responses.submit_response(response, by=editor, today=TODAY, priorities=["costed"])

    response.refresh_from_db()
    assert response.status == "draft"


def test_submitting_again_after_reopening_never_makes_a_priority_twice(
    owner, form, editor, manager
):
    response = make_response(owner, form, answers=WEAK, submitted=True)
    with pytest.raises(Refused, match="takes the role"):
        responses.reopen_response(response, by=editor)
    responses.reopen_response(response, by=manager)
    assert (response.status, response.score) == ("draft", None)

    responses.submit_response(response, by=editor, today=TODAY)
    responses.raise_priorities(response, by=editor)

    assert made() == [("Cost the plan", "high", "open")]


def test_a_draft_makes_no_priority_and_only_a_submitted_response_reopens(response, manager):
    with pytest.raises(Refused, match="not submitted yet"):
        responses.raise_priorities(response, by=manager)
    with pytest.raises(Refused, match="not submitted yet"):
        responses.reopen_response(response, by=manager)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_two_people_submitting_at_once_submit_once(tmp_path):
    owner = make_organisation()
    response = make_response(owner, make_whole_form(owner), answers=WEAK)

    def submit():
        found = Response.objects.get(pk=response.pk)
        return responses.submit_response(found, by=SYSTEM, today=TODAY).status

    outcomes, count = at_once(submit, Priority.objects.count, tmp_path)

    assert (sorted(type(one) for one in outcomes if one != "submitted"), count) == ([Refused], 1)


def test_a_draft_is_removed_and_a_submitted_response_is_not(owner, form, editor):
    responses.remove_response(make_response(owner, form), by=editor)
    assert Response.objects.count() == 0

    with pytest.raises(Refused, match="submitted"):
        responses.remove_response(
            make_response(owner, form, answers=WEAK, submitted=True), by=editor
        )


def test_the_earlier_response_is_the_last_submitted_one_about_the_same(owner, form, editor):
    first = make_response(owner, form, answers=WEAK, submitted=True, made_on=date(2024, 1, 1))
    second = make_response(owner, form, answers=WEAK, submitted=True, made_on=date(2025, 1, 1))
    make_response(owner, form, answers=WEAK, made_on=date(2025, 6, 1))
    make_response(owner, form, place("ML"), answers=WEAK, submitted=True, made_on=date(2025, 6, 1))
    third = make_response(owner, form, answers=WEAK, made_on=date(2026, 1, 1))

    assert queries.earlier(third, editor) == second
    assert queries.earlier(second, editor) == first
    assert queries.earlier(first, editor) is None


def test_a_comparison_tells_each_answer_that_changed_and_by_how_much(owner, form):
    before = make_response(owner, form, answers=WEAK, submitted=True, made_on=date(2024, 1, 1))
    after = make_response(
        owner, form, answers={"has-plan": "yes", "costed": "most", "staff": "3"}, submitted=True
    )

    found = compare(before, after)

    # (2 × 4 + 0) / 3 = 2.67; (2 × 4 + 2) / 3 = 3.33
    assert (found.before.value, found.after.value, found.change) == (
        Decimal("2.67"),
        Decimal("3.33"),
        Decimal("0.66"),
    )
    assert [
        (pair.item.number, pair.before, pair.after, pair.change)
        for pair in found.pairs
        if pair.differs
    ] == [("1.2", "None", "Most", Decimal(2)), ("2.2", "", "3", None)]


def test_scores_on_different_scales_are_not_subtracted(owner, form):
    before = make_response(owner, form, answers=WEAK, submitted=True, made_on=date(2024, 1, 1))
    draft = editing.draft_version(form, by=SYSTEM)
    plan = draft.questions.get(code="has-plan")
    options = [option.__class__(option.code, {}, Decimal(9)) for option in plan.choices[:2]]
    editing.change_question(plan, by=SYSTEM, options=options, weak_at=None, priority={})
    editing.publish_version(draft, by=SYSTEM, today=TODAY)
    after = make_response(owner, form, answers=WEAK, submitted=True)

    assert compare(before, after).change is None


def test_a_priority_moves_as_the_table_says_and_dropping_wants_a_reason(owner, form, editor):
    make_response(owner, form, answers=WEAK, submitted=True)
    priority = Priority.objects.get()

    with pytest.raises(Invalid, match="Say why this priority is dropped"):
        priorities.move_priority(priority, by=editor, state="dropped")
    priorities.move_priority(priority, by=editor, state="dropped", reason="Done by others")
    assert (priority.state, priority.reason) == ("dropped", "Done by others")
    with pytest.raises(Refused, match="cannot become “Done”"):
        priorities.move_priority(priority, by=editor, state="done")
    priorities.move_priority(priority, by=editor, state="open")
    priorities.move_priority(priority, by=editor, state="done")
    assert priority.state == "done"


def test_a_planned_priority_names_the_item_that_takes_it_up(owner, form, editor):
    make_response(owner, form, answers=WEAK, submitted=True)
    priority = Priority.objects.get()

    with pytest.raises(Invalid, match="Name the item of the plan"):
        priorities.mark_planned(priority, by=editor, label="")
    with pytest.raises(Invalid, match="begins with https"):
        priorities.mark_planned(priority, by=editor, label="Item", url="javascript:alert(1)")
    priorities.mark_planned(priority, by=editor, label="Item 4", url="/plans/4/")
    priorities.mark_planned(priority, by=editor, label="Item 5", url="https://example.org/5")
    assert (priority.state, priority.plan_label) == ("planned", "Item 5")

    priorities.move_priority(priority, by=editor, state="open")
    assert (priority.state, priority.plan_label, priority.plan_url) == ("open", "", "")


def test_an_outsider_sees_and_moves_nothing_that_is_not_shared(owner, form):
    make_response(owner, form, answers=WEAK, submitted=True)
    outsider = make_reader(Role.ADMINISTRATOR, make_organisation("Elsewhere"))

    assert [
        rows.count()
        for rows in (
            queries.forms(outsider),
            queries.versions(outsider),
            queries.published(outsider),
            queries.responses(outsider),
            queries.priorities(outsider),
        )
    ] == [0, 0, 0, 0, 0]
    with pytest.raises(Refused, match="takes the role"):
        priorities.mark_planned(Priority.objects.get(), by=outsider, label="Mine")
