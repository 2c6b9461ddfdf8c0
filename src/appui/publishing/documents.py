"""A brief as a file: its name, its type, its bytes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.text import get_valid_filename
from django.utils.translation import gettext as _

from appui.kernel.errors import Missing
from appui.publishing.content import Brief
from appui.publishing.docx import render_docx
from appui.publishing.pdf import render_pdf
from appui.publishing.pictures import as_png, as_svg

DOCX_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@dataclass(frozen=True, slots=True)
class Document:
    """A finished file."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class _Format:
    content_type: str
    render: Callable[[Brief], bytes]


FORMATS: Mapping[str, _Format] = {
    "pdf": _Format("application/pdf", lambda brief: render_pdf(brief, as_svg(brief))),
    "docx": _Format(DOCX_TYPE, lambda brief: render_docx(brief, as_png(brief))),
}


def brief_document(brief: Brief, extension: str) -> Document:
    """The brief as ``pdf`` or ``docx``; raises ``Missing`` for any other format."""
    chosen = FORMATS.get(extension)
    if chosen is None:
        raise Missing(
            _("A brief comes as one of these: %(formats)s.") % {"formats": ", ".join(FORMATS)}
        )
    name = get_valid_filename(f"{brief.reference}-{brief.language}.{extension}")
    return Document(name, chosen.content_type, chosen.render(brief))
