"""Rows to Parquet: one folder (a part) of one file a table, written in bounded memory."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import accumulate, chain
from pathlib import Path
from types import TracebackType
from typing import Annotated, Final, Self, cast, get_args, get_origin, get_type_hints

import pyarrow as pa
import pyarrow.parquet as pq

from appui.intelligence.ingest import rows
from appui.intelligence.ingest.rows import TABLES

ROWS_PER_GROUP: Final = 10_000
TABLES_VERSION: Final = 3  # raise it when a table's columns or their meaning change
_LONG: Final = ["path"]  # texts that are long and nearly always the same
_WHOLE_DIGITS: Final = pa.decimal128(19, 0)
_PAIRS: Final = pa.map_(pa.string(), pa.string())


@cache
def schema(table: str) -> pa.Schema:
    hints = get_type_hints(TABLES[table], vars(rows), include_extras=True)
    return pa.schema([_field(name, hint) for name, hint in hints.items()])


def _field(name: str, hint: object) -> pa.Field:
    if get_origin(hint) is Annotated:
        return pa.field(name, get_args(hint)[1], nullable=False)
    annotated = next(arg for arg in get_args(hint) if get_origin(arg) is Annotated)
    return pa.field(name, get_args(annotated)[1], nullable=True)


@cache
def _scaled(table: str) -> frozenset[str]:
    """Columns given as whole numbers of their last decimal."""
    hints = get_type_hints(TABLES[table], vars(rows), include_extras=True)
    scaled = (rows.Units, rows.Cents, rows.Share)
    return frozenset(n for n, h in hints.items() if h in scaled or set(get_args(h)) & set(scaled))


def _column(values: Sequence[object], field: pa.Field, *, scaled: bool) -> pa.Array:
    if not scaled:
        return _pairs(values) if field.type == _PAIRS else pa.array(values, field.type)
    whole = pa.array(values, pa.int64()).cast(_WHOLE_DIGITS)
    return pa.Array.from_buffers(field.type, len(whole), whole.buffers(), whole.null_count)


def _pairs(values: Sequence[object]) -> pa.Array:
    """A map of names and values from lists of pairs, faster than pa.array makes one."""
    given = cast("Sequence[Sequence[tuple[str, str]]]", values)
    offsets = pa.array([0, *accumulate(map(len, given))], pa.int32())
    names = pa.array([name for pairs in given for name, _ in pairs], pa.string())
    written = pa.array([value for pairs in given for _, value in pairs], pa.string())
    return pa.MapArray.from_arrays(offsets, names, written)


def as_table(table: str, content: Sequence[tuple[object, ...]]) -> pa.Table:
    """An Arrow table of the rows, in their order."""
    wanted, scaled = schema(table), _scaled(table)
    flat, width = list(chain.from_iterable(content)), len(wanted)  # half the time of zip(*content)
    arrays = [
        _column(flat[place::width], field, scaled=field.name in scaled)
        for place, field in enumerate(wanted)
    ]
    return pa.Table.from_arrays(arrays, schema=wanted)


class PartWriter:
    """Collects rows and writes them table by table; every table is written, even empty.

    ``rows[table].append(row)`` adds; ``flush_full`` writes what has grown long.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.rows: dict[str, list[tuple[object, ...]]] = {table: [] for table in TABLES}
        self.counts = dict.fromkeys(TABLES, 0)
        self._writers: dict[str, pq.ParquetWriter] = {}
        folder.mkdir(parents=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            for table in TABLES:
                self._flush(table)
        for writer in self._writers.values():
            writer.close()

    def flush_full(self) -> None:
        if max(map(len, self.rows.values())) < ROWS_PER_GROUP:
            return  # as after nearly every activity
        for table, content in self.rows.items():
            if len(content) >= ROWS_PER_GROUP:
                self._flush(table)

    def _flush(self, table: str) -> None:
        content = self.rows[table]
        if table not in self._writers:
            wanted = schema(table)
            self._writers[table] = pq.ParquetWriter(
                self.folder / f"{table}.parquet",
                wanted,
                compression="zstd",
                use_dictionary=_LONG,  # of others zstd finds the repeats, in less time and space
                store_decimal_as_integer=True,
                write_statistics=["activity_key"] if "activity_key" in wanted.names else False,
            )
        if content:
            self._writers[table].write_table(as_table(table, content))
            self.counts[table] += len(content)
            content.clear()
