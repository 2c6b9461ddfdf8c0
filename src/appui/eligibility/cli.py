"""Windows, their rules and verdicts on the command line."""

import json
from datetime import datetime
from decimal import Decimal
from typing import Any

import click
from django.utils import timezone

from appui.eligibility import queries, rulesets, words
from appui.eligibility.verdicts import RuleVerdict, WindowVerdict
from appui.funding.models import Fund
from appui.kernel.access import SYSTEM
from appui.kernel.money import Money
from appui.portfolio.models import Activity

style_option = click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="Text to read, or JSON for a script.",
)


@click.group("windows")
def windows() -> None:
    """Windows and calls, their rules, and what they say of projects."""


@windows.command("list")
@click.option("--project", help="Reference of a project: with its verdict at each window.")
@click.option("--eligible", is_flag=True, help="With --project, leave out those it may not ask.")
@click.option("--place", default="", help="ISO 3166-1 code of a country, for example KH.")
@click.option("--theme", default="", help="OECD DAC purpose code, for example 15250.")
@click.option("--size", type=int, help="US dollars that a grant of the window can be.")
@click.option(
    "--closes-by", type=click.DateTime(["%Y-%m-%d"]), help="With a deadline until that day."
)
@style_option
def list_windows(
    project: str | None,
    eligible: bool,
    place: str,
    theme: str,
    size: int | None,
    closes_by: datetime | None,
    style: str,
) -> None:
    """Print the windows that are not closed, narrowed by place, theme, size and deadline."""
    today = timezone.localdate()
    activity = _activity(project) if project else None
    wanted = queries.WindowSearch(
        place=place.upper(),
        sector=theme,
        closes_by=closes_by.date() if closes_by else None,
        size=Money(Decimal(size), "USD") if size else None,
        project=activity if eligible else None,
    )
    rows = queries.open_windows(SYSTEM, day=today)
    found = queries.search_windows(wanted, rows, SYSTEM, day=today)
    judged = queries.verdicts([activity], found, SYSTEM, day=today) if activity else {}
    if style == "json":
        body = [
            _window(fund)
            | ({"verdict": _verdict(judged[activity.pk, fund.pk])} if activity else {})
            for fund in found
        ]
        click.echo(json.dumps({"windows": body}, ensure_ascii=False, indent=2))
        return
    if not found:
        click.echo("No window fits.")
    for fund in found:
        told = f"  {words.standing(judged[activity.pk, fund.pk])}" if activity else ""
        click.echo(f"{fund.pk:>5}  {fund.deadline or 'no deadline'}  {fund}{told}")


@windows.command("check")
@click.argument("project")
@click.option("--window", type=int, help="Number of one window, as “windows list” prints it.")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="By the rules of that day.")
@style_option
def check(project: str, window: int | None, on: datetime | None, style: str) -> None:
    """Say which windows the project PROJECT (its reference) may ask, rule by rule."""
    day = on.date() if on else timezone.localdate()
    activity = _activity(project)
    rows = queries.open_windows(SYSTEM, day=day)
    if window is not None:
        rows = queries.windows(SYSTEM).filter(pk=window)
        if not rows:
            raise click.ClickException(f"No window has the number {window}.")
    funds = list(rows)
    judged = queries.verdicts([activity], funds, SYSTEM, day=day)
    if style == "json":
        body = [_window(fund) | _verdict(judged[activity.pk, fund.pk]) for fund in funds]
        whole = {"project": activity.reference, "day": day.isoformat(), "windows": body}
        click.echo(json.dumps(whole, ensure_ascii=False, indent=2))
        return
    for fund in funds:
        found = judged[activity.pk, fund.pk]
        click.echo(f"{fund.pk:>5}  {fund}: {words.standing(found)}")
        for item in found.rules:
            click.echo(f"         {words.truth(item.truth):<14}  {item.rule.message}")
        for sentence in words.to_fix(found) if found.standing != "eligible" else []:
            click.echo(f"         > {sentence}")


@windows.command("load-rules")
@click.argument("name", type=click.Choice(rulesets.NAMES))
@click.option("--window", type=int, required=True, help="Number of the window.")
@click.option("--part", required=True, help="Part of the set, for example national or regional.")
def load_rules(name: str, window: int, part: str) -> None:
    """Bring the rules NAME that come with Appui to a window; those it has stay as they are."""
    fund = queries.windows(SYSTEM).filter(pk=window).first()
    if fund is None:
        raise click.ClickException(f"No window has the number {window}.")
    done = rulesets.load_rule_set(fund, name, part, by=SYSTEM)
    click.echo(f"{fund}: added {done.added}, replaced {done.replaced}, kept {done.kept}.")


def _activity(reference: str) -> Activity:
    found = Activity.objects.visible_to(SYSTEM).filter(reference=reference).first()
    if found is None:
        raise click.ClickException(f"No project has the reference “{reference}”.")
    return found


def _window(fund: Fund) -> dict[str, Any]:
    return {
        "window": fund.pk,
        "title": fund.title,
        "donor": str(fund.organisation.merged_into or fund.organisation),
        "opens_on": fund.opens_on.isoformat() if fund.opens_on else None,
        "deadline": fund.deadline.isoformat() if fund.deadline else None,
        "minimum": None if fund.minimum is None else str(fund.minimum),
        "maximum": None if fund.maximum is None else str(fund.maximum),
        "currency": fund.currency,
        "verified_on": fund.verified_on.isoformat() if fund.verified_on else None,
        "verification": fund.verification(timezone.localdate()),
    }


def _verdict(found: WindowVerdict) -> dict[str, Any]:
    return {
        "standing": found.standing,
        "to_fix": words.to_fix(found) if found.standing != "eligible" else [],
        "rules": [_rule(item) for item in found.rules],
    }


def _rule(item: RuleVerdict) -> dict[str, Any]:
    return {
        "code": item.rule.code,
        "edition": item.rule.edition,
        "severity": item.rule.severity,
        "holds": item.truth,
        "message": item.rule.message,
        "facts": {name: words.value(name, known) for name, known in item.used},
        "missing": list(item.missing),
        "citation": item.rule.citation,
        "citation_url": item.rule.citation_url,
    }


commands: list[click.Command] = [windows]
