"""How fast published aid data is read in, against a bare lxml pass over the same files.

    python bench/ingest.py PATH…        or with the folder of real data in APPUI_DATA

The one side is the whole command ``appui flows ingest`` into an empty corpus, its start included,
the other lxml's iterparse; each runs three times, in turn, in processes of their own. The figures
are the user and system CPU seconds and the peak memory of those very processes: the least seconds
of each side, because neighbours on the machine can only add to them, and the highest peak. Trust
the ratio more than the seconds.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Sequence
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
PARSE = ("-c", FLOOR)
APPUI = ("-m", "appui.config.cli", "flows")
TIMES = 3


class Measured(NamedTuple):
    cpu: float
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
        runs = [(_parse(names, bytecode), _ingest(names, bytecode)) for _ in range(TIMES)]
    floor, ours = (_best(side) for side in zip(*runs, strict=True))
    print(f"{len(files)} files, {size:.1f} MB, best of {TIMES}")
    for name, found in (("lxml iterparse + clear", floor), ("appui flows ingest", ours)):
        print(
            f"{name:<24} {found.cpu:6.2f} CPU s  {size / found.cpu:6.1f} MB/CPU s"
            f"  peak {found.peak_mb:.0f} MB"
        )
    print(f"ratio to the floor: {floor.cpu / ours.cpu:.3f}")
    print(ours.output.strip().splitlines()[-1])
    return 0


def _parse(names: list[str], bytecode: str) -> Measured:
    return _measure([*PARSE, *names], bytecode)


def _ingest(names: list[str], bytecode: str) -> Measured:
    with tempfile.TemporaryDirectory() as folder:
        return _measure([*APPUI, "ingest", "--into", f"{folder}/flows", *names], bytecode)


def _best(runs: Sequence[Measured]) -> Measured:
    peak = max(run.peak_mb for run in runs)
    return min(runs, key=lambda run: run.cpu)._replace(peak_mb=peak)


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
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True) as process:
        output = process.stdout.read() if process.stdout else ""
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"The measured process failed with {process.returncode}.")
    return Measured(used.ru_utime + used.ru_stime, _megabytes(used), output)


def _megabytes(used: resource.struct_rusage) -> float:
    """Linux counts kilobytes, macOS bytes."""
    return used.ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)


if __name__ == "__main__":
    sys.exit(main())
