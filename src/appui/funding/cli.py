"""Asks on the command line."""

import json
from typing import Any

import click
from django.utils import timezone

from appui.funding import outputs, queries, rules
from appui.funding.models import Proposal, Stage
from appui.kernel.access import SYSTEM
from appui.kernel.errors import AppuiError
from appui.registry.models import Organisation
from appui.registry.queries import find_organisation
from appui.ui import formats

STYLE = click.option(
    "--format",
    "style",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="A table to read, or JSON for a script.",
)
WHOSE = click.option(
    "--organisation", required=True, help="Acronym, name or identifier of the organisation."
)


@click.group("asks")
def asks() -> None:
    """Asks of an organisation, their stages and what they may bring."""


def _owner(text: str) -> Organisation:
    found = find_organisation(text)
    if found is None:
        raise click.ClickException(f"No organisation is called “{text}”.")
    return found


def _print(body: object) -> None:
    click.echo(json.dumps(body, ensure_ascii=False, indent=2))


@asks.command("list")
@WHOSE
@click.option("--stage", help="Code of a stage, or what it counts as: lead, proposal, pledged…")
@click.option("--stale", is_flag=True, help="Only open asks without news for too long.")
@STYLE
def list_asks(organisation: str, stage: str | None, stale: bool, style: str) -> None:
    """Print asks with their stage, amount, chance and next action."""
    owner, today = _owner(organisation), timezone.localdate()
    lines = queries.stages_of(owner.pk)
    if stage and stage not in {line.code for line in lines} | set(Stage.values):
        raise click.ClickException(f"{owner} has no stage “{stage}”.")
    rows = queries.asks(SYSTEM, today=today).filter(owner=owner).order_by("pk")
    known = [
        row
        for row in rows
        if (not stage or stage in (queries.line_at(lines, row).code, row.stage))
        and (not stale or getattr(row, "is_stale", False))
    ]
    if style == "json":
        _print({"organisation": str(owner), "asks": [_ask_values(row) for row in known]})
        return
    for row in known:
        amount = formats.money(row.amount, row.currency)
        flag = " · stale" if getattr(row, "is_stale", False) else ""
        click.echo(f"{row.reference:<20} {row.stage_name:<20} {amount:>24}  {row}{flag}")
    if not known:
        click.echo(f"{owner}: no ask.")


def _ask_values(row: Proposal) -> dict[str, Any]:
    fund, activity, need = row.fund, row.activity, row.need
    return {
        "id": row.pk,
        "reference": row.reference,
        "title": row.title,
        "donor": str(row.donor.merged_into or row.donor),
        "window": str(fund) if fund else None,
        "project": activity.reference if activity else None,
        "need": need.reference if need else None,
        "stage": queries.line_of(row).code,
        "category": row.stage,
        "amount": str(row.amount),
        "currency": row.currency,
        "probability": str(rules.probability_of(row)),
        "decision_on": row.decision_on.isoformat() if row.decision_on else None,
        "next_action": row.next_action,
        "next_action_on": row.next_action_on.isoformat() if row.next_action_on else None,
        "responsible": str(row.responsible) if row.responsible else None,
        "stale": bool(getattr(row, "is_stale", False)),
    }


@asks.command("forecast")
@WHOSE
@click.option("--start", default="", help="First quarter, for example 2026-Q1; else of this year.")
@click.option("--quarters", default=8, show_default=True, help="How many quarters, 1 to 20.")
@STYLE
def show_forecast(organisation: str, start: str, quarters: int, style: str) -> None:
    """Print what asks may bring by quarter: weighted, and three scenarios."""
    owner = _owner(organisation)
    try:
        found = queries.owner_forecast(
            owner,
            SYSTEM,
            today=timezone.localdate(),
            start=queries.quarter_called(start) if start else None,
            count=quarters,
        )
    except AppuiError as error:
        raise click.ClickException(str(error)) from error
    values = outputs.forecast_values(found)
    if style == "json":
        _print(values)
        return
    click.echo(f"{found.owner}, {found.currency}")
    click.echo("quarter   " + "".join(f"{name:>18}" for name in outputs.FIGURES))
    lines = [(line["quarter"], line) for line in values["quarters"]]
    lines += [("together", values["period"])]
    lines += [(line["why"], line) for line in values["outside"]]
    for name, line in lines:
        click.echo(f"{name:<10}" + "".join(f"{line[key]:>18}" for key in outputs.FIGURES))
    click.echo(f"{found.boundary} {found.rate_rule}")


@asks.command("stages")
@WHOSE
@STYLE
def show_stages(organisation: str, style: str) -> None:
    """Print the stages of an organisation's asks, with how many stand at each."""
    owner = _owner(organisation)
    lines = queries.stages_of(owner.pk)
    counts = queries.asks_at(owner.pk, lines)
    if style == "json":
        stages = [outputs.stage_values(line, counts) for line in lines]
        _print({"organisation": str(owner), "stages": stages})
        return
    for line in lines:
        retired = " · retired" if line.is_retired else ""
        chance = formats.percent(line.probability)
        days = f"{line.stale_after} days" if line.stale_after else "never stale"
        click.echo(
            f"{line.code:<16} {line.category.value:<10} {chance:>6} {days:>12} "
            f"{counts[line.code]:>5} asks  {line.name}{retired}"
        )


commands: list[click.Command] = [asks]
