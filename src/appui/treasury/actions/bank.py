"""Writes of the bank's side: a statement is taken in, its lines are matched by a person."""

import hashlib
from collections.abc import Iterable
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from appui.funding.models import Fund
from appui.kernel import audit
from appui.kernel.access import Reader
from appui.kernel.errors import Invalid
from appui.kernel.verdict import require
from appui.treasury import bankcsv, camt, rules
from appui.treasury.balances import AT_BANK
from appui.treasury.bankfile import BankFile, Unreadable
from appui.treasury.models import BankLine, BankStatement, Match, Movement, StoredStatement
from appui.treasury.queries.bank import at_bank
from appui.ui import formats

VERBS = (
    gettext_noop("bank statement taken in"),
    gettext_noop("matched"),
    gettext_noop("match undone"),
)
LARGEST_FILE = 5 * 1024 * 1024
WHY = {
    "not_camt": gettext_lazy("This file is XML, but not a statement of ISO 20022 camt.053."),
    "not_text": gettext_lazy("This file is neither CSV nor XML."),
    "no_heading": gettext_lazy(
        "No row with headings was found: a day and an amount, or debit and credit, are needed."
    ),
    "no_entry": gettext_lazy("The file has no line."),
    "too_long": gettext_lazy("The file has more than %(count)s lines: split it."),
    "no_balance": gettext_lazy("The statement lacks its opening or its closing balance."),
    "several_accounts": gettext_lazy("The file is about several accounts: take one at a time."),
    "gap": gettext_lazy("The statements in the file do not follow each other on %(day)s."),
    "bad_amount": gettext_lazy("“%(text)s” is not an amount that can be read."),
    "bad_day": gettext_lazy("“%(text)s” is not a day that can be read."),
    "ambiguous_days": gettext_lazy(
        "“%(text)s” may be two different days: write days as year-month-day in the file."
    ),
    "several_currencies": gettext_lazy("The file has several currencies: %(text)s."),
}


def read_file(content: bytes) -> BankFile:
    """What a file of the bank says; raises ``Invalid`` with a sentence."""
    if len(content) > LARGEST_FILE:
        text = _("The file is larger than 5 MB: split it.")
        raise Invalid(text, {"file": text})
    try:
        return camt.read(content) if camt.looks_like(content) else bankcsv.read(content)
    except Unreadable as error:
        text = str(WHY[error.code]) % error.about
        raise Invalid(text, {"file": text}) from error


@transaction.atomic
def take_statement(
    fund: Fund,
    *,
    by: Reader,
    name: str,
    content: bytes,
    currency: str = "",
    account: str = "",
    opening: Decimal | None = None,
    closing: Decimal | None = None,
) -> BankStatement:
    """Take in a CSV or camt.053 file; the same file again changes nothing.

    What the file does not state (a CSV often lacks balances) is taken from the fields. Raises
    ``Invalid`` unless opening + lines = closing.
    """
    audit.hold(fund)
    require(rules.may_keep(fund, by))
    digest = hashlib.sha256(content).hexdigest()
    known = BankStatement.objects.filter(fund=fund, sha256=digest).first()
    if known is not None:
        return known
    found = read_file(content)
    opening = found.opening if found.opening is not None else opening
    closing = found.closing if found.closing is not None else closing
    opening, closing = _checked(found, opening, closing)
    made = audit.create(
        BankStatement(
            fund=fund,
            file_name=name[-200:] or "statement",
            sha256=digest,
            layout=found.layout,
            account=found.account or account,
            currency=found.currency or currency or fund.currency,
            starts_on=found.starts_on,
            ends_on=found.ends_on,
            opening=opening,
            closing=closing,
        ),
        by=by,
        verb="bank statement taken in",
    )
    StoredStatement.objects.create(statement=made, content=content)
    BankLine.objects.bulk_create(
        BankLine(
            statement=made,
            number=number,
            booked_on=line.booked_on,
            value_on=line.value_on,
            amount=line.amount,
            text=audit.UNSTORABLE.sub("", line.text),
            reference=audit.UNSTORABLE.sub("", line.reference),
            counterparty=audit.UNSTORABLE.sub("", line.counterparty),
            is_reversal=line.is_reversal,
        )
        for number, line in enumerate(found.lines, 1)
    )
    return made


def _checked(
    found: BankFile, opening: Decimal | None, closing: Decimal | None
) -> tuple[Decimal, Decimal]:
    if opening is None or closing is None:
        text = _("The file does not state its balances: write them.")
        missing = [
            name for name, value in (("opening", opening), ("closing", closing)) if value is None
        ]
        raise Invalid(text, dict.fromkeys(missing, text))
    if opening + found.total != closing:
        text = _(
            "Opening balance %(opening)s and lines %(total)s make %(made)s, but the closing "
            "balance is %(closing)s: the difference is %(difference)s."
        ) % {
            name: formats.amount(value, 2)
            for name, value in (
                ("opening", opening),
                ("total", found.total),
                ("made", opening + found.total),
                ("closing", closing),
                ("difference", closing - opening - found.total),
            )
        }
        raise Invalid(text, {"closing": text})
    return opening, closing


@transaction.atomic
def accept(
    line: BankLine, movements: Iterable[Movement], *, by: Reader, reason: str = ""
) -> list[Match]:
    """Say that a line of the bank is these movements; they make its amount to the cent."""
    fund = line.statement.fund
    audit.hold(fund)
    require(rules.may_keep(fund, by))
    chosen = list(movements)
    _check_match(line, chosen)
    made = Match.objects.bulk_create(
        Match(line=line, movement=movement, reason=reason[:300]) for movement in chosen
    )
    said = ", ".join(str(movement) for movement in chosen)
    audit.record(by, "matched", line.statement, {f"{line}": [None, said]})
    return made


def _check_match(line: BankLine, chosen: list[Movement]) -> None:
    statement = line.statement
    text = ""
    if not chosen:
        text = _("Choose at least one movement.")
    elif line.matches.exists():
        text = _("This line is already matched: undo that first.")
    elif any(item.earmark.fund_id != statement.fund_id for item in chosen):
        text = _("A movement of another fund was chosen.")
    elif any(item.kind not in AT_BANK for item in chosen):
        text = _("An allocation does not move money at the bank.")
    elif Match.objects.filter(movement__in=[item.pk for item in chosen]).exists():
        text = _("One of the movements is already matched with another line.")
    else:
        sums = [at_bank(item, statement.currency) for item in chosen]
        total = sum((amount for amount in sums if amount is not None), Decimal(0))
        if None in sums or total != line.amount:
            text = _("The movements make %(total)s and the line is %(amount)s.") % {
                "total": formats.money(total, statement.currency),
                "amount": formats.money(line.amount, statement.currency),
            }
    if text:
        raise Invalid(text, {"movements": text})


@transaction.atomic
def undo_match(line: BankLine, *, by: Reader) -> None:
    """Take back what was said of a line."""
    audit.hold(line.statement.fund)
    require(rules.may_keep(line.statement.fund, by))
    found = list(line.matches.select_related("movement__earmark"))
    if not found:
        raise Invalid(_("This line is not matched."))
    said = ", ".join(str(match.movement) for match in found)
    line.matches.all().delete()
    audit.record(by, "match undone", line.statement, {f"{line}": [said, None]})
