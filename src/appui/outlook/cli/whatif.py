"""The what-if on the command line."""

import json
from typing import Any

import click
from django.utils import timezone

from appui.kernel.access import SYSTEM
from appui.outlook.queries.whatif import MOST, WhatIf, what_if
from appui.outlook.views.whatif import formulas, years
from appui.registry.models import Organisation
from appui.registry.queries import find_organisation


@click.group("outlook")
def outlook() -> None:
    """What could go wrong."""


@outlook.command("what-if")
@click.option("--organisation", required=True, help="Acronym, name or identifier.")
@click.option("--exit", "exits", multiple=True, help="DONOR or DONOR:YEAR, who then leaves.")
@click.option("--delay", "delays", multiple=True, help="DONOR:MONTHS, who pays so much later.")
@click.option(
    "--earmark",
    "earmarks",
    multiple=True,
    help="DONOR:place:CODE or DONOR:pillar:CODE, to which alone the money then goes.",
)
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="Text to read, or JSON for a script.",
)
def show_what_if(
    organisation: str,
    exits: tuple[str, ...],
    delays: tuple[str, ...],
    earmarks: tuple[str, ...],
    style: str,
) -> None:
    """Print which open needs lose cover in each case; nothing is written."""
    owner = _organisation(organisation)
    asked = [("exit", text) for text in exits]
    asked += [("delay", text) for text in delays]
    asked += [("earmark", text) for text in earmarks]
    if not asked:
        raise click.UsageError("Name at least one case: --exit, --delay or --earmark.")
    if len(asked) > MOST:
        raise click.UsageError(f"At most {MOST} cases are compared.")
    texts = [f"{kind}:{_with_key(text)}" for kind, text in asked]
    found = what_if(owner, texts, SYSTEM, today=timezone.localdate())
    if style == "json":
        click.echo(json.dumps(_body(owner, found), ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join([*_lines(found), formulas()]))


def _body(owner: Organisation, found: WhatIf) -> dict[str, Any]:
    titles = found.titles
    cases = []
    for question, outcome in found.outcomes:
        added = outcome.added_years
        cases.append(
            {
                "case": question.label,
                "gap_before": str(outcome.gap_before),
                "gap_after": str(outcome.gap_after),
                "added_years": None if added is None else str(added),
                "people": outcome.people,
                "idle": str(outcome.idle),
                "needs": {titles[loss.before.key]: str(loss.gap_change) for loss in outcome.losing},
            }
        )
    head = {"organisation": str(owner), "currency": found.currency}
    return {**head, "cases": cases, "formulas": formulas()}


def _lines(found: WhatIf) -> list[str]:
    titles = found.titles
    lines = []
    for question, outcome in found.outcomes:
        people = "not stated" if outcome.people is None else outcome.people
        lines += [
            question.label,
            f"  gap          {outcome.gap_before} → {outcome.gap_after} {found.currency}",
            f"  added years  {years(outcome.added_years)}",
            f"  people       {people}",
        ]
        for loss in outcome.losing:
            lines.append(f"  loses cover  {loss.gap_change} {titles[loss.before.key]}")
    return lines


def _organisation(text: str) -> Organisation:
    found = find_organisation(text)
    if found is None:
        raise click.ClickException(f"No organisation is called “{text}”.")
    return found


def _with_key(text: str) -> str:
    name, colon, rest = text.partition(":")
    return f"{_organisation(name).standing_id}{colon}{rest}"
