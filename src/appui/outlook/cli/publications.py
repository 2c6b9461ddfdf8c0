"""Two publications compared on the command line."""

import json
from decimal import Decimal
from pathlib import Path

import click

from appui.evidence.models import Source
from appui.kernel.access import SYSTEM
from appui.outlook.api.vintages import compared_out
from appui.outlook.queries.vintages import Compared, compare_files, compare_sources


@click.command("compare-vintages")
@click.argument("before")
@click.argument("after")
@click.option("--value", default="", help="Heading of the column to compare, in files.")
@click.option("--key", "keys", multiple=True, help="Heading that says what a row is about.")
@click.option("--all", "everything", is_flag=True, help="Also the rows that are the same.")
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="Text to read, or JSON for a script.",
)
def compare_vintages(
    before: str, after: str, value: str, keys: tuple[str, ...], everything: bool, style: str
) -> None:
    """List what AFTER says otherwise than BEFORE: two files (.xlsx, .csv), or two sources by their
    marks, as S12."""
    found = _compared(before, after, value, keys)
    told = compared_out(found, "all" if everything else "differences")
    if style == "json":
        click.echo(json.dumps(told.model_dump(mode="json"), ensure_ascii=False, indent=2))
        return
    click.echo(f"- {found.before}\n+ {found.after}")
    for row in told.rows:
        percent = f" ({row.relative * 100:+.2f} %)" if row.relative is not None else ""
        sides = f"{_number(row.before)} → {_number(row.after)}{percent}"
        click.echo(f"{row.sort:<8} {' · '.join(filter(None, row.key))}: {sides}")
    for key in found.comparison.twice:
        click.echo(f"twice    {' · '.join(filter(None, key))}: not compared")
    for text in found.left_out:
        click.echo(f"left out {text}")


def _number(value: Decimal | None) -> str:
    if value is None:
        return "-"
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _compared(before: str, after: str, value: str, keys: tuple[str, ...]) -> Compared:
    if _is_mark(before) and _is_mark(after):
        return compare_sources(_source(before), _source(after), SYSTEM)
    old, new = _file(before), _file(after)
    return compare_files(old, new, value=value, keys=keys)


def _is_mark(text: str) -> bool:
    return text[:1] in ("S", "s") and text[1:].isdecimal()


def _source(text: str) -> Source:
    found = Source.objects.filter(pk=int(text[1:19])).first()
    if found is None:
        raise click.ClickException(f"There is no source {text.upper()}.")
    return found


def _file(name: str) -> tuple[str, bytes]:
    path = Path(name)
    if not path.is_file():
        raise click.ClickException(f"There is no file “{name}”, and it is no mark of a source.")
    return path.name, path.read_bytes()
