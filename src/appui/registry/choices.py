"""Fields that choose among records, each as people look for them."""

import csv
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from babel import Locale
from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.forms.models import ModelChoiceIterator

from appui.kernel.access import Reader
from appui.kernel.folding import fold
from appui.registry.models import Code, Location, Organisation, Owned
from appui.ui import formats
from appui.ui.checklist import Checklist

COUNTRIES = Path(__file__).parent / "data" / "places" / "countries.csv"
# Regions that the data and Babel name differently, by their code in Babel.
REGIONS = {
    "Antarctica": "AQ",
    "Australia and New Zealand": "053",
    "Micronesia": "057",
    "South-eastern Asia": "035",
}
LONGEST_KEY = 18  # digits that surely fit the largest key


class AlphabeticalIterator(ModelChoiceIterator):  # type: ignore[type-arg]
    """Choices in the order of their labels, accents aside; the empty one stays first."""

    def __iter__(self) -> Iterator[Any]:
        empty = [("", self.field.empty_label)] if self.field.empty_label is not None else []
        yield from empty
        yield from self.in_order(self.queryset.all())

    def in_order(self, rows: Any) -> list[Any]:
        """The choices of ``rows`` from A to Z."""
        return sorted(map(self.choice, rows), key=lambda choice: fold(str(choice[1])))


class GroupedIterator(AlphabeticalIterator):
    """Choices under headings, both from A to Z."""

    def heading(self, obj: Any) -> str:
        """Under what ``obj`` stands; empty for none."""
        raise NotImplementedError

    def headings(self, names: Iterable[str]) -> list[str]:
        """``names`` in the order shown."""
        return sorted(names, key=fold)

    def __iter__(self) -> Iterator[Any]:
        groups: dict[str, list[Any]] = {}
        for obj in self.queryset.select_related("parent"):
            groups.setdefault(self.heading(obj), []).append(obj)
        for name in self.headings(groups):
            rows = self.in_order(groups[name])
            yield from [(name, rows)] if name else rows


class RegionIterator(GroupedIterator):
    """Places by region of the world."""

    def heading(self, obj: Location) -> str:
        return region_names(formats.language()).get(obj.country_code, "")


class ParentIterator(GroupedIterator):
    """Codes in the order of their list, by the code they stand under, as sectors by category."""

    def heading(self, obj: Code) -> str:
        return f"{obj.parent.code} · {obj.parent}" if obj.parent else ""

    def headings(self, names: Iterable[str]) -> list[str]:
        return list(names)

    def in_order(self, rows: Any) -> list[Any]:
        return list(map(self.choice, rows))


@cache
def region_names(language: str) -> dict[str, str]:
    """The UN region of each country, by its ISO 3166-1 code, in ``language``."""
    names = Locale.parse(language).territories
    codes = {name: code for code, name in Locale("en").territories.items()} | REGIONS
    with COUNTRIES.open(encoding="utf-8", newline="") as lines:
        rows = [(row["iso2"], row["region_en"]) for row in csv.DictReader(lines)]
    return {iso2: names.get(codes.get(region, ""), region) for iso2, region in rows}


def currencies_of(model: type[models.Model], field: str, reader: Reader) -> list[str]:
    """Currencies that the reader's organisation uses in its ``model``, that of its totals first."""
    own = Organisation.objects.filter(pk=reader.workspace_id or 0).values_list(
        "currency", flat=True
    )
    used = (
        model._default_manager.filter(owner=reader.workspace_id).order_by().values_list(field)
        if issubclass(model, Owned)
        else []
    )
    return list(dict.fromkeys([*own, *sorted({code for (code,) in used})]))


class CodeChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A code shown with its value where people of the field know both (15250, A01), else alone."""

    def label_from_instance(self, obj: models.Model) -> str:
        known = isinstance(obj, Code) and (obj.code[:1].isdigit() or obj.code.isupper())
        return f"{obj.code} · {obj}" if isinstance(obj, Code) and known else str(obj)


class ManyChoice(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Several records; a key longer than any database holds is a wrong choice like any other."""

    widget = Checklist

    def clean(self, value: Any) -> Any:
        """Refuse such a key before the database stumbles over it."""
        for key in value if isinstance(value, list | tuple) else ():
            if len(str(key)) > LONGEST_KEY:
                raise ValidationError(
                    self.error_messages["invalid_choice"],
                    code="invalid_choice",
                    params={"value": str(key)[:60]},
                )
        return super().clean(value)


class CodesChoice(ManyChoice):
    """Several codes."""

    iterator = ParentIterator
    label_from_instance = CodeChoice.label_from_instance


class OrganisationChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """An organisation, from A to Z in the language of the page."""

    iterator = AlphabeticalIterator


class OrganisationsChoice(ManyChoice):
    """Several organisations."""

    iterator = AlphabeticalIterator


class PlaceChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A place: countries from A to Z, each followed by its provinces, which name it."""

    iterator = AlphabeticalIterator

    def label_from_instance(self, obj: models.Model) -> str:
        parent = getattr(obj, "parent", None)
        return f"{parent} › {obj}" if parent else str(obj)


class PlacesChoice(ManyChoice):
    """Several places, by region of the world."""

    iterator = RegionIterator
    label_from_instance = PlaceChoice.label_from_instance
