"""The accounts of a fund as a Beancount ledger (https://beancount.github.io/docs/). Pure.

Money at the bank is ``Assets:Bank:CUR``. What each earmark may still use is
``Liabilities:Earmark:CODE:Available`` and what it promised to a project
``Liabilities:Earmark:CODE:Promised:PROJECT``: the fund owes both to what the money was given for.
What projects were paid, less what they gave back, is ``Expenses:Project:PROJECT`` against
``Equity:Paid``. Every movement is one transaction in its earmark's currency; what was paid in
another currency is in its metadata. Balances are asserted on the day after the last movement.

    receipt       Assets:Bank +            Liabilities:…:Available -
    allocation    Liabilities:…:Available +  Liabilities:…:Promised -
    disbursement  Liabilities:…:Promised +   Assets:Bank -

A reversal is the same with its negative amount.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from appui.treasury.balances import OF_PROJECTS, cash, freedom, payment, promise


@dataclass(frozen=True, slots=True)
class BeanEarmark:
    """An earmark: its code names its accounts."""

    key: int
    code: str
    title: str
    currency: str


@dataclass(frozen=True, slots=True)
class BeanMovement:
    """A movement as it is kept, with what it is to be described by."""

    key: int
    earmark: int
    day: date
    kind: str
    amount: Decimal
    payee: str = ""
    narration: str = ""
    project: str = ""
    original: str = ""
    reverses: int | None = None


@dataclass(slots=True)
class _Accounts:
    """What each account holds, in the order in which the accounts were first used."""

    held: dict[tuple[str, str], Decimal]
    opened: dict[str, date]

    def post(self, day: date, account: str, amount: Decimal, currency: str) -> str:
        key = account, currency
        self.held[key] = self.held.get(key, Decimal(0)) + amount
        self.opened[account] = min(self.opened.get(account, day), day)
        return f"  {account}  {amount:.2f} {currency}"


def ledger(
    title: str, earmarks: Sequence[BeanEarmark], movements: Iterable[BeanMovement]
) -> Iterator[str]:
    """The lines of the file; movements in the order of days."""
    by_key = {item.key: item for item in earmarks}
    accounts = _Accounts({}, {})
    entries: list[str] = []
    last: date | None = None
    for item in movements:
        entries.extend(_entry(item, by_key[item.earmark], accounts))
        last = item.day if last is None else max(last, item.day)
    yield f'option "title" "{_text(title)}"'
    for currency in sorted({item.currency for item in earmarks}):
        yield f'option "operating_currency" "{currency}"'
    yield ""
    for account, day in sorted(accounts.opened.items()):
        yield f"{day.isoformat()} open {account}"
    yield ""
    yield from entries
    if last is not None:
        after = (last + timedelta(days=1)).isoformat()
        for (account, currency), amount in sorted(accounts.held.items()):
            yield f"{after} balance {account}  {amount:.2f} {currency}"


def _entry(item: BeanMovement, earmark: BeanEarmark, accounts: _Accounts) -> Iterator[str]:
    name = _name(earmark.code)
    words = item.narration or item.kind.replace("_", " ")
    yield f'{item.day.isoformat()} * "{_text(item.payee)}" "{_text(words)}"'
    yield f'  kind: "{item.kind}"'
    yield f"  movement: {item.key}"
    if item.project:
        yield f'  project: "{_text(item.project)}"'
    if item.original:
        yield f'  paid: "{_text(item.original)}"'
    if item.reverses is not None:
        yield f"  reverses: {item.reverses}"
    for account, amount in _postings(item, name, earmark.currency):
        yield accounts.post(item.day, account, amount, earmark.currency)
    yield ""


def _postings(item: BeanMovement, name: str, currency: str) -> list[tuple[str, Decimal]]:
    """Accounts and amounts, which sum to zero."""
    of_project = item.kind in OF_PROJECTS
    promised = f"Liabilities:Earmark:{name}:Promised"
    if of_project and item.project:
        promised += f":{_name(item.project)}"
    found = [
        (bank(currency), cash(item.kind, item.amount)),
        (f"Liabilities:Earmark:{name}:Available", -freedom(item.kind, item.amount)),
        (promised, -promise(item.kind, item.amount)),
    ]
    if item.project:
        paid = payment(item.kind, item.amount)
        found += [(project_account(item.project), paid), ("Equity:Paid", -paid)]
    return [(account, amount) for account, amount in found if amount]


def bank(currency: str) -> str:
    """The account of the money at the bank."""
    return f"Assets:Bank:{currency}"


def available_account(code: str) -> str:
    """The account of what an earmark may still use; its balance is negative, as liabilities are."""
    return f"Liabilities:Earmark:{_name(code)}:Available"


def project_account(reference: str) -> str:
    """The account of what a project was paid and has not given back."""
    return f"Expenses:Project:{_name(reference)}"


def _name(code: str) -> str:
    """A code as a part of an account: capital first, letters, figures and hyphens; one to one for
    codes of small letters."""
    plain = re.sub(r"[^A-Za-z0-9-]", "-", code) or "X"
    return plain[0].upper() + plain[1:] if plain[0].isalnum() else f"X{plain}"


def _text(text: str) -> str:
    """Within quotes: no quote, no backslash, one line."""
    return " ".join(text.replace("\\", "/").replace('"', "'").split())
