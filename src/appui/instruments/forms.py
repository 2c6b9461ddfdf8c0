"""Forms of comparisons, planned outcomes and options."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appui.instruments import words
from appui.instruments.engine.outcome import Instrument
from appui.instruments.engine.parameters import (
    LARGEST,
    LONGEST_NAME,
    TABLES,
    Kind,
    Parameter,
    is_year,
    read_values,
)
from appui.instruments.models import Comparison, Option, PlannedOutcome
from appui.instruments.written import raw_values, read_years
from appui.registry.forms import OWNERSHIP, RecordForm
from appui.ui import formats
from appui.ui.forms import AmountField, parse_amount

HUNDRED = Decimal(100)
MOST_LINES = 60
YEARS_HELP = gettext_lazy(
    "One line a year, for example 2026 = 1000000. Two columns pasted from a spreadsheet will do."
)
NAMES_HELP = gettext_lazy("One line each, for example Field 12 = 400000.")


class LinesField(forms.CharField):
    """Numbers by name, one a line: “2026 = 1 000 000”, also with a colon or a tab between.

    Gives a mapping of text to Decimal, or of year to Decimal in ``YearsField``.
    """

    def __init__(self, *, places: int = 2, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": 4, "dir": "ltr"}))
        kwargs.setdefault("max_length", 5000)
        kwargs.setdefault("help_text", NAMES_HELP)
        self.places = places
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        """A stored mapping as it would be typed."""
        if not isinstance(value, Mapping):
            return value
        return "\n".join(f"{name} = {formats.number(number)}" for name, number in value.items())

    def clean(self, value: Any) -> Any:
        """The mapping; raises ``ValidationError`` naming the line."""
        text = super().clean(value)
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        if len(lines) > MOST_LINES:
            raise ValidationError(_("Write at most %(count)d lines.") % {"count": MOST_LINES})
        found: dict[Any, Decimal] = {}
        for line in lines:
            name, number = self._line(line)
            if name in found:
                raise ValidationError(_("“%(name)s” stands there twice.") % {"name": name})
            found[name] = number
        return found

    def _line(self, line: str) -> tuple[Any, Decimal]:
        name, _sign, typed = _halves(line)
        number = parse_amount(typed, formats.language())
        if not name or number is None:
            raise ValidationError(
                _("“%(line)s” is no name and number: write for example %(example)s.")
                % {"line": line[:60], "example": self._example()}
            )
        if not 0 <= number <= LARGEST or number != round(number, self.places):
            raise ValidationError(
                _("“%(line)s”: the number is below zero, too large or too exact.")
                % {"line": line[:60]}
            )
        return self._name(name, line), number

    def _name(self, name: str, line: str) -> Any:
        if len(name) > LONGEST_NAME:
            raise ValidationError(_("“%(line)s” is too long a name.") % {"line": line[:60]})
        return name

    def _example(self) -> str:
        return "A = 1000"


def _halves(line: str) -> tuple[str, str, str]:
    """The name and the number of a line, at its last sign of equality, tab, colon or semicolon."""
    found = re.fullmatch(r"(.*\S)\s*([=\t:;])\s*(\S[^=\t:;]*)", line)
    return (found[1].strip(), found[2], found[3]) if found else ("", "", "")


class YearsField(LinesField):
    """Numbers by year."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", YEARS_HELP)
        super().__init__(**kwargs)

    def _name(self, name: str, line: str) -> int:
        if not is_year(name):
            raise ValidationError(
                _("“%(line)s” does not begin with a year from 1990 to 2100.") % {"line": line[:60]}
            )
        return int(name)

    def _example(self) -> str:
        return "2026 = 1000"


class WithYears(RecordForm):
    """A form whose model stores years as text."""

    years: Mapping[str, int] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.years:
            if isinstance(self.initial.get(name), str):
                self.initial[name] = read_years(self.initial[name])

    def _field(self, db_field: models.Field[Any, Any], **kwargs: Any) -> forms.Field | None:
        if db_field.name in self.years:
            return YearsField(label=db_field.verbose_name, places=self.years[db_field.name])
        return super()._field(db_field, **kwargs)


class ComparisonForm(WithYears):
    model = Comparison
    years = {"cash_need": 2}
    sections = (
        (
            gettext_lazy("The programme"),
            gettext_lazy("One language is enough; the first written is the fallback."),
            ("reference", "title", "need", "activity"),
        ),
        (
            gettext_lazy("Cash it needs"),
            gettext_lazy("The same under every instrument: what has to be there, and when."),
            ("currency", "cash_need"),
        ),
        (
            gettext_lazy("What a later year counts"),
            gettext_lazy(
                "The payer’s yearly rate; at 5 %, 100 in a year are worth 95.24 today. Say where "
                "it comes from."
            ),
            ("discount_rate", "discount_basis", "source"),
        ),
        (
            gettext_lazy("If it falls short"),
            gettext_lazy("How likely it is that outcomes are missing, and then how many."),
            ("chance", "size"),
        ),
        (gettext_lazy("Note"), "", ("note",)),
        OWNERSHIP,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, example in (("discount_rate", "5"), ("chance", "20"), ("size", "30")):
            self.fields[name].widget.attrs["placeholder"] = example


class OutcomeForm(WithYears):
    model = PlannedOutcome
    years = {"units": 4}
    sections = (
        (
            gettext_lazy("What the programme delivers"),
            gettext_lazy("In the years in which it comes when money comes in time."),
            ("title", "key", "unit", "units"),
        ),
        (
            gettext_lazy("What it brings"),
            gettext_lazy(
                "What one unit is worth to people each year once it is there, such as the harvest "
                "of land released. Left empty, late work costs nothing in the sheet."
            ),
            ("value", "value_basis"),
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        key = self.fields["key"]
        key.required = False
        key.help_text = _("Such as land: files and the API call it so. Left empty, it is made.")
        key.disabled = self.obj is not None
        self.fields["value"].required = False
        self.fields["value"].widget.attrs["placeholder"] = "0"


class OptionForm(RecordForm):
    """The parameters of one instrument, a field each; a price has a field for each outcome."""

    model = Option
    sections: Sequence[Any] = ()

    def __init__(
        self,
        *args: Any,
        instrument: Instrument,
        outcomes: Sequence[PlannedOutcome],
        **kwargs: Any,
    ) -> None:
        self.instrument, self.outcomes = instrument, outcomes
        names = [name for item in instrument.parameters for name, _outcome in self._names_of(item)]
        self.sections = (
            (gettext_lazy("Parameters"), words.PURPOSES[instrument.key], names),
            (
                gettext_lazy("Who said so"),
                gettext_lazy("A number that nobody vouches for is an assumption: say so."),
                ("title", "basis", "source", "position"),
            ),
        )
        super().__init__(*args, **kwargs)
        self.fields["position"].required = False
        stored = raw_values(self.obj.parameters) if isinstance(self.obj, Option) else None
        for item in instrument.parameters:
            for name, outcome in self._names_of(item):
                self.fields[name] = self._parameter(item, outcome)
                value = _initial(item, stored, outcome)
                if value is not None:
                    self.initial.setdefault(name, value)

    def _names_of(self, item: Parameter) -> list[tuple[str, PlannedOutcome | None]]:
        if item.kind is Kind.BY_OUTCOME:
            return [(f"{item.key}.{outcome.key}", outcome) for outcome in self.outcomes]
        return [(item.key, None)]

    def _parameter(self, item: Parameter, outcome: PlannedOutcome | None) -> forms.Field:
        full = f"{self.instrument.key}.{item.key}"
        label = words.label(self.instrument.key, item.key)
        if outcome is not None:
            label = _("%(parameter)s: %(outcome)s (%(unit)s)") % {
                "parameter": label,
                "outcome": outcome,
                "unit": outcome.unit,
            }
        help_text = words.HELP.get(full, "")
        required = item.required and (outcome is None or len(self.outcomes) == 1)
        field: forms.Field = _FIELDS[item.kind](item, label, required)
        field.help_text = str(
            " ".join(str(text) for text in (help_text, field.help_text) if text)
            if item.kind in TABLES
            else help_text
        )
        if full in words.PLACEHOLDERS:
            field.widget.attrs["placeholder"] = words.PLACEHOLDERS[full]
        return field

    def raw(self) -> dict[str, object]:
        """The parameters as ``read_values`` takes them; shares and rates as ratios of one."""
        raw: dict[str, object] = {}
        for item in self.instrument.parameters:
            for name, outcome in self._names_of(item):
                value = self.cleaned_data.get(name)
                if value in (None, "", {}):
                    continue
                if item.kind in (Kind.SHARE, Kind.RATE) and isinstance(value, Decimal):
                    value = value / HUNDRED
                if outcome is None:
                    raw[item.key] = value
                else:
                    table = raw.setdefault(item.key, {})
                    if isinstance(table, dict):
                        table[outcome.key] = value
        return raw

    def clean(self) -> dict[str, Any]:
        """What cannot be used is said at its field."""
        data = super().clean()
        if not self.errors:
            keys = [outcome.key for outcome in self.outcomes]
            for found in read_values(self.instrument.parameters, self.raw(), keys)[1]:
                text = words.fault(found, words.label(self.instrument.key, found.key))
                self.add_error(found.key if found.key in self.fields else None, text)
        return data

    def act_data(self) -> dict[str, Any]:
        """The fields of the option, with its parameters in one mapping."""
        data = super().act_data()
        own: dict[str, Any] = {
            name: data[name] for name in ("title", "basis", "source") if name in data
        }
        if data.get("position") is not None:
            own["position"] = data["position"]
        if "version" in data:
            own["version"] = data["version"]
        return own | {"parameters": self.raw()}


def _initial(item: Parameter, stored: dict[str, object] | None, outcome: Any) -> Any:
    """What the field starts with: the stored value, else the default, as it is typed."""
    value = (stored or {}).get(item.key, item.default)
    if outcome is not None:
        table = value if isinstance(value, dict) else {}
        found = table.get(outcome.key)
        return None if found is None else Decimal(found)
    if isinstance(value, dict):
        return {name: Decimal(number) for name, number in value.items()}
    if value is None or item.kind is Kind.CHOICE:
        return value
    number = Decimal(str(value))
    return number * HUNDRED if item.kind in (Kind.SHARE, Kind.RATE) else number


def _number(places: int) -> Any:
    def make(_item: Parameter, label: str, required: bool) -> forms.Field:
        return AmountField(label=label, required=required, max_digits=19, decimal_places=places)

    return make


def _whole(_item: Parameter, label: str, required: bool) -> forms.Field:
    return forms.IntegerField(label=label, required=required, min_value=0, max_value=30)


def _choice(item: Parameter, label: str, _required: bool) -> forms.Field:
    choices = [(name, words.CHOICES[name]) for name in item.choices]
    return forms.ChoiceField(label=label, choices=choices)


def _years(_item: Parameter, label: str, required: bool) -> forms.Field:
    return YearsField(label=label, required=required)


def _names(_item: Parameter, label: str, required: bool) -> forms.Field:
    return LinesField(label=label, required=required)


_FIELDS: dict[Kind, Any] = {
    Kind.SHARE: _number(4),
    Kind.RATE: _number(4),
    Kind.RATIO: _number(4),
    Kind.AMOUNT: _number(2),
    Kind.YEARS: _whole,
    Kind.CHOICE: _choice,
    Kind.BY_YEAR: _years,
    Kind.BY_NAME: _names,
    Kind.BY_OUTCOME: _number(6),
}
