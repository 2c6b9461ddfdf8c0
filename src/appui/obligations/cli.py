"""Obligations on the command line."""

import json
from datetime import date

import click
from django.utils import timezone

from appui.kernel.access import SYSTEM
from appui.obligations import actions, queries
from appui.obligations.models import Obligation, State
from appui.registry.models import Organisation
from appui.registry.queries import find_organisation

organisation_option = click.option(
    "--organisation", required=True, help="Acronym, name or identifier."
)
format_option = click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="Text to read, or JSON for a script.",
)


@click.group("obligations")
def obligations() -> None:
    """What agreements and treaties ask, and by when."""


@obligations.command("list")
@organisation_option
@click.option(
    "--state",
    type=click.Choice(["open", *State.values]),
    default="open",
    show_default=True,
    help="Only those in this state; open ones are late or due.",
)
@format_option
def list_obligations(organisation: str, state: str, style: str) -> None:
    """Print what is due, late first."""
    owner, today = _owner(organisation), timezone.localdate()
    rows = queries.obligations(SYSTEM).of(owner)
    chosen = rows.open() if state == "open" else rows.in_state(state, today)
    found = list(queries.ordered(chosen))
    if style == "json":
        body = {
            "organisation": str(owner),
            "as_of": today.isoformat(),
            "obligations": [_row(row, today) for row in found],
        }
        click.echo(json.dumps(body, ensure_ascii=False, indent=2))
        return
    if not found:
        click.echo(f"{owner}: nothing to show on {today:%Y-%m-%d}.")
    for row in found:
        click.echo(
            f"{row.due_on:%Y-%m-%d}  {row.state(today).value:<7} {row.rule} · {queries.about(row)}"
        )


@obligations.command("compute")
@organisation_option
@format_option
def compute(organisation: str, style: str) -> None:
    """Reckon what is due from the rules; a second time changes nothing."""
    owner, today = _owner(organisation), timezone.localdate()
    done = actions.compute(owner, by=SYSTEM, today=today)
    found = {"added": done.added, "moved": done.moved, "lapsed": done.lapsed}
    if style == "json":
        rows = {name: [_row(row, today) for row in items] for name, items in found.items()}
        body = {"organisation": str(owner), "as_of": today.isoformat()} | rows
        click.echo(json.dumps(body, ensure_ascii=False, indent=2))
        return
    counts = ", ".join(f"{name} {len(items)}" for name, items in found.items())
    click.echo(f"{owner}: {counts}.")


def _owner(text: str) -> Organisation:
    owner = find_organisation(text)
    if owner is None:
        raise click.ClickException(f"No organisation is called “{text}”.")
    return owner


def _row(row: Obligation, today: date) -> dict[str, object]:
    return {
        "id": row.pk,
        "rule": row.rule.code,
        "title": str(row.rule),
        "about": queries.about(row),
        "due_on": row.due_on.isoformat(),
        "counted_from": row.anchor_on.isoformat(),
        "remind_on": row.remind_on.isoformat(),
        "state": row.state(today).value,
        "responsible": str(row.responsible or ""),
        "done_on": row.done_on.isoformat() if row.done_on else None,
        "document": row.document_url or row.file_name or str(row.document or ""),
    }


commands: list[click.Command] = [obligations]
