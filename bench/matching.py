"""How well, and how fast, published names are matched.

    python bench/matching.py

Quality: the pairs labelled by hand in ``tests/data/matching/labelled_pairs.csv``, once with the
donors known beforehand and once without them, because a table of known names answers for itself.
Speed: 20,000 generated names, in CPU seconds.
"""

from __future__ import annotations

import csv
import random
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from unittest import mock

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))

from appui.intelligence.ingest.matching import (  # noqa: E402 - after the path
    Mention,
    candidates,
    settle,
)
from appui.intelligence.ingest.organisations import identity  # noqa: E402 - after the path

LABELLED = ROOT / "src/appui/intelligence/tests/data/matching/labelled_pairs.csv"
THRESHOLDS = (0.55, 0.75, 0.9)
MANY = 20_000


class Labelled(NamedTuple):
    """Two published organisations and whether a person holds them for one."""

    left: Mention
    right: Mention
    same: bool


class Found(NamedTuple):
    """One way of matching: what it joins, and of that what is right."""

    joined: int
    right: int
    same: int

    @property
    def precision(self) -> float:
        return self.right / self.joined if self.joined else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.same


def labelled_pairs() -> list[Labelled]:
    with LABELLED.open(encoding="utf-8", newline="") as lines:
        return [
            Labelled(
                _mention(row["left"], row["left_reference"]),
                _mention(row["right"], row["right_reference"]),
                row["same"] == "1",
            )
            for row in csv.DictReader(lines)
        ]


def _mention(name: str, reference: str) -> Mention:
    found = identity(name, reference or None)
    assert found is not None, name
    return Mention(found.key, found.name, cents=100)


def scores(pairs: Iterable[Labelled]) -> dict[tuple[str, str], float]:
    """The score the queue gives each pair, 1 when a rule joined the two; all names together."""
    labelled = list(pairs)
    mentions = {m for pair in labelled for m in (pair.left, pair.right)}
    settled = settle(mentions)
    proposed = {(p.left, p.right): p.score for p in candidates(settled.organisations, at_least=0)}
    found: dict[tuple[str, str], float] = {}
    for pair in labelled:
        left, right = (settled.of[m.key, m.name] for m in (pair.left, pair.right))
        score = 1.0 if left == right else proposed.get((min(left, right), max(left, right)), 0.0)
        found[pair.left.name, pair.right.name] = score
    return found


def judge(pairs: Iterable[Labelled], found: dict[tuple[str, str], float], least: float) -> Found:
    labelled = list(pairs)
    joined = [p for p in labelled if found[p.left.name, p.right.name] >= least]
    return Found(len(joined), sum(p.same for p in joined), sum(p.same for p in labelled))


def generated(count: int) -> list[Mention]:
    """Names of two to five words from a few thousand, some spelt twice."""
    chance = random.Random(1)
    words = [
        "".join(chance.choices("abcdefghilmnoprstu", k=chance.randint(4, 9))) for _ in range(4000)
    ]
    kinds = ("Foundation", "Trust", "Agency", "Fund", "Ministry of Health", "Association", "Bank")
    names = [
        " ".join([*chance.choices(words, k=chance.randint(1, 3)), chance.choice(kinds)]).title()
        for _ in range(count)
    ]
    return [
        Mention("NAME:" + name.casefold(), name, cents=chance.randint(0, 10**9)) for name in names
    ]


def main() -> int:
    pairs = labelled_pairs()
    print(f"{len(pairs)} pairs labelled by hand, {sum(p.same for p in pairs)} the same")
    for title, known in (("with the donors known beforehand", True), ("without them", False)):
        with _known(known):
            found = scores(pairs)
        print(title)
        for label, least in (
            ("joined by rule", 1.0),
            *((f"score ≥ {t}", t) for t in reversed(THRESHOLDS)),
        ):
            outcome = judge(pairs, found, least)
            print(
                f"  {label:15} precision {outcome.precision:.3f}  recall {outcome.recall:.3f}  "
                f"({outcome.right} of {outcome.joined} right)"
            )
    mentions = generated(MANY)
    start = time.process_time()
    settled = settle(mentions)
    middle = time.process_time()
    proposed = candidates(settled.organisations)
    end = time.process_time()
    print(
        f"{MANY} names: rules {middle - start:.2f} s, {len(proposed)} pairs proposed in "
        f"{end - middle:.2f} s of CPU"
    )
    return 0


@contextmanager
def _known(known: bool) -> Iterator[None]:
    """The engine as it is, or without its table of names."""
    if known:
        yield
        return
    with mock.patch("appui.intelligence.ingest.matching.rules.known_by_name", return_value=None):
        yield


if __name__ == "__main__":
    sys.exit(main())
