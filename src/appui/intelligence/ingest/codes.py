"""IATI codes read by value: a version 1 word and a version 2 number mean the same in any file."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Final

from appui.intelligence.ingest.rows import Kind

FLOW_TYPES: Final = {
    1: "incoming",
    2: "commitment",
    3: "spend",
    4: "spend",
    5: "interest",
    6: "repayment",
    7: "reimbursement",
    8: "equity-purchase",
    9: "equity-sale",
    10: "guarantee",
    11: "incoming-commitment",
    12: "pledge",
    13: "incoming-pledge",
}
UNKNOWN_FLOW: Final = "unknown"
DAC_5: Final = "1"
DAC_3: Final = "2"


def rows_of(name: str) -> Iterator[dict[str, str]]:
    """The rows of a data file that stands beside this module."""
    path = files("appui.intelligence.ingest").joinpath("data", name)
    yield from csv.DictReader(path.read_text(encoding="utf-8").splitlines())


@cache
def _words(code_list: str) -> dict[str, str]:
    rows = rows_of("v1_codes.csv")
    return {row["value"]: row["code"] for row in rows if row["list"] == code_list}


@cache
def code(code_list: str, value: str | None) -> str | None:
    """The 2.x code for a value of either version; None when blank; unknown values stay."""
    if value is None or not (text := value.strip()):
        return None
    return _words(code_list).get(text.lower(), text)


@cache
def transaction_type(value: str | None) -> int | None:
    """1 to 13, or None when the value is blank or no known code or word."""
    found = code("transaction-type", value)
    if found is None or not found.isascii() or not found.isdigit():
        return None
    return int(found) if int(found) in FLOW_TYPES else None


@cache
def kind_of(code: int | None) -> Kind:
    """A transaction type of 1 to 13 with the flow it is; None is the unknown one."""
    return Kind(code, FLOW_TYPES.get(code or 0, UNKNOWN_FLOW))


@cache
def sector_vocabulary(vocabulary: str | None, sector: str) -> str:
    """Vocabulary of a sector item; a DAC code of three digits is DAC-3 whatever is declared."""
    found = code("sector-vocabulary", vocabulary) or DAC_5
    if found in (DAC_5, DAC_3) and sector.isdigit():
        return {5: DAC_5, 3: DAC_3}.get(len(sector), found)
    return found


@cache
def small_number(value: str | None) -> int | None:
    """A code kept as a small number (hierarchy, significance); None when it is not one."""
    return int(value) if value and re.fullmatch(r"[0-9]{1,4}", value.strip()) else None


@cache
def truth(value: str | None) -> bool | None:
    """An XML boolean: ``1``/``true``, ``0``/``false``; None when absent or anything else."""
    return {"1": True, "true": True, "0": False, "false": False}.get((value or "").strip().lower())
