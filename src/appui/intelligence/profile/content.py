"""What a profile says. The page and the PDF lay out the same, so neither can say another figure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from appui.intelligence.words import Words
from appui.registry.models import Organisation
from appui.ui.charts import Part
from appui.ui.facts import Fact
from appui.ui.table import Table


@dataclass(frozen=True, slots=True)
class Bars:
    """A chart by year: its parts, what it shows in words, and the caption."""

    parts: Sequence[Part]
    alt: str
    caption: str


@dataclass(frozen=True, slots=True)
class Section:
    """One part: a table, a rule that says how it was made, or why there is nothing."""

    slug: str
    title: str
    rule: str
    table: Table | None = None
    absent: str = ""
    bars: Bars | None = None


@dataclass(frozen=True, slots=True)
class Name:
    """One key of the donor in the published files; ``organisation`` where the register has it."""

    key: str
    label: str
    parts: int


@dataclass(frozen=True, slots=True)
class Profile:
    """One donor; ``kind`` says which flows the amounts are of, ``basis`` what they count."""

    title: str
    names: Sequence[Name]
    organisation: Organisation | None
    kind: str
    facts: Sequence[Fact]
    sections: Sequence[Section]
    basis: Sequence[str]
    words: Words = field(default_factory=Words)


def share_of(part: Decimal, whole: Decimal) -> Decimal | None:
    """A ratio of 1, four decimals; None of nothing."""
    return (part / whole).quantize(Decimal("0.0001")) if whole else None
