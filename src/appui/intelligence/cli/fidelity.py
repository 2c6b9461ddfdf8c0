"""``appui flows fidelity``: whether the tables hold all that IATI files hold."""

from __future__ import annotations

import tempfile
from dataclasses import asdict
from pathlib import Path

import click

from appui.intelligence.cli.flows import INGEST_ERRORS, flows, rates_option, rates_or_default
from appui.intelligence.cli.printing import as_json, as_table, format_option
from appui.intelligence.ingest.fidelity import Fidelity, fidelity
from appui.intelligence.ingest.rates import RatesUnreadableError


@flows.command("fidelity")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@rates_option
@click.option("--all", "everything", is_flag=True, help="Also list what is kept whole.")
@format_option("table", "json")
def compare(
    paths: tuple[Path, ...], rates_file: Path | None, everything: bool, output: str
) -> None:
    """Compare IATI files with the tables they give, by element and attribute name.

    The files are read into a corpus of their own, which is removed at the end. An element, an
    attribute or a text that is blank holds nothing and is not counted; version 1 goes by the
    names of version 2. Ends with an error when anything of the standard is not in the tables.
    """
    try:
        with tempfile.TemporaryDirectory() as folder:
            found = fidelity(paths, rates=rates_or_default(rates_file), working=Path(folder))
    except (*INGEST_ERRORS, RatesUnreadableError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(as_json(_json(found)) if output == "json" else _text(found, everything=everything))
    held, wanted = found.share(standard=True)
    if not wanted:
        raise click.ClickException("No IATI file could be compared.")
    if held < wanted:
        raise click.ClickException(f"{wanted - held:,} facts of the standard are in no table.")


def _json(found: Fidelity) -> dict[str, object]:
    standard, others = found.share(standard=True), found.share(standard=False)
    return {
        "files": found.compared,
        "records": found.records,
        "refused": found.refused,
        "partial": found.partial,
        "standard": {"in_tables": standard[0], "in_xml": standard[1]},
        "other_namespaces": {"in_tables": others[0], "in_xml": others[1]},
        "facts": [asdict(kept) for kept in found.facts],
    }


def _text(found: Fidelity, *, everything: bool) -> str:
    rows = [
        (kept.fact, kept.in_xml, kept.in_tables, _percent(kept.in_tables, kept.in_xml))
        for kept in found.facts
        if everything or kept.lost
    ]
    lines = [as_table(("fact", "in XML", "in tables", "kept"), rows)] if rows else []
    lines += [f"refused, not compared: {path}" for path in found.refused]
    lines += [f"compared up to where its XML breaks: {path}" for path in found.partial]
    lines.append(
        f"Compared: files {found.compared:,}, activities and organisations {found.records:,}"
    )
    for name, standard in (("of the standard", True), ("of other namespaces", False)):
        held, wanted = found.share(standard=standard)
        if wanted:
            lines.append(f"Kept {name}: {held:,} of {wanted:,} facts, {_percent(held, wanted)}")
    return "\n".join(lines)


def _percent(held: int, wanted: int) -> str:
    """Rounded down, so that 100 % is nothing less."""
    return f"{held * 10_000 // wanted / 100:.2f} %"
