"""Figures from the command line."""

from pathlib import Path

import click

from appui.evidence.importing import LEVEL_LABELS, import_figures, read_table
from appui.kernel.access import SYSTEM
from appui.kernel.errors import Invalid
from appui.registry.models import Visibility
from appui.registry.queries import find_organisation


@click.group()
def figures() -> None:
    """Figures and their sources."""


@figures.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--owner", required=True, help="Acronym, name or identifier of the organisation.")
@click.option(
    "--visibility",
    type=click.Choice([Visibility.PRIVATE.value, Visibility.PUBLIC.value]),
    default=Visibility.PRIVATE.value,
    show_default=True,
    help="Who sees the figures and sources that are new.",
)
def import_file(file: Path, owner: str, visibility: str) -> None:
    """Take in FILE (.xlsx or .csv), one figure a row; a second run changes nothing.

    Rows with a mistake are named and left out. Exits with 1 when there is one.
    """
    organisation = find_organisation(owner)
    if organisation is None or not organisation.is_workspace:
        raise Invalid(f"“{owner}” is not an organisation that works in Appui.")
    report = import_figures(
        read_table(file.name, file.read_bytes()),
        by=SYSTEM,
        owner=organisation,
        visibility=visibility,
    )
    for message in report.messages:
        click.echo(f"{file.name}:{message.row}: {LEVEL_LABELS[message.level]}: {message.text}")
    click.echo(
        f"{report.read} read, {report.recorded} recorded, {report.known} already known, "
        f"{report.refused} left out."
    )
    if report.refused:
        raise SystemExit(1)


commands: list[click.Command] = [figures]
