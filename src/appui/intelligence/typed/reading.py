"""A table of a report as lines of flows: long (a line a contribution) or wide (a column a year).

Every cell that cannot be taken is named with its row, its column, what stands there and why; the
others are kept. Rows are numbered as a sheet shows them, from 1.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from itertools import islice

from django.utils.translation import gettext as _

from appui.intelligence.ingest.places import country_code, country_named
from appui.intelligence.ingest.rates import is_currency
from appui.kernel.errors import Invalid
from appui.ui import formats
from appui.ui.forms import parse_amount

COLUMNS = (
    "donor",
    "recipient",
    "sector",
    "year",
    "amount",
    "currency",
    "usd",
    "flow_type",
    "channel",
    "source",
    "published_on",
    "page",
    "note",
    "identifier",
)
WORDS = {
    "donor": ("donor", "bailleur", "donante", "الجهة المانحة", "donor/country", "country/donor"),
    "recipient": ("recipient", "bénéficiaire", "receptor", "البلد", "country", "pays", "país"),
    "sector": ("sector", "secteur", "القطاع"),
    "year": ("year", "année", "año", "السنة"),
    "amount": ("amount", "montant", "importe", "monto", "المبلغ"),
    "currency": ("currency", "devise", "moneda", "العملة"),
    "usd": ("usd", "us$", "amount (us$)", "amount us$", "montant usd"),
    "flow_type": ("flow_type", "type", "kind"),
    "channel": ("channel", "canal", "through"),
    "page": ("page",),
    "note": ("note", "nota", "ملاحظة"),
}
EMPTY = frozenset(("", "-", "–", "—", "…", "..", "n/a", "n/r"))
TOTALS = frozenset(("total", "totaux", "totales", "subtotal", "sous-total", "المجموع"))
FIRST_YEAR, LAST_YEAR = 1940, 2100
MOST_ROWS = 5_000
LONGEST = 300


@dataclass(frozen=True, slots=True)
class BadCell:
    """One cell that was not taken."""

    row: int
    column: str
    value: str
    why: str


@dataclass(frozen=True, slots=True)
class Usual:
    """What the whole table is about, where a line does not say otherwise."""

    source: str
    published_on: date
    recipient: str = ""
    sector: str = ""
    currency: str = "USD"
    flow_type: str = "spend"
    page: str = ""


@dataclass(slots=True)
class TableRead:
    """The lines as the corpus reads them, by ``COLUMNS``, and the cells left out."""

    lines: list[dict[str, str]] = field(default_factory=list)
    bad: list[BadCell] = field(default_factory=list)


class _Left(Exception):
    """A cell that cannot be taken: its column and why."""

    def __init__(self, column: str, value: str, why: str) -> None:
        super().__init__(why)
        self.cell = (column, value, why)


def read_lines(rows: Iterable[Sequence[object]], usual: Usual) -> TableRead:
    """The lines of a table whose first row names its columns.

    Raises ``Invalid`` when that row has neither a donor, a year and an amount, nor years.
    """
    given = iter(rows)
    heads = [_text(cell) for cell in next(given, [])]
    named = [_named(head) for head in heads]
    long = {"donor", "year"} <= set(named) and bool({"amount", "usd"} & set(named))
    years = {place: int(head) for place, head in enumerate(heads) if _is_year(head)}
    if not long and not (years and len(heads) > 1):
        raise Invalid(
            _(
                "The first row must name the columns: donor, year and amount (or usd); or a donor "
                "column followed by years. It says: %(columns)s."
            )
            % {"columns": ", ".join(head for head in heads if head)[:200] or "–"}
        )
    found, seen = TableRead(), dict[str, int]()
    for number, row in enumerate(islice(given, MOST_ROWS + 1), 2):
        if number > MOST_ROWS + 1:
            raise Invalid(_("The table has more than %(count)d rows.") % {"count": MOST_ROWS})
        cells = [_text(cell) for cell in row]
        if any(cells):
            wanted = _long(named, cells) if long else _wide(heads, years, cells)
            for column, line in wanted:
                _take(found, seen, number, column, line, usual)
    return found


def _long(named: list[str], cells: list[str]) -> Iterator[tuple[str, dict[str, str]]]:
    line = {name: cell for name, cell in zip(named, cells, strict=False) if name and cell}
    yield ("amount" if "amount" in line else "usd"), line


def _wide(
    heads: list[str], years: Mapping[int, int], cells: list[str]
) -> Iterator[tuple[str, dict[str, str]]]:
    """One line for each year whose cell says anything; other columns apply to all of them."""
    shared = {
        _named(head) or ("donor" if place == 0 else ""): cells[place]
        for place, head in enumerate(heads)
        if place not in years and place < len(cells)
    }
    for place, year in years.items():
        if place < len(cells) and cells[place].casefold() not in EMPTY:
            yield heads[place], shared | {"year": str(year), "amount": cells[place]}


def _take(
    found: TableRead,
    seen: dict[str, int],
    number: int,
    column: str,
    line: dict[str, str],
    usual: Usual,
) -> None:
    try:
        whole = _line(line, usual, column)
        same = whole["identifier"]
        if same in seen:
            why = _(
                "row %(row)d says the same donor and year already: name the channel of each, or "
                "keep one"
            )
            raise _Left(column, line.get(column, whole["amount"]), why % {"row": seen[same]})
    except _Left as left:
        bad = BadCell(number, *left.cell)
        found.bad += [] if bad in found.bad[-1:] else [bad]  # one donor cell, many years
        return
    seen[same] = number
    found.lines.append(whole)


def _line(line: Mapping[str, str], usual: Usual, column: str) -> dict[str, str]:
    """The line in full; raises ``_Left`` for the first cell that cannot be taken."""
    own = replace(
        usual,
        recipient=line.get("recipient") or usual.recipient,
        sector=line.get("sector") or usual.sector,
        currency=line.get("currency") or usual.currency,
        flow_type=line.get("flow_type") or usual.flow_type,
        page=line.get("page") or usual.page,
    )
    donor = _donor(line.get("donor", ""))
    amount = _amount(line, "amount", column)
    dollars = _amount(line, "usd", "usd")
    if amount is None and dollars is None:
        raise _Left(column, "", _("the amount is missing"))
    whole = {
        "donor": donor,
        "recipient": _recipient(own.recipient),
        "sector": own.sector,
        "year": _year(line.get("year", "")),
        "amount": "" if amount is None else format(amount, "f"),
        "currency": _currency(own.currency) if amount is not None else "USD",
        "usd": "" if dollars is None else format(dollars, "f"),
        "flow_type": own.flow_type,
        "channel": line.get("channel", ""),
        "source": own.source,
        "published_on": own.published_on.isoformat(),
        "page": own.page,
        "note": line.get("note", ""),
    }
    about = ("donor", "recipient", "sector", "year", "flow_type", "channel")
    whole["identifier"] = "|".join(whole[name].casefold() for name in about)
    return whole


def _donor(text: str) -> str:
    if text.casefold() in EMPTY:
        raise _Left("donor", text, _("the donor is missing"))
    if text.casefold().rstrip(" :") in TOTALS:
        raise _Left("donor", text, _("a total is no donor: it would be counted twice"))
    return text


def _recipient(text: str) -> str:
    code = country_code(text) or country_named(text)
    if code is None and text:
        raise _Left("recipient", text, _("no country has this code or name"))
    return code or ""


def _year(text: str) -> str:
    if not _is_year(text):
        why = _("not a year between %(first)d and %(last)d")
        raise _Left("year", text, why % {"first": FIRST_YEAR, "last": LAST_YEAR})
    return text


def _is_year(text: str) -> bool:
    is_number = text.isascii() and text.isdigit() and len(text) == 4
    return is_number and FIRST_YEAR <= int(text) <= LAST_YEAR


def _currency(text: str) -> str:
    if not is_currency(text.upper()):
        raise _Left("currency", text, _("not a code of ISO 4217, such as USD or EUR"))
    return text.upper()


def _amount(line: Mapping[str, str], name: str, column: str) -> Decimal | None:
    text = line.get(name, "")
    if text.casefold() in EMPTY:
        return None
    found = parse_amount(text, formats.language())
    if found is None:
        raise _Left(column, text, _("not an amount in figures"))
    if abs(found) >= Decimal(10) ** 14:
        raise _Left(column, text, _("larger than any amount that can be kept"))
    return found


def _named(head: str) -> str:
    """The column a heading stands for; empty when it is none of ours."""
    wanted = head.casefold().strip()
    return next((name for name, words in WORDS.items() if wanted in words), "")


def _text(cell: object) -> str:
    """The cell as one line of plain text; whole numbers of a sheet lose their point."""
    if cell is None:
        return ""
    if isinstance(cell, float):
        return format(Decimal(f"{cell:.15g}"), "f")
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return " ".join("".join(c if c.isprintable() else " " for c in str(cell)).split())[:LONGEST]
