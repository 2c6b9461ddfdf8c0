"""Which flows are meant: a filter, and its conditions in SQL with parameters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

View = Literal["original-donors", "all-reporters", "new-money"]
VIEWS: Final[tuple[View, ...]] = get_args(View)
Quarantined = Literal["excluded", "included", "only"]
DEFAULT_TYPES: Final = ("commitment", "spend")
UNSTATED: Final = "-"  # among recipients or sectors: rows that name none

BY: Final[dict[str, tuple[str, str]]] = {  # what one may sum by: its key and its label
    "donor": ("donor_key", "donor_name"),
    "donor-country": ("donor_country", "donor_country"),
    "reporter": ("reporter_key", "reporter_name"),
    "channel": ("channel", "channel"),
    "recipient": ("recipient", "recipient"),
    "sector": ("sector", "sector"),
    "sector-group": ("left(sector, 3)", "left(sector, 3)"),
    "year": ("year", "year"),
    "currency": ("currency", "currency"),
}

_VIEW_CONDITIONS: Final[dict[View, str]] = {
    "original-donors": "at_level and original",
    "all-reporters": "at_level",
    "new-money": "at_level and new_usd is not null",
}
_CALLED: Final = "{key} in (select key from called where text in ({marks}))"
_ONCE: Final = (
    "source in ('iati', 'crs', 'fts') and (kind = 'B' or not exists (select 1 from linked"
    " where not linked.counts and linked.activity_key = flows.activity_key"
    " and linked.row_no = flows.row_no and linked.recipient = flows.recipient))"
)
_MARKED: Final = (
    "activity_key in (select activity_key from markers"
    " where concat_ws(':', vocabulary, code, coalesce(significance, 0)) in ({marks}))"
)


class FilterError(ValueError):
    """A filter or grouping that does not exist; the message lists those that do."""


@dataclass(frozen=True, slots=True)
class FlowFilter:
    """Empty means all. ``donors`` are keys or names; ``sectors`` codes or their first digits;
    ``recipients`` alpha-2 codes or ``region 289``; ``channels`` receivers by name; ``markers``
    vocabulary, code and significance joined by colons. ``-`` among sectors, recipients and
    channels, and year 0, are what states none. ``exactly`` are groupings of ``BY`` with the one
    key of each that is meant, None where none is stated: what a cell of a table means, on top of
    everything else. ``together`` adds IATI, CRS and FTS up, a flow told of by several counted
    once. Pledges and budgets only when asked for.
    """

    donors: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    flow_types: tuple[str, ...] = DEFAULT_TYPES
    sources: tuple[str, ...] = ()
    reporters: tuple[str, ...] = ()
    donor_countries: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    markers: tuple[str, ...] = ()
    exactly: tuple[tuple[str, str | None], ...] = ()
    together: bool = False
    view: View = "original-donors"
    quarantined: Quarantined = "excluded"

    def __post_init__(self) -> None:
        if self.view not in VIEWS:
            raise FilterError(f"There is no view {self.view}; choose one of {', '.join(VIEWS)}.")
        if self.together and self.view != VIEWS[0]:
            raise FilterError(f"Sources are added up in the view {VIEWS[0]} only.")


def money(wanted: FlowFilter) -> str:
    """The column that holds the view's dollars."""
    return "new_usd" if wanted.view == "new-money" else "usd"


def conditions(wanted: FlowFilter) -> tuple[str, list[object]]:
    """The SQL condition and its parameters, in order."""
    parts, values = [_VIEW_CONDITIONS[wanted.view]], list[object]()
    if wanted.quarantined != "included":
        parts.append("quarantined" if wanted.quarantined == "only" else "not quarantined")
    columns: list[tuple[str, Sequence[object]]] = [
        ("coalesce(recipient, '-')", wanted.recipients),
        ("coalesce(year, 0)", wanted.years),
        ("flow_type", wanted.flow_types),
        ("source", wanted.sources),
        ("donor_country", wanted.donor_countries),
        ("coalesce(channel, '-')", wanted.channels),
    ]
    for column, chosen in columns:
        if chosen:
            parts.append(f"{column} in ({_marks(chosen)})")
            values += chosen
    for key, chosen in (("donor_key", wanted.donors), ("reporter_key", wanted.reporters)):
        if chosen:
            parts.append(_CALLED.format(key=key, marks=_marks(chosen)))
            values += chosen
    if wanted.sectors:
        one = "starts_with(coalesce(sector, '-'), ?)"
        parts.append("(" + " or ".join(one for _ in wanted.sectors) + ")")
        values += wanted.sectors
    if wanted.together:
        parts.append(_ONCE)
    if wanted.markers:
        parts.append(_MARKED.format(marks=_marks(wanted.markers)))
        values += wanted.markers
    for group, meant in wanted.exactly:
        ((column, _label),) = group_columns([group])
        parts.append(f"{column} is null" if meant is None else f"{column}::varchar = ?")
        values += [] if meant is None else [meant]
    return " and ".join(parts), values


def group_columns(by: Sequence[str]) -> list[tuple[str, str]]:
    """Key and label columns of each grouping; raises FilterError for one that does not exist."""
    unknown = [name for name in by if name not in BY]
    if unknown:
        raise FilterError(f"One cannot sum by {unknown[0]}; choose from {', '.join(BY)}.")
    return [BY[name] for name in by]


def _marks(chosen: Sequence[object]) -> str:
    return ", ".join("?" for _ in chosen)
