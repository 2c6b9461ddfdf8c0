"""The page, styles and properties of the office document, made in code.

Each style sets the Latin and the complex script (Arabic) side by side: Word keeps them apart.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any

from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from appui.publishing.content import Brief

FONT = "Arial"
INK = RGBColor(0x16, 0x22, 0x2E)
QUIET = RGBColor(0x52, 0x60, 0x6D)
ACCENT = RGBColor(0x0B, 0x5C, 0x6B)
LOCALES = {"fr": "fr-FR", "en": "en-GB", "es": "es-ES", "ar": "ar-SA"}
TABLE_STYLE = "Brief table"


@dataclass(frozen=True, slots=True)
class Look:
    """One paragraph style; sizes and spaces in points."""

    name: str
    size: float
    colour: RGBColor = INK
    bold: bool = False
    before: float = 0
    after: float = 0
    fill: str = ""
    keep_with_next: bool = False


LOOKS = (
    Look("Normal", 9.5, after=4),
    Look("Title", 18, bold=True, after=2),
    Look("Subtitle", 10, QUIET, after=2),
    Look("To", 10, bold=True, after=6),
    Look("Heading 1", 11.5, ACCENT, bold=True, before=9, after=3, keep_with_next=True),
    Look("Caption", 8, QUIET, after=4),
    Look("Footer", 7.5, QUIET),
    Look("Kicker", 9, ACCENT, bold=True),
    Look("Ask", 11, bold=True, after=4, fill="E6F0F2"),
    Look("Not stated", 9.5, QUIET, after=4),
    Look("Figure", 13, ACCENT, bold=True),
    Look("Cell", 8.5),
    Look("Total", 8.5, bold=True),
    Look("Column head", 8, QUIET, bold=True, keep_with_next=True),
    Look("Table title", 8.5, bold=True, before=4, after=2, keep_with_next=True),
    Look("Note", 8, QUIET),
    Look("Picture", 9.5, keep_with_next=True),
    Look("Source", 7.5, after=1),
    Look("Space", 4),
)


def prepare(document: Any, brief: Brief) -> None:
    """A4, the styles above in the brief's language, and the properties a file shows."""
    rtl = brief.direction == "rtl"
    _set_page(document, rtl=rtl)
    _set_language(document, LOCALES[brief.language])
    for look in LOOKS:
        _set_style(document.styles, look)
    _set_table_style(document.styles)
    _set_properties(document, brief)


def _set_page(document: Any, *, rtl: bool) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(1.9)
    section.top_margin = section.bottom_margin = Cm(1.5)
    section.footer_distance = Cm(0.7)
    if rtl:
        # The schema fixes the order: Word refuses a file where another element comes first.
        section._sectPr.insert_element_before(
            OxmlElement("w:bidi"), "w:rtlGutter", "w:docGrid", "w:printerSettings"
        )


def _set_language(document: Any, locale: str) -> None:
    defaults = document.styles.element.find(qn("w:docDefaults"))
    for language in defaults.iter(qn("w:lang")):
        for script in ("w:val", "w:bidi"):
            language.set(qn(script), locale)


def _set_style(styles: Any, look: Look) -> None:
    known = [style.name for style in styles]
    style = (
        styles[look.name]
        if look.name in known
        else styles.add_style(look.name, WD_STYLE_TYPE.PARAGRAPH)
    )
    font, spacing = style.font, style.paragraph_format
    font.name, font.size, font.bold, font.italic = FONT, Pt(look.size), look.bold, False
    font.cs_bold, font.cs_italic, font.color.rgb = look.bold, False, look.colour
    spacing.space_before, spacing.space_after = Pt(look.before), Pt(look.after)
    spacing.keep_with_next, spacing.line_spacing = look.keep_with_next, 1.08
    properties = style.element.get_or_add_rPr()
    _complex_script(properties, look)
    paragraph = style.element.get_or_add_pPr()
    for border in paragraph.findall(qn("w:pBdr")):
        paragraph.remove(border)
    if look.fill:
        shade = OxmlElement("w:shd")
        shade.set(qn("w:val"), "clear")
        shade.set(qn("w:fill"), look.fill)
        paragraph.insert_element_before(shade, "w:tabs", "w:spacing", "w:ind", "w:jc")


def _complex_script(properties: Any, look: Look) -> None:
    fonts = properties.find(qn("w:rFonts"))
    for attribute in list(fonts.attrib):
        if attribute.endswith("Theme"):
            del fonts.attrib[attribute]
    for script in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(script), FONT)
    for name in ("w:szCs", "w:spacing", "w:kern"):
        for old in properties.findall(qn(name)):
            properties.remove(old)
    size = OxmlElement("w:szCs")
    size.set(qn("w:val"), str(round(look.size * 2)))
    properties.find(qn("w:sz")).addnext(size)


def _set_table_style(styles: Any) -> None:
    """Hairlines under each row, nothing else; cells do not break over a page."""
    style = styles.add_style(TABLE_STYLE, WD_STYLE_TYPE.TABLE)
    style.base_style = styles["Normal Table"]
    properties = OxmlElement("w:tblPr")
    borders = OxmlElement("w:tblBorders")
    for side in ("w:top", "w:bottom", "w:insideH"):
        line = OxmlElement(side)
        for name, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", "C9D3D8")):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    properties.append(borders)
    style.element.append(properties)


def _set_properties(document: Any, brief: Brief) -> None:
    known = document.core_properties
    known.title, known.author = brief.title.text[:250], brief.owner[:250]
    known.subject, known.language = brief.reference, LOCALES[brief.language]
    known.comments, known.keywords, known.last_modified_by = "", "", ""
    made = datetime.combine(brief.as_of, time.min, UTC)
    known.created = known.modified = made
