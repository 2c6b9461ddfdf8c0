"""What the cells of a slice of rows may point at, read at once: no query for a single row."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import cached_property
from typing import Any

from django.db.models import Q

from appui.funding.models import Agreement, Fund
from appui.intake.cells import Unclear
from appui.intake.columns import plain_word
from appui.kernel.access import Reader
from appui.portfolio.models import Activity
from appui.registry.models import Code, Location, Organisation
from appui.treasury.models import Earmark

MOST_HINTS = 30
SEVERAL = object()  # a name that several records have
Names = dict[str, Any]


class Lookups:
    """``wanted`` holds the texts of the slice by the type of their field; each list is read the
    first time it is asked for. ``by`` sees no more here than on a page."""

    def __init__(self, by: Reader, owner_id: int, wanted: Mapping[str, set[str]]) -> None:
        self.by, self.owner_id, self.wanted = by, owner_id, wanted
        self._codes: dict[str, Names] = {}
        self._hints: dict[str, str] = {}

    def _one(self, names: Names, texts: Iterable[str], code: str, **about: str) -> Any:
        wanted = [plain_word(text) for text in texts]
        found = next((names[text] for text in wanted if text in names), None)
        if found is SEVERAL:
            raise Unclear("several", **about)
        if found is None:
            raise Unclear(code, **about, near=self._hint(names, wanted[0]))
        return found

    def _hint(self, names: Names, text: str) -> str:
        """The name most like ``text``; looked for a few times a slice, since it is slow."""
        if text not in self._hints and len(self._hints) < MOST_HINTS:
            near = get_close_matches(text, names, n=1, cutoff=0.8)
            item = names[near[0]] if near else None
            self._hints[text] = "" if item in (None, SEVERAL) else str(item)
        return self._hints.get(text, "")

    def code(self, codelist: str, text: str) -> Code:
        """A code by its value or by its label in any language."""
        if codelist not in self._codes:
            items = list(Code.objects.of(codelist))
            self._codes[codelist] = _by_name(
                (item, [*item.label.values()], [item.code]) for item in items
            )
        value = text.partition(" · ")[0]
        found: Code = self._one(
            self._codes[codelist], [text, value], "unknown_code", codelist=codelist
        )
        return found

    def place(self, text: str, *, country: bool = False) -> Location:
        """A place by its code or by its name in any language; a country before a province."""
        names = self._countries if country else self._countries | self._provinces_too
        found: Location = self._one(names, [text], "unknown_place")
        return found

    @cached_property
    def _places(self) -> list[Location]:
        return list(Location.objects.all())

    @cached_property
    def _countries(self) -> Names:
        rows = (item for item in self._places if item.kind == "country")
        return _by_name((item, item.name.values(), [item.code, item.iso3]) for item in rows)

    @cached_property
    def _provinces_too(self) -> Names:
        rows = (item for item in self._places if item.kind != "country")
        found = _by_name((item, item.name.values(), [item.code]) for item in rows)
        return {name: item for name, item in found.items() if name not in self._countries}

    def organisation(self, text: str) -> Organisation:
        """A standing organisation by any of its names, acronyms, spellings and identifiers."""
        parts = text.split(" · ")  # a reference and a name, as IATI files give both
        names = self._organisations
        found: Organisation = self._one(names, [text, *parts], "unknown_organisation")
        return found

    def is_several(self, text: str) -> bool:
        """Whether several organisations of the register have that name."""
        return self._organisations.get(plain_word(text)) is SEVERAL

    def find_organisation(self, *texts: str) -> Organisation | None:
        """The organisation with one of these names, None when there is none or several."""
        found = (self._organisations.get(plain_word(text)) for text in texts if text)
        return next((item for item in found if item not in (None, SEVERAL)), None)

    @cached_property
    def funds_with_accounts(self) -> set[int]:
        """The keys of the funds whose lines of the ledger come from their own accounts."""
        return set(Earmark.objects.order_by().values_list("fund", flat=True).distinct())

    @cached_property
    def _organisations(self) -> Names:
        rows = Organisation.objects.select_related("merged_into").prefetch_related(
            "aliases", "identifiers"
        )
        return _by_name(
            (
                row.merged_into or row,
                [*row.name.values(), row.acronym, *(alias.name for alias in row.aliases.all())],
                [identifier.code for identifier in row.identifiers.all()],
            )
            for row in rows.order_by("pk")
        )

    def activity(self, text: str) -> Activity:
        """A project of the organisation by its reference or IATI identifier."""
        found: Activity = self._one(self._activities, [text], "unknown_activity")
        return found

    @cached_property
    def _activities(self) -> Names:
        texts = self.wanted.get("activity", set())
        rows = Activity.objects.writable_by(self.by).filter(
            Q(reference__in=texts) | Q(iati_identifier__in=texts), owner=self.owner_id
        )
        return _by_name((row, [], [row.reference, row.iati_identifier]) for row in rows)

    def agreement(self, text: str) -> Agreement:
        """An agreement of the organisation by its reference."""
        found: Agreement = self._one(self._agreements, [text], "unknown_agreement")
        return found

    @cached_property
    def _agreements(self) -> Names:
        rows = Agreement.objects.writable_by(self.by).filter(
            owner=self.owner_id, reference__in=self.wanted.get("agreement", set())
        )
        return _by_name((row, [], [row.reference]) for row in rows)

    def fund(self, text: str) -> Fund:
        """A fund or window of the organisation by its title in any language."""
        found: Fund = self._one(self._funds, [text], "unknown_fund")
        return found

    @cached_property
    def _funds(self) -> Names:
        rows = Fund.objects.writable_by(self.by).filter(owner=self.owner_id)
        return _by_name((row, row.title.values(), []) for row in rows)


def _by_name(rows: Iterable[tuple[Any, Iterable[str], Iterable[str]]]) -> Names:
    """Records by name and code, folded; a code wins over a name, a name of two is ``SEVERAL``."""
    names: Names = {}
    codes: Names = {}
    for item, texts, values in rows:
        for found, keys in ((names, texts), (codes, values)):
            for key in {plain_word(text) for text in keys if text}:
                same = found.get(key, item)
                found[key] = item if same == item else SEVERAL
    return names | codes
