"""A fact is one line of a description list: a label, a value, and where it comes from."""

from dataclasses import dataclass
from typing import Literal, Protocol

from django.utils.functional import Promise

Text = str | Promise
FactKind = Literal["text", "number", "money", "date", "year", "tag", "percent", "multilingual"]


class SourceLike(Protocol):
    """What a source mark needs: a short label and an address that opens the source."""

    @property
    def label(self) -> str: ...

    def get_absolute_url(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Fact:
    """``value`` follows ``kind`` as in a column of a listing; None is shown as a dash."""

    label: Text
    value: object
    kind: FactKind = "text"
    href: str | None = None
    source: SourceLike | None = None
    help: Text = ""
    tone: str = ""
