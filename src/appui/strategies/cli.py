"""Strategies on the command line."""

import json

import click
from django.utils import timezone

from appui.kernel.access import SYSTEM
from appui.registry.calling import API, call, everything, person
from appui.registry.doors import Doors, as_option, say
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


@strategies.command("export")
@click.argument("address")
@as_option
def export(address: str, email: str) -> None:
    """Print a whole strategy or plan (strategies/3, plans/3) with its items and their progress.

    What is printed is JSON: the record itself, its items, and what was reported of each.
    """
    user, path = person(email), DOORS.path(address)
    head, items = call(user, "GET", path), everything(user, f"{path}/items")
    if not head.is_good or not items.is_good:
        say(items if head.is_good else head)
        return
    noun = "plan-items" if "/plans/" in path else "strategy-items"
    rows = [
        {**row, "reports": everything(user, f"{API}{noun}/{row['id']}/progress").json()}
        for row in items.json()
    ]
    click.echo(json.dumps({**head.json(), "items": rows}, ensure_ascii=False, indent=2))


DOORS = Doors(
    (
        "strategies",
        "strategy-items",
        "strengths",
        "plans",
        "plan-items",
        "priorities",
        "traces",
        "untraced-activities",
        "late-work",
        "expert-requests",
        "deliverables",
    ),
    {
        "approve": ("approve", "Freeze the strategy or plan at ADDRESS."),
        "revise": ("revise", "Draft the next version of the approved strategy at ADDRESS."),
        "derive": ("derive", "Add to the plan at ADDRESS the actions that are due in its year."),
        "report": ("progress", "Say how far the item at ADDRESS is."),
        "plan": ("plan", "Put the priority at ADDRESS (priorities/3) into a draft plan."),
        "move": ("move", "Agree, refuse, ask again or close the expert request at ADDRESS."),
        "mandate": ("mandate", "Name the expert of the request at ADDRESS."),
        "deliver": ("deliver", "Mark the deliverable at ADDRESS delivered."),
    },
)
DOORS.add_to(strategies)
commands: list[click.Command] = [strategies]
