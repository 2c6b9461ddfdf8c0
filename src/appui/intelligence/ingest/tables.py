"""Rows to Parquet: one folder (a part) of one file a table, written in bounded memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import accumulate, chain, count
from pathlib import Path
from types import TracebackType
from typing import (
    Annotated,
    Any,
    Final,
    NamedTuple,
    Self,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)

import pyarrow as pa
import pyarrow.parquet as pq

from appui.intelligence.ingest import rows
from appui.intelligence.ingest.rows import TABLES

ROWS_PER_GROUP: Final = 10_000
TABLES_VERSION: Final = 4  # raise it when a table's columns or their meaning change
_LONG: Final = ["path"]  # texts that are long and nearly always the same
_WHOLE_DIGITS: Final = pa.decimal128(19, 0)
_PAIRS: Final = pa.map_(pa.string(), pa.string())


class _Place(NamedTuple):
    """What stands at one place of a row: a column, or a group of them."""

    fields: tuple[pa.Field, ...]
    scaled: tuple[bool, ...]  # given as whole numbers of the last decimal
    grouped: bool


@cache
def schema(table: str) -> pa.Schema:
    return pa.schema([field for place in _places(TABLES[table]) for field in place.fields])


@cache
def _places(row: type) -> tuple[_Place, ...]:
    hints = get_type_hints(row, vars(rows), include_extras=True)
    return tuple(_place(name, hint) for name, hint in hints.items())


def _place(name: str, hint: Any) -> _Place:
    named = get_origin(hint) is Annotated and isinstance(get_args(hint)[0], type)
    group, prefix = (get_args(hint)[0], f"{get_args(hint)[1]}_") if named else (hint, "")
    if not hasattr(group, "_fields"):
        return _Place((_field(name, hint),), (_is_scaled(hint),), grouped=False)
    columns = _places(group)
    fields = tuple(f.with_name(prefix + f.name) for column in columns for f in column.fields)
    return _Place(fields, tuple(column.scaled[0] for column in columns), grouped=True)


def _field(name: str, hint: object) -> pa.Field:
    if get_origin(hint) is Annotated:
        return pa.field(name, get_args(hint)[1], nullable=False)
    annotated = next(arg for arg in get_args(hint) if get_origin(arg) is Annotated)
    return pa.field(name, get_args(annotated)[1], nullable=True)


def _is_scaled(hint: object) -> bool:
    scaled = (rows.Units, rows.Cents, rows.Share)
    return hint in scaled or bool(set(get_args(hint)) & set(scaled))


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


def _columns(content: Iterable[Sequence[object]], places: Sequence[_Place]) -> Iterator[pa.Array]:
    flat, width = list(chain.from_iterable(content)), len(places)  # half the time of zip(*content)
    for number, place in enumerate(places):
        values = flat[number::width]
        if place.grouped:
            yield from _grouped(cast("list[Sequence[object]]", values), place)
        else:
            yield _column(values, place.fields[0], scaled=place.scaled[0])


def _grouped(values: Sequence[Sequence[object]], place: _Place) -> Iterator[pa.Array]:
    """Columns made once for each object that gives them, however many rows share it."""
    objects = {id(value): value for value in values}
    numbers = dict(zip(objects, count()))
    which = pa.array([numbers[id(value)] for value in values], pa.int32())
    columns = zip(*objects.values(), strict=True)
    for field, scaled, given in zip(place.fields, place.scaled, columns, strict=True):
        yield _column(given, field, scaled=scaled).take(which)


def as_table(table: str, content: Sequence[tuple[object, ...]]) -> pa.Table:
    """An Arrow table of the rows, in their order."""
    arrays = list(_columns(content, _places(TABLES[table])))
    return pa.Table.from_arrays(arrays, schema=schema(table))


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
