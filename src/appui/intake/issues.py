"""What can be wrong with a cell or a row: how much it weighs, why, and what to do."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from appui.intake.models import Level

C, E, W = Level.CRITICAL, Level.ERROR, Level.WARNING


@dataclass(frozen=True, slots=True)
class Text:
    """``why`` and ``remedy`` are whole sentences; both may name what the issue is about."""

    level: Level
    name: str | Promise
    why: str | Promise
    remedy: str | Promise

    def said(self, about: Mapping[str, str]) -> tuple[str, str]:
        """Both sentences about one case."""
        return str(self.why) % about, str(self.remedy) % about


TEXTS: dict[str, Text] = {
    "unreadable": Text(
        C,
        _("Characters that cannot be read"),
        _("The file has lost characters of this cell."),
        _("Save the file again as Excel or as CSV in UTF-8."),
    ),
    "too_wide": Text(
        C,
        _("Row wider than the headings"),
        _("This row has more cells than there are headings, so its cells may have moved."),
        _("Put text that holds the separator in quotation marks, or give every column a heading."),
    ),
    "formula_without_value": Text(
        E,
        _("Formula without a value"),
        _("The cell holds a formula, and the file does not hold its result."),
        _("Open the file in Excel or LibreOffice and save it, or paste the values."),
    ),
    "excel_error": Text(
        E,
        _("Error of Excel"),
        _("Excel could not reckon this cell."),
        _("Correct the formula, or write the value."),
    ),
    "missing": Text(
        E,
        _("Needed and not stated"),
        _("This cell is needed and nothing is stated in it."),
        _("Fill it in, or give one value for all rows when confirming the columns."),
    ),
    "not_a_day": Text(
        E,
        _("Not a day"),
        _("This is not a day."),
        _("Write it as 2024-12-31, or as a date of Excel."),
    ),
    "only_a_year": Text(
        E,
        _("A year only"),
        _("A year alone does not tell the day."),
        _("Write the whole day, for example 2024-12-31."),
    ),
    "no_such_day": Text(
        E,
        _("No such day"),
        _("The calendar has no such day."),
        _("Look the day up and correct it."),
    ),
    "day_far_away": Text(
        E,
        _("Day too far away"),
        _("It reads as %(read)s, which cannot be right."),
        _("Correct the year; it lies between 1950 and 2100."),
    ),
    "ambiguous_day": Text(
        E,
        _("Day or month first?"),
        _("It may be %(one)s or %(other)s, and no other cell of the column tells which."),
        _("Write it as 2024-12-31."),
    ),
    "not_a_year": Text(
        E,
        _("Not a year"),
        _("This is not a year with four figures."),
        _("Write for example 2024."),
    ),
    "not_a_number": Text(
        E,
        _("Not a number"),
        _("This is not plainly a number."),
        _("Write it in figures alone, for example 1234.50."),
    ),
    "ambiguous_number": Text(
        E,
        _("Thousand or decimal?"),
        _("It may be %(one)s or %(other)s."),
        _("Write it without thousands separators, or with two decimals."),
    ),
    "multiplied": Text(
        E,
        _("Shortened amount"),
        _("A shortened amount does not tell the exact sum."),
        _("Write the whole sum in figures."),
    ),
    "negative_in_brackets": Text(
        E,
        _("Sign unclear"),
        _("Brackets or a trailing minus may mean a negative amount."),
        _("Write the sign in front: -1200."),
    ),
    "about": Text(
        E,
        _("Approximate number"),
        _("The number is only approximate."),
        _("Write the number itself, and the doubt in a note."),
    ),
    "percent": Text(
        E,
        _("Percentage"),
        _("A percentage stands where a number of another kind is expected."),
        _("Write the number itself."),
    ),
    "negative": Text(
        E,
        _("Below zero"),
        _("A number below zero cannot be right here."),
        _("Check the sign."),
    ),
    "zero": Text(
        E,
        _("Zero"),
        _("A contribution of zero is none."),
        _("Write the amount, or remove the row."),
    ),
    "not_whole": Text(
        E,
        _("Not a whole number"),
        _("A whole number is expected here."),
        _("Write it without decimals."),
    ),
    "unknown_currency": Text(
        E,
        _("Unknown currency"),
        _("This is no currency of ISO 4217."),
        _("Write its code, for example USD, EUR or XOF."),
    ),
    "ambiguous_currency": Text(
        E,
        _("Which currency?"),
        _("This sign stands for several currencies: %(codes)s."),
        _("Write the code of the currency in its column."),
    ),
    "other_currency": Text(
        E,
        _("Two currencies"),
        _("The amount is written in %(written)s, the row says %(stated)s."),
        _("Correct one of the two."),
    ),
    "unknown_code": Text(
        E,
        _("Not in the code list"),
        _("The list %(codelist)s has neither such a code nor such a label. %(nearest)s"),
        _("Use a code or a label of that list."),
    ),
    "unknown_choice": Text(
        E,
        _("Not a choice"),
        _("This is none of the choices: %(choices)s."),
        _("Use one of them."),
    ),
    "shares_wrong": Text(
        E,
        _("Shares do not make 100"),
        _("The shares make %(sum)s, or some of them are not stated."),
        _("State a share for each so that they make 100, or for none."),
    ),
    "other_here": Text(
        W,
        _("Recorded otherwise here"),
        _("The project is known. Here it says: %(ours)s. Ours is kept."),
        _("Open the comparison to take theirs."),
    ),
    "unknown_place": Text(
        E,
        _("Unknown place"),
        _("No country or province has this name or code. %(nearest)s"),
        _("Write the ISO 3166 code, or the name in one of the four languages."),
    ),
    "namibia_or_nothing": Text(
        E,
        _("NA: Namibia or nothing?"),
        _("“NA” is the code of Namibia, and people also write it for “not available”."),
        _("Write Namibia, or leave the cell empty."),
    ),
    "unknown_organisation": Text(
        E,
        _("Unknown organisation"),
        _("The register has no organisation of this name. %(nearest)s"),
        _("Add it to the register, or this spelling to its other names, and check again."),
    ),
    "unknown_activity": Text(
        E,
        _("Unknown project"),
        _("Your organisation has no project with this reference. %(nearest)s"),
        _("Bring in the projects first, or correct the reference."),
    ),
    "unknown_agreement": Text(
        E,
        _("Unknown agreement"),
        _("Your organisation has no agreement with this reference. %(nearest)s"),
        _("Record the agreement first, or correct the reference."),
    ),
    "unknown_fund": Text(
        E,
        _("Unknown fund"),
        _("Your organisation has no fund or window of this title. %(nearest)s"),
        _("Record the fund first, or correct its title."),
    ),
    "several": Text(
        E,
        _("Name of several"),
        _("Several records have this name."),
        _("Write the identifier or the code instead."),
    ),
    "not_yes_or_no": Text(
        E,
        _("Neither yes nor no"),
        _("This is neither yes nor no."),
        _("Write yes or no."),
    ),
    "not_an_address": Text(
        E,
        _("Not an address"),
        _("This is not an e-mail address or web address."),
        _("Correct it, or empty the cell."),
    ),
    "too_long": Text(
        E,
        _("Too long"),
        _("The text has more than %(most)s characters."),
        _("Shorten it."),
    ),
    "not_a_reference": Text(
        E,
        _("Not a reference"),
        _("No letter or figure is left of this reference."),
        _("Use letters, figures and hyphens."),
    ),
    "wrong_order": Text(
        E,
        _("Dates in the wrong order"),
        _("The end is before the beginning."),
        _("Correct one of the two days."),
    ),
    "in_the_future": Text(
        E,
        _("In the future"),
        _("A transaction in the future has not happened yet."),
        _("Correct the day, or bring the row in when it has happened."),
    ),
    "cost_unclear": Text(
        E,
        _("Cost told in two ways, or in none"),
        _("A line has either a total, or a quantity with its unit cost, or a fixed cost alone."),
        _("Leave one of these in the row, with the unit of a quantity."),
    ),
    "of_nothing": Text(
        E,
        _("Belongs to nothing"),
        _("A contribution belongs to a fund, a project or an agreement."),
        _("Add a column for one of them, or choose the fund for all rows with the columns."),
    ),
    "keeps_accounts": Text(
        E,
        _("Fund with its own accounts"),
        _("This fund keeps its own accounts: its lines of the ledger come from there."),
        _("Record the receipt in the accounts of the fund, or name a project or an agreement."),
    ),
    "date_or_period": Text(
        E,
        _("Date or period"),
        _("A figure has either a date or both ends of a period."),
        _("Fill in the one or the other."),
    ),
    "twice": Text(
        E,
        _("Twice in the file"),
        _("Row %(first)s says the same thing of the same record."),
        _("Remove one of the two, or give them different references if both are real."),
    ),
    "differs": Text(
        E,
        _("Known with other content"),
        _("It is already recorded as %(known)s."),
        _("Change or revise that record on its own page."),
    ),
    "refused": Text(
        E,
        _("Refused when brought in"),
        "%(reason)s",
        _("Correct the row and bring the file in again: the other rows stay as they are."),
    ),
    "total_row": Text(
        W,
        _("Line of totals"),
        _("The row adds up others, so it was passed over."),
        _("If it is a real row, write another name in this cell."),
    ),
    "title_row": Text(
        W,
        _("Title between rows"),
        _("The row holds a title and nothing else, so it was passed over."),
        _("Put what it says in a column of its own if it matters."),
    ),
    "merged": Text(
        W,
        _("Merged cell"),
        _("The cell is part of a merged area: its value was taken for each of its rows."),
        _("Check that it holds for this row."),
    ),
    "not_stated": Text(
        W,
        _("Not stated"),
        _("This was read as “nothing is stated”."),
        _("Nothing, unless it is meant as text."),
    ),
    "day_from_serial": Text(
        W,
        _("Number read as a day"),
        _("The number of a day in Excel was read as %(read)s."),
        _("Check the day."),
    ),
    "day_by_habit": Text(
        W,
        _("Day read like its column"),
        _("It was read as %(read)s, as the other cells of the column are written."),
        _("Check the day."),
    ),
    "month_first": Text(
        W,
        _("Month written first"),
        _("It was read as %(read)s, with the month first."),
        _("Check the day."),
    ),
    "short_year": Text(
        W,
        _("Year of two figures"),
        _("It was read as %(read)s."),
        _("Check the year."),
    ),
    "year_as_day": Text(
        W,
        _("Year read as a day"),
        _("The year was read as %(read)s."),
        _("Check the day."),
    ),
    "thousands": Text(
        W,
        _("Read as thousands"),
        _("It was read as %(read)s."),
        _("Check the amount."),
    ),
    "rounded": Text(
        W,
        _("Rounded"),
        _("It was rounded to %(read)s."),
        _("Nothing, if that is what was meant."),
    ),
    "reference_mended": Text(
        W,
        _("Reference rewritten"),
        _("It was read as %(read)s: a reference has only letters, figures and hyphens."),
        _("Use this reference from now on."),
    ),
    "currency_from_amount": Text(
        W,
        _("Currency taken from the amount"),
        _("The row states no currency; it was read as %(read)s from the amount."),
        _("Check the currency."),
    ),
}


def text_of_issue(code: str, about: Mapping[str, str]) -> tuple[str, str]:
    """Why, and what to do, in the language of the page."""
    near = about.get("near", "")
    nearest = str(_("Is “%(name)s” meant?") % {"name": near}) if near else ""
    return tuple(text.strip() for text in TEXTS[code].said({**about, "nearest": nearest}))  # type: ignore[return-value]
