"""Tables as files: for spreadsheets as everywhere, and for programs as Parquet and JSON.

All four hold the same rows in the same order. Columns for people bear their labels; columns for
programs bear their keys, money is exact in both.
"""

import io
import json
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq
from django.http import HttpResponse

from appui.ui import export
from appui.ui.export import Typed, typed_row
from appui.ui.listing import Column

LABELS: Final = {"xlsx": "Excel", "csv": "CSV", "parquet": "Parquet", "json": "JSON"}
TYPES: Final = {
    "parquet": "application/vnd.apache.parquet",
    "json": "application/json",
}
AMOUNT: Final = pa.decimal128(38, 2)
FINE_AMOUNT: Final = pa.decimal128(38, 4)
RATIO: Final = pa.decimal128(38, 12)


def file_response(
    name: str, kind: str, columns: Sequence[Column], rows: Iterable[object]
) -> HttpResponse:
    """The table as a file to save, ``kind`` being one of ``LABELS``."""
    if kind in export.KINDS:
        return export.file_response(name, kind, columns, rows)
    table = [typed_row(columns, row) for row in rows]
    content = to_json(columns, table) if kind == "json" else to_parquet(columns, table)
    return HttpResponse(
        content,
        content_type=TYPES[kind],
        headers={"Content-Disposition": f'attachment; filename="{name}.{kind}"'},
    )


def keys(columns: Sequence[Column]) -> list[str]:
    """One name a column; an amount is followed by its currency."""
    found: list[str] = []
    for column in columns:
        found.append(column.key)
        if column.kind == "money":
            found.append(f"{column.key}_currency")
    return found


def to_json(columns: Sequence[Column], table: Sequence[Sequence[Typed]]) -> str:
    """A list of objects; amounts and ratios are strings, so that no reader rounds them."""
    names = keys(columns)
    objects = [dict(zip(names, map(_plain, row), strict=True)) for row in table]
    return json.dumps(objects, ensure_ascii=False, indent=1) + "\n"


def to_parquet(columns: Sequence[Column], table: Sequence[Sequence[Typed]]) -> bytes:
    """One row group; amounts are decimals."""
    names = keys(columns)
    by_column = list(zip(*table, strict=True)) if table else [()] * len(names)
    arrays = [_array(values) for values in by_column]
    out = io.BytesIO()
    pq.write_table(pa.Table.from_arrays(arrays, names=names), out, compression="zstd")
    return out.getvalue()


def _plain(value: Typed) -> str | int | None:
    if isinstance(value, Decimal):
        return format(value, "f")
    return value.isoformat() if isinstance(value, date) else value


def _array(values: Sequence[Typed]) -> pa.Array:
    """Numbers, days or text; a column of mixed values is text."""
    known = [value for value in values if value is not None]
    if known and all(isinstance(value, Decimal) for value in known):
        return pa.array(values, _decimal(known))
    if known and all(isinstance(value, int) for value in known):
        return pa.array(values, pa.int64())
    if known and all(isinstance(value, date) for value in known):
        return pa.array(values, pa.date32())
    texts = [None if value is None else str(_plain(value)) for value in values]
    return pa.array(texts, pa.string())


def _decimal(values: Sequence[Typed]) -> pa.DataType:
    places = max(-int(value.as_tuple().exponent) for value in values if isinstance(value, Decimal))
    return next(
        kind for kind in (AMOUNT, FINE_AMOUNT, RATIO) if places <= kind.scale or kind is RATIO
    )
