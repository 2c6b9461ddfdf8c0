"""What activities are connected with, over the API."""

from datetime import datetime
from typing import Annotated, Any

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Field, Router, Schema, Status
from ninja.pagination import paginate

from appui.evidence.models import Source
from appui.kernel.api import PROBLEMS, Id, Key, Paged, fetch, pick, reader_of, write_once
from appui.kernel.errors import Invalid
from appui.kernel.verdict import require
from appui.portfolio import actions, queries, rules
from appui.portfolio.api.activities import ActivityOut, IdentifierOut, Line, whole
from appui.portfolio.models import (
    Activity,
    ActivityDocument,
    ActivityIdentifier,
    RelatedActivity,
    StatusChange,
)
from appui.registry.models import Code

router = Router()
SeenActivity = Annotated[
    int | None, Field(ge=0, le=2**31 - 1, description="The version of the activity seen.")
]


class RelatedActivityOut(Schema):
    """How another activity stands to one: 1 parent, 2 child, 3 sibling, 4 co-funded, 5 third party.

    ``activity_id`` is null where it is known by its identifier alone; ``id`` is null where the tree
    of wholes and parts says it.
    """

    id: int | None
    relation: str
    activity_id: int | None
    reference: str


class RelatedActivityIn(Schema):
    """Another activity by its key or, where it is not recorded, by its IATI identifier."""

    relation: str = Field(pattern=r"^[1-5]$")
    activity_id: Key | None = None
    reference: Line = Field("", max_length=120)
    version: SeenActivity = None


class ActivityDocumentOut(Schema):
    """A document of an activity: a source with IATI's category."""

    id: int
    source_id: int
    title: str = Field(alias="source.title")
    url: str = Field(alias="source.url")
    category: str = Field(alias="category.code")
    language: str | None

    @staticmethod
    def resolve_language(document: ActivityDocument) -> str | None:
        return document.language.code if document.language else None


class ActivityDocumentIn(Schema):
    """A source to attach; ``category`` is of DocumentCategory (A02), ``language`` of ISO 639-1."""

    source_id: Key
    category: Line = Field(max_length=60)
    language: Line | None = Field(None, max_length=60)
    version: SeenActivity = None


class IdentifierIn(Schema):
    """A reference in another system; ``kind`` is of OtherIdentifierType (A1)."""

    scheme: Line = Field(min_length=1, max_length=80)
    code: Line = Field(min_length=1, max_length=120)
    kind: Line | None = Field(None, max_length=60)
    version: SeenActivity = None


class StatusChangeOut(Schema):
    """A state the activity passed to; ``user_name`` is empty for those outside."""

    status: str = Field(alias="status.code")
    at: datetime
    reason: str
    user_name: str


@router.get("/activities/{pk}/related", response={200: list[RelatedActivityOut], **PROBLEMS})
def list_related(request: HttpRequest, pk: Id) -> list[dict[str, Any]]:
    """The activities that stand above, below and beside one, as far as the caller sees them."""
    reader = reader_of(request)
    activity = fetch(Activity.objects.visible_to(reader), pk)
    return [
        {
            "id": item.link.pk if item.link else None,
            "relation": item.code,
            "activity_id": item.other.pk if item.other else None,
            "reference": item.reference,
        }
        for item in queries.relations(activity, reader)
    ]


@router.post("/activities/{pk}/related", response={201: ActivityOut, **PROBLEMS})
def relate(request: HttpRequest, pk: Id, body: RelatedActivityIn) -> Status[Activity]:
    """Say how another activity stands to this one."""
    reader = reader_of(request)
    rows = whole(request)
    activity = fetch(rows, pk)

    def act() -> Activity:
        actions.relate(
            activity,
            by=reader,
            relation=Code.named("RelatedActivityType", body.relation, "relation"),
            other=pick(Activity.objects.visible_to(reader), body.activity_id, "activity_id"),
            reference=body.reference,
            version=body.version,
        )
        return fetch(rows, pk)

    return Status(201, write_once(request, body, rows, act))


@router.delete("/related-activities/{pk}", response={204: None, **PROBLEMS})
def remove_related(request: HttpRequest, pk: Id) -> Status[None]:
    """Take a relation back."""
    return remove_part(request, RelatedActivity, pk)


@router.get("/activities/{pk}/documents", response={200: list[ActivityDocumentOut], **PROBLEMS})
@paginate(Paged)
def list_documents(request: HttpRequest, pk: Id) -> QuerySet[ActivityDocument]:
    """The documents of an activity that the caller may see."""
    activity = fetch(Activity.objects.visible_to(reader_of(request)), pk)
    return queries.documents(reader_of(request)).filter(activity=activity)


@router.post("/activities/{pk}/documents", response={201: ActivityDocumentOut, **PROBLEMS})
def attach_document(
    request: HttpRequest, pk: Id, body: ActivityDocumentIn
) -> Status[ActivityDocument]:
    """Attach a source as a document."""
    reader = reader_of(request)
    activity = fetch(Activity.objects.visible_to(reader), pk)

    def act() -> ActivityDocument:
        source = pick(Source.objects.visible_to(reader), body.source_id, "source_id")
        if source is None:
            raise Invalid("Say which source.", {"source_id": "Say which source."})
        return actions.attach_document(
            activity,
            by=reader,
            source=source,
            category=Code.named("DocumentCategory", body.category, "category"),
            language=Code.named("Language", body.language, "language") if body.language else None,
            version=body.version,
        )

    return Status(201, write_once(request, body, queries.documents(reader), act))


@router.delete("/activity-documents/{pk}", response={204: None, **PROBLEMS})
def remove_document(request: HttpRequest, pk: Id) -> Status[None]:
    """Detach a document; the source stays."""
    return remove_part(request, ActivityDocument, pk)


@router.get("/activities/{pk}/identifiers", response={200: list[IdentifierOut], **PROBLEMS})
@paginate(Paged)
def list_identifiers(request: HttpRequest, pk: Id) -> QuerySet[ActivityIdentifier]:
    """The references of an activity in other systems."""
    activity = fetch(Activity.objects.visible_to(reader_of(request)), pk)
    return activity.identifiers.select_related("kind")


@router.post("/activities/{pk}/identifiers", response={201: IdentifierOut, **PROBLEMS})
def add_identifier(request: HttpRequest, pk: Id, body: IdentifierIn) -> Status[ActivityIdentifier]:
    """Record the reference of an activity in another system."""
    reader = reader_of(request)
    activity = fetch(Activity.objects.visible_to(reader), pk)

    def act() -> ActivityIdentifier:
        kind = Code.named("OtherIdentifierType", body.kind, "kind") if body.kind else None
        return actions.add_identifier(
            activity,
            by=reader,
            scheme=body.scheme,
            code=body.code,
            kind=kind,
            version=body.version,
        )

    rows = queries.parts(ActivityIdentifier, reader)
    return Status(201, write_once(request, body, rows, act))


@router.delete("/activity-identifiers/{pk}", response={204: None, **PROBLEMS})
def remove_identifier(request: HttpRequest, pk: Id) -> Status[None]:
    """Remove a reference in another system."""
    return remove_part(request, ActivityIdentifier, pk)


@router.get("/activities/{pk}/status-history", response={200: list[StatusChangeOut], **PROBLEMS})
def list_status_changes(request: HttpRequest, pk: Id) -> list[StatusChange]:
    """The states an activity passed, the newest first."""
    reader = reader_of(request)
    activity = fetch(Activity.objects.visible_to(reader), pk)
    found = list(queries.status_changes(activity))
    if reader.role_in(activity.owner_id) is None:
        for change in found:
            change.user_name = ""
    return found


def remove_part(request: HttpRequest, model: Any, pk: int) -> Status[None]:
    """Remove what hangs on an activity that the caller may change."""
    reader = reader_of(request)
    part = fetch(queries.parts(model, reader), pk)
    require(rules.may_change(part.activity, reader))
    actions.remove_part(part, by=reader)
    return Status(204, None)
