"""Answers kept for a while: a version of the corpus never changes, so neither does its answer."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Final

Rows = list[tuple[object, ...]]
MOST_ROWS: Final = 200_000  # of all answers together: some 60 MB
LONGEST: Final = 20_000  # a longer answer is a download, and is asked anew


class Answers:
    """The last answers by question, within a number of rows; safe from any thread."""

    def __init__(self, most_rows: int = MOST_ROWS, longest: int = LONGEST) -> None:
        self._most, self._longest = most_rows, longest
        self._found: OrderedDict[Hashable, Rows] = OrderedDict()
        self._rows = 0
        self._lock = Lock()

    def kept(self, key: Hashable, ask: Callable[[], Rows]) -> Rows:
        """The rows under ``key``, asked for once while they are kept; a list of the caller's."""
        with self._lock:
            if key in self._found:
                self._found.move_to_end(key)
                return list(self._found[key])
        found = ask()
        if len(found) <= self._longest:
            with self._lock:
                self._put(key, found)
        return list(found)

    def _put(self, key: Hashable, found: Rows) -> None:
        self._rows += len(found) - len(self._found.pop(key, []))
        self._found[key] = found
        while self._rows > self._most:
            self._rows -= len(self._found.popitem(last=False)[1])
