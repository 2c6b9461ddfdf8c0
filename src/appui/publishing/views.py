"""The brief on a page, and as a file to download."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header, urlencode
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from appui.intelligence.published import published
from appui.intelligence.views.profile import question
from appui.needs.models import Need
from appui.needs.queries import needs_with_lines
from appui.publishing.brief import assemble_brief
from appui.publishing.content import Brief
from appui.publishing.documents import FORMATS, Document, brief_document
from appui.publishing.pictures import as_svg
from appui.publishing.profile import profile_document
from appui.publishing.queries import donor_of, donors_by_name
from appui.registry.models import Organisation
from appui.registry.pages import PageRequest, fetch


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address of a brief asks for."""

    need: Need
    language: str
    donor: Organisation | None

    @property
    def query(self) -> str:
        """The part of an address after the question mark."""
        donor = [("donor", str(self.donor.pk))] if self.donor else []
        return urlencode([("language", self.language), *donor])


@never_cache
@require_safe
def brief(request: PageRequest, pk: int) -> HttpResponse:
    """The brief as it will be printed, in the chosen language, for the chosen donor."""
    asked = _asked(request, pk)
    content = _assemble(request, asked)
    files = [
        (
            extension.upper(),
            f"{reverse('publishing:brief_file', args=[pk, extension])}?{asked.query}",
        )
        for extension in FORMATS
    ]
    context = {
        "need": asked.need,
        "brief": content,
        "pictures": as_svg(content),
        "files": files,
        "brief_languages": settings.LANGUAGES,
        "donors": donors_by_name(asked.need, request.reader),
        "donor": asked.donor,
    }
    return render(request, "publishing/brief.html", context)


@never_cache
@require_safe
def brief_file(request: PageRequest, pk: int, extension: str) -> HttpResponse:
    """The same brief as PDF or DOCX."""
    return _saved(brief_document(_assemble(request, _asked(request, pk)), extension))


def _saved(document: Document) -> HttpResponse:
    """The document as a file to save."""
    response = HttpResponse(document.content, content_type=document.content_type)
    disposition = content_disposition_header(as_attachment=True, filename=document.name)
    response.headers["Content-Disposition"] = disposition or "attachment"
    return response


@never_cache
@require_safe
def donor_profile_file(request: PageRequest) -> HttpResponse:
    """The profile of a donor as PDF, with what the reader's institution has of its own with it."""
    own = (get_language() or settings.LANGUAGE_CODE).split("-")[0]
    language = request.GET.get("language", "") or own
    document = profile_document(
        published(),
        question(request),
        language=language,
        today=timezone.localdate(),
        reader=request.reader,
    )
    return _saved(document)


def _asked(request: PageRequest, pk: int) -> Asked:
    """Raises ``Missing`` for a need that is not for this reader, ``Invalid`` for another donor."""
    need = fetch(needs_with_lines(request.reader), pk=pk)
    own = (get_language() or settings.LANGUAGE_CODE).split("-")[0]
    language = request.GET.get("language", "") or own
    return Asked(need, language, donor_of(need, request.reader, request.GET.get("donor", "")))


def _assemble(request: PageRequest, asked: Asked) -> Brief:
    return assemble_brief(
        asked.need,
        reader=request.reader,
        language=asked.language,
        donor=asked.donor,
        today=timezone.localdate(),
    )
