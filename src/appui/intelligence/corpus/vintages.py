"""One published table line by line, and which edition counts for each line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from appui.intelligence.corpus.opening import Corpus
from appui.intelligence.sql import question


@dataclass(frozen=True, slots=True)
class Vintage:
    """One line; ``counted_edition`` and what it says when a later edition counts instead."""

    line: int
    donor: str
    recipient: str | None
    sector: str | None
    year: int | None
    amount: Decimal
    currency: str | None
    usd: Decimal | None
    counted_edition: date | None
    counted_amount: Decimal | None
    counted_currency: str | None


def vintages(corpus: Corpus, sha256: str) -> list[Vintage]:
    """The lines of the file with these contents, in its order."""
    return [Vintage(*row) for row in corpus.ask(question("vintages"), [sha256])]  # type: ignore[arg-type]
