"""Papers, their versions and comments over the API."""

from datetime import datetime
from typing import Annotated, Any

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Field, Query, Router, Schema, Status
from ninja.pagination import paginate

from appui.design import actions, queries
from appui.design.models import Comment, Paper, PaperVersion
from appui.design.models.papers import LONGEST
from appui.kernel.api import PROBLEMS, Id, Key, Paged, fetch, pick, reader_of, write_once
from appui.kernel.errors import Invalid, Missing
from appui.portfolio.models import Activity
from appui.registry.models import Visibility
from appui.registry.ownership import Keys, organisations

router = Router()
Title = Annotated[str, Field(min_length=1, max_length=300, pattern=r"^[^\x00]*$")]
Number = Annotated[int | None, Query(ge=1, le=2**31 - 1)]
LANGUAGE = r"^(fr|en|es|ar)$"


class PaperOut(Schema):
    """A paper; ``last_version`` is null while only the draft exists."""

    id: int
    version: int
    activity_id: int
    template_id: int
    title: str = Field(alias="shown_title")
    language: str
    owner_id: int
    visibility: str
    last_version: int | None


class PaperSectionOut(Schema):
    """A section of the draft."""

    id: int
    title: dict[str, str]
    guidance: dict[str, str]
    expected_words: int | None
    text: str


class PaperDraftOut(PaperOut):
    """A paper with its draft, which is empty for those outside its organisation."""

    title: str
    sections: list[PaperSectionOut]


class PaperIn(Schema):
    """A new paper about a project, with the sections of its template."""

    template_id: Key
    title: Title
    language: str = Field(pattern=LANGUAGE)
    visibility: Visibility = Visibility.PRIVATE
    shared_with_ids: Keys = []


class PaperChange(Schema):
    """What changes of a draft: ``texts`` by the key of the section; the rest stays."""

    version: int | None = None
    title: Title | None = None
    language: str | None = Field(None, pattern=LANGUAGE)
    visibility: Visibility | None = None
    shared_with_ids: Keys | None = None
    texts: dict[int, Annotated[str, Field(max_length=LONGEST)]] = {}


class PaperVersionOut(Schema):
    """A published version; it never changes."""

    id: int
    number: int
    title: str
    sections: list[dict[str, Any]]
    note: str
    published_at: datetime


class PaperVersionIn(Schema):
    """Freeze the draft; ``version`` is that of the paper as it was read."""

    version: int | None = None
    note: Annotated[str, Field(max_length=300, pattern=r"^[^\x00]*$")] = ""


class DifferencePiece(Schema):
    """A run of text: the same, added or removed."""

    change: str
    text: str


class SectionDifferenceOut(Schema):
    """What differs in one section; ``state`` tells a section that only one side has."""

    title: str = Field(alias="heading.text")
    state: str
    added: int
    removed: int
    pieces: list[DifferencePiece]


class PaperCommentOut(Schema):
    """A comment, or with ``answers_id`` a reply to one."""

    id: int
    version: int
    section_id: int
    answers_id: int | None
    text: str
    author: str
    created_at: datetime
    resolved_at: datetime | None
    resolved_by: str


class PaperCommentIn(Schema):
    """A new comment on a section, or a reply."""

    section_id: Key
    answers_id: Key | None = None
    text: Annotated[str, Field(min_length=1, max_length=4000, pattern=r"^[^\x00]*$")]


class ResolvedIn(Schema):
    """Whether a comment is dealt with."""

    resolved: bool
    version: int | None = None


@router.get("/papers", response={200: list[PaperOut], **PROBLEMS})
@paginate(Paged)
def list_papers(request: HttpRequest) -> QuerySet[Paper]:
    """Papers the caller may see."""
    return queries.papers(reader_of(request))


@router.get("/papers/{pk}", response={200: PaperDraftOut, **PROBLEMS})
def get_paper(request: HttpRequest, pk: Id) -> dict[str, Any]:
    """One paper with its draft."""
    return _with_draft(request, _paper(request, pk))


@router.post("/activities/{pk}/papers", response={201: PaperDraftOut, **PROBLEMS})
def write_paper(request: HttpRequest, pk: Id, body: PaperIn) -> Status[dict[str, Any]]:
    """Begin a paper about a project."""
    reader = reader_of(request)
    rows = queries.papers(reader)
    seen = Activity.objects.visible_to(reader)
    activity = fetch(seen.select_related("owner"), pk)

    def act() -> Paper:
        template = pick(queries.templates(reader), body.template_id, "template_id")
        if template is None:
            raise Invalid("Say which template.", {"template_id": "Say which template."})
        fields = body.model_dump(exclude={"template_id", "shared_with_ids"})
        fields["shared_with"] = organisations(body.shared_with_ids, "shared_with_ids")
        return fetch(rows, actions.write_paper(activity, template, by=reader, **fields).pk)

    return Status(201, _with_draft(request, write_once(request, body, rows, act)))


@router.patch("/papers/{pk}", response={200: PaperDraftOut, **PROBLEMS})
def save_draft(request: HttpRequest, pk: Id, body: PaperChange) -> dict[str, Any]:
    """Save the draft."""
    rows, paper = queries.papers(reader_of(request)), _paper(request, pk)

    def act() -> Paper:
        fields = body.model_dump(exclude={"shared_with_ids"}, exclude_none=True)
        if body.shared_with_ids is not None:
            fields["shared_with"] = organisations(body.shared_with_ids, "shared_with_ids")
        return fetch(rows, actions.save_draft(paper, by=reader_of(request), **fields).pk)

    return _with_draft(request, write_once(request, body, rows, act))


@router.get("/papers/{pk}/versions", response={200: list[PaperVersionOut], **PROBLEMS})
@paginate(Paged)
def list_versions(request: HttpRequest, pk: Id) -> QuerySet[PaperVersion]:
    """The published versions, newest first."""
    return queries.versions(_paper(request, pk))


@router.post("/papers/{pk}/versions", response={201: PaperVersionOut, **PROBLEMS})
def publish(request: HttpRequest, pk: Id, body: PaperVersionIn) -> Status[PaperVersion]:
    """Freeze the draft as the next version."""
    paper = _paper(request, pk)
    return Status(
        201,
        write_once(
            request,
            body,
            queries.versions(paper),
            lambda: actions.publish(paper, by=reader_of(request), **body.model_dump()),
        ),
    )


@router.get("/papers/{pk}/differences", response={200: list[SectionDifferenceOut], **PROBLEMS})
def list_differences(
    request: HttpRequest, pk: Id, before: Number = None, after: Number = None
) -> list[queries.SectionDifference]:
    """Words added and removed between two published versions, section by section.

    Without ``after`` the last version, without ``before`` the one before that.
    """
    paper = _paper(request, pk)
    sides = {version.number: version.sections for version in queries.versions(paper)}
    later = after or max(sides, default=1)
    earlier = before or max(later - 1, 1)
    for number in (earlier, later):
        if number not in sides:
            raise Missing(f"There is no version {number} of this paper.")
    return queries.differences(paper, sides[earlier], sides[later])


@router.get("/papers/{pk}/comments", response={200: list[PaperCommentOut], **PROBLEMS})
@paginate(Paged)
def list_comments(request: HttpRequest, pk: Id) -> QuerySet[Comment]:
    """Comments on the draft; none for those outside its organisation."""
    paper = _paper(request, pk)
    return queries.comments(reader_of(request)).filter(section__paper=paper)


@router.post("/papers/{pk}/comments", response={201: PaperCommentOut, **PROBLEMS})
def add_comment(request: HttpRequest, pk: Id, body: PaperCommentIn) -> Status[Comment]:
    """Comment on a section, or reply."""
    reader, paper = reader_of(request), _paper(request, pk)
    rows = queries.comments(reader).filter(section__paper=paper)

    def act() -> Comment:
        sections = queries.paper_sections(reader).filter(paper=paper)
        section = pick(sections, body.section_id, "section_id")
        answers = pick(rows.filter(section=section), body.answers_id, "answers_id")
        if section is None:
            raise Invalid("Say which section.", {"section_id": "Say which section."})
        return actions.add_comment(section, by=reader, text=body.text, answers=answers)

    return Status(201, write_once(request, body, rows, act))


@router.post("/comments/{pk}/resolve", response={200: PaperCommentOut, **PROBLEMS})
def settle_comment(request: HttpRequest, pk: Id, body: ResolvedIn) -> Comment:
    """Resolve a comment or open it again."""
    rows = queries.comments(reader_of(request))
    comment = fetch(rows, pk)
    return write_once(
        request,
        body,
        rows,
        lambda: actions.settle(comment, by=reader_of(request), **body.model_dump()),
    )


def _paper(request: HttpRequest, pk: int) -> Paper:
    return fetch(queries.papers(reader_of(request)), pk)


def _with_draft(request: HttpRequest, paper: Any) -> dict[str, Any]:
    """A paper as ``PaperDraftOut`` takes it."""
    names = [name for name in PaperOut.model_fields if name not in ("id", "title")]
    sections = queries.paper_sections(reader_of(request)).filter(paper=paper)
    shown = {name: getattr(paper, name) for name in names}
    return {
        "id": paper.pk,
        "title": paper.shown_title,
        **shown,
        "sections": list(sections.order_by("position", "pk")),
    }
