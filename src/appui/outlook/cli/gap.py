"""The gap and asks on the command line."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import click
from django.utils import timezone

from appui.funding.queries import NeedGap, need_gaps, position
from appui.kernel.access import SYSTEM
from appui.needs.models import NeedStatus
from appui.needs.queries import needs_with_lines
from appui.outlook.queries.gap import ALL, Dimension, table_of
from appui.outlook.ranges import METHOD, SEED, Moves, Range, Shape
from appui.registry.models import Organisation
from appui.registry.queries import find_organisation
from appui.ui import formats

CUTS: dict[str, tuple[Dimension, ...]] = {
    "pillar": ("pillar",),
    "place": ("place",),
    "years": ("years",),
    "all": ALL,
}
FIGURES = ("need", "secured", "asked", "weighted", "missing")


@dataclass(frozen=True, slots=True)
class Asked:
    """How the gap is to be cut, and whether with ranges."""

    cut: str | None
    ranges: bool
    shape: Shape
    moves: Moves


@click.command("gap")
@click.option("--need", "reference", help="Reference of one need, for example KHM-2024-2025.")
@click.option("--organisation", help="Acronym, name or identifier: all its open needs.")
@click.option(
    "--by",
    "cut",
    type=click.Choice(["pillar", "place", "years", "all"]),
    help="Also by pillar, place or years, or by all three at once.",
)
@click.option(
    "--ranges",
    is_flag=True,
    help="Also P10, P50 and P90 of what is missing, where unit costs are ranges.",
)
@click.option(
    "--shape",
    type=click.Choice([item.value for item in Shape]),
    default=Shape.TRIANGULAR.value,
    show_default=True,
    help="How likely the costs between lowest and highest are.",
)
@click.option(
    "--moves",
    type=click.Choice([item.value for item in Moves]),
    default=Moves.INDEPENDENT.value,
    show_default=True,
    help="Whether costs move independently of each other or all together.",
)
@click.option(
    "--format",
    "style",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="A table to read, or JSON for a script.",
)
def show_gap(
    reference: str | None,
    organisation: str | None,
    cut: str | None,
    ranges: bool,
    shape: str,
    moves: str,
    style: str,
) -> None:
    """Print what is needed, secured, asked and missing, with the rows and sources behind it."""
    asked = Asked(cut, ranges, Shape(shape), Moves(moves))
    if (reference is None) == (organisation is None):
        raise click.UsageError("Name either a need (--need) or an organisation (--organisation).")
    today = timezone.localdate()
    rows = needs_with_lines(SYSTEM)
    if reference is not None:
        rows = rows.filter(reference__iexact=reference)
        if not rows:
            raise click.ClickException(f"No need has the reference “{reference}”.")
        gaps = need_gaps(list(rows), SYSTEM, today=today)
        told = _cut(gaps, gaps[0].need.owner, gaps[0].currency, asked)
        if style == "json":
            (only,) = json.loads(_json(gaps))
            click.echo(_dumped([only | told]))
        else:
            click.echo("\n".join([_table(gaps), *_cut_lines(told)]))
        return
    owner = find_organisation(organisation or "")
    if owner is None:
        raise click.ClickException(f"No organisation is called “{organisation}”.")
    found = list(rows.filter(owner=owner, status=NeedStatus.OPEN))
    whole = position(found, SYSTEM, currency=owner.currency, today=today)
    told = _cut(whole.needs, owner, owner.currency, asked)
    if style == "json":
        sums = {name: str(getattr(whole, name)) for name in FIGURES}
        needs = json.loads(_json(list(whole.needs)))
        body = {"organisation": str(owner), "currency": whole.currency, **sums, "needs": needs}
        click.echo(_dumped(body | told))
        return
    click.echo(_table(list(whole.needs)))
    click.echo(f"\n{owner}, {whole.currency}")
    for name in FIGURES:
        click.echo(f"  {name:<10}{formats.number(getattr(whole, name), 2):>24}")
    for line in _cut_lines(told):
        click.echo(line)


def _dumped(body: object) -> str:
    return json.dumps(body, ensure_ascii=False, indent=2)


def _cut(
    gaps: Sequence[NeedGap], owner: Organisation, currency: str, asked: Asked
) -> dict[str, Any]:
    """The cells and ranges that were asked for, as JSON holds them; empty without."""
    if asked.cut is None and not asked.ranges:
        return {}
    found = table_of(
        owner,
        gaps,
        today=timezone.localdate(),
        shape=asked.shape,
        moves=asked.moves,
        by_=CUTS[asked.cut or "all"],
        currency=currency,
    )
    told: dict[str, Any] = {}
    if asked.ranges:
        told["range"] = _range(found.gap)
        told["method"] = {
            "method": METHOD,
            "seed": SEED,
            "shape": asked.shape.value,
            "moves": asked.moves.value,
        }
    if asked.cut is not None:
        told["cells"] = [
            {name: getattr(cell, name) for name in CUTS[asked.cut]}
            | {name: str(getattr(cell, name)) for name in ("need", "secured", "missing")}
            | ({"range": _range(cell.gap)} if asked.ranges else {})
            for cell in found.cells
        ]
    return told


def _range(found: Range | None) -> dict[str, str] | None:
    if found is None:
        return None
    return {name: f"{getattr(found, name):.2f}" for name in ("p10", "p50", "p90")}


def _cut_lines(told: dict[str, Any]) -> list[str]:
    """The same as lines of text."""
    lines = []
    if "range" in told:
        method = " ".join(str(value) for value in told["method"].values())
        ranges = _range_text(told["range"]) or "no unit cost has a range"
        lines += ["", f"  missing   {ranges} · {method}"]
    for cell in told.get("cells", []):
        where = " · ".join(str(cell[name] or "not stated") for name in ALL if name in cell)
        figures = "  ".join(f"{name} {cell[name]}" for name in ("need", "secured", "missing"))
        lines.append(f"  {where:<44} {figures}  {_range_text(cell.get('range'))}".rstrip())
    return lines


def _range_text(found: dict[str, str] | None) -> str:
    return "  ".join(f"{name.upper()} {value}" for name, value in found.items()) if found else ""


def _rows(gap: NeedGap) -> list[dict[str, Any]]:
    return [
        {
            "kind": row.kind.value,
            "key": row.key,
            "label": row.label,
            "amount": str(row.original.amount),
            "currency": row.original.currency,
            "counted": str(row.counted.money.amount) if row.counted else None,
            "probability": str(row.probability),
            "rate": str(row.counted.rate) if row.counted else None,
            "rate_source": row.counted.rate_source if row.counted else None,
            "source": str(row.source) if row.source is not None else None,
        }
        for row in gap.rows
    ]


def _unit_costs(gap: NeedGap) -> list[dict[str, str | None]]:
    found = []
    for line in gap.need.lines.all():
        cost = line.cost_per_unit
        if cost is not None and line.unit is not None:
            found.append(
                {
                    "line": str(line),
                    "value": str(cost.quantize(Decimal("0.0001"))),
                    "unit": f"{gap.currency}/{line.unit.code}",
                    "source": str(line.source) if line.source else None,
                }
            )
    return found


def _json(gaps: list[NeedGap]) -> str:
    body = [
        {
            "reference": gap.need.reference,
            "title": gap.need.title,
            "currency": gap.currency,
            **{name: str(getattr(gap.total, name)) for name in FIGURES},
            "unit_costs": _unit_costs(gap),
            "boundary": gap.boundary,
            "rate_rule": gap.rate_rule,
            "rows": _rows(gap),
        }
        for gap in gaps
    ]
    return json.dumps(body, ensure_ascii=False, indent=2)


def _table(gaps: list[NeedGap]) -> str:
    lines: list[str] = []
    for gap in gaps:
        lines.append(f"{gap.need.reference} · {gap.need} · {gap.currency}")
        for name in FIGURES:
            figure = formats.number(getattr(gap.total, name), 2)
            short = formats.money(getattr(gap.total, name), gap.currency, short=True)
            lines.append(f"  {name:<10}{figure:>24}   {short}")
        for cost in _unit_costs(gap):
            source = cost["source"] or "source not stated"
            lines.append(f"  unit cost {cost['value']} {cost['unit']} · {cost['line']} · {source}")
        for row in gap.rows:
            source = str(row.source) if row.source is not None else "source not stated"
            counted = row.counted.money.amount if row.counted else "not converted"
            lines.append(f"  {row.kind:<8} {counted:>20} {row.label} · {source}")
        lines.append(f"  {gap.boundary} {gap.rate_rule}")
    return "\n".join(lines)
