"""What follows from all files together: who is who, copies, amounts to review, and the flows."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import duckdb

from appui.intelligence.ingest.decisions import Decisions, load_decisions
from appui.intelligence.ingest.links import BUNDLES, link
from appui.intelligence.ingest.manifest import Manifest
from appui.intelligence.ingest.register import rules_digest, write_organisations
from appui.intelligence.ingest.rows import FILE_BITS, TABLES
from appui.intelligence.ingest.tables import ROWS_PER_GROUP, TABLES_VERSION
from appui.intelligence.sql import question

FOLDER: Final = "derived"
ASKED: Final = ("called", "duplicates", "quarantine", "flows", "linked")
TABLES_DERIVED: Final = ("mentions", "organisations", *ASKED)
QUESTIONS: Final = (
    "mentions",
    "called",
    "duplicates",
    "quarantine",
    "lines",
    "reporters",
    "levels",
    "flows",
    "bundles",
    "links",
    "linked",
)
MONEY_TABLES: Final = (
    "activities",
    "transactions",
    "transaction_splits",
    "budgets",
    "budget_splits",
)
MEMORY: Final = "150MB"


class UnsoundSplitsError(Exception):
    """Split rows that do not sum to their whole: the load is refused. A fault of ours, not data."""


def check_sums(part: Path) -> None:
    """Read the part back from disk; raises UnsoundSplitsError when any sum is off by anything."""
    with connect(part) as connection:
        for table in MONEY_TABLES:
            view(connection, table, [part])
        unsound = connection.execute(question("unsound_splits")).fetchall()
    if unsound:
        raise UnsoundSplitsError(
            f"The load is refused: {len(unsound)} rows are not the sum of their parts, "
            f"first {unsound[0][0]} {unsound[0][2]} of activity {unsound[0][1]}."
        )


def is_derived(folder: Path, manifest: Manifest) -> bool:
    """Whether the derived tables are there and follow from exactly the manifest's files."""
    return manifest.derived == _name(manifest) and (folder / FOLDER / manifest.derived).is_dir()


def is_current(folder: Path, manifest: Manifest) -> bool:
    """Whether the derived tables follow from the manifest's files and from what is decided now."""
    return manifest.decided == load_decisions(folder).digest and is_derived(folder, manifest)


def derive(folder: Path, manifest: Manifest) -> None:
    """Write the derived tables for the manifest's live files and name them in the manifest."""
    decisions = load_decisions(folder)
    manifest.decided = decisions.digest
    name = _name(manifest)
    target, beside = folder / FOLDER / name, folder / FOLDER / f"{name}.new"
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(parents=True)
    with connect(beside) as connection:
        open_tables(connection, folder, manifest, (*MONEY_TABLES, "identifiers"))
        write_organisations(connection, beside, decisions)
        for table in ("mentions", "organisations"):
            view(connection, table, [beside])
        _take_in_verdicts(connection, decisions)
        for table in ASKED:
            if table == "flows":
                _write_flows(connection, beside / table, folder, manifest)
            else:
                if table == "linked":
                    for done in ("lines", "reporters", "levels"):
                        connection.execute(f"drop table {done}")
                    link(connection, beside)
                _copy(connection, question(table), beside / f"{table}.parquet")
            view(connection, table, [beside])
        (beside / BUNDLES).unlink()
        manifest.duplicates = _count(connection, "duplicates")
        manifest.quarantined = _count(connection, "quarantine where verdict <> 'released'")
    shutil.rmtree(target, ignore_errors=True)
    beside.replace(target)
    manifest.derived = name


def _write_flows(
    connection: duckdb.DuckDBPyConnection, target: Path, folder: Path, manifest: Manifest
) -> None:
    """One file for each part of the corpus: a part is as much as memory is asked to hold."""
    target.mkdir()
    for table in ("lines", "reporters", "levels"):
        connection.execute(f"create temp table {table} as {question(table)}")
    parts = manifest.parts()
    ends = [int(part) << FILE_BITS for part in parts[1:]] + [1 << 62]
    for part, end in zip(parts, ends, strict=True):
        here = f"activity_key >= {int(part) << FILE_BITS} and activity_key < {end}"
        connection.execute(f"create or replace temp view lines_here as from lines where {here}")
        for table in ("transaction_splits", "budget_splits"):
            path = quoted((folder / "parts" / part / f"{table}.parquet").as_posix())
            connection.execute(
                f"create or replace temp view {table}_here as from read_parquet('{path}')"
            )
        _copy(connection, question("flows"), target / f"{part}.parquet")


def _copy(connection: duckdb.DuckDBPyConnection, sql: str, path: Path) -> None:
    connection.execute(
        f"copy ({sql}) to '{quoted(path.as_posix())}' "
        f"(format parquet, compression zstd, row_group_size {ROWS_PER_GROUP})"
    )


def _take_in_verdicts(connection: duckdb.DuckDBPyConnection, decisions: Decisions) -> None:
    connection.execute("create table looked_at (mark varchar, verdict varchar)")
    if decisions.amounts:
        found = [(looked.mark, looked.verdict) for looked in decisions.amounts]
        connection.executemany("insert into looked_at values (?, ?)", found)


def connect(spill: Path) -> duckdb.DuckDBPyConnection:
    """A connection of bounded memory on one thread, so that its answers keep their order."""
    connection = duckdb.connect(":memory:")
    connection.execute(
        f"set threads = 1; set memory_limit = '{MEMORY}'; set TimeZone = 'UTC'; "
        f"set temp_directory = '{quoted((spill / 'spill').as_posix())}'"
    )
    return connection


def open_tables(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    manifest: Manifest,
    tables: Iterable[str] = TABLES,
) -> None:
    """A view a table over all parts, without the rows of files that were replaced."""
    numbers = ", ".join(f"({entry.file_no:d})" for entry in manifest.live())
    connection.execute("create table live (file_no integer)")
    if numbers:
        connection.execute(f"insert into live values {numbers}")  # noqa: S608 - our own numbers
    parts = [folder / "parts" / part for part in manifest.parts()]
    for table in tables:
        view(connection, table, parts, where=" where file_no in (select file_no from live)")


def quoted(text: str) -> str:
    return text.replace("'", "''")


def view(
    connection: duckdb.DuckDBPyConnection, table: str, parts: list[Path], where: str = ""
) -> None:
    """A view over the table's file, or its folder of files, in each folder.

    Names and condition are our own text.
    """
    files = (
        part / table / "*.parquet" if (part / table).is_dir() else part / f"{table}.parquet"
        for part in parts
    )
    paths = ", ".join(f"'{quoted(file.as_posix())}'" for file in files)
    connection.execute(f"create view {table} as select * from read_parquet([{paths}]){where}")  # noqa: S608


def _count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    row = connection.execute(f"select count(*) from {table}").fetchone()  # noqa: S608
    return int(row[0]) if row else 0


def _name(manifest: Manifest) -> str:
    named = ",".join(sorted(f"{entry.file_no}:{entry.sha256}" for entry in manifest.live()))
    asked = ";".join(question(name) for name in QUESTIONS)
    text = f"{TABLES_VERSION};{rules_digest()};{asked};{manifest.decided};{named}"
    return hashlib.sha256(text.encode()).hexdigest()[:16]
