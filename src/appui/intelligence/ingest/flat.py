"""Tables of flows (OCHA FTS, and our own typed form): one activity, one transaction a line."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import BinaryIO, TextIO

import pyarrow as pa
import pyarrow.parquet as pq

from appui.intelligence.ingest import fts, published
from appui.intelligence.ingest.flatflow import FlatFlow, add_flow
from appui.intelligence.ingest.inputs import Examined
from appui.intelligence.ingest.reading import Reading
from appui.intelligence.ingest.sniff import format_of_columns

Line = Mapping[str, str]
_READERS: dict[str, Callable[[Reading, Line, int], FlatFlow | None]] = {
    "fts": fts.flow_of,
    "appui": published.flow_of,
}


def read(
    reading: Reading,
    stream: BinaryIO,
    examined: Examined,
    expected: str,
    *,
    after_row: Callable[[], None],
) -> None:
    """Read a CSV or Parquet table of flows; refuse the file when it is not what was expected."""
    report = reading.report
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
    try:
        columns, lines = _lines(stream, text, is_parquet=examined.container_is_parquet)
        report.format = format_of_columns(columns) or examined.format
        if not _fits(reading, columns, expected):
            return
        for number, line in enumerate(lines, 1):
            report.activities_read += 1
            report.transactions_read += 1
            flow = _READERS[report.format](reading, line, number + 1)
            if flow is not None:
                add_flow(reading, flow, number)
                report.activities_kept += 1
                report.transactions_kept += 1
            after_row()
    except (UnicodeDecodeError, csv.Error, pa.ArrowException) as error:
        kept = report.activities_kept
        report.refuse(
            "table-broken",
            f"The table cannot be read further: {error}. Rows kept before it: {kept}.",
            "Save it again as CSV in UTF-8.",
        )
        report.status = "partial" if kept else "refused"
    finally:
        text.detach()  # whoever opened the stream closes it


def _fits(reading: Reading, columns: list[str], expected: str) -> bool:
    found = reading.report.format
    if found in _READERS and expected in ("auto", found):
        return True
    wanted = "a table of flows" if expected == "auto" else f"the format {expected}"
    needed = "Needed for fts: id, amountUSD; for appui: donor, recipient, year, usd, source."
    reading.report.refuse(
        "wrong-format",
        f"The file is not {wanted}: it looks like {found or 'something else'}.",
        f"Give the right file or another --format. {needed}",
        value=", ".join(columns),
    )
    return False


def _lines(stream: BinaryIO, text: TextIO, *, is_parquet: bool) -> tuple[list[str], Iterable[Line]]:
    if is_parquet:
        table = pq.ParquetFile(io.BytesIO(stream.read()))
        return list(table.schema_arrow.names), _parquet_lines(table)
    if stream.peek(1)[:1] == b"<":  # type: ignore[attr-defined]
        return [], []
    reader = csv.DictReader(text)
    columns = [name.strip() for name in reader.fieldnames or ()]
    reader.fieldnames = columns
    return columns, ({k: v or "" for k, v in line.items() if k} for line in reader)


def _parquet_lines(table: pq.ParquetFile) -> Iterator[Line]:
    for batch in table.iter_batches(batch_size=5_000):
        for row in batch.to_pylist():
            yield {name: _written(value) for name, value in row.items()}


def _written(value: object) -> str:
    """As it would stand in a CSV: whole numbers kept by pandas as floats lose their point."""
    if value is None or value != value:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)
