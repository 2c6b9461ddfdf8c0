"""``appui donors``: rank likely donors with reasons, and test a ranking on the past."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import click

from appui.intelligence.cli.flows import years_of
from appui.intelligence.cli.printing import as_json, as_table, format_option
from appui.intelligence.corpus import Corpus, FlowFilter, flow_rows, open_corpus, year_after
from appui.intelligence.ingest.manifest import CorpusUnreadableError
from appui.intelligence.ingest.rates import default_rates
from appui.intelligence.likely import likely
from appui.intelligence.ranking import (
    METHODS,
    HistoryUnreadableError,
    Outcome,
    RankedDonor,
    Ranking,
    backtest,
    rank_taught,
    read_history,
)

EVIDENCE_SHOWN = 20
SECTOR_DIGITS = (3, 5)


@click.group()
def donors() -> None:
    """Donors likely to help, with their reasons; and the test of how well that works."""


@donors.command("rank")
@click.option("--country", required=True, help="Recipient, alpha-2 code.")
@click.option("--sector", required=True, help="DAC code of five digits, or of three.")
@click.option("--amount", type=Decimal, help="What is asked, to judge whether the size fits.")
@click.option("--currency", default="USD", show_default=True, help="Currency of the amount.")
@click.option("--new-only", is_flag=True, help="Only donors new to this country and sector.")
@click.option(
    "--as-of",
    type=int,
    help="Rank by the years before this one. [default: the year after the last one published]",
)
@click.option("--window", type=click.IntRange(1), default=5, show_default=True, help="Years.")
@click.option(
    "--method",
    type=click.Choice(METHODS),
    default="appui",
    show_default=True,
    help="How new donors are ranked.",
)
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="Each list.")
@click.option("--from", "corpus_path", type=click.Path(path_type=Path), help="The corpus.")
@format_option("table", "json")
def rank_command(
    country: str,
    sector: str,
    amount: Decimal | None,
    currency: str,
    new_only: bool,
    as_of: int | None,
    window: int,
    method: str,
    limit: int,
    corpus_path: Path | None,
    output: str,
) -> None:
    """Rank donors for a country and sector, those already there apart from the new ones."""
    corpus = _corpus(corpus_path)
    year = as_of or year_after(corpus, datetime.now(tz=UTC).year)
    taught = likely(
        corpus, digits=len(sector), as_of=year, window=window, patient=method == "appui"
    )
    ranking = rank_taught(
        taught,
        country.upper(),
        sector,
        amount=_dollars(amount, currency, year),
        method=next(name for name in METHODS if name == method),
    )
    if ranking.method != method:
        click.echo(
            f"Too few new relations before {year} to learn from: ranked by the geometric mean of "
            "each donor's shares of the country and of the sector.",
            err=True,
        )
    already = () if new_only else ranking.already[:limit]
    if output == "json":
        click.echo(as_json(_ranking_json(corpus, ranking, already, ranking.new[:limit])))
        return
    if not new_only:
        _print_list("Already with this country and sector", already)
    _print_list("New to this country and sector", ranking.new[:limit])


def _corpus(path: Path | None) -> Corpus:
    try:
        corpus = open_corpus(path)
    except CorpusUnreadableError as error:
        raise click.ClickException(str(error)) from error
    if corpus.is_empty:
        raise click.ClickException(
            f"There are no flows in {corpus.folder} yet: run appui flows ingest first."
        )
    return corpus


def _dollars(amount: Decimal | None, currency: str, year: int) -> float | None:
    """The asked amount in dollars at the last published rate up to the year."""
    if amount is None:
        return None
    if amount <= 0:
        raise click.UsageError("The amount must be more than nought.")
    day = datetime(year, 1, 1, tzinfo=UTC).date()
    rate = default_rates().on(currency.upper(), day).usd_per_unit
    if rate is None:
        raise click.ClickException(f"There is no rate for {currency} in {year}; give it in USD.")
    return float(amount * rate)


def _ranking_json(
    corpus: Corpus,
    ranking: Ranking,
    already: tuple[RankedDonor, ...],
    new: tuple[RankedDonor, ...],
) -> dict[str, object]:
    return {
        "country": ranking.recipient,
        "sector": ranking.sector,
        "years": [ranking.first_year, ranking.last_year],
        "method": ranking.method,
        "learned": ranking.learned,
        "already": [_donor_json(corpus, ranking, donor) for donor in already],
        "new": [_donor_json(corpus, ranking, donor) for donor in new],
    }


def _donor_json(corpus: Corpus, ranking: Ranking, donor: RankedDonor) -> dict[str, object]:
    """The donor, its reasons, and the keys of the rows behind each reason, largest first."""
    years = tuple(range(ranking.first_year, ranking.last_year + 1))
    here = FlowFilter(donors=(donor.donor,), recipients=(ranking.recipient,), years=years)
    sector = FlowFilter(donors=(donor.donor,), sectors=(ranking.sector,), years=years)
    return asdict(donor) | {
        "evidence": {
            "gave_here": [r.key for r in flow_rows(corpus, here, limit=EVIDENCE_SHOWN)],
            "gave_sector": [r.key for r in flow_rows(corpus, sector, limit=EVIDENCE_SHOWN)],
        }
    }


def _print_list(title: str, listed: tuple[RankedDonor, ...]) -> None:
    click.echo(f"{title}: {len(listed)} shown")
    header = (
        "rank",
        "donor",
        "score",
        "chance",
        "here_usd",
        "sector_usd",
        "last_year",
        "median",
        "size_fit",
    )
    rows = [
        (
            donor.rank,
            donor.donor,
            donor.score,
            donor.chance,
            Decimal(str(donor.gave_here.usd)),
            Decimal(str(donor.gave_sector.usd)),
            donor.last_year,
            Decimal(str(donor.typical_size[1])) if donor.typical_size else None,
            donor.size_fit,
        )
        for donor in listed
    ]
    click.echo(as_table(header, rows))


@donors.command("learn")
@click.option("--from", "corpus_path", type=click.Path(path_type=Path), help="The corpus.")
def learn_command(corpus_path: Path | None) -> None:
    """Learn the ranking from the corpus, so that pages find it ready; do so after an ingest."""
    corpus = _corpus(corpus_path)
    year = year_after(corpus, datetime.now(tz=UTC).year)
    for digits in SECTOR_DIGITS:
        model = likely(corpus, digits=digits, as_of=year, patient=True).model
        answer = (
            f"learned from {model.queries} recipients and sectors of {model.first}-{model.last}"
            if model
            else "too few new relations to learn from; the geometric mean ranks"
        )
        click.echo(f"{year}, sectors of {digits} digits: {answer}.")


@donors.command("backtest")
@click.argument("table", type=click.Path(path_type=Path))
@click.option("--years", required=True, help="Test years, such as 2003-2009.")
@click.option(
    "--window", type=click.IntRange(1), default=5, show_default=True, help="Years before."
)
@click.option(
    "--method",
    type=click.Choice([*METHODS, "all"]),
    default="all",
    show_default=True,
    help="The ranking to test.",
)
@format_option("table", "json")
def backtest_command(table: Path, years: str, window: int, method: str, output: str) -> None:
    """Test rankings on TABLE (donor, recipient, sector, year, usd), new relations only.

    The method appui learns anew for each test year, from rows of earlier years only, and prints
    from which. Its features and constants were chosen on AidData 1990-2002, IATI 2015-2018 and
    OCHA FTS 2000-2001; the prior it starts from was learned on AidData 1981-2001 and serves test
    years after 2001 only.
    """
    try:
        past = read_history(table)
    except HistoryUnreadableError as error:
        raise click.ClickException(str(error)) from error
    chosen = [name for name in METHODS if method in (name, "all")]
    outcomes = backtest(
        past, years=years_of((years,)), window=window, methods=chosen, say=_say_progress
    )
    if not any(outcome.queries for outcome in outcomes):
        raise click.ClickException(
            f"The table {table} has no query in {years}: no new relation after {window} years."
        )
    if output == "json":
        found = [asdict(outcome) for outcome in outcomes]
        click.echo(as_json({"table": str(table), "window": window, "outcomes": found}))
        return
    header = ("method", "queries", "mrr", "recall_at_10")
    click.echo(as_table(header, [(o.method, o.queries, o.mrr, o.recall_at_10) for o in outcomes]))
    for outcome in outcomes:
        _print_learning(outcome)


def _say_progress(text: str) -> None:
    click.echo(text, err=True)


def _print_learning(outcome: Outcome) -> None:
    for year, first, last in outcome.learned:
        click.echo(f"{year} was ranked by what {first}-{last} taught.")
    for year in outcome.untaught:
        click.echo(f"{year} was ranked by the geometric mean: too few earlier years to learn from.")
    found = outcome.reliability
    if found is None:
        return
    click.echo(
        f"\nChances of a new commitment, {found.count} donors and pairs held in the window: "
        f"Brier score {found.brier:.5f}, always saying the base rate {found.brier_base:.5f}."
    )
    header = ("chance", "donors", "said", "came")
    rows = [(f"{b.low:g}-{b.high:g}", b.count, b.said, b.came) for b in found.bands if b.count]
    click.echo(as_table(header, rows))
