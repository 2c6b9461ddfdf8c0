"""Search over the nouns of every room, among what the reader may see."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    Model,
    OuterRef,
    Q,
    QuerySet,
    TextField,
    When,
    Window,
)
from django.db.models.functions import Cast
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from appui.evidence.models import Figure, Source
from appui.funding.models import Agreement, Fund, Proposal
from appui.kernel.access import Reader
from appui.kernel.folding import Folded, Spoken, fold
from appui.needs.models import Need
from appui.portfolio.models import Activity
from appui.questionnaires.models import Consultation, Form, Priority
from appui.registry.models import (
    Location,
    Organisation,
    OrganisationAlias,
    OrganisationIdentifier,
    Person,
)
from appui.ui import formats

SHORTEST = 2
MOST_WORDS = 8
SHOWN = 6
LONGEST_LIST = 100
Rows = QuerySet[Any]


@dataclass(frozen=True, slots=True)
class Subject:
    """One noun that can be found. ``texts`` are fields of plain text, ``languages`` those in
    several languages; the first of all names the record. ``aside`` is the quiet line of a hit."""

    key: str
    label: Promise
    rows: Callable[[Reader], Rows]
    aside: Callable[[Any], object]
    texts: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    also: Callable[[str], Q] | None = None
    title: Callable[[Any], object] = str


@dataclass(frozen=True, slots=True)
class Hit:
    """One record found."""

    title: str
    url: str
    aside: str


@dataclass(frozen=True, slots=True)
class Group:
    """The records of one subject; ``total`` counts those beyond ``hits`` too."""

    key: str
    label: Promise
    hits: tuple[Hit, ...]
    total: int

    @property
    def has_more(self) -> bool:
        """Whether some are not shown."""
        return self.total > len(self.hits)


def _organisations(_reader: Reader) -> Rows:
    return Organisation.objects.standing().select_related("organisation_type", "country")


def _known_as(word: str) -> Q:
    """By another name, an identifier, or the name of an organisation merged into it."""
    of_this = {"organisation": OuterRef("pk")}
    names = OrganisationAlias.objects.filter(**of_this).alias(found=Folded("name"))
    codes = OrganisationIdentifier.objects.filter(**of_this).alias(found=Folded("code"))
    merged = Organisation.objects.filter(merged_into=OuterRef("pk")).alias(
        found=_text(("acronym",), ("name",))
    )
    return reduce(
        or_, (Q(Exists(rows.filter(found__contains=word))) for rows in (names, codes, merged))
    )


def _money(row: Any) -> str:
    return f"{row.donor} · {formats.money(row.amount, row.currency)}"


SUBJECTS = (
    Subject(
        "needs",
        _("Needs"),
        lambda reader: Need.objects.visible_to(reader).select_related("owner"),
        lambda row: f"{row.reference} · {row.owner}",
        texts=("reference",),
        languages=("title", "summary"),
    ),
    Subject(
        "projects",
        _("Projects"),
        lambda reader: Activity.objects.visible_to(reader).select_related("owner"),
        lambda row: f"{row.reference} · {row.owner}",
        texts=("reference", "iati_identifier"),
        languages=("title", "description"),
    ),
    Subject(
        "organisations",
        _("Donors and organisations"),
        _organisations,
        lambda row: " · ".join(
            str(part) for part in (row.acronym, row.organisation_type, row.country) if part
        ),
        texts=("acronym",),
        languages=("name",),
        also=_known_as,
    ),
    Subject(
        "contacts",
        _("Contacts"),
        lambda reader: Person.objects.visible_to(reader).select_related("organisation"),
        lambda row: " · ".join(str(part) for part in (row.job_title, row.organisation) if part),
        texts=("name", "job_title", "email"),
        languages=("organisation__name",),
    ),
    Subject(
        "proposals",
        _("Proposals"),
        lambda reader: Proposal.objects.visible_to(reader).select_related("donor"),
        _money,
        texts=("title", "reference", "donor__acronym"),
        languages=("donor__name",),
    ),
    Subject(
        "agreements",
        _("Agreements"),
        lambda reader: Agreement.objects.visible_to(reader).select_related("donor"),
        _money,
        texts=("title", "reference", "donor__acronym"),
        languages=("donor__name",),
    ),
    Subject(
        "calls",
        _("Windows and calls"),
        lambda reader: Fund.objects.visible_to(reader).select_related("organisation"),
        lambda row: row.organisation,
        texts=("organisation__acronym",),
        languages=("title", "organisation__name"),
    ),
    Subject(
        "forms",
        _("Forms"),
        lambda reader: Form.objects.visible_to(reader).select_related("owner"),
        lambda row: f"{row.reference} · {row.owner}",
        texts=("reference",),
        languages=("title", "summary"),
    ),
    Subject(
        "priorities",
        _("Priorities"),
        lambda reader: Priority.objects.visible_to(reader).select_related("owner"),
        lambda row: f"{row.get_state_display()} · {row.owner}",
        texts=("plan_label",),
        languages=("title",),
    ),
    Subject(
        "consultations",
        _("Consultations"),
        lambda reader: Consultation.objects.visible_to(reader).select_related("owner"),
        lambda row: f"{formats.day(row.starts_on)} · {row.owner}",
        languages=("title", "asked", "said"),
    ),
    Subject(
        "sources",
        _("Sources"),
        lambda reader: Source.objects.visible_to(reader),
        lambda row: row.label,
        texts=("title", "publisher", "url"),
    ),
    Subject(
        "figures",
        _("Figures"),
        lambda reader: Figure.objects.visible_to(reader).select_related(
            "measure", "unit", "location", "source"
        ),
        lambda row: " · ".join(str(part) for part in (row.location, row.source) if part),
        texts=("value", "note", "source__publisher"),
        languages=("measure__label", "detail", "location__name"),
        title=lambda row: f"{row.name}: {formats.number(row.value)} {row.unit.symbol}",
    ),
    Subject(
        "places",
        _("Places"),
        lambda _reader: Location.objects.select_related("parent"),
        lambda row: " · ".join(str(part) for part in (row.code, row.parent) if part),
        texts=("code", "iso3"),
        languages=("name",),
    ),
)
BY_KEY: Mapping[str, Subject] = {subject.key: subject for subject in SUBJECTS}


def words_of(query: str) -> list[str]:
    """The words asked for, folded; at most eight, none twice."""
    return list(dict.fromkeys(fold(query).split()))[:MOST_WORDS]


def is_long_enough(query: str) -> bool:
    """Whether there is enough to look for: two letters."""
    return len("".join(words_of(query))) >= SHORTEST


def find(query: str, reader: Reader, *, only: str = "") -> list[Group]:
    """The groups that hold something, in a fixed order; one query a subject.

    Every word must be in a record, in any of its languages. Names that hold all that was typed
    come first. ``only`` names one subject and then shows up to a hundred.
    """
    if not is_long_enough(query):
        return []
    words = words_of(query)
    subjects = [BY_KEY[only]] if only in BY_KEY else SUBJECTS
    shown = LONGEST_LIST if only in BY_KEY else SHOWN
    groups = (_group(subject, words, reader, shown) for subject in subjects)
    return [group for group in groups if group.total]


def _group(subject: Subject, words: list[str], reader: Reader, shown: int) -> Group:
    rows = (
        subject.rows(reader)
        .alias(found=_text(subject.texts, subject.languages), head=_head(subject))
        .filter(reduce(and_, (_holds(subject, word) for word in words)))
        .annotate(
            total=Window(Count("*")),
            rank=Case(
                When(head__contains=" ".join(words), then=0),
                default=1,
                output_field=IntegerField(),
            ),
        )
        .order_by("rank", "pk")[:shown]
    )
    found = list(rows)
    hits = tuple(_hit(row, subject) for row in found)
    return Group(subject.key, subject.label, hits, found[0].total if found else 0)


def _holds(subject: Subject, word: str) -> Q:
    held = Q(found__contains=word)
    return held | subject.also(word) if subject.also else held


def _hit(row: Model, subject: Subject) -> Hit:
    url: str = row.get_absolute_url()  # type: ignore[attr-defined]
    return Hit(str(subject.title(row)), url, str(subject.aside(row)))


def _head(subject: Subject) -> Folded:
    if subject.languages and not subject.languages[0].count("__"):
        return _text((), subject.languages[:1])
    return _text(subject.texts[:1], ())


def _text(texts: tuple[str, ...], languages: tuple[str, ...]) -> Folded:
    """The words of a record as one folded text."""
    plain = [Cast(F(name), TextField()) for name in texts]
    return Folded(*plain, *(Spoken(name) for name in languages))
