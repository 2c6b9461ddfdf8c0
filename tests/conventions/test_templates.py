"""Templates: nothing the content security policy would stop, nothing left in one language."""

import re

import pytest

from tests.conventions import PACKAGE, named

TEMPLATES = sorted(PACKAGE.glob("*/templates/**/*.html"))
# A script element of JSON is data: the policy lets it be.
INLINE = re.compile(
    r"(?i)<style|\sstyle\s*=|\son[a-z]+\s*=|javascript:"
    r"""|<script(?![^>]*\s(?:src=|type="application/json"))"""
)
TRANSLATED = re.compile(r"(?s)\{%\s*blocktrans(?:late)?\b.*?\{%\s*endblocktrans(?:late)?\s*%\}")
SILENT = re.compile(
    r"(?s)\{%\s*comment\b.*?\{%\s*endcomment\s*%\}|\{#.*?#\}|<!--.*?-->|<!doctype[^>]*>"
)
DJANGO = re.compile(r"(?s)\{%.*?%\}|\{\{.*?\}\}")
UNSPOKEN = re.compile(r"(?s)<(script|code|kbd|svg)\b.*?</\1>")
SPOKEN_ATTRIBUTE = re.compile(r"""\s(?:title|alt|aria-label|placeholder)\s*=\s*"([^"]*)\"""")
TAG = re.compile(r"(?s)<[^<>]*>|&\w+;|&#\w+;")
WORD = re.compile(r"[^\W\d_]{2,}")
GALLERY = "samples of components, for developers"
# Page -> why its words stay in one language.
UNTRANSLATED = {
    "src/appui/ui/templates/ui/gallery.html": GALLERY,
    "src/appui/ui/templates/ui/_gallery.html": GALLERY,
}
NAMES = {"Appui"}  # The same in every language.


def words_left(source: str) -> list[str]:
    """Words of a template that no translation reaches."""
    text = SILENT.sub("", source)
    text = TRANSLATED.sub("", text)
    text = DJANGO.sub("", text)
    text = UNSPOKEN.sub("", text)
    spoken = SPOKEN_ATTRIBUTE.findall(text)
    words = WORD.findall(" ".join([*spoken, TAG.sub(" ", text)]))
    return [word for word in words if word not in NAMES]


def test_no_template_has_inline_style_or_script():
    found = {
        named(path): hits
        for path in TEMPLATES
        if (hits := INLINE.findall(DJANGO.sub("", SILENT.sub("", path.read_text()))))
    }
    assert found == {}


def test_every_word_of_a_template_can_be_translated():
    found = {
        named(path): words
        for path in TEMPLATES
        if named(path) not in UNTRANSLATED and (words := words_left(path.read_text()))
    }
    assert found == {}


def test_no_message_escapes_its_own_quotes():
    """Django's extraction ends such a message at the escaped quote: use the other kind outside."""
    escaped = re.compile(r"""\{%\s*trans(?:late)?\s+(?:"[^"]*\\"|'[^']*\\')""")
    found = {named(path): hits for path in TEMPLATES if (hits := escaped.findall(path.read_text()))}
    assert found == {}


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ('<p title="{% translate "One" %}">{% translate "Two" %} <b>{{ three }}</b></p>', []),
        ("{% blocktranslate %}A <b>need</b>{% endblocktranslate %}{# aside #}&nbsp;·", []),
        ('<p title="Hard">coded {{ text }}</p>', ["Hard", "coded"]),
    ],
)
def test_words_outside_translation_are_found(source, words):
    assert words_left(source) == words
