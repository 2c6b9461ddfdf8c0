"""Strategies on the command line."""

import json

import click
from django.utils import timezone

from appui.kernel.access import SYSTEM
from appui.registry.queries import find_organisation
from appui.strategies.queries import by_person, late_work


@click.group("strategies")
def strategies() -> None:
    """Strategies, work plans and mandates."""


@strategies.command("late")
@click.option("--organisation", required=True, help="Acronym, name or identifier.")
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="Text to read, or JSON for a script.",
)
def late(organisation: str, style: str) -> None:
    """Print open actions, items of work plans and deliverables past their day, by person."""
    owner = find_organisation(organisation)
    if owner is None:
        raise click.ClickException(f"No organisation is called “{organisation}”.")
    today = timezone.localdate()
    found = late_work([owner.pk], SYSTEM, today=today)
    if style == "json":
        rows = [
            {
                "kind": work.kind,
                "id": work.row.pk,
                "title": work.row.title,
                "about": work.about,
                "due_on": work.due_on.isoformat(),
                "days_late": work.days_late(today),
                "responsible": work.who,
            }
            for work in found
        ]
        body = {"organisation": str(owner), "as_of": today.isoformat(), "late": rows}
        click.echo(json.dumps(body, ensure_ascii=False, indent=2))
        return
    if not found:
        click.echo(f"{owner}: nothing is late on {today:%Y-%m-%d}.")
    for who, rows_of_one in by_person(found).items():
        click.echo(who or "nobody is responsible")
        for work in rows_of_one:
            days = work.days_late(today)
            click.echo(f"  {work.due_on:%Y-%m-%d}  {days:>4} days  {work.row} · {work.about}")


commands: list[click.Command] = [strategies]
