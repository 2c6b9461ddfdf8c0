"""What an address of the donor map asks for, as a filter of flows."""

from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from appui.intelligence.corpus import VIEWS, FlowFilter
from appui.intelligence.corpus.filters import DEFAULT_TYPES
from appui.intelligence.words import FLOW_TYPES, GROUPS, SOURCES

LONGEST = 300
EARLIEST, LATEST = 1940, 2100
UNSTATED_YEAR = 0
MOST = 50


@dataclass(slots=True)
class Asked:
    """A filter, what to group by, and the parts of the address that could not be done."""

    wanted: FlowFilter
    by: str
    first_year: int | None = None
    last_year: int | None = None
    notes: list[str] = field(default_factory=list)

    def url(self, **changes: object) -> str:
        """The query of the same question with ``changes``; None removes a part."""
        wanted = self.wanted
        pairs: dict[str, object] = {
            "donor": list(wanted.donors),
            "country": list(wanted.recipients),
            "sector": list(wanted.sectors),
            "from": self.first_year,
            "to": self.last_year,
            "type": list(wanted.flow_types) if wanted.flow_types != DEFAULT_TYPES else [],
            "source": list(wanted.sources),
            "reporter": list(wanted.reporters),
            "channel": list(wanted.channels),
            "view": wanted.view,
            "by": self.by,
        }
        pairs |= changes
        return "?" + urlencode(
            {
                key: value
                for key, value in pairs.items()
                if value is not None and value not in ("", [])
            },
            doseq=True,
        )


def read(query: QueryDict) -> Asked:
    """The question behind an address; a part that means nothing is left out, with a note."""
    notes: list[str] = []
    first, last = _year(query, "from", notes), _year(query, "to", notes)
    view = next((name for name in VIEWS if name == query.get("view", VIEWS[0])), None)
    if view is None:
        notes.append(_not_known("view", query.get("view", "")))
    by = query.get("by", "donor")
    if by not in GROUPS:
        notes.append(_not_known("by", by))
        by = "donor"
    wanted = FlowFilter(
        donors=_texts(query, "donor"),
        recipients=_texts(query, "country"),
        sectors=_texts(query, "sector"),
        years=_years(first, last),
        flow_types=_known(query, "type", FLOW_TYPES, notes) or DEFAULT_TYPES,
        sources=_known(query, "source", SOURCES, notes),
        reporters=_texts(query, "reporter"),
        channels=_texts(query, "channel"),
        view=view or VIEWS[0],
    )
    return Asked(wanted, by, first, last, notes)


def _texts(query: QueryDict, name: str) -> tuple[str, ...]:
    given = (value.strip()[:LONGEST].replace("\x00", "") for value in query.getlist(name)[:MOST])
    return tuple(value for value in given if value)


def _known(query: QueryDict, name: str, known: object, notes: list[str]) -> tuple[str, ...]:
    given = _texts(query, name)
    for value in given:
        if value not in known:  # type: ignore[operator]
            notes.append(_not_known(name, value))
    return tuple(value for value in given if value in known)  # type: ignore[operator]


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
