"""A brief as PDF/UA-1: tagged, with its fonts inside, laid out by ``documents/brief.typ``."""

import json
from dataclasses import asdict
from pathlib import Path

from appui.publishing.content import Brief, Pictures, note_parts
from appui.ui.typesetting import to_pdf

TEMPLATE = Path(__file__).resolve().parent / "documents" / "brief.typ"


def render_pdf(brief: Brief, pictures: Pictures) -> bytes:
    """The document; nothing but the template is read as markup, nothing is fetched."""
    inputs = {"brief": json.dumps(_words(brief), ensure_ascii=False)}
    drawn = {"chart": pictures.chart_svg, "map": pictures.map_svg}
    inputs |= {name: svg for name, svg in drawn.items() if svg is not None}
    return to_pdf(TEMPLATE, inputs)


def _words(brief: Brief) -> dict[str, object]:
    """What the template reads: the brief without the data of its drawings."""
    words = {
        name: getattr(brief, name)
        for name in ("reference", "language", "direction", "owner", "donor", "as_of_text")
    }
    return words | {
        "title": asdict(brief.title),
        "words": asdict(brief.words),
        "sections": [asdict(section) for section in brief.sections],
        "sources": [
            {"number": note.number, "parts": note_parts(note), "url": note.url}
            for note in brief.sources
        ],
        "pictures": {
            name: {
                "title": drawn.title,
                "caption": drawn.caption,
                "alt": drawn.alt,
                "source_numbers": drawn.source_numbers,
            }
            for name, drawn in (("chart", brief.chart), ("map", brief.map))
            if drawn is not None
        },
    }
