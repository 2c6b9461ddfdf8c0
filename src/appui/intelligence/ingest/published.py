"""Tables published in reports and typed in by hand: a donor, a recipient and a year a line."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from appui.intelligence.ingest import codes
from appui.intelligence.ingest.flatflow import FlatAmount, FlatFlow
from appui.intelligence.ingest.money import read_amount, to_usd_cents
from appui.intelligence.ingest.organisations import Organisation, identity
from appui.intelligence.ingest.places import country_code, country_named, government_country
from appui.intelligence.ingest.reading import Reading, moment_of
from appui.intelligence.ingest.splits import NO_SECTOR, NOWHERE, Part, PlaceSplit, Split

_TYPES: Final = {name: code for code, name in codes.FLOW_TYPES.items() if code != 4}
_NOT_GEOCODED: Final = frozenset(("global", "regional", "not stated", ""))
Line = Mapping[str, str]


def flow_of(reading: Reading, line: Line, number: int) -> FlatFlow | None:
    """The flow of a line, or None (with a critical issue) without donor, source, year or amount."""
    donor = identity(line.get("donor"), None)
    source = line.get("source", "").strip()
    year = codes.small_number(line.get("year", "").strip())
    missing = [n for n, v in (("donor", donor), ("source", source), ("year", year)) if not v]
    if missing or donor is None:
        _say(reading, "row-unusable", number, missing[0], line.get(missing[0]))
        return None
    cents, units, currency = _money(reading, line, number)
    if units is None:
        return None
    kind = _kind(reading, line, number)
    return FlatFlow(
        source="appui",
        line=number,
        identifier=_identifier(line),
        reporter=Organisation("NAME:" + source.casefold(), source, None),
        updated=moment_of(line.get("published_on")),
        title=_title(line),
        donor=donor,
        donor_country=_donor_country(line),
        receiver=identity(line.get("channel"), None),
        day=None,
        years=(year,) if year else (),
        year_basis="as-published",
        sectors=_sector(line),
        sector_names=(),
        places=_place(reading, line, number),
        amounts=(
            FlatAmount(
                transaction_type=kind,
                flow_type=codes.FLOW_TYPES.get(kind or 0, codes.UNKNOWN_FLOW),
                units=units,
                currency=currency,
                cents=cents,
                conversion="as-published" if cents is not None else "not-published",
            ),
        ),
        rate_source=source,
        reference=None,
        description=line.get("note", "").strip() or None,
        humanitarian=None,
        channel=None,
        new_money=None,
        page=line.get("page", "").strip() or None,
        url=None,
    )


def _say(reading: Reading, code: str, number: int, field: str, value: str | None) -> None:
    reading.problem(code, line=number, subject=f"line {number}", field=field, value=value)


def _money(reading: Reading, line: Line, number: int) -> tuple[int | None, int | None, str | None]:
    """Dollar cents and the original units and currency; dollars alone stand for both."""
    currency = line.get("currency", "").strip().upper() or None
    written = {name: line.get(name, "").strip() for name in ("amount", "usd")}
    read = {}
    for name, text in written.items():
        units, problem = read_amount(text)
        if text and problem:
            _say(reading, problem, number, name, text)
        read[name] = units
    amount, dollars = read["amount"], read["usd"]
    if dollars is None and currency == "USD":
        dollars = amount
    if amount is None or currency is None:
        amount, currency = dollars, "USD"
    if amount is None:
        _say(reading, "amount-missing", number, "usd", written["usd"])
        return None, None, None
    return (to_usd_cents(dollars, Decimal(1)) if dollars is not None else None), amount, currency


def _kind(reading: Reading, line: Line, number: int) -> int | None:
    written = line.get("flow_type", "").strip().lower() or "spend"
    kind = _TYPES.get(written) or codes.transaction_type(written)
    if kind is None:
        _say(reading, "status-unknown", number, "flow_type", written)
    return kind


def _identifier(line: Line) -> str:
    """What the line is about, as given or by its columns.

    The same again from the same source, published later, replaces it.
    """
    if given := line.get("identifier", "").strip():
        return given
    about = ("donor", "recipient", "sector", "year", "flow_type", "channel", "page")
    return "|".join(line.get(name, "").strip() for name in about)


def _title(line: Line) -> str:
    parts = [line.get(name, "").strip() for name in ("donor", "recipient", "year")]
    return ", ".join(part for part in parts if part)


def _donor_country(line: Line) -> str | None:
    written = line.get("donor_country", "").strip()
    found = country_code(written) or country_named(written)
    return found or government_country(line.get("donor")) or country_named(line.get("donor"))


def _sector(line: Line) -> Split:
    code = line.get("sector", "").strip()
    if not code:
        return NO_SECTOR
    vocabulary = codes.sector_vocabulary(None if code.isdigit() else "99", code)
    return Split(vocabulary, (Part(code, 1),), "single")


def _place(reading: Reading, line: Line, number: int) -> PlaceSplit:
    written = line.get("recipient", "").strip()
    code = country_code(written) or country_named(written)
    if code is None:
        if written.casefold() not in _NOT_GEOCODED:
            _say(reading, "place-unknown", number, "recipient", written)
        return NOWHERE
    return PlaceSplit(((code, None, 1),), "single", 0)
