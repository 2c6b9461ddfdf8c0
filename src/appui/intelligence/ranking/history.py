"""Who gave how much to whom, for what, when: the table every ranking starts from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

COLUMNS: Final = ("donor", "recipient", "sector", "year", "usd")
Codes = npt.NDArray[np.int64]
Weights = npt.NDArray[np.float64]


class HistoryUnreadableError(ValueError):
    """A table that cannot serve as history; the message says what it lacks."""


class Gift(NamedTuple):
    """One row: dollars are a weight for ranking here, not an account of money."""

    donor: str
    recipient: str
    sector: str
    year: int
    usd: float


@dataclass(frozen=True, slots=True)
class History:
    """Rows as codes into sorted names; ``names`` are donors, in alphabetical order."""

    names: tuple[str, ...]
    recipients: tuple[str, ...]
    sectors: tuple[str, ...]
    donor: Codes
    recipient: Codes
    sector: Codes
    year: Codes
    usd: Weights

    def rows_of(self, mask: npt.NDArray[np.bool_]) -> History:
        """The rows kept by the mask; names and codes stay the same."""
        return History(
            self.names,
            self.recipients,
            self.sectors,
            self.donor[mask],
            self.recipient[mask],
            self.sector[mask],
            self.year[mask],
            self.usd[mask],
        )

    def between(self, first: int, last: int) -> History:
        """The rows of the years first to last, both included."""
        return self.rows_of((self.year >= first) & (self.year <= last))


def history(gifts: Iterable[Gift]) -> History:
    """A history of the gifts; their order does not matter to any ranking."""
    columns = list(zip(*sorted(gifts), strict=True)) or [(), (), (), (), ()]
    names, donor = _coded(columns[0])
    recipients, recipient = _coded(columns[1])
    sectors, sector = _coded(columns[2])
    year = np.asarray(columns[3], dtype=np.int64)
    usd = np.asarray(columns[4], dtype=np.float64)
    return History(names, recipients, sectors, donor, recipient, sector, year, usd)


def read_history(path: Path) -> History:
    """The history in a Parquet or CSV table with the five columns.

    Raises HistoryUnreadableError when the table is absent, unreadable or lacks a column.
    """
    if not path.is_file():
        raise HistoryUnreadableError(f"The table {path} does not exist.")
    try:
        is_csv = path.suffix.lower() == ".csv"
        table = pa_csv.read_csv(path) if is_csv else pq.read_table(path)
    except (pa.ArrowException, OSError) as error:
        raise HistoryUnreadableError(f"The table {path} cannot be read: {error}.") from error
    missing = [name for name in COLUMNS if name not in table.column_names]
    if missing:
        raise HistoryUnreadableError(
            f"The table {path} lacks the column {', '.join(missing)}; "
            f"it needs {', '.join(COLUMNS)}."
        )
    return _from_table(table.select(list(COLUMNS)).drop_null(), path)


def _from_table(table: pa.Table, path: Path) -> History:
    try:
        years = table["year"].cast(pa.int64()).to_pylist()
        dollars = table["usd"].cast(pa.float64()).to_pylist()
    except pa.ArrowInvalid as error:
        raise HistoryUnreadableError(
            f"The table {path} has a year or an amount that is not a number: {error}."
        ) from error
    words = [table[name].cast(pa.string()).to_pylist() for name in COLUMNS[:3]]
    return history(Gift(*row) for row in zip(*words, years, dollars, strict=True))


def _coded(values: Iterable[str]) -> tuple[tuple[str, ...], Codes]:
    listed = list(values)
    names = sorted(set(listed))
    place = {name: i for i, name in enumerate(names)}
    return tuple(names), np.asarray([place[value] for value in listed], dtype=np.int64)
