"""What a brief says, ready to be laid out: every value already text in the reader's language.

The page, the PDF and the DOCX lay out the same ``Brief``, so none of them can say another figure.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from appui.ui.typesetting import plain as plain

PictureName = Literal["", "chart", "map"]


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence or paragraph; written in another language where the brief's has none."""

    text: str
    language: str
    direction: str
    source_numbers: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class BriefFigure:
    """One number that stands out; ``when`` says of which day or period, or what it rests on."""

    label: str
    value_text: str
    unit: str
    source_numbers: tuple[int, ...]
    when: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class BriefRow:
    """One line of a table; a total is set apart."""

    cells: tuple[str, ...]
    source_numbers: tuple[int, ...]
    is_total: bool = False


@dataclass(frozen=True, slots=True)
class BriefTable:
    """``numeric`` tells, column by column, which hold figures."""

    title: str
    columns: tuple[str, ...]
    numeric: tuple[bool, ...]
    rows: tuple[BriefRow, ...]

    @property
    def headings(self) -> list[tuple[str, bool]]:
        """Label of each column and whether it is numeric."""
        return list(zip(self.columns, self.numeric, strict=True))

    @property
    def cells_by_row(self) -> list[tuple[BriefRow, list[tuple[str, str, bool]]]]:
        """Each row with its cells: label of the column, text, whether it is numeric."""
        return [
            (row, list(zip(self.columns, row.cells, self.numeric, strict=True)))
            for row in self.rows
        ]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the brief, in reading order: texts, figures, remarks, picture, table.

    ``not_stated`` replaces the content that nobody has recorded.
    """

    key: str
    title: str
    texts: tuple[Text, ...] = ()
    figures: tuple[BriefFigure, ...] = ()
    remarks: tuple[Text, ...] = ()
    table: BriefTable | None = None
    picture: PictureName = ""
    not_stated: str = ""


@dataclass(frozen=True, slots=True)
class SourceNote:
    """One numbered source; ``href`` opens the record inside Appui, ``url`` the publication."""

    number: int
    publisher: str
    title: str
    published: str = ""
    page: str = ""
    url: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class ChartData:
    """The four amounts of the chain, in major units of ``currency``."""

    title: str
    caption: str
    alt: str
    currency: str
    bars: tuple[tuple[str, Decimal], ...]
    source_numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class MapData:
    """Outlines (TopoJSON) and the value of each shaded place by the id of its outline.

    Without ``by_value`` the places are shaded alike and the values say nothing.
    """

    title: str
    caption: str
    alt: str
    legend: str
    blank: str
    by_value: bool
    topology: Mapping[str, Any]
    values: Mapping[str, Decimal]
    source_numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """The fixed words around the content, in the brief's language."""

    kicker: str
    to: str
    sources: str


@dataclass(frozen=True, slots=True)
class Brief:
    """Two pages about one need for one donor, or for any donor when ``donor`` is empty."""

    reference: str
    language: str
    direction: str
    title: Text
    owner: str
    donor: str
    as_of: date
    as_of_text: str
    words: Words
    sections: tuple[Section, ...]
    sources: tuple[SourceNote, ...]
    chart: ChartData | None = None
    map: MapData | None = None

    def section(self, key: str) -> Section:
        """The part with that key; raises ``KeyError``."""
        return {section.key: section for section in self.sections}[key]


@dataclass(frozen=True, slots=True)
class Pictures:
    """The drawings of a brief; None where there is nothing to draw."""

    chart_svg: str | None = None
    map_svg: str | None = None
    chart_png: bytes | None = None
    map_png: bytes | None = None


def note_parts(note: SourceNote) -> tuple[str, ...]:
    """Publisher, title, date and page of a source, those that are known."""
    parts = (note.publisher, note.title, note.published, note.page)
    return tuple(part for part in parts if part)


def reads_right_to_left(text: str) -> bool:
    """Whether the first letter of ``text`` belongs to a right-to-left script."""
    classes = (unicodedata.bidirectional(character) for character in text)
    return next((found in ("R", "AL") for found in classes if found in ("L", "R", "AL")), False)


def holds_right_to_left(text: str) -> bool:
    """Whether any letter of ``text`` belongs to a right-to-left script."""
    return any(unicodedata.bidirectional(character) in ("R", "AL") for character in text)
