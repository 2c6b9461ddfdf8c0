"""What the loading of the examples carries from one kind of record to the next."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import ParamSpec, TypeVar

from django.db.models import Model

from appui.evidence.models import Figure, Source
from appui.home.examples.files import Entry
from appui.kernel.access import Reader
from appui.needs.models import Need
from appui.portfolio.models import Activity
from appui.registry.models import Code, Location, Organisation, Visibility
from appui.registry.queries import code, places_by_code

M = TypeVar("M", bound=Model)
P = ParamSpec("P")


@dataclass(slots=True)
class Shelf:
    """Records by the key the data files give them; ``created`` and ``kept`` count by kind."""

    by: Reader
    today: date
    places: Mapping[str, Location] = field(default_factory=places_by_code)
    organisations: dict[str, Organisation] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)
    figures: dict[str, Figure] = field(default_factory=dict)
    needs: dict[str, Need] = field(default_factory=dict)
    activities: dict[str, Activity] = field(default_factory=dict)
    created: Counter[str] = field(default_factory=Counter)
    kept: Counter[str] = field(default_factory=Counter)
    _codes: dict[tuple[str, str], Code] = field(default_factory=dict)

    def put(
        self, kind: str, found: M | None, make: Callable[P, M], *given: P.args, **named: P.kwargs
    ) -> M:
        """``found`` when it is there, else what ``make`` writes; counted either way."""
        if found is not None:
            self.kept[kind] += 1
            return found
        self.created[kind] += 1
        return make(*given, **named)

    def code(self, codelist: str, value: str) -> Code:
        """One code, read once; raises ``Code.DoesNotExist``."""
        if (codelist, value) not in self._codes:
            self._codes[codelist, value] = code(codelist, value)
        return self._codes[codelist, value]

    def codes(self, codelist: str, values: Iterable[str]) -> list[Code]:
        """Several codes of one list, in the order given."""
        return [self.code(codelist, value) for value in values]

    def owned(self, entry: Entry, visibility: str = Visibility.PUBLIC) -> Entry:
        """The owner and visibility that every record of an institution begins with."""
        return {"owner": self.organisations[entry["owner"]], "visibility": visibility}

    def source(self, entry: Entry) -> Source | None:
        """The source an entry cites, if it cites one."""
        return self.sources[entry["source"]] if "source" in entry else None


def plain(entry: Entry, *names: str) -> Entry:
    """The fields of those names that the entry has, as written."""
    return {name: entry[name] for name in names if name in entry}


def amounts(entry: Entry, *names: str) -> Entry:
    """The same for amounts and quantities, which the files write as text."""
    return {name: Decimal(entry[name]) for name in names if name in entry}


def texts(entry: Entry, *names: str) -> Entry:
    """The same for texts in several languages, without the ends of lines around them."""
    return {
        name: {language: text.strip() for language, text in entry[name].items()}
        for name in names
        if name in entry
    }
