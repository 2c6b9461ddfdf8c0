"""How fast an old Excel file is read and checked, and in how much memory.

    python bench/intake.py [ROWS [BROUGHT]]       50 000 rows, of which 500 are brought in

The file is the ugly one of the tests: contributions written in every habit, with a known number of
each fault. Two reference lines are measured in the same run: openpyxl reading the same cells as a
stream and doing nothing with them, for reading and checking; and the action of the ledger alone,
called for as many lines, for bringing in. Seconds are of the processor: neighbours on the machine
lengthen the clock only. Memory is the peak of the process at the end of each step.
"""

from __future__ import annotations

import io
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
ROWS, BROUGHT = 50_000, 500
TODAY = date(2026, 11, 22)


def main() -> int:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    brought = int(sys.argv[2]) if len(sys.argv) > 2 else BROUGHT
    with tempfile.TemporaryDirectory() as home:
        _prepare(home)
        _measure(rows, brought)
    return 0


def _prepare(home: str) -> None:
    os.environ |= {
        "APPUI_HOME": home,
        "APPUI_MODE": "development",
        "DJANGO_SETTINGS_MODULE": "appui.config.settings",
    }
    sys.path[:0] = [str(ROOT / "src"), str(ROOT)]
    import django  # noqa: PLC0415 - its settings stand in the variables above

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415 - after django.setup()

    call_command("migrate", verbosity=0)


def _measure(rows: int, brought: int) -> None:
    from appui.intake import actions  # noqa: PLC0415 - after django.setup()
    from appui.intake.tests.ugly import ugly_file  # noqa: PLC0415 - after django.setup()
    from appui.kernel.access import SYSTEM  # noqa: PLC0415 - after django.setup()

    owner, lines = _world()
    content = ugly_file(rows).content
    base = _timed("openpyxl alone", rows, lambda: _read_only(content))
    name = "old.xlsx"
    batch: Any = None

    def read() -> None:
        nonlocal batch
        batch = actions.upload(
            by=SYSTEM, owner=owner, name=name, content=content, record_visibility="private"
        )
        actions.choose(batch, by=SYSTEM, kind="contributions", sheet=batch.sheet)

    def check() -> None:
        fund = {"fund": {"value": "Peace"}}
        actions.confirm_columns(batch, by=SYSTEM, columns_by_field=batch.columns | fund)
        actions.finish(batch, by=SYSTEM, today=TODAY)

    def bring() -> None:
        batch.rows.filter(state="ready", number__gt=_last(batch, brought)).update(state="new")
        actions.bring_in(batch, by=SYSTEM)
        actions.finish(batch, by=SYSTEM, today=TODAY)

    _timed("read and stored", rows, read, base)
    _timed("every cell checked", rows, check, base)
    alone = _timed("the action alone", brought, lambda: lines(brought))
    _timed("brought in", brought, bring, alone)


def _last(batch: Any, brought: int) -> int:
    numbers = batch.rows.filter(state="ready").values_list("number", flat=True)
    return int(numbers[:brought][brought - 1])


def _world() -> tuple[Any, Callable[[int], None]]:
    """The owner, and what writes so many lines to its ledger by the action alone."""
    from django.db import transaction  # noqa: PLC0415 - after django.setup()
    from tests.factories import code, make_donor, make_fund, make_organisation  # noqa: PLC0415 - same

    from appui.funding.actions import record_transaction  # noqa: PLC0415 - after django.setup()
    from appui.intake.tests.ugly import DONORS  # noqa: PLC0415 - after django.setup()
    from appui.kernel.access import SYSTEM  # noqa: PLC0415 - after django.setup()

    owner = make_organisation("Fund")
    donors = [make_donor(name) for name in DONORS]
    kind, fund = code("TransactionType", "1"), make_fund(owner, owner, title="Peace")

    def lines(count: int) -> None:
        with transaction.atomic():
            for number in range(count):
                record_transaction(
                    by=SYSTEM, today=TODAY, owner=owner, provider=donors[0], receiver=owner,
                    fund=fund, transaction_type=kind, date=TODAY, value_date=TODAY,
                    value=number + 1, currency="USD",
                )  # fmt: skip

    return owner, lines


def _read_only(content: bytes) -> None:
    from openpyxl import load_workbook  # noqa: PLC0415 - beside its only use

    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    for _row in book.worksheets[0].iter_rows(values_only=True):
        pass


def _timed(what: str, rows: int, act: Callable[[], None], base: float = 0.0) -> float:
    begun = time.process_time()
    act()
    took = time.process_time() - begun
    ratio = f"{took / base:6.2f} times the reference" if base else "     1 the reference"
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{what:20} {took:7.2f} s {rows / took:9.0f} rows/s {ratio}, peak {peak:4.0f} MB")
    return took


if __name__ == "__main__":
    raise SystemExit(main())
