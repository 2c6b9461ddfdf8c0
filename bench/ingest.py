"""How fast published aid data is read in, against a bare lxml pass over the same files.

    python bench/ingest.py PATH…        or with the folder of real data in APPUI_DATA

Each side runs in a process of its own; the figures are CPU seconds and peak memory of that process.
Trust the ratio: seconds depend on the machine and its neighbours.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
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
INGEST = """
import sys
from pathlib import Path
from appui.intelligence.ingest.rates import default_rates
from appui.intelligence.ingest.run import ingest
report = ingest([Path(p) for p in sys.argv[2:]], into=Path(sys.argv[1]), rates=default_rates())
print(report.totals())
"""


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
    floor = _measure(FLOOR, names)
    with tempfile.TemporaryDirectory() as folder:
        ours = _measure(INGEST, [f"{folder}/flows", *names])
    print(f"{len(files)} files, {size:.1f} MB")
    for name, found in (("lxml iterparse + clear", floor), ("appui flows ingest", ours)):
        print(
            f"{name:<24} {found.cpu:6.2f} CPU s  {size / found.cpu:6.1f} MB/CPU s"
            f"  peak {found.peak_mb:.0f} MB"
        )
    print(f"ratio to the floor: {floor.cpu / ours.cpu:.3f}")
    print(ours.output.strip())
    return 0


def _files() -> list[Path]:
    given = [Path(argument) for argument in sys.argv[1:]]
    data = os.environ.get("APPUI_DATA")
    if not given and data:
        given = [Path(data) / part for part in USUAL]
    found = [sorted(path.rglob("*.xml")) if path.is_dir() else [path] for path in given]
    return [path for paths in found for path in paths if path.is_file()]


def _measure(script: str, arguments: list[str]) -> Measured:
    """Run the script in a fresh process, and ask the system what that very process used."""
    command = [sys.executable, "-c", script, *arguments]
    env = os.environ | {"PYTHONPATH": str(SOURCE)}
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
