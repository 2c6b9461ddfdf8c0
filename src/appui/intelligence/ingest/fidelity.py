"""How much of what IATI files hold is in the tables, counted by element and attribute name.

The files are read into an empty corpus and once more, by a walk of its own that shares nothing
with the readers. A fact is an element (``budget/period-start``), one of its attributes
(``budget/period-start/@iso-date``) or its text (``iati-identifier/text()``). What is blank holds
nothing and is not counted. Version 1 goes by the names of version 2. Facts are compared activity
by activity: those of one never make up for those missing in another.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import IO, Final

import duckdb
import pyarrow as pa
from lxml import etree

from appui.intelligence.ingest.codes import rows_of
from appui.intelligence.ingest.derived import open_tables
from appui.intelligence.ingest.inputs import find
from appui.intelligence.ingest.manifest import load
from appui.intelligence.ingest.rates import Rates
from appui.intelligence.ingest.rows import FILE_BITS
from appui.intelligence.ingest.run import ingest
from appui.intelligence.sql import question

LANGUAGE: Final = "{http://www.w3.org/XML/1998/namespace}lang"
_RECORDS: Final = ("iati-activity", "iati-organisation")
_NARRATIVE: Final = "narrative"
Fact = str


@dataclass(frozen=True, slots=True)
class Kept:
    """One fact: how often the XML holds it, and how often the tables do."""

    fact: Fact
    in_xml: int
    in_tables: int

    @property
    def is_standard(self) -> bool:
        """Whether it belongs to IATI rather than to a publisher's own namespace."""
        return "{" not in self.fact

    @property
    def lost(self) -> int:
        return self.in_xml - self.in_tables


@dataclass(slots=True)
class Fidelity:
    """``refused`` and ``partial`` files are not, or not wholly, compared: their report says why."""

    compared: int = 0
    records: int = 0
    refused: list[str] = field(default_factory=list)
    partial: list[str] = field(default_factory=list)
    facts: list[Kept] = field(default_factory=list)

    def share(self, *, standard: bool) -> tuple[int, int]:
        """Facts in the tables and in the XML, of IATI's names or of the others."""
        chosen = [kept for kept in self.facts if kept.is_standard == standard]
        return sum(kept.in_tables for kept in chosen), sum(kept.in_xml for kept in chosen)


def fidelity(paths: Iterable[Path], *, rates: Rates, working: Path) -> Fidelity:
    """Compare the files with the tables they give; ``working`` is an empty folder to write in.

    Raises what ingest raises.
    """
    given = list(paths)
    report = ingest(given, into=working, rates=rates)
    found = Fidelity(refused=[f.path for f in report.files if f.status == "refused"])
    found.partial = [f.path for f in report.files if f.status == "partial"]
    manifest = load(working)
    numbers = {e.path: (e.file_no, e.activities) for e in manifest.live() if e.format == "iati"}
    counts: Counter[tuple[int, Fact]] = Counter()
    for file in find(given).inputs:
        if file.name in numbers:
            number, records = numbers[file.name]
            with file.open() as stream:
                for place, element in enumerate(_records(stream, records), 1):
                    counts.update(_counted(element, (number << FILE_BITS) + place))
            found.compared += 1
            found.records += records
    with duckdb.connect() as connection:
        open_tables(connection, working, manifest)
        found.facts = _compare(connection, counts)
    return found


def _records(stream: IO[bytes], wanted: int) -> Iterator[etree._Element]:
    """The first ``wanted`` records: those before a break in the XML."""
    parser = etree.iterparse(stream, tag=_RECORDS, resolve_entities=False, recover=True)
    for place, (_, element) in enumerate(parser, 1):
        yield element
        element.clear()
        if place == wanted:
            return


def _counted(record: etree._Element, key: int) -> Counter[tuple[int, Fact]]:
    facts = Counter((key, fact) for fact in _facts(record, ""))
    facts[key, str(record.tag)] += 1
    for name, value in record.items():
        if value.strip():
            facts[key, f"{record.tag}/@{_short(str(name))}"] += 1
    return facts


def _facts(element: etree._Element, path: str) -> Iterator[Fact]:
    """The facts of all that stands below the element."""
    for child in element:
        if not isinstance(child.tag, str):
            continue
        name = f"{path}/{child.tag}" if path else child.tag
        own = list(_own_facts(child, name))
        below = list(_facts(child, name))
        if own or below:
            yield name
            yield from own
            yield from below


def _own_facts(element: etree._Element, path: str) -> Iterator[Fact]:
    """Attributes and text, by the names that version 2 gives them."""
    attributes = {_short(str(name)) for name, value in element.items() if str(value).strip()}
    text = bool((element.text or "").strip())
    becomes = _becomes(path, attributes) if text else None
    if becomes == _NARRATIVE:
        yield f"{path}/narrative"
        yield f"{path}/narrative/text()"
        if "xml:lang" in attributes:
            yield f"{path}/narrative/@xml:lang"
            attributes.remove("xml:lang")
    elif text:
        yield f"{path}/{becomes or 'text()'}"
    for name in attributes:
        yield f"{path}/@{name}"


def _becomes(path: str, attributes: set[str]) -> str | None:
    """What a text of version 1 is in version 2; None when it stays a text."""
    names, last = _version_1(), path.rpartition("/")[2]
    known: list[str] = names.get(path) or names.get(last) or []
    for becomes in known:
        if not becomes.startswith("@") or becomes[1:] not in attributes:
            return becomes
    return None


@cache
def _version_1() -> dict[str, list[str]]:
    names: dict[str, list[str]] = {}
    for row in rows_of("v1_names.csv"):
        names.setdefault(row["path"], []).append(row["becomes"])
    return names


def _short(name: str) -> str:
    return "xml:lang" if name == LANGUAGE else name


def _key(table: str) -> str:
    of_organisations = table in ("iati_organisations", "organisation_budgets")
    return "organisation_key" if of_organisations else "activity_key"


def _compare(
    connection: duckdb.DuckDBPyConnection, counts: Counter[tuple[int, Fact]]
) -> list[Kept]:
    keys, facts = zip(*counts, strict=True) if counts else ((), ())
    in_xml = pa.table({"key": keys, "fact": facts, "n": list(counts.values())})  # noqa: F841
    connection.execute("create table in_xml as select * from in_xml")
    by_table: dict[str, list[tuple[Fact, str]]] = {}
    for row in rows_of("held.csv"):
        by_table.setdefault(row["table"], []).append((row["fact"], row["count"]))
    selects = [
        f"select {_key(table)} as key, unnest({[fact for fact, _ in held]}) as fact, "  # noqa: S608
        f"unnest([{', '.join(f'sum({count})' for _, count in held)}]) as n from {table} group by 1"
        for table, held in by_table.items()
    ]
    connection.execute(f"create table typed as {' union all '.join(selects)}")
    found = connection.execute(question("fidelity")).fetchall()
    return [Kept(*row) for row in found]
