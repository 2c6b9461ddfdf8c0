"""The bank beside a fund, over the API."""

import datetime
import hashlib
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Field, File, Form, Router, Schema, Status
from ninja.files import UploadedFile
from ninja.pagination import paginate

from appui.kernel.api import (
    PROBLEMS,
    Amount,
    CurrencyCode,
    Id,
    Key,
    Paged,
    decimal,
    fetch,
    reader_of,
    write_once,
)
from appui.kernel.errors import Invalid
from appui.treasury import actions, queries
from appui.treasury.api.common import own_fund
from appui.treasury.models import BankLine, BankStatement

router = Router()


class BankStatementOut(Schema):
    """A file of the bank."""

    id: int
    fund_id: int
    file_name: str
    layout: str
    account: str
    currency: str
    starts_on: datetime.date
    ends_on: datetime.date
    opening: Decimal
    closing: Decimal
    line_count: int
    matched_count: int


class BankFileIn(Schema):
    """What the file does not state itself."""

    currency: CurrencyCode | None = None
    account: str = Field("", max_length=80)
    opening: Amount | None = None
    closing: Amount | None = None


class _Sent(BankFileIn):
    """What a repeated call must repeat, the file included."""

    sha256: str


class BankLineOut(Schema):
    """A line with its movements, or with those suggested, a score of 100 and why."""

    id: int
    number: int
    booked_on: datetime.date
    amount: Decimal
    text: str
    reference: str
    counterparty: str
    is_reversal: bool
    matched: list[int]
    suggested: list[int]
    score: int
    reason: str


class ReconciliationOut(Schema):
    """The lines of a statement, and the movements of its days that the bank does not show."""

    id: int
    lines: list[BankLineOut]
    unmatched_movements: list[int]


class BankMatchIn(Schema):
    """The movements that a line is."""

    movement_ids: list[Key] = Field(min_length=1, max_length=50)
    reason: str = Field("", max_length=300)


@router.get("/own-funds/{pk}/bank-statements", response={200: list[BankStatementOut], **PROBLEMS})
@paginate(Paged)
def list_bank_statements(request: HttpRequest, pk: Id) -> QuerySet[BankStatement]:
    """Statements of the bank, newest first."""
    return queries.bank_statements(reader_of(request)).filter(fund=own_fund(request, pk))


@router.post("/own-funds/{pk}/bank-statements", response={201: BankStatementOut, **PROBLEMS})
def take_bank_statement(
    request: HttpRequest, pk: Id, file: File[UploadedFile], about: Form[BankFileIn]
) -> Status[BankStatement]:
    """Send a CSV or camt.053 file; the same file again answers the same statement."""
    fund, reader = own_fund(request, pk), reader_of(request)
    content = file.read()
    sent = _Sent(**about.model_dump(), sha256=hashlib.sha256(content).hexdigest())

    def act() -> BankStatement:
        return actions.take_statement(
            fund,
            by=reader,
            name=file.name or "",
            content=content,
            currency=about.currency or "",
            account=about.account,
            opening=decimal(about.opening),
            closing=decimal(about.closing),
        )

    rows = queries.bank_statements(reader)
    made = write_once(request, sent, rows, act)
    return Status(201, fetch(rows, made.pk))


@router.get("/bank-statements/{pk}", response={200: ReconciliationOut, **PROBLEMS})
def get_reconciliation(request: HttpRequest, pk: Id) -> dict[str, Any]:
    """Each line with its movements or with suggestions; nothing is matched by itself."""
    found = queries.reconcile(fetch(queries.bank_statements(reader_of(request)), pk))
    return {
        "id": pk,
        "lines": [_line(item) for item in found.lines],
        "unmatched_movements": [item.pk for item in found.unmatched],
    }


def _line(item: Any) -> dict[str, Any]:
    names = ("number", "booked_on", "amount", "text", "reference", "counterparty", "is_reversal")
    return {
        "id": item.line.pk,
        **{name: getattr(item.line, name) for name in names},
        "matched": [movement.pk for movement in item.matched],
        "suggested": [movement.pk for movement in item.suggested],
        "score": item.score,
        "reason": item.reason,
    }


@router.post("/bank-lines/{pk}/match", response={200: ReconciliationOut, **PROBLEMS})
def match_line(request: HttpRequest, pk: Id, body: BankMatchIn) -> dict[str, Any]:
    """Say which movements a line is; answers the statement."""
    reader = reader_of(request)
    line = fetch(queries.bank_lines(reader), pk)
    chosen = list(queries.movements(reader).filter(pk__in=body.movement_ids))
    if len(chosen) != len(set(body.movement_ids)):
        text = "One of the movements is not there, or not yours to use."
        raise Invalid(text, {"movement_ids": text})

    def act() -> BankLine:
        actions.accept(line, chosen, by=reader, reason=body.reason)
        return line

    write_once(request, body, queries.bank_lines(reader), act)
    return get_reconciliation(request, line.statement_id)


@router.post("/bank-lines/{pk}/undo", response={200: ReconciliationOut, **PROBLEMS})
def undo_match(request: HttpRequest, pk: Id) -> dict[str, Any]:
    """Take back what was said of a line; answers the statement."""
    line = fetch(queries.bank_lines(reader_of(request)), pk)
    actions.undo_match(line, by=reader_of(request))
    return get_reconciliation(request, line.statement_id)
