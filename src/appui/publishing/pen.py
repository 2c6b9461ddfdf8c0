"""Sentences and figures of a brief, in its language, each with the numbers of its sources."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from appui.evidence.models import Confidence, Figure, Source
from appui.kernel.multilingual import RIGHT_TO_LEFT, localise
from appui.needs.models import Need
from appui.publishing import units
from appui.publishing.content import BriefFigure, Section, Text, plain
from appui.publishing.giving import Giving
from appui.publishing.notes import Notes
from appui.ui import formats

Numbers = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Pen:
    """Writes for one need in one language; the language must be the active one."""

    need: Need
    language: str
    notes: Notes

    @property
    def direction(self) -> str:
        """Of the brief as a whole."""
        return "rtl" if self.language in RIGHT_TO_LEFT else "ltr"

    @property
    def owner(self) -> str:
        """Name of the institution whose brief it is."""
        return plain(self.need.owner)

    def text(self, words: str, *numbers: int) -> Text:
        """A sentence of ours."""
        return Text(plain(words), self.language, self.direction, numbers)

    def local(self, value: Mapping[str, str]) -> Text:
        """Text of theirs, in the brief's language or the one it was written in."""
        found = localise(value, self.language)
        return Text(plain(found.text), found.language, found.direction)

    def day(self, value: date) -> str:
        """A day in full."""
        return formats.day(value, "long", lang=self.language)

    def number(self, value: Decimal | int) -> str:
        """A figure with all its decimals."""
        return formats.number(value, lang=self.language)

    def amount(self, value: Decimal) -> str:
        """An amount of the need, without its currency."""
        return formats.amount(value, lang=self.language)

    def money(self, value: Decimal, currency: str = "") -> str:
        """An amount with its currency, the need's unless told."""
        return formats.money(value, currency or self.need.currency, lang=self.language)

    def record(self) -> int:
        """Number of the need as recorded."""
        return self.notes.record(
            publisher=self.owner,
            title=_("Need %(reference)s, as recorded in Appui")
            % {"reference": self.need.reference},
            href=self.need.get_absolute_url(),
        )

    def giving(self, item: Giving) -> int:
        """Number of the publication that some published rows come from."""
        rows = ngettext("%(count)d published row", "%(count)d published rows", item.count)
        return self.notes.rows(
            publisher=item.reporter,
            title=rows % {"count": item.count},
            page=item.page,
            url=item.web,
            href=item.rows_url,
        )

    def cited(self, source: Source | None) -> Numbers:
        """The publication, else the need's own, else the record."""
        return (
            self.notes.publication(source)
            or self.notes.publication(self.need.source)
            or (self.record(),)
        )

    def figure(self, figure: Figure) -> BriefFigure:
        """A published figure with its place and day."""
        value, unit = units.figure(figure.value, figure.unit, self.language)
        return BriefFigure(
            label=self._what(figure),
            value_text=value,
            unit=unit,
            source_numbers=self.notes.publication(figure.source),
            when=self._when(figure),
        )

    def rival(self, figure: Figure) -> Text:
        """What another publisher says of the same thing."""
        return self.text(
            _("%(publisher)s gives another figure for “%(what)s”: %(value)s (%(when)s).")
            % {
                "publisher": figure.source.publisher,
                "what": self._what(figure),
                "value": " ".join(units.figure(figure.value, figure.unit, self.language)).strip(),
                "when": self._when(figure),
            },
            *self.notes.publication(figure.source),
        )

    def section(self, key: str, title: str, **parts: object) -> Section:
        """A part; one without content says so in the reader's language."""
        filled = {name: tuple(it) if isinstance(it, list) else it for name, it in parts.items()}
        empty = not any(filled.get(name) for name in ("texts", "figures", "table"))
        return Section(key, title, not_stated=_("Not stated") if empty else "", **filled)  # type: ignore[arg-type]  # each part has its own type

    def _what(self, figure: Figure) -> str:
        detail = localise(figure.detail, self.language).text
        return plain(f"{figure.measure} ({detail})" if detail else figure.measure)

    def _when(self, figure: Figure) -> str:
        parts = [
            plain(figure.location) if figure.location else "",
            self._period(figure),
            "" if figure.confidence == Confidence.STATED else figure.get_confidence_display(),
        ]
        return ", ".join(part for part in parts if part)

    def _period(self, figure: Figure) -> str:
        if figure.as_of is not None:
            return self.day(figure.as_of)
        start, end = figure.period_start, figure.period_end
        if start is None or end is None:
            return ""
        if (start.month, start.day, end.month, end.day) != (1, 1, 12, 31):
            return formats.period(start, end, lang=self.language)
        return str(start.year) if start.year == end.year else f"{start.year}–{end.year}"
