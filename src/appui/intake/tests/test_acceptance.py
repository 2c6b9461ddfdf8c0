"""A file of five thousand ugly rows is checked, brought in, reported and undone."""

import io
from collections import Counter
from datetime import date

import pytest
from django.db import connection
from openpyxl import load_workbook
from tests.factories import code, make_donor, make_fund, make_organisation, make_reader

from appui.funding.models import Transaction
from appui.intake import actions, report
from appui.intake.models import Batch, Level, RowState, Stage
from appui.intake.tests.ugly import DONORS, FIRST_ROW, LEFT_OUT, ugly_file
from appui.kernel.access import Role

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
TODAY = date(2026, 11, 22)


@pytest.fixture
def owner():
    owner = make_organisation("Fonds pour la paix")
    for name in DONORS:
        make_donor(name)
    code("TransactionType", "1")
    make_fund(owner, owner, title="Fonds pour la consolidation de la paix", kind="own")
    return owner


def checked(file, owner, by):
    """The file with its columns as proposed, and the fund for all rows, every cell checked."""
    batch = actions.upload(
        by=by, owner=owner, name="Etat.xlsx", content=file.content, record_visibility="private"
    )
    actions.choose(batch, by=by, kind=batch.kind, sheet=batch.sheet)
    fund = {"fund": {"value": "Fonds pour la consolidation de la paix"}}
    actions.confirm_columns(batch, by=by, columns_by_field=batch.columns | fund)
    return actions.finish(batch, by=by, today=TODAY)


def brought(batch, by):
    actions.bring_in(batch, by=by)
    return actions.finish(batch, by=by, today=TODAY)


def states(batch):
    return dict(Counter(batch.rows.values_list("state", flat=True)))


def test_five_thousand_ugly_rows_are_checked_brought_in_reported_and_undone(owner):
    finance = make_reader(Role.FINANCE, owner)
    file = ugly_file(5000 if connection.vendor == "sqlite" else 500)  # minutes on a server
    out = sum(file.faults[name] for name in LEFT_OUT)
    passed = file.faults["total_row"] + file.faults["title_row"]

    batch = checked(file, owner, finance)

    assert (batch.kind, batch.header_row, batch.row_count) == ("contributions", 4, file.rows)
    found = Counter(batch.issues.values_list("code", flat=True))
    assert {name: found[name] for name in file.faults} == file.faults
    assert sorted(set(found) - set(file.faults)) == ["not_stated"]
    levels = Counter(batch.issues.values_list("level", flat=True))
    critical = file.faults["unreadable"] + file.faults["too_wide"]
    assert (levels[Level.CRITICAL], levels[Level.ERROR]) == (critical, out - critical)
    assert states(batch) == {"ready": file.good, "left-out": out, "passed": passed}
    assert Transaction.objects.count() == 0

    brought(batch, finance)

    assert states(batch) == {"made": file.good, "left-out": out, "passed": passed}
    assert Transaction.objects.count() == file.good

    again = brought(checked(file, owner, finance), finance)

    assert states(again) == {"known": file.good, "left-out": out, "passed": passed}
    assert Transaction.objects.count() == file.good

    check_report(batch, file)

    actions.undo(batch, by=finance)
    actions.finish(batch, by=finance, today=TODAY)

    assert (batch.stage, states(batch)["undone"]) == (Stage.UNDONE, file.good)
    assert Transaction.objects.filter(reverses=None, reversed_by=None).count() == 0


def check_report(batch, file):
    book = load_workbook(io.BytesIO(report.workbook(batch)))
    sheet, issues = book.worksheets

    noted = [cell for row in sheet.iter_rows() for cell in row if cell.comment]
    cells = {(issue.row.number, issue.column) for issue in batch.issues.select_related("row")}
    assert sheet.cell(FIRST_ROW - 1, 1).value == "Bailleur"
    # The two rows of a merged donor share one cell.
    assert len(noted) == len(cells) - same_cell(batch)
    assert {cell.fill.fgColor.rgb for cell in noted} == {"00F4A6A0", "00FBD5D0", "00FCEBC0"}
    assert issues.max_row == batch.issues.count() + 1


def same_cell(batch):
    """Issues of whole rows stand at the first cell, where another may stand already."""
    rows = batch.issues.filter(column=None).values_list("row", flat=True)
    return batch.issues.filter(column=0, row__in=rows).count()


def test_a_server_killed_midway_goes_on_where_it_was(owner):
    finance = make_reader(Role.FINANCE, owner)
    batch = checked(ugly_file(300), owner, finance)
    ready = batch.rows.filter(state=RowState.READY).count()
    actions.bring_in(batch, by=finance)
    actions.go_on(batch, by=finance, today=TODAY)

    # Another process begins with nothing but what is stored.
    actions.finish(Batch.objects.get(pk=batch.pk), by=finance, today=TODAY)

    assert Transaction.objects.count() == ready
    assert batch.made.count() == ready
