"""The accounts of funds on the command line."""

import json
import sys
from datetime import date, datetime
from typing import Any

import click
from django.utils import timezone

from appui.funding.models import Fund, FundKind
from appui.kernel.access import SYSTEM
from appui.registry.queries import find_organisation
from appui.treasury import asked, printing, queries
from appui.treasury.exporting import beancount_lines
from appui.treasury.models import Earmark
from appui.ui import formats

DAY = click.DateTime(["%Y-%m-%d"])


@click.group("fund")
def fund() -> None:
    """Own funds: balances, statements, Beancount."""


@fund.command("balance")
@click.argument("name")
@click.option(
    "--format",
    "style",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="A table to read, or JSON for a script.",
)
def show_balance(name: str, style: str) -> None:
    """Print the balances of the fund NAME (its number, title or owner), earmark by earmark.

    Fails when a kept sum is not what the movements make.
    """
    found = _fund(name)
    earmarks = list(queries.earmarks(SYSTEM).filter(fund=found))
    broken = queries.broken(found)
    if style == "json":
        body = {
            "fund": str(found),
            "id": found.pk,
            "earmarks": [_balances(item.code, str(item), item) for item in earmarks],
            "totals": [_balances("", "", total) for total in queries.totals(earmarks)],
            "agrees_with_movements": not broken,
        }
        click.echo(json.dumps(body, ensure_ascii=False, indent=2))
    else:
        click.echo(f"{found} · {found.owner}")
        rows: list[Earmark | queries.CurrencyTotal] = [*earmarks, *queries.totals(earmarks)]
        for item in rows:
            label = f"{item.code} · {item}" if isinstance(item, Earmark) else "together"
            sums = item.balances
            click.echo(f"  {label} ({item.currency})")
            for word in ("received", "allocated", "available", "paid", "held"):
                click.echo(f"    {word:<10}{formats.number(getattr(sums, word), 2):>20}")
    if broken:
        names = ", ".join(item.code for item in broken)
        raise click.ClickException(f"The sums kept for {names} are not what the movements make.")


def _balances(code: str, title: str, item: Any) -> dict[str, Any]:
    sums = item.balances
    named = {"code": code, "title": title} if code else {}
    return {
        **named,
        "currency": item.currency,
        **{name: str(value) for name, value in sums.sums().items()},
        **{name: str(getattr(sums, name)) for name in ("available", "to_pay", "paid", "held")},
    }


@fund.command("statement")
@click.argument("name")
@click.option("--donor", help="Acronym, name or identifier of a donor.")
@click.option("--project", help="Reference of a project.")
@click.option("--earmark", help="Code of an earmark.")
@click.option("--from", "starts_on", type=DAY, help="First day; the first of January unless told.")
@click.option("--to", "ends_on", type=DAY, help="Last day; today unless told.")
@click.option(
    "--format",
    "style",
    type=click.Choice(["json", "xlsx", "pdf"]),
    default="json",
    show_default=True,
    help="JSON for a script, or the bytes of a file: send them to one with >.",
)
@click.option(
    "--language",
    type=click.Choice(["fr", "en", "es", "ar"]),
    default="fr",
    show_default=True,
    help="Language of the file.",
)
def show_statement(
    name: str,
    donor: str | None,
    project: str | None,
    earmark: str | None,
    starts_on: datetime | None,
    ends_on: datetime | None,
    style: str,
    language: str,
) -> None:
    """Print the statement of the fund NAME to a donor, of a project or of an earmark."""
    found = _fund(name)
    today = timezone.localdate()
    about = _about(found, donor, project, earmark)
    first, last = asked.days(_date(starts_on), _date(ends_on), today)
    made = queries.statement(found, about, starts_on=first, ends_on=last)
    if style == "json":
        click.echo(json.dumps(printing.as_json(made), ensure_ascii=False, indent=2))
        return
    file = printing.statement_file(made, style, language=language, today=today)
    sys.stdout.buffer.write(file.content)


@fund.command("beancount")
@click.argument("name")
def show_beancount(name: str) -> None:
    """Print the accounts of the fund NAME as a Beancount ledger."""
    for line in beancount_lines(_fund(name)):
        click.echo(line)


def _date(value: datetime | None) -> date | None:
    return value.date() if value else None


def _fund(name: str) -> Fund:
    """The own fund with that number or title, else the only one of the organisation so called."""
    rows = list(queries.funds(SYSTEM).filter(kind=FundKind.OWN))
    wanted = name.strip().casefold()
    found = [
        item
        for item in rows
        if str(item.pk) == wanted or wanted in {text.casefold() for text in item.title.values()}
    ]
    if not found:
        owner = find_organisation(name)
        found = [item for item in rows if owner is not None and item.owner_id == owner.pk]
    if len(found) > 1:
        raise click.ClickException(f"“{name}” has several own funds: give the number of one.")
    if not found:
        raise click.ClickException(f"No own fund is called “{name}”.")
    return found[0]


def _about(found: Fund, donor: str | None, project: str | None, earmark: str | None) -> asked.About:
    if sum(item is not None for item in (donor, project, earmark)) != 1:
        raise click.UsageError("Name one of --donor, --project and --earmark.")
    choices = asked.subjects(found, SYSTEM)
    about: asked.About | None
    if donor is not None:
        organisation = find_organisation(donor)
        about = next((item for item in choices.donors if item == organisation), None)
    elif project is not None:
        about = next((item for item in choices.projects if item.reference == project), None)
    else:
        about = next((item for item in choices.earmarks if item.code == earmark), None)
    if about is None:
        raise click.ClickException(f"The fund has nothing with “{donor or project or earmark}”.")
    return about


commands: list[click.Command] = [fund]
