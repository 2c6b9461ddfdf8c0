"""Targets on the command line."""

import json
from typing import Any

import click
from django.utils import timezone

from appui.funding.models import Target
from appui.funding.queries import BehindRow, CountedRows, TargetBook, behind, target_books
from appui.funding.queries.targets import NAMES, Name
from appui.funding.views.targets import boundary
from appui.kernel.access import SYSTEM
from appui.registry.queries import find_organisation
from appui.ui import formats


@click.group("targets")
def targets() -> None:
    """What institutions have set out to mobilise."""


@targets.command("show")
@click.argument("reference")
@click.option("--rows", is_flag=True, help="Also the rows behind each figure.")
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="Text to read, or JSON for a script.",
)
def show(reference: str, rows: bool, style: str) -> None:
    """Print where a target stands; REFERENCE is its number, words of its title, or whose
    it is."""
    (book,) = target_books([_target(reference)], SYSTEM, today=timezone.localdate())
    click.echo(_json(book, rows) if style == "json" else _text(book, rows))


def _behind(book: TargetBook, name: Name) -> list[BehindRow]:
    return behind(CountedRows(book, name)[:], name, book, SYSTEM)


def _json(book: TargetBook, rows: bool) -> str:
    position = book.position
    target = position.target
    body: dict[str, Any] = {
        "id": target.pk,
        "title": target.title,
        "owner": str(target.owner),
        "currency": target.currency,
        "amount": str(target.amount),
        **{name: str(position.figure(name)) for name in NAMES},
        "missing": str(position.missing),
        "unconverted": position.unconverted,
        "apart": [item.agreement for item in book.apart],
        "boundary": boundary(target, SYSTEM),
    }
    if rows:
        body["rows"] = {
            name: [
                {
                    "key": row.key,
                    "day": row.day.isoformat() if row.day else None,
                    "amount": str(row.original.amount),
                    "currency": row.original.currency,
                    "counted": None if row.counted is None else str(row.counted),
                }
                for row in _behind(book, name)
            ]
            for name in NAMES
        }
    return json.dumps(body, ensure_ascii=False, indent=2)


def _text(book: TargetBook, rows: bool) -> str:
    position = book.position
    target = position.target
    lines = [f"{target} · {target.owner} · {target.currency}", _line("target", target.amount)]
    for name in NAMES:
        lines.append(_line(name, position.figure(name)))
        for row in _behind(book, name) if rows else ():
            counted = "not converted" if row.counted is None else row.counted
            lines.append(f"    {row.day or '-'}  {counted:>20} {row.label}")
    lines += [_line("missing", position.missing), f"  {boundary(target, SYSTEM)}"]
    return "\n".join(lines)


def _line(label: str, amount: formats.Number) -> str:
    return f"  {label:<10}{formats.number(amount, 2):>24}"


def _target(reference: str) -> Target:
    rows = list(Target.objects.select_related("owner"))
    if reference.isdecimal():
        found = [item for item in rows if str(item.pk) == reference]
    else:
        words = reference.casefold()
        owner = find_organisation(reference)
        found = [
            item
            for item in rows
            if (owner is not None and item.owner_id == owner.pk)
            or any(words in text.casefold() for text in item.title.values())
        ]
    if not found:
        raise click.ClickException(f"No target is called “{reference}”.")
    if len(found) > 1:
        named = ", ".join(f"{item.pk} {item}" for item in found)
        raise click.ClickException(f"Several targets are called “{reference}”: {named}.")
    return found[0]
