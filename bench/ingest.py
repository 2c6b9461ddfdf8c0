"""How fast published aid data is read in, against a bare lxml pass over the same files.

    python bench/ingest.py PATH…        or with the folder of real data in APPUI_DATA

One side is the whole command ``appui flows ingest`` into an empty corpus, its start included, with
one process and with two; the other is lxml's iterparse. okfn-iati (XML to CSV) runs too where it
is installed (``pip install -e .[bench]``); iatiflattener does not, because it fetches code lists
and rates from the internet while it runs. Each runs three times, in turn, in processes of their
own. The figures are the user and system CPU seconds and the peak memory of those very processes:
the least seconds of each side, because neighbours on the machine can only add to them, and the
highest peak. Trust the ratios more than the seconds. The seconds on the wall tell whether two
processes are worth it: both cores must be free.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

SOURCE = Path(__file__).resolve().parents[1] / "src"
USUAL = ("iati/sample", "iati/fixtures", "iati/aims")
FLOOR = """
import sys
from lxml import etree
for path in sys.argv[1:]:
    try:
        for _, element in etree.iterparse(path, tag="iati-activity"):
            element.clear()
            parent = element.getparent()
            while parent is not None and element.getprevious() is not None:
                del parent[0]
    except etree.XMLSyntaxError:
        pass
"""
OKFN = """
import contextlib, io, sys, tempfile
from okfn_iati import IatiMultiCsvConverter
for path in sys.argv[1:]:
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
        with contextlib.suppress(Exception):
            IatiMultiCsvConverter().xml_to_csv_folder(path, folder)
"""
PARSE = ("-c", FLOOR)
APPUI = ("-m", "appui.config.cli", "flows")
TIMES = 3


class Measured(NamedTuple):
    cpu: float
    wall: float
    peak_mb: float
    output: str


def main() -> int:
    files = _files()
    if not files:
        print("Give files or folders of IATI XML, or name the data folder in APPUI_DATA.")
        return 2
    size = sum(path.stat().st_size for path in files) / 1e6
    names = [str(path) for path in files]
    with tempfile.TemporaryDirectory() as bytecode:
        _measure([*APPUI, "--help"], bytecode)  # compiles, as only the first start ever does
        sides: dict[str, Callable[[], Measured]] = {
            "lxml iterparse + clear": lambda: _measure([*PARSE, *names], bytecode),
            "appui flows ingest": lambda: _ingest(names, bytecode, processes=1),
            "the same, 2 processes": lambda: _ingest(names, bytecode, processes=2),
        }
        if find_spec("okfn_iati"):
            sides["okfn-iati to CSV"] = lambda: _measure(["-c", OKFN, *names], bytecode)
        runs = [[measure() for measure in sides.values()] for _ in range(TIMES)]
    best = dict(zip(sides, map(_best, zip(*runs, strict=True)), strict=True))
    print(f"{len(files)} files, {size:.1f} MB, best of {TIMES}")
    floor, ours, double = list(best.values())[:3]
    for name, found in best.items():
        print(
            f"{name:<24} {found.cpu:6.2f} CPU s  {size / found.cpu:6.1f} MB/CPU s"
            f"  {found.wall:6.2f} s  peak {found.peak_mb:4.0f} MB"
            f"  {floor.cpu / found.cpu:6.3f} of the floor"
        )
    print(f"two processes: {ours.wall / double.wall:.2f} times as fast on the wall")
    print(ours.output.strip().splitlines()[-1])
    return 0


def _ingest(names: list[str], bytecode: str, *, processes: int) -> Measured:
    with tempfile.TemporaryDirectory() as folder:
        command = ["ingest", "--into", f"{folder}/flows", "--processes", str(processes)]
        return _measure([*APPUI, *command, *names], bytecode)


def _best(runs: Sequence[Measured]) -> Measured:
    least = min(runs, key=lambda run: run.cpu)
    peak, wall = max(run.peak_mb for run in runs), min(run.wall for run in runs)
    return least._replace(peak_mb=peak, wall=wall)


def _files() -> list[Path]:
    given = [Path(argument) for argument in sys.argv[1:]]
    data = os.environ.get("APPUI_DATA")
    if not given and data:
        given = [Path(data) / part for part in USUAL]
    found = [sorted(path.rglob("*.xml")) if path.is_dir() else [path] for path in given]
    return [path for paths in found for path in paths if path.is_file()]


def _measure(arguments: Sequence[str], bytecode: str) -> Measured:
    """Run Python in a fresh process, and ask the system what that very process used."""
    command = [sys.executable, *arguments]
    env = os.environ | {"PYTHONPATH": str(SOURCE), "PYTHONPYCACHEPREFIX": bytecode}
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    start = time.monotonic()
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True) as process:
        output = process.stdout.read() if process.stdout else ""
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"The measured process failed with {process.returncode}.")
    wall = time.monotonic() - start
    return Measured(used.ru_utime + used.ru_stime, wall, _megabytes(used), output)


def _megabytes(used: resource.struct_rusage) -> float:
    """Linux counts kilobytes, macOS bytes."""
    return used.ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)


if __name__ == "__main__":
    sys.exit(main())
