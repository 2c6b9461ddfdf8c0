"""Loads the reference data that Appui carries: code lists, places, exchange rates.

Loading again changes nothing; a label that changed in the files is updated.
"""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.db import transaction

from appui.kernel import ecb
from appui.registry.models import Code, CodeList, ExchangeRate, Location
from appui.registry.models.place import LocationKind

DATA = Path(__file__).resolve().parent / "data"
LANGUAGES = ("en", "fr", "es", "ar")
FIRST_MONTH = date(1999, 1, 1)
Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many rows of each kind now exist."""

    codes: int
    places: int
    rates: int


_others: list[Callable[[], object]] = []


def also_load(load: Callable[[], object]) -> None:
    """Have ``load`` called after the reference data: a room above has data of its own."""
    if load not in _others:
        _others.append(load)


@transaction.atomic
def load_reference() -> Loaded:
    """Load everything; about two seconds the first time."""
    load_codes()
    load_places()
    load_rates()
    for load in _others:
        load()
    return Loaded(Code.objects.count(), Location.objects.count(), ExchangeRate.objects.count())


def load_codes(folder: Path = DATA / "codes") -> None:
    """Load every list that ``lists.csv`` of ``folder`` names; parents come before children."""
    for row in rows_of(folder / "lists.csv"):
        codelist, _made = CodeList.objects.update_or_create(
            slug=row["codelist"],
            defaults={
                "name": texts(row),
                "source": row["source"],
                "source_date": row["source_date"],
            },
        )
        _load_list(codelist, row["parent_list"], folder / f"{codelist.slug}.csv")


def _load_list(codelist: CodeList, parent_list: str, path: Path) -> None:
    rows = list(rows_of(path))
    codes = [
        Code(
            codelist=codelist,
            code=row["code"],
            label=texts(row),
            definition=texts(row, "definition_"),
            position=position,
        )
        for position, row in enumerate(rows)
    ]
    Code.objects.bulk_create(
        codes,
        update_conflicts=True,
        unique_fields=["codelist", "code"],
        update_fields=["label", "definition", "position"],
    )
    if parent_list:
        _set_parents(codelist, parent_list, {r["code"]: r["parent"] for r in rows if r["parent"]})


def _set_parents(codelist: CodeList, parent_list: str, parents: Row) -> None:
    by_code = {item.code: item for item in Code.objects.of(parent_list)}
    children = list(Code.objects.of(codelist.slug).filter(code__in=parents))
    for child in children:
        child.parent = by_code[parents[child.code]]
    Code.objects.bulk_update(children, ["parent"], batch_size=500)


def load_places(folder: Path = DATA / "places") -> None:
    """Load countries, then the provinces that lie in them."""
    countries = [
        Location(
            kind=LocationKind.COUNTRY,
            code=row["iso2"],
            iso3=row["iso3"],
            name=texts(row),
            latitude=row["lat"] or None,
            longitude=row["lon"] or None,
            shape=row["iso2"],
        )
        for row in rows_of(folder / "countries.csv")
    ]
    _upsert_places(countries)
    known = {place.code: place for place in Location.objects.filter(kind=LocationKind.COUNTRY)}
    provinces = [
        Location(
            kind=LocationKind.ADMIN1,
            code=row["code"],
            name=texts(row),
            parent=known[row["country_iso2"]],
            latitude=row["lat"] or None,
            longitude=row["lon"] or None,
            shape=row["shape_id"],
        )
        for row in rows_of(folder / "admin1.csv")
    ]
    _upsert_places(provinces)


def _upsert_places(places: list[Location]) -> None:
    Location.objects.bulk_create(
        places,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name", "parent", "latitude", "longitude", "shape"],
    )


def load_rates() -> None:
    """Load the monthly means of the European Central Bank; rates already there stay as they are."""
    rates = [
        ExchangeRate(
            currency=rate.currency,
            month=rate.month,
            usd_per_unit=rate.usd_per_unit,
            source=rate.source,
        )
        for rate in ecb.monthly_means()
        if rate.month >= FIRST_MONTH and rate.currency != "USD"
    ]
    ExchangeRate.objects.bulk_create(rates, ignore_conflicts=True, batch_size=2000)


def rows_of(path: Path) -> Iterator[Row]:
    """The rows of one file."""
    with path.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def texts(row: Row, prefix: str = "") -> Row:
    """The languages of one row that have text, English first."""
    found = {language: row.get(f"{prefix}{language}", "") for language in LANGUAGES}
    return {language: text for language, text in found.items() if text}
