"""The same money told of by two sources: pairs of flows, one to one."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Final

import duckdb
import pyarrow as pa

from appui.intelligence.sql import question

AT_ONCE: Final = 10_000
BUNDLES: Final = "bundles.parquet"
_POINT: Final = Decimal("0.01")
LINKS: Final = pa.schema(
    [
        pa.field("link", pa.int32(), nullable=False),
        pa.field("left_bundle", pa.int32(), nullable=False),
        pa.field("right_bundle", pa.int32(), nullable=False),
        pa.field("score", pa.decimal128(3, 2), nullable=False),
        pa.field("reasons", pa.list_(pa.string()), nullable=False),
    ]
)
Pair = tuple[int, int, int, list[str]]  # bundles, points, reasons


def link(connection: duckdb.DuckDBPyConnection, spill: Path) -> None:
    """Pair the flows of ``flows``; leaves ``bundles``, in a file in ``spill``, and ``links``."""
    path = (spill / BUNDLES).as_posix().replace("'", "''")
    connection.execute(f"copy ({question('bundles')}) to '{path}' (format parquet)")
    numbered = f"read_parquet('{path}', file_row_number = true)"
    columns = "* exclude (file_row_number), file_row_number::integer as bundle"
    connection.execute(f"create temp view bundles as select {columns} from {numbered}")  # noqa: S608
    taken = [
        {
            "link": number,
            "left_bundle": left,
            "right_bundle": right,
            "score": points * _POINT,
            "reasons": reasons,
        }
        for number, (left, right, points, reasons) in enumerate(_pairs(connection), 1)
    ]
    connection.register("links_taken", pa.Table.from_pylist(taken, schema=LINKS))
    connection.execute("create temp table links as select * from links_taken")
    connection.unregister("links_taken")


def _pairs(connection: duckdb.DuckDBPyConnection) -> Iterator[Pair]:
    """Year by year, so that memory does not grow with the years: no pair is of two."""
    years = connection.execute("select distinct year_told from bundles order by all").fetchall()
    for year in years:
        connection.execute(
            "create or replace temp table of_year as select * from bundles where year_told = ?",
            year,
        )
        yield from _one_to_one(connection)


def _one_to_one(connection: duckdb.DuckDBPyConnection) -> Iterator[Pair]:
    """The best pair first; a bundle is paired once with each other source."""
    pairs = connection.execute(question("links"))
    paired: set[tuple[int, str]] = set()
    while rows := pairs.fetchmany(AT_ONCE):
        for left, right, left_source, right_source, points, reasons in rows:
            sides = {(left, right_source), (right, left_source)}
            if not sides & paired:
                paired |= sides
                yield left, right, points, reasons
