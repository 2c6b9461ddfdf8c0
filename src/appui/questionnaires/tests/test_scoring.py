"""Scores by hand: weighted means, what is left out, what is weak and how urgent it is."""

from decimal import Decimal

import pytest
from tests.factories import make_organisation

from appui.questionnaires import answering, queries, scoring
from appui.questionnaires.tests.forms import make_whole_form

pytestmark = pytest.mark.django_db


@pytest.fixture
def questions():
    form = make_whole_form(make_organisation())
    return list(queries.questions().filter(form_version__form=form))


def numbers(score):
    return score.value, score.counted, score.unanswered, score.unknown


def test_the_score_is_the_mean_of_scored_answers_each_with_its_weight(questions):
    answers = {"has-plan": "yes", "costed": "some", "skills": ["data"]}

    # (2 × 4 + 1 × 1 + 0.5 × 1.5) / (2 + 1 + 0.5) = 9.75 / 3.5 = 2.7857…
    assert numbers(scoring.overall(questions, answers)) == (Decimal("2.79"), 3, 0, 0)


def test_several_choices_score_their_sum(questions):
    answers = {"skills": ["law", "data"]}
    by_code = {question.code: question for question in questions}

    assert scoring.score_of(by_code["skills"], answers["skills"]) == Decimal("2.5")
    assert scoring.scale(questions) == (Decimal(0), Decimal(4))


def test_what_is_not_answered_is_counted_and_never_zero(questions):
    answers = {"has-plan": "yes"}

    assert numbers(scoring.overall(questions, answers)) == (Decimal("4.00"), 1, 2, 0)


def test_not_known_and_an_option_without_score_are_left_out(questions):
    assert numbers(scoring.overall(questions, {"has-plan": "unknown"})) == (None, 0, 1, 1)
    answers = {"has-plan": "yes", "costed": "na"}
    assert numbers(scoring.overall(questions, answers)) == (Decimal("4.00"), 1, 1, 1)


def test_a_question_that_is_not_asked_counts_nowhere(questions):
    answers = {"has-plan": "no", "costed": "all", "skills": ["law"]}

    # (2 × 0 + 0.5 × 1) / 2.5 = 0.2; the answer to “costed” is that of a hidden question
    assert numbers(scoring.overall(questions, answers)) == (Decimal("0.20"), 2, 0, 0)


def test_each_section_has_its_own_score(questions):
    answers = {"has-plan": "yes", "costed": "none", "skills": ["law"]}

    found = {item.section.code: item.score.value for item in scoring.by_section(questions, answers)}
    # (2 × 4 + 1 × 0) / 3 = 2.666…; 0.5 × 1 / 0.5 = 1
    assert found == {"plan": Decimal("2.67"), "people": Decimal("1.00")}


def test_an_answer_at_the_threshold_or_below_is_weak_and_as_urgent_as_it_is_low(questions):
    def weak(**answers):
        given = {"has-plan": "yes", **answers}
        return {item.question.code: item.urgency for item in scoring.weak_answers(questions, given)}

    assert weak(costed="all") == {}
    assert weak(costed="na") == {}
    assert weak(costed="most") == {"costed": "low"}
    assert weak(costed="some") == {"costed": "medium"}
    assert weak(costed="none") == {"costed": "high"}
    assert [
        (item.question.code, item.score, item.urgency)
        for item in scoring.weak_answers(questions, {"has-plan": "no", "costed": "none"})
    ] == [("has-plan", Decimal(0), "high")]


def test_what_hangs_on_a_hidden_question_is_hidden_too(questions):
    def asked(answers):
        return [question.code for question in answering.asked(questions, answers)][:3]

    assert asked({}) == ["has-plan", "skills", "staff"]
    assert asked({"has-plan": "yes"}) == ["has-plan", "costed", "skills"]
    assert asked({"has-plan": "yes", "costed": "all"}) == ["has-plan", "costed", "since"]
    assert asked({"has-plan": "no", "costed": "all"}) == ["has-plan", "skills", "staff"]
