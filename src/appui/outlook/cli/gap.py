"""The gap on the command line."""

import json
from decimal import Decimal
from typing import Any

import click
from django.utils import timezone

from appui.funding.queries import NeedGap, need_gaps, position
from appui.kernel.access import SYSTEM
from appui.needs.models import NeedStatus
from appui.needs.queries import needs_with_lines
from appui.registry.queries import find_organisation
from appui.ui import formats

FIGURES = ("need", "secured", "asked", "weighted", "missing")


@click.command("gap")
@click.option("--need", "reference", help="Reference of one need, for example KHM-2024-2025.")
@click.option("--organisation", help="Acronym, name or identifier: all its open needs.")
@click.option(
    "--format",
    "style",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="A table to read, or JSON for a script.",
)
def show_gap(reference: str | None, organisation: str | None, style: str) -> None:
    """Print what is needed, secured, asked and missing, with the rows and sources behind it."""
    if (reference is None) == (organisation is None):
        raise click.UsageError("Name either a need (--need) or an organisation (--organisation).")
    today = timezone.localdate()
    rows = needs_with_lines(SYSTEM)
    if reference is not None:
        rows = rows.filter(reference__iexact=reference)
        if not rows:
            raise click.ClickException(f"No need has the reference “{reference}”.")
        gaps = need_gaps(list(rows), SYSTEM, today=today)
        click.echo(_json(gaps) if style == "json" else _table(gaps))
        return
    owner = find_organisation(organisation or "")
    if owner is None:
        raise click.ClickException(f"No organisation is called “{organisation}”.")
    found = list(rows.filter(owner=owner, status=NeedStatus.OPEN))
    whole = position(found, SYSTEM, currency=owner.currency, today=today)
    if style == "json":
        sums = {name: str(getattr(whole, name)) for name in FIGURES}
        needs = json.loads(_json(list(whole.needs)))
        body = {"organisation": str(owner), "currency": whole.currency, **sums, "needs": needs}
        click.echo(json.dumps(body, ensure_ascii=False, indent=2))
        return
    click.echo(_table(list(whole.needs)))
    click.echo(f"\n{owner}, {whole.currency}")
    for name in FIGURES:
        click.echo(f"  {name:<10}{formats.number(getattr(whole, name), 2):>24}")


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


commands = [show_gap]
