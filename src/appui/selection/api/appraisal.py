"""Appraisals, reviews and results over the API."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.timezone import localdate
from ninja import Field, Router, Schema, Status
from ninja.pagination import paginate

from appui.kernel.api import (
    PROBLEMS,
    Amount,
    CurrencyCode,
    Id,
    Key,
    Paged,
    decimal,
    fetch,
    pick,
    pick_all,
    reader_of,
    write_once,
)
from appui.kernel.errors import Missing
from appui.kernel.verdict import require
from appui.portfolio.models import Activity
from appui.registry.models import Organisation, Visibility
from appui.registry.ownership import Keys, OwnershipChange, changes, organisations
from appui.registry.queries import colleagues
from appui.selection import queries, rules
from appui.selection.actions import appraisal as appraising
from appui.selection.api.common import Gone, Line, Points, SeenOf, Text
from appui.selection.appraised import appraised
from appui.selection.models import Appraisal, Review, Reviewer

router = Router(tags=["selection"])


class AppraisalOut(Schema):
    """A round of appraisal; one with ``closed_at`` takes no scores."""

    id: int
    version: int
    title: dict[str, str]
    criteria_set_id: int
    due_on: date
    currency: str
    budget: Decimal | None
    closed_at: datetime | None
    candidate_count: int
    reviewer_count: int
    review_count: int
    owner_id: int
    visibility: str


class AppraisalIn(Schema):
    """A new appraisal of these projects by these people."""

    title: Text
    criteria_set_id: Key
    due_on: date
    currency: CurrencyCode = "USD"
    budget: Amount | None = None
    activity_ids: list[Key] = Field([], max_length=2000)
    reviewer_ids: list[Key] = Field([], max_length=200)
    owner_id: Key
    visibility: Visibility = Visibility.PRIVATE
    shared_with_ids: Keys = []


class AppraisalChange(OwnershipChange):
    """What changes of an appraisal; what is left out or null stays.

    ``budget`` "" says that the money there is is not known.
    """

    title: Text | None = None
    criteria_set_id: Key | None = None
    due_on: date | None = None
    currency: CurrencyCode | None = None
    budget: Amount | Literal[""] | None = None


class CandidatesIn(SeenOf):
    """All projects under appraisal: one with a review stays, the others that are left out go."""

    activity_ids: list[Key] = Field(max_length=2000)


class ReviewerIn(SeenOf):
    """Who is asked; without ``due_on`` the day of the appraisal counts. ``version`` is that of the
    appraisal."""

    user_id: Key
    due_on: date | None = None


class ReviewerChange(SeenOf):
    """Another deadline; null: the day of the appraisal."""

    due_on: date | None = None


class ReviewerOut(Schema):
    """A person who is asked for reviews, and until when."""

    id: int
    version: int
    user_id: int
    name: str = Field(alias="user.display_name")
    due_on: date | None
    deadline: date


class ScoreIn(Schema):
    """A score on one criterion."""

    criterion_id: Key
    value: Points
    comment: Line = Field("", max_length=500)


class ReviewIn(Schema):
    """One's own review of a project; ``submit`` asks for a score on every criterion."""

    scores: list[ScoreIn] = Field([], max_length=60)
    comment: Line = Field("", max_length=10_000)
    has_conflict: bool = False
    conflict: Line = Field("", max_length=300)
    submit: bool = False
    version: int | None = Field(None, ge=1, le=2**31 - 1)


class ReviewOut(Schema):
    """One's own review."""

    id: int
    version: int
    candidate_id: int
    submitted_on: date | None
    has_conflict: bool
    conflict: str
    comment: str


class ScoreOut(Schema):
    """A score on one criterion."""

    criterion_id: int
    value: Decimal
    comment: str


class OwnReviewOut(ReviewOut):
    """One's own review with its scores."""

    scores: list[ScoreOut]

    @staticmethod
    def resolve_scores(review: Review) -> list[Any]:
        return list(review.scores.all())


class CandidateOut(Schema):
    """A project under appraisal."""

    id: int
    activity_id: int
    reference: str = Field(alias="activity.reference")


class ResultOut(Schema):
    """A project with its mean scores (by the criteria in order), values from 0 to 100 and ranks by
    method, and the largest standard deviation of its reviewers."""

    activity_id: int
    scores: list[float]
    spread: list[float]
    reviews: list[int]
    values: dict[str, Decimal]
    ranks: dict[str, int]
    disagreement: float


class ResultsOut(Schema):
    """What the reviews that count say; ``agreement`` is Kendall's W."""

    criterion_ids: list[int]
    weights: list[float]
    consistency_ratio: float | None
    agreement: float | None
    rows: list[ResultOut]
    unscored_activity_ids: list[int]
    late_reviews: int
    conflicts: int
    awaited_reviews: int


@router.get("/appraisals", response={200: list[AppraisalOut], **PROBLEMS})
@paginate(Paged)
def list_appraisals(request: HttpRequest) -> QuerySet[Appraisal]:
    """Appraisals the caller may see."""
    return queries.appraisals(reader_of(request))


@router.post("/appraisals", response={201: AppraisalOut, **PROBLEMS})
def open_appraisal(request: HttpRequest, body: AppraisalIn) -> Status[Appraisal]:
    """Open an appraisal."""
    reader = reader_of(request)
    rows = queries.appraisals(reader)
    published = queries.published_criteria(reader)

    def act() -> Appraisal:
        made = appraising.open_appraisal(
            by=reader,
            criteria_set=pick(published, body.criteria_set_id, "criteria_set_id"),
            owner=pick(Organisation.objects.filter(is_workspace=True), body.owner_id, "owner_id"),
            activities=pick_all(
                Activity.objects.visible_to(reader), body.activity_ids, "activity_ids"
            ),
            reviewers=pick_all(colleagues(reader), body.reviewer_ids, "reviewer_ids"),
            budget=decimal(body.budget),
            shared_with=organisations(body.shared_with_ids, "shared_with_ids"),
            **body.model_dump(include={"title", "due_on", "currency", "visibility"}),
        )
        return fetch(rows, made.pk)

    return Status(201, write_once(request, body, rows, act))


@router.get("/appraisals/{pk}", response={200: AppraisalOut, **PROBLEMS})
def get_appraisal(request: HttpRequest, pk: Id) -> Appraisal:
    """One appraisal."""
    return fetch(queries.appraisals(reader_of(request)), pk)


@router.post("/appraisals/{pk}", response={200: AppraisalOut, **PROBLEMS})
def change_appraisal(request: HttpRequest, pk: Id, body: AppraisalChange) -> Appraisal:
    """Change the facts of an appraisal until it is closed."""
    reader = reader_of(request)
    rows = queries.appraisals(reader)
    found = fetch(rows, pk)

    def act() -> Appraisal:
        fields = changes(body, "criteria_set_id", "budget")
        if body.criteria_set_id is not None:
            published = queries.published_criteria(reader)
            fields["criteria_set"] = pick(published, body.criteria_set_id, "criteria_set_id")
        if body.budget is not None:
            fields["budget"] = decimal(body.budget or None)
        appraising.change_appraisal(found, by=reader, **fields)
        return fetch(rows, pk)

    return write_once(request, body, rows, act)


@router.post("/appraisals/{pk}/candidates", response={200: AppraisalOut, **PROBLEMS})
def set_candidates(request: HttpRequest, pk: Id, body: CandidatesIn) -> Appraisal:
    """Appraise exactly these projects."""
    reader = reader_of(request)
    rows = queries.appraisals(reader)
    found = fetch(rows, pk)

    def act() -> Appraisal:
        wanted = pick_all(Activity.objects.visible_to(reader), body.activity_ids, "activity_ids")
        appraising.set_candidates(found, wanted, by=reader, version=body.version)
        return fetch(rows, pk)

    return write_once(request, body, rows, act)


@router.get("/appraisals/{pk}/reviewers", response={200: list[ReviewerOut], **PROBLEMS})
@paginate(Paged)
def list_reviewers(request: HttpRequest, pk: Id) -> QuerySet[Reviewer]:
    """Who is asked for reviews; nobody for those who do not work in its organisation."""
    reader = reader_of(request)
    found = fetch(queries.appraisals(reader), pk)
    rows = queries.reviewers(reader).filter(appraisal=found)
    return rows if reader.role_in(found.owner_id) is not None else rows.none()


@router.post("/appraisals/{pk}/reviewers", response={201: ReviewerOut, **PROBLEMS})
def add_reviewer(request: HttpRequest, pk: Id, body: ReviewerIn) -> Status[Reviewer]:
    """Ask a person for reviews."""
    reader = reader_of(request)
    found = fetch(queries.appraisals(reader), pk)

    def act() -> Reviewer:
        user: Any = pick(colleagues(reader), body.user_id, "user_id")
        return appraising.add_reviewer(
            found,
            by=reader,
            user=user,
            due_on=body.due_on,
            version=body.version,
        )

    return Status(201, write_once(request, body, queries.reviewers(reader), act))


@router.post("/reviewers/{pk}", response={200: ReviewerOut, **PROBLEMS})
def change_reviewer(request: HttpRequest, pk: Id, body: ReviewerChange) -> Reviewer:
    """Give a person another deadline."""
    rows = queries.reviewers(reader_of(request))
    found = fetch(rows, pk)
    return write_once(
        request,
        body,
        rows,
        lambda: appraising.change_reviewer(found, by=reader_of(request), **body.model_dump()),
    )


@router.delete("/reviewers/{pk}", response={200: Gone, **PROBLEMS})
def remove_reviewer(request: HttpRequest, pk: Id) -> Gone:
    """No longer ask a person who has written nothing."""
    found = fetch(queries.reviewers(reader_of(request)), pk)
    appraising.remove_reviewer(found, by=reader_of(request))
    return Gone()


@router.get("/appraisals/{pk}/candidates", response={200: list[CandidateOut], **PROBLEMS})
@paginate(Paged)
def list_candidates(request: HttpRequest, pk: Id) -> QuerySet[Any]:
    """The projects of an appraisal that the caller may see."""
    appraisal = fetch(queries.appraisals(reader_of(request)), pk)
    return queries.candidates(reader_of(request)).filter(appraisal=appraisal)


@router.get("/candidates/{pk}/review", response={200: OwnReviewOut, **PROBLEMS})
def get_review(request: HttpRequest, pk: Id) -> Review:
    """One's own review of a project, with its scores."""
    found = queries.own_review(
        fetch(queries.candidates(reader_of(request)), pk), reader_of(request)
    )
    if found is None:
        raise Missing("You have written no review of this project.")
    return found


@router.post("/candidates/{pk}/review", response={200: ReviewOut, **PROBLEMS})
def write_review(request: HttpRequest, pk: Id, body: ReviewIn) -> Review:
    """Write one's own review of a project, or submit it."""
    reader = reader_of(request)
    candidate = fetch(queries.candidates(reader), pk)
    scores = {
        item.criterion_id: appraising.Given(Decimal(item.value), item.comment)
        for item in body.scores
    }
    rows = candidate.reviews.filter(reviewer__user=reader.user_id or 0)

    def act() -> Review:
        fields = body.model_dump(exclude={"scores"})
        return appraising.write_review(
            candidate, by=reader, today=localdate(), scores=scores, **fields
        )

    return write_once(request, body, rows, act)


@router.get("/appraisals/{pk}/results", response={200: ResultsOut, **PROBLEMS})
def get_results(request: HttpRequest, pk: Id) -> dict[str, Any]:
    """What the reviews say so far, by all methods."""
    reader = reader_of(request)
    obj = fetch(queries.appraisals(reader), pk)
    require(rules.may_see_results(obj, reader))
    found = appraised(obj)
    judged = found.weighed.judged
    return {
        "criterion_ids": [item.pk for item in found.criteria],
        "weights": found.weighed.weights,
        "consistency_ratio": judged.ratio if judged else None,
        "agreement": found.agreement,
        "rows": [
            {
                "activity_id": row.candidate.activity_id,
                "scores": row.scores,
                "spread": row.spread,
                "reviews": row.given,
                "values": row.values,
                "ranks": row.ranks,
                "disagreement": row.disagreement,
            }
            for row in found.rows
        ],
        "unscored_activity_ids": [item.activity_id for item in found.unscored],
        "late_reviews": len(found.late),
        "conflicts": len(found.conflicts),
        "awaited_reviews": len(found.awaited),
    }


@router.post("/appraisals/{pk}/close", response={200: AppraisalOut, **PROBLEMS})
def close_appraisal(request: HttpRequest, pk: Id, body: SeenOf) -> Appraisal:
    """Take no more scores."""
    return _passed(request, pk, body, appraising.close_appraisal)


@router.post("/appraisals/{pk}/reopen", response={200: AppraisalOut, **PROBLEMS})
def reopen_appraisal(request: HttpRequest, pk: Id, body: SeenOf) -> Appraisal:
    """Take scores again; what was chosen from the old ones stays as it is."""
    return _passed(request, pk, body, appraising.reopen_appraisal)


def _passed(request: HttpRequest, pk: int, body: SeenOf, pass_on: Any) -> Appraisal:
    rows = queries.appraisals(reader_of(request))
    found = fetch(rows, pk)

    def act() -> Appraisal:
        pass_on(found, by=reader_of(request), version=body.version)
        return fetch(rows, pk)

    return write_once(request, body, rows, act)
