"""What an address of published flows asks for, as a filter of flows and a way to show them."""

from collections.abc import Container
from dataclasses import dataclass, field
from urllib.parse import quote_plus, urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from appui.intelligence.corpus import VIEWS, FlowFilter
from appui.intelligence.corpus.filters import DEFAULT_TYPES
from appui.intelligence.words import DIMENSIONS, FLOW_TYPES, GROUPS, SOURCES

LONGEST = 1000
EARLIEST, LATEST = 1940, 2100
UNSTATED_YEAR = 0
MOST = 50
WINDOW, WINDOWS = 3, range(1, 11)
ROWS, COLUMNS = "donor", "year"
Pairs = dict[str, object]


@dataclass(frozen=True, slots=True)
class Cells:
    """Writes the addresses of many cells: what they share is written once."""

    shared: str
    held: tuple[str, ...]

    def url(self, *cells: tuple[str, object]) -> str:
        """The query of the rows with these keys of their groupings, None where none is stated."""
        exactly = [group if key is None else f"{group}:{key}" for group, key in cells]
        texts = [text for text in self.held if text not in exactly] + exactly
        return "&".join([self.shared, *(f"is={quote_plus(text)}" for text in texts)])


@dataclass(slots=True)
class Asked:
    """A filter, what to group by, and the parts of the address that could not be done.

    ``kind`` is the flow type and source that a page of one kind shows, joined by a colon; empty
    for the one with the most money.
    """

    wanted: FlowFilter
    by: str = "donor"
    rows: str = ROWS
    columns: str = COLUMNS
    window: int = WINDOW
    kind: str = ""
    first_year: int | None = None
    last_year: int | None = None
    notes: list[str] = field(default_factory=list)

    def pairs(self) -> Pairs:
        """The question as names and values of an address, without what is usual."""
        wanted = self.wanted
        pairs: Pairs = {
            "donor": list(wanted.donors),
            "country": list(wanted.recipients),
            "sector": list(wanted.sectors),
            "from": self.first_year,
            "to": self.last_year,
            "type": list(wanted.flow_types) if wanted.flow_types != DEFAULT_TYPES else [],
            "source": list(wanted.sources),
            "reporter": list(wanted.reporters),
            "channel": list(wanted.channels),
            "marker": list(wanted.markers),
            "is": [group if key is None else f"{group}:{key}" for group, key in wanted.exactly],
            "view": wanted.view if wanted.view != VIEWS[0] else None,
            "by": self.by if self.by != "donor" else None,
            "rows": self.rows if self.rows != ROWS else None,
            "columns": self.columns if self.columns != COLUMNS else None,
            "window": self.window if self.window != WINDOW else None,
            "kind": self.kind,
        }
        return {name: value for name, value in pairs.items() if value not in (None, "", [])}

    def url(self, **changes: object) -> str:
        """The query of the same question with ``changes``; None removes a part."""
        pairs = self.pairs() | changes
        kept = {name: value for name, value in pairs.items() if value not in (None, "", [])}
        return "?" + urlencode(kept, doseq=True)

    def behind(self, kind: tuple[str, str], **changes: object) -> Cells:
        """The queries of the rows that make sums of a flow type and source, by their keys."""
        flow_type, source = kind
        same: Pairs = {"type": [flow_type], "source": [source], "kind": None, "is": None}
        held = _listed(self.pairs().get("is"))
        return Cells(self.url(**same | changes), tuple(held))


def _listed(value: object) -> list[str]:
    return value if isinstance(value, list) else []


def read(query: QueryDict) -> Asked:
    """The question behind an address; a part that means nothing is left out, with a note."""
    notes: list[str] = []
    first, last = _year(query, "from", notes), _year(query, "to", notes)
    view = next((name for name in VIEWS if name == query.get("view", VIEWS[0])), None)
    if view is None:
        notes.append(_not_known("view", query.get("view", "")))
    wanted = FlowFilter(
        donors=_texts(query, "donor"),
        recipients=_texts(query, "country"),
        sectors=_texts(query, "sector"),
        years=_years(first, last),
        flow_types=_known(query, "type", FLOW_TYPES, notes) or DEFAULT_TYPES,
        sources=_known(query, "source", SOURCES, notes),
        reporters=_texts(query, "reporter"),
        channels=_texts(query, "channel"),
        markers=_texts(query, "marker"),
        exactly=_exactly(query, notes),
        view=view or VIEWS[0],
    )
    return Asked(
        wanted,
        by=_one(query, "by", GROUPS, "donor", notes),
        rows=_one(query, "rows", DIMENSIONS, ROWS, notes),
        columns=_one(query, "columns", DIMENSIONS, COLUMNS, notes),
        kind=query.get("kind", "")[:60],
        window=int(_one(query, "window", [str(years) for years in WINDOWS], str(WINDOW), notes)),
        first_year=first,
        last_year=last,
        notes=notes,
    )


def _texts(query: QueryDict, name: str) -> tuple[str, ...]:
    given = (value.strip()[:LONGEST].replace("\x00", "") for value in query.getlist(name)[:MOST])
    return tuple(dict.fromkeys(value for value in given if value))


def _one(query: QueryDict, name: str, known: Container[str], usual: str, notes: list[str]) -> str:
    asked = query.get(name, "") or usual
    if asked in known:
        return asked
    notes.append(_not_known(name, asked))
    return usual


def _known(query: QueryDict, name: str, known: Container[str], notes: list[str]) -> tuple[str, ...]:
    given = _texts(query, name)
    notes += [_not_known(name, value) for value in given if value not in known]
    return tuple(value for value in given if value in known)


def _exactly(query: QueryDict, notes: list[str]) -> tuple[tuple[str, str | None], ...]:
    found: list[tuple[str, str | None]] = []
    for text in query.getlist("is")[:MOST]:  # keys as they are: blanks at an end count
        group, colon, key = text.partition(":")
        if group in DIMENSIONS:
            found.append((group, key.replace("\x00", "") if colon else None))
        else:
            notes.append(_not_known("is", text))
    return tuple(dict.fromkeys(found))


def _year(query: QueryDict, name: str, notes: list[str]) -> int | None:
    text = query.get(name, "").strip()
    if not text:
        return None
    if text == str(UNSTATED_YEAR):
        return UNSTATED_YEAR
    if text.isascii() and text.isdigit() and len(text) == 4 and EARLIEST <= int(text) <= LATEST:
        return int(text)
    notes.append(
        _("“%(value)s” is not a year between %(first)d and %(last)d; it was left out.")
        % {"value": text[:20], "first": EARLIEST, "last": LATEST}
    )
    return None


def _years(first: int | None, last: int | None) -> tuple[int, ...]:
    if first is None and last is None:
        return ()
    if UNSTATED_YEAR in (first, last):
        return (UNSTATED_YEAR,)
    return tuple(range(first or EARLIEST, (last or LATEST) + 1)) or (0,)


def _not_known(name: str, value: str) -> str:
    return _("“%(value)s” is not a choice of “%(name)s”; it was left out.") % {
        "value": value[:60],
        "name": name,
    }
