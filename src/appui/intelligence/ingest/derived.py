"""What follows from all files together: copies, amounts to review, and the flows asked about."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import duckdb

from appui.intelligence.ingest.manifest import Manifest
from appui.intelligence.ingest.rows import TABLES
from appui.intelligence.ingest.tables import TABLES_VERSION
from appui.intelligence.sql import question

FOLDER: Final = "derived"
TABLES_DERIVED: Final = ("duplicates", "quarantine", "flows")
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


def derive(folder: Path, manifest: Manifest) -> None:
    """Write the derived tables for the manifest's live files and name them in the manifest."""
    name = _name(manifest)
    target, beside = folder / FOLDER / name, folder / FOLDER / f"{name}.new"
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(parents=True)
    with connect(beside) as connection:
        open_tables(connection, folder, manifest, MONEY_TABLES)
        for table in TABLES_DERIVED:
            path = (beside / f"{table}.parquet").as_posix()
            connection.execute(
                f"copy ({question(table)}) to '{quoted(path)}' (format parquet, compression zstd)"
            )
            view(connection, table, [beside])
        manifest.duplicates = _count(connection, "duplicates")
        manifest.quarantined = _count(connection, "quarantine")
    shutil.rmtree(target, ignore_errors=True)
    beside.replace(target)
    manifest.derived = name


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
    """A view over the table's file in each folder; names and condition are our own text."""
    paths = ", ".join(f"'{quoted((part / f'{table}.parquet').as_posix())}'" for part in parts)
    connection.execute(f"create view {table} as select * from read_parquet([{paths}]){where}")  # noqa: S608


def _count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    row = connection.execute(f"select count(*) from {table}").fetchone()  # noqa: S608
    return int(row[0]) if row else 0


def _name(manifest: Manifest) -> str:
    named = ",".join(sorted(f"{entry.file_no}:{entry.sha256}" for entry in manifest.live()))
    questions = ";".join(question(table) for table in TABLES_DERIVED)
    return hashlib.sha256(f"{TABLES_VERSION};{questions};{named}".encode()).hexdigest()[:16]
