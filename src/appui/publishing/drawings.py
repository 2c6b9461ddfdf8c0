"""The chart and the map of a brief, as data."""

from decimal import Decimal

from django.utils.translation import gettext as _

from appui.funding.queries import NeedGap
from appui.publishing.content import ChartData, MapData, plain
from appui.publishing.material import Material
from appui.publishing.pen import Pen
from appui.registry import outlines

COUNTRIES_WITH_PROVINCES = 5


def chart_of(pen: Pen, gap: NeedGap, caption: str, numbers: tuple[int, ...]) -> ChartData:
    """The four amounts as bars, resting on the sources of those numbers."""
    amounts = gap.total
    bars = (
        (_("Needed"), amounts.need),
        (_("Secured"), amounts.secured),
        (_("Asked"), amounts.asked),
        (_("Missing"), amounts.missing),
    )
    return ChartData(
        title=_("From the need to what is missing"),
        caption=caption,
        alt=plain(", ".join(f"{label} {pen.money(value)}" for label, value in bars)),
        currency=gap.currency,
        bars=bars,
        source_numbers=numbers,
    )


def map_of(pen: Pen, material: Material, caption: str) -> MapData | None:
    """The places of the need, shaded by their cost when every line has its place."""
    topology, placed = _topology(material)
    values = _values(material, topology, placed=placed)
    if not values:
        return None
    names = ", ".join(plain(place) for place in material.places)
    return MapData(
        title=_("Cost by place") if placed else _("Where"),
        caption=caption,
        alt=_("Map of the places of the need: %(places)s") % {"places": names},
        legend=pen.need.currency if placed else _("Places of the need"),
        blank=_("Not part of the need"),
        by_value=placed,
        topology=topology,
        values=values,
        source_numbers=(pen.record(),),
    )


def _topology(material: Material) -> tuple[outlines.Topology, bool]:
    """The outlines that every line has one of, and whether there are such.

    Without them the provinces where the countries are few, else the countries.
    """
    codes = {place.country_code for place in material.places}
    whole = outlines.countries(codes)
    parts = outlines.provinces(codes) if len(codes) <= COUNTRIES_WITH_PROVINCES else None
    if parts is not None and _is_placed(material, parts):
        return parts, True
    if _is_placed(material, whole):
        return whole, len(codes) > 1
    return (whole if parts is None else parts), False


def _is_placed(material: Material, topology: outlines.Topology) -> bool:
    """Whether each line has one outline of its own to put its cost on."""
    return bool(material.lines) and all(
        line.location is not None and len(outlines.drawn_by(line.location, topology)) == 1
        for line in material.lines
    )


def _values(material: Material, topology: outlines.Topology, *, placed: bool) -> dict[str, Decimal]:
    shaded = [
        outline for place in material.places for outline in outlines.drawn_by(place, topology)
    ]
    if not placed:
        return dict.fromkeys(shaded, Decimal(1))
    values: dict[str, Decimal] = {}
    for line in material.lines:
        if line.location is not None:
            (outline,) = outlines.drawn_by(line.location, topology)
            values[outline] = values.get(outline, Decimal(0)) + line.cost
    return values
