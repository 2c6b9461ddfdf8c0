"""Days, amounts and currencies in the ways people write them."""

from datetime import date
from pathlib import Path

import pytest

from appui.intake import cells, issues
from appui.intake.cells import Habit, Notes, Unclear

DMY, MDY, NONE = Habit(days="dmy"), Habit(days="mdy"), Habit()
LAST_DAY = date(2024, 12, 31)


def day(cell, habit=NONE):
    """The day, or the code of what is unclear; then the remarks."""
    notes = Notes()
    try:
        return cells.read_day(cell, habit, notes), notes.codes
    except Unclear as unclear:
        return unclear.code, notes.codes


def number(cell, decimals=2, habit=NONE):
    notes = Notes()
    try:
        return str(cells.read_number(cell, habit, notes, decimals=decimals)), notes.codes
    except Unclear as unclear:
        return unclear.code, notes.codes


@pytest.mark.parametrize(
    "written",
    [
        {"d": "2024-12-31"},
        "2024-12-31",
        "2024-12-31 00:00:00",
        "20241231",
        "31/12/2024",
        "31.12.2024",
        "31-12-2024",
        "31 décembre 2024",
        "31 DÉC. 2024",
        "mardi 31 décembre 2024",
        "December 31, 2024",
        "December 31st, 2024",
        "31 Dec 2024",
        "31-Dec-2024",
        "31 de diciembre de 2024",
        "٣١/١٢/٢٠٢٤",
        "31 ديسمبر 2024",
        "٣١ كانون الأول ٢٠٢٤",
        "31\N{NO-BREAK SPACE}décembre\N{NO-BREAK SPACE}2024",
        {"m": {"d": "2024-12-31"}},
    ],
)
def test_a_day_is_read_in_whichever_usual_way_it_was_written(written):
    assert day(written) == (LAST_DAY, [])


@pytest.mark.parametrize(
    ("written", "habit", "read"),
    [
        ("12-31-2024", NONE, (LAST_DAY, ["month_first"])),
        ("05/06/2024", NONE, ("ambiguous_day", [])),
        ("05/06/2024", DMY, (date(2024, 6, 5), ["day_by_habit"])),
        ("05/06/2024", MDY, (date(2024, 5, 6), ["day_by_habit"])),
        ("06/06/2024", NONE, (date(2024, 6, 6), [])),
        ("31/12/24", NONE, (LAST_DAY, ["short_year"])),
        (45_657, NONE, (LAST_DAY, ["day_from_serial"])),
        (45_657.0, NONE, (LAST_DAY, ["day_from_serial"])),
        ("45657", NONE, (LAST_DAY, ["day_from_serial"])),
        (2024, NONE, ("only_a_year", [])),
        (7, NONE, ("not_a_day", [])),
        ("31/02/2024", NONE, ("no_such_day", [])),
        ("2204-12-31", NONE, ("day_far_away", [])),
        ("bientôt", NONE, ("not_a_day", [])),
        ("31 foo 2024", NONE, ("not_a_day", [])),
        ("", NONE, ("not_a_day", [])),
    ],
)
def test_a_day_that_is_not_plain_is_read_with_a_remark_or_not_at_all(written, habit, read):
    assert day(written, habit) == read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (1234.5, ("1234.50", [])),
        ("1 234,50", ("1234.50", [])),
        ("1\N{NARROW NO-BREAK SPACE}234,50", ("1234.50", [])),
        ("1,234.50", ("1234.50", [])),
        ("1.234,50", ("1234.50", [])),
        ("1'234.50", ("1234.50", [])),
        ("١٬٢٣٤٫٥٠", ("1234.50", [])),
        ("-12", ("-12.00", [])),
        ("12,5", ("12.50", [])),
        ("1,234,567", ("1234567.00", [])),
        ("1,234", ("1234.00", ["thousands"])),
        ("1.234", ("1234.00", ["thousands"])),
        (0.125, ("0.12", ["rounded"])),
        ("USD 5m", ("multiplied", [])),
        ("5 M", ("multiplied", [])),
        ("1,2 millions", ("multiplied", [])),
        ("(1 200)", ("negative_in_brackets", [])),
        ("~5000", ("about", [])),
        ("environ 5000", ("not_a_number", [])),
        ("45 %", ("percent", [])),
        ({"p": 0.45}, ("percent", [])),
        ("12/5", ("not_a_number", [])),
        ("1e9", ("not_a_number", [])),
        (True, ("not_a_number", [])),
        (float("inf"), ("not_a_number", [])),
    ],
)
def test_an_amount_is_read_or_refused(written, read):
    assert number(written) == read


def test_a_quantity_of_three_decimals_is_refused_unless_the_column_shows_its_mark():
    assert number("1,234", decimals=4) == ("ambiguous_number", [])
    assert number("1,234", decimals=4, habit=Habit(mark=",")) == ("1.2340", [])
    assert number("1,234", decimals=4, habit=Habit(mark=".")) == ("1234.0000", ["thousands"])


def test_an_amount_that_could_have_three_decimals_in_its_column_is_refused():
    assert number("1,234", habit=Habit(mark=",")) == ("ambiguous_number", [])


@pytest.mark.parametrize(
    ("written", "split"),
    [
        ("1 234,50 €", ("1 234,50", ("EUR",))),
        ("€1,234.50", ("1,234.50", ("EUR",))),
        ("USD 1,234", ("1,234", ("USD",))),
        ("1234 US$", ("1234", ("USD",))),
        ("500 000 FCFA", ("500 000", ("XOF", "XAF"))),
        ("1234", ("1234", ())),
        ("5 patates", ("5 patates", ())),
    ],
)
def test_the_currency_of_an_amount_is_told_apart(written, split):
    assert cells.split_currency(written) == split


def test_a_column_tells_how_it_writes_days_and_decimals():
    assert cells.habit_of(["31/12/2024", "05/06/2024"]) == Habit("dmy", "")
    assert cells.habit_of(["12/31/2024", "05/06/2024"]) == Habit("mdy", "")
    assert cells.habit_of(["31/12/2024", "12/31/2024"]) == Habit("", "")
    assert cells.habit_of(["1 234,50 €", "1,234"]) == Habit("", ",")
    assert cells.habit_of([1234.5, None, {"d": "2024-12-31"}]) == Habit("", "")


@pytest.mark.parametrize(
    "text", ["n.d.", "N/A", "-", "–", "s.o.", "S/D", "غير متوفر", "", None, " "]
)
def test_words_for_nothing_are_nothing(text):
    assert cells.is_not_stated(text)


def test_zero_and_no_are_not_nothing():
    assert [cells.is_not_stated(value) for value in (0, False, "0", "non")] == [False] * 4


def test_every_issue_that_the_code_names_has_its_text_and_every_text_is_used():
    folder = Path(issues.__file__).parent
    source = "".join(path.read_text() for path in folder.rglob("*.py") if path.name != "issues.py")

    assert [code for code in issues.TEXTS if f'"{code}"' not in source] == []
