"""The rows behind a figure of the gap."""

from dataclasses import dataclass
from decimal import Decimal

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appui.funding import queries
from appui.funding.gap import Cell, Dimension, Kind
from appui.funding.queries import GapRow, NeedGap
from appui.kernel.errors import Missing
from appui.needs.queries import needs_with_lines
from appui.registry.pages import PageRequest, fetch
from appui.ui.export import KINDS, file_response
from appui.ui.listing import Column
from appui.ui.table import Table

FIGURES: dict[str, tuple[Kind, ...]] = {
    "need": (Kind.NEED,),
    "secured": (Kind.SECURED,),
    "asked": (Kind.ASKED,),
    "missing": (Kind.NEED, Kind.SECURED),
}
FIGURE_LABELS = {
    "need": gettext_lazy("Need"),
    "secured": gettext_lazy("Secured"),
    "asked": gettext_lazy("Asked, weighted"),
    "missing": gettext_lazy("Missing"),
}
KIND_LABELS = {
    Kind.NEED: gettext_lazy("Need"),
    Kind.SECURED: gettext_lazy("Secured"),
    Kind.ASKED: gettext_lazy("Asked"),
}
DIMENSIONS: tuple[Dimension, ...] = ("pillar", "place", "years")
UNSTATED = "-"


def source_label(row: GapRow) -> str:
    """The mark of a row's source, or why none is shown."""
    if row.source is not None:
        return row.source.label
    return str(_("not shared with you") if row.source_hidden else _("not stated"))


def source_url(row: GapRow) -> str:
    """Where a row's source is; empty without one."""
    return row.source.get_absolute_url() if row.source is not None else ""


def counted_amount(row: GapRow) -> Decimal | None:
    """What the row adds to its figure: an ask times its chance; None when not converted."""
    if row.counted is None:
        return None
    return row.counted.money.amount * row.probability


def columns(currency: str) -> tuple[Column, ...]:
    """Columns of the rows behind a figure; amounts counted in ``currency``."""
    return (
        Column("row", _("Row"), lambda row: row.label, href=lambda row: row.url),
        Column("kind", _("Kind"), lambda row: KIND_LABELS[row.kind], phone=False),
        Column("years", _("Years"), lambda row: _years(row), "year", phone=False),
        Column("original", _("As recorded"), lambda row: row.original, "money"),
        Column("rate", _("Rate"), _rate, phone=False),
        Column("chance", _("Chance"), lambda row: row.probability, "percent", phone=False),
        Column("counted", _("Counted"), counted_amount, "money", currency=lambda _row: currency),
        Column("source", _("Source"), source_label, href=source_url),
    )


def _years(row: GapRow) -> str:
    if row.years is None:
        return ""
    return str(row.years[0]) if row.years[0] == row.years[1] else f"{row.years[0]}–{row.years[1]}"


def _rate(row: GapRow) -> str:
    if row.counted is None:
        return str(_("no rate known: not counted"))
    if not row.counted.rate_source:
        return ""
    return f"{row.counted.rate.normalize():f} · {row.counted.rate_date:%Y-%m}"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure with its value and the rows that make it."""

    label: str
    where: str
    value: Decimal
    rows: list[GapRow]


def gap_rows(request: PageRequest, pk: int) -> HttpResponse:
    """The rows behind one figure of a need: ``?figure=`` and, of one row, ``by=`` and ``is=``."""
    need = fetch(needs_with_lines(request.reader), pk=pk)
    gap = queries.need_gap(need, request.reader, today=timezone.localdate())
    name = request.GET.get("figure", "missing")
    if name not in FIGURES:
        raise Missing(_("There is no figure “%(name)s”.") % {"name": name[:40]})
    figure = _figure(gap, name, request.GET.get("by", ""), request.GET.get("is", ""))
    wanted = request.GET.get("format", "")
    if wanted in KINDS:
        return file_response(f"{need.reference}-{name}", wanted, columns(gap.currency), figure.rows)
    return render(
        request,
        "funding/gap_rows.html",
        {
            "need": need,
            "gap": gap,
            "figure": figure,
            "name": name,
            "table": Table(columns(gap.currency), figure.rows),
            "query": request.GET.urlencode(),
        },
    )


def _figure(gap: NeedGap, name: str, dimension: str, value: str) -> Figure:
    cell, where = _cell(gap, dimension, value)
    kinds = FIGURES[name]
    parts = [part for part in cell.parts if part.kind in kinds]
    rows = gap.rows_of(parts)
    if not dimension:
        rows += [row for row in gap.unconverted if row.kind in kinds]
    amount = cell.weighted if name == "asked" else getattr(cell, name)
    return Figure(str(FIGURE_LABELS[name]), where, amount, rows)


def _cell(gap: NeedGap, dimension: str, value: str) -> tuple[Cell, str]:
    if not dimension:
        return gap.total, ""
    if dimension in DIMENSIONS:
        wanted = None if value == UNSTATED else value
        for cell in gap.by(dimension):
            if cell.label == wanted:
                return cell, wanted or str(_("not stated"))
    raise Missing(_("There is no row “%(name)s” in this need.") % {"name": value[:40]})
