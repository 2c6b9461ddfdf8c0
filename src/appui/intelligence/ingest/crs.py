"""OECD Creditor Reporting System: a project's year a line, millions of dollars as published."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache, partial
from typing import Final, NamedTuple

from appui.intelligence.ingest import codes
from appui.intelligence.ingest.codes import rows_of
from appui.intelligence.ingest.flatflow import Described, FlatAmount, FlatFlow
from appui.intelligence.ingest.money import Amount, read_amount, to_usd_cents
from appui.intelligence.ingest.organisations import Organisation, identity
from appui.intelligence.ingest.places import country_named
from appui.intelligence.ingest.reading import Reading, day_of
from appui.intelligence.ingest.sniff import folded_column
from appui.intelligence.ingest.splits import NO_SECTOR, NOWHERE, Part, PlaceSplit, Split

RATE_SOURCE: Final = "OECD Creditor Reporting System, dollars as published"
CONSTANT: Final = "constant prices of the base year of the OECD release"
MILLION: Final = 6  # decimals
EURO_SINCE: Final = 1999
_MARKERS: Final = {
    "gender": "1",
    "environment": "2",
    "pdgg": "3",
    "trade": "4",
    "biodiversity": "5",
    "climatemitigation": "6",
    "climateadaptation": "7",
    "desertification": "8",
    "rmnch": "9",
    "drr": "10",
    "disability": "11",
    "nutrition": "12",
}
_TIED: Final = {"usdamountpartialtied": "3", "usdamounttied": "4", "usdamountuntied": "5"}
_DESCRIBING: Final = (
    "agencycode",
    "crsid",
    "projectnumber",
    "recipientcode",
    "flowcode",
    "bimulti",
    "category",
    "financet",
    "aidt",
    "purposecode",
    "channelcode",
    "channelreportedname",
    "projecttitle",
    "shortdescription",
    "commitmentdate",
    "expectedstartdate",
    "completiondate",
)
Line = Mapping[str, str]


class _Kind(NamedTuple):
    """The columns of one kind of amount, all in millions."""

    transaction_type: int
    dollars: str
    national: str
    constant: str


_KINDS: Final = (
    _Kind(2, "usdcommitment", "commitmentnational", "usdcommitmentdefl"),
    _Kind(3, "usddisbursement", "disbursementnational", "usddisbursementdefl"),
    _Kind(6, "usdreceived", "", "usdreceiveddefl"),
    _Kind(5, "usdinterest", "", ""),
)


def reader(columns: list[str]) -> Callable[[Reading, Line, int], FlatFlow | None]:
    """Reads the lines of one file: columns are known whatever their capitals and underscores."""
    names = [(name, folded_column(name)) for name in columns]
    return partial(_flow_of, names, Counter[int]())


def _flow_of(
    names: list[tuple[str, str]], seen: Counter[int], reading: Reading, line: Line, number: int
) -> FlatFlow | None:
    """The flow of a line, or None (with a critical issue) without a year or a donor."""
    said = {folded: line[name].strip() for name, folded in names}
    year = codes.small_number(said["year"].removesuffix(".0"))
    for field, value in (("Year", year), ("DonorCode", said["donorcode"])):
        if not value:
            shown = said[field.lower()]
            reading.problem(
                "row-unusable", line=number, subject=f"line {number}", field=field, value=shown
            )
            return None
    return _Line(reading, said, number, year or 0, _identifier(said, seen)).flow()


def _identifier(said: Line, seen: Counter[int]) -> str:
    """The same for the same line of a later release: what describes it, and which of its equals."""
    described = "\x1f".join(said.get(name, "") for name in _DESCRIBING)
    described = f"{said['year']}\x1f{said['donorcode']}\x1f{described}"
    digest = hashlib.blake2b(described.encode(), digest_size=6)
    number = int.from_bytes(digest.digest())  # a whole number takes a third of the memory of text
    seen[number] += 1
    name = f"CRS-{said['year']}-{said['donorcode']}-{said.get('crsid') or 'line'}"
    name = f"{name}-{digest.hexdigest()}"
    return name if seen[number] == 1 else f"{name}-{seen[number]}"


class _Line(NamedTuple):
    reading: Reading
    said: Line
    number: int
    year: int
    identifier: str

    def flow(self) -> FlatFlow:
        donor, name = self._donor(), self.said.get("donorname")
        amounts, refused = self._amounts()
        return FlatFlow(
            source="crs",
            line=self.number,
            identifier=self.identifier,
            reporter=donor,
            updated=None,
            title=self.said.get("projecttitle") or self.said.get("shortdescription") or None,
            donor=donor,
            donor_country=country_named(name),
            receiver=self._channel(),
            day=None,
            years=(self.year,),
            year_basis="as-published",
            sectors=self._sector(),
            sector_names=tuple(filter(None, [self.said.get("purposename")])),
            places=self._place(),
            amounts=amounts,
            refused_amounts=refused,
            rate_source=RATE_SOURCE,
            reference=self.said.get("projectnumber") or self.said.get("crsid") or None,
            description=self.said.get("shortdescription") or None,
            humanitarian=None,
            channel=None,
            new_money=None,
            page=None,
            url=None,
            described=self._described(),
        )

    def _problem(self, code: str, field: str, value: str | None) -> None:
        self.reading.problem(
            code, line=self.number, subject=self.identifier, field=field, value=value
        )

    def _donor(self) -> Organisation:
        ref = f"XM-DAC-{self.said['donorcode']}"
        return Organisation(ref, self.said.get("donorname") or ref, ref)

    def _agency(self) -> Organisation | None:
        code = self.said.get("agencycode")
        ref = f"XM-DAC-{self.said['donorcode']}-{code}" if code else None
        return identity(self.said.get("agencyname"), ref)

    def _channel(self) -> Organisation | None:
        code = self.said.get("channelcode")
        name = self.said.get("channelreportedname") or self.said.get("channelname")
        return identity(name, f"XM-DAC-{code}" if code else None)

    def _amounts(self) -> tuple[tuple[FlatAmount, ...], int]:
        """The amounts other than zero, and how many were refused for not being numbers."""
        amounts, refused = [], 0
        for kind in _KINDS:
            dollars, problem = in_millions(self.said.get(kind.dollars))
            if problem:
                self._problem(problem, kind.dollars, self.said.get(kind.dollars))
                refused += dollars is None
            if dollars:
                amounts.append(self._amount(kind, dollars))
            elif self._constant(kind):
                self._problem("constant-alone", kind.constant, self.said.get(kind.constant))
        return tuple(amounts), refused

    def _amount(self, kind: _Kind, dollars: int) -> FlatAmount:
        national, _ = in_millions(self.said.get(kind.national))
        currency = _currency(self.said.get("currencycode", ""), self.year)
        units, currency = (national, currency) if national and currency else (dollars, "USD")
        return FlatAmount(
            transaction_type=kind.transaction_type,
            flow_type=codes.FLOW_TYPES[kind.transaction_type],
            units=units,
            currency=currency,
            cents=to_usd_cents(dollars, Decimal(1)),
            conversion="as-published",
            constant_cents=self._constant(kind),
            prices=CONSTANT,
        )

    def _constant(self, kind: _Kind) -> int | None:
        units, _ = in_millions(self.said.get(kind.constant))
        return to_usd_cents(units, Decimal(1)) if units else None

    def _sector(self) -> Split:
        for name in ("purposecode", "sectorcode"):
            code = self.said.get(name, "").removesuffix(".0")
            if code:
                return Split(codes.sector_vocabulary(None, code), (Part(code, 1),), "single")
        return NO_SECTOR

    def _place(self) -> PlaceSplit:
        code, name = self.said.get("recipientcode", "").removesuffix(".0"), self._recipient_name()
        country = _known("recipient").get(code)
        region = None if country else _known("region").get(code)
        if not country and not region:
            country = country_named(name)
        if not country and not region:
            self._problem("place-unknown", "RecipientCode", f"{code} {name}".strip())
            return NOWHERE
        return PlaceSplit(((country, region, 1),), "single", 0)

    def _recipient_name(self) -> str:
        return self.said.get("recipientname", "")

    def _described(self) -> Described:
        said = self.said
        return Described(
            text=said.get("longdescription") or None,
            agency=self._agency(),
            channel_code=said.get("channelcode") or None,
            identifiers=tuple(
                (kind, said[name])
                for kind, name in (("A1", "projectnumber"), ("A2", "crsid"))
                if said.get(name)
            ),
            markers=tuple(
                (code, codes.small_number(said[name]))
                for name, code in _MARKERS.items()
                if said.get(name)
            ),
            tags=_sdg_tags(said.get("sdgfocus", "")),
            aid_flow_type=said.get("category") or None,
            finance_type=said.get("financet") or None,
            aid_type=said.get("aidt") or None,
            tied_status=self._tied_status(),
            collaboration_type=said.get("bimulti") or None,
            capital_spend=said.get("capitalexpend") or None,
            planned_start=self._day("expectedstartdate"),
            planned_end=self._day("completiondate"),
        )

    def _tied_status(self) -> str | None:
        """Said only when the whole amount has one status."""
        found = [code for name, code in _TIED.items() if in_millions(self.said.get(name))[0]]
        return found[0] if len(found) == 1 else None

    def _day(self, name: str) -> date | None:
        written = self.said.get(name, "")
        day = day_of(written)
        if written and day is None:
            self._problem("date-invalid", name, written)
        return day


def in_millions(text: str | None) -> Amount:
    """An amount written in millions, in ten-thousandths of one unit; blank is no amount."""
    if not text:
        return None, None
    try:
        written = f"{Decimal(text).scaleb(MILLION):f}"
    except (InvalidOperation, ValueError):
        return None, "amount-not-a-number"
    return read_amount(written)


@cache
def _known(code_list: str) -> dict[str, str]:
    rows = rows_of("crs_codes.csv")
    return {row["code"]: row["value"] for row in rows if row["list"] == code_list}


@cache
def _currency(code: str, year: int) -> str | None:
    """ISO 4217 of the OECD's number; None before the euro, when it stood for older currencies."""
    return _known("currency").get(code) if year >= EURO_SINCE else None


@cache
def _sdg_tags(focus: str) -> tuple[tuple[str, str], ...]:
    """IATI tags of goals (vocabulary 2) and targets (3); 0 says that none is in focus."""
    found = [part.strip() for part in re.split("[;,]", focus)]
    return tuple(
        ("3" if "." in part else "2", part) for part in found if part and part not in ("0", "99")
    )
