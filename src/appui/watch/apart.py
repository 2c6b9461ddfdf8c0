"""Reading what was fetched in a process of its own, which is stopped when it takes too long.

A feed of a few megabytes can be made so that any parser needs minutes or gigabytes for it. No
Django here: the process starts in a moment.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import asdict, dataclass
from datetime import date
from typing import Final, Literal

try:
    import resource
except ImportError:  # Windows: the time alone is limited
    resource = None  # type: ignore[assignment]

from appui.watch.feeds import Contents, Item, read_feed, read_page

SECONDS: Final = 20
MEMORY: Final = 1 << 30
TOO_HEAVY: Final = Contents("", (), "too-heavy")


@dataclass(frozen=True, slots=True)
class Question:
    """How to read a body: as a ``feed`` or a ``page``, and what is known of it."""

    kind: Literal["feed", "page"]
    url: str
    content_type: str = ""
    pattern: str = ""


def read_apart(question: Question, body: bytes, *, seconds: float = SECONDS) -> Contents:
    """What the body says; ``too-heavy`` when it could not be read in time and memory."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", "appui.watch.apart"],
            input=json.dumps(asdict(question)).encode() + b"\n" + body,
            capture_output=True,
            timeout=seconds,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )
    except subprocess.TimeoutExpired:
        return TOO_HEAVY
    return _contents(done.stdout) if done.returncode == 0 else TOO_HEAVY


def _contents(answer: bytes) -> Contents:
    told = json.loads(answer)
    items = [
        Item(**item | {"published_on": day and date.fromisoformat(day)})
        for item in told["items"]
        for day in [item["published_on"]]
    ]
    return Contents(told["title"], tuple(items), told["problem"])


def _read(question: Question, body: bytes) -> Contents:
    if question.kind == "page":
        return read_page(body, url=question.url, pattern=question.pattern)
    return read_feed(body, url=question.url, content_type=question.content_type)


def main() -> None:
    """Read a question and a body from standard input; print the contents as JSON."""
    if resource is not None:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    question = Question(**json.loads(sys.stdin.buffer.readline()))
    found = _read(question, sys.stdin.buffer.read())
    sys.stdout.write(json.dumps(asdict(found), default=str))


if __name__ == "__main__":
    main()
