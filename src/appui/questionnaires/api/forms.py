"""Forms and their versions over the API."""

from typing import Annotated, Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.timezone import localdate
from ninja import Query, Router, Status
from ninja.pagination import paginate

from appui.kernel.api import PROBLEMS, Id, Paged, fetch, pick, reader_of, write_once
from appui.kernel.errors import Missing
from appui.questionnaires import documents, queries
from appui.questionnaires.actions import editing
from appui.questionnaires.api.schemas import (
    FormContentIn,
    FormContentOut,
    FormDifferenceOut,
    FormFacts,
    FormIn,
    FormOut,
    FormVersionOut,
)
from appui.questionnaires.differences import differences
from appui.questionnaires.documents import FormDocument
from appui.questionnaires.models import Form, FormVersion, Purpose
from appui.registry.models import Organisation
from appui.registry.ownership import changes, organisations

router = Router(tags=["questionnaires"])


@router.get("/forms", response={200: list[FormOut], **PROBLEMS})
@paginate(Paged)
def list_forms(request: HttpRequest, purpose: Purpose | None = None) -> QuerySet[Form]:
    """Forms the caller may see."""
    rows = queries.forms(reader_of(request))
    return rows.filter(purpose=purpose) if purpose else rows


@router.get("/forms/{pk}", response={200: FormOut, **PROBLEMS})
def get_form(request: HttpRequest, pk: Id) -> Form:
    """One form."""
    return fetch(queries.forms(reader_of(request)), pk)


@router.post("/forms", response={201: FormOut, **PROBLEMS})
def make_form(request: HttpRequest, body: FormIn) -> Status[Form]:
    """Record a form with what its first draft asks."""
    reader = reader_of(request)

    def act() -> Form:
        workspaces = Organisation.objects.filter(is_workspace=True)
        owner = pick(workspaces, body.owner_id, "owner_id")
        document = FormDocument(**body.model_dump(include=set(FormDocument.model_fields)))
        return editing.import_form(
            document,
            by=reader,
            owner=owner,  # type: ignore[arg-type]  # pick gives None for None only
            shared_with=organisations(body.shared_with_ids, "shared_with_ids"),
            visibility=body.visibility,
            reference=body.reference or "",
        )

    made = write_once(request, body, queries.forms(reader), act)
    return Status(201, fetch(queries.forms(reader), made.pk))


@router.post("/forms/{pk}", response={200: FormOut, **PROBLEMS})
def change_form(request: HttpRequest, pk: Id, body: FormFacts) -> Form:
    """Change the facts of a form."""
    form = fetch(queries.forms(reader_of(request)), pk)
    return editing.change_form(form, by=reader_of(request), **changes(body))


@router.post("/forms/{pk}/drafts", response={201: FormContentOut, **PROBLEMS})
def draft_version(request: HttpRequest, pk: Id) -> Status[dict[str, Any]]:
    """Copy the latest version into a new draft."""
    form = fetch(queries.forms(reader_of(request)), pk)
    return Status(201, _whole(editing.draft_version(form, by=reader_of(request))))


@router.get("/form-versions/{pk}", response={200: FormContentOut, **PROBLEMS})
def get_version(request: HttpRequest, pk: Id) -> dict[str, Any]:
    """One version with what it asks."""
    return _whole(_version(request, pk))


@router.post("/form-versions/{pk}", response={200: FormContentOut, **PROBLEMS})
def write_version(request: HttpRequest, pk: Id, body: FormContentIn) -> dict[str, Any]:
    """Let a draft ask this and nothing else."""
    draft = _version(request, pk)
    written = editing.write_content(draft, body, by=reader_of(request), version=body.version)
    return _whole(written)


@router.post("/form-versions/{pk}/publish", response={200: FormVersionOut, **PROBLEMS})
def publish_version(request: HttpRequest, pk: Id) -> FormVersion:
    """Freeze a draft and let it be filled in."""
    return editing.publish_version(_version(request, pk), by=reader_of(request), today=localdate())


@router.post("/form-versions/{pk}/discard", response={200: FormOut, **PROBLEMS})
def discard_draft(request: HttpRequest, pk: Id) -> Form:
    """Remove a draft that follows a published version."""
    form = editing.discard_draft(_version(request, pk), by=reader_of(request))
    return fetch(queries.forms(reader_of(request)), form.pk)


@router.get("/form-versions/{pk}/document", response={200: FormDocument, **PROBLEMS})
def get_document(request: HttpRequest, pk: Id) -> FormDocument:
    """The form with what this version asks, as data for another office."""
    return documents.document_of(_version(request, pk))


@router.get("/form-versions/{pk}/differences", response={200: list[FormDifferenceOut], **PROBLEMS})
def get_differences(
    request: HttpRequest, pk: Id, since: Annotated[int, Query(ge=1, le=32_767)] = 1
) -> list[dict[str, Any]]:
    """What this version asks otherwise than version number ``since`` of its form."""
    version = _version(request, pk)
    before = queries.versions(reader_of(request)).filter(form=version.form_id, number=since).first()
    if before is None:
        raise Missing(f"There is no version {since} of this form that you may see.")
    return [
        {
            "kind": found.kind,
            "number": found.number,
            "code": found.question.code,
            "details": [(str(item.label), item.before, item.after) for item in found.details],
        }
        for found in differences(before, version)
    ]


def _version(request: HttpRequest, pk: int) -> FormVersion:
    return fetch(queries.versions(reader_of(request)), pk)


def _whole(version: FormVersion) -> dict[str, Any]:
    names = ("id", "version", "number", "status", "published_on", "form_id")
    facts = {name: getattr(version, name) for name in names}
    return {**facts, "content": documents.content_of(version)}
