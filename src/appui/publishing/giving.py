"""What a donor is publicly known to have given to the sector and countries of a need."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from urllib.parse import urlencode

from django.urls import reverse

from appui.intelligence.corpus import Corpus, FlowFilter, FlowSum, flow_rows, sum_flows
from appui.intelligence.published import published
from appui.needs.models import Need
from appui.registry.models import Organisation
from appui.registry.queries import match_organisations

WINDOW = 5
SHOWN = 6
ROWS_READ = 200


@dataclass(frozen=True, slots=True)
class Giving:
    """One sum of published rows in US dollars, never to be added to another.

    ``page`` and ``web`` are those of the publication when all its rows share them.
    """

    usd: Decimal
    count: int
    flow_type: str
    reporter: str
    first_year: int
    last_year: int
    rows_url: str
    page: str
    web: str


def published_giving(donor: Organisation, need: Need) -> list[Giving]:
    """Sums of the last five years with any, by reporter and type of flow, newest first."""
    corpus = published()
    wanted = _of_donor(corpus, donor, need)
    if wanted is None:
        return []
    groups: dict[tuple[str, str, str], list[FlowSum]] = {}
    for item in _of_last_years(sum_flows(corpus, wanted, ("reporter", "year"))):
        groups.setdefault((str(item.keys[0]), item.flow_type, item.source), []).append(item)
    found = [_giving(corpus, wanted, key, members) for key, members in groups.items()]
    found = [item for item in found if item.usd > 0]
    return sorted(found, key=lambda item: (-item.last_year, -item.usd))[:SHOWN]


def _of_last_years(sums: list[FlowSum]) -> list[FlowSum]:
    last = max((int(item.keys[1]) for item in sums if item.keys[1]), default=0)
    return [item for item in sums if item.keys[1] and int(item.keys[1]) > last - WINDOW]


def _of_donor(corpus: Corpus, donor: Organisation, need: Need) -> FlowFilter | None:
    """Rows of the donor, under whichever names it is published, about the need; None without."""
    countries = sorted({place.country_code for place in need.locations.all()})
    wanted = FlowFilter(recipients=tuple(countries), sectors=(need.sector.code,))
    named = {item.labels[0]: str(item.keys[0]) for item in sum_flows(corpus, wanted, ("donor",))}
    known = match_organisations(named) if named else {}
    keys = sorted(named[name] for name, found in known.items() if found.pk == donor.standing_id)
    return replace(wanted, donors=tuple(keys)) if countries and keys else None


def _giving(
    corpus: Corpus, wanted: FlowFilter, key: tuple[str, str, str], members: list[FlowSum]
) -> Giving:
    reporter, flow_type, source = key
    years = sorted(int(item.keys[1]) for item in members if item.keys[1])
    exact = replace(
        wanted,
        years=tuple(range(years[0], years[-1] + 1)),
        flow_types=(flow_type,),
        sources=(source,),
        reporters=(reporter,),
    )
    count = sum(item.parts for item in members)
    rows = flow_rows(corpus, exact, limit=ROWS_READ)
    complete = len(rows) == count
    return Giving(
        usd=sum((item.usd for item in members), Decimal(0)),
        count=count,
        flow_type=flow_type,
        reporter=members[0].labels[0],
        first_year=years[0],
        last_year=years[-1],
        rows_url=_rows_url(exact),
        page=_shared(row.page for row in rows) if complete else "",
        web=_shared(row.url for row in rows) if complete else "",
    )


def _shared(values: Iterable[str | None]) -> str:
    found = set(values)
    return (found.pop() or "") if len(found) == 1 else ""


def _rows_url(wanted: FlowFilter) -> str:
    """The page of exactly the rows behind the sum."""
    asked = {
        "donor": wanted.donors,
        "country": wanted.recipients,
        "sector": wanted.sectors,
        "from": wanted.years[0],
        "to": wanted.years[-1],
        "type": wanted.flow_types,
        "source": wanted.sources,
        "reporter": wanted.reporters,
    }
    return f"{reverse('intelligence:flow_rows')}?{urlencode(asked, doseq=True)}"
