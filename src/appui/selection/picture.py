"""The projects on two sides, benefit and feasibility, against the money there is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from appui.selection.appraised import Row
from appui.selection.models import Axis
from appui.ui import drawing
from appui.ui.palette import tokens


@dataclass(frozen=True, slots=True)
class Placed:
    """A project in the picture; ``quadrant`` says on which lines the money reaches it."""

    row: Row
    number: int
    benefit: Decimal
    feasibility: Decimal
    cost: int | None
    quadrant: str


@dataclass(frozen=True, slots=True)
class Picture:
    """``lines`` has the score of the last project that the money reaches on each side, going down
    from the best; None where it reaches all. ``unpriced`` projects count for nothing there.

    Source: World Bank, "Prioritizing Infrastructure Investment: A Framework for Government
    Decision Making", 2016 (the matrix of two composite indices with the budget on each axis).
    """

    placed: tuple[Placed, ...]
    lines: Mapping[str, Decimal | None]
    unpriced: int


def picture(
    rows: Sequence[Row], costs: Mapping[int, int], budget: Decimal | None
) -> Picture | None:
    """None when one of the sides has no criterion."""
    if not rows or any(axis not in row.axes for row in rows for axis in Axis.values):
        return None
    lines = {axis: _line(rows, costs, budget, axis) for axis in Axis.values}
    ordered = sorted(rows, key=lambda row: row.candidate.activity.reference)
    placed = tuple(
        Placed(
            row,
            number,
            row.axes[Axis.BENEFIT],
            row.axes[Axis.FEASIBILITY],
            costs.get(row.candidate.activity_id),
            _quadrant(row, lines),
        )
        for number, row in enumerate(ordered, 1)
    )
    unpriced = sum(row.candidate.activity_id not in costs for row in rows)
    return Picture(placed, lines, unpriced)


def _line(
    rows: Sequence[Row], costs: Mapping[int, int], budget: Decimal | None, axis: str
) -> Decimal | None:
    """Down the order of one side until the money is gone: the score of the last one it pays."""
    if budget is None:
        return None
    left, last = budget, Decimal(101)
    for row in sorted(rows, key=lambda row: (-row.axes[axis], row.candidate.activity.reference)):
        left -= costs.get(row.candidate.activity_id, 0)
        if left < 0:
            return last
        last = row.axes[axis]
    return None


def _quadrant(row: Row, lines: Mapping[str, Decimal | None]) -> str:
    above = {axis: line is None or row.axes[axis] >= line for axis, line in lines.items()}
    if all(above.values()):
        return _("both")
    if above[Axis.BENEFIT]:
        return _("benefit only")
    return _("feasibility only") if above[Axis.FEASIBILITY] else _("neither")


def draw(shown: Picture, language: str, width: int = 720) -> str:
    """The picture as SVG; projects bear their numbers, as in the table beside it."""
    colours, rtl = tokens(), drawing.is_rtl(language)
    values = [
        {"x": float(item.benefit), "y": float(item.feasibility), "n": str(item.number)}
        for item in shown.placed
    ]
    scale = {"domain": [0, 100]}
    x = {"field": "x", "type": "quantitative", "scale": scale | {"reverse": rtl}}
    y = {"field": "y", "type": "quantitative", "scale": scale}
    y_axis = {"title": Axis.FEASIBILITY.label, "orient": "right" if rtl else "left"}
    points = {
        "data": {"values": values},
        "encoding": {
            "x": x | {"axis": {"title": str(Axis.BENEFIT.label), "tickCount": 5}},
            "y": y | {"axis": y_axis | {"title": str(y_axis["title"]), "tickCount": 5}},
        },
        "layer": [
            {"mark": {"type": "circle", "size": 320, "opacity": 0.2, "color": colours["accent"]}},
            {
                "mark": {"type": "text", "fontSize": 11, "color": colours["ink"]},
                "encoding": {"text": {"field": "n", "type": "nominal"}},
            },
        ],
    }
    layers = [points, *_rules(shown, colours["gap"], rtl=rtl)]
    return drawing.svg({"width": width, "height": 380, "layer": layers}, language)


def _rules(shown: Picture, colour: str, *, rtl: bool) -> list[drawing.Spec]:
    mark = {"type": "rule", "color": colour, "strokeDash": [5, 4], "strokeWidth": 1.5}
    found: list[drawing.Spec] = []
    for axis, channel in ((Axis.BENEFIT, "x"), (Axis.FEASIBILITY, "y")):
        line = shown.lines[axis]
        if line is not None and line <= 100:
            scale = {"domain": [0, 100]} | ({"reverse": True} if rtl and channel == "x" else {})
            encoding = {channel: {"field": "at", "type": "quantitative", "scale": scale}}
            data = {"values": [{"at": float(line)}]}
            found.append({"data": data, "mark": mark, "encoding": encoding})
    return found
