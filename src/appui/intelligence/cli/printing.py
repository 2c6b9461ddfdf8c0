"""Answers on standard output: aligned text, CSV, or JSON with money as text."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import TypeVar

import click

Cell = str | int | float | Decimal | date | bool | None
Command = TypeVar("Command", bound=Callable[..., object])


def as_json(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2, default=str)


def as_csv(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue().rstrip("\n")


def as_table(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """Columns as wide as they need, numbers to the right."""
    cells = [[_shown(cell) for cell in row] for row in (list(row) for row in rows)]
    widths = [max(map(len, column)) for column in zip(header, *cells, strict=True)]
    lines = [_line(header, widths), _line(["-" * width for width in widths], widths)]
    return "\n".join(lines + [_line(row, widths) for row in cells])


def _shown(cell: Cell) -> str:
    if isinstance(cell, Decimal):
        return f"{cell:,.2f}"
    if isinstance(cell, float):
        return f"{cell:,.4f}"
    return "" if cell is None else str(cell)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (
        cell.rjust(width) if cell[:1].isdigit() or cell[:2].startswith("-") else cell.ljust(width)
        for cell, width in zip(cells, widths, strict=True)
    )
    return "  ".join(padded).rstrip()


def format_option(*formats: str) -> Callable[[Command], Command]:
    return click.option(
        "--format",
        "output",
        type=click.Choice(formats),
        default=formats[0],
        show_default=True,
        help="How to print the answer.",
    )
