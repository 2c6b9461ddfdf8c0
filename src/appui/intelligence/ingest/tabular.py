"""Rows of a table: CSV with commas, semicolons, tabs or pipes, or Parquet; each with its line."""

from __future__ import annotations

import codecs
import csv
import io
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import takewhile
from typing import BinaryIO, Final, NamedTuple, TextIO

import pyarrow.parquet as pq

from appui.intelligence.ingest.sniff import columns_of, delimiter_of, text_encoding

LONGEST: Final = 1 << 20  # characters of one line
MOST_LINES: Final = 50  # of one row of a table with pipes, whose texts may hold line breaks
SPOOL: Final = 64 << 20  # bytes of a zip's member kept in memory while its Parquet is read
_AS_LATIN_1: Final = "appui-as-latin-1"

codecs.register_error(
    _AS_LATIN_1,
    lambda error: (
        (error.object[error.start : error.end].decode("latin-1"), error.end)
        if isinstance(error, UnicodeDecodeError)
        else ("", error.end)  # type: ignore[attr-defined]
    ),
)


class Row(NamedTuple):
    """``cells`` by column; ``ragged`` holds what was found when they are not one a column."""

    line: int
    cells: Mapping[str, str]
    ragged: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    columns: list[str]
    rows: Iterator[Row]


@contextmanager
def open_table(
    stream: BinaryIO, *, is_parquet: bool, encoding: str | None = None
) -> Iterator[Table]:
    """The table in ``stream``, read as it is asked for; the caller closes the stream.

    Raises UnicodeDecodeError, csv.Error or pyarrow.ArrowException, while rows are read too.
    """
    if is_parquet:
        with tempfile.SpooledTemporaryFile(max_size=SPOOL) as spool:
            table = pq.ParquetFile(_seekable(stream, spool))
            yield Table(list(table.schema_arrow.names), _parquet_rows(table))
        return
    text = _as_text(stream, encoding)
    try:
        header = text.readline(LONGEST)
        columns = columns_of(header)
        delimiter = delimiter_of(header)
        rows = _pipe_rows if delimiter == "|" else _csv_rows
        yield Table(columns, rows(text, columns, delimiter))
    finally:
        text.detach()


def _seekable(stream: BinaryIO, spool: tempfile.SpooledTemporaryFile[bytes]) -> object:
    """The file itself; of a zip's member a copy, as its own seeking reads it again each time."""
    if isinstance(stream, io.BufferedReader):
        return stream
    shutil.copyfileobj(stream, spool)
    spool.seek(0)
    return spool


def _as_text(stream: BinaryIO, encoding: str | None) -> io.TextIOWrapper:
    head = stream.peek(4)[:4]  # type: ignore[attr-defined]
    known = encoding or text_encoding(head)
    return io.TextIOWrapper(stream, encoding=known, errors=_errors(known), newline="\n")


def _errors(encoding: str) -> str:
    return _AS_LATIN_1 if encoding == "windows-1252" else "strict"


def _csv_rows(text: TextIO, columns: list[str], delimiter: str) -> Iterator[Row]:
    reader = csv.reader(text, delimiter=delimiter)
    line = 2
    for cells in reader:
        if any(cells):
            yield _row(line, columns, cells)
        line = reader.line_num + 2


def _pipe_rows(text: TextIO, columns: list[str], delimiter: str) -> Iterator[Row]:
    """Rows as the OECD writes them: hardly quoted, and some texts go on over the next line."""
    pending: list[str] = []
    begun = 0
    for line, written in enumerate(_physical_lines(text), 2):
        cells = written.split(delimiter)
        if pending:
            joined = [*pending[:-1], f"{pending[-1]}\n{cells[0]}", *cells[1:]]
            if len(joined) <= len(columns) and line - begun < MOST_LINES:
                cells = joined
            else:
                yield _row(begun, columns, pending)
                begun = line
        else:
            begun = line
        pending = []
        if len(cells) < len(columns):
            pending = cells if any(cells) else []
            continue
        if len(cells) > len(columns):
            cells = next(csv.reader([written], delimiter=delimiter))
        yield _row(begun, columns, [_unquoted(cell) for cell in cells])
    if pending:
        yield _row(begun, columns, pending)


def _physical_lines(text: TextIO) -> Iterator[str]:
    lines = takewhile(bool, iter(lambda: text.readline(LONGEST), None))
    return (line.rstrip("\r\n") for line in lines)


def _unquoted(cell: str) -> str:
    if len(cell) > 1 and cell[0] == cell[-1] == '"':
        return cell[1:-1].replace('""', '"')
    return cell


def _row(line: int, columns: list[str], cells: list[str]) -> Row:
    if len(cells) != len(columns):
        return Row(line, {}, tuple(cells))
    return Row(line, dict(zip(columns, cells, strict=True)))


def _parquet_rows(table: pq.ParquetFile) -> Iterator[Row]:
    line = 1
    for batch in table.iter_batches(batch_size=5_000):
        for row in batch.to_pylist():
            line += 1
            yield Row(line, {name: _written(value) for name, value in row.items()})


def _written(value: object) -> str:
    """As it would stand in a CSV: whole numbers kept by pandas as floats lose their point."""
    if value is None or value != value:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)
