"""Reading a brief back: what is printed, in which format."""

import io
import re

from docx import Document
from pypdf import PdfReader


def squeezed(text):
    """Without white space, break opportunities and direction marks: the layout does not matter."""
    return re.sub(r"[\s\u200b\u202a-\u202e\u2060\u2066-\u2069]+", "", text)


def pdf_text(pdf):
    return squeezed("".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages))


def docx_text(docx):
    body = Document(io.BytesIO(docx)).element.body
    return squeezed("".join(node.text or "" for node in body.iter() if node.tag.endswith("}t")))


def printed(brief):
    """Every figure of a brief in reading order: ``(its text, the numbers of its sources)``."""
    drawn = {"chart": brief.chart, "map": brief.map}
    if re.search(r"\d", brief.title.text):
        yield brief.title.text, brief.title.source_numbers
    for section in brief.sections:
        for text in section.texts:
            if section.key == "problem" or (
                re.search(r"\d", text.text) and section.key != "contact"
            ):
                yield text.text, text.source_numbers
        for figure in section.figures:
            yield figure.value_text, figure.source_numbers
        for remark in section.remarks:
            yield remark.text, remark.source_numbers
        if drawn.get(section.picture):
            yield section.picture, drawn[section.picture].source_numbers
        for row in section.table.rows if section.table else ():
            yield row.cells[-1], row.source_numbers


def words(brief):
    """Every text of the parts, whatever it says."""
    for section in brief.sections:
        yield section.title
        yield section.not_stated
        yield from (text.text for text in (*section.texts, *section.remarks))
        for figure in section.figures:
            yield from (figure.label, figure.value_text, figure.unit, figure.when)
        if section.table:
            yield from section.table.columns
            for row in section.table.rows:
                yield from row.cells
