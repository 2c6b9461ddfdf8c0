"""Commands that prepare an installation and bring its first people in."""

import csv
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

import click
from django.conf import settings
from django.core.management import call_command

from appui.accounts.cli import user
from appui.accounts.models import User
from appui.kernel.access import SYSTEM, Role
from appui.kernel.collecting import seldom_collecting
from appui.kernel.errors import AppuiError, Invalid
from appui.registry import actions
from appui.registry.models import ExchangeRate
from appui.registry.queries import find_organisation
from appui.registry.reference import load_reference


@click.command("init")
def init() -> None:
    """Create or upgrade the database and load code lists, places and exchange rates."""
    with seldom_collecting():
        call_command("migrate", verbosity=0, interactive=False)
    loaded = load_reference()
    click.echo(
        f"Ready: {loaded.codes} codes, {loaded.places} places, {loaded.rates} exchange rates."
    )


@user.command("join")
@click.argument("email")
@click.option("--organisation", required=True, help="Its acronym, name or an identifier.")
@click.option(
    "--role",
    type=click.Choice(Role.values),
    default=Role.EDITOR.value,
    show_default=True,
    help="Role in that organisation.",
)
def join(email: str, organisation: str, role: str) -> None:
    """Let EMAIL work in an organisation."""
    person = User.objects.filter(email__iexact=email).first()
    if person is None:
        raise click.ClickException(f"“{email}” has no account: create it first.")
    place = find_organisation(organisation)
    if place is None:
        raise click.ClickException(f"No organisation is called “{organisation}”.")
    actions.add_member(place, by=SYSTEM, user=person, role=role)
    click.echo(f"{person.email} works in “{place}” as {Role(role).label}.")


@click.group("organisation")
def organisation() -> None:
    """Organisations that work in Appui."""


@organisation.command("create")
@click.argument("name")
@click.option("--acronym", default="", help="Short name.")
@click.option("--currency", default="USD", show_default=True, help="Currency of its totals.")
def create_organisation(name: str, acronym: str, currency: str) -> None:
    """Record an organisation called NAME that works in Appui."""
    made = actions.add_organisation(
        by=SYSTEM,
        name={settings.LANGUAGE_CODE: name},
        acronym=acronym,
        currency=currency,
        is_workspace=True,
    )
    click.echo(f"“{made}” works in Appui.")


@click.group("rates")
def rates() -> None:
    """Exchange rates."""


@rates.command("load")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--source", required=True, help="Who published the rates.")
def load_rates(path: Path, source: str) -> None:
    """Add the rates of a CSV file with columns month (YYYY-MM), currency, usd_per_unit.

    Rates that are already recorded from that source stay as they are; bad rows are listed.
    """
    added = kept = 0
    problems: list[str] = []
    with path.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines)
        missing = {"month", "currency", "usd_per_unit"} - set(reader.fieldnames or [])
        if missing:
            raise click.ClickException(f"{path}: no column {', '.join(sorted(missing))}.")
        for row in reader:
            try:
                done = _load_rate(row, source)
            except (AppuiError, ValueError, InvalidOperation) as error:
                problems.append(f"{path}:{reader.line_num}: {row}: {error}")
            else:
                added, kept = added + done, kept + (not done)
    for problem in problems:
        click.echo(problem, err=True)
    click.echo(f"{added} rates added, {kept} already there, {len(problems)} refused.")
    if problems:
        raise SystemExit(1)


def _load_rate(row: dict[str, str], source: str) -> bool:
    """Whether the rate of ``row`` was added; False when it was already there."""
    month = date.fromisoformat(f"{row['month'].strip()}-01")
    currency, rate = row["currency"].strip().upper(), Decimal(row["usd_per_unit"].strip())
    known = ExchangeRate.objects.filter(currency=currency, month=month, source=source).first()
    if known is not None:
        if known.usd_per_unit != rate:
            raise Invalid(
                f"{source} already says {known.usd_per_unit} for {currency} {month:%Y-%m}."
            )
        return False
    actions.set_rate(by=SYSTEM, currency=currency, month=month, usd_per_unit=rate, source=source)
    return True


commands = [init, organisation, rates]
