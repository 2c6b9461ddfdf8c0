"""What a brief is made from: everything the reader may see about one need, read once."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.db.models import Q
from django.utils.translation import gettext as _

from appui.evidence.models import Figure, Source
from appui.evidence.queries import Conflict, conflicts, figures
from appui.funding.gap import Cell, Kind
from appui.funding.models import Proposal
from appui.funding.queries import GapRow, NeedGap, need_gap, open_asks
from appui.kernel.access import ANONYMOUS, Reader
from appui.kernel.errors import Missing
from appui.kernel.money import Money, cents
from appui.needs.models import Need, NeedLine
from appui.needs.queries import needs_with_lines
from appui.publishing import units
from appui.publishing.giving import Giving, published_giving
from appui.registry.models import Location, Organisation, Person
from appui.registry.queries import codes_by_value
from appui.strategies.models import Strength
from appui.strategies.queries import strengths_for

# Measures that tell what was done. Those in CONTEXT tell neither that nor the problem; the others
# that are not money tell the problem.
RESULTS = frozenset(
    {
        "area_released",
        "area_cancelled",
        "area_reduced",
        "area_cleared",
        "devices_destroyed",
        "prostheses_delivered",
        "people_reached",
        "people_trained",
        "persons_referred",
        "projects_supported",
    }
)


CONTEXT = frozenset(
    {
        "target_area",
        "productivity",
        "population",
        "member_states",
        "states_parties",
        "countries_covered",
        "border_length",
        "country_area",
        "completion_year",
        "teams_deployed",
        "staff",
    }
)


@dataclass(frozen=True, slots=True)
class Share:
    """Needed, secured and missing of one pillar or run of years; the unsplit has no label."""

    label: str
    amounts: tuple[Decimal, Decimal, Decimal]


@dataclass(frozen=True, slots=True)
class Cofunder:
    """Money signed or carried for the need by one agreement or line, as recorded."""

    name: str
    money: Money
    signed_on: date | None
    source: Source | None
    record: str
    url: str


@dataclass(frozen=True, slots=True)
class Material:
    """The rows behind a brief. ``readable`` holds the keys of the sources the reader may see."""

    need: Need
    lines: tuple[NeedLine, ...]
    places: tuple[Location, ...]
    figures: tuple[Figure, ...]
    gap: NeedGap
    conflicts: tuple[Conflict, ...]
    asks: tuple[Proposal, ...]
    giving: tuple[Giving, ...]
    contacts: tuple[Person, ...]
    strengths: tuple[Strength, ...]
    readable: frozenset[int]


def gather(need: Need, *, reader: Reader, donor: Organisation | None, today: date) -> Material:
    """At most twenty queries whatever the need holds; ``asks`` are the open ones to ``donor``.

    Raises ``Missing`` when the reader may not see the need.
    """
    found = needs_with_lines(reader).filter(pk=need.pk).first()
    if found is None:
        raise Missing(_("There is no need here that you may see."))
    lines = tuple(found.lines.all())
    gap = need_gap(found, reader, today=today)
    places = _places(found, lines)
    cited = _own_sources(found, lines)
    known = tuple(_figures(reader, places, cited))
    cited |= {figure.source_id for figure in known}
    cited |= {row.source.pk for row in gap.rows if isinstance(row.source, Source)}
    strengths = tuple(strengths_for(found.owner, reader))
    cited |= {entry.said_by.pk for entry in strengths if entry.said_by is not None}
    visible = Source.objects.visible_to(reader).filter(pk__in=cited)
    return Material(
        need=found,
        lines=lines,
        places=places,
        figures=known,
        gap=gap,
        conflicts=tuple(conflicts(reader, locations=_with_countries(places))),
        asks=tuple(_asks(found, reader, donor)) if donor else (),
        giving=tuple(published_giving(donor, found)) if donor else (),
        contacts=tuple(Person.objects.visible_to(ANONYMOUS).filter(organisation=found.owner)),
        strengths=strengths,
        readable=frozenset(visible.values_list("pk", flat=True)),
    )


def shares_by_pillar(gap: NeedGap) -> list[Share]:
    """One a pillar, by name of the pillar in the active language."""
    labels = codes_by_value("Pillar")
    return [
        _share(cell, str(labels[cell.label]) if cell.label in labels else "")
        for cell in gap.by("pillar")
    ]


def shares_by_years(gap: NeedGap) -> list[Share]:
    """One a year, or run of years that no line splits."""
    return [_share(cell, cell.label or "") for cell in gap.by("years")]


def _share(cell: Cell, label: str) -> Share:
    amounts = (cents(cell.need), cents(cell.secured), cents(cell.missing))
    return Share(label, amounts)


def cofunders(gap: NeedGap) -> list[Cofunder]:
    """What is secured, one row an agreement or line, largest first within a currency."""
    merged: dict[tuple[str, str], Cofunder] = {}
    for row in gap.rows:
        if row.kind != Kind.SECURED:
            continue
        item = _cofunder(row)
        known = merged.get((item.url, item.money.currency))
        money = item.money if known is None else known.money + item.money
        merged[item.url, item.money.currency] = replace(item, money=money)
    return sorted(merged.values(), key=lambda item: (item.money.currency, -item.money.amount))


def _cofunder(row: GapRow) -> Cofunder:
    return Cofunder(
        name=row.donor or row.label,
        money=row.original,
        signed_on=row.signed_on,
        source=row.source if isinstance(row.source, Source) else None,
        record=row.label,
        url=row.url,
    )


def signed_by(gap: NeedGap, donor: Organisation) -> list[Cofunder]:
    """What this donor has signed for the need."""
    return [item for item in cofunders(gap) if item.signed_on and item.name == str(donor)]


def _own_sources(need: Need, lines: Iterable[NeedLine]) -> set[int]:
    keys = {need.source_id, *(line.source_id for line in lines)}
    return {key for key in keys if key is not None}


def _places(need: Need, lines: Iterable[NeedLine]) -> tuple[Location, ...]:
    """The places of the need and of its lines, each once, by code."""
    found = {place.pk: place for place in need.locations.select_related("parent")}
    found |= {line.location.pk: line.location for line in lines if line.location is not None}
    return tuple(sorted(found.values(), key=lambda place: place.code))


def _figures(reader: Reader, places: Iterable[Location], cited: Iterable[int]) -> Iterable[Figure]:
    """Current figures of those places, of their countries, and of the need's own sources."""
    here = Q(location__in=_with_countries(places))
    return (
        figures(reader)
        .filter(here | Q(location=None, source__in=list(cited)), superseded_by=None)
        .filter(source__in=Source.objects.visible_to(reader))
    )


def _with_countries(places: Iterable[Location]) -> list[Location]:
    """The places and the countries that they lie in."""
    found = {place.pk: place for place in places}
    found |= {place.parent.pk: place.parent for place in places if place.parent is not None}
    return list(found.values())


def _asks(need: Need, reader: Reader, donor: Organisation) -> Iterable[Proposal]:
    return open_asks(reader).filter(
        Q(donor__in=[donor.pk, donor.standing_id]) | Q(donor__merged_into=donor.standing_id),
        need=need,
    )


def problem_figures(material: Material, count: int = 3) -> list[Figure]:
    """The figures that say how large the problem is."""
    return _one_a_family(
        material,
        count,
        [
            figure
            for figure in material.figures
            if figure.measure.code not in RESULTS | CONTEXT and not units.is_money(figure.unit)
        ],
    )


def result_figures(material: Material, count: int = 3) -> list[Figure]:
    """The figures that say what was done.

    What the sources of the need itself say is what is planned, so it is left out.
    """
    own = _own_sources(material.need, material.lines)
    return _one_a_family(
        material,
        count,
        [
            figure
            for figure in material.figures
            if figure.measure.code in RESULTS and figure.source_id not in own
        ],
    )


def rivals(material: Material, figure: Figure) -> list[Figure]:
    """What other publishers say of the same thing at about the same time."""
    printable = {item.pk for item in material.figures}
    return [
        claim
        for conflict in material.conflicts
        if any(claim.pk == figure.pk for claim in conflict.claims)
        for claim in conflict.claims
        if claim.pk != figure.pk and claim.pk in printable
    ]


def day_of(figure: Figure) -> date:
    """The day a figure is of, or the last of its period."""
    found = figure.as_of or figure.period_end
    if found is None:
        raise ValueError(f"Figure {figure.pk} has neither a date nor a period.")
    return found


def _one_a_family(material: Material, count: int, among: list[Figure]) -> list[Figure]:
    """The latest figure of each family of measures, those of the need's own sources first.

    A measure and its parts (mined area within contaminated area) are one family: the whole is
    preferred to its parts.
    """
    own = _own_sources(material.need, material.lines)
    latest: dict[int, Figure] = {}
    for figure in sorted(among, key=lambda item: (day_of(item), -item.pk), reverse=True):
        latest.setdefault(figure.measure_id, figure)
    ordered = sorted(
        latest.values(),
        key=lambda item: (item.source_id not in own, item.measure.position, item.measure.code),
    )
    families: dict[int, Figure] = {}
    for figure in sorted(ordered, key=lambda item: item.measure.parent_id is not None):
        families.setdefault(figure.measure.parent_id or figure.measure_id, figure)
    return [figure for figure in ordered if figure in families.values()][:count]
