"""The data files of the worked examples, as they are written."""

import csv
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parent / "data"
CONTRIBUTIONS = DATA / "cambodia_contributions.csv"
NEIGHBOURS = DATA / "neighbour_contributions.csv"  # the same of other recipients
Entry = dict[str, Any]  # one table of a TOML file: text, numbers, dates, lists, tables


def read(name: str) -> Entry:
    """One TOML file of the examples."""
    with (DATA / f"{name}.toml").open("rb") as stream:
        return tomllib.load(stream)


def figures() -> Iterator[dict[str, str]]:
    """The rows of the figures, in an order where a figure follows the one it supersedes."""
    with (DATA / "figures.csv").open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def when(text: str) -> dict[str, date]:
    """A day as ``as_of``; a year, or two years or days with a slash, as both ends of a period."""
    start, _slash, end = text.partition("/")
    if not end and len(start) > len("2024"):
        return {"as_of": date.fromisoformat(start)}
    return {
        "period_start": _day(start, first=True),
        "period_end": _day(end or start, first=False),
    }


def _day(text: str, *, first: bool) -> date:
    if len(text) > len("2024"):
        return date.fromisoformat(text)
    return date(int(text), 1, 1) if first else date(int(text), 12, 31)
