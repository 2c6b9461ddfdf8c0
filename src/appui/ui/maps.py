"""A map shaded by value, as a picture; put its table beside it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from appui.ui import drawing, formats
from appui.ui.drawing import Spec
from appui.ui.palette import shades, tokens

CLASSES = 5
Topology = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Legend:
    """Words of the legend: what the shades count (with its unit), and what a blank place means."""

    values: str
    unknown: str


def choropleth(
    topology: Topology,
    values: Mapping[str, Decimal],
    *,
    language: str,
    title: str,
    legend: Legend,
    width: int = 380,
    height: int = 320,
) -> str:
    """The places of ``topology`` (TopoJSON, object ``places``, ids are codes) as SVG.

    Five classes that hold as many places each; a place without a value is left pale.
    """
    return drawing.svg(_spec(topology, values, language, title, legend, width, height), language)


def choropleth_png(
    topology: Topology,
    values: Mapping[str, Decimal],
    *,
    language: str,
    title: str,
    legend: Legend,
    width: int = 380,
    height: int = 320,
) -> bytes:
    """``choropleth`` as PNG."""
    return drawing.png(_spec(topology, values, language, title, legend, width, height), language)


def highlighted(
    topology: Topology,
    codes: Collection[str],
    *,
    language: str,
    width: int = 380,
    height: int = 320,
) -> str:
    """The places of ``topology`` with those of ``codes`` shaded alike, as SVG.

    There is no legend: the caption says what they are.
    """
    return drawing.svg(_highlight(topology, codes, width, height), language)


def highlighted_png(
    topology: Topology,
    codes: Collection[str],
    *,
    language: str,
    width: int = 380,
    height: int = 320,
) -> bytes:
    """``highlighted`` as PNG."""
    return drawing.png(_highlight(topology, codes, width, height), language)


def _highlight(topology: Topology, codes: Collection[str], width: int, height: int) -> Spec:
    shaded = {"test": {"field": "id", "oneOf": sorted(codes)}, "value": shades()[3]}
    return {
        "width": width,
        "height": height,
        "data": {"values": topology, "format": {"type": "topojson", "feature": "places"}},
        "projection": {"type": "mercator"},
        "mark": {"type": "geoshape", "stroke": tokens()["paper"], "strokeWidth": 0.8},
        "encoding": {"color": {"condition": shaded, "value": tokens()["sunk"]}},
    }


def breaks(values: Sequence[Decimal]) -> list[Decimal]:
    """Upper bounds of at most five classes that hold as many values each, ascending."""
    ordered = sorted(values)
    if not ordered:
        return []
    ends = (ordered[-(-len(ordered) * step // CLASSES) - 1] for step in range(1, CLASSES + 1))
    return list(dict.fromkeys(ends))


def _spec(
    topology: Topology,
    values: Mapping[str, Decimal],
    language: str,
    title: str,
    legend: Legend,
    width: int,
    height: int,
) -> Spec:
    bounds = breaks(list(values.values()))
    labels = _labels(sorted(values.values()), bounds, language)
    known = [
        {"code": code, "class": labels[_class_of(value, bounds)]} for code, value in values.items()
    ]
    domain = [*labels, legend.unknown]
    colours = [*_spread(len(labels)), tokens()["sunk"]]
    return {
        "width": width,
        "height": height,
        "title": {"text": title, "anchor": "end" if drawing.is_rtl(language) else "start"},
        "data": {"values": topology, "format": {"type": "topojson", "feature": "places"}},
        "transform": [
            {
                "lookup": "id",
                "from": {"data": {"values": known}, "key": "code", "fields": ["class"]},
                "default": legend.unknown,
            }
        ],
        "projection": {"type": "mercator"},
        "mark": {"type": "geoshape", "stroke": tokens()["paper"], "strokeWidth": 0.8},
        "encoding": {"color": _colour(domain, colours, legend, language)},
    }


def _colour(domain: list[str], colours: list[str], legend: Legend, language: str) -> dict[str, Any]:
    shown = {
        "title": legend.values,
        "orient": "left" if drawing.is_rtl(language) else "right",
        "titleLimit": 260,
    }
    return {
        "field": "class",
        "type": "nominal",
        "scale": {"domain": domain, "range": colours},
        "legend": shown,
    }


def _class_of(value: Decimal, bounds: list[Decimal]) -> int:
    return next(index for index, bound in enumerate(bounds) if value <= bound)


def _labels(ordered: list[Decimal], bounds: list[Decimal], language: str) -> list[str]:
    """Each class as the lowest and highest value that is in it."""
    found = []
    for index, bound in enumerate(bounds):
        lowest = next(value for value in ordered if index == 0 or value > bounds[index - 1])
        ends = [formats.amount(end, lang=language) for end in dict.fromkeys((lowest, bound))]
        found.append(" – ".join(ends))
    return found


def _spread(count: int) -> list[str]:
    """``count`` shades from light to dark over the whole ramp."""
    ramp = shades()
    if count == 1:
        return [ramp[-2]]
    return [ramp[round(index * (len(ramp) - 1) / (count - 1))] for index in range(count)]
