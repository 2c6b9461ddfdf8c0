"""What the reviews of an appraisal say: scores, orders by four methods, and how firm they are."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Final, NamedTuple

import numpy as np
from django.db.models import ExpressionWrapper, F, FloatField
from django.utils.translation import gettext as _

from appui.kernel.errors import Invalid
from appui.selection.appraisal.firmness import Reversal, Reviewed, Turn, reversals, reviewed, turns
from appui.selection.appraisal.methods import METHODS, MatrixError, Method, ranks, wsm_between
from appui.selection.appraisal.weights import Judged, WeightsError, direct, pairwise, swing
from appui.selection.models import (
    Appraisal,
    Axis,
    Candidate,
    CriteriaSet,
    Criterion,
    Review,
    Reviewer,
    Score,
    Weighing,
)

VALUE_PLACES: Final = Decimal("0.0001")
REVERSALS_UP_TO: Final = 60  # projects: each one leaves in turn, so time grows with the square


class Weighed(NamedTuple):
    """Weights that sum to one, in the order of the criteria; ``judged`` when found two by two."""

    weights: tuple[float, ...]
    judged: Judged | None

    @property
    def shares(self) -> list[Decimal]:
        """The weights as shown, to a hundredth of a percent."""
        return [Decimal(str(round(weight, 4))) for weight in self.weights]


def methods_of(criteria_set: CriteriaSet) -> dict[str, Method]:
    """The methods by name; the weighted sum is on the scale of the criteria."""
    return METHODS | {"wsm": wsm_between(criteria_set.lowest, criteria_set.highest)}


def weighed(criteria_set: CriteriaSet) -> Weighed:
    """The weights of a set whose criteria and judgements are loaded; raises ``Invalid``."""
    criteria = list(criteria_set.criteria.all())
    try:
        if criteria_set.weighing == Weighing.PAIRWISE:
            judged = pairwise(_judgements(criteria_set, criteria))
            return Weighed(tuple(judged.weights.tolist()), judged)
        points = [float(item.points) for item in criteria]
        found = swing(points) if criteria_set.weighing == Weighing.SWING else direct(points)
    except WeightsError as error:
        raise Invalid(_no_weights(criteria_set)) from error
    return Weighed(tuple(found.tolist()), None)


def _no_weights(criteria_set: CriteriaSet) -> str:
    if criteria_set.weighing == Weighing.SWING:
        return _("The greatest swing has 100 points, and the others between 0 and 100.")
    return _("Give at least one criterion, and points above zero to one of them.")


def _judgements(criteria_set: CriteriaSet, criteria: Sequence[Criterion]) -> list[list[float]]:
    """The square table of judgements; a pair that is not judged counts as equal."""
    place = {item.pk: number for number, item in enumerate(criteria)}
    table = [[1.0] * len(criteria) for _row in criteria]
    for item in criteria_set.judgements.all():
        first, second = place[item.first_id], place[item.second_id]
        times = float(item.preference) if item.preference > 0 else -1.0 / item.preference
        table[first][second], table[second][first] = times, 1.0 / times
    return table


@dataclass(frozen=True, slots=True)
class Row:
    """One project that is scored on every criterion, in the order of the criteria.

    ``given`` counts the reviews behind each score; ``values`` go from 0 to 100 by method.
    """

    candidate: Candidate
    scores: tuple[float, ...]
    spread: tuple[float, ...]
    given: tuple[int, ...]
    values: dict[str, Decimal]
    ranks: dict[str, int]
    axes: dict[str, Decimal]

    @property
    def disagreement(self) -> float:
        """The largest standard deviation of the reviewers on one criterion."""
        return max(self.spread)


@dataclass(frozen=True)
class Appraised:
    """``unscored`` projects lack a score on some criterion: nothing is said of them.

    ``late`` reviews, and those of a conflict of interest, are left out of every mean.
    """

    appraisal: Appraisal
    criteria: tuple[Criterion, ...]
    weighed: Weighed
    rows: tuple[Row, ...]
    unscored: tuple[Candidate, ...]
    late: tuple[Review, ...]
    conflicts: tuple[Review, ...]
    awaited: tuple[tuple[Candidate, Reviewer], ...]
    agreement: float | None

    @cached_property
    def matrix(self) -> np.ndarray:
        """Mean scores, a row a project."""
        return np.array([row.scores for row in self.rows], dtype=float)

    @cached_property
    def costs(self) -> np.ndarray:
        """Which criteria are better when less."""
        return np.array([item.less_is_better for item in self.criteria], dtype=bool)

    @property
    def weights(self) -> np.ndarray:
        """As numbers for the engine."""
        return np.array(self.weighed.weights)

    @cached_property
    def methods(self) -> dict[str, Method]:
        """The methods by name."""
        return methods_of(self.appraisal.criteria_set)

    def turns(self, method: str) -> list[Turn]:
        """For each criterion, the weights at which the order by ``method`` changes; not looked for
        among many."""
        if not 0 < len(self.rows) <= REVERSALS_UP_TO:
            return []
        return turns(self.methods[method], self.matrix, self.weights, self.costs)

    def reversals(self, method: str) -> list[Reversal]:
        """Pairs whose order turns when a third project leaves; not looked for among many."""
        if not 2 < len(self.rows) <= REVERSALS_UP_TO:
            return []
        return reversals(self.methods[method], self.matrix, self.weights, self.costs)

    def ranked(self, method: str) -> list[Row]:
        """The best first; equal ones in the order of their references."""
        return sorted(self.rows, key=lambda row: row.ranks[method])


def appraised(appraisal: Appraisal) -> Appraised:
    """What the reviews given so far say; a fixed number of queries. Raises ``Invalid``."""
    found = CriteriaSet.objects.prefetch_related("criteria", "judgements").get(
        pk=appraisal.criteria_set_id
    )
    criteria = tuple(found.criteria.all())
    candidates = list(
        appraisal.candidates.select_related("activity").only(
            "version", "appraisal", "activity__reference", "activity__title"
        )
    )
    reviewers = list(appraisal.reviewers.select_related("user"))
    reviews = _reviews(appraisal, reviewers)
    counted = {item.pk: item for item in reviews if _counts(item)}
    less = np.array([item.less_is_better for item in criteria], dtype=bool)
    weights = weighed(found)
    means = reviewed(_cube(reviewers, candidates, criteria, counted), less, weights.weights)
    rows, unscored = _rows(candidates, criteria, weights, means, methods_of(found))
    said = {(item.candidate, item.reviewer) for item in reviews if item.submitted_on}
    return Appraised(
        appraisal,
        criteria,
        weights,
        rows,
        unscored,
        _records((item for item in reviews if item.is_late), candidates, reviewers),
        _records(
            (item for item in reviews if item.submitted_on and item.has_conflict),
            candidates,
            reviewers,
        ),
        tuple((c, r) for c in candidates for r in reviewers if (c.pk, r.pk) not in said),
        means.agreement,
    )


class Given(NamedTuple):
    """What counts of a review; no record for each, there are thousands."""

    pk: int
    candidate: int
    reviewer: int
    submitted_on: date | None
    has_conflict: bool
    is_late: bool


def _reviews(appraisal: Appraisal, reviewers: Sequence[Reviewer]) -> list[Given]:
    """All reviews; one query."""
    for reviewer in reviewers:
        reviewer.appraisal = appraisal
    deadlines = {item.pk: item.deadline for item in reviewers}
    names = ("pk", "candidate", "reviewer", "submitted_on", "has_conflict")
    rows = Review.objects.filter(candidate__appraisal=appraisal).values_list(*names)
    return [
        Given(pk, candidate, reviewer, day, conflict, day is not None and day > deadlines[reviewer])
        for pk, candidate, reviewer, day, conflict in rows
    ]


def _records(
    found: Iterable[Given], candidates: Sequence[Candidate], reviewers: Sequence[Reviewer]
) -> tuple[Review, ...]:
    """The reviews themselves, each with the candidate and the reviewer that are loaded already;
    one query, none for nothing."""
    by_candidate = {item.pk: item for item in candidates}
    by_reviewer = {item.pk: item for item in reviewers}
    records = tuple(Review.objects.filter(pk__in=[item.pk for item in found]))
    for item in records:
        item.candidate = by_candidate[item.candidate_id]
        item.reviewer = by_reviewer[item.reviewer_id]
    return records


def _counts(review: Given) -> bool:
    return review.submitted_on is not None and not review.is_late and not review.has_conflict


def _cube(
    reviewers: Sequence[Reviewer],
    candidates: Sequence[Candidate],
    criteria: Sequence[Criterion],
    reviews: Mapping[int, Given],
) -> np.ndarray:
    """Scores as (reviewers, projects, criteria); NaN where there is none; ``reviews`` by key."""
    by_reviewer = {item.pk: at for at, item in enumerate(reviewers)}
    by_candidate = {item.pk: at for at, item in enumerate(candidates)}
    by_criterion = {item.pk: at for at, item in enumerate(criteria)}
    cube = np.full((len(reviewers), len(candidates), len(criteria)), np.nan)
    appraisal = candidates[0].appraisal_id if candidates else 0
    scores = Score.objects.filter(review__candidate__appraisal=appraisal).order_by()
    given = scores.values_list("review", "criterion", ExpressionWrapper(F("value"), FloatField()))
    for key, criterion, value in given:
        if review := reviews.get(key):
            at = by_reviewer[review.reviewer], by_candidate[review.candidate]
            cube[(*at, by_criterion[criterion])] = value
    return cube


def _rows(
    candidates: Sequence[Candidate],
    criteria: Sequence[Criterion],
    weights: Weighed,
    means: Reviewed,
    methods: Mapping[str, Method],
) -> tuple[tuple[Row, ...], tuple[Candidate, ...]]:
    whole = [at for at in range(len(candidates)) if not np.isnan(means.scores[at]).any()]
    unscored = tuple(c for at, c in enumerate(candidates) if at not in whole)
    if not whole or not criteria:
        return (), tuple(candidates)
    matrix = means.scores[whole]
    costs = np.array([item.less_is_better for item in criteria], dtype=bool)
    values = _values(methods, matrix, np.array(weights.weights), costs)
    axes = _axes(methods["wsm"], matrix, np.array(weights.weights), costs, criteria)
    rows = tuple(
        Row(
            candidates[at],
            tuple(means.scores[at].tolist()),
            tuple(means.spread[at].tolist()),
            tuple(means.given[at].tolist()),
            {name: _decimal(found[0][place]) for name, found in values.items()},
            {name: int(found[1][place]) for name, found in values.items()},
            {name: _decimal(found[place]) for name, found in axes.items()},
        )
        for place, at in enumerate(whole)
    )
    return rows, unscored


def _values(
    methods: Mapping[str, Method], matrix: np.ndarray, weights: np.ndarray, costs: np.ndarray
) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Values from 0 to 100 and ranks by method; one that cannot take these scores is left out."""
    found = {}
    for name, method in methods.items():
        try:
            scores = method(matrix, weights, costs)
        except MatrixError:
            continue
        scaled = (scores + 1) / 2 if name == "promethee" else scores
        found[name] = (scaled * 100, ranks(scores))
    return found


def _axes(
    wsm: Method,
    matrix: np.ndarray,
    weights: np.ndarray,
    costs: np.ndarray,
    criteria: Sequence[Criterion],
) -> dict[str, np.ndarray]:
    """The weighted sum of each side's criteria alone, 0 to 100; a side without any is not there."""
    found = {}
    for axis in Axis.values:
        its = np.array([item.axis == axis for item in criteria])
        if its.any() and weights[its].sum() > 0:
            part = weights[its] / weights[its].sum()
            found[axis] = wsm(matrix[:, its], part, costs[its]) * 100
    return found


def _decimal(number: float) -> Decimal:
    return Decimal(float(number)).quantize(VALUE_PLACES)
