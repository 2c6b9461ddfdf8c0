"""The brief over the API."""

from datetime import date
from typing import Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router, Schema

from appui.kernel.api import PROBLEMS, Id, Key, fetch, reader_of
from appui.needs.queries import needs_with_lines
from appui.publishing.brief import assemble_brief
from appui.publishing.content import Brief
from appui.publishing.documents import brief_document
from appui.publishing.queries import donor_of

router = Router(tags=["publishing"])
Language = Literal["fr", "en", "es", "ar"]


class TextOut(Schema):
    """A sentence with the numbers of its sources."""

    text: str
    language: str
    direction: str
    source_numbers: list[int]


class BriefFigureOut(Schema):
    """A figure as printed."""

    label: str
    value_text: str
    unit: str
    when: str
    source_numbers: list[int]


class BriefRowOut(Schema):
    """A line of a table."""

    cells: list[str]
    source_numbers: list[int]
    is_total: bool


class TableOut(Schema):
    """A table as printed."""

    columns: list[str]
    rows: list[BriefRowOut]


class SectionOut(Schema):
    """A part of the brief."""

    key: str
    title: str
    texts: list[TextOut]
    figures: list[BriefFigureOut]
    remarks: list[TextOut]
    table: TableOut | None
    not_stated: str


class BriefSourceOut(Schema):
    """A numbered source."""

    number: int
    publisher: str
    title: str
    published: str
    page: str
    url: str


class BriefOut(Schema):
    """A brief as text, in the language asked."""

    reference: str
    language: str
    direction: str
    title: TextOut
    owner: str
    donor: str
    as_of: date
    sections: list[SectionOut]
    sources: list[BriefSourceOut]


class BriefIn(Schema):
    """How the brief is wanted; ``donor`` is the key of an organisation."""

    language: Language = "en"
    format: Literal["json", "pdf", "docx"] = "json"
    donor: Key | None = None


FILES = {
    "application/pdf": {"schema": {"type": "string", "format": "binary"}},
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": {
        "schema": {"type": "string", "format": "binary"}
    },
}


@router.get(
    "/needs/{pk}/brief",
    response={200: BriefOut, **PROBLEMS},
    openapi_extra={"responses": {200: {"content": FILES}}},
)
def get_brief(request: HttpRequest, pk: Id, asked: Query[BriefIn]) -> Brief | HttpResponse:
    """The two-page brief of a need: as text, or as a file to print or to edit."""
    reader = reader_of(request)
    need = fetch(needs_with_lines(reader), pk)
    donor = donor_of(need, reader, str(asked.donor or ""))
    today = timezone.localdate()
    brief = assemble_brief(need, reader=reader, language=asked.language, donor=donor, today=today)
    if asked.format == "json":
        return brief
    document = brief_document(brief, asked.format)
    return HttpResponse(document.content, content_type=document.content_type)
