"""Tables: flows (OECD CRS, OCHA FTS, our own typed form), one activity a line, and sums."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from functools import partial
from typing import BinaryIO, Final

import pyarrow as pa

from appui.intelligence.ingest import aggregates, crs, fts, published
from appui.intelligence.ingest.flatflow import FlatFlow, add_flow
from appui.intelligence.ingest.inputs import Examined
from appui.intelligence.ingest.reading import Reading
from appui.intelligence.ingest.sniff import COLUMNS_NEEDED, format_of_columns
from appui.intelligence.ingest.tabular import Row, Table, open_table

RowReader = Callable[[Reading, Mapping[str, str], int], FlatFlow | None]
_READERS: Final[dict[str, Callable[[list[str]], RowReader]]] = {
    "crs": crs.reader,
    "fts": lambda _columns: fts.flow_of,
    "appui": lambda _columns: published.flow_of,
}
_BROKEN: Final = (UnicodeDecodeError, csv.Error, pa.ArrowException)


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
    opened = open_table(
        stream, is_parquet=examined.container_is_parquet, encoding=examined.encoding
    )
    try:
        with opened as table:
            report.format = format_of_columns(table.columns) or examined.format
            if _fits(reading, table.columns, expected):
                _read_rows(reading, table, after_row)
    except _BROKEN as error:
        kept = report.activities_kept
        report.refuse(
            "table-broken",
            f"The table cannot be read further: {error}. Rows kept before it: {kept}.",
            "Save it again as CSV in UTF-8.",
        )
        report.status = "partial" if kept else "refused"


def _read_rows(reading: Reading, table: Table, after_row: Callable[[], None]) -> None:
    report = reading.report
    if report.format == "aggregates":
        aggregates.read(reading, table, partial(_is_ragged, reading, table), after_row)
        return
    flow_of = _READERS[report.format](table.columns)
    for number, row in enumerate(table.rows, 1):
        report.activities_read += 1
        flow = None if _is_ragged(reading, table, row) else flow_of(reading, row.cells, row.line)
        if flow is None:
            report.transactions_read += 1
        else:
            add_flow(reading, flow, number, row.cells)
            report.activities_kept += 1
            report.transactions_read += len(flow.amounts) + flow.refused_amounts
            report.transactions_kept += len(flow.amounts)
        after_row()


def _is_ragged(reading: Reading, table: Table, row: Row) -> bool:
    """Whether the row has not one cell a column; its cells can then not be told apart."""
    if not row.ragged:
        return False
    reading.problem(
        "row-ragged",
        line=row.line,
        subject=f"line {row.line}",
        field=f"{len(row.ragged)} cells for {len(table.columns)} columns",
        value=" | ".join(row.ragged),
    )
    return True


def _fits(reading: Reading, columns: list[str], expected: str) -> bool:
    found = reading.report.format
    if (found in _READERS or found == "aggregates") and expected in ("auto", found):
        return True
    wanted = "a table of flows" if expected == "auto" else f"the format {expected}"
    needed = "; ".join(f"for {name}: {', '.join(need)}" for name, need in COLUMNS_NEEDED.items())
    reading.report.refuse(
        "wrong-format",
        f"The file is not {wanted}: it looks like {found or 'something else'}.",
        f"Give the right file or another --format. Needed {needed}.",
        value=", ".join(columns),
    )
    return False
