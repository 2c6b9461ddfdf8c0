"""An Excel file as people keep them for years: made by a seed, with known numbers of each fault."""

import io
import random
from dataclasses import dataclass, field
from datetime import date, timedelta

from openpyxl import Workbook

DONORS = ["Irlande", "Japon", "Norvège", "Suisse", "Union européenne", "République de Corée"]
MONTHS = ["janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre"]
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
HEADERS = ["Bailleur", "Reçu le", "Montant", "Devise", "Réf.", "Objet"]
FIRST_ROW = 5  # a merged title, a date, a blank row and the headings stand above
# Fault → how many of it for each thousand rows.
FAULTS = {
    "unknown_organisation": 8,
    "no_such_day": 6,
    "multiplied": 7,
    "missing": 4,
    "other_currency": 3,
    "formula_without_value": 2,
    "excel_error": 1,
    "unreadable": 2,
    "too_wide": 2,
    "twice": 10,
    "total_row": 3,
    "title_row": 2,
    "day_by_habit": 5,
    "day_from_serial": 12,
    "currency_from_amount": 8,
    "merged": 4,
}
LEFT_OUT = tuple(FAULTS)[:10]
PASSED = ("total_row", "title_row")


@dataclass
class Ugly:
    """The file, how many rows it has, and how many of each fault."""

    content: bytes
    rows: int
    faults: dict[str, int] = field(default_factory=dict)

    @property
    def good(self):
        """Rows to be kept."""
        return self.rows - sum(self.faults[name] for name in (*LEFT_OUT, *PASSED))


def ugly_file(rows=5000, seed=7):
    """``rows`` rows with data, besides blank ones, which count for nothing."""
    chance = random.Random(seed)
    faults = {name: per * rows // 1000 for name, per in FAULTS.items()}
    wanted = [name for name, count in faults.items() for _time in range(count)]
    wanted += [""] * (rows - len(wanted))
    chance.shuffle(wanted)
    wanted.sort(key=lambda name: name == "twice")  # a twin needs an elder
    book = Workbook()
    sheet = book.active
    sheet.title = "Contributions"
    sheet.append(["Fonds pour la consolidation de la paix : état des contributions"])
    sheet.merge_cells("A1:F1")
    sheet.append(["au 31/12/2024"])
    sheet.append([])
    sheet.append(HEADERS)
    at, good = FIRST_ROW, []
    for number, fault in enumerate(wanted):
        if number % 97 == 96:
            at += 1  # a blank row
        values = list(chance.choice(good)) if fault == "twice" else good_row(number, chance)
        if not fault:
            good.append(tuple(values))
        for column, value in enumerate(spoil(values, fault, chance), 1):
            sheet.cell(at, column, value)
        if fault == "title_row":
            sheet.merge_cells(start_row=at, end_row=at, start_column=1, end_column=6)
        if fault == "merged":
            at = _merge_the_donor(sheet, at, chance, number)
        at += 1
    out = io.BytesIO()
    book.save(out)
    extra = faults["merged"]
    return Ugly(out.getvalue(), rows + extra, faults)


def _merge_the_donor(sheet, at, chance, number):
    """A second row for the same donor, whose name stands only in the first."""
    for column, value in enumerate(good_row(number, chance, suffix="b"), 1):
        if column > 1:
            sheet.cell(at + 1, column, value)
    sheet.merge_cells(start_row=at, end_row=at + 1, start_column=1, end_column=1)
    return at + 1


def good_row(number, chance, suffix=""):
    """A row that can be read, written in one of many ways."""
    day = date(2019, 1, 1) + timedelta(days=chance.randrange(2000))
    amount = chance.randrange(1_000, 9_000_000) + chance.choice([0, 0.5, 0.25])
    return [
        chance.choice(DONORS),
        chance.choice([_iso, _french, _named, _typed])(day),
        chance.choice([_plain, _grouped, _no_break, _arabic])(amount),
        chance.choice(["USD", "usd", "US$"]),
        f"PBF-{number:05}{suffix}",
        chance.choice(["Contribution annuelle", "n.d.", None, "Versement"]),
    ]


def spoil(values, fault, chance):
    """The row with one fault."""
    changes = {
        "unknown_organisation": (0, f"Inconnu {chance.randrange(10**6)}"),
        "no_such_day": (1, "31/02/2024"),
        "multiplied": (2, "USD 5m"),
        "missing": (2, "n.d."),
        "other_currency": (2, "1 200,50 €"),
        "formula_without_value": (2, "=A1*2"),
        "excel_error": (2, "#REF!"),
        "unreadable": (5, "Contribution \ufffd la paix"),
        "day_by_habit": (1, "05/06/2023"),
        "day_from_serial": (1, 45_000 + chance.randrange(300)),
        "currency_from_amount": (2, "1 234,50 €"),
    }
    if fault in changes:
        place, value = changes[fault]
        values[place] = value
    if fault == "currency_from_amount":
        values[3] = None
    if fault == "too_wide":
        values += [None, "glissé"]
    if fault == "total_row":
        return ["Sous-total", None, 123_456, "USD", None, None]
    if fault == "title_row":
        return ["Exercice 2023", None, None, None, None, None]
    return values


def _iso(day):
    return day.isoformat()


def _french(day):
    return f"{max(day.day, 13)}/{day.month:02}/{day.year}" if day.month != 2 else day.isoformat()


def _named(day):
    return f"{day.day} {MONTHS[day.month % 9]} {day.year}" if day.day < 29 else day.isoformat()


def _typed(day):
    return day


def _plain(amount):
    return amount


def _grouped(amount):
    return f"{amount:,.2f}".replace(",", " ").replace(".", ",")


def _no_break(amount):
    return f"{amount:,.2f} $US".replace(",", "\N{NO-BREAK SPACE}").replace(".", ",")


def _arabic(amount):
    return f"{amount:.2f}".replace(".", "٫").translate(ARABIC)
