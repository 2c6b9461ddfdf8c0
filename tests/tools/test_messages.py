"""Catalogues: what is extracted, kept, filled in and refused."""

import json

import pytest
from tools import messages

TEMPLATE = """{% load i18n %}<p title="{% translate 'Say "gap" now' %}">
{% translate "May" context "month" %} {{ _("Amount")|upper }} {% amount label=_("Ask") %}
{% blocktranslate trimmed count total=needs|length with place=where %}
  {{ total }} need in {{ place }}
{% plural %}
  {{ total }} needs in {{ place }}
{% endblocktranslate %}"""
SOURCE = """
from django.utils.translation import gettext_lazy as _, ngettext, pgettext
a = _("One " "sentence.")
b = ngettext("%(n)s ask", "%(n)s asks", n) % {"n": n}
c = pgettext("verb", "Ask")
"""
NEEDS = ("%(total)s need in %(place)s", "%(total)s needs in %(place)s")


@pytest.fixture
def sources(tmp_path, monkeypatch):
    """A small package with one Python file and one template, and its own catalogues."""
    (tmp_path / "room" / "templates").mkdir(parents=True)
    (tmp_path / "room" / "views.py").write_text(SOURCE)
    (tmp_path / "room" / "templates" / "page.html").write_text(TEMPLATE)
    monkeypatch.setattr(messages, "SOURCES", tmp_path)
    monkeypatch.setattr(messages, "LOCALES", tmp_path / "locale")
    return tmp_path


def fill(sources, language, translations):
    file = sources / "given.json"
    file.write_text(json.dumps(translations))
    return messages.fill(language, file)


def test_messages_of_python_and_templates_are_found(sources):
    found = [
        (entry.id, entry.context) for entry in messages.messages(messages.sources_catalogue("fr"))
    ]
    assert sorted(found, key=str) == sorted(
        [
            ("One sentence.", None),
            (("%(n)s ask", "%(n)s asks"), None),
            ("Ask", "verb"),
            ("May", "month"),
            ("Amount", None),
            ("Ask", None),
            (NEEDS, None),
            ('Say "gap" now', None),
        ],
        key=str,
    )


def test_extracting_again_keeps_translations_and_changes_no_byte(sources):
    messages.extract()
    assert fill(sources, "fr", {"Amount": "Montant", "verb\x04Ask": "Demander"}) == 0
    before = messages.path_of("fr").read_bytes()
    messages.extract()
    assert messages.path_of("fr").read_bytes() == before
    assert messages.read("fr").get("Ask", context="verb").string == "Demander"
    assert messages.read("fr").get("Ask").string == ""


def test_a_message_gone_from_the_sources_goes_from_the_catalogue(sources):
    messages.extract()
    (sources / "room" / "templates" / "page.html").unlink()
    messages.extract()
    assert messages.read("es").get("Amount") is None


def test_arabic_asks_for_six_forms(sources):
    messages.extract()
    assert messages.missing(messages.read("ar"))[NEEDS[0]] == [NEEDS[1], "", "", "", "", ""]
    five = {NEEDS[0]: ["%(total)s %(place)s"] * 5}
    assert fill(sources, "ar", five) == 1
    six = {NEEDS[0]: ["%(place)s"] * 5 + ["%(total)s %(place)s"]}
    assert fill(sources, "ar", six) == 0
    assert NEEDS[0] not in messages.missing(messages.read("ar"))


def test_a_translation_with_other_placeholders_is_refused(sources, capsys):
    messages.extract()
    capsys.readouterr()
    assert fill(sources, "es", {NEEDS[0]: ["%(lugar)s", "%(total)s %(place)s"]}) == 1
    assert capsys.readouterr().out.splitlines() == [
        f"es: {NEEDS[0]!r}: unknown placeholder %(lugar)s",
        "es: 0 of 8 translated",
    ]


def test_the_check_names_what_is_missing_and_what_was_not_extracted(sources, capsys):
    messages.extract()
    (sources / "room" / "more.py").write_text('_("New")')
    capsys.readouterr()
    assert messages.check() == 1
    told = capsys.readouterr().out.splitlines()
    assert len(told) == 3 * 9
    assert told[0].startswith("fr: 1 messages differ from the sources, for example 'New';")
    assert "ar: 'Amount': not translated" in told


def test_complete_catalogues_pass_and_compile(sources, capsys):
    messages.extract()
    for language in messages.PLURALS:
        left = messages.missing(messages.read(language))
        same = {
            key: [given[0]] * len(given) if isinstance(given, list) else key.split("\x04")[-1]
            for key, given in left.items()
        }
        assert fill(sources, language, same) == 0
    capsys.readouterr()
    assert messages.check() == 0
    assert capsys.readouterr().out == "fr, es, ar: complete\n"
    messages.compile_stale()
    assert messages.path_of("ar").with_suffix(".mo").exists()
