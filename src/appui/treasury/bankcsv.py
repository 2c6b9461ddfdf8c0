"""Statements of the bank as CSV: delimiter, headings, days and decimals are guessed from the file.

Pure. Headings are looked for in four languages within the first rows. Days written in figures alone
are read in the order that makes sense of the whole column; where both do, the file is refused.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal

from appui.treasury.bankfile import YEARS, BankFile, FileLine, Unreadable

HEADINGS_WITHIN = 25
MOST_LINES = 20_000
DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩٫٬", "0123456789.,")
# Words that a heading begins with or is, without accents, by what the column holds.
WORDS: dict[str, tuple[str, ...]] = {
    "value": (
        "date de valeur", "date valeur", "value date", "valeur", "fecha valor", "تاريخ القيمة",
    ),
    "date": (
        "date", "booking date", "booked", "transaction date", "posting date", "date operation",
        "date comptable", "fecha", "التاريخ", "تاريخ",
    ),
    "debit": ("debit", "withdrawal", "paid out", "cargo", "debe", "retrait", "مدين", "سحب"),
    "credit": ("credit", "deposit", "paid in", "abono", "haber", "versement", "دائن", "ايداع"),
    "amount": ("amount", "montant", "importe", "monto", "المبلغ", "مبلغ"),
    "balance": ("balance", "solde", "saldo", "running balance", "الرصيد"),
    "reference": ("reference", "ref", "referencia", "end to end", "المرجع", "مرجع"),
    "party": (
        "counterparty", "beneficiary", "beneficiaire", "donneur", "contrepartie", "contrapartida",
        "name", "nom", "nombre", "الطرف",
    ),
    "currency": ("currency", "devise", "moneda", "divisa", "العملة"),
    "text": (
        "description", "details", "libelle", "text", "narrative", "communication", "concepto",
        "detalle", "descripcion", "remittance", "motif", "البيان", "الوصف",
    ),
}  # fmt: skip
Columns = dict[str, int]


def read(content: bytes) -> BankFile:
    """The lines in the order of time; raises ``Unreadable``: not_text, no_heading, no_entry,
    too_long, bad_amount, bad_day, ambiguous_days, several_currencies."""
    columns, rows = _table(_decoded(content))
    if not rows:
        raise Unreadable("no_entry")
    if len(rows) > MOST_LINES:
        raise Unreadable("too_long", count=str(MOST_LINES))
    days = _days([_cell(row, columns, "date") for row in rows])
    values = [_cell(row, columns, "value") for row in rows]
    value_days = _days(values) if "value" in columns and all(values) else [None] * len(rows)
    amounts = _amounts(rows, columns)
    currencies = {_cell(row, columns, "currency").upper() for row in rows} - {""}
    if len(currencies) > 1:
        raise Unreadable("several_currencies", text=", ".join(sorted(currencies)))
    lines = [
        FileLine(
            booked_on=day,
            amount=amount,
            value_on=value,
            text=_cell(row, columns, "text")[:1000],
            reference=_cell(row, columns, "reference")[:80],
            counterparty=_cell(row, columns, "party")[:200],
        )
        for row, day, value, amount in zip(rows, days, value_days, amounts, strict=True)
    ]
    balances = _column(rows, columns, "balance") if "balance" in columns else []
    if days[0] > days[-1] or _newest_first(balances, amounts):
        lines.reverse()
        balances.reverse()
    known = bool(balances) and all(item is not None for item in (balances[0], balances[-1]))
    return BankFile(
        "CSV",
        tuple(lines),
        min(days),
        max(days),
        currency=next(iter(currencies), ""),
        opening=balances[0] - lines[0].amount if known and balances[0] is not None else None,
        closing=balances[-1] if known else None,
    )


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    if b"\0" in content:
        raise Unreadable("not_text")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _table(text: str) -> tuple[Columns, list[list[str]]]:
    """The columns by what they hold, and the rows below the headings that have a day."""
    for delimiter in ";,\t|":
        try:
            rows = list(csv.reader(io.StringIO(text), delimiter=delimiter))
        except csv.Error:
            continue
        for place, row in enumerate(rows[:HEADINGS_WITHIN]):
            columns = _columns(row)
            if "date" in columns and ("amount" in columns or {"debit", "credit"} <= columns.keys()):
                below = [item for item in rows[place + 1 :] if _cell(item, columns, "date")]
                return columns, below
    raise Unreadable("no_heading")


def _columns(row: Sequence[str]) -> Columns:
    """The longest word that a heading begins with says what the column holds."""
    found: dict[str, tuple[int, int]] = {}
    for place, heading in enumerate(row):
        plain = _plain(heading)
        hits = [
            (len(word), kind)
            for kind, words in WORDS.items()
            for word in words
            if plain == word or plain.startswith((f"{word} ", f"{word}("))
        ]
        if hits:
            length, kind = max(hits)
            if kind not in found:
                found[kind] = (length, place)
    return {kind: place for kind, (_length, place) in found.items()}


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text.strip().casefold())
    return " ".join("".join(c for c in folded if not unicodedata.combining(c)).split())


def _cell(row: Sequence[str], columns: Columns, kind: str) -> str:
    place = columns.get(kind)
    if place is None or place >= len(row):
        return ""
    return " ".join("".join(c if c.isprintable() else " " for c in row[place]).split())


def _days(cells: Sequence[str]) -> list[date]:
    """All days of a column, read in one order."""
    orders: tuple[Callable[[int, int, int], tuple[int, int, int]], ...] = (
        lambda a, b, c: (c, b, a),  # day, month, year
        lambda a, b, c: (c, a, b),  # month, day, year
    )
    readings = [found for order in orders if (found := _read_days(cells, order)) is not None]
    if not readings:
        bad = next((cell for cell in cells if _read_days([cell], orders[0]) is None), cells[0])
        raise Unreadable("bad_day", text=bad[:40])
    if len(readings) > 1 and readings[0] != readings[1]:
        in_order = [days for days in readings if days in (sorted(days), sorted(days)[::-1])]
        if len(in_order) != 1:
            raise Unreadable("ambiguous_days", text=cells[0][:40])
        return in_order[0]
    return readings[0]


def _read_days(
    cells: Sequence[str], order: Callable[[int, int, int], tuple[int, int, int]]
) -> list[date] | None:
    found = []
    for cell in cells:
        text = _latin(cell)
        parts = re.fullmatch(r"(\d{1,4})[-/. ](\d{1,2})[-/. ](\d{1,4})(?:[T ].*)?", text)
        parts = parts or re.fullmatch(r"(\d{4})(\d{2})(\d{2})", text)
        if parts is None:
            return None
        one, two, three = (int(part) for part in parts.groups())
        year, month, day = (one, two, three) if len(parts[1]) == 4 else order(one, two, three)
        year = year + 2000 if year < 100 else year
        try:
            found.append(date(year, month, day))
        except ValueError:
            return None
        if year not in YEARS:
            return None
    return found


def _latin(text: str) -> str:
    return text.translate(DIGITS)


def _amounts(rows: Sequence[Sequence[str]], columns: Columns) -> list[Decimal]:
    """Signed amounts, from one column or from debit and credit."""
    if "amount" in columns:
        found = _column(rows, columns, "amount")
    else:
        debits, credits = (_column(rows, columns, kind) for kind in ("debit", "credit"))
        found = [
            None if debit is None and credit is None else (credit or 0) - abs(debit or Decimal(0))
            for debit, credit in zip(debits, credits, strict=True)
        ]
    for row, amount in zip(rows, found, strict=True):
        if amount is None or amount == 0:
            raise Unreadable("bad_amount", text=" ".join(row)[:60])
    return [amount for amount in found if amount is not None]


def _column(rows: Sequence[Sequence[str]], columns: Columns, kind: str) -> list[Decimal | None]:
    """A column of amounts, all with the same decimal mark; None where a cell is empty."""
    cells = [_latin(_cell(row, columns, kind)) for row in rows]
    ends = re.compile(r"([.,])\d{1,2}\s*(?:[-+)]|[a-z]{2,3})?\s*\Z", re.IGNORECASE)
    marks = [found[1] for cell in cells if (found := ends.search(cell))]
    mark = max(set(marks), key=marks.count) if marks else ""
    return [_amount(cell, mark) for cell in cells]


def _amount(cell: str, mark: str) -> Decimal | None:
    if not cell:
        return None
    minus = "-" in cell or "\N{MINUS SIGN}" in cell or (cell.startswith("(") and cell.endswith(")"))
    plain = re.sub(r"[^\d.,]", "", cell)
    other = {",": ".", ".": ","}.get(mark, ".,")
    plain = "".join(c for c in plain if c not in other)
    whole, _mark, decimals = plain.partition(mark) if mark else (plain, "", "")
    if not whole.isdigit() or (decimals and not decimals.isdigit()) or len(decimals) > 2:
        raise Unreadable("bad_amount", text=cell[:40])
    if len(whole) > 13:
        raise Unreadable("bad_amount", text=cell[:40])
    found = Decimal(f"{whole}.{decimals or '0'}").quantize(Decimal("0.01"))
    return -found if minus else found


def _newest_first(balances: Sequence[Decimal | None], amounts: Sequence[Decimal]) -> bool:
    """Whether running balances only make sense read from the bottom."""
    pairs = [
        (before, after, amount, above)
        for before, after, amount, above in zip(
            balances, balances[1:], amounts[1:], amounts, strict=False
        )
        if before is not None and after is not None
    ]
    down = all(before + amount == after for before, after, amount, _above in pairs)
    up = all(after + above == before for before, after, _amount, above in pairs)
    return bool(pairs) and up and not down
