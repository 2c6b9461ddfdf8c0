"""The numbered sources of a brief, in the order in which they are first used."""

from collections.abc import Collection, Hashable
from datetime import date

from appui.evidence.models import Source
from appui.publishing.content import SourceNote, plain
from appui.ui import formats


class Notes:
    """Gives each source one number, however often it is cited.

    ``readable`` holds the keys of the publications that the reader may see; another one is never
    named, its figures rest on the record that holds them.
    """

    def __init__(self, *, language: str, today: date, readable: Collection[int]) -> None:
        self.language = language
        self.today = today
        self.readable = readable
        self._notes: dict[Hashable, SourceNote] = {}

    @property
    def notes(self) -> tuple[SourceNote, ...]:
        """All that was cited, by number."""
        return tuple(self._notes.values())

    def publication(self, source: Source | None) -> tuple[int, ...]:
        """The number of a publication; nothing without one or when the reader may not see it."""
        if source is None or source.pk not in self.readable:
            return ()
        published = source.published_on
        return (
            self._number(
                ("publication", source.pk),
                publisher=plain(source.publisher),
                title=plain(source.title),
                published=formats.day(published, "long", lang=self.language) if published else "",
                page=plain(source.page),
                url=plain(source.url),
                href=source.get_absolute_url(),
            ),
        )

    def record(self, *, publisher: str, title: str, href: str) -> int:
        """The number of what an organisation has recorded in Appui, as read today."""
        return self._number(
            ("record", publisher, title),
            publisher=plain(publisher),
            title=plain(title),
            published=formats.day(self.today, "long", lang=self.language),
            href=href,
        )

    def rows(self, *, publisher: str, title: str, page: str, url: str, href: str) -> int:
        """The number of some rows of published aid; ``href`` opens exactly these."""
        return self._number(
            ("rows", href),
            publisher=plain(publisher),
            title=plain(title),
            page=plain(page),
            url=plain(url),
            href=href,
        )

    def _number(self, key: Hashable, **parts: str) -> int:
        if key not in self._notes:
            self._notes[key] = SourceNote(number=len(self._notes) + 1, **parts)
        return self._notes[key].number
