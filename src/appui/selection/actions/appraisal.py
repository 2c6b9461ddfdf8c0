"""Writes of appraisals: who judges what, and what they found."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final, NamedTuple

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from appui.accounts.models import User
from appui.kernel import audit
from appui.kernel.access import Reader
from appui.kernel.errors import Invalid
from appui.kernel.verdict import require
from appui.portfolio.models import Activity
from appui.registry.models import Organisation
from appui.registry.queries import keep_hidden
from appui.registry.rules import may_edit, may_write_for
from appui.selection import rules
from appui.selection.models import Appraisal, Candidate, Criterion, Review, Reviewer, Score

MOST_CANDIDATES: Final = 2000


class Given(NamedTuple):
    """A score and why."""

    value: Decimal
    comment: str = ""


@transaction.atomic
def open_appraisal(
    *,
    by: Reader,
    activities: Iterable[Activity] = (),
    reviewers: Iterable[User] = (),
    shared_with: Iterable[Organisation] = (),
    **fields: Any,
) -> Appraisal:
    """Begin a round: these projects, judged by these people."""
    appraisal = Appraisal(**fields)
    require(may_edit(appraisal, by))
    audit.create(appraisal, by=by, verb="opened", shared_with=list(shared_with))
    _set_candidates(appraisal, activities, by)
    for user in reviewers:
        audit.create(Reviewer(appraisal=appraisal, user=user), by=by, verb="reviewer added")
    return appraisal


@transaction.atomic
def change_appraisal(
    appraisal: Appraisal, *, by: Reader, version: int | None = None, **fields: Any
) -> Appraisal:
    """Change the facts; the criteria stay once a review was written."""
    audit.hold(appraisal)
    require(rules.may_change_appraisal(appraisal, by))
    if "owner" in fields:
        require(may_write_for(fields["owner"].pk, by))
    keep_hidden(appraisal, by, fields)
    criteria = fields.get("criteria_set", appraisal.criteria_set)
    if criteria != appraisal.criteria_set and _is_reviewed(appraisal):
        text = _("Reviews are written by these criteria: open another appraisal to use others.")
        raise Invalid(text, {"criteria_set": text})
    return audit.update(appraisal, by=by, version=version, **fields)


@transaction.atomic
def set_candidates(
    appraisal: Appraisal,
    activities: Iterable[Activity],
    *,
    by: Reader,
    version: int | None = None,
) -> None:
    """Appraise exactly these projects; one with a review stays."""
    _hold(appraisal, by, version)
    _set_candidates(appraisal, activities, by)
    audit.touch(appraisal)


def _set_candidates(appraisal: Appraisal, activities: Iterable[Activity], by: Reader) -> None:
    wanted = {item.pk: item for item in activities}
    if len(wanted) > MOST_CANDIDATES:
        text = _("An appraisal has at most %(most)d projects.") % {"most": MOST_CANDIDATES}
        raise Invalid(text, {"activities": text})
    stored = {item.activity_id: item for item in appraisal.candidates.select_related("activity")}
    reviewed = set(
        Review.objects.filter(candidate__appraisal=appraisal).values_list("candidate", flat=True)
    )
    seen = set(Activity.objects.visible_to(by).filter(pk__in=stored).values_list("pk", flat=True))
    for key, candidate in stored.items():
        if key in wanted or key not in seen:
            continue
        if candidate.pk in reviewed:
            text = _("“%(name)s” has a review already, so it stays.") % {"name": candidate}
            raise Invalid(text, {"activities": text})
        audit.delete(candidate, by=by)
    for key, activity in wanted.items():
        if key not in stored:
            audit.create(Candidate(appraisal=appraisal, activity=activity), by=by)
    audit.record(by, "projects set", appraisal)


@transaction.atomic
def add_reviewer(
    appraisal: Appraisal,
    *,
    by: Reader,
    user: User,
    due_on: date | None = None,
    version: int | None = None,
) -> Reviewer:
    """Ask a person for reviews."""
    _hold(appraisal, by, version)
    made = Reviewer(appraisal=appraisal, user=user, due_on=due_on)
    audit.create(made, by=by, verb="reviewer added")
    audit.record(by, "reviewer added", appraisal, {"reviewer": [None, str(user)]})
    audit.touch(appraisal)
    return made


@transaction.atomic
def change_reviewer(
    reviewer: Reviewer, *, by: Reader, due_on: date | None, version: int | None = None
) -> Reviewer:
    """Give a person another deadline."""
    _hold(reviewer.appraisal, by, None)
    return audit.update(reviewer, by=by, version=version, due_on=due_on)


@transaction.atomic
def remove_reviewer(reviewer: Reviewer, *, by: Reader) -> None:
    """No longer ask a person who has written nothing."""
    _hold(reviewer.appraisal, by, None)
    if reviewer.reviews.exists():
        raise Invalid(_("“%(name)s” has written reviews, so they stay.") % {"name": reviewer})
    audit.record(by, "reviewer removed", reviewer.appraisal, {"reviewer": [str(reviewer), None]})
    audit.touch(reviewer.appraisal)
    audit.delete(reviewer, by=by)


@transaction.atomic
def close_appraisal(appraisal: Appraisal, *, by: Reader, version: int | None = None) -> Appraisal:
    """No score is taken any more."""
    audit.hold(appraisal)
    require(rules.may_close(appraisal, by))
    return audit.update(appraisal, by=by, version=version, verb="closed", closed_at=timezone.now())


@transaction.atomic
def reopen_appraisal(appraisal: Appraisal, *, by: Reader, version: int | None = None) -> Appraisal:
    """Take scores again; what was chosen and signed from the old ones stays as it is."""
    audit.hold(appraisal)
    require(rules.may_close(appraisal, by))
    return audit.update(appraisal, by=by, version=version, verb="opened again", closed_at=None)


@transaction.atomic
def write_review(
    candidate: Candidate,
    *,
    by: Reader,
    today: date,
    scores: Mapping[int, Given],
    submit: bool,
    comment: str = "",
    has_conflict: bool = False,
    conflict: str = "",
    version: int | None = None,
) -> Review:
    """Save one's review of a project; to submit it every criterion needs a score.

    ``scores`` is by the key of the criterion. With a conflict of interest there are none, and the
    review counts for nothing but is kept. A submitted review can be written again: the day of
    the last submission counts against the deadline. Raises ``Invalid`` with a field
    ``score_KEY`` for each criterion at fault.
    """
    appraisal = candidate.appraisal
    audit.hold(appraisal)
    reviewer = appraisal.reviewers.filter(user=by.user_id or 0).first()
    require(rules.may_review(reviewer, appraisal, by))
    if reviewer is None:
        raise Invalid(_("Only the reviewers of an appraisal score its projects."))
    criteria = {item.pk: item for item in appraisal.criteria_set.criteria.all()}
    kept = {} if has_conflict else dict(scores)
    _check_scores(appraisal, criteria, kept, whole=submit and not has_conflict)
    fields: dict[str, Any] = {
        "comment": comment,
        "has_conflict": has_conflict,
        "conflict": conflict if has_conflict else "",
        "submitted_on": today if submit else None,
    }
    verb = "review submitted" if submit else "review saved"
    review = Review.objects.filter(candidate=candidate, reviewer=reviewer).first()
    if review is None:
        made = Review(candidate=candidate, reviewer=reviewer, **fields)
        review = audit.create(made, by=by, verb=verb)
    else:
        audit.update(review, by=by, version=version, verb=verb, **fields)
    audit.record(by, verb, appraisal, {"review": [None, str(candidate)]})
    changes = _set_scores(review, criteria, kept)
    if changes:
        audit.record(by, "scores given", review, changes)
        audit.touch(review)
    return review


def _check_scores(
    appraisal: Appraisal,
    criteria: Mapping[int, Criterion],
    scores: Mapping[int, Given],
    *,
    whole: bool,
) -> None:
    scale, faults = appraisal.criteria_set, {}
    for key, given in scores.items():
        if key not in criteria:
            raise Invalid(_("A score names a criterion of another set."))
        if not scale.lowest <= given.value <= scale.highest:
            faults[f"score_{key}"] = _("Scores go from %(lowest)d to %(highest)d.") % {
                "lowest": scale.lowest,
                "highest": scale.highest,
            }
    if whole:
        for key in criteria.keys() - scores.keys():
            faults[f"score_{key}"] = _("Give a score, or save the review without submitting it.")
    if faults:
        raise Invalid(" ".join(dict.fromkeys(faults.values())), faults)


def _set_scores(
    review: Review, criteria: Mapping[int, Criterion], scores: Mapping[int, Given]
) -> dict[str, list[str | None]]:
    """Put exactly these scores; what changed by criterion, for one line of the trail."""
    stored = {item.criterion_id: item for item in review.scores.all()}
    before = {key: Given(item.value, item.comment) for key, item in stored.items()}
    changed = [key for key in {**before, **scores} if before.get(key) != scores.get(key)]
    review.scores.filter(criterion__in=changed).delete()
    Score.objects.bulk_create(
        Score(
            review=review,
            criterion=criteria[key],
            value=scores[key].value,
            comment=scores[key].comment,
        )
        for key in changed
        if key in scores
    )
    return {str(criteria[key]): [_told(before.get(key)), _told(scores.get(key))] for key in changed}


def _told(given: Given | None) -> str | None:
    return None if given is None else " · ".join(filter(None, (str(given.value), given.comment)))


def _is_reviewed(appraisal: Appraisal) -> bool:
    return Review.objects.filter(candidate__appraisal=appraisal).exists()


def _hold(appraisal: Appraisal, by: Reader, version: int | None) -> None:
    audit.hold(appraisal)
    require(rules.may_change_appraisal(appraisal, by))
    audit.update(appraisal, by=by, version=version)  # only to compare the versions
