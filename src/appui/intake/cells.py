"""What a cell says: days, amounts, numbers, currencies, whatever the habit of who typed it.

A cell comes as it is stored in a batch: text, number, truth or nothing, or one of the marked forms
``{"d": day}``, ``{"p": ratio}`` (shown as percent), ``{"f": 1}`` (a formula that Excel never
reckoned), ``{"x": "#REF!"}`` (an error of Excel), ``{"m": cell}`` (spread from a merged area).
A reading either gives the value or raises ``Unclear`` with the code of an issue. No database here.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from babel import Locale
from babel.numbers import list_currencies

from appui.intake.columns import currency_words, plain_word, words
from appui.ui.forms import LATIN_DIGITS, parse_amount

Cell = Any
ERROR_VALUES = frozenset(
    {"#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"}
)
EXCEL_DAYS = range(18_264, 73_051)  # from 1950 to the end of 2099
EXCEL_ZERO = date(1899, 12, 30)
YEARS = range(1950, 2101)
TOO_LARGE = Decimal(10) ** 18
MONTH_LOCALES = ("fr", "en", "es", "ar", "ar_SY", "ar_MA", "ar_DZ")
NUMBERS_DAY = re.compile(r"(\d{1,4})\s*[-/. ]\s*(\d{1,2})\s*[-/. ]\s*(\d{1,4})")
INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff\u061c]")


class Unclear(Exception):
    """The cell does not say what it should; ``code`` is that of an issue."""

    def __init__(self, code: str, **about: str) -> None:
        super().__init__(code)
        self.code, self.about = code, about


@dataclass(slots=True)
class Notes:
    """What is to be said of a cell that was read all the same."""

    codes: list[str] = field(default_factory=list)
    about: dict[str, str] = field(default_factory=dict)

    def add(self, code: str, **about: str) -> None:
        """One more remark."""
        self.codes.append(code)
        self.about |= about


@dataclass(frozen=True, slots=True)
class Habit:
    """How one column writes days (``dmy`` or ``mdy``) and decimals; empty when it does not tell."""

    days: str = ""
    mark: str = ""


def bare(cell: Cell) -> Cell:
    """The cell without the mark of a merged area."""
    return cell["m"] if isinstance(cell, dict) and "m" in cell else cell


def text_of(cell: Cell) -> str:
    """The cell as one line of plain text, empty for nothing; for people to read."""
    cell = bare(cell)
    if cell is None:
        return ""
    if isinstance(cell, dict):
        if "p" in cell:
            return f"{Decimal(str(cell['p'])) * 100:f}".rstrip("0").rstrip(".") + " %"
        return str(cell.get("d") or cell.get("x") or "")
    if isinstance(cell, float):
        return f"{Decimal(f'{cell:.15g}'):f}"
    text = INVISIBLE.sub("", str(cell))
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def is_blank(cell: Cell) -> bool:
    """Whether nothing at all stands in the cell."""
    return text_of(cell) == "" and bare(cell) != {"f": 1}


def is_not_stated(cell: Cell) -> bool:
    """Whether the cell is empty or says in words that nothing is known."""
    text = text_of(cell)
    return not text or plain_word(text) in words("not_stated")


def check_readable(cell: Cell) -> None:
    """Raise ``Unclear`` for what Excel itself could not tell, or what the file has garbled."""
    cell = bare(cell)
    if isinstance(cell, dict) and "f" in cell:
        raise Unclear("formula_without_value")
    if isinstance(cell, dict) and "x" in cell:
        raise Unclear("excel_error")
    if isinstance(cell, str) and "\N{REPLACEMENT CHARACTER}" in cell:
        raise Unclear("unreadable")


def _latin(text: str) -> str:
    return text.translate(LATIN_DIGITS)


# Days


@cache
def month_names() -> Mapping[str, int]:
    """Names and short forms of the months in four languages, folded, to their number."""
    found: dict[str, int] = {}
    for code in MONTH_LOCALES:
        months = Locale.parse(code).months
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in months[context][width].items():
                    found[plain_word(name).strip(".")] = int(number)
    return found | {"sept": 9, "aout": 8, "fevr": 2}


def read_day(cell: Cell, habit: Habit, notes: Notes) -> date:
    """A day, in whichever of the usual ways it was written."""
    cell = bare(cell)
    if isinstance(cell, dict) and "d" in cell:
        return date.fromisoformat(cell["d"])
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _serial_day(cell, notes)
    text = _latin(text_of(cell))
    if re.fullmatch(r"\d{5}", text):
        return _serial_day(int(text), notes)
    if match := re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})(?:[T ][\d:.Z+]*)?", text):
        return _day(*map(int, match.groups()))
    if match := re.fullmatch(r"(\d{4})(\d{2})(\d{2})", text):
        return _day(*map(int, match.groups()))
    if match := NUMBERS_DAY.fullmatch(text):
        return _numbers_day(*match.groups(), habit=habit, notes=notes)
    return _named_day(text)


def _serial_day(number: float, notes: Notes) -> date:
    if number in YEARS:
        raise Unclear("only_a_year")
    if int(number) not in EXCEL_DAYS:
        raise Unclear("not_a_day")
    found = EXCEL_ZERO + timedelta(days=int(number))
    notes.add("day_from_serial", read=found.isoformat())
    return found


def _numbers_day(first: str, second: str, third: str, *, habit: Habit, notes: Notes) -> date:
    if len(first) == 4:
        return _day(int(first), int(second), int(third))
    if len(first) == 3 or len(third) == 3 or len(third) == 1:
        raise Unclear("not_a_day")
    year = int(third)
    if len(third) == 2:
        year += 2000 if year < 70 else 1900
    found = _in_order(int(first), int(second), year, habit, notes)
    if len(third) == 2:
        notes.add("short_year", read=found.isoformat())
    return found


def _in_order(first: int, second: int, year: int, habit: Habit, notes: Notes) -> date:
    """Day and month in the order that makes sense; where both do, in that of the column."""
    if second > 12 >= first:
        notes.add("month_first", read=_day(year, first, second).isoformat())
        return _day(year, first, second)
    if first > 12 or first == second:
        return _day(year, second, first)
    if not habit.days:
        raise Unclear(
            "ambiguous_day",
            one=f"{year}-{second:02}-{first:02}",
            other=f"{year}-{first:02}-{second:02}",
        )
    found = _day(year, second, first) if habit.days == "dmy" else _day(year, first, second)
    notes.add("day_by_habit", read=found.isoformat())
    return found


def _named_day(text: str) -> date:
    """“31 décembre 2024”, “December 31st, 2024”, “31 de diciembre de 2024”, “31 ديسمبر 2024”."""
    folded = plain_word(text.replace(",", " "))
    if match := re.fullmatch(
        r"\D*?(\d{1,2})(?:er|st|nd|rd|th|º)?[\s-]+(?:de )?(\D+?)[\s-]+(?:de |del )?(\d{4})", folded
    ):
        number, name, year = match.groups()
    elif match := re.fullmatch(r"(\D+?)[\s-]+(\d{1,2})(?:st|nd|rd|th)?[\s-]+(\d{4})", folded):
        name, number, year = match.groups()
    else:
        raise Unclear("not_a_day")
    month = month_names().get(name.strip(" ."))
    if month is None:
        raise Unclear("not_a_day")
    return _day(int(year), month, int(number))


def _day(year: int, month: int, number: int) -> date:
    try:
        found = date(year, month, number)
    except ValueError as error:
        raise Unclear("no_such_day") from error
    if year not in YEARS:
        raise Unclear("day_far_away", read=found.isoformat())
    return found


def read_period_day(cell: Cell, habit: Habit, notes: Notes, *, last: bool) -> date:
    """A day; of a year alone the first or the last one, with a remark."""
    year = _year(cell)
    if year is None:
        return read_day(cell, habit, notes)
    found = date(year, 12, 31) if last else date(year, 1, 1)
    notes.add("year_as_day", read=found.isoformat())
    return found


def _year(cell: Cell) -> int | None:
    text = _latin(text_of(cell))
    return int(text) if re.fullmatch(r"\d{4}", text) and int(text) in YEARS else None


def read_year(cell: Cell) -> int:
    """A year with four figures; that of a day."""
    found = _year(cell)
    if found is not None:
        return found
    day = bare(cell)
    if isinstance(day, dict) and "d" in day:
        return int(day["d"][:4])
    raise Unclear("not_a_year")


# Numbers


def read_number(cell: Cell, habit: Habit, notes: Notes, *, decimals: int) -> Decimal:
    """A number; ``decimals`` is how many its field keeps, 2 for money.

    Money has no thousandths, so that “1,234” can only be a thousand and more: it is read with a
    remark. Elsewhere such a number is refused unless the column shows its decimal mark.
    """
    cell = bare(cell)
    if isinstance(cell, bool):
        raise Unclear("not_a_number")
    if isinstance(cell, dict) and "p" in cell:
        raise Unclear("percent")
    if isinstance(cell, int | float):
        return _rounded(Decimal(f"{cell:.15g}"), decimals, notes)
    return _rounded(_written_number(_latin(text_of(cell)), habit, notes, decimals), decimals, notes)


def _rounded(value: Decimal, decimals: int, notes: Notes) -> Decimal:
    if not value.is_finite():
        raise Unclear("not_a_number")
    if abs(value) >= TOO_LARGE:
        raise Unclear("not_a_number")
    found = value.quantize(Decimal(1).scaleb(-decimals))
    if found != value:
        notes.add("rounded", read=f"{found:f}")
    return found


def _written_number(text: str, habit: Habit, notes: Notes, decimals: int) -> Decimal:
    bared = re.sub(r"[\s'’]", "", text)
    if bared.endswith("%"):
        raise Unclear("percent")
    tokens = {plain_word(token) for token in re.findall(r"[^\W\d_]+", text)}
    if tokens:
        raise Unclear("multiplied" if tokens & words("multipliers") else "not_a_number")
    if re.fullmatch(r"\([\d.,]+\)", bared) or re.fullmatch(r"[\d.,]+-", bared):
        raise Unclear("negative_in_brackets")
    if re.match(r"[~≈<>±]", bared):
        raise Unclear("about")
    mark = habit.mark or ("" if decimals <= 2 else None)
    if re.fullmatch(r"-?[1-9]\d{0,2}[.,]\d{3}", bared):
        return _one_separator(bared, mark, notes, decimals)
    found = parse_amount(bared, "en" if habit.mark != "," else "fr")
    if found is None:
        raise Unclear("not_a_number")
    return found


def _one_separator(text: str, mark: str | None, notes: Notes, decimals: int) -> Decimal:
    """“1,234”: thousands, unless the column writes its decimals with that sign."""
    sign = "," if "," in text else "."
    if mark is None or (mark == sign and decimals <= 2):
        one, other = re.sub("[.,]", "", text), text.replace(",", ".")
        raise Unclear("ambiguous_number", one=one, other=other)
    if mark == sign:
        return Decimal(text.replace(",", "."))
    found = Decimal(re.sub("[.,]", "", text))
    notes.add("thousands", read=f"{found:f}")
    return found


def split_currency(text: str) -> tuple[str, tuple[str, ...]]:
    """An amount without its currency, and the codes which that may mean; none when none stands."""
    found = re.fullmatch(
        r"\s*([^\d\-(~≈<>±]*?)\s*([-(~≈<>±]?\s*\d[\d\s.,'’٫٬]*[)%-]?)\s*(\D*)", _latin(text)
    )
    if found is None:
        return text, ()
    before, number, after = found[1], found[2].strip(), found[3]
    for name, rest in ((before, after), (after, before)):
        codes = currencies_named(name)
        if codes and not rest:
            return number, codes
    return text, ()


def currencies_named(text: str) -> tuple[str, ...]:
    """The codes of ISO 4217 that a sign, a code or a name may mean."""
    code = text.strip().upper()
    if code in list_currencies():
        return (code,)
    return currency_words().get(plain_word(text), ())


def read_truth(cell: Cell) -> bool:
    """Yes or no, in four languages."""
    if isinstance(bare(cell), bool):
        return bool(bare(cell))
    text = plain_word(text_of(cell))
    if text in words("yes"):
        return True
    if text in words("no"):
        return False
    raise Unclear("not_yes_or_no")


# Habits of a column


def habit_of(cells: list[Cell]) -> Habit:
    """How a column writes days and decimals, from those of its cells that can only mean one."""
    texts = [_latin(text_of(cell)) for cell in cells if isinstance(bare(cell), str)]
    orders = {_order(text) for text in texts} - {""}
    marks = {_mark(text) for text in texts} - {""}
    return Habit(orders.pop() if len(orders) == 1 else "", marks.pop() if len(marks) == 1 else "")


def _order(text: str) -> str:
    match = NUMBERS_DAY.fullmatch(text)
    if match is None or len(match[1]) > 2:
        return ""
    first, second = int(match[1]), int(match[2])
    if first > 12 >= second:
        return "dmy"
    return "mdy" if second > 12 >= first else ""


def _mark(text: str) -> str:
    """The decimal mark that a number shows beyond doubt."""
    number = re.sub(r"[\s'’]", "", split_currency(text)[0])
    if match := re.fullmatch(r"-?\d[\d.,]*([.,])\d{1,2}", number):
        return match[1]
    if re.fullmatch(r"-?\d{1,3}(?:,\d{3}){2,}", number):
        return "."
    return "," if re.fullmatch(r"-?\d{1,3}(?:\.\d{3}){2,}", number) else ""
