"""What the API takes and gives of questionnaires."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from ninja import Field, Schema

from appui.kernel.api import Key
from appui.questionnaires.documents import FormContent, FormDocument
from appui.questionnaires.models import (
    Consultation,
    Form,
    FormVersion,
    PriorityState,
    Purpose,
    Urgency,
)
from appui.registry.models import Visibility
from appui.registry.ownership import Keys, OwnershipChange

Text = dict[str, str]
ABOUT = r"^[a-z_]{1,40}\.[a-z_]{1,40}:[0-9]{1,18}$"
PlaceCode = Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{2,12}$")]


class FormVersionOut(Schema):
    """One version of a form, without what it asks."""

    id: int
    version: int
    number: int
    status: str
    published_on: date | None


class FormOut(Schema):
    """A form with its versions, the latest first."""

    id: int
    version: int
    reference: str
    title: Text
    summary: Text
    purpose: str
    owner_id: int
    visibility: str
    versions: list[FormVersionOut]

    @staticmethod
    def resolve_versions(form: Form) -> list[FormVersion]:
        return list(form.versions.all())


class FormIn(FormDocument):
    """A new form with what its first draft asks; without a reference one is given."""

    reference: str | None = Field(None, min_length=1, max_length=40, pattern=r"^[-a-zA-Z0-9_]+$")
    owner_id: Key
    visibility: Visibility = Visibility.PRIVATE
    shared_with_ids: Keys = []


class FormFacts(OwnershipChange):
    """The facts of a form that are to change; what is left out stays."""

    reference: str | None = Field(None, min_length=1, max_length=40, pattern=r"^[-a-zA-Z0-9_]+$")
    title: Text | None = None
    summary: Text | None = None
    purpose: Purpose | None = None


class FormContentOut(FormVersionOut):
    """One version with what it asks."""

    form_id: int
    content: FormContent


class FormContentIn(FormContent):
    """What a draft is to ask, all of it; ``version`` is the one that was read."""

    version: int | None = None


class FormDifferenceOut(Schema):
    """One question that is new, gone or changed; ``details`` are label, before, after."""

    kind: str
    number: str
    code: str
    details: list[tuple[str, str, str]]


class ResponseScoreOut(Schema):
    """A weighted mean and what it leaves out."""

    value: Decimal | None
    counted: int
    unanswered: int
    unknown: int


class SectionScoreOut(ResponseScoreOut):
    """The score of one section."""

    section: str


class ResponseOut(Schema):
    """A form filled in about a record; ``answers`` by the code of their question."""

    id: int
    version: int
    form_id: int = Field(alias="form_version.form_id")
    form_version_id: int
    about: str = Field(alias="about_reference")
    about_label: Text = Field(alias="about_shown")
    made_on: date
    answered_by: str
    note: str
    status: str
    submitted_on: date | None
    approved_on: date | None
    approved_by: str
    score: Decimal | None
    owner_id: int
    visibility: str
    answers: dict[str, Any]


class ResponseScoresOut(Schema):
    """The scores of a response: the whole and each section."""

    overall: ResponseScoreOut
    sections: list[SectionScoreOut]
    weak: list[str]


class ResponseIn(Schema):
    """A new response to a published version, about a record the caller sees."""

    form_version_id: Key
    about: str = Field(pattern=ABOUT, examples=["registry.location:12"])
    made_on: date
    answered_by: str = Field("", max_length=200)
    note: str = Field("", max_length=10_000)
    owner_id: Key
    visibility: Visibility = Visibility.PRIVATE
    shared_with_ids: Keys = []
    answers: dict[str, Any] = {}


class ResponseChange(OwnershipChange):
    """What is to change of a draft beside its answers; what is left out stays."""

    made_on: date | None = None
    answered_by: str | None = Field(None, max_length=200)
    note: str | None = Field(None, max_length=10_000)


class AnswersIn(Schema):
    """Answers to keep; those left out stay, null takes one away."""

    version: int | None = None
    answers: dict[str, Any]


class ResponseSubmitIn(Schema):
    """Codes of the weak questions that become priorities; null for all of them."""

    version: int | None = None
    priorities: list[str] | None = None


class PriorityOut(Schema):
    """What a weak answer says should be worked on."""

    id: int
    version: int
    title: Text
    response_id: int
    question: str = Field(alias="question.code")
    answer_score: Decimal
    urgency: str
    state: str
    reason: str
    plan_label: str
    plan_url: str
    owner_id: int
    visibility: str


class PriorityFacts(OwnershipChange):
    """What is to change of a priority; what is left out stays."""

    title: Text | None = None
    urgency: Urgency | None = None


class PriorityMoveIn(Schema):
    """Where a priority goes: dropping wants a reason, planning the item that takes it up."""

    version: int | None = None
    state: PriorityState
    reason: str = Field("", max_length=2000)
    plan_label: str = Field("", max_length=300)
    plan_url: str = Field("", max_length=500)


class ConsultationFacts(Schema):
    """What was asked and said, and who was heard; null is “not stated”, which is not zero."""

    title: Text
    starts_on: date
    ends_on: date | None = None
    places: list[PlaceCode] = Field([], max_length=60)
    asked: Text
    said: Text
    people: int | None = Field(None, ge=0, le=2**31 - 1)
    women: int | None = Field(None, ge=0, le=2**31 - 1)
    men: int | None = Field(None, ge=0, le=2**31 - 1)
    youth: int | None = Field(None, ge=0, le=2**31 - 1)
    with_disabilities: int | None = Field(None, ge=0, le=2**31 - 1)
    organisation_ids: list[Key] = Field([], max_length=200)
    note: str = Field("", max_length=10_000)
    visibility: Visibility = Visibility.PRIVATE


class ConsultationIn(ConsultationFacts):
    """A new consultation; ``about`` names the record it is about, if any."""

    about: str | None = Field(None, pattern=ABOUT)
    owner_id: Key
    shared_with_ids: Keys = []


class ConsultationChange(ConsultationFacts):
    """All the facts of a consultation anew; ``version`` is the one that was read."""

    version: int | None = None
    owner_id: Key | None = None
    shared_with_ids: Keys | None = None


class ConsultationOut(Schema):
    """A consultation with its shares, null unless both numbers are stated."""

    id: int
    version: int
    title: Text
    starts_on: date
    ends_on: date | None
    places: list[str]
    asked: Text
    said: Text
    people: int | None
    women: int | None
    men: int | None
    youth: int | None
    with_disabilities: int | None
    women_share: Decimal | None
    youth_share: Decimal | None
    organisation_ids: list[int]
    note: str
    about: str = Field(alias="about_reference")
    owner_id: int
    visibility: str

    @staticmethod
    def resolve_places(row: Consultation) -> list[str]:
        return [place.code for place in row.places.all()]

    @staticmethod
    def resolve_organisation_ids(row: Consultation) -> list[int]:
        return [one.pk for one in row.organisations.all()]


class StatedOut(Schema):
    """The sum of one number over those that state it; ``part`` and ``whole`` sum those that also
    state the people heard."""

    total: int
    stated: int
    part: int
    whole: int


class HeardOut(Schema):
    """Who was heard in several consultations; what is not stated is in no sum."""

    consultations: int
    people: StatedOut
    women: StatedOut
    men: StatedOut
    youth: StatedOut
    with_disabilities: StatedOut
