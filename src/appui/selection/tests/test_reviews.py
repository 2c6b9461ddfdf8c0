"""Reviews, what counts of them, and the values they give."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from tests import factories as make
from tests.factories import TODAY, make_appraisal, make_criteria, make_review

from appui.kernel import audit
from appui.kernel.access import Role
from appui.kernel.errors import Conflict, Invalid, Refused
from appui.registry.queries import reader_of
from appui.selection.actions import appraisal as actions
from appui.selection.actions import criteria as weighing
from appui.selection.appraised import appraised, weighed

pytestmark = pytest.mark.django_db
DUE = TODAY


def test_the_mean_of_the_reviews_gives_values_and_ranks(owner, project, people):
    best, worst = project("best"), project("worst")
    found = make_appraisal(owner, [best, worst], people[:2], due_on=DUE)
    for user, scores in zip(people, ([5, 4], [3, 4]), strict=False):
        make_review(found, best, user, scores)
        make_review(found, worst, user, [1, 1])

    result = appraised(found)

    assert [row.candidate.activity for row in result.ranked("wsm")] == [best, worst]
    assert result.rows[0].scores == (4.0, 4.0)
    assert result.rows[0].spread == (1.0, 0.0)
    assert [row.values["wsm"] for row in result.rows] == [Decimal("75.0000"), Decimal("0.0000")]
    assert [row.ranks["topsis"] for row in result.rows] == [1, 2]
    assert result.rows[0].axes == {"benefit": Decimal(75), "feasibility": Decimal(75)}


def test_a_late_reviewer_is_left_out_of_the_mean_and_named(owner, project, people):
    one = project("one")
    found = make_appraisal(owner, [one], people[:2], due_on=DUE)
    make_review(found, one, people[0], [2, 2], today=DUE)
    make_review(found, one, people[1], [5, 5], today=DUE + timedelta(days=1))

    result = appraised(found)

    assert result.rows[0].scores == (2.0, 2.0)
    assert result.rows[0].given == (1, 1)
    assert [item.reviewer.user for item in result.late] == [people[1]]


def test_a_deadline_of_their_own_makes_the_same_review_count(owner, project, people, manager):
    one = project("one")
    found = make_appraisal(owner, [one], people[:1], due_on=DUE)
    late = DUE + timedelta(days=3)
    make_review(found, one, people[0], [5, 5], today=late)
    actions.change_reviewer(found.reviewers.get(), by=manager, due_on=late)

    result = appraised(found)

    assert result.late == ()
    assert result.rows[0].scores == (5.0, 5.0)


def test_a_conflict_of_interest_is_kept_without_scores(owner, project, people):
    one = project("one")
    found = make_appraisal(owner, [one], people[:2], due_on=DUE)
    make_review(found, one, people[0], [4, 4])
    mine = make_review(
        found, one, people[1], [5, 5], has_conflict=True, conflict="Sits on its board"
    )

    result = appraised(found)

    assert mine.scores.count() == 0
    assert result.rows[0].scores == (4.0, 4.0)
    assert [item.conflict for item in result.conflicts] == ["Sits on its board"]


def test_a_conflict_says_which_one(owner, project, people):
    one = project("one")
    found = make_appraisal(owner, [one], people[:1])

    with pytest.raises(Invalid, match="Say what the conflict of interest is"):
        make_review(found, one, people[0], [5, 5], has_conflict=True)


def test_a_draft_counts_for_nothing_and_may_lack_scores(owner, project, people):
    one = project("one")
    found = make_appraisal(owner, [one], people[:1])
    candidate, criterion = found.candidates.get(), found.criteria_set.criteria.first()
    actions.write_review(
        candidate,
        by=reader_of(people[0]),
        today=TODAY,
        scores={criterion.pk: actions.Given(Decimal(4))},
        submit=False,
    )

    result = appraised(found)

    assert result.rows == ()
    assert result.unscored == (candidate,)
    assert len(result.awaited) == 1


def test_a_review_is_submitted_whole_and_within_the_scale(owner, project, people):
    one = project("one")
    found = make_appraisal(owner, [one], people[:1])
    first, second = found.criteria_set.criteria.all()

    with pytest.raises(Invalid) as refused:
        actions.write_review(
            found.candidates.get(),
            by=reader_of(people[0]),
            today=TODAY,
            scores={first.pk: actions.Given(Decimal(6))},
            submit=True,
        )

    assert refused.value.fields == {
        f"score_{first.pk}": "Scores go from 1 to 5.",
        f"score_{second.pk}": "Give a score, or save the review without submitting it.",
    }


def test_only_the_reviewers_score_and_only_while_it_is_open(owner, project, people, manager):
    one = project("one")
    found = make_appraisal(owner, [one], people[:1])

    with pytest.raises(Refused, match="Only the reviewers"):
        make_review(found, one, people[1], [3, 3])
    actions.close_appraisal(found, by=manager)
    with pytest.raises(Refused, match="is closed"):
        make_review(found, one, people[0], [3, 3])


def test_two_tabs_of_one_review_do_not_overwrite_each_other(owner, project, people):
    one = project("one")
    found = make_appraisal(owner, [one], people[:1])
    seen = make_review(found, one, people[0], [3, 3]).version
    make_review(found, one, people[0], [4, 4], version=seen + 1)

    with pytest.raises(Conflict):
        make_review(found, one, people[0], [5, 5], version=seen)


def test_a_project_with_a_review_and_a_reviewer_who_wrote_stay(owner, project, people, manager):
    one, other = project("one"), project("other")
    found = make_appraisal(owner, [one, other], people[:2])
    make_review(found, one, people[0], [3, 3])

    with pytest.raises(Invalid, match="has a review already"):
        actions.set_candidates(found, [other], by=manager)
    with pytest.raises(Invalid, match="has written reviews"):
        actions.remove_reviewer(found.reviewers.get(user=people[0]), by=manager)
    actions.set_candidates(found, [one], by=manager)
    actions.remove_reviewer(found.reviewers.get(user=people[1]), by=manager)

    assert [item.activity for item in found.candidates.all()] == [one]
    assert [item.user for item in found.reviewers.all()] == [people[0]]


def test_an_editor_elsewhere_changes_nothing(owner, project, people):
    found = make_appraisal(owner, [project("one")], people[:1])
    stranger = make.make_reader(Role.EDITOR, make.make_organisation("Elsewhere"))

    with pytest.raises(Refused):
        actions.change_appraisal(found, by=stranger, due_on=date(2030, 1, 1))


def test_published_criteria_never_change_and_a_new_version_starts_from_them(owner, manager):
    first = make_criteria(owner)

    with pytest.raises(Refused, match="published"):
        weighing.add_criterion(first, by=manager, title={"en": "Third"})
    second = weighing.next_version(first, by=manager)
    weighing.add_criterion(second, by=manager, title={"en": "Third"})

    assert [str(item) for item in first.criteria.all()] == ["Reach", "Readiness"]
    assert [str(item) for item in second.criteria.all()] == ["Reach", "Readiness", "Third"]
    assert (second.number, second.replaces) == (2, first)
    with pytest.raises(Refused, match="newer version"):
        weighing.next_version(first, by=manager)


def test_judgements_two_by_two_give_weights_and_name_the_worst(owner, manager):
    made = make_criteria(owner, ("A", "B", "C"), published=False, weighing="pairwise")
    a, b, c = (item.pk for item in made.criteria.all())
    weighing.judge(made, {(a, b): 3, (b, c): 3, (a, c): -9}, by=manager)

    found = weighed(made)

    assert found.judged.ratio > 0.1
    assert found.judged.worst[:2] == (0, 2)
    weighing.judge(made, {(a, b): 2, (b, c): 2, (a, c): 4}, by=manager)
    made.refresh_from_db()
    shares = weighed(made).weights
    assert [round(share * 7, 6) for share in shares] == [4, 2, 1]


def test_judgements_stay_when_a_criterion_moves(owner, manager):
    made = make_criteria(owner, ("A", "B"), published=False, weighing="pairwise")
    a, b = (item.pk for item in made.criteria.all())
    weighing.judge(made, {(a, b): 5}, by=manager)
    weighing.move_criterion(made.criteria.last(), by=manager, up=True)

    weighing.judge(made, {(b, a): -5}, by=manager)

    assert [(item.first_id, item.preference) for item in made.judgements.all()] == [(a, 5)]
    made = type(made).objects.get(pk=made.pk)
    assert [round(share, 4) for share in weighed(made).weights] == [0.1667, 0.8333]
    with pytest.raises(Conflict):
        weighing.judge(made, {(a, b): 3}, by=manager, version=1)


def test_the_greatest_swing_has_a_hundred_points(owner, manager):
    made = make_criteria(owner, published=False, weighing="swing")

    with pytest.raises(Invalid, match="greatest swing has 100 points"):
        weighing.publish(made, by=manager)
    first, second = made.criteria.all()
    weighing.change_criterion(first, by=manager, points=Decimal(100))
    weighing.change_criterion(second, by=manager, points=Decimal(25))

    assert weighed(weighing.publish(made, by=manager)).weights == (0.8, 0.2)


def test_a_criterion_moves_up_one_place(owner, manager):
    made = make_criteria(owner, ("A", "B", "C"), published=False)
    weighing.move_criterion(made.criteria.last(), by=manager, up=True)
    weighing.move_criterion(made.criteria.first(), by=manager, up=True)

    assert [str(item) for item in made.criteria.all()] == ["A", "C", "B"]


def test_the_trail_says_who_gave_which_score(owner, project, people):
    one = project("one")
    found = make_appraisal(owner, [one], people[:1])
    review = make_review(found, one, people[0], [3, 4])

    told = audit.history(review).get(verb="scores given")
    assert told.user_id == people[0].pk
    assert told.changes == {"Reach": [None, "3"], "Readiness": [None, "4"]}
