"""Own funds with their accounts for tests, as ``factories`` makes the rest."""

from datetime import date
from decimal import Decimal

from appui.kernel.access import SYSTEM
from appui.treasury import actions as keeping
from tests.factories import TODAY, code, make_fund


def make_own_fund(owner, title="Special Fund", **fields):
    """An own fund; the codes that its ledger needs are there."""
    for value in "1234":
        code("TransactionType", value)
    return make_fund(owner, owner, title, kind="own", **fields)


def make_earmark(fund, name="sea", **fields):
    fields = {"title": {"en": name}} | fields
    return keeping.open_earmark(fund, by=SYSTEM, code=name, **fields)


def make_receipt(earmark, amount="100", **fields):
    """A receipt for one earmark, in its currency."""
    about = {"date": date(2026, 3, 2), "today": TODAY, "by": SYSTEM} | fields
    parts = [keeping.Part(earmark, Decimal(amount))]
    given = {"amount": Decimal(amount), "currency": earmark.currency, "parts": parts}
    return keeping.receive(earmark.fund, **given, **about)[0]


def make_movement(earmark, kind, amount="10", **fields):
    about = {"date": date(2026, 4, 1), "today": TODAY, "by": SYSTEM} | fields
    return keeping.record(earmark, kind=kind, amount=Decimal(amount), **about)


def make_bank_statement(fund, *lines, opening="0", name="bank.csv"):
    """A CSV with a line for each (day, amount, text)."""
    rows = [f"{day};{text};{amount}" for day, amount, text in lines]
    content = "\n".join(["Date;Details;Amount", *rows]).encode()
    closing = Decimal(opening) + sum(Decimal(amount) for _day, amount, _text in lines)
    about = {"opening": Decimal(opening), "closing": closing}
    return keeping.take_statement(fund, by=SYSTEM, name=name, content=content, **about)
