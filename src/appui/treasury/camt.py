"""ISO 20022 camt.053, “bank to customer statement”, versions 001.02 to 001.13. Pure.

Elements are found by their local name, so that every version reads alike: up to 001.03 the state of
an entry is text in ``Sts`` and a party's name stands in ``Dbtr/Nm``; from 001.08 they are in
``Sts/Cd`` and ``Dbtr/Pty/Nm``. Only booked entries count. ``CdtDbtInd`` is the direction of
the entry itself: a reversal (``RvslInd``) of a credit is a debit and already says ``DBIT``.
Entities are not resolved, no DTD is loaded, nothing is fetched.
"""

import itertools
from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from lxml import etree

from appui.treasury.bankfile import YEARS, BankFile, FileLine, Unreadable

OPENING, CLOSING = ("OPBD", "PRCD"), ("CLBD",)


def looks_like(content: bytes) -> bool:
    """Whether the file is XML at all."""
    return content[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")


def read(content: bytes) -> BankFile:
    """The statement of the file, or those of one account that follow each other, as one.

    Raises ``Unreadable``: not_camt, no_balance, several_accounts, gap, bad_amount, bad_day.
    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise Unreadable("not_camt") from error
    name = str(etree.QName(root).namespace or "")
    found = [item for item in root.iter() if _local(item) == "Stmt"]
    if _local(root) != "Document" or "camt.053" not in name or not found:
        raise Unreadable("not_camt")
    layout = name.rsplit(":", 1)[-1]
    return _joined([_statement(item, layout) for item in found])


def _joined(statements: list[BankFile]) -> BankFile:
    ordered = sorted(statements, key=lambda item: (item.starts_on, item.ends_on))
    first, last = ordered[0], ordered[-1]
    if len({(item.account, item.currency) for item in ordered}) > 1:
        raise Unreadable("several_accounts")
    for before, after in itertools.pairwise(ordered):
        if before.closing != after.opening:
            raise Unreadable("gap", day=after.starts_on.isoformat())
    lines = tuple(line for item in ordered for line in item.lines)
    return BankFile(
        first.layout,
        lines,
        first.starts_on,
        max(item.ends_on for item in ordered),
        first.account,
        first.currency,
        first.opening,
        last.closing,
    )


def _statement(item: Any, layout: str) -> BankFile:
    account = _text(item, "Acct/Id/IBAN") or _text(item, "Acct/Id/Othr/Id")
    opening, opened = _balance(item, OPENING)
    closing, closed = _balance(item, CLOSING)
    if opening is None or closing is None:
        raise Unreadable("no_balance")
    entries = [entry for entry in _children(item, "Ntry") if _is_booked(entry)]
    lines = tuple(_line(entry) for entry in entries)
    currency = _text(item, "Acct/Ccy") or next(
        (
            amount.get("Ccy", "")
            for bal in _children(item, "Bal")
            for amount in _children(bal, "Amt")
        ),
        "",
    )
    days = [line.booked_on for line in lines]
    days += [day for day in (_when(item, "FrToDt/FrDtTm"), _when(item, "FrToDt/ToDtTm")) if day]
    days += [day for day in (closed,) if day]
    if not days and opened:
        days = [opened]
    if not days:
        raise Unreadable("bad_day", text="")
    return BankFile(layout, lines, min(days), max(days), account, currency, opening, closing)


def _balance(item: Any, codes: tuple[str, ...]) -> tuple[Decimal | None, date | None]:
    """The first balance of those codes, in their order, and its day."""
    by_code = {_text(bal, "Tp/CdOrPrtry/Cd"): bal for bal in reversed(_children(item, "Bal"))}
    for code in codes:
        if code in by_code:
            bal = by_code[code]
            return _signed(bal), _when(bal, "Dt")
    return None, None


def _line(entry: Any) -> FileLine:
    booked = _when(entry, "BookgDt") or _when(entry, "ValDt")
    if booked is None:
        raise Unreadable("bad_day", text="")
    amount = _signed(entry)
    told = [_texts(entry, path) for path in ("NtryDtls/TxDtls/RmtInf/Ustrd", "AddtlNtryInf")]
    told.append(_texts(entry, "NtryDtls/TxDtls/AddtlTxInf"))
    words = dict.fromkeys(text for texts in told for text in texts)
    party = "Dbtr" if amount > 0 else "Cdtr"
    names = [f"NtryDtls/TxDtls/RltdPties/{party}/{way}" for way in ("Nm", "Pty/Nm")]
    references = (
        "NtryDtls/TxDtls/RmtInf/Strd/CdtrRefInf/Ref",
        "NtryDtls/TxDtls/Refs/EndToEndId",
        "AcctSvcrRef",
        "NtryRef",
    )
    known = [text for path in references for text in _texts(entry, path)]
    return FileLine(
        booked_on=booked,
        amount=amount,
        value_on=_when(entry, "ValDt"),
        text=" · ".join(words)[:1000],
        reference=next((text for text in known if text != "NOTPROVIDED"), "")[:80],
        counterparty=" · ".join(
            dict.fromkeys(text for path in names for text in _texts(entry, path))
        )[:200],
        is_reversal=_text(entry, "RvslInd").lower() in ("true", "1"),
    )


def _is_booked(entry: Any) -> bool:
    state = _text(entry, "Sts/Cd") or _text(entry, "Sts")
    return state.upper() in ("", "BOOK")


def _signed(item: Any) -> Decimal:
    text = _text(item, "Amt")
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or amount != round(amount, 2) or abs(amount) >= 10**13:
        raise Unreadable("bad_amount", text=text[:40])
    direction = _text(item, "CdtDbtInd")
    if direction not in ("CRDT", "DBIT"):
        raise Unreadable("bad_amount", text=f"{text} {direction}"[:40])
    return round(amount, 2) if direction == "CRDT" else -round(amount, 2)


def _when(item: Any, path: str) -> date | None:
    """A day, in ``Dt`` or ``DtTm`` or as it stands; None without one."""
    text = _text(item, f"{path}/Dt") or _text(item, f"{path}/DtTm") or _text(item, path)
    if not text:
        return None
    try:
        day = date.fromisoformat(text[:10])
    except ValueError as error:
        raise Unreadable("bad_day", text=text[:40]) from error
    if day.year not in YEARS:
        raise Unreadable("bad_day", text=text[:40])
    return day


def _texts(item: Any, path: str) -> list[str]:
    """The texts at a path of local names, in order."""
    found = [item]
    for name in path.split("/"):
        found = [child for parent in found for child in _children(parent, name)]
    plain = (" ".join("".join(node.itertext()).split()) for node in found)
    return [text for text in plain if text]


def _text(item: Any, path: str) -> str:
    return next(iter(_texts(item, path)), "")


def _children(item: Any, name: str) -> list[Any]:
    return [child for child in _elements(item) if _local(child) == name]


def _elements(item: Any) -> Iterator[Any]:
    return (child for child in item if isinstance(child.tag, str))


def _local(item: Any) -> str:
    return str(etree.QName(item).localname) if isinstance(item.tag, str) else ""
