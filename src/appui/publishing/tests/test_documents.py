import io
import re
import zipfile
from dataclasses import replace

import pytest
from docx import Document
from docx.oxml.ns import qn
from pypdf import PdfReader

from appui.kernel.errors import Missing
from appui.kernel.multilingual import LANGUAGES
from appui.needs.models import Need
from appui.publishing import pictures
from appui.publishing.brief import assemble_brief
from appui.publishing.documents import brief_document
from appui.publishing.docx import render_docx
from appui.publishing.pdf import render_pdf
from appui.publishing.tests import samples
from appui.publishing.tests.conftest import TODAY
from appui.publishing.tests.reading import docx_text, pdf_text, squeezed, words
from appui.strategies.models import Strength

pytestmark = pytest.mark.slow  # documents are laid out and read back

HOSTILE = (
    '#eval("1+1") $x^2$ *bold* <label> @ref // comment',
    "<w:p><w:t>&amp; ]]> {{ 7*7 }} {% now %}",
    '\\u{202e} `raw` #image("/etc/passwd") = heading',
)


def brief_of(world, language="fr"):
    return assemble_brief(
        world.need, reader=world.reader, language=language, donor=world.japan, today=TODAY
    )


def as_pdf(brief):
    return render_pdf(brief, pictures.as_svg(brief))


def as_docx(brief):
    return render_docx(brief, pictures.as_png(brief))


def numbers(brief):
    """The figures of a brief as printed, with their table cells."""
    for section in brief.sections:
        yield from (figure.value_text for figure in section.figures)
        for row in section.table.rows if section.table else ():
            yield from (
                cell
                for cell, numeric in zip(row.cells, section.table.numeric, strict=True)
                if numeric
            )


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_of_the_brief_stands_in_both_documents(full_world, language):
    brief = brief_of(full_world, language)
    expected = [squeezed(number) for number in numbers(brief)]

    pdf, docx = pdf_text(as_pdf(brief)), docx_text(as_docx(brief))

    assert len(expected) > 12
    assert [number for number in expected if number not in docx] == []
    assert [number for number in expected if number not in pdf] == []


@pytest.mark.parametrize("language", ["fr", "en", "es"])
def test_every_word_of_the_brief_stands_in_both_documents(full_world, language):
    brief = brief_of(full_world, language)
    expected = [squeezed(text) for text in words(brief)]

    pdf, docx = pdf_text(as_pdf(brief)), docx_text(as_docx(brief))

    assert [text for text in expected if text not in docx] == []
    assert [text for text in expected if text not in pdf] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pdf_is_two_tagged_pages_in_its_language_with_its_fonts_inside(full_world, language):
    brief = brief_of(full_world, language)
    reader = PdfReader(io.BytesIO(as_pdf(brief)))

    assert len(reader.pages) <= 2
    assert reader.trailer["/Root"]["/Lang"] == language
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"].value is True
    assert reader.metadata.title == brief.title.text
    fonts = [
        descendant.get_object()["/FontDescriptor"]
        for page in reader.pages
        for font in page["/Resources"]["/Font"].values()
        for descendant in font["/DescendantFonts"]
    ]
    assert all("/FontFile2" in font for font in fonts)
    assert {font["/FontName"].split("+")[1].split("-")[0] for font in fonts} == {
        "IBMPlexSansArabic"
    }


def test_arabic_letters_have_glyphs_in_the_pdf(full_world):
    text = pdf_text(as_pdf(brief_of(full_world, "ar")))

    assert "اليابان" in text or "نابايلا" in text
    assert "\ufffd" not in text


def test_the_pictures_of_the_pdf_have_an_alternative_text(full_world):
    brief = brief_of(full_world)
    pdf = PdfReader(io.BytesIO(as_pdf(brief)))

    assert sorted(alternatives(pdf.trailer["/Root"]["/StructTreeRoot"])) == sorted(
        [brief.chart.alt, brief.map.alt]
    )


def alternatives(node):
    found = node.get_object()
    if isinstance(found, dict):
        if "/Alt" in found and found.get("/S") == "/Figure":
            yield found["/Alt"]
        kids = found.get("/K", [])
        for kid in kids if isinstance(kids, list) else [kids]:
            yield from alternatives(kid)


def test_the_arabic_docx_is_marked_right_to_left_throughout(full_world):
    document = Document(io.BytesIO(as_docx(brief_of(full_world, "ar"))))
    body = document.element.body

    paragraphs = list(body.iter(qn("w:p")))
    assert all(p.find(f"{qn('w:pPr')}/{qn('w:bidi')}") is not None for p in paragraphs)
    assert [node.tag for node in body.sectPr][-2:] == [qn("w:bidi"), qn("w:docGrid")]
    tables = list(body.iter(qn("w:tbl")))
    assert len(tables) >= 4
    assert all(t.tblPr.find(qn("w:bidiVisual")) is not None for t in tables)
    arabic = [r for r in body.iter(qn("w:r")) if re.search("[ء-ي]", r.text or "")]
    assert arabic
    unmarked = [r.text for r in arabic if r.find(f"{qn('w:rPr')}/{qn('w:rtl')}") is None]
    assert unmarked == []


def test_a_french_docx_has_no_mark_of_right_to_left(full_world):
    xml = zipfile.ZipFile(io.BytesIO(as_docx(brief_of(full_world)))).read("word/document.xml")

    assert [mark for mark in (b"<w:bidi", b"<w:rtl") if mark in xml] == []


def test_the_docx_has_real_headings_tables_and_described_pictures(full_world):
    brief = brief_of(full_world)
    document = Document(io.BytesIO(as_docx(brief)))

    headings = [p.text for p in document.paragraphs if p.style.name == "Heading 1"]
    assert headings == [*(section.title for section in brief.sections), brief.words.sources]
    titles = [p.text for p in document.paragraphs if p.style.name == "Title"]
    assert titles == [f"{brief.title.text}[1]"]
    assert [shape._inline.docPr.get("descr") for shape in document.inline_shapes] == [
        brief.map.alt,
        brief.chart.alt,
    ]
    assert document.core_properties.language == "fr-FR"
    heads = document.element.body.iter(qn("w:tblHeader"))
    assert len(list(heads)) == sum(section.table is not None for section in brief.sections)


def test_every_mark_of_the_docx_leads_to_a_note(full_world):
    body = Document(io.BytesIO(as_docx(brief_of(full_world)))).element.body

    wanted = {link.get(qn("w:anchor")) for link in body.iter(qn("w:hyperlink"))}
    names = {mark.get(qn("w:name")) for mark in body.iter(qn("w:bookmarkStart"))}
    assert wanted
    assert wanted <= names


@pytest.mark.parametrize("text", HOSTILE)
def test_markup_in_a_text_is_printed_as_text(full_world, text):
    Need.objects.update(
        title={"fr": text}, summary={"fr": f"{text}\x01\x08\ud800".replace("\ud800", "")}
    )
    brief = brief_of(full_world)

    assert squeezed(text) in pdf_text(as_pdf(brief))
    assert docx_text(as_docx(brief)).count(squeezed(text)) == 2


def test_a_very_long_word_does_not_leave_the_page(full_world):
    word = "W" * 3000
    brief = replace(samples.french(), title=samples.text(word))
    pdf = as_pdf(brief)

    assert pdf_text(pdf).count("W") == 3000
    for page in PdfReader(io.BytesIO(pdf)).pages:
        widest = max(len(line) for line in page.extract_text().splitlines())
        assert widest < 200
    assert word in docx_text(as_docx(brief))


def test_a_brief_without_pictures_is_laid_out_too():
    brief = replace(samples.french(), chart=None, map=None)

    assert "Nonindiqué" in pdf_text(as_pdf(brief))
    assert "Nonindiqué" in docx_text(as_docx(brief))


@pytest.mark.parametrize("countries", [("ml", "ne", "bf"), ("kh",)])
def test_the_map_is_drawn_from_any_outlines(countries):
    brief = samples.french()
    drawn = replace(brief.map, by_value=False, topology=samples.topology(countries[0]))

    found = pictures.as_svg(replace(brief, map=drawn))

    assert found.map_svg.count("<path") > 3


def test_the_file_is_named_after_the_need_and_the_language(full_world):
    document = brief_document(brief_of(full_world), "docx")

    assert document.name == "cmaa-2024-fr.docx"
    assert document.content[:2] == b"PK"


@pytest.mark.parametrize("extension", ["exe", "", "PDF"])
def test_another_format_is_refused(full_world, extension):
    with pytest.raises(Missing):
        brief_document(brief_of(full_world), extension)


def test_a_strength_stands_with_its_source_on_the_page_and_in_both_documents(full_world, client):
    owner = full_world.authority
    fields = {"owner": owner, "kind": "strength", "source": full_world.monitor}
    Strength.objects.create(text={"fr": "Neuf provinces assurées"}, usable=True, **fields)
    Strength.objects.create(text={"fr": "Pas pour la note"}, **fields)
    brief = brief_of(full_world)

    (text,) = brief.section("strengths").texts
    note = next(note for note in brief.sources if note.number == text.source_numbers[0])
    client.force_login(full_world.user)
    page = client.get(f"/needs/{full_world.need.pk}/brief/?language=fr").content.decode()
    told = [squeezed(page), pdf_text(as_pdf(brief)), docx_text(as_docx(brief))]

    assert (text.text, note.publisher) == ("Neuf provinces assurées", "Landmine Monitor")
    assert [squeezed("Neuf provinces assurées") in one for one in told] == [True] * 3
    assert [squeezed("Pas pour la note") in one for one in told] == [False] * 3


def test_a_brief_without_a_usable_strength_has_no_such_part(full_world):
    assert "strengths" not in [section.key for section in brief_of(full_world).sections]
