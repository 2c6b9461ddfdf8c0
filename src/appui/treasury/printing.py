"""Statements as files: PDF to send, Excel to reckon with, JSON for a script."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils.text import get_valid_filename
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from appui.kernel.errors import Missing
from appui.kernel.money import Money
from appui.kernel.multilingual import RIGHT_TO_LEFT
from appui.portfolio.models import Activity
from appui.registry.models import Organisation
from appui.treasury.listings import standing
from appui.treasury.models import Movement
from appui.treasury.queries.statements import Account, Statement, net_paid
from appui.ui import export, formats
from appui.ui.listing import Column
from appui.ui.typesetting import plain, to_pdf

TEMPLATE = Path(__file__).resolve().parent / "documents" / "statement.typ"
TYPES = {"pdf": "application/pdf", "xlsx": export.XLSX_TYPE}


@dataclass(frozen=True, slots=True)
class StatementFile:
    """A finished file."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class PrintedRow:
    """A line of a statement, or its opening or closing balance."""

    currency: str
    what: str
    day: date | None = None
    about: str = ""
    who: str = ""
    into: Decimal | None = None
    out: Decimal | None = None
    balance: Decimal | None = None
    strong: bool = False


def _money(name: str) -> Any:
    def value(row: PrintedRow) -> Money | None:
        found = getattr(row, name)
        return None if found is None else Money(found, row.currency)

    return value


def _columns(words: dict[str, str], *, of_project: bool) -> tuple[Column, ...]:
    return (
        Column("day", gettext_lazy("Date"), lambda row: row.day, "date"),
        Column("what", gettext_lazy("Kind"), lambda row: row.what),
        Column("about", _about_label(of_project=of_project), lambda row: row.about),
        Column("who", gettext_lazy("From or to whom"), lambda row: row.who),
        Column("into", words["into"], _money("into"), "money"),
        Column("out", words["out"], _money("out"), "money"),
        Column("balance", words["balance"], _money("balance"), "money"),
    )


def _about_label(*, of_project: bool) -> str:
    return _("Earmark") if of_project else _("Project")


def title_of(found: Statement) -> str:
    """“Statement to Canada”, “Statement of the project …”, “Statement of the earmark …”."""
    if isinstance(found.about, Organisation):
        return _("Statement to %(name)s") % {"name": found.about}
    if isinstance(found.about, Activity):
        return _("Statement of the project “%(name)s”") % {"name": found.about}
    return _("Statement of the earmark “%(name)s”") % {"name": found.about}


def statement_file(found: Statement, kind: str, *, language: str, today: date) -> StatementFile:
    """The statement as ``pdf`` or ``xlsx``; raises ``Missing`` for another format."""
    if kind not in TYPES:
        text = _("A statement comes as one of these: %(formats)s.")
        raise Missing(text % {"formats": ", ".join(TYPES)})
    with override(language):
        made = _pdf(found, language, today) if kind == "pdf" else _xlsx(found, language)
        name = f"{title_of(found)}-{found.starts_on}-{found.ends_on}.{kind}"
    return StatementFile(get_valid_filename(plain(name)), TYPES[kind], made)


def rows_of(account: Account, *, of_project: bool) -> list[PrintedRow]:
    """Opening balance, lines, closing balance."""
    found = [
        PrintedRow(account.currency, _("Opening balance"), balance=account.opening, strong=True)
    ]
    for line in account.lines:
        movement = line.movement
        about = movement.earmark if of_project else movement.activity or ""
        found.append(
            PrintedRow(
                account.currency,
                _what(movement),
                movement.date,
                str(about),
                str(standing(movement) or ""),
                line.into,
                line.out,
                line.balance,
            )
        )
    closing = PrintedRow(
        account.currency,
        _("Closing balance"),
        into=account.into,
        out=account.out,
        balance=account.closing,
        strong=True,
    )
    note = cut_note(account)
    cut = [PrintedRow(account.currency, note)] if note else []
    return [*found, *cut, closing]


def _what(movement: Movement) -> str:
    said = str(movement.get_kind_display())
    if movement.reverses_id is not None:
        said = _("%(kind)s, reversal") % {"kind": said}
    untouched = movement.kind in ("allocated", "released", "recovered")
    amount = formats.money(movement.amount, movement.earmark.currency)
    return f"{said} ({amount})" if untouched else said


def _xlsx(found: Statement, language: str) -> bytes:
    rows = [
        row for account in found.accounts for row in rows_of(account, of_project=found.of_project)
    ]
    columns = _columns(found.words, of_project=found.of_project)
    return export.to_xlsx(title_of(found), columns, rows, language)


def _pdf(found: Statement, language: str, today: date) -> bytes:
    words = {
        "language": language,
        "direction": "rtl" if language in RIGHT_TO_LEFT else "ltr",
        "kicker": plain(f"{found.fund.owner} · {found.fund}"),
        "title": plain(title_of(found)),
        "period": formats.period(found.starts_on, found.ends_on),
        "as_of": _("Drawn up on %(day)s") % {"day": formats.day(today)},
        "rule": plain(found.words["rule"]),
        "parts": [_part(found, account) for account in found.accounts],
        "nothing": _("Nothing moved."),
        "signature": _("Signature"),
    }
    if found.gifts:
        words["parts"] = [*words["parts"], _gifts(found.gifts)]
    return to_pdf(TEMPLATE, {"statement": json.dumps(words, ensure_ascii=False)})


def _part(found: Statement, account: Account) -> dict[str, object]:
    columns = _columns(found.words, of_project=found.of_project)
    return {
        "title": account.currency,
        "columns": [plain(column.label) for column in columns],
        "rows": [
            {"cells": _cells(row), "strong": row.strong}
            for row in rows_of(account, of_project=found.of_project)
        ],
        "facts": [
            [label, formats.money(value, account.currency)]
            for label, value in facts_of(found, account)
        ],
    }


def cut_note(account: Account) -> str:
    """That not all lines are there; empty when they are."""
    if not account.is_cut:
        return ""
    return _("The first %(shown)d of %(count)d lines; the balances hold all of them.") % {
        "shown": len(account.lines),
        "count": account.count,
    }


def facts_of(found: Statement, account: Account) -> list[tuple[str, Decimal]]:
    """What else is to be known at the end of the statement."""
    if found.of_project:
        return [
            (_("Paid since the beginning, less what was given back"), net_paid(account)),
            (_("Given back since the beginning"), account.then.recovered),
        ]
    return [
        (_("Of what is held, promised to projects"), account.then.to_pay),
        (_("Of what is held, available"), account.then.available),
    ]


def _gifts(gifts: Sequence[Movement]) -> dict[str, object]:
    rows = [
        PrintedRow(
            item.earmark.currency,
            _what(item),
            item.date,
            str(item.earmark),
            "",
            item.amount if item.kind == "received" else None,
            item.amount if item.kind == "returned" else None,
        )
        for item in gifts
    ]
    labels = (_("Date"), _("Kind"), _("Earmark"), "", _("In"), _("Out"), "")
    return {
        "title": _("Given to other earmarks"),
        "columns": [plain(label) for label in labels],
        "rows": [{"cells": _cells(row), "strong": False} for row in rows],
        "facts": [],
    }


def _cells(row: PrintedRow) -> list[str]:
    amounts = [
        "" if value is None else formats.amount(value, 2)
        for value in (row.into, row.out, row.balance)
    ]
    day = formats.day(row.day, "short") if row.day else ""
    return [day, plain(row.what), plain(row.about), plain(row.who), *amounts]


def as_json(found: Statement) -> dict[str, Any]:
    """The statement for a script: amounts as text, days as ISO 8601."""
    return {
        "fund": str(found.fund),
        "about": str(found.about),
        "kind": type(found.about).__name__.lower(),
        "from": found.starts_on.isoformat(),
        "to": found.ends_on.isoformat(),
        "accounts": [
            {
                "currency": account.currency,
                "opening": str(account.opening),
                "in": str(account.into),
                "out": str(account.out),
                "closing": str(account.closing),
                "to_pay": str(account.then.to_pay),
                "available": str(account.then.available),
                "line_count": account.count,
                "lines": [
                    {
                        "movement": line.movement.pk,
                        "date": line.movement.date.isoformat(),
                        "kind": line.movement.kind,
                        "earmark": line.movement.earmark.code,
                        "project": getattr(line.movement.activity, "reference", None),
                        "organisation": str(standing(line.movement) or "") or None,
                        "amount": str(line.movement.amount),
                        "in": None if line.into is None else str(line.into),
                        "out": None if line.out is None else str(line.out),
                        "balance": str(line.balance),
                    }
                    for line in account.lines
                ],
            }
            for account in found.accounts
        ],
        "given_to_other_earmarks": [
            {
                "movement": item.pk,
                "date": item.date.isoformat(),
                "earmark": item.earmark.code,
                "amount": str(item.amount),
                "currency": item.earmark.currency,
            }
            for item in found.gifts
        ],
    }
