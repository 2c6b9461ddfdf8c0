"""The same questions of published flows on DuckDB and on Spark, over generated rows.

    python bench/engines.py [ROWS…]     5 million by default
    python bench/engines.py --duckdb 1250000 2500000 5000000 10000000 20000000

Rows are made from their numbers alone: the same on every machine. Each engine answers each question
twice in a process of its own, with nothing kept between; the first asking includes reading what the
engine keeps, and Spark compiling itself. “Start” is from the opening of the corpus to the first
count. Memory is the peak of the process and of its children (Spark's Java). Spark runs on two cores
with 2 GB unless SPARK_CONF_DIR says otherwise. Answers are compared to the last cent.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb

SOURCE = Path(__file__).resolve().parents[1] / "src"
ROWS = 5_000_000
LOCAL = "--master local[2] --driver-memory 2g --conf spark.ui.enabled=false --conf "
LOCAL += "spark.sql.shuffle.partitions=8 --conf spark.ui.showConsoleProgress=false pyspark-shell"
SEED_FILE = """donor,donor_country,recipient,sector,year,amount,currency,usd,source
Norway,NO,KH,15250,2020,1000,USD,1000,Generated
"""
ACTIVITIES = """
insert into activities by name
select 1 as file_no, a as activity_key, 'crs' as source, 'A-' || a as identifier,
    'Title ' || a as title, 'reported' as donor_basis
from range({rows} // 4) numbers (a)
"""
TRANSACTIONS = """
insert into transactions by name
select 1 as file_no, n // 8 * 2 + n % 2 as activity_key, n // 2 as transaction_no, n as line,
    'spend' as flow_type, (n * 7919 % 100000 * 100 + 1)::decimal(18, 4) as amount
from range({rows}) numbers (n)
"""
FLOWS = """
insert into flows by name
with numbered as (select n, hash(n) as h from range({rows}) numbers (n))
select
    ['iati', 'crs', 'fts'][n // 8 % 3 + 1] as source, 'T' as kind, 1 as file_no,
    n // 8 * 2 + n % 2 as activity_key, n // 2 as row_no, n % 2 as split_no,
    if(h % 3 = 0, 'commitment', 'spend') as flow_type, 2000 + h % 25 as year,
    'XM-DAC-' || h % 90 as reporter_key, 'Reporter ' || h % 90 as reporter_name,
    'XM-DAC-' || h % 700 as donor_key, 'Donor ' || h % 700 as donor_name,
    chr((65 + h % 26)::integer) || chr((65 + h // 26 % 26)::integer) as donor_country,
    'Channel ' || h // 7 % 4000 as channel,
    chr((65 + h // 3 % 13)::integer) || chr((65 + h // 41 % 13)::integer) as recipient,
    recipient as country, (11000 + h // 5 % 300 * 10)::varchar as sector, '2' as sector_vocabulary,
    (h // 11 % 100000000 / 100)::decimal(18, 4) as amount, 'USD' as currency,
    if(h % 200 = 0, null, amount)::decimal(18, 2) as usd, 'published' as conversion,
    h % 50 <> 0 as at_level, h % 5000 = 0 as quarantined, h // 13 % 10 <> 0 as original,
    usd as new_usd
from numbered
"""
LINKED = """
insert into linked by name
select activity_key, row_no, recipient, 0 as link, source = 'iati' as counts
from flows where row_no % 50 = 0
"""
MADE = {
    "activities": ACTIVITIES,
    "transactions": TRANSACTIONS,
    "flows": FLOWS,
    "linked": LINKED,
}


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["--ask"]:
        return _ask(arguments[1], Path(arguments[2]))
    sys.path.insert(0, str(SOURCE))
    from appui.intelligence.corpus.engines import lacking_for_spark  # noqa: PLC0415 - path above

    only_duckdb = "--duckdb" in arguments
    lacking = "" if only_duckdb else lacking_for_spark()
    engines = ["duckdb"] if only_duckdb or lacking else ["duckdb", "spark"]
    sizes = [int(text) for text in arguments if text.isdigit()] or [ROWS]
    same = [_compare(rows, engines) for rows in sizes]
    print(lacking or "", end="\n" if lacking else "")
    return int(not all(same))


def _compare(rows: int, engines: list[str]) -> bool:
    """Print one table; whether the engines agree."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "flows"
        size = _generate(place, rows)
        print(f"\n{rows:,} rows, {size / 1e6:.0f} MB of Parquet", flush=True)
        found = {name: _measured(name, place) for name in engines}
    print(f"{'seconds, first and again':<44}" + "".join(f"{name:>18}" for name in engines))
    for question in next(iter(found.values()))["seconds"]:
        cells = [answer["seconds"][question] for answer in found.values()]
        print(f"{question:<44}" + "".join(f"{a:>10.2f} {b:>7.2f}" for a, b in cells))
    print(f"{'peak memory, MB':<44}" + "".join(f"{a['peak_mb']:>18,}" for a in found.values()))
    digests = [answer["digests"] for answer in found.values()]
    same = all(digest == digests[0] for digest in digests)
    if len(engines) > 1:
        print("answers equal to the cent: " + ("yes, all" if same else "NO"), flush=True)
    return same


def _generate(place: Path, rows: int) -> int:
    """A corpus read in from one line, its largest tables then replaced by made rows; in bytes."""
    from appui.intelligence.ingest.rates import default_rates  # noqa: PLC0415 - path set in main
    from appui.intelligence.ingest.run import ingest  # noqa: PLC0415 - likewise

    seed = place.parent / "seed.csv"
    seed.write_text(SEED_FILE)
    ingest([seed], into=place, rates=default_rates())
    with duckdb.connect(str(place.parent / "made.duckdb")) as connection:
        connection.execute("set memory_limit = '4GB'")
        for table, statement in MADE.items():
            (path,) = [*place.rglob(f"{table}.parquet"), *place.rglob(f"{table}/*.parquet")]
            connection.execute(f"create table {table} as from read_parquet('{path}') limit 0")
            connection.execute(statement.format(rows=rows))
            connection.execute(f"copy {table} to '{path}' (format parquet, compression zstd)")
    return sum(path.stat().st_size for path in place.rglob("*.parquet"))


def _measured(engine: str, place: Path) -> dict[str, dict[str, list[float]]]:
    environment = os.environ | {"PYTHONPATH": str(SOURCE), "APPUI_FLOWS_ENGINE": engine}
    if "SPARK_CONF_DIR" not in os.environ:
        environment |= {"PYSPARK_SUBMIT_ARGS": LOCAL, "SPARK_LOCAL_IP": "127.0.0.1"}
    asked = subprocess.run(
        [sys.executable, __file__, "--ask", engine, str(place)],
        env=environment,
        capture_output=True,
        text=True,
    )
    if asked.returncode:
        sys.exit(f"{engine} did not answer: {asked.stderr[-3000:]}")
    found: dict[str, dict[str, list[float]]] = json.loads(asked.stdout.splitlines()[-1])
    return found


def _ask(engine: str, place: Path) -> int:
    """In a process of its own: each question twice, to standard output as JSON."""
    from appui.intelligence.corpus import FlowFilter, count_rows, open_corpus, opening  # noqa: PLC0415 - likewise

    opening._ANSWERS._longest = -1  # nothing kept: asking again asks the engine
    began = time.perf_counter()
    corpus = open_corpus(place, engine)
    count_rows(corpus, FlowFilter())
    start = time.perf_counter() - began
    seconds, digests = {"start": [start, 0.0]}, {}
    for name, question in _questions().items():
        times = []
        for _ in range(2):
            began = time.perf_counter()
            answer = question(corpus)
            times.append(time.perf_counter() - began)
        seconds[name] = times
        digests[name] = hashlib.sha256(repr(answer).encode()).hexdigest()
    print(json.dumps({"seconds": seconds, "digests": digests, "peak_mb": _peak_mb()}))
    return 0


def _questions() -> dict[str, Callable[..., object]]:
    from appui.intelligence.corpus import (  # noqa: PLC0415 - its path is set by the parent
        FlowFilter,
        choices,
        flow_rows,
        gifts,
        sizes,
        sum_flows,
    )

    place = FlowFilter(recipients=("AA", "BB", "KH"), sectors=("12",))
    return {
        "sums by donor and year": lambda c: sum_flows(c, FlowFilter(), ("donor", "year")),
        "sums of 3 places, 1 sector, by donor": lambda c: sum_flows(c, place, ("donor",)),
        "sources together, by place and sector": lambda c: sum_flows(
            c, FlowFilter(together=True), ("recipient", "sector-group")
        ),
        "what filters can be set to (6 questions)": lambda c: choices(c, FlowFilter()),
        "sizes of a line": lambda c: sizes(c, FlowFilter()),
        "the 100 largest rows, with their texts": lambda c: flow_rows(c, place, limit=100),
        "gifts of ten years, for ranking": lambda c: gifts(c, first_year=2010, last_year=2019),
    }


def _peak_mb() -> int:
    """Of this process and its children, as Linux tells it."""
    children = Path("/proc/self/task").glob("*/children")
    numbers = {"self", *(number for file in children for number in file.read_text().split())}
    lines = [Path(f"/proc/{number}/status").read_text().splitlines() for number in numbers]
    peaks = [int(line.split()[1]) for found in lines for line in found if line.startswith("VmHWM")]
    return round(sum(peaks) / 1024)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
