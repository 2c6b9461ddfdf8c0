"""``appui flows``: read published aid data in, and ask sums and rows of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeVar, cast, get_args

import click

from appui.intelligence.cli.printing import Cell, as_csv, as_json, as_table, format_option
from appui.intelligence.corpus import (
    BY,
    VIEWS,
    Boundary,
    Corpus,
    FilterError,
    FlowFilter,
    FlowSum,
    aggregates,
    boundary,
    corpus_folder,
    count_rows,
    flow_rows,
    open_corpus,
    sum_flows,
)
from appui.intelligence.corpus.aggregates import RULE as AGGREGATES_RULE
from appui.intelligence.ingest.derived import UnsoundSplitsError
from appui.intelligence.ingest.inputs import PathMissingError
from appui.intelligence.ingest.manifest import CorpusUnreadableError
from appui.intelligence.ingest.parts import Format
from appui.intelligence.ingest.rates import (
    Rates,
    RatesUnreadableError,
    default_rates,
    rates_with_file,
)
from appui.intelligence.ingest.run import BusyError, ingest
from appui.intelligence.ingest.sources import WEB, Web
from appui.intelligence.ingest.web.fetch import Asking
from appui.intelligence.ingest.web.request import Manners

Command = TypeVar("Command", bound=Callable[..., object])
INGEST_ERRORS = (PathMissingError, BusyError, CorpusUnreadableError, UnsoundSplitsError, OSError)
rates_option = click.option(
    "--rates",
    "rates_file",
    type=click.Path(path_type=Path),
    help="CSV or Parquet with month, currency, rate (units per dollar), where the ECB has none.",
)


@click.group()
def flows() -> None:
    """Published aid flows: read them in, sum them, list the rows behind a sum."""


@flows.command("ingest")
@click.argument("given", metavar="PATH|URL...", nargs=-1, required=True)
@click.option(
    "--format",
    "expected",
    type=click.Choice(["auto", "iati", "crs", "fts", "appui", "aggregates"]),
    default="auto",
    show_default=True,
    help="What the files are; auto tells from their content.",
)
@click.option("--into", type=click.Path(path_type=Path), help="Folder of the tables.")
@rates_option
@click.option(
    "--report",
    "output",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="How to print the report.",
)
@click.option(
    "--asking",
    type=click.Choice(get_args(Asking)),
    default="changed",
    show_default=True,
    help="Of web addresses: fetch what changed, all anew, or none but what is kept.",
)
@click.option(
    "--per-host",
    type=click.IntRange(1, 16),
    default=WEB.manners.per_host,
    show_default=True,
    help="Questions at once to one web server.",
)
@click.option(
    "--largest",
    type=click.IntRange(1, 100_000),
    default=WEB.manners.largest >> 20,
    show_default=True,
    help="Megabytes of the largest file to fetch; unpacked it may have four times as many.",
)
@click.option(
    "--processes",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="Read with so many processes; the tables are the same.",
)
@click.option(
    "--allow-private",
    is_flag=True,
    help="Fetch also from this machine and from private networks.",
)
def ingest_files(
    given: tuple[str, ...],
    expected: Format,
    into: Path | None,
    rates_file: Path | None,
    output: str,
    asking: Asking,
    per_host: int,
    largest: int,
    processes: int,
    allow_private: bool,
) -> None:
    """Read IATI, CRS, FTS or typed tables and report on each file.

    Give files, folders, zips, web addresses, lists of addresses (text, one a line) or the JSON of
    a registry. A bad file never stops the others; files already read are left alone.
    """
    manners = Manners(
        per_host=per_host,
        largest=largest << 20,
        largest_unpacked=largest << 22,
        allow_private=allow_private,
    )
    try:
        rates = rates_or_default(rates_file)
        report = ingest(
            given,
            into=into or corpus_folder(),
            rates=rates,
            expected=expected,
            web=Web(manners, asking),
            processes=processes,
        )
    except (*INGEST_ERRORS, RatesUnreadableError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(as_json(report.as_json()) if output == "json" else "\n".join(report.lines()))
    if report.nothing_read():
        raise click.ClickException("No file could be read: see the report for each reason.")
    if report.changed and output == "table":
        click.echo("Next: appui donors learn, for rankings that learn from these flows.", err=True)


def rates_or_default(path: Path | None) -> Rates:
    return default_rates() if path is None else rates_with_file(path)


def filter_options(command: Command) -> Command:
    """The options of a filter, given to the command as a FlowFilter's fields."""
    options = (
        click.option("--from", "corpus_path", type=click.Path(path_type=Path), help="The corpus."),
        click.option("--donor", "donors", multiple=True, help="Reference or name; repeatable."),
        click.option("--country", "recipients", multiple=True, help="Recipient, alpha-2 code."),
        click.option("--sector", "sectors", multiple=True, help="DAC code or its first digits."),
        click.option("--year", "years", multiple=True, help="A year, or 2019-2021."),
        click.option(
            "--flow-type",
            "flow_types",
            multiple=True,
            help="commitment, spend, incoming, pledge, budget… [default: commitment and spend]",
        ),
        click.option("--source", "sources", multiple=True, help="iati, crs, fts or appui."),
        click.option("--reporter", "reporters", multiple=True, help="Reporting organisation."),
        click.option("--channel", "channels", multiple=True, help="Receiver of the money."),
        click.option(
            "--together",
            is_flag=True,
            help="Add IATI, CRS and FTS up; a flow that two of them tell of counts once.",
        ),
        click.option(
            "--view",
            type=click.Choice(VIEWS),
            default=VIEWS[0],
            show_default=True,
            help="Whose reports are counted; views are never added together.",
        ),
        click.option(
            "--quarantined",
            type=click.Choice(["excluded", "included", "only"]),
            default="excluded",
            show_default=True,
            help="Amounts that wait for a person to look.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


@dataclass(frozen=True, slots=True)
class _Asked:
    corpus: Corpus
    wanted: FlowFilter


def _asked(corpus_path: Path | None, **fields: object) -> _Asked:
    """Open the corpus and make the filter; a ClickException says what is wrong with either."""
    try:
        chosen = {name: value for name, value in fields.items() if value not in ((), None)}
        chosen["years"] = years_of(cast("tuple[str, ...]", fields["years"]))
        chosen["recipients"] = tuple(
            _place(r) for r in cast("tuple[str, ...]", fields["recipients"])
        )
        return _Asked(open_corpus(corpus_path), FlowFilter(**chosen))  # type: ignore[arg-type]
    except (FilterError, CorpusUnreadableError) as error:
        raise click.ClickException(str(error)) from error


def _place(written: str) -> str:
    return written.upper() if len(written) == 2 else written


def years_of(written: tuple[str, ...]) -> tuple[int, ...]:
    """The years in ``2019`` or ``2019-2021``; raises a usage error for anything else."""
    years: list[int] = []
    for part in written:
        found = re.fullmatch(r"(\d{4})(?:-(\d{4}))?", part)
        if not found or int(found[2] or found[1]) < int(found[1]):
            raise click.UsageError(f"{part} is not a year or a range such as 2019-2021.")
        years += range(int(found[1]), int(found[2] or found[1]) + 1)
    return tuple(years)


@flows.command("sum")
@click.option("--by", default="", help=f"Comma-separated, from: {', '.join(BY)}.", metavar="KEYS")
@filter_options
@format_option("table", "csv", "json")
def sum_command(by: str, output: str, corpus_path: Path | None, **fields: object) -> None:
    """Sum flows in US dollars; flow types and sources stay apart, and the view is named."""
    asked = _asked(corpus_path, **fields)
    groups = tuple(name.strip() for name in by.split(",") if name.strip())
    try:
        sums = sum_flows(asked.corpus, asked.wanted, groups)
    except FilterError as error:
        raise click.ClickException(str(error)) from error
    said = boundary(asked.corpus, asked.wanted)
    if output == "json":
        click.echo(
            as_json({"boundary": asdict(said), "sums": [_sum_json(s, groups) for s in sums]})
        )
        return
    header = [*groups, "flow_type", "source", "view", "usd", "lines", "unconverted"]
    rows: list[list[Cell]] = [
        [*s.labels, s.flow_type, s.source, s.view, s.usd, s.lines, s.unconverted] for s in sums
    ]
    click.echo(as_csv(header, rows) if output == "csv" else as_table(header, rows))
    _say_empty(asked.corpus)
    click.echo(
        f"{said.counts} {said.rate_rule} Left out: {said.quarantined_lines} lines in quarantine "
        f"({said.quarantined_usd:,.2f} USD), {said.unconverted_lines} without a rate"
        f"{_in_their_currencies(said)}.",
        err=True,
    )


def _in_their_currencies(said: Boundary) -> str:
    found = [f"{u.amount:,.2f} {u.currency or 'of no stated currency'}" for u in said.unconverted]
    return f" ({'; '.join(found)})" if found else ""


def _sum_json(found: FlowSum, groups: tuple[str, ...]) -> dict[str, object]:
    content = asdict(found)
    del content["keys"], content["labels"]
    pairs = zip(groups, found.keys, found.labels, strict=True)
    return {"by": {name: {"key": key, "label": label} for name, key, label in pairs}} | content


def _say_empty(corpus: Corpus) -> None:
    if corpus.is_empty:
        click.echo(f"There are no flows in {corpus.folder} yet: run appui flows ingest.", err=True)


@flows.command("rows")
@filter_options
@click.option(
    "--limit", type=click.IntRange(1), default=100, show_default=True, help="Rows at most."
)
@click.option(
    "--offset", type=click.IntRange(0), default=0, show_default=True, help="Rows to skip."
)
@format_option("table", "csv", "json")
def rows_command(
    limit: int, offset: int, output: str, corpus_path: Path | None, **fields: object
) -> None:
    """List the rows behind a sum, largest first, with file, line, rate and its source."""
    asked = _asked(corpus_path, **fields)
    found = flow_rows(asked.corpus, asked.wanted, limit=limit, offset=offset)
    total = count_rows(asked.corpus, asked.wanted)
    if output == "json":
        click.echo(as_json({"total": total, "rows": [asdict(row) for row in found]}))
        return
    names = [*(asdict(found[0]) if found else ("key", "usd"))]
    if output == "csv":
        click.echo(as_csv(names, [list(asdict(row).values()) for row in found]))
        return
    short = ["key", "donor", "recipient", "sector", "flow_type", "year", "usd", "identifier"]
    short += ["linked_to"] if any(row.linked_to for row in found) else []
    click.echo(as_table(short, [[getattr(row, name) for name in short] for row in found]))
    _say_empty(asked.corpus)
    click.echo(f"{len(found)} of {total} rows.", err=True)


@flows.command("aggregates")
@click.option("--from", "corpus_path", type=click.Path(path_type=Path), help="The corpus.")
@click.option("--donor", "donors", multiple=True, help="Name or alpha-2 code; repeatable.")
@click.option("--country", "recipients", multiple=True, help="Name or alpha-2 code; repeatable.")
@click.option("--year", "years", multiple=True, help="A year, or 2019-2021.")
@click.option("--measure", "measures", multiple=True, help="As the table names it; repeatable.")
@click.option(
    "--limit", type=click.IntRange(1), default=100, show_default=True, help="Lines at most."
)
@format_option("table", "csv", "json")
def aggregates_command(
    limit: int,
    output: str,
    corpus_path: Path | None,
    years: tuple[str, ...],
    **named: tuple[str, ...],
) -> None:
    """List published sums by donor and recipient beside what the flows make; nothing is added."""
    try:
        corpus = open_corpus(corpus_path)
    except CorpusUnreadableError as error:
        raise click.ClickException(str(error)) from error
    found = aggregates(corpus, years=years_of(years), limit=limit, **named)
    if output == "json":
        click.echo(as_json({"rule": AGGREGATES_RULE, "lines": [asdict(line) for line in found]}))
        return
    header = ["donor", "recipient", "year", "measure", "prices", "usd", "flows_usd", "file", "line"]
    rows: list[list[Cell]] = [list(asdict(line).values()) for line in found]
    if output == "csv":
        click.echo(as_csv(header, rows))
        return
    click.echo(as_table(header[:-2], [row[:-2] for row in rows]))
    click.echo(AGGREGATES_RULE, err=True)
