"""The environment of a checkout: `.venv`, filled from the hashed lock, then a command run in it.

Standard library only: this runs before anything is installed. `./appui` is its only door.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO

VERSION = ".".join(map(str, sys.version_info[:2]))
PIP_WITH_TARGET = (22, 3)  # the first pip that knows --python
PIP_OPTIONS = ["--only-binary", ":all:", "--require-hashes", "--no-deps", "--no-compile"]
PIP_OPTIONS += ["--disable-pip-version-check", "--no-input", "--progress-bar", "off"]
START = "import sys; sys.argv[0] = 'appui'; from appui.config.cli import main; sys.exit(main())"


class SetupError(Exception):
    """A set-up that cannot go on; the text is one sentence on what to do."""


def run(root: str, arguments: Sequence[str]) -> None:
    """Prepare what the command needs and become that command; returns only by an error."""
    checkout = Checkout(Path(root))
    testing = arguments[:1] == ["test"]
    try:
        checkout.prepare("dev" if testing else "runtime")
    except SetupError as stop:
        sys.exit(f"appui: {stop}")
    except KeyboardInterrupt:
        sys.exit("\nappui: stopped during the set-up; the next run starts it again.")
    if testing:
        checkout.become([str(checkout.root / "tools" / "check.py"), *arguments[1:]])
    checkout.become(["-P", "-c", START, *arguments])


class Checkout:
    """One working copy and its `.venv`."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.venv = root / ".venv"
        self.python = self.venv / "bin" / "python"
        self.origin = self.venv / "appui-origin.json"
        self.unfinished = self.venv / "appui-unfinished"
        self.locks = {
            "runtime": root / "requirements.lock",
            "dev": root / "requirements-dev.lock",
        }

    def prepare(self, kind: str) -> None:
        """Install the lock of this kind, unless its stamp says that is done."""
        if not self.is_ready(kind):
            with self.alone():
                if not self.is_ready(kind):
                    self.install(kind)
        if self.messages_are_stale():
            with step("translations"):
                subprocess.run(
                    [self.python, self.root / "tools/messages.py", "compile"], check=True
                )

    def become(self, arguments: Sequence[str]) -> None:
        """Replace this process by the environment's Python: signals and exit codes are its own."""
        paths = [str(self.root / "src"), os.environ.get("PYTHONPATH", "")]
        os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
        os.environ["VIRTUAL_ENV"] = str(self.venv)
        os.environ["PATH"] = f"{self.python.parent}{os.pathsep}{os.environ.get('PATH', '')}"
        if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
            # Asked for a clean source tree; without any bytecode every start takes seconds more.
            os.environ["PYTHONPYCACHEPREFIX"] = str(self.venv / "bytecode")
        sys.stdout.flush()
        os.execv(self.python, [str(self.python), *arguments])

    def is_ready(self, kind: str) -> bool:
        stamp = self.stamp(kind)
        return (
            self.is_ours()
            and not self.unfinished.exists()
            and stamp.exists()
            and stamp.read_text() == self.lock_hash(kind)
        )

    def is_ours(self) -> bool:
        """Whether `.venv` was made here by this version of Python, which is still there."""
        if not (self.origin.exists() and self.python.exists()):
            return False
        return bool(json.loads(self.origin.read_text()) == self.birth())

    def birth(self) -> dict[str, str]:
        return {"folder": str(self.root), "python": VERSION}

    def stamp(self, kind: str) -> Path:
        return self.venv / f"appui-{kind}.stamp"

    def lock_hash(self, kind: str) -> str:
        return hashlib.sha256(self.locks[kind].read_bytes()).hexdigest()

    def install(self, kind: str) -> None:
        """Fill `.venv` from the lock; the development lock holds the run-time one."""
        pip = find_pip()
        self.make_venv(with_pip=pip is None)
        command = pip(self.python) if pip else [str(self.python), "-m", "pip"]
        self.unfinished.touch()
        with step(f"packages ({kind})") as note:
            Installation(self.root, command, self.locks[kind]).run(note)
        for done in ["runtime", "dev"] if kind == "dev" else ["runtime"]:
            self.stamp(done).write_text(self.lock_hash(done))
        self.unfinished.unlink()

    def make_venv(self, *, with_pip: bool) -> None:
        if self.can_be_kept():
            self.origin.write_text(json.dumps(self.birth()))
            return
        with step("environment .venv"):
            shutil.rmtree(self.venv, ignore_errors=True)
            options = [] if with_pip else ["--without-pip"]
            made = subprocess.run(
                [sys.executable, "-m", "venv", *options, self.venv], capture_output=True, text=True
            )
            if made.returncode != 0:
                raise SetupError(
                    f"Python could not make {self.venv}: {made.stdout}{made.stderr}".strip()
                )
            self.origin.write_text(json.dumps(self.birth()))

    def can_be_kept(self) -> bool:
        """Whether packages can be added to the `.venv` that is there: ours, or made by hand.

        One left unfinished is not: pip takes a half-unpacked package for an installed one.
        """
        if self.unfinished.exists() or not self.python.exists():
            return False
        if self.origin.exists():
            return self.is_ours()
        told = subprocess.run(
            [self.python, "-c", "import sys; print(*sys.version_info[:2], sep='.')"],
            capture_output=True,
            text=True,
        )
        return told.stdout.strip() == VERSION

    def messages_are_stale(self) -> bool:
        catalogues = self.root.glob("src/appui/locale/*/LC_MESSAGES/django.po")
        return any(is_stale(catalogue) for catalogue in catalogues)

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the lock of this checkout; a second ./appui waits here and says so."""
        try:
            import fcntl  # noqa: PLC0415 - not there on Windows
        except ImportError:
            raise SetupError(
                "Appui runs on Linux and macOS; on Windows, use it inside WSL."
            ) from None
        with (self.root / ".appui-lock").open("w") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                say("appui: another ./appui is setting up this checkout; waiting for it…")
                fcntl.flock(handle, fcntl.LOCK_EX)
            yield


class Installation:
    """Two pips at once, each with half of the lock: unpacking is bound by one core per pip."""

    def __init__(self, root: Path, pip: Sequence[str], lock: Path) -> None:
        self.root = root
        self.pip = list(pip)
        entries = re.split(r"(?m)^(?=[A-Za-z0-9])", lock.read_text())[1:]
        self.total = len(entries)
        self.halves = ["".join(entries[start::2]) for start in (0, 1)]
        self.seen = 0
        self.unpacking = False
        self.output: list[list[str]] = [[], []]

    def run(self, note: Callable[[str], None]) -> None:
        children = [self.start(index) for index in (0, 1)]
        readers = [
            threading.Thread(target=self.read, args=(index, child.stdout, note), daemon=True)
            for index, child in enumerate(children)
        ]
        for reader in readers:
            reader.start()
        try:
            codes = [child.wait() for child in children]
        finally:
            for child in children:
                if child.poll() is None:
                    child.terminate()
        for reader in readers:
            reader.join()
        for code, lines in zip(codes, self.output, strict=True):
            if code:
                raise SetupError(
                    "pip could not install the packages; see that this machine reaches the Python "
                    "package index, then run ./appui again. Its last words:\n" + "".join(lines[-8:])
                )

    def start(self, index: int) -> subprocess.Popen[str]:
        half = self.root / ".venv" / f"appui-half-{index}.lock"
        half.write_text(self.halves[index])
        return subprocess.Popen(
            [*self.pip, "install", *PIP_OPTIONS, "-r", str(half)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def read(self, index: int, lines: IO[str] | None, note: Callable[[str], None]) -> None:
        for line in lines or ():
            self.output[index].append(line)
            if line.startswith(("Collecting ", "Requirement already satisfied")):
                self.seen += 1
            elif line.startswith("Installing collected"):
                self.unpacking = True
            note("unpacking" if self.unpacking else f"fetching {self.seen} of {self.total}")


def find_pip() -> Callable[[Path], list[str]] | None:
    """This Python's pip, which can fill another environment; None to let venv bring its own."""
    if importlib.util.find_spec("pip"):
        version = re.findall(r"\d+", importlib.metadata.version("pip"))[:2]
        if tuple(map(int, version)) >= PIP_WITH_TARGET:
            return lambda target: [sys.executable, "-m", "pip", "--python", str(target)]
    if importlib.util.find_spec("ensurepip"):
        return None
    raise SetupError(
        "this Python has neither pip nor venv: install the package python3-venv "
        "(on Debian and Ubuntu: sudo apt install python3-venv), then run ./appui again."
    )


def is_stale(catalogue: Path) -> bool:
    """Whether the compiled catalogue is missing or older than its source."""
    compiled = catalogue.with_suffix(".mo")
    return not compiled.exists() or compiled.stat().st_mtime < catalogue.stat().st_mtime


@contextlib.contextmanager
def step(name: str) -> Iterator[Callable[[str], None]]:
    """Name a step, show where it is, and print how long it took."""
    began = time.monotonic()
    live = sys.stderr.isatty()

    def note(text: str) -> None:
        if live:
            print(f"\r\033[Kappui: {name}: {text}…", end="", file=sys.stderr, flush=True)

    if live:
        note("")
    else:
        say(f"appui: {name}…")
    yield note
    erase = "\r\033[K" if live else ""
    say(f"{erase}appui: {name} ready in {time.monotonic() - began:.1f} s")


def say(text: str) -> None:
    """To standard error: standard output belongs to the command, which may print JSON."""
    print(text, file=sys.stderr, flush=True)
