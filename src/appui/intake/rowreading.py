"""One row of a file as values, with everything there is to say of its cells."""

import dataclasses
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Model
from django.forms import URLField

from appui.intake import cells
from appui.intake.cells import Cell, Habit, Notes, Unclear, text_of
from appui.intake.columns import Field, plain, plain_word, words
from appui.intake.issues import TEXTS
from appui.intake.kinds.base import Problem, Values
from appui.intake.links import (
    Document,
    Identifier,
    Related,
    documents_in,
    named_identifier,
    pieces_of,
    related_one,
)
from appui.intake.lookups import Lookups
from appui.intake.mending import as_reference
from appui.intake.models import Level

HEAVY = (Level.CRITICAL, Level.ERROR)
SHORTEST_TEXT_LIMIT = 2
DASHES = frozenset("-–—.…")
PIECES = re.compile(r"[;,/|\n]| et | and | y | و ")
SHARE = re.compile(r"(.+?)\s*[=:(]\s*(\d{1,3}(?:[.,]\d+)?)\s*%?\s*\)?")
WHOLE = Decimal(100)
PLACES = frozenset({"place", "places", "place-shares", "country"})
MAY_BE_NEGATIVE = frozenset({"value"})
WEB = URLField(assume_scheme="https")


@dataclass(frozen=True, slots=True)
class Said:
    """An issue before it is stored; ``column`` from 0, None for the whole row."""

    code: str
    column: int | None = None
    field: str = ""
    value: str = ""
    about: Mapping[str, str] = dataclasses.field(default_factory=dict)

    @property
    def level(self) -> Level:
        """How much it weighs."""
        return TEXTS[self.code].level


@dataclass(slots=True)
class RowRead:
    """The values that could be read, and the issues; ``passed`` for titles and totals."""

    values: Values = dataclasses.field(default_factory=dict)
    issues: list[Said] = dataclasses.field(default_factory=list)
    passed: bool = False

    @property
    def is_good(self) -> bool:
        """Whether nothing stands against the row."""
        return not self.passed and all(item.level not in HEAVY for item in self.issues)


@dataclass(frozen=True, slots=True)
class Plan:
    """How a batch is read: its fields, where each stands, and how its column is written."""

    fields: Mapping[str, Field]
    columns: Mapping[str, Mapping[str, Any]]
    habits: Mapping[str, Habit]
    width: int
    model: type[Model]

    def column(self, name: str) -> int | None:
        """The column of a field, None when it has none."""
        place = self.columns.get(name, {}).get("column")
        return place if isinstance(place, int) else None

    def cell(self, name: str, row: Sequence[Cell]) -> Cell:
        """What stands in a row for a field: its cell, or the same value as in every row."""
        place = self.column(name)
        if place is None:
            return self.columns.get(name, {}).get("value")
        return row[place] if place < len(row) else None


def read_row(row: Sequence[Cell], plan: Plan, lookups: Lookups) -> RowRead:
    """Read every cell; one that is not clear leaves its field out and says why."""
    found = RowRead()
    if code := _passed(row):
        found.issues.append(Said(code, value=text_of(row[0]) or _first_text(row)))
        found.passed = True
        return found
    if any(not cells.is_blank(cell) for cell in row[plan.width :]):
        found.issues.append(Said("too_wide", value=text_of(row[plan.width])[:200]))
    written: tuple[str, ...] = ()
    for name, about in plan.fields.items():
        cell = plan.cell(name, row)
        codes = _read_field(about, cell, plan, lookups, found)
        written = written or codes
    _settle_currency(written, plan, row, found)
    _settle_percent(plan, row, found)
    return found


def _passed(row: Sequence[Cell]) -> str:
    """Whether the row is a title between rows or a line of totals, as the code of an issue."""
    filled = [cell for cell in row if not cells.is_blank(cell)]
    spread = sum(isinstance(cell, dict) and "m" in cell for cell in filled)
    if len({text_of(cell) for cell in filled}) == 1 and spread and spread == len(filled) - 1:
        return "title_row"
    if len(filled) == 1 and len(row) > SHORTEST_TEXT_LIMIT and isinstance(filled[0], str):
        return "title_row"
    return "total_row" if any(_is_total(cell) for cell in filled) else ""


def _is_total(cell: Cell) -> bool:
    if not isinstance(cell, str) or len(cell) > 40:
        return False
    text = re.sub(r"[\s:]*(\d{4})?[\s:]*$", "", plain_word(cell))
    return text in words("totals")


def _first_text(row: Sequence[Cell]) -> str:
    return next((text_of(cell) for cell in row if not cells.is_blank(cell)), "")[:200]


def _read_field(
    about: Field, cell: Cell, plan: Plan, lookups: Lookups, found: RowRead
) -> tuple[str, ...]:
    """Put the value of one field into ``found``; answers the currencies an amount names."""
    column, shown, notes = plan.column(about.name), text_of(cell)[:200], Notes()
    say = _sayer(found, about, column, shown)
    codes: tuple[str, ...] = ()
    try:
        cells.check_readable(cell)
        if about.type in PLACES and shown == "NA":
            raise Unclear("namibia_or_nothing")
        if cells.is_not_stated(cell):
            if about.required and about.type != "currency":
                raise Unclear("missing")
            if shown and not DASHES.issuperset(shown):
                notes.add("not_stated")
        else:
            if isinstance(cell, dict) and "m" in cell:
                notes.add("merged")
            if about.type == "amount" and isinstance(cells.bare(cell), str):
                cell, codes = cells.split_currency(shown)
            habit = plan.habits.get(about.name, Habit())
            value = READERS[about.type.partition(":")[0]](about, cell, habit, notes, lookups)
            found.values[about.name] = _checked(plan.model, about, value)
    except Unclear as unclear:
        say(unclear.code, unclear.about)
    for code in notes.codes:
        say(code, notes.about)
    return codes


def _sayer(
    found: RowRead, about: Field, column: int | None, shown: str
) -> Callable[[str, Mapping[str, str]], None]:
    def say(code: str, more: Mapping[str, str]) -> None:
        found.issues.append(Said(code, column, about.name, shown, dict(more)))

    return say


def _checked(model: type[Model], about: Field, value: Any) -> Any:
    """Refuse a text that is longer than what the model keeps."""
    stored: Any = next((item for item in model._meta.get_fields() if item.name == about.name), None)
    most = getattr(stored, "max_length", None)
    if isinstance(value, str) and most and len(value) > most:
        raise Unclear("too_long", most=str(most))
    return value


def _settle_currency(
    written: tuple[str, ...], plan: Plan, row: Sequence[Cell], found: RowRead
) -> None:
    """The currency of the row: the one stated, else the one its amount names beyond doubt."""
    about = plan.fields.get("currency")
    if about is None or any(item.field == "currency" for item in found.issues):
        return
    column = plan.column("currency")
    say = _sayer(found, about, column, text_of(plan.cell("currency", row)))
    stated = found.values.get("currency")
    if stated is not None:
        if written and stated not in written:
            say("other_currency", {"written": ", ".join(written), "stated": stated})
    elif len(written) == 1:
        found.values["currency"] = written[0]
        say("currency_from_amount", {"read": written[0]})
    elif written:
        say("ambiguous_currency", {"codes": ", ".join(written)})
    elif about.required:
        say("missing", {})


def _settle_percent(plan: Plan, row: Sequence[Cell], found: RowRead) -> None:
    """A figure written as a percentage is one only when its unit says so."""
    about = plan.fields.get("value")
    if about is None or about.type != "figure":
        return
    shown = text_of(plan.cell("value", row))
    unit = found.values.get("unit")
    if shown.endswith("%") and unit is not None and unit.code != "percent":
        _sayer(found, about, plan.column("value"), shown)("percent", {})


Reader = Callable[[Field, Cell, Habit, Notes, Lookups], Any]


def _text(_about: Field, cell: Cell, _habit: Habit, _notes: Notes, _lookups: Lookups) -> str:
    return text_of(cell)


def _reference(_about: Field, cell: Cell, _habit: Habit, notes: Notes, _lookups: Lookups) -> str:
    text = text_of(cell)
    found = as_reference(text)
    if not found:
        raise Unclear("not_a_reference")
    if found != text:
        notes.add("reference_mended", read=found)
    return found


def _email(_about: Field, cell: Cell, _habit: Habit, _notes: Notes, _lookups: Lookups) -> str:
    text = text_of(cell).removeprefix("mailto:").strip("<> ")
    try:
        validate_email(text)
    except ValidationError as error:
        raise Unclear("not_an_address") from error
    return text


def _url(_about: Field, cell: Cell, _habit: Habit, _notes: Notes, _lookups: Lookups) -> str:
    try:
        return str(WEB.clean(text_of(cell)))
    except ValidationError as error:
        raise Unclear("not_an_address") from error


def _day(_about: Field, cell: Cell, habit: Habit, notes: Notes, _lookups: Lookups) -> Any:
    return cells.read_day(cell, habit, notes)


def _first_day(_about: Field, cell: Cell, habit: Habit, notes: Notes, _lookups: Lookups) -> Any:
    return cells.read_period_day(cell, habit, notes, last=False)


def _last_day(_about: Field, cell: Cell, habit: Habit, notes: Notes, _lookups: Lookups) -> Any:
    return cells.read_period_day(cell, habit, notes, last=True)


def _year(_about: Field, cell: Cell, _habit: Habit, _notes: Notes, _lookups: Lookups) -> int:
    return cells.read_year(cell)


def _amount(about: Field, cell: Cell, habit: Habit, notes: Notes, _lookups: Lookups) -> Decimal:
    found = cells.read_number(cell, habit, notes, decimals=2)
    return _not_negative(about, found)


def _number(about: Field, cell: Cell, habit: Habit, notes: Notes, _lookups: Lookups) -> Decimal:
    return _not_negative(about, cells.read_number(cell, habit, notes, decimals=4))


def _figure(_about: Field, cell: Cell, habit: Habit, notes: Notes, _lookups: Lookups) -> Decimal:
    """Percentages as they are shown: 45 for 45 %; their unit is judged with the row."""
    text = text_of(cell)
    if text.endswith("%"):
        cell = text.removesuffix("%").strip()
    return cells.read_number(cell, habit, notes, decimals=6)


def _whole(about: Field, cell: Cell, habit: Habit, notes: Notes, _lookups: Lookups) -> int:
    found = _not_negative(about, cells.read_number(cell, habit, notes, decimals=2))
    if found != int(found):
        raise Unclear("not_whole")
    return int(found)


def _not_negative(about: Field, value: Decimal) -> Decimal:
    if value < 0 and about.name not in MAY_BE_NEGATIVE:
        raise Unclear("negative")
    if abs(value) >= Decimal(10) ** 13:
        raise Unclear("not_a_number")
    return value


def _currency(_about: Field, cell: Cell, _habit: Habit, _notes: Notes, _lookups: Lookups) -> str:
    codes = cells.currencies_named(text_of(cell))
    if not codes:
        raise Unclear("unknown_currency")
    if len(codes) > 1:
        raise Unclear("ambiguous_currency", codes=", ".join(codes))
    return codes[0]


def _truth(_about: Field, cell: Cell, _habit: Habit, _notes: Notes, _lookups: Lookups) -> bool:
    return cells.read_truth(cell)


def _choice(about: Field, cell: Cell, _habit: Habit, _notes: Notes, _lookups: Lookups) -> str:
    text, choices = plain(text_of(cell)), about.choices or {}
    for value, names in choices.items():
        if text in {plain(value), *map(plain, names)}:
            return value
    raise Unclear("unknown_choice", choices=", ".join(choices))


def _code(about: Field, cell: Cell, _habit: Habit, _notes: Notes, lookups: Lookups) -> Any:
    return lookups.code(about.codelist, text_of(cell))


def _place(about: Field, cell: Cell, _habit: Habit, _notes: Notes, lookups: Lookups) -> Any:
    return lookups.place(text_of(cell), country=about.type == "country")


def _places(_about: Field, cell: Cell, _habit: Habit, _notes: Notes, lookups: Lookups) -> Any:
    text = text_of(cell)
    try:
        return [lookups.place(text)]
    except Unclear:
        pieces = [piece.strip() for piece in PIECES.split(text) if piece.strip()]
        return list(dict.fromkeys(lookups.place(piece) for piece in pieces))


def _shares(text: str) -> dict[str, Decimal | None]:
    """“15250=60; 11220=40”, “15250 (60 %), 11220 (40 %)” or without shares, by what is written."""
    found: dict[str, Decimal | None] = {}
    for piece in filter(None, (piece.strip() for piece in PIECES.split(text))):
        name, share = piece, None
        if match := SHARE.fullmatch(piece):
            name, share = match[1], Decimal(match[2].replace(",", "."))
        found[name] = share
    stated = [share for share in found.values() if share is not None]
    if stated and (len(stated) < len(found) or sum(stated) != WHOLE):
        raise Unclear("shares_wrong", sum=f"{sum(stated)}")
    return found


def _code_shares(
    about: Field, cell: Cell, _habit: Habit, _notes: Notes, lookups: Lookups
) -> dict[str, Decimal | None]:
    shares = _shares(text_of(cell))
    return {lookups.code(about.codelist, name).code: share for name, share in shares.items()}


def _place_shares(
    _about: Field, cell: Cell, _habit: Habit, _notes: Notes, lookups: Lookups
) -> dict[str, Decimal | None]:
    text = text_of(cell)
    try:
        return {lookups.place(text).code: None}
    except Unclear:
        return {lookups.place(name).code: share for name, share in _shares(text).items()}


def _identifiers(
    _about: Field, cell: Cell, _habit: Habit, _notes: Notes, _lookups: Lookups
) -> list[Identifier]:
    return list(dict.fromkeys(named_identifier(piece) for piece in pieces_of(text_of(cell))))


def _related(
    _about: Field, cell: Cell, _habit: Habit, _notes: Notes, _lookups: Lookups
) -> list[Related]:
    return list(dict.fromkeys(related_one(piece) for piece in pieces_of(text_of(cell))))


def _documents(
    _about: Field, cell: Cell, _habit: Habit, _notes: Notes, _lookups: Lookups
) -> list[Document]:
    return documents_in(text_of(cell))


def _organisation(_about: Field, cell: Cell, _habit: Habit, _notes: Notes, lookups: Lookups) -> Any:
    return lookups.organisation(text_of(cell))


def _activity(_about: Field, cell: Cell, _habit: Habit, _notes: Notes, lookups: Lookups) -> Any:
    return lookups.activity(text_of(cell))


def _agreement(_about: Field, cell: Cell, _habit: Habit, _notes: Notes, lookups: Lookups) -> Any:
    return lookups.agreement(text_of(cell))


def _fund(_about: Field, cell: Cell, _habit: Habit, _notes: Notes, lookups: Lookups) -> Any:
    return lookups.fund(text_of(cell))


READERS: Mapping[str, Reader] = {
    "text": _text,
    "reference": _reference,
    "email": _email,
    "url": _url,
    "day": _day,
    "day-first": _first_day,
    "day-last": _last_day,
    "year": _year,
    "amount": _amount,
    "number": _number,
    "figure": _figure,
    "whole": _whole,
    "currency": _currency,
    "truth": _truth,
    "choice": _choice,
    "code": _code,
    "shares": _code_shares,
    "place-shares": _place_shares,
    "identifiers": _identifiers,
    "related": _related,
    "documents": _documents,
    "place": _place,
    "country": _place,
    "places": _places,
    "organisation": _organisation,
    "activity": _activity,
    "agreement": _agreement,
    "fund": _fund,
}


def problems_of(problems: Sequence[Problem], plan: Plan, row: Sequence[Cell]) -> list[Said]:
    """What is wrong with a row as a whole, at the cell it is about."""
    return [
        Said(
            item.code,
            plan.column(item.field) if item.field else None,
            item.field,
            text_of(plan.cell(item.field, row))[:200] if item.field else "",
            dict(item.about or {}),
        )
        for item in problems
    ]
