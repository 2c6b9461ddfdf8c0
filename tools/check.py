"""Every check of the project, in order, each timed; all run even when one fails.

`./appui test` runs the whole. With arguments, only pytest runs, and gets them:
`./appui test src/appui/needs -k gap`.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import postgres

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
PYTEST = [PYTHON, "-m", "pytest", "-q", "-rs", "--tb=short"]


def no_service() -> contextlib.AbstractContextManager[Mapping[str, str]]:
    return contextlib.nullcontext({})


@contextlib.contextmanager
def postgres_service() -> Iterator[Mapping[str, str]]:
    with postgres.server() as url:
        yield {"DATABASE_URL": url}


@dataclass(frozen=True)
class Check:
    """A named command; `service` gives the variables of what must run beside it."""

    name: str
    command: list[str]
    service: Callable[[], contextlib.AbstractContextManager[Mapping[str, str]]] = field(
        default=no_service
    )

    def run(self, environment: Mapping[str, str]) -> bool:
        try:
            with self.service() as more:
                done = subprocess.run(
                    self.command, cwd=ROOT, env={**environment, **more}, stdin=subprocess.DEVNULL
                )
        except (OSError, subprocess.SubprocessError, RuntimeError) as problem:
            print(f"{self.name} could not run: {problem}")
            return False
        return done.returncode == 0


CHECKS = [
    Check("format", [PYTHON, "-m", "ruff", "format", "--check", "."]),
    Check("lint", [PYTHON, "-m", "ruff", "check", "."]),
    Check("templates", [PYTHON, "-m", "djlint", "src", "--lint", "--quiet"]),
    Check("types", [PYTHON, "-m", "mypy"]),
    Check("import order", ["lint-imports"]),
    Check("locks", [PYTHON, "tools/lock.py", "check"]),
    Check("Django's own", [PYTHON, "-m", "django", "check", "--fail-level", "WARNING"]),
    Check("migrations", [PYTHON, "-m", "django", "makemigrations", "--check", "--dry-run"]),
    Check("translations", [PYTHON, "tools/messages.py", "check"]),
    Check("tests on SQLite", [*PYTEST, "-n", "2", "-m", "not generated"]),
    Check(
        "tests on PostgreSQL",
        [*PYTEST, "-n", "2", "-m", "(twice or generated) and not browser"],
        postgres_service,
    ),
]


def main(arguments: list[str]) -> int:
    checks = [Check("tests", [*PYTEST, *arguments])] if arguments else CHECKS
    with tempfile.TemporaryDirectory(prefix="appui-test-") as home:
        environment = os.environ | {
            "APPUI_HOME": home,
            "DJANGO_SETTINGS_MODULE": "appui.config.settings",
            "PYTHONPATH": str(ROOT / "src"),
        }
        environment.pop("DATABASE_URL", None)
        results = [timed(check, environment) for check in checks]
    print("\n" + "\n".join(line(*result) for result in results))
    failed = [name for name, passed, _ in results if not passed]
    total = sum(seconds for _, _, seconds in results)
    verdict = f"failed: {', '.join(failed)}" if failed else "all checks passed"
    print(f"{total:7.1f} s  {verdict}")
    return 1 if failed else 0


def timed(check: Check, environment: Mapping[str, str]) -> tuple[str, bool, float]:
    print(f"\n── {check.name}", flush=True)
    began = time.monotonic()
    passed = check.run(environment)
    return check.name, passed, time.monotonic() - began


def line(name: str, passed: bool, seconds: float) -> str:
    return f"{seconds:7.1f} s  {'passed' if passed else 'FAILED'}  {name}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
