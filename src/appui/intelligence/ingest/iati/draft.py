"""An activity while it is being read: its own values, and what its transactions inherit."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Final

from appui.intelligence.ingest import codes
from appui.intelligence.ingest.iati.record import (
    LANGUAGE,
    NARRATIVE,
    NOBODY,
    Attributes,
    Element,
    Party,
    Record,
    joined,
    keep,
    keep_rest,
    said,
)
from appui.intelligence.ingest.organisations import Organisation, country_of_registration
from appui.intelligence.ingest.patterns import Pattern, pattern
from appui.intelligence.ingest.places import country_code
from appui.intelligence.ingest.rows import Classification, Donor, Item
from appui.intelligence.ingest.splits import (
    NO_SECTOR,
    NOWHERE,
    PlaceSplit,
    Split,
    known_places,
    known_sectors,
    read_share,
)

CLASSIFYING = ("flow-type", "finance-type", "aid-type", "tied-status", "disbursement-channel")
UNCLASSIFIED: Final = Classification(None, None, None, None, None)
UNKNOWN_REPORTER: Final = Organisation("NAME:unknown reporter", "Unknown reporter", None)


@lru_cache(maxsize=50_000)
def donor_of(organisation: Organisation, basis: str) -> Donor:
    """Who pays, in the columns of a transaction; ``basis`` says where the file names it."""
    return Donor(*organisation, basis, country_of_registration(organisation.ref))


UNKNOWN_DONOR: Final = donor_of(UNKNOWN_REPORTER, "reporting-org")


@dataclass(slots=True)
class Draft(Record):
    """An activity; ``number`` is its place in its file, from 1."""

    number: int = 0
    reporter: Party = NOBODY
    secondary: bool = False
    humanitarian: bool | None = None
    funders: list[Organisation] = field(default_factory=list)
    values: dict[str, str | None] = field(default_factory=dict)
    dates: dict[str, date | None] = field(default_factory=dict)
    transactions: list[Element] = field(default_factory=list)
    budgets: list[Element] = field(default_factory=list)
    sector_elements: list[Element] = field(default_factory=list)
    country_elements: list[Element] = field(default_factory=list)
    region_elements: list[Element] = field(default_factory=list)
    patterns: dict[tuple[int | None, str], Pattern] = field(default_factory=dict)
    donor: Donor = UNKNOWN_DONOR
    classification: Classification = UNCLASSIFIED  # the defaults of CLASSIFYING
    sectors: Split = NO_SECTOR
    places: PlaceSplit = NOWHERE

    @property
    def reporting(self) -> Organisation:
        return self.reporter.organisation or UNKNOWN_REPORTER

    def settle_classification(self) -> None:
        self.classification = Classification(
            *(self.values.get(f"default-{name}") for name in CLASSIFYING)
        )

    def settle_donor(self) -> None:
        """Who pays, when a transaction does not say: the funder, else who reports."""
        if self.funders:
            several = len({funder.key for funder in self.funders}) > 1
            basis = "first-of-several-funding" if several else "funding-org"
            self.donor = donor_of(self.funders[0], basis)
        else:
            self.donor = donor_of(self.reporting, "reporting-org")

    def pattern(self, year: int | None, basis: str) -> Pattern:
        """How an amount without sectors and places of its own is divided."""
        found = self.patterns.get((year, basis))
        if found is None:
            years = () if year is None else (year,)
            found = self.patterns[year, basis] = pattern(self.sectors, self.places, years, basis)
        return found


_SECTOR: Final = frozenset(("vocabulary", "code", "percentage", LANGUAGE))
_COUNTRY: Final = frozenset(("code", "percentage", LANGUAGE))
_REGION: Final = _SECTOR
_ATTRIBUTES: Final = _SECTOR - {LANGUAGE}


def read_sectors(draft: Draft, elements: list[Element], transaction_no: int) -> Split:
    """Keep every sector item as a row; divide by one vocabulary of them."""
    items = []
    file_no, key, rows = draft.reading.file_no, draft.key, draft.reading.rows["sectors"]
    for place, element in enumerate(elements, 1):
        plain = _plain_sector(tuple(element.items()))
        if plain:
            items.append(plain)
            text = _text(draft, element, "sector", place, transaction_no)
            rows.append((file_no, key, transaction_no, plain, text))
            continue
        path, number = _numbered("sector", place, transaction_no)
        code = (element.get("code") or "").strip()
        if not code:
            draft.problem("code-missing", element, "sector/@code", element.text)
            keep(draft, element, path, number)
            continue
        share = _share(draft, element, path, number, _SECTOR)
        item = Item(codes.sector_vocabulary(element.get("vocabulary"), code), code, share)
        items.append(item)
        text = said(draft, element, path, number)
        rows.append((file_no, key, transaction_no, item, text and joined(text)))  # a SectorRow
    split = known_sectors(tuple(items))
    _say_completed(draft, elements, "sector/@percentage", split.basis)
    return split


def read_places(
    draft: Draft, countries: list[Element], regions: list[Element], transaction_no: int
) -> PlaceSplit:
    """Keep every country and region as a row; regions take what countries leave."""
    country_items = tuple(
        i for no, e in enumerate(countries, 1) if (i := _country(draft, e, no, transaction_no))
    )
    region_items = tuple(
        i for no, e in enumerate(regions, 1) if (i := _region(draft, e, no, transaction_no))
    )
    split = known_places(country_items, region_items)
    _say_completed(draft, countries or regions, "recipient-country/@percentage", split.basis)
    return split


def _numbered(name: str, place: int, transaction_no: int) -> tuple[str, int]:
    """Path and number of an item: of the activity by its place, of a transaction by that's."""
    if not transaction_no:
        return name, place
    return (f"transaction/{name}" if place == 1 else f"transaction/{name}[{place}]"), transaction_no


def _country(draft: Draft, element: Element, place: int, transaction_no: int) -> Item | None:
    plain = _plain_country(tuple(element.items()))
    if plain:
        text = _text(draft, element, "recipient-country", place, transaction_no)
        row = (draft.reading.file_no, draft.key, transaction_no, plain.code, plain.share, text)
        draft.reading.rows["countries"].append(row)
        return plain
    path, number = _numbered("recipient-country", place, transaction_no)
    written = (element.get("code") or "").strip()
    if not written:
        draft.problem("code-missing", element, "recipient-country/@code", element.text)
        keep(draft, element, path, number)
        return None
    code = country_code(written)
    if code is None:
        draft.problem("country-unknown", element, "recipient-country/@code", written)
        code = written.upper()
    share = _share(draft, element, path, number, _COUNTRY)
    text = said(draft, element, path, number)
    row = (draft.reading.file_no, draft.key, transaction_no, code, share, text and joined(text))
    draft.reading.rows["countries"].append(row)  # a CountryRow
    return Item("", code, share)


def _region(draft: Draft, element: Element, place: int, transaction_no: int) -> Item | None:
    path, number = _numbered("recipient-region", place, transaction_no)
    code = (element.get("code") or "").strip()
    if not code:
        draft.problem("code-missing", element, "recipient-region/@code", element.text)
        keep(draft, element, path, number)
        return None
    vocabulary = codes.code("region-vocabulary", element.get("vocabulary")) or "1"
    item = Item(vocabulary, code, _share(draft, element, path, number, _REGION))
    text = said(draft, element, path, number)
    row = (draft.reading.file_no, draft.key, transaction_no, item, text and joined(text))
    draft.reading.rows["regions"].append(row)  # a RegionRow
    return item


def _text(draft: Draft, element: Element, name: str, place: int, transaction_no: int) -> str | None:
    """What an item whose attributes are plain says in words, as few do."""
    if not len(element) and not element.text:
        return None
    text = said(draft, element, *_numbered(name, place, transaction_no))
    return text and joined(text)


@lru_cache(maxsize=50_000)
def _plain_sector(attributes: Attributes) -> Item | None:
    """The sector that the attributes say; None where one is not understood or has no column."""
    written = dict(attributes)
    code, (share, usable) = written.get("code", "").strip(), read_share(written.get("percentage"))
    if not code or not usable or not _ATTRIBUTES.issuperset(written):
        return None
    return Item(codes.sector_vocabulary(written.get("vocabulary"), code), code, share)


@lru_cache(maxsize=50_000)
def _plain_country(attributes: Attributes) -> Item | None:
    """Like _plain_sector."""
    written = dict(attributes)
    code, (share, usable) = country_code(written.get("code")), read_share(written.get("percentage"))
    if code is None or not usable or not (_COUNTRY - {LANGUAGE}).issuperset(written):
        return None
    return Item("", code, share)


def _share(
    draft: Draft, element: Element, path: str, number: int, attributes: frozenset[str]
) -> int | None:
    """The percentage; what the row has no column for is kept on the way."""
    written, share, usable = element.get("percentage"), None, True
    if written is not None:
        share, usable = read_share(written)
        if not usable:
            draft.problem("share-invalid", element, f"{element.tag}/@percentage", written)
            attributes -= {"percentage"}
    if not attributes.issuperset(element.keys()):
        keep_rest(draft, element, path, number, attributes, children=NARRATIVE, text=True)
    return share


_SAID = {
    "rescaled": "shares-rescaled",
    "equal": "shares-missing",
    "filled": "shares-missing",
    "unallocated-part": "places-unallocated",
}


def _say_completed(draft: Draft, elements: list[Element], field: str, basis: str) -> None:
    if basis in _SAID:
        shares = ", ".join(element.get("percentage") or "none" for element in elements[:12])
        draft.problem(_SAID[basis], elements[0], field, shares)
