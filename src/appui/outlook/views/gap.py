"""The gap by pillar, place and years, with its range and who it hangs on."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appui.intelligence.figures.concentration import Concentration
from appui.outlook.queries.gap import ALL, Cell, Dimension, GapTable, gap_table
from appui.outlook.ranges import DRAWS, METHOD, SEED, Moves, Range, Shape
from appui.outlook.views.report import (
    Ask,
    Part,
    Report,
    answer,
    chosen,
    on_page,
    without_rate,
    workspace,
)
from appui.registry.models import Code, Location
from appui.registry.pages import PageRequest
from appui.ui import charts, formats
from appui.ui.facts import Fact
from appui.ui.listing import Column
from appui.ui.table import Table

CENT = Decimal("0.01")
BARS = 10
SHAPES: dict[str, str | Promise] = {
    Shape.TRIANGULAR: gettext_lazy("Triangular"),
    Shape.PERT: gettext_lazy("PERT"),
    Shape.UNIFORM: gettext_lazy("Uniform"),
}
MOVES: dict[str, str | Promise] = {
    Moves.INDEPENDENT: gettext_lazy("Independent of each other"),
    Moves.TOGETHER: gettext_lazy("All together"),
}
CUTS: dict[str, tuple[str | Promise, tuple[Dimension, ...]]] = {
    "all": (gettext_lazy("Pillar, place and years"), ALL),
    "pillar": (gettext_lazy("Pillar"), ("pillar",)),
    "place": (gettext_lazy("Place"), ("place",)),
    "years": (gettext_lazy("Years"), ("years",)),
}
DIMENSIONS: dict[str, str | Promise] = {
    "pillar": gettext_lazy("Pillar"),
    "place": gettext_lazy("Place"),
    "years": gettext_lazy("Years"),
}


def gap(request: PageRequest) -> HttpResponse:
    """The gap of the open needs: ``?by=``, ``shape=`` and ``moves=`` of the ranges."""
    organisation = workspace(request)
    cut = chosen(request, "by", CUTS, "all")
    shape = Shape(chosen(request, "shape", Shape, Shape.TRIANGULAR))
    moves = Moves(chosen(request, "moves", Moves, Moves.INDEPENDENT))
    found = gap_table(
        organisation,
        request.reader,
        today=timezone.localdate(),
        shape=shape,
        moves=moves,
        dimensions=CUTS[cut][1],
    )
    columns = gap_columns(found, CUTS[cut][1])
    report = Report(
        title=_("Gap by pillar, place and years"),
        lead=_("%(name)s: what is missing, how sure the costs are, and on whom the money hangs.")
        % {"name": organisation},
        current="outlook:gap",
        asks=_asks(cut, shape, moves),
        notes=without_rate(found.unconverted),
        basis=f"{found.boundary} {found.rate_rule} {method(shape, moves) if found.gap else ''}",
        file=("gap", columns, found.cells),
    )
    report.parts = [
        Part(
            _("The whole gap"),
            "whole",
            facts=_facts(found),
        ),
        Part(
            _("By %(what)s") % {"what": str(CUTS[cut][0]).lower()},
            "by",
            table=Table(on_page(columns, whole=True), found.cells, _footer(found, CUTS[cut][1])),
            note=_("whole %(currency)s") % {"currency": found.currency},
            chart=_chart(found, CUTS[cut][1]),
            alt=_("Bars: what is missing; the table below has the same figures."),
            below=_(
                "An amount that names no pillar, place or year stands in a row of its own: nothing "
                "is spread. The rows add up to the needs and to what is secured; what is missing "
                "adds up need by need, so that a surplus here fills no gap there."
            ),
            none=_("No need is open with a cost."),
            hint=_("State a need, add its lines, and open it."),
            hint_url=reverse("needs:need_list"),
            hint_label=_("Needs"),
        ),
        *_concentration_parts(found),
    ]
    return answer(request, report)


def _asks(cut: str, shape: str, moves: str) -> list[Ask]:
    return [
        Ask("by", _("Rows by"), cut, [(key, str(label)) for key, (label, _d) in CUTS.items()]),
        Ask("shape", _("Costs are"), shape, [(key, str(text)) for key, text in SHAPES.items()]),
        Ask("moves", _("Costs move"), moves, [(key, str(text)) for key, text in MOVES.items()]),
    ]


def method(shape: Shape, moves: Moves) -> str:
    """How the ranges are made, in a sentence with the seed."""
    if moves == Moves.TOGETHER:
        return _(
            "P10, P50 and P90: unit costs %(shape)s from lowest to highest around the central one, "
            "all at the same quantile at once; exact, method %(method)s."
        ) % {"shape": str(SHAPES[shape]).lower(), "method": METHOD}
    return _(
        "P10, P50 and P90: unit costs %(shape)s from lowest to highest around the central one, "
        "independent of each other; %(draws)d draws, seed %(seed)d, method %(method)s. One cost "
        "alone is exact."
    ) % {"shape": str(SHAPES[shape]).lower(), "draws": DRAWS, "seed": SEED, "method": METHOD}


def _facts(found: GapTable) -> list[Fact]:
    facts = [
        Fact(_("Need"), _money(found.need, found), "text"),
        Fact(_("Secured"), _money(found.secured, found), "text"),
        Fact(_("Missing"), _money(found.missing, found), "text"),
    ]
    if found.gap is not None:
        facts += [
            Fact(_("Missing, one chance in ten below (P10)"), _money(found.gap.p10, found)),
            Fact(_("Missing, as likely above as below (P50)"), _money(found.gap.p50, found)),
            Fact(_("Missing, one chance in ten above (P90)"), _money(found.gap.p90, found)),
        ]
    return facts


def _money(value: Decimal | float, found: GapTable) -> str:
    return formats.money(Decimal(value).quantize(Decimal(1)), found.currency)


def at(value: Range | None, name: str) -> Decimal | None:
    """One quantile to the cent."""
    return None if value is None else Decimal(getattr(value, name)).quantize(CENT)


def gap_columns(found: GapTable, dimensions: Sequence[Dimension]) -> list[Column]:
    """The columns of the table: where, the figures, and P10 to P90 where a cost is a range."""
    labels = labels_of(found.cells)
    columns = [_where_column(name, labels) for name in dimensions]
    columns += [
        _amount("need", _("Need"), found, lambda row: row.need),
        _amount("secured", _("Secured"), found, lambda row: row.secured),
        _amount("missing", _("Missing"), found, lambda row: row.missing),
    ]
    if any(cell.surplus for cell in found.cells):
        columns.append(_amount("surplus", _("Surplus"), found, lambda row: row.surplus or None))
    if any(cell.gap for cell in found.cells):
        columns += [
            _amount(name, name.upper(), found, lambda row, name=name: at(row.gap, name))
            for name in ("p10", "p50", "p90")
        ]
    return columns


def _where_column(name: str, labels: dict[str, str]) -> Column:
    def value(row: Any) -> str:
        key = getattr(row, name)
        return str(_("not stated")) if key is None else labels.get(key, key)

    return Column(name, DIMENSIONS[name], value)


def _amount(key: str, label: str, found: GapTable, value: Any) -> Column:
    return Column(key, label, value, "money", currency=lambda _row: found.currency)


def labels_of(cells: Iterable[Cell]) -> dict[str, str]:
    """Labels of pillars and places by their codes; two queries."""
    found = list(cells)
    pillars = Code.objects.of("Pillar").filter(code__in={c.pillar for c in found if c.pillar})
    places = Location.objects.filter(code__in={c.place for c in found if c.place})
    return {item.code: str(item) for item in (*pillars, *places)}


def _footer(found: GapTable, dimensions: Sequence[Dimension]) -> Cell:
    where = dict.fromkeys(ALL, "") | {dimensions[0]: _("Total")}
    return Cell(
        **where,
        need=found.need,
        secured=found.secured,
        missing=found.missing,
        surplus=Decimal(0),
        gap=found.gap,
        keys=(),
    )


def _chart(found: GapTable, dimensions: Sequence[Dimension]) -> str:
    """What is missing by the first dimension; empty below two bars."""
    labels = labels_of(found.cells)
    sums: dict[str, Decimal] = {}
    for cell in found.cells:
        key = getattr(cell, dimensions[0])
        name = labels.get(key, key) if key else _("not stated")
        sums[name] = sums.get(name, Decimal(0)) + cell.missing
    bars = tuple(sorted(((n, v) for n, v in sums.items() if v), key=lambda bar: -bar[1])[:BARS])
    return _bars(bars, found.currency, formats.language()) if len(bars) > 1 else ""


@lru_cache(maxsize=64)
def _bars(bars: tuple[tuple[str, Decimal], ...], currency: str, language: str) -> str:
    return charts.bars(bars, unit=currency, language=language, width=560)


def giver_columns(total: Decimal, currency: str) -> list[Column]:
    """Who gave what, and its share."""
    return [
        Column("donor", _("Donor"), lambda row: row[0] or _("not stated")),
        Column("amount", _("Amount"), lambda row: row[1], "money", currency=lambda _row: currency),
        Column("share", _("Share"), lambda row: row[1] / total if total else None, "percent"),
    ]


def concentration_facts(givers: Concentration[str]) -> list[Fact]:
    """How concentrated the money is, in words."""
    return [
        Fact(
            _("HHI"),
            formats.number(givers.hhi, 4),
            help=_("Sum of the squares of the shares: 1 when one gives all."),
        ),
        Fact(
            _("Effective number of donors"),
            formats.number(givers.effective, 1),
            help=_("1 ÷ HHI: as concentrated as so many donors of equal size."),
        ),
        Fact(_("Donors"), givers.count, "number"),
        Fact(
            _("Lost if the largest leaves"),
            f"{formats.percent(givers.top_share)} · {givers.top or _('not stated')}",
        ),
    ]


def _concentration_parts(found: GapTable) -> list[Part]:
    if found.givers is None:
        return []
    return [
        Part(
            _("Who the secured money hangs on"),
            "concentration",
            table=Table(giver_columns(found.secured, found.currency), found.secured_by),
            note=found.currency,
            facts=concentration_facts(found.givers),
        )
    ]
