"""The hashed locks of pyproject.toml: `check` that they match it, `write` them anew with uv."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKS = {
    "requirements.lock": [],
    "requirements-dev.lock": ["--extra", "dev"],
    "requirements-scale.lock": ["--extra", "scale"],
    "requirements-oracle.lock": ["--extra", "oracle"],
}
HEADER = "# made from the dependencies of pyproject.toml with sha256 "
COMPILE = ["uv", "pip", "compile", "--universal", "--generate-hashes", "--no-emit-index-url"]
COMPILE += ["--no-annotate", "--no-header", "--python-version", "3.11", "pyproject.toml"]


def main(arguments: list[str]) -> int:
    if arguments == ["check"]:
        problems = disagreements()
        for problem in problems:
            print(problem)
        return 1 if problems else 0
    if arguments[:1] == ["write"]:
        return write(arguments[1:])
    print("usage: tools/lock.py check | write [--upgrade]")
    return 2


def disagreements() -> list[str]:
    """A lock made from other dependencies than today's, or locks with different versions."""
    wanted = HEADER + dependencies_hash()
    found = [
        f"{name} does not match pyproject.toml: run tools/lock.py write and commit both."
        for name in LOCKS
        if (ROOT / name).read_text().splitlines()[0] != wanted
    ]
    return found + [
        f"requirements.lock has {name} {version} and {lock} has {pinned.get(name, 'none')}: "
        "run tools/lock.py write."
        for lock, pinned in [(lock, pins(lock)) for lock in list(LOCKS)[1:]]
        for name, version in pins("requirements.lock").items()
        if pinned.get(name) != version
    ]


def dependencies_hash() -> str:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    lists = [project["requires-python"], *sorted(project["dependencies"])]
    for extra, packages in project["optional-dependencies"].items():
        lists += [extra, *sorted(packages)]
    return hashlib.sha256("\n".join(lists).encode()).hexdigest()


def pins(name: str) -> dict[str, str]:
    return dict(re.findall(r"(?m)^([A-Za-z0-9_.-]+)==([^\s;]+)", (ROOT / name).read_text()))


def write(options: list[str]) -> int:
    """Versions already locked stay unless `--upgrade` is given or pyproject.toml asks otherwise."""
    if shutil.which("uv") is None:
        print("Writing the locks needs uv: pip install uv, then run this again.")
        return 1
    for name, extra in LOCKS.items():
        lock = ROOT / name
        made = subprocess.run([*COMPILE, *extra, *options, "-q", "-o", name], cwd=ROOT, check=False)
        if made.returncode != 0:
            return made.returncode
        lock.write_text(f"{HEADER}{dependencies_hash()}\n{lock.read_text()}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
