"""Intake from the command line: the same steps as on the pages, in one go."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from django.utils.timezone import localdate

from appui.intake import actions, columns, queries, report
from appui.intake.issues import TEXTS, text_of_issue
from appui.intake.models import Batch, KindOfRow, RowState, Stage
from appui.kernel.access import SYSTEM
from appui.kernel.errors import Invalid
from appui.registry.doors import Doors
from appui.registry.models import Visibility
from appui.registry.queries import find_organisation

format_option: Callable[[Any], Any] = click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="Sentences to read, or JSON for a script.",
)


class OfFile(click.Group):
    """``intake FILE`` brings a file in without a word in between; ``intake undo`` is a command."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in self.commands:
            return super().resolve_command(ctx, ["file", *args])
        return super().resolve_command(ctx, args)


@click.group("intake", cls=OfFile)
def intake() -> None:
    """Bring in old files: intake FILE --kind KIND --organisation REF, intake undo BATCH."""


@intake.command("file")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--kind", type=click.Choice(KindOfRow.values), required=True, help="What a row is.")
@click.option("--organisation", required=True, help="Acronym, name or identifier of the owner.")
@click.option("--sheet", default="", help="The sheet; the one whose headings tell most, if empty.")
@click.option("--dry-run", is_flag=True, help="Check every cell and write nothing.")
@click.option(
    "--mapping",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="JSON that maps a field to a heading, to {“value”: …} for every row, or to null for none; "
    "fields it does not name keep the columns proposed.",
)
@click.option(
    "--visibility",
    type=click.Choice([Visibility.PRIVATE.value, Visibility.PUBLIC.value]),
    default=Visibility.PRIVATE.value,
    show_default=True,
    help="Who sees the new records.",
)
@click.option(
    "--report",
    "saved",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to write the file with its faults coloured (.xlsx).",
)
@format_option
def bring_file(
    file: Path,
    kind: str,
    organisation: str,
    sheet: str,
    dry_run: bool,
    mapping: Path | None,
    visibility: str,
    saved: Path | None,
    style: str,
) -> None:
    """Bring in FILE (.xlsx or .csv); bad rows are named and left out, a second run adds nothing.

    Exits with 1 when rows were left out.
    """
    batch = _read(file, organisation, visibility, kind, sheet)
    wanted = _columns(batch, mapping) if mapping else dict(batch.columns)
    actions.confirm_columns(batch, by=SYSTEM, columns_by_field=wanted, remember=not dry_run)
    actions.finish(batch, by=SYSTEM, today=localdate())
    if not dry_run:
        actions.bring_in(batch, by=SYSTEM)
        actions.finish(batch, by=SYSTEM, today=localdate())
    if saved:
        saved.write_bytes(report.workbook(batch))
    sums = queries.sums_of(batch)
    _say(batch, sums, style)
    if dry_run:
        actions.remove(batch, by=SYSTEM)
    if sums.of(RowState.LEFT_OUT):
        raise SystemExit(1)


def _read(file: Path, owner: str, visibility: str, kind: str, sheet: str) -> Batch:
    """The file as a batch whose columns are proposed; raises ``Invalid``."""
    organisation = find_organisation(owner)
    if organisation is None or not organisation.is_workspace:
        raise Invalid(f"“{owner}” is not an organisation that works in Appui.")
    batch = actions.upload(
        by=SYSTEM,
        owner=organisation,
        name=file.name,
        content=file.read_bytes(),
        record_visibility=visibility,
    )
    return actions.choose(batch, by=SYSTEM, kind=kind, sheet=sheet or batch.sheet)


def _columns(batch: Batch, path: Path) -> dict[str, Any]:
    """The columns proposed, and before them those of a mapping: a column it gives to a field is
    given to no other one."""
    told = _mapping(batch, path)
    taken = [about["column"] for about in told.values() if about and "column" in about]
    left = {
        name: about for name, about in batch.columns.items() if about.get("column") not in taken
    }
    return {name: about for name, about in (left | told).items() if about}


def _mapping(batch: Batch, path: Path) -> dict[str, dict[str, Any] | None]:
    """A mapping by headings as one by places of columns; raises ``Invalid``."""
    try:
        written = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise Invalid(f"{path.name} is not JSON: {error}.") from error
    if not isinstance(written, dict):
        raise Invalid(f"{path.name} must be an object that maps fields to headings.")
    places = {columns.plain(text): place for place, text in enumerate(batch.headers)}
    found: dict[str, dict[str, Any] | None] = {}
    for name, about in written.items():
        if about is None:
            found[name] = None
            continue
        if isinstance(about, dict) and isinstance(about.get("value"), str):
            found[name] = {"value": about["value"]}
        elif isinstance(about, str) and columns.plain(about) in places:
            found[name] = {"column": places[columns.plain(about)]}
        else:
            raise Invalid(f"{path.name}: “{name}” leads to “{about}”, which is no heading here.")
    return found


@intake.command("undo")
@click.argument("batch", type=click.IntRange(min=1))
@format_option
def undo(batch: int, style: str) -> None:
    """Take back what BATCH (the number that bringing in printed) made, unless it was used since."""
    found = Batch.objects.filter(pk=batch).select_related("owner").first()
    if found is None:
        raise Invalid(f"There is no batch {batch}.")
    if found.stage != Stage.UNDOING:
        actions.undo(found, by=SYSTEM)
    actions.finish(found, by=SYSTEM, today=localdate())
    _say(found, queries.sums_of(found), style)


def _say(batch: Batch, sums: queries.Sums, style: str) -> None:
    if style == "json":
        click.echo(json.dumps(_content(batch, sums), ensure_ascii=False, indent=2))
        return
    for issue in queries.issues_of(batch).iterator(chunk_size=1000):
        why, remedy = text_of_issue(issue.code, issue.about)
        shown = f"{TEXTS[issue.code].name} “{issue.value}”" if issue.value else issue.code
        click.echo(f"{batch.file_name}:{issue.row.number}: {issue.level}: {shown}: {why} {remedy}")
    for made in queries.kept_of(batch, batch.row_count):
        click.echo(f"kept: {made.label}: {made.kept_because}")
    states = ", ".join(f"{count} {state}" for state, count in sorted(sums.states.items()))
    click.echo(f"batch {batch.pk}: {batch.row_count} rows: {states or 'none'}.")


def _content(batch: Batch, sums: queries.Sums) -> dict[str, Any]:
    return {
        "batch": batch.pk,
        "stage": batch.stage,
        "kind": batch.kind,
        "rows": batch.row_count,
        "states": sums.states,
        "levels": sums.levels,
        "issues": [
            {
                "row": issue.row.number,
                "column": issue.column,
                "field": issue.field,
                "value": issue.value,
                "level": issue.level,
                "code": issue.code,
                "why": text_of_issue(issue.code, issue.about)[0],
                "what_to_do": text_of_issue(issue.code, issue.about)[1],
            }
            for issue in queries.issues_of(batch).iterator(chunk_size=1000)
        ],
        "kept": [
            {"record": made.label, "why": made.kept_because}
            for made in queries.kept_of(batch, batch.row_count)
        ],
    }


DOORS = Doors(
    ("intake",),
    {
        "choose": ("choose", "Say what the rows of the file at ADDRESS (intake/3) are."),
        "columns": ("columns", "Say which column is which, and begin to check."),
        "check": ("check", "Begin to check all rows anew."),
        "bring": ("bring-in", "Begin to bring the good rows in."),
        "go-on": ("go-on", "Do one slice of the work at hand; again while “more” is true."),
        "take": ("take", "Take what the row at ADDRESS (intake/3/rows/2) says of some fields."),
    },
)
DOORS.add_to(intake)
commands: list[click.Command] = [intake]
