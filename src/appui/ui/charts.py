"""Charts as pictures, in the reader's language and direction; put their table beside them.

Values are major units; from one million up an axis counts in millions and its title says so.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from django.utils.translation import override, pgettext

from appui.ui import drawing
from appui.ui.drawing import Spec
from appui.ui.formats import MILLION
from appui.ui.palette import series, tokens

Bar = tuple[str, Decimal]
Part = tuple[str, str, Decimal]
Tones = Mapping[str, str]  # a part to the name of a colour token: "accent", "asked", "gap"
NO_TONES: Tones = MappingProxyType({})


def bars(rows: Sequence[Bar], *, unit: str, language: str, width: int = 440) -> str:
    """One horizontal bar for each ``(category, value)``, in the order given, as SVG."""
    return drawing.svg(_bars(rows, unit, language, width), language)


def bars_png(rows: Sequence[Bar], *, unit: str, language: str, width: int = 440) -> bytes:
    """``bars`` as PNG."""
    return drawing.png(_bars(rows, unit, language, width), language)


def stacked_bars(
    rows: Sequence[Part],
    *,
    unit: str,
    language: str,
    tones: Tones = NO_TONES,
    width: int = 440,
    height: int = 230,
) -> str:
    """Upright bars by category, stacked by part, from ``(category, part, value)``, as SVG."""
    return drawing.svg(_stacked(rows, unit, language, tones) | _size(width, height), language)


def stacked_bars_png(
    rows: Sequence[Part],
    *,
    unit: str,
    language: str,
    tones: Tones = NO_TONES,
    width: int = 440,
    height: int = 230,
) -> bytes:
    """``stacked_bars`` as PNG."""
    return drawing.png(_stacked(rows, unit, language, tones) | _size(width, height), language)


def lines(
    rows: Sequence[Part],
    *,
    unit: str,
    language: str,
    tones: Tones = NO_TONES,
    width: int = 440,
    height: int = 230,
) -> str:
    """One line a series from ``(step, series, value)``, steps in the order given, as SVG."""
    return drawing.svg(_lines(rows, unit, language, tones) | _size(width, height), language)


def lines_png(
    rows: Sequence[Part],
    *,
    unit: str,
    language: str,
    tones: Tones = NO_TONES,
    width: int = 440,
    height: int = 230,
) -> bytes:
    """``lines`` as PNG."""
    return drawing.png(_lines(rows, unit, language, tones) | _size(width, height), language)


def _bars(rows: Sequence[Bar], unit: str, language: str, width: int) -> Spec:
    divisor, title = _scale((value for _name, value in rows), unit, language)
    values = [{"c": name, "v": float(value / divisor)} for name, value in rows]
    rtl = drawing.is_rtl(language)
    return {
        "data": {"values": values},
        "width": width,
        "height": {"step": 26},
        "mark": {"type": "bar", "height": 16, "color": series()[0]},
        "encoding": {
            "x": _measure("v", title) | {"scale": {"reverse": rtl}},
            "y": _category("c", [name for name, _value in rows]) | {"axis": _side(rtl)},
        },
    }


def _size(width: int, height: int) -> Spec:
    return {"width": width, "height": height}


def _stacked(rows: Sequence[Part], unit: str, language: str, tones: Tones) -> Spec:
    return _upright(rows, unit, language, tones, {"type": "bar", "width": {"band": 0.7}})


def _lines(rows: Sequence[Part], unit: str, language: str, tones: Tones) -> Spec:
    mark = {"type": "line", "point": {"size": 36}, "strokeWidth": 2}
    return _upright(rows, unit, language, tones, mark)


def _upright(
    rows: Sequence[Part], unit: str, language: str, tones: Tones, mark: dict[str, Any]
) -> Spec:
    tops = _tops(rows) if mark["type"] == "bar" else [value for _step, _series, value in rows]
    divisor, title = _scale(tops, unit, language)
    parts = _unique(part for _category, part, _value in rows)
    values = [
        {"c": category, "s": part, "v": float(value / divisor), "o": parts.index(part)}
        for category, part, value in rows
    ]
    rtl = drawing.is_rtl(language)
    x = _category("c", _unique(category for category, _part, _value in rows))
    y_axis = {"orient": "right" if rtl else "left", "titleAngle": 0, "titleAnchor": "end"}
    y_axis |= {"titleY": -10, "titleX": 24 if rtl else -4, "titleAlign": "right" if rtl else "left"}
    return {
        "data": {"values": values},
        "mark": mark,
        "encoding": {
            "x": x | {"axis": {"labelAngle": 0, "title": None}, "scale": {"reverse": rtl}},
            "y": _measure("v", title, y_axis),
            "color": _colour(parts, tones, rtl=rtl),
            "order": {"field": "o", "type": "quantitative"},
        },
    }


def _measure(field: str, title: str, axis: dict[str, Any] | None = None) -> dict[str, Any]:
    shown = {"title": title, "tickCount": 5, "format": ",~f", **(axis or {})}
    return {"field": field, "type": "quantitative", "axis": shown}


def _category(field: str, order: list[str]) -> dict[str, Any]:
    return {"field": field, "type": "nominal", "sort": order, "axis": {"title": None}}


def _side(rtl: bool) -> dict[str, Any]:
    return {"title": None, "orient": "right" if rtl else "left", "domain": False, "ticks": False}


def _colour(parts: list[str], tones: Tones, *, rtl: bool) -> dict[str, Any]:
    if len(parts) < 2:
        return {"value": series()[0]}
    legend = {"orient": "bottom", "title": None, "direction": "horizontal", "columns": 4}
    domain = list(reversed(parts)) if rtl else parts
    colours = [_ink(parts.index(part), tones.get(part)) for part in domain]
    return {
        "field": "s",
        "type": "nominal",
        "scale": {"domain": domain, "range": colours},
        "legend": legend,
    }


def _ink(index: int, tone: str | None) -> str:
    return tokens()[tone] if tone else series()[index % len(series())]


def _scale(values: Iterable[Decimal], unit: str, language: str) -> tuple[Decimal, str]:
    """What to divide by, and the title of the axis."""
    if max((abs(value) for value in values), default=Decimal(0)) < MILLION:
        return Decimal(1), unit
    with override(language):
        word = pgettext("million, short, after a figure", "M")
    return MILLION, f"{word}{drawing.NO_BREAK}{unit}".strip()


def _tops(rows: Sequence[Part]) -> list[Decimal]:
    totals: dict[str, Decimal] = {}
    for category, _part, value in rows:
        totals[category] = totals.get(category, Decimal(0)) + value
    return list(totals.values())


def _unique(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))
