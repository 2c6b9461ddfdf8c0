"""Tables of sums by donor and recipient: another view of the money, never added to flows."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from appui.intelligence.corpus.opening import Corpus
from appui.intelligence.sql import question

RULE: Final = (
    "These are sums published by others over flows that IATI, CRS and FTS tell one by one: they "
    "are in no total of flows, and their measures overlap, so that they are not added either."
)


@dataclass(frozen=True, slots=True)
class Aggregate:
    """One published sum; ``flows_usd`` is what the CRS flows at hand make, to compare."""

    donor: str
    recipient: str
    year: int
    measure: str
    prices: str
    usd: Decimal
    flows_usd: Decimal | None
    file: str
    line: int


def aggregates(
    corpus: Corpus,
    *,
    donors: tuple[str, ...] = (),
    recipients: tuple[str, ...] = (),
    years: tuple[int, ...] = (),
    measures: tuple[str, ...] = (),
    limit: int = 100,
) -> list[Aggregate]:
    """Newest and largest first; donors and recipients by name or alpha-2 code, empty means all."""
    parts, values = ["true"], list[object]()
    for columns, chosen in (
        (("donor", "donor_country"), donors),
        (("recipient", "country"), recipients),
        (("year",), years),
        (("measure",), measures),
    ):
        if chosen:
            marks = ", ".join("?" for _ in chosen)
            parts.append("(" + " or ".join(f"{name} in ({marks})" for name in columns) + ")")
            values += list(chosen) * len(columns)
    sql = question("aggregates").format(where=" and ".join(parts), limit=int(limit))
    return [Aggregate(*row) for row in corpus.ask(sql, values)]  # type: ignore[arg-type]
