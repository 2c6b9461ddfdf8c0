"""A brief as an office document that a person can go on editing.

Real headings, styles, tables and pictures; in Arabic the sections, paragraphs, runs and tables
are marked right-to-left one by one, because Word inherits none of it.
"""

import io
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm

from appui.publishing import docx_styles
from appui.publishing.content import (
    Brief,
    BriefFigure,
    BriefTable,
    ChartData,
    MapData,
    Pictures,
    Section,
    SourceNote,
    Text,
    holds_right_to_left,
    note_parts,
    reads_right_to_left,
)

PICTURE_WIDTHS = {"chart": Cm(10), "map": Cm(8)}


AFTER_BIDI = (
    "w:adjustRightInd",
    "w:snapToGrid",
    "w:spacing",
    "w:ind",
    "w:contextualSpacing",
    "w:mirrorIndents",
    "w:suppressOverlap",
    "w:jc",
    "w:textDirection",
    "w:textAlignment",
    "w:textboxTightWrap",
    "w:outlineLvl",
    "w:divId",
    "w:cnfStyle",
    "w:rPr",
    "w:sectPr",
    "w:pPrChange",
)
AFTER_BIDI_VISUAL = (
    "w:tblStyleRowBandSize",
    "w:tblStyleColBandSize",
    "w:tblW",
    "w:jc",
    "w:tblCellSpacing",
    "w:tblInd",
    "w:tblBorders",
    "w:shd",
    "w:tblLayout",
    "w:tblCellMar",
    "w:tblLook",
)


def render_docx(brief: Brief, pictures: Pictures) -> bytes:
    """The document as the bytes of a .docx file."""
    page = _Page(brief, pictures)
    page.head()
    for section in brief.sections:
        page.section(section)
    page.sources()
    return page.bytes()


class _Page:
    """The document being written, top to bottom."""

    def __init__(self, brief: Brief, pictures: Pictures) -> None:
        self.brief = brief
        self.rtl = brief.direction == "rtl"
        self.drawn = {
            "chart": (brief.chart, pictures.chart_png),
            "map": (brief.map, pictures.map_png),
        }
        self.document: Any = Document()
        self.bookmarks = 0
        docx_styles.prepare(self.document, brief)

    def head(self) -> None:
        """Kicker, title, and from whom to whom."""
        brief = self.brief
        self.paragraph(f"{brief.words.kicker} · {brief.as_of_text}", "Kicker")
        self.text(brief.title, "Title")
        self.paragraph(brief.owner, "Subtitle")
        if brief.words.to:
            self.paragraph(brief.words.to, "To")
        footer = self.document.sections[0].footer.paragraphs[0]
        self._write(footer, f"{brief.owner} · {brief.reference} · {brief.as_of_text}", "Footer")

    def section(self, section: Section) -> None:
        """A heading, then what it holds, in the order of the other formats."""
        self.paragraph(section.title, "Heading 1")
        if section.not_stated:
            self.paragraph(section.not_stated, "Not stated")
        for text in section.texts:
            self.text(text, "Ask" if section.key == "ask" else "Normal")
        if section.figures:
            self.figures(section.figures)
        for remark in section.remarks:
            self.text(remark, "Note")
        if section.picture:
            self.picture(section.picture)
        if section.table is not None:
            self.table(section.table)

    def text(self, text: Text, style: str) -> None:
        """A paragraph in the direction of its own language."""
        paragraph = self.paragraph(text.text, style, rtl=text.direction == "rtl")
        self._marks(paragraph, text.source_numbers)

    def figures(self, figures: tuple[BriefFigure, ...]) -> None:
        """A table without a head: figure and unit, then what it is."""
        table = self._new_table(len(figures), 2)
        for row, figure in zip(table.rows, figures, strict=True):
            value, label = (cell.paragraphs[0] for cell in row.cells)
            self._write(value, f"{figure.value_text}\N{NO-BREAK SPACE}{figure.unit}", "Figure")
            self._marks(value, figure.source_numbers)
            self._write(label, figure.label, "Cell")
            if figure.when:
                self._write(row.cells[1].add_paragraph(), figure.when, "Note")
        self._space()

    def table(self, content: BriefTable) -> None:
        """A table whose first row is its head on every page it runs over."""
        if content.title:
            self.paragraph(content.title, "Table title")
        table = self._new_table(1 + len(content.rows), len(content.columns))
        _repeat_head(table.rows[0])
        for cell, column, numeric in zip(
            table.rows[0].cells, content.columns, content.numeric, strict=True
        ):
            self._write(cell.paragraphs[0], column, "Column head", far=numeric)
        for row, line in zip(table.rows[1:], content.rows, strict=True):
            style = "Total" if line.is_total else "Cell"
            for cell, words, numeric in zip(row.cells, line.cells, content.numeric, strict=True):
                self._write(cell.paragraphs[0], words, style, far=numeric)
            self._marks(row.cells[-1].paragraphs[0], line.source_numbers)
        self._space()

    def picture(self, name: str) -> None:
        """A drawing with its title above, its caption below, and what it shows as its alt text."""
        content, png = self.drawn[name]
        if content is None or png is None:
            return
        self.paragraph(content.title, "Table title")
        holder = self.paragraph("", "Picture")
        shape = holder.add_run().add_picture(io.BytesIO(png), width=PICTURE_WIDTHS[name])
        _describe(shape, content)
        caption = self.paragraph(content.caption, "Caption")
        self._marks(caption, content.source_numbers)

    def sources(self) -> None:
        """The numbered notes that the marks of the text lead to."""
        self.paragraph(self.brief.words.sources, "Heading 1")
        for note in self.brief.sources:
            self._source(note)

    def bytes(self) -> bytes:
        """The finished file."""
        stream = io.BytesIO()
        self.document.save(stream)
        return stream.getvalue()

    def paragraph(self, words: str, style: str, *, rtl: bool | None = None) -> Any:
        """A new paragraph at the end of the document."""
        paragraph = self.document.add_paragraph()
        self._write(paragraph, words, style, rtl=rtl)
        return paragraph

    def _source(self, note: SourceNote) -> None:
        paragraph = self.paragraph(f"{note.number}. ", "Source")
        for index, part in enumerate(filter(None, (*note_parts(note), note.url))):
            if index:
                self._run(paragraph, "، " if self.rtl else ", ")
            self._run(paragraph, part, rtl=reads_right_to_left(part))
        self.bookmarks += 1
        start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
        for mark in (start, end):
            mark.set(qn("w:id"), str(self.bookmarks))
        start.set(qn("w:name"), f"source_{note.number}")
        paragraph._p.insert(1, start)
        paragraph._p.append(end)

    def _write(
        self, paragraph: Any, words: str, style: str, *, far: bool = False, rtl: bool | None = None
    ) -> None:
        paragraph.style = self.document.styles[style]
        turned = self.rtl if rtl is None else rtl
        self._turn(paragraph, rtl=self.rtl)
        if far:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        if words:
            self._run(paragraph, words, rtl=turned and not far)

    def _run(self, paragraph: Any, words: str, *, rtl: bool | None = None) -> Any:
        run = paragraph.add_run(words)
        if holds_right_to_left(words) or (self.rtl if rtl is None else rtl):
            run.font.rtl = True
        return run

    def _turn(self, paragraph: Any, *, rtl: bool) -> None:
        """Word reads “left” in a right-to-left paragraph as “at its start”, so styles stand."""
        properties = paragraph._p.get_or_add_pPr()
        if rtl and properties.find(qn("w:bidi")) is None:
            properties.insert_element_before(OxmlElement("w:bidi"), *AFTER_BIDI)

    def _marks(self, paragraph: Any, numbers: tuple[int, ...]) -> None:
        """Raised source numbers in brackets, each a link to its note."""
        for index, number in enumerate(numbers):
            self._raised(paragraph, "," if index else "[")
            run = self._raised(paragraph, str(number))
            link = OxmlElement("w:hyperlink")
            link.set(qn("w:anchor"), f"source_{number}")
            paragraph._p.append(link)
            link.append(run._r)
        if numbers:
            self._raised(paragraph, "]")

    def _raised(self, paragraph: Any, words: str) -> Any:
        run = self._run(paragraph, words, rtl=False)
        run.font.superscript = True
        run.font.color.rgb = docx_styles.ACCENT
        return run

    def _new_table(self, rows: int, columns: int) -> Any:
        table = self.document.add_table(rows, columns)
        table.style = self.document.styles[docx_styles.TABLE_STYLE]
        if self.rtl:
            table._tbl.tblPr.insert_element_before(OxmlElement("w:bidiVisual"), *AFTER_BIDI_VISUAL)
        return table

    def _space(self) -> None:
        """Word joins two tables that touch."""
        self.paragraph("", "Space")


def _repeat_head(row: Any) -> None:
    """The row comes back at the top of every page its table runs over."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _describe(shape: Any, content: ChartData | MapData) -> None:
    shown = shape._inline.docPr
    shown.set("descr", content.alt)
    shown.set("title", content.title)
