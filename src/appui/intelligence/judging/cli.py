"""``appui organisations`` and ``appui quarantine``: what the pages do, for scripts."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import TypeVar

import click

from appui.accounts.models import User
from appui.intelligence.cli.printing import Cell, as_csv, as_json, as_table, format_option
from appui.intelligence.corpus import Corpus
from appui.intelligence.judging import actions, queries
from appui.intelligence.models import PairJudgement
from appui.intelligence.published import published
from appui.kernel.access import SYSTEM, Reader
from appui.registry.queries import reader_of

Command = TypeVar("Command", bound=Callable[..., object])
PAIR_COLUMNS = ("score", "usd", "left", "left_name", "right", "right_name", "reasons")
SHOWN = 60


def by_option(command: Command) -> Command:
    """Who judges: a person with an account, or the system itself."""
    return click.option(
        "--by", "email", help="Address of the person who judges. [default: the system]"
    )(command)


def _reader(email: str | None) -> Reader:
    if email is None:
        return SYSTEM
    person = User.objects.filter(email__iexact=email).first()
    if person is None:
        raise click.ClickException(f"“{email}” has no account.")
    return reader_of(person)


@click.group()
def organisations() -> None:
    """Published organisations: which names and references are one."""


@organisations.command("match")
@click.option("--at-least", type=click.FloatRange(0, 1), default=0.0, help="Lowest score.")
@click.option(
    "--limit", type=click.IntRange(1), default=50, show_default=True, help="Pairs at most."
)
@format_option("table", "csv", "json")
def match(at_least: float, limit: int, output: str) -> None:
    """List the pairs that wait for a judgement, the most money first."""
    waiting = [item for item in queries.waiting(published()) if item.pair.score >= at_least]
    shown = waiting[:limit]
    rows: list[dict[str, Cell]] = [
        {
            "score": item.pair.score,
            "usd": item.usd,
            "left": item.left.key,
            "left_name": item.left.name,
            "right": item.right.key,
            "right_name": item.right.name,
            "reasons": "; ".join(f"{r.what} {r.words}".strip() for r in item.pair.reasons),
        }
        for item in shown
    ]
    if output == "json":
        click.echo(as_json({"total": len(waiting), "pairs": rows}))
    elif output == "csv":
        click.echo(as_csv(PAIR_COLUMNS, [list(row.values()) for row in rows]))
    else:
        cut = [[str(cell)[:SHOWN] for cell in row.values()] for row in rows]
        click.echo(as_table(PAIR_COLUMNS, cut))
        click.echo(f"{len(shown)} of {len(waiting)} pairs.", err=True)


@organisations.command("judge")
@click.argument("left")
@click.argument("right")
@click.option("--same/--different", "same", required=True, help="One organisation, or two.")
@click.option("--reason", default="", help="Why.")
@by_option
def judge(left: str, right: str, same: bool, reason: str, email: str | None) -> None:
    """Say whether the organisations with the keys LEFT and RIGHT are one."""
    corpus = published()
    judged = actions.judge_pair(
        _named(corpus, left), _named(corpus, right), same=same, by=_reader(email), reason=reason
    )
    click.echo(f"Judgement {judged.pk}: {judged}. Run appui organisations apply.")


def _named(corpus: Corpus, key: str) -> tuple[str, str]:
    found = queries.standing_or_spelt(corpus, key)
    if found is None:
        raise click.ClickException(f"No published organisation has the key “{key}”.")
    return found


@organisations.command("judged")
@format_option("table", "json")
def judged_list(output: str) -> None:
    """List the judgements that stand, with the number that undoes each."""
    rows = [
        {
            "number": row.pk,
            "at": f"{row.at:%Y-%m-%d %H:%M}",
            "who": row.user_name,
            "same": row.same,
            "left": row.left_key,
            "right": row.right_key,
            "reason": row.reason,
        }
        for row in PairJudgement.objects.standing()
    ]
    if output == "json":
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    header = ("number", "at", "who", "same", "left", "right", "reason")
    click.echo(as_table(header, [[str(cell)[:SHOWN] for cell in row.values()] for row in rows]))


@organisations.command("undo")
@click.argument("number", type=int)
@click.option("--reason", default="", help="Why.")
@by_option
def undo(number: int, reason: str, email: str | None) -> None:
    """Take the judgement NUMBER back."""
    row = PairJudgement.objects.filter(pk=number).first()
    if row is None:
        raise click.ClickException(f"There is no judgement {number}.")
    actions.undo_pair(row, by=_reader(email), reason=reason)
    click.echo(f"Undone: {row}. Run appui organisations apply.")


@organisations.command("apply")
@by_option
def apply(email: str | None) -> None:
    """Let totals, donors and rankings follow all that was judged."""
    changed = actions.bring_up_to_date(published(), by=_reader(email))
    click.echo("The figures follow." if changed else "The figures were already up to date.")


@click.group()
def quarantine() -> None:
    """Amounts far from their reporter's others."""


@quarantine.command("list")
@format_option("table", "json")
def quarantine_list(output: str) -> None:
    """List the amounts with their mark, why they wait and what was judged."""
    held = queries.held(published())
    rows = [
        {
            "mark": item.mark,
            "verdict": item.verdict,
            "usd": item.usd,
            "usual": item.usual,
            "reason": item.reason,
            "reporter": item.reporter,
            "identifier": item.identifier,
            "line": f"{item.file}:{item.line}",
        }
        for item in held
    ]
    if output == "json":
        click.echo(as_json(rows))
        return
    header = ("mark", "verdict", "usd", "usual", "reason", "reporter", "identifier", "line")
    click.echo(as_table(header, [list(row.values()) for row in rows]))
    waits = sum((abs(item.usd) for item in held if item.verdict != "released"), Decimal(0))
    click.echo(f"{len(held)} amounts; {waits:,.2f} USD out of totals.", err=True)


@quarantine.command("judge")
@click.argument("mark")
@click.option("--release/--keep-out", "release", required=True, help="Count it, or not.")
@click.option("--reason", required=True, help="Why.")
@by_option
def quarantine_judge(mark: str, release: bool, reason: str, email: str | None) -> None:
    """Judge the amount with that MARK (or the beginning of it); the totals follow at once."""
    corpus = published()
    found = [item for item in queries.held(corpus) if item.mark.startswith(mark)]
    if len(found) != 1:
        raise click.ClickException(f"{len(found)} amounts have a mark that starts with “{mark}”.")
    reader = _reader(email)
    verdict = "released" if release else "kept-out"
    judged = actions.judge_amount(found[0], verdict=verdict, by=reader, reason=reason)
    actions.bring_up_to_date(corpus, by=reader)
    click.echo(f"{judged.get_verdict_display()}: {judged}.")


commands = [organisations, quarantine]
