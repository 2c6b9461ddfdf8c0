"""The watch on the command line: one run, for the system's timer."""

import json
from dataclasses import asdict

import click
from django.utils import timezone

from appui.kernel.access import SYSTEM
from appui.obligations.computing import compute_all
from appui.watch.digest import send_digests
from appui.watch.models import Feed, Search
from appui.watch.running import RunReport, flows_of, read_feeds, run_searches


@click.group("watch")
def watch() -> None:
    """Feeds, saved searches and digests."""


@watch.command("run")
@click.option("--no-fetch", is_flag=True, help="Read no feed: look only at what is here.")
@click.option("--no-mail", is_flag=True, help="Send no digest.")
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="Sentences to read, or JSON for a script.",
)
def run(no_fetch: bool, no_mail: bool, style: str) -> None:
    """Read the feeds, look with every saved search, reckon obligations, send the digests due.

    Run it from the system's timer, for example every hour. A second run adds nothing that the
    first found, and sends nothing twice.
    """
    now, report = timezone.now(), RunReport()
    if not no_fetch:
        read_feeds(Feed.objects.filter(active=True).order_by("pk"), report, now=now)
    searches = Search.objects.filter(active=True).order_by("pk")
    today = timezone.localdate(now)
    run_searches(searches, report, flows_of(report), now=now, today=today)
    compute_all(by=SYSTEM, today=today)
    if not no_mail:
        send_digests(report, now=now)
    click.echo(_json(report) if style == "json" else _text(report))


def _json(report: RunReport) -> str:
    problems = [{"about": about, "problem": problem} for about, problem in report.problems]
    return json.dumps(asdict(report) | {"problems": problems}, ensure_ascii=False, indent=2)


def _text(report: RunReport) -> str:
    done = (
        f"feeds read {report.feeds}, new items {report.items}; searches {report.searches}, "
        f"new signals {report.signals}, smaller ones left out {report.left_out}; "
        f"digests sent {report.digests}"
    )
    lines = [done]
    lines += [f"problem: {about}: {problem}" for about, problem in report.problems]
    return "\n".join(lines)


commands = [watch]
