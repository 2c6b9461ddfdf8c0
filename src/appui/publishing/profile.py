"""The profile of a donor as PDF/UA-1: the sections of its page, laid out for print."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db.models import Q
from django.utils.text import get_valid_filename
from django.utils.translation import gettext as _
from django.utils.translation import override

from appui.funding.queries import agreements, proposals
from appui.intelligence.asked import Asked
from appui.intelligence.corpus import Corpus
from appui.intelligence.profile import Profile, Section, assemble_profile
from appui.kernel.access import Reader
from appui.kernel.errors import Invalid
from appui.kernel.money import Money
from appui.kernel.multilingual import LANGUAGES, RIGHT_TO_LEFT, localise
from appui.publishing.content import plain
from appui.publishing.documents import Document
from appui.registry.models import Organisation, Person
from appui.ui import charts, formats
from appui.ui.listing import NUMERIC, Column
from appui.ui.table import Table
from appui.ui.typesetting import to_pdf

TEMPLATE = Path(__file__).resolve().parent / "documents" / "profile.typ"
PDF_TYPE = "application/pdf"
DASH = "–"


@dataclass(frozen=True, slots=True)
class Beside:
    """What the institution has of its own with the donor: a title and lines under it."""

    title: str
    lines: Sequence[str]


def profile_document(
    corpus: Corpus, asked: Asked, *, language: str, today: date, reader: Reader
) -> Document:
    """The profile that ``asked`` names, in one language; raises ``Invalid`` for another language,
    ``Missing`` for a donor that nothing names."""
    if language not in LANGUAGES:
        raise Invalid(
            _("A profile is written in one of these languages: %(languages)s.")
            % {"languages": ", ".join(LANGUAGES)},
            {"language": _("Choose one of the languages of the list.")},
        )
    with override(language):
        profile = assemble_profile(corpus, asked, this_year=today.year)
        content = _render(profile, language, today, _beside(profile.organisation, reader))
    name = get_valid_filename(f"{profile.title}-{language}.pdf")
    return Document(name, PDF_TYPE, content)


def _beside(organisation: Organisation | None, reader: Reader) -> list[Beside]:
    """Contacts, asks and agreements with the donor that the reader may see; nothing is empty."""
    if organisation is None:
        return []
    same = Organisation.objects.filter(Q(pk=organisation.pk) | Q(merged_into=organisation.pk))
    people = Person.objects.visible_to(reader).filter(organisation__in=same)
    asks = proposals(reader).filter(donor__in=same)
    signed = agreements(reader).filter(donor__in=same)
    found = [
        Beside(_("Your contacts"), [_joined(p.name, p.job_title, p.email) for p in people]),
        Beside(
            _("Asks"),
            [
                _joined(a.title, a.get_stage_display(), formats.money(a.amount, a.currency))
                for a in asks
            ],
        ),
        Beside(
            _("Agreements"),
            [
                _joined(a.title, a.get_status_display(), formats.money(a.amount, a.currency))
                for a in signed
            ],
        ),
    ]
    return [part for part in found if part.lines]


def _joined(*parts: object) -> str:
    return " · ".join(str(part) for part in parts if part)


def _render(profile: Profile, language: str, today: date, beside: Sequence[Beside]) -> bytes:
    """The file; nothing but the template is read as markup, nothing is fetched."""
    inputs = {"profile": json.dumps(_words(profile, language, today, beside), ensure_ascii=False)}
    for section in profile.sections:
        if section.bars:
            inputs[section.slug] = charts.stacked_bars(
                section.bars.parts, unit="USD", language=language, width=560
            )
    return to_pdf(TEMPLATE, inputs)


def _words(
    profile: Profile, language: str, today: date, beside: Sequence[Beside]
) -> dict[str, object]:
    return {
        "language": language,
        "direction": "rtl" if language in RIGHT_TO_LEFT else "ltr",
        "kicker": _("Donor profile"),
        "title": plain(profile.title),
        "kind": profile.kind,
        "as_of": _("Figures as of %(day)s") % {"day": formats.day(today, lang=language)},
        "glance": _("At a glance"),
        "facts": [
            [plain(fact.label), plain(text(fact.value, fact.kind)), plain(fact.help)]
            for fact in profile.facts
        ],
        "beside": [
            {"title": plain(part.title), "lines": [plain(line) for line in part.lines]}
            for part in beside
        ],
        "sections": [_section(section) for section in profile.sections],
        "basis": [plain(sentence) for sentence in profile.basis],
        "basis_title": _("What the amounts count"),
        "names_title": _("Published as"),
        "names": [plain(f"{name.label} ({name.key})") for name in profile.names],
    }


def _section(section: Section) -> dict[str, object]:
    return {
        "slug": section.slug,
        "title": section.title,
        "rule": plain(section.rule),
        "absent": plain(section.absent),
        "alt": section.bars.alt if section.bars else "",
        "caption": section.bars.caption if section.bars else "",
        "table": _table(section.table) if section.table else None,
    }


def _table(table: Table) -> dict[str, object]:
    """Headings, which columns hold figures, and the cells as text; money bears its currency."""
    cells = [[_cell(column, row) for column in table.columns] for row in table.objects]
    return {
        "columns": [plain(column.label) for column in table.columns],
        "numeric": [column.kind in NUMERIC for column in table.columns],
        "rows": cells,
    }


def _cell(column: Column, row: Any) -> str:
    value = column.value(row)
    currency = column.currency(row) if column.currency else ""
    return plain(text(value, column.kind, currency))


def text(value: object, kind: str, currency: str = "") -> str:
    """A value as its page shows it, without markup."""
    if value is None or value == "":
        return DASH
    if isinstance(value, Money):
        return formats.money(value.amount, value.currency)
    if isinstance(value, Decimal | int) and kind == "money":
        return formats.money(value, currency)
    if isinstance(value, Decimal | int) and kind == "percent":
        return formats.percent(value)
    if isinstance(value, Decimal | int) and kind == "number":
        return formats.number(value)
    return localise(value).text if isinstance(value, dict) else str(value)
