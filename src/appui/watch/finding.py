"""What a saved search finds today, as drafts of signals; nothing is written here."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.urls import reverse

from appui.eligibility import queries as eligible
from appui.evidence.models import Figure, Source
from appui.funding.models import Fund
from appui.intelligence.corpus import Corpus, FlowFilter, FlowSum, sum_flows
from appui.kernel.access import Reader
from appui.kernel.folding import fold
from appui.kernel.money import Money
from appui.portfolio.models import Activity
from appui.registry.models import Organisation
from appui.registry.queries import match_organisations, names_of, places_by_code
from appui.watch.changes import Sides, WindowChange, changed_windows, last_entry
from appui.watch.models import FeedItem, Search, Subject
from appui.watch.queries import feeds
from appui.watch.signals import LATELY, Call, Dated, Giving, Moved, dated, moved

MOST: Final = 200  # signals of one search and year; the largest differences are kept
TWO: Final = 2  # years that a comparison takes
STALE: Final = 4  # years after which what was published last is no news any more
SETTLED: Final = 2  # years after which a year counts as wholly published
OVER_FLOWS: Final = (Subject.FLOWS, Subject.DONORS)
OPENED: Final = "call-opened"
PREFERRED: Final = ("spend", "commitment")

Who = tuple[str, str]  # the key of a donor and, for searches by donor, of a place
Basis = tuple[str, str]  # a source and a type of flow, which are never added up


@dataclass(frozen=True, slots=True)
class Draft:
    """One signal to be: ``identity`` says what it is about, ``fields`` what is kept of it."""

    identity: tuple[object, ...]
    fields: Mapping[str, Any]

    @property
    def key(self) -> str:
        """The same whenever the same thing is found again."""
        return hashlib.sha256(repr(self.identity).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Found:
    """The drafts of one search; ``left_out`` are smaller ones beyond the most one search keeps,
    ``trail_seen`` the last line of the trail that was looked at, None for other searches."""

    drafts: list[Draft]
    left_out: int = 0
    trail_seen: int | None = None


@dataclass(slots=True)
class _Scope:
    """The sums of one source and type of flow within a search."""

    years: dict[Who, dict[int, Decimal]] = field(default_factory=dict)
    names: dict[Who, str] = field(default_factory=dict)

    def add(self, item: FlowSum, who: Who, year: int) -> None:
        self.years.setdefault(who, {})[year] = item.usd
        self.names[who] = item.labels[0]


@dataclass(frozen=True, slots=True)
class _Known:
    """Of which years each basis says anything, by giver wherever it gives, and by place."""

    givers: Mapping[tuple[Basis, str], set[int]]
    places: Mapping[tuple[Basis, str], set[int]]


def find(search: Search, reader: Reader, corpus: Corpus | None, *, today: date) -> Found:
    """What the search finds as ``reader``, whose access is that of the search's organisation."""
    if search.subject in OVER_FLOWS:
        return _moves(search, corpus, today) if corpus is not None else Found([])
    if search.subject == Subject.CALLS:
        seen = last_entry()
        calls = [*_calls(search, reader, today, seen), *_items(search, reader, today)]
        return Found(calls, trail_seen=seen)
    return Found([*_statements(search, reader), *_items(search, reader, today)])


def _moves(search: Search, corpus: Corpus, today: date) -> Found:
    """Changes between the last published year and those before, each giver by its best basis."""
    wanted = _filter(search)
    scopes = _scopes(sum_flows(corpus, wanted, _grouping(search)), search, today)
    if not scopes:
        return Found([])
    known = _Known(
        givers=_years_known(corpus, FlowFilter(donors=wanted.donors), "donor", today),
        places=_years_known(corpus, replace(wanted, donors=()), _place_of(search), today),
    )
    found = [
        (basis, one)
        for basis, scope in scopes.items()
        for one in _moved_in(scope, basis, scopes, known, search, today)
    ]
    found.sort(key=lambda pair: -abs(pair[1].after - pair[1].before))
    kept = found[:MOST]
    return Found(_move_drafts(kept, scopes, wanted, search), len(found) - len(kept))


def _filter(search: Search) -> FlowFilter:
    names = {name for donor in search.donors.all() for name in names_of(donor)}
    return FlowFilter(
        donors=tuple(sorted(names)),
        recipients=tuple(place.code for place in search.locations.all() if len(place.code) == 2),
        sectors=tuple(code.code for code in search.sectors.all()),
    )


def _grouping(search: Search) -> tuple[str, ...]:
    place = _place_of(search)
    return ("donor", place, "year") if place else ("donor", "year")


def _scopes(sums: Iterable[FlowSum], search: Search, today: date) -> dict[Basis, _Scope]:
    """Sums by basis, of the years that are over."""
    scopes: dict[Basis, _Scope] = {}
    for item in sums:
        year = item.keys[-1]
        if isinstance(year, int) and year < today.year:
            place = str(item.keys[1] or "") if search.subject == Subject.DONORS else ""
            scope = scopes.setdefault((item.source, item.flow_type), _Scope())
            scope.add(item, (str(item.keys[0]), place), year)
    return scopes


def _place_of(search: Search) -> str:
    """What the places of a search are told apart by; nothing where all are one scope."""
    return "recipient" if search.subject == Subject.DONORS else ""


def _years_known(
    corpus: Corpus, wanted: FlowFilter, by: str, today: date
) -> dict[tuple[Basis, str], set[int]]:
    """The years that are over of which each basis says anything at all of a giver or place."""
    found: dict[tuple[Basis, str], set[int]] = {}
    for item in sum_flows(corpus, wanted, (by, "year") if by else ("year",)):
        year = item.keys[-1]
        if isinstance(year, int) and year < today.year:
            name = str(item.keys[0] or "") if by else ""
            found.setdefault(((item.source, item.flow_type), name), set()).add(year)
    return found


def _moved_in(
    scope: _Scope,
    basis: Basis,
    scopes: Mapping[Basis, _Scope],
    known: _Known,
    search: Search,
    today: date,
) -> Iterator[Moved[Who]]:
    """The changes of one basis, in each place for the last year that is known of it.

    Places of which one year alone is known, or whose last year is long past, give none.
    """
    for place in sorted({who[1] for who in scope.years}):
        years = known.places[basis, place]
        if len(years) < TWO or today.year - max(years) > STALE:
            continue
        givings = [
            Giving(who, of_one, frozenset(known.givers[basis, who[0]] & years))
            for who, of_one in scope.years.items()
            if who[1] == place and _best_basis(who, scopes) == basis
        ]
        yield from moved(
            givings,
            year=max(years),
            complete=today.year - max(years) >= SETTLED,
            minimum=search.minimum or Decimal(0),
        )


def _best_basis(who: Who, scopes: Mapping[Basis, _Scope]) -> Basis:
    """The source and type with most years of this giver; disbursements before commitments."""
    holding = [basis for basis, scope in scopes.items() if who in scope.years]
    return max(
        holding,
        key=lambda basis: (
            len(scopes[basis].years[who]),
            -PREFERRED.index(basis[1]) if basis[1] in PREFERRED else -len(PREFERRED),
            basis,
        ),
    )


def _move_drafts(
    found: Sequence[tuple[Basis, Moved[Who]]],
    scopes: Mapping[Basis, _Scope],
    wanted: FlowFilter,
    search: Search,
) -> list[Draft]:
    names = {scopes[basis].names[one.who] for basis, one in found}
    known: Mapping[str, Organisation] = match_organisations(names) if names else {}
    places = places_by_code({one.who[1] for _basis, one in found if one.who[1]})
    drafts = []
    for basis, one in found:
        name = scopes[basis].names[one.who]
        fields = {
            "kind": one.kind,
            "title": _titled(name, one.who[1], places)[:500],
            "donor": known.get(name),
            "location": places.get(one.who[1]),
            "year": one.year,
            "since": one.since,
            "before": one.before,
            "after": one.after,
            "confidence": one.confidence,
            "said_by": "/".join(basis),
            "url": _rows_url(wanted, basis, one),
        }
        drafts.append(Draft((one.kind, *basis, *one.who, one.year), fields))
    return drafts


def _titled(name: str, place: str, places: Mapping[str, object]) -> str:
    return f"{name} · {place}" if place and place not in places else name


def _rows_url(wanted: FlowFilter, basis: Basis, one: Moved[Who]) -> str:
    """Where the published rows of both years are."""
    donor, place = one.who
    pairs = {
        "donor": [donor],
        "country": [place] if place else list(wanted.recipients),
        "sector": list(wanted.sectors),
        "from": [one.since or one.year],
        "to": [one.year],
        "source": [basis[0]],
        "type": [basis[1]],
    }
    return f"{reverse('intelligence:flow_rows')}?{urlencode(pairs, doseq=True)}"


def _calls(search: Search, reader: Reader, today: date, seen: int) -> Iterator[Draft]:
    """Openings and deadlines by their days, then what else changed since the last run.

    Of a change all are told that match, the windows that no longer fit among them.
    """
    matching = _matching_funds(search, reader)
    funds = _fitting(matching, search, reader, today)
    told: dict[int, set[str]] = {}
    for one in dated([Call(row, row.opens_on, row.deadline) for row in funds], today=today):
        told.setdefault(one.who.pk, set()).add("opens_on" if one.kind == OPENED else "deadline")
        yield _call_draft(one)
    for change in changed_windows(matching, since=search.trail_seen, until=seen):
        left = {k: v for k, v in change.fields.items() if k not in told.get(change.fund.pk, ())}
        if left:
            yield _change_draft(change, left, search)


def _change_draft(change: WindowChange, fields: Mapping[str, Sides], search: Search) -> Draft:
    """One signal for all that changed since the last run; of a window of another organisation only
    what it says now."""
    fund = change.fund
    donor = fund.organisation.merged_into or fund.organisation
    own = fund.owner_id == search.owner_id
    return Draft(
        ("changed", "fund", fund.pk, change.entry),
        {
            "kind": "changed",
            "title": f"{fund} · {donor}"[:500],
            "donor": donor,
            "fund": fund,
            "happens_on": change.on,
            "said_by": str(donor)[:300],
            "url": fund.url,
            "currency": fund.currency,
            "changes": {
                name: [before if own else "", after] for name, (before, after) in fields.items()
            },
        },
    )


def _fitting(funds: Sequence[Fund], search: Search, reader: Reader, today: date) -> Sequence[Fund]:
    """Those whose grants hold the size asked, and whose rules do not exclude the project."""
    if search.size:
        funds = eligible.sized(funds, Money(search.size, "USD"), today)
    project = Activity.objects.visible_to(reader).filter(pk=search.activity_id or 0).first()
    if project is None:
        return funds
    judged = eligible.verdicts([project], funds, reader, day=today)
    return [f for f in funds if judged[project.pk, f.pk].standing != "not-eligible"]


def _matching_funds(search: Search, reader: Reader) -> list[Fund]:
    """Windows and calls of the donors, places, sectors and words asked; those open to all match
    too."""
    rows = Fund.objects.visible_to(reader).select_related("organisation__merged_into")
    donors, places, sectors = (
        list(items.all()) for items in (search.donors, search.locations, search.sectors)
    )
    if donors:
        rows = rows.filter(Q(organisation__in=donors) | Q(organisation__merged_into__in=donors))
    if places:
        rows = rows.filter(Q(locations=None) | Q(locations__in=places))
    if sectors:
        rows = rows.filter(Q(sectors=None) | Q(sectors__in=sectors))
    found = rows.distinct()
    return [row for row in found if _has_words(search, f"{_texts(row.title)} {row.conditions}")]


def _call_draft(one: Dated[Fund]) -> Draft:
    fund, donor = one.who, one.who.organisation.merged_into or one.who.organisation
    fields = {
        "kind": one.kind,
        "title": f"{fund} · {donor}"[:500],
        "donor": donor,
        "fund": fund,
        "happens_on": one.on,
        "after": fund.envelope or fund.maximum,
        "currency": fund.currency,
        "said_by": str(donor)[:300],
        "url": fund.url,
    }
    return Draft((one.kind, "fund", fund.pk, one.on), fields)


def _items(search: Search, reader: Reader, today: date) -> Iterator[Draft]:
    """Entries of feeds that are new since the search began, or were published lately."""
    lately = today - LATELY
    begun = search.created_at - LATELY
    rows = (
        FeedItem.objects.filter(feed__in=feeds(reader).filter(subject=search.subject))
        .filter(Q(published_on__gte=lately) | Q(published_on=None, known_before=False))
        .filter(first_seen_at__gte=begun)
        .select_related("feed__organisation__merged_into")
    )
    donors = set(search.donors.values_list("pk", flat=True))
    for row in rows:
        whose = row.feed.organisation
        standing = whose.standing_id if whose else None
        if donors and standing is not None and standing not in donors:
            continue
        if _has_words(search, f"{row.title} {row.summary}", _places(search)):
            yield _item_draft(row, search)


def _item_draft(row: FeedItem, search: Search) -> Draft:
    whose = row.feed.organisation
    fields = {
        "kind": "call-opened" if search.subject == Subject.CALLS else "statement",
        "title": row.title,
        "donor": (whose.merged_into or whose) if whose else None,
        "item": row,
        "happens_on": row.published_on,
        "confidence": "fair",
        "said_by": row.feed.title,
        "url": row.url,
    }
    return Draft(("item", row.feed_id, row.key), fields)


def _statements(search: Search, reader: Reader) -> Iterator[Draft]:
    begun = search.created_at - timedelta(days=LATELY.days)
    for source in Source.objects.visible_to(reader).filter(created_at__gte=begun):
        text = f"{source.publisher} {source.title} {source.note}"
        if _has_words(search, text, _places(search)):
            fields = {
                "kind": "statement",
                "title": source.title[:500],
                "source": source,
                "happens_on": source.published_on,
                "said_by": source.publisher[:300],
                "url": source.get_absolute_url(),
            }
            yield Draft(("source", source.pk), fields)
    for figure in _figures(search, reader).filter(created_at__gte=begun):
        if _has_words(search, f"{_texts(figure.measure.label)} {figure.source}"):
            yield _figure_draft(figure)


def _figures(search: Search, reader: Reader) -> QuerySet[Figure]:
    rows = Figure.objects.visible_to(reader).select_related("measure", "unit", "location", "source")
    places = list(search.locations.all())
    if not places:
        return rows
    return rows.filter(Q(location__in=places) | Q(location__parent__in=places))


def _figure_draft(figure: Figure) -> Draft:
    fields = {
        "kind": "statement",
        "title": str(figure)[:500],
        "location": figure.location,
        "figure": figure,
        "happens_on": figure.days[1],
        "said_by": figure.source.publisher[:300],
        "url": figure.get_absolute_url(),
    }
    return Draft(("figure", figure.pk), fields)


def _places(search: Search) -> list[str]:
    """The names of the places asked for, in every language; one of them must stand in the text."""
    return [name for place in search.locations.all() for name in place.name.values()]


def _has_words(search: Search, text: str, one_of: Sequence[str] = ()) -> bool:
    """Whether every word of the search stands in the text, accents and case aside."""
    whole = fold(text)
    named = not one_of or any(fold(name) in whole for name in one_of)
    return named and all(word in whole for word in fold(search.words).split())


def _texts(value: Mapping[str, str]) -> str:
    return " ".join(value.values())
