"""Answers about sources and figures, and where two publishers disagree."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import chain, combinations
from typing import Any

from django.db.models import Count, Q, QuerySet

from appui.evidence.models import Figure, Source
from appui.kernel.access import Reader
from appui.registry.models import Code, Location

SAME_TIME = timedelta(days=184)
TOLERANCE = Decimal("0.005")
BY_MEASURE = ("measure__position", "measure", "-fact_date", "pk")
JOINED = ("measure", "location", "unit", "source", "owner", "superseded_by")


@dataclass(frozen=True, slots=True)
class Conflict:
    """What two publishers or more say differently of one thing at about the same time.

    ``claims`` are figures of one unit, newest first.
    """

    measure: Code
    location: Location | None
    unit: Code
    claims: tuple[Figure, ...]

    @property
    def subject(self) -> str:
        """What the claims are about: measure with its detail, and the place."""
        place = f" · {self.location}" if self.location else ""
        return f"{self.claims[0].name}{place}"

    @property
    def spread(self) -> Decimal:
        """How far the claims lie apart, as a ratio of the largest."""
        return difference([figure.value for figure in self.claims])


@dataclass(frozen=True, slots=True)
class MixedUnits:
    """One measure of one place stated in several units, so that its figures are not compared."""

    measure: Code
    location: Location | None
    units: tuple[Code, ...]


def sources(reader: Reader) -> QuerySet[Source]:
    """Sources the reader may see, each with ``figure_count`` of the figures that reader sees."""
    seen = Figure.objects.visible_to(reader).values("pk")
    rows: QuerySet[Source] = Source.objects.visible_to(reader)
    return rows.select_related("owner").annotate(
        figure_count=Count("figures", filter=Q(figures__in=seen), distinct=True)
    )


def figures(reader: Reader) -> QuerySet[Figure]:
    """Figures the reader may see, joined with all that a list shows; one query."""
    rows: QuerySet[Figure] = Figure.objects.visible_to(reader).dated().select_related(*JOINED)
    return rows


def vintages(figure: Figure, reader: Reader) -> list[Figure]:
    """The chain that ``figure`` is part of, newest first; one query."""
    alike = figures(reader).filter(
        measure=figure.measure_id,
        location=figure.location_id,
        unit=figure.unit_id,
        owner=figure.owner_id,
    )
    by_key = {item.pk: item for item in alike}
    newer = {item.supersedes_id: item for item in alike if item.supersedes_id}
    top = by_key.get(figure.pk, figure)
    while top.pk in newer:
        top = newer[top.pk]
    found = [top]
    while (older := by_key.get(found[-1].supersedes_id or 0)) is not None:
        found.append(older)
    return found


def conflicts(
    reader: Reader,
    *,
    locations: Iterable[Location] | None = None,
    measures: Iterable[Code] | None = None,
) -> list[Conflict]:
    """Where publishers disagree by more than 0.5 %, widest first; one query.

    Current figures of one measure, place, unit and detail are compared when they speak of about
    the same time: dates at most 184 days apart, or overlapping periods that begin and end at most
    that far apart. A figure is held against the one of another publisher nearest to it in time.
    """
    found = [
        Conflict(claims[0].measure, claims[0].location, claims[0].unit, tuple(claims))
        for rows in _alike(_current(reader, locations, measures)).values()
        for claims in _disagreeing(rows)
    ]
    return sorted(found, key=lambda item: (-item.spread, item.measure.code, item.claims[0].pk))


def mixed_units(
    reader: Reader,
    *,
    locations: Iterable[Location] | None = None,
    measures: Iterable[Code] | None = None,
) -> list[MixedUnits]:
    """Measures of a place that are stated in several units; one query."""
    units: dict[tuple[int, int | None], dict[int, Figure]] = defaultdict(dict)
    for figure in _current(reader, locations, measures):
        units[figure.measure_id, figure.location_id].setdefault(figure.unit_id, figure)
    return [
        MixedUnits(
            next(iter(rows.values())).measure,
            next(iter(rows.values())).location,
            tuple(figure.unit for figure in rows.values()),
        )
        for rows in units.values()
        if len(rows) > 1
    ]


def _current(
    reader: Reader, locations: Iterable[Location] | None, measures: Iterable[Code] | None
) -> QuerySet[Figure]:
    rows = figures(reader).filter(superseded_by=None)
    if locations is not None:
        rows = rows.filter(location__in=[place.pk for place in locations])
    if measures is not None:
        rows = rows.filter(measure__in=[measure.pk for measure in measures])
    return rows.order_by("measure__position", "measure", "location__code", "pk")


def _alike(rows: Iterable[Figure]) -> dict[tuple[Any, ...], list[Figure]]:
    """Figures that speak of one thing in one unit."""
    groups: dict[tuple[Any, ...], list[Figure]] = defaultdict(list)
    for row in rows:
        detail = json.dumps(row.detail, sort_keys=True)
        groups[row.measure_id, row.location_id, row.unit_id, detail].append(row)
    return groups


def _one_a_publisher_and_time(rows: Iterable[Figure]) -> dict[tuple[Any, ...], Figure]:
    """By publisher and days; of two for the same days, the one published later."""

    def recency(row: Figure) -> tuple[Any, ...]:
        return row.source.published_on or date.min, row.pk

    return {(_publisher(row), row.days): row for row in sorted(rows, key=recency)}


def _disagreeing(rows: Iterable[Figure]) -> list[list[Figure]]:
    """Sets of figures that contradict one another, each newest first."""
    standing = list(_one_a_publisher_and_time(rows).values())
    if len({_publisher(row) for row in standing}) < 2:
        return []
    nearest = {row.pk: _nearest_by_publisher(row, standing) for row in standing}
    sets: list[list[Figure]] = []
    for one, other in combinations(standing, 2):
        mutual = (
            nearest[one.pk].get(_publisher(other)) is other
            and nearest[other.pk].get(_publisher(one)) is one
        )
        if mutual and difference([one.value, other.value]) > TOLERANCE:
            sets = _joined(sets, one, other)
    return [
        sorted(found, key=lambda row: (row.days[1], row.days[0], row.pk), reverse=True)
        for found in sets
    ]


def _joined(sets: list[list[Figure]], *pair: Figure) -> list[list[Figure]]:
    """``sets`` with those that hold one of ``pair`` made one, which holds both."""
    touched = [found for found in sets if any(row in found for row in pair)]
    members = {row.pk: row for row in chain(*touched, pair)}
    return [*(found for found in sets if found not in touched), list(members.values())]


def _nearest_by_publisher(row: Figure, others: Iterable[Figure]) -> dict[str, Figure]:
    """For each other publisher, its figure nearest in time among those of about the same time."""
    found: dict[str, tuple[timedelta, Figure]] = {}
    for other in others:
        apart = _apart(row, other)
        name = _publisher(other)
        if name == _publisher(row) or apart is None:
            continue
        if name not in found or apart < found[name][0]:
            found[name] = (apart, other)
    return {name: figure for name, (_apart_by, figure) in found.items()}


def _apart(one: Figure, other: Figure) -> timedelta | None:
    """How far two figures lie apart in time; None when they speak of different times."""
    if one.as_of and other.as_of:
        days = abs(one.as_of - other.as_of)
        return days if days <= SAME_TIME else None
    start, end = (abs(one.days[side] - other.days[side]) for side in (0, 1))
    return start + end if max(start, end) <= SAME_TIME and _overlap(one, other) else None


def _overlap(one: Figure, other: Figure) -> bool:
    return one.days[0] <= other.days[1] and other.days[0] <= one.days[1]


def _publisher(figure: Figure) -> str:
    return " ".join(figure.source.publisher.split()).casefold()


def difference(values: Sequence[Decimal]) -> Decimal:
    """Distance of the extremes as a ratio of the larger in size; 0 when all are zero."""
    largest = max(abs(value) for value in values)
    return (max(values) - min(values)) / largest if largest else Decimal(0)
