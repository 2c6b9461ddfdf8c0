"""The organisations of the corpus: who stands for each name and key, written beside the flows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from decimal import Decimal
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final, cast

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from appui.intelligence.ingest.decisions import Decisions
from appui.intelligence.ingest.matching import Mention, Organisation, Settled, settle
from appui.intelligence.sql import question

_PACKAGE: Final = "appui.intelligence.ingest.matching"
_DOLLARS: Final = pa.decimal128(38, 2)
_TEXTS: Final = pa.list_(pa.string())
MENTIONS: Final = pa.schema(
    [
        pa.field("no", pa.int32(), nullable=False),
        pa.field("key", pa.string(), nullable=False),
        pa.field("name", pa.string(), nullable=False),
        pa.field("own_key", pa.string(), nullable=False),
        pa.field("organisation", pa.int32(), nullable=False),
        pa.field("basis", pa.string(), nullable=False),
        pa.field("lines", pa.int64(), nullable=False),
        pa.field("usd", _DOLLARS, nullable=False),
    ]
)
ORGANISATIONS: Final = pa.schema(
    [
        pa.field("no", pa.int32(), nullable=False),
        pa.field("key", pa.string(), nullable=False),
        pa.field("name", pa.string(), nullable=False),
        pa.field("country", pa.string()),
        pa.field("parent", pa.string()),
        pa.field("register_key", pa.string()),
        pa.field("names", _TEXTS, nullable=False),
        pa.field("keys", _TEXTS, nullable=False),
        pa.field("lines", pa.int64(), nullable=False),
        pa.field("usd", _DOLLARS, nullable=False),
        pa.field("sources", _TEXTS, nullable=False),
    ]
)
_CENT: Final = Decimal("0.01")


@cache
def rules_digest() -> str:
    """Names the rules and the donors known beforehand: the tables follow from them too."""
    folder = files(_PACKAGE)
    texts = [
        place.joinpath(name).read_bytes()
        for place, names in (
            (folder, ("names.py", "known.py", "rules.py")),
            (folder.joinpath("data"), ("known_donors.csv", "words.csv", "common_words.csv")),
        )
        for name in names
    ]
    return hashlib.sha256(b"\n".join(texts)).hexdigest()[:16]


def write_organisations(
    connection: duckdb.DuckDBPyConnection, folder: Path, decisions: Decisions
) -> None:
    """Settle who is who and write ``mentions.parquet`` and ``organisations.parquet``."""
    met = mentions(connection)
    settled = settle(met, decisions.register, decisions.pairs)
    _write(folder / "mentions.parquet", MENTIONS, _mention_rows(met, settled))
    _write(
        folder / "organisations.parquet", ORGANISATIONS, map(_organisation, settled.organisations)
    )


def mentions(connection: duckdb.DuckDBPyConnection) -> list[Mention]:
    """Every name and key of donors and reporters, by key and name."""
    rows = connection.execute(question("mentions")).fetchall()
    return [
        Mention(key, name, lines, int(usd.scaleb(2)), tuple(sources))
        for key, name, lines, usd, sources in rows
    ]


def _mention_rows(met: list[Mention], settled: Settled) -> list[dict[str, object]]:
    return [
        {
            "no": no,
            "key": mention.key,
            "name": mention.name,
            "own_key": settled.own_keys[mention.key, mention.name],
            "organisation": settled.of[mention.key, mention.name],
            "basis": settled.basis[mention.key, mention.name],
            "lines": mention.lines,
            "usd": mention.cents * _CENT,
        }
        for no, mention in enumerate(met, 1)
    ]


def _organisation(found: Organisation) -> dict[str, object]:
    return {
        "no": found.no,
        "key": found.key,
        "name": found.name,
        "country": found.country,
        "parent": found.parent,
        "register_key": found.register_key,
        "names": found.names,
        "keys": found.keys,
        "lines": found.lines,
        "usd": found.cents * _CENT,
        "sources": found.sources,
    }


def read_organisation(row: tuple[object, ...]) -> Organisation:
    """One row of the table, in the order of its columns."""
    no, key, name, country, parent, register_key, names, keys, lines, usd, sources = row
    return Organisation(
        cast("int", no),
        str(key),
        str(name),
        cast("str | None", country),
        cast("str | None", parent),
        cast("str | None", register_key),
        tuple(cast("list[str]", names)),
        tuple(cast("list[str]", keys)),
        cast("int", lines),
        int(cast("Decimal", usd).scaleb(2)),
        tuple(cast("list[str]", sources)),
    )


def _write(path: Path, schema: pa.Schema, rows: Iterable[dict[str, object]]) -> None:
    pq.write_table(pa.Table.from_pylist(list(rows), schema=schema), path, compression="zstd")
