"""Instruments on the command line."""

import tomllib
from pathlib import Path

import click
from babel.numbers import list_currencies

from appui.instruments import queries, words
from appui.instruments.content import content
from appui.instruments.engine.file import read_comparison
from appui.instruments.engine.parameters import Fault
from appui.instruments.sheet import Done, Sheet, sheet_of, sheet_of_file
from appui.intelligence.cli.printing import Cell, as_json, as_table, format_option
from appui.kernel.access import SYSTEM
from appui.kernel.errors import Invalid, Missing
from appui.kernel.money import Money, cents

LARGEST_FILE = 1_000_000
HEADER = (
    "option",
    "payer",
    "State",
    "beyond a grant",
    "late work loses",
    "all in all",
    "missing",
    "equals a grant at",
)


@click.group("instruments")
def instruments() -> None:
    """Ways to pay for the same programme."""


@instruments.command("compare")
@click.argument("what", metavar="FILE.toml|REFERENCE")
@format_option("table", "json")
def compare(what: str, output: str) -> None:
    """Compare instruments for one programme: cash flows, cost of finance, risks, break-even, and
    when each is worse than a grant.

    Takes a TOML file, or the reference of a stored comparison. Amounts are present values in the
    programme's first year.
    """
    sheet = _sheet(what)
    if output == "json":
        click.echo(as_json(content(sheet)))
    else:
        click.echo("\n".join(_lines(sheet)))


def _sheet(what: str) -> Sheet:
    path = Path(what)
    if what.lower().endswith(".toml") or path.is_file():
        return _from_file(path)
    found = queries.comparisons(SYSTEM).filter(reference=what).first()
    if found is None:
        raise Missing(f"There is no file and no comparison called “{what}”.")
    return sheet_of(found, SYSTEM)


def _from_file(path: Path) -> Sheet:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise Invalid(f"{path.name} is larger than a comparison can be.")
        written, faults = read_comparison(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise Missing(f"{path}: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise Invalid(f"{path.name} is no UTF-8 text: {error}.") from error
    except tomllib.TOMLDecodeError as error:
        raise Invalid(f"{path.name} is no TOML: {error}.") from error
    if written is not None and written.programme.currency not in list_currencies():
        faults = [("", Fault("currency", "currency", written.programme.currency))]
    if faults or written is None:
        raise Invalid("\n".join(_fault(path, where, fault) for where, fault in faults))
    return sheet_of_file(written)


def _fault(path: Path, where: str, found: Fault) -> str:
    """File, place, key and why."""
    return ": ".join(part for part in (path.name, where, words.fault(found)) if part)


def _lines(sheet: Sheet) -> list[str]:
    programme = sheet.programme
    total = Money(programme.total, sheet.currency)
    years = f"{programme.first_year}–{programme.last_year}"
    need = f"{total.amount:,.2f} {total.currency} needed in {years}"
    lines = [
        f"{need}; present values of {programme.first_year} at {programme.discount:.2%} a year.",
        "",
        as_table(HEADER, [_row(row, sheet.currency) for row in sheet.done]),
    ]
    for row in sheet.done:
        lines += ["", f"{row.name} is worse than a plain grant when:"]
        for item in row.outcome.worse:
            sign, _tone = words.standing(item)
            lines.append(f"  - {words.condition(item, sheet.currency)} ({sign})")
    lines += [f"{row.name}: {fault}" for row in sheet.rows for fault in row.faults]
    return lines


def _row(row: Done, currency: str) -> tuple[Cell, ...]:
    found, plan = row.outcome, row.outcome.plan
    even = ""
    if found.break_even is not None:
        name, _now, value, _side = words.break_even(found.instrument, found.break_even, currency)
        even = f"{value} ({name})" if found.break_even.value is not None else value
    numbers = (plan.payer, plan.state, plan.against_grant, plan.benefit_lost, plan.all_in)
    return (row.name, *(cents(number) + 0 for number in (*numbers, found.missing)), even)


commands: list[click.Command] = [instruments]
