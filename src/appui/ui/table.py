"""A plain table on a page, from the same columns as a listing, without search or paging."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from appui.ui.listing import NUMERIC, Cell, Column, shown_rows


@dataclass(frozen=True, slots=True)
class Table:
    """``objects`` under ``columns``; ``footer`` holds one value a column, None where empty."""

    columns: Sequence[Column]
    objects: Sequence[Any]
    footer: Any = None
    caption: str | Promise = ""

    @property
    def headings(self) -> list[tuple[str | Promise, bool]]:
        """Label of each column and whether it is numeric."""
        return [(column.label, column.kind in NUMERIC) for column in self.columns]

    @property
    def rows(self) -> list[list[Cell]]:
        """The shown cells."""
        return shown_rows(self.columns, list(self.objects)) if self.objects else []

    @property
    def footer_cells(self) -> list[Cell]:
        """The shown cells of ``footer``, an object that the same columns can read."""
        return shown_rows(self.columns, [self.footer])[0] if self.footer is not None else []
