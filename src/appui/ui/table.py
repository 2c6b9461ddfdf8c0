"""A plain table on a page, from the same columns as a listing, without search or paging."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.safestring import SafeString

from appui.ui.listing import NUMERIC, Column, shown_rows


@dataclass(frozen=True, slots=True)
class Table:
    """``objects`` under ``columns``; ``footer`` is one more object that the columns can read.

    The amounts of a column share their decimals with its footer.
    """

    columns: Sequence[Column]
    objects: Sequence[Any]
    footer: Any = None
    caption: str | Promise = ""

    @property
    def headings(self) -> list[tuple[str | Promise, bool]]:
        """Label of each column and whether it is numeric."""
        return [(column.label, column.kind in NUMERIC) for column in self.columns]

    @property
    def rows(self) -> list[list[SafeString]]:
        """The shown cells of ``objects``."""
        return self._shown()[: len(self.objects)]

    @property
    def footer_cells(self) -> list[SafeString]:
        """The shown cells of ``footer``, none without one."""
        return self._shown()[-1] if self.footer is not None else []

    def _shown(self) -> list[list[SafeString]]:
        last = [] if self.footer is None else [self.footer]
        return shown_rows(self.columns, [*self.objects, *last])
