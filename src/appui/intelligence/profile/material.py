"""What every part of a profile is made of."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import reverse

from appui.intelligence.asked import Asked
from appui.intelligence.corpus import Corpus, FlowFilter, FlowSum, Seen
from appui.intelligence.views import shown
from appui.intelligence.views.shown import Kind
from appui.intelligence.words import Words

YEARS = 10


@dataclass(frozen=True, slots=True)
class Material:
    """What every part of a profile is made of; ``until`` is the last of its ten years."""

    corpus: Corpus
    asked: Asked
    wanted: FlowFilter  # of one kind
    kind: Kind
    seen: list[Seen]
    until: int
    this_year: int
    by: Mapping[str, list[FlowSum]]
    names: Words

    def link(self, *cells: tuple[str, object], **changes: object) -> str:
        """The address of the rows of the profile's kind that have these keys."""
        return shown.behind_url(self.asked, self.kind, *cells, **changes)

    def matrix_url(self, group: str) -> str:
        """The address of the matrix by this grouping and year, of the same kind."""
        changes: dict[str, object] = {"rows": group, "columns": "year"}
        return reverse("intelligence:matrix") + self.asked.url(**changes, kind=":".join(self.kind))
