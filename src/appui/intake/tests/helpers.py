"""Files of a few rows, and the whole journey of one in a line."""

import csv
import io
from collections import Counter
from datetime import date

from openpyxl import Workbook

from appui.intake import actions

TODAY = date(2026, 11, 22)


def csv_file(rows, delimiter=";"):
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue().encode()


def excel_file(rows, *, edit=None, title="Feuille"):
    book = Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    if edit:
        edit(book, sheet)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def checked(rows, *, by, owner, kind, same=None, name="file.csv", content=None):
    """A batch of ``rows``, its columns as proposed, each cell checked."""
    content = content or (csv_file(rows) if name.endswith(".csv") else excel_file(rows))
    batch = actions.upload(
        by=by, owner=owner, name=name, content=content, record_visibility="private"
    )
    actions.choose(batch, by=by, kind=kind)
    wanted = batch.columns | {field: {"value": text} for field, text in (same or {}).items()}
    actions.confirm_columns(batch, by=by, columns_by_field=wanted)
    return actions.finish(batch, by=by, today=TODAY)


def brought(batch, *, by):
    actions.bring_in(batch, by=by)
    return actions.finish(batch, by=by, today=TODAY)


def undone(batch, *, by):
    actions.undo(batch, by=by)
    return actions.finish(batch, by=by, today=TODAY)


def states(batch):
    return dict(Counter(batch.rows.values_list("state", flat=True)))


def said(batch):
    """Row, field and code of every issue."""
    rows = batch.issues.order_by("row__number", "pk")
    return list(rows.values_list("row__number", "field", "code"))
